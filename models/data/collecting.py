"""What all importers do with a class name and four numbers."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from domain.geometry import Box
from models.data.errors import DataError, LabelFileError, UnknownClassError
from models.data.ontology import ClassMap
from models.data.pictures import read_pixels
from models.data.records import ImportCounts, Imported, LabelledBox, Record

ROUNDING = 1e-4
"""Edges this far outside the frame (in fractions) are rounding, not a fault: half a pixel at 5000 pixels."""
ASPECT_TOLERANCE = 0.02
"""Pictures are often scaled after they were labelled; another shape means other labels (or a turned picture)."""

Edges = tuple[float, float, float, float]
"""Left, top, right, bottom in fractions of the frame, perhaps outside it."""


def require_shape(size: tuple[float, float], record: Record, path: Path, field: str, line: int | None = None) -> None:
    """Raise LabelFileError unless labels made for a picture of `size`, width and height, fit the record's."""
    width, height = size
    if abs((width / height) / (record.width_px / record.height_px) - 1) > ASPECT_TOLERANCE:
        expected = f"the shape of the picture {record.picture}, {record.width_px}x{record.height_px}"
        raise LabelFileError(path, field=field, expected=expected, found=f"{width:g}x{height:g}", line=line)


@dataclass(slots=True)
class Collector:
    """Takes in the labels of one source picture by picture; counts what it changes and keeps what is wrong."""

    source: str
    class_map: ClassMap
    labelled: frozenset[str]
    counts: ImportCounts = field(default_factory=ImportCounts)
    faults: list[DataError] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def take(self, work: Callable[[], Record | None]) -> None:
        """Add what `work` makes of one picture; remember what is wrong with it, if anything is."""
        try:
            record = work()
        except DataError as error:
            self.faults.append(error)
            return
        if record is not None:
            self.records.append(record)
            self.counts.pictures += 1
            self.counts.boxes += len(record.boxes)
            self.counts.guessed_boxes += sum(
                each.confidence is not None and each.label in record.labelled for each in record.boxes
            )

    def label(self, foreign: str, path: Path, line: int | None = None) -> str | None:
        """Our class, or None for one to pass over. Raises UnknownClassError."""
        if self.class_map.is_ignored(foreign):
            self.counts.ignored[foreign] = self.counts.ignored.get(foreign, 0) + 1
            return None
        ours = self.class_map.meaning(foreign)
        if ours is None:
            raise UnknownClassError(path, name=foreign, line=line)
        return ours

    def box(self, edges: Edges, path: Path, line: int | None = None) -> Box | None:
        """The part inside the frame; None where nothing is left. Raises LabelFileError for what is no number."""
        if not all(math.isfinite(edge) for edge in edges):
            raise LabelFileError(path, field="box", expected="finite numbers", found=edges, line=line)
        left, top, right, bottom = edges
        inside = Box.clipped(*edges) if left < right and top < bottom else None
        if inside is None:
            self.counts.dropped_boxes += 1
        elif min(left, top) < -ROUNDING or max(right, bottom) > 1 + ROUNDING:
            self.counts.clipped_boxes += 1
        return inside

    def record(self, picture: Path, boxes: Iterable[LabelledBox], split: str = "") -> Record:
        """A record of a picture that can be read. Raises PictureError."""
        height, width = read_pixels(picture).shape[:2]
        return Record(
            picture=picture,
            width_px=width,
            height_px=height,
            boxes=self.different(boxes),
            source=self.source,
            labelled=self.labelled,
            split=split,
            original=picture.name,
        )

    def imported(self) -> Imported:
        return Imported(records=tuple(self.records), counts=self.counts)

    def different(self, boxes: Iterable[LabelledBox]) -> tuple[LabelledBox, ...]:
        """The boxes without those that stand there twice."""
        kept: list[LabelledBox] = []
        for each in boxes:
            if any(each.is_same_as(other) for other in kept):
                self.counts.repeated_boxes += 1
            else:
                kept.append(each)
        return tuple(kept)
