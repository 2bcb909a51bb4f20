"""Persons whose clothes people judged by eye: `attire.csv` beside the archives of a data folder.

A row per person: split, file, box in fractions of the picture, and what was seen: hat (hat, no_hat, unclear),
kitchen_uniform (yes, no, unclear), apron (yes, not_judged), mask (mask, chin, no, unclear). "Not judged" is not "no".
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.attire import Wearing
from domain.geometry import Box
from models.data.errors import DataNotFoundError, LabelFileError

ATTIRE_FILE = "attire.csv"
HEADWEAR, UNIFORM, MASK, APRON = "headwear", "kitchen_uniform", "mask", "apron"
ATTRIBUTES = (HEADWEAR, UNIFORM, MASK)
"""What there are photographs of both kinds of. Aprons were only ever labelled where one was worn."""

_COLUMNS = {HEADWEAR: "hat", UNIFORM: "kitchen_uniform", MASK: "mask"}
_STATES = {
    "hat": {"hat": Wearing.PRESENT, "no_hat": Wearing.ABSENT, "unclear": Wearing.UNCLEAR},
    "kitchen_uniform": {"yes": Wearing.PRESENT, "no": Wearing.ABSENT, "unclear": Wearing.UNCLEAR},
    # Under the chin it is neither worn nor missing.
    "mask": {"mask": Wearing.PRESENT, "no": Wearing.ABSENT, "chin": Wearing.UNCLEAR, "unclear": Wearing.UNCLEAR},
}
_APRON_WORN = "yes"
_EDGES = ("left", "top", "right", "bottom")

FACE_STATES = {
    "face_masked": Wearing.PRESENT,
    "face_unmasked": Wearing.ABSENT,
    "face_mask_misworn": Wearing.UNCLEAR,
}
"""What the box of a face says of the mask of the person around it."""

# A person's box around a face: 2.6 faces wide with the face in its middle, half a face above, twice as tall as wide.
_FACE_WIDTHS, _FACE_ABOVE, _TALL = 2.6, 0.5, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPerson:
    """One row. `name` is the picture's, without its ending; its source is what stands before the double underscore.

    `states` has an apron only where one is worn: everybody else was not judged.
    """

    split: str
    name: str
    box: Box
    states: Mapping[str, Wearing]

    @property
    def source(self) -> str:
        return self.name.partition("__")[0]


def read_attire(folder: Path) -> list[JudgedPerson]:
    """All rows in their order. Raises DataNotFoundError or LabelFileError."""
    path = folder / ATTIRE_FILE
    if not path.is_file():
        raise DataNotFoundError(path, "a file of persons with judged clothes")
    with path.open(encoding="utf-8", newline="") as file:
        return [_person(row, path, line) for line, row in enumerate(csv.DictReader(file), start=2)]


def _person(row: dict[str, str], path: Path, line: int) -> JudgedPerson:
    try:
        edges = [float(row[edge]) for edge in _EDGES]
        box = Box(*edges)
        states = {name: _STATES[column][row[column]] for name, column in _COLUMNS.items()}
        if row.get(APRON) == _APRON_WORN:
            states[APRON] = Wearing.PRESENT
        return JudgedPerson(split=row["split"], name=Path(row["file"]).stem, box=box, states=states)
    except (KeyError, ValueError, TypeError) as error:
        expected = f"columns split, file, {', '.join(_EDGES)}, {', '.join(_COLUMNS.values())} with known values"
        raise LabelFileError(path, field="row", expected=expected, found=repr(error), line=line) from error


def person_around(head: Box, aspect: float, *, widths: float = _FACE_WIDTHS, above: float = _FACE_ABOVE) -> Box:
    """The box of the person that a face belongs to, cut at the picture's edges.

    `aspect` is width over height of the picture; `widths` and `above` are in faces.
    """
    half, top = widths * head.width / 2, head.top - above * head.height
    person = Box.clipped(head.center.x - half, top, head.center.x + half, top + 2 * half * aspect * _TALL)
    return person or head
