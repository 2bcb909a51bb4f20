"""The generator's table of persons, read strictly."""

import csv
from pathlib import Path

import pytest

from domain.attire import Wearing
from models.data.errors import DataNotFoundError, LabelFileError
from models.data.rendered_attire import COLUMNS, read_rendered_attire
from models.synth.bodies.clothes import Headwear
from models.synth.pictures import ATTIRE_COLUMNS, attire_rows

ROW = {
    "split": "train", "file": "synth__0011223344.webp", "left": "0.1", "top": "0.2", "right": "0.3", "bottom": "0.9",
    "hat": "hat", "kitchen_uniform": "yes", "apron": "no", "mask": "nose_free", "headwear": "hairnet", "gloves": "no",
    "visibility": "0.81",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    with (folder / "attire.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_a_row_says_what_is_worn(tmp_path: Path) -> None:
    (person,) = read_rendered_attire(write(tmp_path, ROW))

    assert person.name == "synth__0011223344"
    assert person.box.bottom == 0.9
    assert person.visibility == 0.81
    assert {name: state.value for name, state in person.states.items()} == {
        "headwear": "present",
        "kitchen_uniform": "present",
        "mask": "unclear",
        "apron": "absent",
    }


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("mask", Wearing.PRESENT),
        ("no", Wearing.ABSENT),
        ("nose_free", Wearing.UNCLEAR),
        ("chin", Wearing.UNCLEAR),
    ],
)
def test_a_mask_that_is_worn_wrongly_is_neither_worn_nor_missing(tmp_path: Path, word: str, state: Wearing) -> None:
    assert read_rendered_attire(write(tmp_path, ROW | {"mask": word}))[0].states["mask"] is state


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("split", "val", "one of train"),
        ("file", "", "a picture's name"),
        ("left", "wide", "a number from 0 to 1"),
        ("top", "nan", "a number from 0 to 1"),
        ("right", "0.1", "more than left, 0.1"),
        ("bottom", "0.2", "more than top, 0.2"),
        ("hat", "unclear", "one of hat, no_hat"),
        ("kitchen_uniform", "perhaps", "one of yes, no"),
        ("apron", "not_judged", "one of yes, no"),
        ("mask", "right", "one of mask, no, nose_free, chin"),
        ("headwear", "crown", "one of none, toque, cap, hairnet, helmet"),
        ("headwear", "none", "what fits hat hat"),
        ("gloves", "", "one of yes, no"),
        ("visibility", "1.2", "a number from 0 to 1"),
    ],
)
def test_a_wrong_cell_is_named_with_line_and_column(tmp_path: Path, column: str, cell: str, expected: str) -> None:
    folder = write(tmp_path, ROW, ROW | {column: cell})

    with pytest.raises(LabelFileError) as caught:
        read_rendered_attire(folder)

    assert (caught.value.field, caught.value.line, caught.value.expected) == (column, 3, expected)
    assert caught.value.found == cell


def test_a_row_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "attire.csv").write_text(f"{','.join(COLUMNS)}\ntrain,synth__0011223344.webp,0.1,0.2\n")

    with pytest.raises(LabelFileError, match=r"attire\.csv:2: hat: expected one of hat, no_hat, found None"):
        read_rendered_attire(tmp_path)


def test_a_table_of_photographs_is_not_taken_for_one_of_rendered_persons(tmp_path: Path) -> None:
    folder = write(tmp_path, ROW, columns=COLUMNS[:10])

    with pytest.raises(LabelFileError) as caught:
        read_rendered_attire(folder)

    assert (caught.value.field, caught.value.line) == ("columns", 1)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match="rendered persons"):
        read_rendered_attire(tmp_path)


@pytest.mark.parametrize("worn", list(Headwear))
@pytest.mark.parametrize("mask", ["none", "right", "nose_free", "chin"])
def test_every_word_of_the_generator_is_known(tmp_path: Path, worn: Headwear, mask: str) -> None:
    facts = {"headwear": worn.value, "kitchen_uniform": True, "apron": True, "mask": mask, "gloves": True}
    box = {"label": "person", "box": [0.1, 0.1, 0.4, 0.9], "visibility": 1.0, "size_px": [90, 200], "facts": facts}
    (row,) = attire_rows([("synth__0011223344.webp", {"boxes": [box]})])

    (person,) = read_rendered_attire(write(tmp_path, {name: str(cell) for name, cell in row.items()}))

    assert person.states["headwear"] is (Wearing.ABSENT if worn is Headwear.NONE else Wearing.PRESENT)
    assert sorted(COLUMNS) == sorted(ATTIRE_COLUMNS)
