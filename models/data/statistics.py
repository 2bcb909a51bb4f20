"""How many boxes of which class, how large, from where."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.data.records import Record

BAND_EDGES_PX = (0, 16, 32, 64, 128)
"""Lower ends of the size bands; the size of a box is the square root of its area in pixels of the picture."""
_QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCounts:
    """One class in one split. `bands` counts boxes by size band, `sizes_px` are the sizes at 10, 50 and 90 %."""

    label: str
    split: str
    pictures: int
    boxes: int
    guessed: int
    bands: tuple[int, ...]
    sizes_px: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCounts:
    """One source in one split; `empty` are pictures without any box."""

    source: str
    split: str
    pictures: int
    boxes: int
    empty: int


def size_px(record: Record, width: float, height: float) -> float:
    """Square root of the area, in pixels, of a box whose sides are fractions of the picture's."""
    return float(np.sqrt(width * record.width_px * height * record.height_px))


def band_name(place: int) -> str:
    """`16-32`, and `128+` for the last."""
    edges = BAND_EDGES_PX
    return f"{edges[place]}-{edges[place + 1]}" if place + 1 < len(edges) else f"{edges[place]}+"


def band_of(size: float) -> int:
    """The place of a size in pixels among the bands."""
    return int(np.searchsorted(BAND_EDGES_PX, size, side="right")) - 1


def class_counts(records: Sequence[Record], names: Sequence[str]) -> list[ClassCounts]:
    """Every class in every split that has pictures, in the order of `names`."""
    sizes: dict[tuple[str, str], list[float]] = defaultdict(list)
    guessed: Counter[tuple[str, str]] = Counter()
    pictures: Counter[tuple[str, str]] = Counter()
    for record in records:
        pictures.update((label, record.split) for label in record.labels)
        for each in record.boxes:
            sizes[each.label, record.split].append(size_px(record, each.box.width, each.box.height))
            guessed[each.label, record.split] += each.confidence is not None
    splits = sorted({record.split for record in records})
    keys = [(label, split) for label in names for split in splits]
    return [_counts(key, sizes[key], pictures[key], guessed[key]) for key in keys]


def _counts(key: tuple[str, str], sizes: list[float], pictures: int, guessed: int) -> ClassCounts:
    bands = Counter(band_of(size) for size in sizes)
    at = np.quantile(sizes, _QUANTILES).round(1).tolist() if sizes else [0.0, 0.0, 0.0]
    return ClassCounts(
        label=key[0],
        split=key[1],
        pictures=pictures,
        boxes=len(sizes),
        guessed=guessed,
        bands=tuple(bands[place] for place in range(len(BAND_EDGES_PX))),
        sizes_px=(at[0], at[1], at[2]),
    )


def source_counts(records: Sequence[Record]) -> list[SourceCounts]:
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        found[record.source, record.split].append(record)
    return [
        SourceCounts(
            source=source,
            split=split,
            pictures=len(own),
            boxes=sum(len(record.boxes) for record in own),
            empty=sum(not record.boxes for record in own),
        )
        for (source, split), own in sorted(found.items())
    ]


def class_lines(counts: Sequence[ClassCounts]) -> Iterator[str]:
    """A table for people."""
    bands = " ".join(f"{band_name(place):>7}" for place in range(len(BAND_EDGES_PX)))
    yield f"{'class':18} {'split':6} {'pictures':>8} {'boxes':>6} {'guessed':>7} {bands} {'10/50/90 % px':>16}"
    for each in counts:
        cells = " ".join(f"{count:7}" for count in each.bands)
        sizes = "/".join(f"{size:.0f}" for size in each.sizes_px)
        yield f"{each.label:18} {each.split:6} {each.pictures:8} {each.boxes:6} {each.guessed:7} {cells} {sizes:>16}"


def source_lines(counts: Sequence[SourceCounts]) -> Iterator[str]:
    yield f"{'source':28} {'split':6} {'pictures':>8} {'boxes':>6} {'empty':>6}"
    for each in counts:
        yield f"{each.source:28} {each.split:6} {each.pictures:8} {each.boxes:6} {each.empty:6}"


def as_document(counts: Sequence[ClassCounts], sources: Sequence[SourceCounts]) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "bands_px": [band_name(place) for place in range(len(BAND_EDGES_PX))],
        "classes": [
            {
                "class": each.label,
                "split": each.split,
                "pictures": each.pictures,
                "boxes": each.boxes,
                "guessed": each.guessed,
                "bands": list(each.bands),
                "sizes_px": list(each.sizes_px),
            }
            for each in counts
        ],
        "sources": [
            {"source": s.source, "split": s.split, "pictures": s.pictures, "boxes": s.boxes, "empty": s.empty}
            for s in sources
        ],
    }
