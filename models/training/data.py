"""Pictures that are labelled only in part, read from archives and kept decoded for fast access.

A data folder holds `ontology.json` (order of the labels), `partial.json` (by source, the labels that may be there
without a box) and `<split>/<source>.tar.gz` with `images/*.webp`, `labels/*.txt` (class, centre x and y, width,
height in fractions) and, where there are any, `pseudo/*.txt` (the same and a score). Every source must stand in
partial.json, be it with an empty list: a source that was forgotten would be taught as labelled completely.
"""

import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt
import structlog

from models.training.errors import DataLayoutError

log = structlog.get_logger(__name__)

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_CACHE_FORMAT = 1
_NO_BOXES = np.zeros((0, 4), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Boxes of one picture: `boxes` (n, 4) left, top, right, bottom in fractions; `labels` and `scores` (n,)."""

    boxes: Floats
    labels: Integers
    scores: Floats

    @classmethod
    def parse(cls, text: str, label_count: int) -> Self:
        """Lines of class, centre x and y, width, height and perhaps a score. Raises ValueError."""
        rows = [[float(part) for part in line.split()] for line in text.splitlines() if line.strip()]
        if any(len(row) not in {5, 6} or not 0 <= row[0] < label_count for row in rows):
            raise ValueError("a line is not: class x y width height [score]")
        table = np.array([[*row, 1.0][:6] for row in rows], dtype=np.float32).reshape(-1, 6)
        centres, halves = table[:, 1:3], table[:, 3:5] / 2
        boxes = np.concatenate([centres - halves, centres + halves], axis=1).clip(0.0, 1.0)
        whole = (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        return cls(boxes=boxes[whole], labels=table[whole, 0].astype(np.int64), scores=table[whole, 5])

    @classmethod
    def none(cls) -> Self:
        return cls(boxes=_NO_BOXES, labels=np.zeros(0, dtype=np.int64), scores=np.zeros(0, dtype=np.float32))

    def picked(self, rows: Flags) -> "Marks":
        return Marks(boxes=self.boxes[rows], labels=self.labels[rows], scores=self.scores[rows])

    def joined(self, other: "Marks") -> "Marks":
        return Marks(
            boxes=np.concatenate([self.boxes, other.boxes]),
            labels=np.concatenate([self.labels, other.labels]),
            scores=np.concatenate([self.scores, other.scores]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One picture: what people labelled, what a network guessed, and where its pixels lie in the cache."""

    name: str
    source: str
    labelled: Marks
    guessed: Marks
    offset: int
    height: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The facts of a data folder. `unlabelled` has a flag per label for each source: may be there without a box."""

    folder: Path
    labels: tuple[str, ...]
    unlabelled: dict[str, Flags]


def read_layout(folder: Path) -> Layout:
    """Raise DataLayoutError unless ontology.json and partial.json are there and agree."""
    labels = _read_json(folder / "ontology.json")
    partial = _read_json(folder / "partial.json")
    if not isinstance(labels, list) or not isinstance(partial, dict):
        raise DataLayoutError(folder, expected="a list of labels and a mapping of sources", found="something else")
    unknown = sorted({label for names in partial.values() for label in names} - set(labels))
    if unknown:
        raise DataLayoutError(folder / "partial.json", expected="labels of ontology.json", found=", ".join(unknown))
    unlabelled = {source: np.array([label in names for label in labels]) for source, names in partial.items()}
    return Layout(folder=folder, labels=tuple(labels), unlabelled=unlabelled)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataLayoutError(path, expected="a JSON file", found=str(error)) from error


class PictureSet:
    """The pictures of one split. Pixels lie in one file that is mapped into memory; any process may read them."""

    def __init__(self, layout: Layout, examples: tuple[Example, ...], pixels: Path) -> None:
        self.layout = layout
        self.examples = examples
        self._path = pixels
        self._bytes: npt.NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.examples)

    def pixels(self, index: int) -> Pixels:
        """Read-only pixels of a picture, shape (height, width, 3), blue first."""
        if self._bytes is None:  # opened at the first use, so that worker processes map it themselves
            self._bytes = np.memmap(self._path, dtype=np.uint8, mode="r")
        example = self.examples[index]
        flat = self._bytes[example.offset : example.offset + example.height * example.width * 3]
        return flat.reshape(example.height, example.width, 3)


def open_pictures(layout: Layout, split: str, cache: Path, *, longest_side_px: int = 480) -> PictureSet:
    """The pictures of `split`; they are decoded into `cache` when they are not there yet.

    Larger pictures are scaled down to `longest_side_px`. Raises DataLayoutError.
    """
    archives = sorted((layout.folder / split).glob("*.tar.gz"))
    if not archives:
        raise DataLayoutError(layout.folder / split, expected="archives <source>.tar.gz", found="none")
    facts = {
        "format": _CACHE_FORMAT,
        "labels": list(layout.labels),
        "longest_side_px": longest_side_px,
        "archives": [[path.name, path.stat().st_size] for path in archives],
    }
    index, pixels = cache / f"{split}.json", cache / f"{split}.pixels"
    if not _is_fresh(index, pixels, facts):
        _decode(layout, archives, index, pixels, facts)
    rows = json.loads(index.read_text(encoding="utf-8"))["examples"]
    return PictureSet(layout, tuple(_example(row) for row in rows), pixels)


def _is_fresh(index: Path, pixels: Path, facts: dict[str, Any]) -> bool:
    if not (index.is_file() and pixels.is_file()):
        return False
    kept = json.loads(index.read_text(encoding="utf-8"))
    return bool(kept["facts"] == facts and pixels.stat().st_size == kept["size"])


def _decode(layout: Layout, archives: Iterable[Path], index: Path, pixels: Path, facts: dict[str, Any]) -> None:
    index.parent.mkdir(parents=True, exist_ok=True)
    index.unlink(missing_ok=True)  # the index is written last: a broken-off run leaves none behind
    rows: list[dict[str, Any]] = []
    with pixels.open("wb") as file:
        for archive in archives:
            for row, picture in _read_archive(layout, archive, facts["longest_side_px"]):
                rows.append(row | {"offset": file.tell(), "height": picture.shape[0], "width": picture.shape[1]})
                file.write(picture.tobytes())
        size = file.tell()
    index.write_text(json.dumps({"facts": facts, "size": size, "examples": rows}), encoding="utf-8")
    log.info("pictures_decoded", cache=str(pixels), count=len(rows), bytes=size)


def _read_archive(layout: Layout, archive: Path, longest_side_px: int) -> Iterable[tuple[dict[str, Any], Pixels]]:
    source = archive.name.removesuffix(".tar.gz")
    if source not in layout.unlabelled:
        raise DataLayoutError(archive, expected="a source that partial.json names", found=source)
    parts: dict[str, dict[str, bytes]] = {"images": {}, "labels": {}, "pseudo": {}}
    with tarfile.open(archive) as tar:
        for member in tar:
            path, content = PurePosixPath(member.name), tar.extractfile(member)
            if content and path.parent.name in parts:
                parts[path.parent.name][path.stem] = content.read()
    for name in sorted(parts["images"]):
        if name not in parts["labels"]:
            raise DataLayoutError(archive, expected=f"labels/{name}.txt", found="no such file")
        texts = {kind: parts[kind].get(name, b"").decode() for kind in ("labels", "pseudo")}
        row = {"name": name, "source": source, **{kind: _rows(layout, archive, text) for kind, text in texts.items()}}
        yield row, _picture(parts["images"][name], archive, name, longest_side_px)


def _rows(layout: Layout, archive: Path, text: str) -> list[list[float]]:
    try:
        marks = Marks.parse(text, len(layout.labels))
    except ValueError as error:
        raise DataLayoutError(archive, expected="lines of labels", found=str(error)) from error
    rows: list[list[float]] = np.concatenate(
        [marks.boxes, marks.labels[:, None], marks.scores[:, None]], axis=1
    ).tolist()
    return rows


def _picture(content: bytes, archive: Path, name: str, longest_side_px: int) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise DataLayoutError(archive, expected="pictures", found=f"{name} is none")
    scale = longest_side_px / max(pixels.shape[:2])
    if scale < 1.0:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(pixels, dtype=np.uint8)


def _example(row: dict[str, Any]) -> Example:
    return Example(
        name=row["name"],
        source=row["source"],
        labelled=_marks(row["labels"]),
        guessed=_marks(row["pseudo"]),
        offset=row["offset"],
        height=row["height"],
        width=row["width"],
    )


def _marks(rows: list[list[float]]) -> Marks:
    if not rows:
        return Marks.none()
    table = np.array(rows, dtype=np.float32)
    return Marks(boxes=table[:, :4], labels=table[:, 4].astype(np.int64), scores=table[:, 5])
