"""Opens a network on a runtime that takes its file, and looks whether it is what the manifest says."""

from enum import StrEnum
from pathlib import Path

import numpy as np

from detector.errors import NetworkError
from detector.ports import NetworkSession
from models.errors import ModelFormatError, ModelLabelCountError
from models.manifest import Head, ModelManifest, RuntimeFormat
from models.registry import LoadedModel

_BLANK_SIDES = 4  # strides; enough anchors that no head can be mistaken for its transpose


class Runtime(StrEnum):
    """What can run a network in an ONNX file."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"
    CUDA = "cuda"
    TENSORRT = "tensorrt"

    @property
    def is_accelerator(self) -> bool:
        """It does not calculate on the processor."""
        return self in {Runtime.CUDA, Runtime.TENSORRT}


def open_session(
    model: LoadedModel,
    runtime: Runtime = Runtime.ONNXRUNTIME,
    *,
    half_precision: bool = False,
    device_id: int = 0,
    engine_cache: Path | None = None,
) -> NetworkSession:
    """A session for one inference thread, proven by one blank picture.

    `runtime` is for ONNX files; a checkpoint runs on the one that it was made with. `half_precision` allows OpenVINO
    and TensorRT 16 bits, `device_id` says which accelerator, `engine_cache` where TensorRT keeps what it compiled.
    Raises ModelFormatError, ModelLabelCountError, RuntimeMissingError for a checkpoint without torch and for OpenVINO
    where it is not installed, or AcceleratorMissingError.
    """
    session = _session(model, runtime, half_precision=half_precision, device_id=device_id, engine_cache=engine_cache)
    check_session(session, model.manifest, model.path)
    return session


def sparing(session: NetworkSession) -> NetworkSession:
    """The same session for rare looks at large pictures, after which little memory is kept, where its runtime can."""
    from detector.runtimes.onnxruntime import OnnxSession

    return session.sparing() if isinstance(session, OnnxSession) and session.runtime == Runtime.ONNXRUNTIME else session


def _session(
    model: LoadedModel, runtime: Runtime, *, half_precision: bool, device_id: int, engine_cache: Path | None
) -> NetworkSession:
    if model.manifest.format is RuntimeFormat.ULTRALYTICS:
        from detector.runtimes.ultralytics import UltralyticsSession

        return UltralyticsSession(model.path)
    if runtime is Runtime.OPENVINO:
        from detector.runtimes.openvino import OpenVinoSession

        return OpenVinoSession(model.path, half_precision=half_precision)
    from detector.runtimes.onnxruntime import Accelerator, AcceleratorKind, OnnxSession

    if not runtime.is_accelerator:
        return OnnxSession(model.path)
    accelerator = Accelerator(
        kind=AcceleratorKind(runtime.value),
        device_id=device_id,
        cache_folder=engine_cache,
        half_precision=half_precision,
    )
    return OnnxSession(model.path, accelerator)


def check_session(session: NetworkSession, manifest: ModelManifest, path: Path) -> None:
    """Infer one blank picture and compare the output with the promised head and labels.

    Raises ModelFormatError or ModelLabelCountError.
    """
    size = manifest.input.fixed_size
    side = _BLANK_SIDES * manifest.input.stride
    height, width = (size.height_px, size.width_px) if size else (side, 2 * side)
    try:
        output = session.infer(np.zeros((1, 3, height, width), dtype=np.float32))
    except NetworkError as error:
        expected = f"a network that takes (1, 3, {height}, {width})"
        raise ModelFormatError(path, expected=expected, found=error.reason) from error
    if manifest.head is Head.NMS:
        _check_nms_head(output.shape, len(manifest.labels), path)
    else:
        _check_end_to_end_head(output.shape, path)


def _check_nms_head(shape: tuple[int, ...], label_count: int, path: Path) -> None:
    # A transposed head has more rows than columns: a picture has far more anchors than labels.
    if len(shape) != 3 or shape[0] != 1 or shape[1] < 5 or shape[1] > max(shape[2], 4 + label_count):
        raise ModelFormatError(path, expected="output of shape (1, 4 + labels, anchors)", found=str(shape))
    if shape[1] != 4 + label_count:
        raise ModelLabelCountError(path, expected=label_count, found=shape[1] - 4)


def _check_end_to_end_head(shape: tuple[int, ...], path: Path) -> None:
    if len(shape) != 3 or shape[0] != 1 or shape[2] != 6:
        raise ModelFormatError(path, expected="output of shape (1, n, 6)", found=str(shape))
