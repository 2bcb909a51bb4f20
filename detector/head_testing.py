"""A stand-in for the embedding network, and a desk over it: for tests here and in the packages above."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np

from detector.embedding import Embedder
from detector.errors import NetworkError
from detector.head_desk import HeadDesk
from detector.head_settings import HeadSettings
from detector.head_store import FolderHeadStore
from detector.ports import HeadStore
from domain.frame import Pixels
from domain.geometry import FloatArray
from models.embedding import EmbeddingManifest
from models.manifest import FixedSize, NetworkInput, NetworkKind, RuntimeFormat, Training

SIDE_PX = 32
_CELLS = 8


class GridSession:
    """A network whose numbers are the colours of 8 by 8 cells, less their mean. `is_broken` makes it fail."""

    def __init__(self) -> None:
        self.is_broken = False
        self.looks = 0

    @property
    def runtime(self) -> str:
        return "scripted"

    def infer(self, batch: FloatArray) -> FloatArray:
        if self.is_broken:
            raise NetworkError(self.runtime, "it is broken")
        self.looks += len(batch)
        cell = SIDE_PX // _CELLS
        cells = batch.reshape(len(batch), 3, _CELLS, cell, _CELLS, cell).mean(axis=(3, 5)).reshape(len(batch), -1)
        rows = cells - cells.mean(axis=1, keepdims=True) + 1e-3
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def make_embedding_manifest(sha256: str = "e" * 64) -> EmbeddingManifest:
    """The manifest of a network that exists in a test only."""
    return EmbeddingManifest(
        kind=NetworkKind.EMBEDDING,
        name="scripted-embedding",
        version="1",
        file="scripted.onnx",
        sha256=sha256,
        format=RuntimeFormat.ONNX,
        licence="AGPL-3.0",
        training=Training(architecture="none", started_from="nothing", epochs=0, longest_side_px=SIDE_PX),
        sources=(),
        input=NetworkInput(
            stride=SIDE_PX, longest_side_px=SIDE_PX, fixed_size=FixedSize(width_px=SIDE_PX, height_px=SIDE_PX)
        ),
        dimensions=3 * _CELLS * _CELLS,
    )


def make_embedder(session: GridSession | None = None, *, sha256: str = "e" * 64) -> Embedder:
    return Embedder(session or GridSession(), make_embedding_manifest(sha256))


def make_desk(
    folder: Path,
    *,
    embedder: Embedder | None = None,
    settings: HeadSettings | None = None,
    now: Callable[[], datetime] = lambda: datetime(2026, 1, 5, 8, 0, tzinfo=UTC),
    mask: Callable[[Pixels], Pixels] | None = lambda pixels: pixels,
    new_id: Callable[[], str] | None = None,
) -> HeadDesk:
    """A desk over a folder, whose ids are h1, h2, …; its mask masks nothing."""
    return make_desk_over(
        FolderHeadStore(folder), embedder=embedder, settings=settings, now=now, mask=mask, new_id=new_id
    )


def make_desk_over(
    store: HeadStore,
    *,
    embedder: Embedder | None = None,
    settings: HeadSettings | None = None,
    now: Callable[[], datetime] = lambda: datetime(2026, 1, 5, 8, 0, tzinfo=UTC),
    mask: Callable[[Pixels], Pixels] | None = lambda pixels: pixels,
    new_id: Callable[[], str] | None = None,
) -> HeadDesk:
    """The same over any store."""
    numbers = count(1)
    return HeadDesk(
        store=store,
        embedder=embedder or make_embedder(),
        settings=settings or HeadSettings(),
        new_id=new_id or (lambda: f"h{next(numbers)}"),
        now=now,
        mask=mask,
    )
