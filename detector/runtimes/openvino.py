"""OpenVINO on the processor: the same ONNX files, with other kernels.

As with ONNX Runtime one session is one thread: the work is done on the thread that asks, and nothing spins while it
waits. Each shape of input gets a network compiled for it, which looks at a picture 10 to 20 % faster than one compiled
for any shape (YOLO11n at 416x256) and takes a second to compile and some megabytes to keep.
"""

from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from detector.errors import NetworkError, RuntimeMissingError
from domain.geometry import FloatArray
from models.errors import ModelFormatError

RUNTIME = "openvino"
EXTRA = "openvino"
_KEPT_SHAPES = 4  # of input, those used last; cameras of one site mostly send one or two


class OpenVinoSession:
    """A network file on one processor thread. It belongs to one thread at a time.

    openvino is imported when the first session is made, and not before.
    """

    def __init__(self, path: Path, *, half_precision: bool = False) -> None:
        """Raise RuntimeMissingError without openvino, ModelFormatError unless the file maps pictures to one array.

        Without `half_precision` all arithmetic that the file does not ask in integers is done with 32 bits.
        """
        try:
            import openvino
        except ImportError as error:
            raise RuntimeMissingError(RUNTIME, EXTRA) from error
        self._core = _core(openvino)
        self._options = _options(half_precision=half_precision)
        self._network = _read(self._core, path)
        self._requests: OrderedDict[tuple[int, ...], Any] = OrderedDict()

    @property
    def runtime(self) -> str:
        return RUNTIME

    def infer(self, batch: FloatArray) -> FloatArray:
        """See detector.ports.NetworkSession."""
        try:
            request = self._request(batch.shape)
            request.infer([np.ascontiguousarray(batch)], share_inputs=True)
            # The request writes its next answer into the same memory.
            return np.array(request.get_output_tensor(0).data, dtype=np.float32)
        except Exception as error:  # the binding raises RuntimeError, ValueError and TypeError
            self._requests.pop(batch.shape, None)
            raise NetworkError(RUNTIME, _reason(error)) from error

    def _request(self, shape: tuple[int, ...]) -> Any:
        if shape in self._requests:
            self._requests.move_to_end(shape)
            return self._requests[shape]
        network = self._network.clone()
        network.reshape(list(shape))
        request = self._core.compile_model(network, "CPU", self._options).create_infer_request()
        self._requests[shape] = request
        if len(self._requests) > _KEPT_SHAPES:
            self._requests.popitem(last=False)
        return request


@cache
def _core(openvino: Any) -> Any:
    """The process's one door to OpenVINO, for any thread. It is never given back.

    OpenVINO's processor plugin puts up a signal stack for the thread that loads it and frees it when it is unloaded,
    on whatever thread that happens. The next signal with a handler (SIGTERM, say) would then end the process.
    """
    return openvino.Core()


def _options(*, half_precision: bool) -> dict[str, Any]:
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,  # the service's threads move where there is room
        # The hint only allows it: on processors without bf16 arithmetic 32 bits are used all the same.
        "INFERENCE_PRECISION_HINT": "bf16" if half_precision else "f32",
    }


def _read(core: Any, path: Path) -> Any:
    try:
        network = core.read_model(str(path))
    except Exception as error:  # as above
        raise ModelFormatError(path, expected="an ONNX network", found=_reason(error)) from error
    inputs, outputs = network.inputs, network.outputs
    if len(inputs) != 1 or len(inputs[0].partial_shape) != 4 or not _is_float(inputs[0]):
        found = ", ".join(map(_described, inputs))
        raise ModelFormatError(path, expected="one float input of shape (batch, 3, height, width)", found=found)
    if len(outputs) != 1 or not _is_float(outputs[0]):
        raise ModelFormatError(path, expected="one float output", found=", ".join(map(_described, outputs)))
    return network


def _is_float(port: Any) -> bool:
    return bool(port.element_type.get_type_name() == "f32")


def _described(port: Any) -> str:
    return f"{port.any_name} {port.element_type.get_type_name()} {port.partial_shape}"


def _reason(error: Exception) -> str:
    """The last line that says something: OpenVINO begins with the places in its own source."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
