"""Lids of real bins, judged by eye: `lids.csv` beside this module, and the tables that `models.synth` writes.

One pair of eyes looked at the enlarged boxes of `bin` and `bin_overflowing` of the source bins_garbage_overflow that
are at least 40 px wide and high, once, on 2026-11-26: all of `val`, and of `train` one box each of 240 pictures drawn
at random and the boxes of one place that many pictures show. Nobody checked it a second time. The words:

open      a bin made with a lid that is back, up, hanging down or lifted by rubbish, so that a hand fits in. Where it is
          heaped above the rim and no lid is seen, it counts as open too.
closed    the lid lies on, whatever stands on top of it
none      made without a lid that moves: baskets, tubs, litter bins under a fixed roof
unclear   too dark, blurred, cut off or hidden to say

A row: split, file (without ending), the box as labelled in fractions, its label, state, and `place`: `car_park` for
pictures of one corner of a car park with changing bins, empty for all others, each of which is taken for a place of
its own. The pictures are other people's and are not here.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domain.geometry import Box
from models.data.errors import DataNotFoundError, LabelFileError

LIDS_FILE = "lids.csv"
REAL_LIDS = Path(__file__).with_name(LIDS_FILE)
ONE_PLACE = "car_park"
BUCKET = "bucket"  # what `models.synth` calls a bin without a lid
_EDGES = ("left", "top", "right", "bottom")


class LidState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    NONE = "none"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLid:
    """One bin. `name` is the picture's without its ending; `visibility` is 1 where nobody measured it."""

    split: str
    name: str
    box: Box
    label: str
    state: LidState
    place: str = ""
    visibility: float = 1.0

    @property
    def is_overflowing(self) -> bool:
        return self.label == "bin_overflowing"


def read_lids(path: Path = REAL_LIDS) -> list[JudgedLid]:
    """Labels made by eye, in their order. Raises DataNotFoundError or LabelFileError."""
    return [
        JudgedLid(
            split=row["split"],
            name=row["file"],
            box=box,
            label=row["label"],
            state=LidState(row["state"]),
            place=row["place"],
        )
        for row, box in _rows(path, ("split", "file", "label", "state", "place"), {"state": [*LidState]})
    ]


def read_rendered_lids(folder: Path) -> list[JudgedLid]:
    """The lids of a folder that `models.synth` filled. Raises DataNotFoundError or LabelFileError."""
    words = {"is_open": ["yes", "no"], "is_overflowing": ["yes", "no"]}
    return [
        JudgedLid(
            split=row["split"],
            name=Path(row["file"]).stem,
            box=box,
            label="bin_overflowing" if row["is_overflowing"] == "yes" else "bin",
            state=_rendered_state(row),
            visibility=float(row["visibility"]),
        )
        for row, box in _rows(folder / LIDS_FILE, ("split", "file", "kind", "visibility"), words)
    ]


def _rendered_state(row: dict[str, str]) -> LidState:
    if row["kind"] == BUCKET:
        return LidState.NONE
    return LidState.OPEN if row["is_open"] == "yes" else LidState.CLOSED


def _rows(path: Path, columns: tuple[str, ...], words: dict[str, list[str]]) -> list[tuple[dict[str, str], Box]]:
    """Rows with all columns, words among the known ones, and a box."""
    if not path.is_file():
        raise DataNotFoundError(path, "a file of judged lids")
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            for column in (*columns, *words):
                if row.get(column) is None:
                    raise LabelFileError(path, field=column, expected="a value", found=None, line=line)
            for column, known in words.items():
                if row[column] not in known:
                    raise LabelFileError(
                        path, field=column, expected=f"one of {', '.join(known)}", found=row[column], line=line
                    )
            try:
                found.append((row, Box(*(float(row[edge]) for edge in _EDGES))))
            except (KeyError, TypeError, ValueError) as error:
                raise LabelFileError(
                    path, field="box", expected="edges as fractions", found=str(error), line=line
                ) from error
    return found
