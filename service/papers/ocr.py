"""Words in pictures by RapidOCR (extra `ocr`): the models lie in its wheel, nothing is fetched.

The one module that knows it. It is loaded with the first picture.
"""

import threading
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Protocol

from credit.applications.reading import ReadLine
from domain.geometry import Box
from service.papers.pictures import Pixels

_THREADS = 2  # cameras are watched meanwhile


class Ocr(Protocol):
    """Any thread, one picture at a time."""

    @property
    def name(self) -> str: ...
    def lines(self, pixels: Pixels) -> list[ReadLine]:
        """All lines of a BGR picture with their places."""
        ...

    def line(self, pixels: Pixels) -> tuple[str, float]:
        """The words of a picture that holds one line, with the confidence in [0, 1]."""
        ...


def installed_ocr() -> Ocr | None:
    """None where the extra is not installed."""
    return RapidOcr() if find_spec("rapidocr") is not None else None


@dataclass(slots=True)
class _Loaded:
    engine: Any = None


class RapidOcr:
    """Implements Ocr. The networks are loaded once, under a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded = _Loaded()

    @property
    def name(self) -> str:
        try:
            return f"rapidocr {version('rapidocr')}"
        except PackageNotFoundError:
            return "rapidocr"

    def lines(self, pixels: Pixels) -> list[ReadLine]:
        height, width = pixels.shape[:2]
        with self._lock:
            told = self._engine()(pixels, use_det=True, use_cls=False, use_rec=True)
        if told.boxes is None or told.txts is None or told.scores is None:
            return []
        found = []
        for corners, text, score in zip(told.boxes, told.txts, told.scores, strict=True):
            xs, ys = corners[:, 0] / width, corners[:, 1] / height
            box = Box.clipped(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
            if box is not None and text.strip():
                found.append(ReadLine(text=text.strip(), box=box, confidence=float(score)))
        return found

    def line(self, pixels: Pixels) -> tuple[str, float]:
        with self._lock:
            told = self._engine()(pixels, use_det=False, use_cls=False, use_rec=True)
        if not told.txts:
            return "", 0.0
        return "".join(told.txts), float(min(told.scores))

    def _engine(self) -> Any:
        if self._loaded.engine is None:
            from rapidocr import RapidOCR

            quiet = {
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
            self._loaded.engine = RapidOCR(params=quiet)
        return self._loaded.engine
