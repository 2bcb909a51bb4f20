from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from detector.fidelity import score_error
from detector.runtimes.onnxruntime import OnnxSession
from domain.geometry import FloatArray
from models.errors import ModelFormatError
from models.quantisation.static import Method, quantise
from tests.detector.runtimes.networks import write_detector, write_network


def batches(count: int = 6) -> list[FloatArray]:
    rng = np.random.default_rng(3)
    return [rng.random((1, 3, 64, 64 + 32 * (number % 2)), dtype=np.float32) for number in range(count)]


@pytest.fixture(scope="module", params=["relu", "silu"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A network and its int8 twin."""
    folder = tmp_path_factory.mktemp("networks")
    source = write_detector(folder / "fp32.onnx", 3, activation=request.param)
    quantise(source, {Method.MINMAX: folder / "int8.onnx"}, batches())
    return source, folder / "int8.onnx"


def nodes(path: Path) -> list[Any]:
    return list(onnx.load(str(path)).graph.node)


def test_the_twin_answers_much_like_the_original(pair: tuple[Path, Path]) -> None:
    original, twin = ([OnnxSession(path).infer(batch) for batch in batches()] for path in pair)

    assert 0.0 < score_error(twin, original) < 0.03


def test_batch_and_both_sides_stay_free(pair: tuple[Path, Path]) -> None:
    session = OnnxSession(pair[1])

    for count, height, width in ((1, 64, 96), (3, 32, 64), (2, 160, 96)):
        output = session.infer(np.zeros((count, 3, height, width), dtype=np.float32))
        assert output.shape == (count, 4 + 3, height // 8 * (width // 8))


def test_weights_have_a_scale_per_channel_and_seven_bits(pair: tuple[Path, Path]) -> None:
    tensors = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(str(pair[1])).graph.initializer}
    [weights] = [values for name, values in tensors.items() if name.startswith("body_w") and values.ndim == 4]
    [scales] = [values for name, values in tensors.items() if name.startswith("body_w") and name.endswith("scale")]

    assert weights.dtype == np.int8
    assert np.abs(weights).max() <= 64
    assert scales.shape == (16,)


def test_the_decode_part_is_not_quantised(pair: tuple[Path, Path]) -> None:
    made = {name: node for node in nodes(pair[1]) for name in node.output}

    def feeds(name: str) -> str:
        [node] = [each for each in nodes(pair[1]) if each.name == name]
        return str(made[node.input[0]].op_type)

    assert feeds("make_grown") == "Reshape"
    assert feeds("make_output0") == "Mul"
    assert feeds("make_body") == "DequantizeLinear"


def test_every_method_gives_a_network_of_its_own(tmp_path: Path) -> None:
    source = write_detector(tmp_path / "fp32.onnx", 2)
    targets = {method: tmp_path / f"{method}.onnx" for method in Method}

    quantise(source, targets, batches())

    assert len({path.read_bytes() for path in targets.values()}) == len(Method)


def test_the_same_pictures_give_the_same_file(tmp_path: Path) -> None:
    source = write_detector(tmp_path / "fp32.onnx", 2)
    for name in ("one", "two"):
        quantise(source, {Method.MINMAX: tmp_path / name}, batches())

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_quantised_network_is_not_quantised_again(pair: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelFormatError, match="found one that is quantised already"):
        quantise(pair[1], {Method.MINMAX: tmp_path / "again.onnx"}, batches())


def test_a_network_that_is_no_detector_is_refused(tmp_path: Path) -> None:
    source = write_network(tmp_path / "network.onnx", (1, 6, 84))

    with pytest.raises(ModelFormatError, match="expected convolutions"):
        quantise(source, {Method.MINMAX: tmp_path / "int8.onnx"}, batches())
    assert not (tmp_path / "int8.onnx").exists()


def test_without_pictures_there_is_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one batch"):
        quantise(write_detector(tmp_path / "fp32.onnx", 2), {Method.MINMAX: tmp_path / "int8.onnx"}, [])
