import csv
from collections import Counter
from pathlib import Path

import pytest

from models.data.errors import DataNotFoundError, LabelFileError
from models.data.lids import LIDS_FILE, ONE_PLACE, LidState, read_lids, read_rendered_lids
from models.synth.pictures import LID_COLUMNS, lid_rows

HEAD = "split,file,left,top,right,bottom,label,state,place\n"


def written(folder: Path, *lines: str) -> Path:
    path = folder / LIDS_FILE
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def test_each_side_of_the_data_has_lids_of_both_states_to_teach_and_to_measure() -> None:
    counts = Counter((lid.split, lid.state) for lid in read_lids())
    assert all(counts[split, state] >= 50 for split in ("train", "val") for state in (LidState.OPEN, LidState.CLOSED))


def test_no_bin_is_judged_twice_and_none_is_on_both_sides() -> None:
    lids = read_lids()
    assert len({(lid.name, lid.box) for lid in lids}) == len(lids)
    sides = {split: {lid.name for lid in lids if lid.split == split} for split in ("train", "val")}
    assert not sides["train"] & sides["val"]


def test_one_place_has_enough_lids_to_teach_on_some_and_ask_about_others() -> None:
    counts = Counter(lid.state for lid in read_lids() if lid.place == ONE_PLACE)
    assert min(counts[LidState.OPEN], counts[LidState.CLOSED]) >= 25


def test_a_row_says_what_was_seen(tmp_path: Path) -> None:
    [lid] = read_lids(written(tmp_path, "val,source__1,0.1,0.2,0.3,0.9,bin_overflowing,open,car_park"))
    assert (lid.state, lid.place, lid.is_overflowing, lid.box.bottom) == (LidState.OPEN, ONE_PLACE, True, 0.9)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("val,a,0.1,0.2,0.3,0.9,bin,ajar,", "state"),
        ("val,a,0.3,0.2,0.1,0.9,bin,open,", "box"),
        ("val,a,0.1,0.2,left,0.9,bin,open,", "box"),
        ("val,a,0.1,0.2", "label"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, row: str, field: str) -> None:
    path = written(tmp_path, "val,b,0.1,0.2,0.3,0.9,bin,open,", row)
    with pytest.raises(LabelFileError, match=rf"{LIDS_FILE}:3: {field}: expected"):
        read_lids(path)


def test_a_folder_without_lids_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match=LIDS_FILE):
        read_rendered_lids(tmp_path)


def test_a_rendered_bin_says_how_its_lid_stands_unless_it_has_none(tmp_path: Path) -> None:
    def box(kind: str, *, is_open: bool, fill: float) -> dict[str, object]:
        facts = {"kind": kind, "is_open": is_open, "lid_degrees": 70.0, "fill": fill, "is_overflowing": fill > 1}
        label = "bin_overflowing" if fill > 1 else "bin"
        return {"label": label, "box": [0.1, 0.2, 0.3, 0.4], "visibility": 0.8, "facts": facts}

    boxes = [
        box("pedal", is_open=True, fill=1.2),
        box("wheelie", is_open=False, fill=0.5),
        box("bucket", is_open=True, fill=0.5),
    ]
    with (tmp_path / LIDS_FILE).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, LID_COLUMNS)
        table.writeheader()
        table.writerows(lid_rows([("synth__000001.webp", {"boxes": boxes})]))
    lids = read_rendered_lids(tmp_path)
    assert [lid.state for lid in lids] == [LidState.OPEN, LidState.CLOSED, LidState.NONE]
    assert [lid.is_overflowing for lid in lids] == [True, False, False]
    assert {(lid.name, lid.visibility) for lid in lids} == {("synth__000001", 0.8)}
