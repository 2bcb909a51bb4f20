"""Labelled pictures in a grid, so that a person sees at a glance whether the labels are right."""

from collections.abc import Sequence
from pathlib import Path

import cv2

from domain.frame import Pixels
from models.data.drawing import colour_of, draw_box, fit, grid
from models.data.errors import DataError
from models.data.pictures import read_pixels
from models.data.records import Record
from models.data.untracked import require_untracked

JPEG_QUALITY = 85


def sheet(records: Sequence[Record], *, columns: int = 8, cell_px: int = 240) -> Pixels:
    """One sheet with all the given pictures; guessed boxes carry their confidence."""
    return grid([_cell(record, cell_px - 4) for record in records], columns=columns, cell_px=cell_px)


def _cell(record: Record, side_px: int) -> Pixels:
    pixels = fit(read_pixels(record.picture), side_px)
    for each in record.boxes:
        text = each.label if each.confidence is None else f"{each.label} {each.confidence:.2f}?"
        draw_box(pixels, each.box, text, colour_of(each.label))
    return pixels


def write_sheets(
    records: Sequence[Record], folder: Path, *, columns: int = 8, rows: int = 6, cell_px: int = 240
) -> list[Path]:
    """Sheets of all the given pictures as `sheet-001.jpg` and so on.

    Raises InsideRepositoryError for a folder that git would take.
    """
    place = require_untracked(folder)
    place.mkdir(parents=True, exist_ok=True)
    written = []
    per_sheet = columns * rows
    for start in range(0, len(records), per_sheet):
        path = place / f"sheet-{start // per_sheet + 1:03}.jpg"
        pixels = sheet(records[start : start + per_sheet], columns=columns, cell_px=cell_px)
        if not cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
            raise DataError(f"{path} could not be written")
        written.append(path)
    return written
