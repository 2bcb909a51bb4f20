"""ONNX Runtime on the processor.

One thread per session and several sessions: two threads in one session cost 25 to 80 % more processor time for
the same work, and threads that spin while they wait take it from the decoders.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from detector.errors import NetworkError
from domain.geometry import FloatArray
from models.errors import ModelFormatError

RUNTIME = "onnxruntime"
_FATAL = 4  # log level: failures come as exceptions and are logged there


class OnnxSession:
    """A network file on one processor thread. It belongs to one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Raise ModelFormatError unless the file is an ONNX network from one picture tensor to one array."""
        self._session: Any = _open(path)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type != "tensor(float)":
            found = ", ".join(f"{each.name} {each.type} {each.shape}" for each in inputs)
            raise ModelFormatError(path, expected="one float input of shape (batch, 3, height, width)", found=found)
        if len(outputs) != 1 or outputs[0].type != "tensor(float)":
            found = ", ".join(f"{each.name} {each.type} {each.shape}" for each in outputs)
            raise ModelFormatError(path, expected="one float output", found=found)
        self._input_name: str = inputs[0].name

    @property
    def runtime(self) -> str:
        return RUNTIME

    def infer(self, batch: FloatArray) -> FloatArray:
        """See detector.ports.NetworkSession."""
        try:
            (output,) = self._session.run(None, {self._input_name: batch})
        except Exception as error:  # the binding's exception classes share no base but Exception
            raise NetworkError(RUNTIME, _first_line(error)) from error
        return np.asarray(output, dtype=np.float32)


def _open(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise ModelFormatError(path, expected="an ONNX network", found=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
