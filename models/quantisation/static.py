"""Static quantisation of a detector through ONNX Runtime's own tools.

Quantise/dequantise pairs (QDQ), activations unsigned, weights signed and per channel. Weights take 7 of their 8 bits:
processors without VNNI add two products in 16 bits, which 8-bit weights overflow. With 8 bits a network was off by
0.12 in its scores on such a processor, with 7 by 0.05; the same file is right on both kinds.
"""

import contextlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime import quantization
from onnxruntime.quantization.calibrate import create_calibrator, save_tensors_data
from onnxruntime.quantization.shape_inference import quant_pre_process

from domain.geometry import FloatArray
from models.errors import ModelFormatError
from models.quantisation.bias import correct_biases
from models.quantisation.graph import input_name, is_quantised, kept_nodes, read_graph

# What detectors are made of before their heads, with SiLU or ReLU; operators that are not named stay as they are.
OPERATORS = ("Conv", "Relu", "Sigmoid", "Mul", "Add", "Concat", "MaxPool", "Resize", "Split")
_FATAL = 4  # log level: failures come as exceptions


class Method(StrEnum):
    """How the range of a tensor follows from the values seen in it."""

    MINMAX = "minmax"  # all of them
    PERCENTILE = "percentile"  # all but 0.001 % at either end
    ENTROPY = "entropy"  # the range whose 8-bit histogram differs least from the full one


_CALIBRATION = {
    Method.MINMAX: quantization.CalibrationMethod.MinMax,
    Method.PERCENTILE: quantization.CalibrationMethod.Percentile,
    Method.ENTROPY: quantization.CalibrationMethod.Entropy,
}


def quantise(source: Path, targets: Mapping[Method, Path], batches: Iterable[FloatArray]) -> None:
    """Write int8 twins of the network in `source`, one per method; input, output and free axes stay as they are.

    `batches` are prepared as the network's detector prepares pictures: (n, 3, height, width), sides may differ; they
    are held in memory. Raises ModelFormatError for a file that is no detector or is quantised already, and ValueError
    without batches.
    """
    prepared = list(batches)
    if not prepared:
        raise ValueError("quantisation needs at least one batch to measure ranges on, got none")
    if is_quantised(read_graph(source)):
        raise ModelFormatError(source, expected="a network in single precision", found="one that is quantised already")
    with tempfile.TemporaryDirectory() as folder, _quiet():
        tidied = _tidied(source, Path(folder))
        model = read_graph(tidied)
        kept = kept_nodes(model, source)
        inputs = [{input_name(model, source): batch} for batch in prepared]
        correct_biases(model, kept, inputs)
        tidied.write_bytes(model.SerializeToString())
        for method, target in targets.items():
            ranges = Path(folder) / f"{method}.json"
            _measure_ranges(tidied, method, inputs, ranges)
            _write(tidied, target, method, ranges, kept)


def _tidied(source: Path, folder: Path) -> Path:
    """Constants folded, normalisations merged, shapes inferred: what the quantiser wants to find."""
    tidied = folder / "tidied.onnx"
    try:
        quant_pre_process(str(source), str(tidied), skip_symbolic_shape=True)
    except Exception as error:  # the tools raise what the wrong part of the file leads to
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ModelFormatError(source, expected="an ONNX network that ONNX Runtime opens", found=found) from error
    return tidied


def _measure_ranges(network: Path, method: Method, inputs: list[dict[str, FloatArray]], target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        augmented = str(Path(folder) / "augmented.onnx")
        calibrator: Any = create_calibrator(
            network, list(OPERATORS), augmented_model_path=augmented, calibrate_method=_CALIBRATION[method]
        )
        for each in inputs:  # one by one: all tensors of all pictures at once would be gigabytes
            calibrator.collect_data(_Reader([each]))
        save_tensors_data(calibrator.compute_data(), target)


def _write(network: Path, target: Path, method: Method, ranges: Path, kept: list[str]) -> None:
    quantization.quantize_static(
        str(network),
        str(target),
        quant_format=quantization.QuantFormat.QDQ,
        op_types_to_quantize=list(OPERATORS),
        nodes_to_exclude=kept,
        per_channel=True,
        reduce_range=True,
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
        calibrate_method=_CALIBRATION[method],
        calibration_cache_path=ranges,
    )


class _Reader(quantization.CalibrationDataReader):  # type: ignore[misc]  # onnxruntime comes without types
    def __init__(self, inputs: list[dict[str, FloatArray]]) -> None:
        self._inputs = iter(inputs)

    def get_next(self) -> dict[str, FloatArray] | None:
        return next(self._inputs, None)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The tools print a line per picture, and advise what was done already."""
    onnxruntime.set_default_logger_severity(_FATAL)
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        yield
