"""One labelled picture, whatever format it came from."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from domain.geometry import Box

SAME_BOX_OVERLAP = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledBox:
    """One labelled thing. `confidence` is None where a person drew the box, else how sure the guessing network was.

    A guess of a class that is labelled in its record was let stand as a label: it is taught, and figures mark it.
    """

    label: str
    box: Box
    confidence: float | None = None

    def is_same_as(self, other: "LabelledBox") -> bool:
        """Whether it says what the other one says, so that one of them is enough."""
        return self.label == other.label and self.box.overlap(other.box) > SAME_BOX_OVERLAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A picture with its labels.

    `labelled` are the classes that count here: where one of them has no box, the thing is not in the picture. Of
    every other class nothing is known: it may be there without a box, so it must not be learnt as background.
    `split` and `group` are empty until a split was made; pictures of one group (near-duplicates, one scene)
    never come on different sides.
    """

    picture: Path
    width_px: int
    height_px: int
    boxes: tuple[LabelledBox, ...]
    source: str
    labelled: frozenset[str]
    split: str = ""
    group: str = ""
    original: str = ""

    @property
    def name(self) -> str:
        return self.picture.stem

    @property
    def labels(self) -> frozenset[str]:
        """Classes that have a box here."""
        return frozenset(each.label for each in self.boxes)

    def joined(self, other: "Record") -> "Record":
        """What two files of labels say of one picture: the boxes of both, and the classes of both count.

        Where their sides differ it is learnt from, never measured on.
        """
        more = (box for box in other.boxes if not any(box.is_same_as(each) for each in self.boxes))
        return replace(
            self,
            boxes=(*self.boxes, *more),
            labelled=self.labelled | other.labelled,
            split=self.split if self.split == other.split else "train",
        )


@dataclass(slots=True)
class ImportCounts:
    """What an importer changed or left out; a person should look at every number that is not 0."""

    pictures: int = 0
    boxes: int = 0
    clipped_boxes: int = 0
    dropped_boxes: int = 0
    repeated_boxes: int = 0
    guessed_boxes: int = 0
    pictures_without_labels: int = 0
    pictures_with_crowds: int = 0
    ignored: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """One line each, for people."""
        said = [
            f"{self.pictures} pictures with {self.boxes} boxes",
            f"{self.clipped_boxes} boxes were cut at the frame",
            f"{self.dropped_boxes} boxes without an area inside the frame were dropped",
            f"{self.repeated_boxes} boxes that stood there twice were dropped",
            f"{self.guessed_boxes} boxes have a confidence: they count as labels, and figures mark them as guessed",
            f"{self.pictures_without_labels} pictures have no file of labels and were left out",
            f"{self.pictures_with_crowds} pictures with crowds were left out",
        ]
        said += [f"{count} boxes of the ignored class {name!r}" for name, count in sorted(self.ignored.items())]
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """All usable pictures of one source, and what was done to get them."""

    records: tuple[Record, ...]
    counts: ImportCounts
