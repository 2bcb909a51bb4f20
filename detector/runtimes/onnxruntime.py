"""ONNX Runtime on the processor, and on NVIDIA's accelerators through its providers for CUDA and TensorRT.

One thread per session and several sessions: two threads in one session cost 25 to 80 % more processor time for
the same work, and threads that spin while they wait take it from the decoders.

The providers for accelerators come with the package onnxruntime-gpu, which replaces onnxruntime. A session never falls
back to the processor by itself: a service that is told to use an accelerator and silently does not would look like one
that is too small.
"""

from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from detector.errors import AcceleratorMissingError, NetworkError
from domain.geometry import FloatArray
from models.errors import ModelFormatError

RUNTIME = "onnxruntime"
_PACKAGE = "onnxruntime-gpu"
_PROCESSOR = "CPUExecutionProvider"
_FATAL = 4  # log level: failures come as exceptions and are logged there


class AcceleratorKind(StrEnum):
    """What runs the network on an NVIDIA accelerator; the name is that of the runtime."""

    CUDA = "cuda"
    TENSORRT = "tensorrt"

    @property
    def provider(self) -> str:
        """ONNX Runtime's name for it."""
        return {"cuda": "CUDAExecutionProvider", "tensorrt": "TensorrtExecutionProvider"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """An accelerator to run on. `device_id` counts from 0.

    TensorRT compiles a network for the device, which takes minutes; it keeps what it made in `cache_folder` (None: it
    compiles at every start). `half_precision` allows it 16 bits; CUDA ignores that.
    """

    kind: AcceleratorKind
    device_id: int = 0
    cache_folder: Path | None = None
    half_precision: bool = False


def available_accelerators() -> tuple[AcceleratorKind, ...]:
    """Those that the installed ONNX Runtime was built for; whether there is a device shows when a session is opened."""
    providers = onnxruntime.get_available_providers()
    return tuple(kind for kind in AcceleratorKind if kind.provider in providers)


class OnnxSession:
    """A network file on the processor or on an accelerator.

    On the processor any number of threads may look at once: each look runs on the thread that asks for it. On an
    accelerator it belongs to one thread at a time.
    """

    def __init__(self, path: Path, accelerator: Accelerator | None = None) -> None:
        """Raise ModelFormatError unless the file is an ONNX network from one picture tensor to one array.

        Raises AcceleratorMissingError where the accelerator cannot be used.
        """
        self._runtime = accelerator.kind.value if accelerator else RUNTIME
        self._session: Any = _accelerated(path, accelerator) if accelerator else _open(path)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type != "tensor(float)":
            found = ", ".join(f"{each.name} {each.type} {each.shape}" for each in inputs)
            raise ModelFormatError(path, expected="one float input of shape (batch, 3, height, width)", found=found)
        if len(outputs) != 1 or outputs[0].type != "tensor(float)":
            found = ", ".join(f"{each.name} {each.type} {each.shape}" for each in outputs)
            raise ModelFormatError(path, expected="one float output", found=found)
        self._input_name: str = inputs[0].name
        self._run_options: Any = None

    def sparing(self) -> "OnnxSession":
        """The same network for rare looks at large pictures, which hand the room that they took back to the system."""
        options = onnxruntime.RunOptions()
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        twin = copy(self)
        twin._run_options = options  # noqa: SLF001 - its own class
        return twin

    @property
    def runtime(self) -> str:
        return self._runtime

    def infer(self, batch: FloatArray) -> FloatArray:
        """See detector.ports.NetworkSession."""
        try:
            (output,) = self._session.run(None, {self._input_name: batch}, self._run_options)
        except Exception as error:  # the binding's exception classes share no base but Exception
            raise NetworkError(self._runtime, _first_line(error)) from error
        return np.asarray(output, dtype=np.float32)


def _open(path: Path) -> Any:
    options = _options()
    # A pattern is one more block for each size of picture, beside the room that the arena keeps anyhow: 6 MB for
    # kitchen-n at 416x256, 20 at 640x640, and no processor time spared by it.
    options.enable_mem_pattern = False
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=[_PROCESSOR])
    except Exception as error:  # as above
        raise ModelFormatError(path, expected="an ONNX network", found=_first_line(error)) from error


def _accelerated(path: Path, accelerator: Accelerator) -> Any:
    kind = accelerator.kind
    if kind not in available_accelerators():
        raise AcceleratorMissingError(
            kind.value,
            missing=f"the installed ONNX Runtime has no {kind.provider}",
            remedy=f"install {_PACKAGE} in place of onnxruntime",
        )
    _open(path)  # a file that is no network is the file's fault and not the accelerator's
    try:
        session = onnxruntime.InferenceSession(
            str(path), _options(), providers=_providers(accelerator), enable_fallback=0
        )
    except Exception as error:  # as above
        raise _unusable(accelerator, _first_line(error)) from error
    # A provider whose libraries cannot be loaded is left out without an error.
    if kind.provider not in session.get_providers():
        raise _unusable(accelerator, f"{kind.provider} could not be loaded")
    return session


def _unusable(accelerator: Accelerator, reason: str) -> AcceleratorMissingError:
    libraries = "CUDA and cuDNN" if accelerator.kind is AcceleratorKind.CUDA else "CUDA, cuDNN and TensorRT"
    return AcceleratorMissingError(
        accelerator.kind.value,
        missing=f"device {accelerator.device_id} cannot be used ({reason})",
        remedy=f"it needs an NVIDIA driver, and {libraries} of the versions that {_PACKAGE} was built with",
    )


def _providers(accelerator: Accelerator) -> list[str | tuple[str, dict[str, str]]]:
    """In order of preference; what a provider cannot calculate goes to the next one."""
    device = {"device_id": str(accelerator.device_id)}
    cuda = (AcceleratorKind.CUDA.provider, device)
    if accelerator.kind is AcceleratorKind.CUDA:
        return [cuda, _PROCESSOR]
    options = device | {"trt_fp16_enable": str(accelerator.half_precision)}
    if accelerator.cache_folder is not None:
        accelerator.cache_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = str(accelerator.cache_folder)
        options |= {"trt_engine_cache_enable": "True", "trt_engine_cache_path": folder}
        options |= {"trt_timing_cache_enable": "True", "trt_timing_cache_path": folder}
    return [(AcceleratorKind.TENSORRT.provider, options), cuda, _PROCESSOR]


def _options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return options


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
