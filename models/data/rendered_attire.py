"""Rendered persons: the `attire.csv` that `python -m models.synth pictures` writes beside its pictures.

Its rows are known, not judged by eye, so nothing in them is unclear; an apron is worn or it is not. Columns and words
must be exactly those that the generator writes: a folder of another kind must not be taken for rendered persons.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from domain.attire import Wearing
from domain.geometry import Box
from models.data.attire import APRON, ATTIRE_FILE, HEADWEAR, MASK, UNIFORM
from models.data.errors import DataNotFoundError, LabelFileError
from models.data.splits import TRAIN

Word = TypeVar("Word")

PRESENT, ABSENT, UNCLEAR = Wearing.PRESENT, Wearing.ABSENT, Wearing.UNCLEAR

_EDGES = ("left", "top", "right", "bottom")
_YES_NO = {"yes": PRESENT, "no": ABSENT}
# A mask under the nose or at the chin is neither worn nor missing; see models.data.attire.FACE_STATES.
_WORDS: Mapping[str, Mapping[str, Wearing]] = {
    "hat": {"hat": PRESENT, "no_hat": ABSENT},
    "kitchen_uniform": _YES_NO,
    "apron": _YES_NO,
    "mask": {"mask": PRESENT, "no": ABSENT, "nose_free": UNCLEAR, "chin": UNCLEAR},
    "headwear": {"none": ABSENT, "toque": PRESENT, "cap": PRESENT, "hairnet": PRESENT, "helmet": PRESENT},
    "gloves": _YES_NO,
}
COLUMNS = ("split", "file", *_EDGES, *_WORDS, "visibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedPerson:
    """One row. `name` is the picture's, without its ending; `states` is by attribute, aprons included."""

    name: str
    box: Box
    states: Mapping[str, Wearing]
    visibility: float


def read_rendered_attire(folder: Path) -> list[RenderedPerson]:
    """All rows in their order.

    Raises DataNotFoundError, or LabelFileError with the line and the column that is wrong.
    """
    path = folder / ATTIRE_FILE
    if not path.is_file():
        raise DataNotFoundError(path, "a table of rendered persons")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        found = rows.fieldnames or ()
        if sorted(found) != sorted(COLUMNS):
            raise LabelFileError(path, field="columns", expected=", ".join(COLUMNS), found=", ".join(found), line=1)
        return [_Row(path, line, row).person() for line, row in enumerate(rows, start=2)]


@dataclass(frozen=True, slots=True)
class _Row:
    path: Path
    line: int
    cells: Mapping[str, str | None]

    def person(self) -> RenderedPerson:
        self._word("split", {TRAIN: TRAIN})  # never val: figures are those of real persons
        said = {column: self._word(column, words) for column, words in _WORDS.items()}
        if said["headwear"] is not said["hat"]:
            raise self._wrong("headwear", f"what fits hat {self.cells['hat']}")
        return RenderedPerson(
            name=Path(self._file()).stem,
            box=self._box(),
            states={HEADWEAR: said["hat"], UNIFORM: said["kitchen_uniform"], MASK: said["mask"], APRON: said["apron"]},
            visibility=self._fraction("visibility"),
        )

    def _word(self, column: str, words: Mapping[str, Word]) -> Word:
        cell = self.cells[column]
        if cell is None or cell not in words:
            raise self._wrong(column, f"one of {', '.join(words)}")
        return words[cell]

    def _file(self) -> str:
        cell = self.cells["file"]
        if not cell:
            raise self._wrong("file", "a picture's name")
        return cell

    def _box(self) -> Box:
        left, top, right, bottom = (self._fraction(edge) for edge in _EDGES)
        if left >= right:
            raise self._wrong("right", f"more than left, {left:g}")
        if top >= bottom:
            raise self._wrong("bottom", f"more than top, {top:g}")
        return Box(left, top, right, bottom)

    def _fraction(self, column: str) -> float:
        try:
            value = float(self.cells[column] or "")
        except ValueError:
            value = -1.0
        if not 0.0 <= value <= 1.0:  # false for NaN too
            raise self._wrong(column, "a number from 0 to 1")
        return value

    def _wrong(self, column: str, expected: str) -> LabelFileError:
        return LabelFileError(self.path, field=column, expected=expected, found=self.cells[column], line=self.line)
