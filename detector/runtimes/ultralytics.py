"""Checkpoints (.pt) through Ultralytics, for people who train: slower and heavier than ONNX Runtime.

A checkpoint is a pickle and runs code when it is opened: load none that you would not execute.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from detector.errors import NetworkError, RuntimeMissingError
from domain.geometry import FloatArray
from models.errors import ModelFormatError

RUNTIME = "ultralytics"


class UltralyticsSession:
    """A detection network in PyTorch on the processor, or on an accelerator that torch names.

    It belongs to one thread at a time. torch is imported when the first session is made, and not before.
    """

    def __init__(self, path: Path, *, device: str = "cpu") -> None:
        """Raise RuntimeMissingError without torch and ultralytics, ModelFormatError for other files."""
        # Ultralytics installs packages and reports usage on its own account unless it is told not to.
        os.environ.setdefault("YOLO_OFFLINE", "true")
        os.environ.setdefault("YOLO_AUTOINSTALL", "false")
        try:
            import torch
            from ultralytics import YOLO
        except ImportError as error:
            raise RuntimeMissingError(RUNTIME, "train") from error
        torch.set_num_threads(1)  # of the process: several sessions share the processors, as with ONNX Runtime
        self._torch: Any = torch
        self._device = device
        self._network: Any = _open(YOLO, path).to(device).float().eval()

    @property
    def runtime(self) -> str:
        return RUNTIME

    def infer(self, batch: FloatArray) -> FloatArray:
        """See detector.ports.NetworkSession."""
        try:
            with self._torch.inference_mode():
                output = self._network(self._torch.from_numpy(batch).to(self._device))
        except Exception as error:  # torch raises RuntimeError, TypeError and its own classes without a common base
            raise NetworkError(RUNTIME, f"{type(error).__name__}: {error}".splitlines()[0]) from error
        # In evaluation mode the detection head returns (decoded boxes, what training needs).
        decoded = output[0] if isinstance(output, tuple | list) else output
        return np.asarray(decoded.cpu().numpy(), dtype=np.float32)


def _open(loader: Any, path: Path) -> Any:
    try:
        network = loader(str(path), task="detect").model
    except Exception as error:  # a wrong file raises whatever its bytes lead to
        raise ModelFormatError(
            path, expected="an Ultralytics checkpoint", found=f"{type(error).__name__}: {error}".splitlines()[0]
        ) from error
    if not callable(getattr(network, "forward", None)):
        raise ModelFormatError(path, expected="an Ultralytics checkpoint (.pt)", found=path.name)
    return network
