from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.geometry import Box
from models.data.contact_sheet import sheet, write_sheets
from models.data.drawing import colour_of, draw_box, fit
from models.data.errors import InsideRepositoryError
from models.data.pictures import read_pixels
from models.data.records import Record
from tests.models.data.drawn import record, save, scene


def records(folder: Path, count: int) -> list[Record]:
    return [replace(record("x", "rodent"), picture=save(folder / f"{n}.png", scene(n))) for n in range(count)]


def test_pictures_stand_in_rows_with_their_boxes(tmp_path: Path) -> None:
    pixels = sheet(records(tmp_path, 3), columns=2, cell_px=100)

    assert pixels.shape == (152, 200, 3)
    edge = pixels[int(0.5 * 72) - 1, 5:45].astype(int)  # the lower edge of the first picture's box
    assert np.abs(edge - colour_of("rodent")).max(axis=1).min() == 0
    assert (pixels[110, 150] == 40).all()  # the fourth place is empty


def test_sheets_are_numbered_jpegs(tmp_path: Path) -> None:
    written = write_sheets(records(tmp_path, 5), tmp_path / "sheets", columns=2, rows=1, cell_px=60)

    assert [path.name for path in written] == ["sheet-001.jpg", "sheet-002.jpg", "sheet-003.jpg"]
    assert read_pixels(written[0]).shape == (46, 120, 3)


def test_sheets_do_not_go_into_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    with pytest.raises(InsideRepositoryError):
        write_sheets(records(tmp_path, 1), tmp_path / "sheets")
    assert not (tmp_path / "sheets").exists()


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(0.99, 0.99, 1, 1), Box(0, 0, 0.01, 0.01), Box(0.4, 0, 0.6, 0.1)])
def test_boxes_at_the_edge_are_drawn(box: Box) -> None:
    pixels = np.zeros((50, 80, 3), dtype=np.uint8)

    draw_box(pixels, box, "a long name of a class", (1, 2, 3))

    assert (pixels == (1, 2, 3)).all(axis=2).any()


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(64, 48, (75, 100)), (10, 40, (100, 25)), (999, 3, (1, 100))]
)
def test_a_picture_is_scaled_to_its_longer_side(width: int, height: int, expected: tuple[int, int]) -> None:
    assert fit(np.zeros((height, width, 3), dtype=np.uint8), 100).shape[:2] == expected
