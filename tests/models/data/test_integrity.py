from dataclasses import replace
from pathlib import Path

import pytest

from models.data.errors import DataNotFoundError
from models.data.integrity import Findings, lines, survey
from models.data.layout import write_layout
from models.data.ontology import Ontology
from models.data.records import Record
from tests.models.data.drawn import record, save, save_labels, scene
from tests.support.shared import shared_data

ONTOLOGY = Ontology.of(["rodent", "cat", "person"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures to learn from, one to measure on, nothing wrong."""
    records = [
        replace(
            record("x", "rodent", split="val" if n == 3 else "train"),
            picture=save(tmp_path / "from" / f"{n}.png", scene(n)),
        )
        for n in range(4)
    ]
    write_layout(records, tmp_path / "to", ONTOLOGY)
    return tmp_path / "to"


def pictures(folder: Path, split: str = "train") -> list[Path]:
    return sorted((folder / "images" / split).iterdir())


def labels_of(picture: Path) -> Path:
    return picture.parents[2] / "labels" / picture.parent.name / f"{picture.stem}.txt"


def faults(folder: Path) -> dict[str, list[str]]:
    return {kind: found for kind, found in survey(folder).findings.faults.items() if found}


def remarks(folder: Path) -> dict[str, list[str]]:
    return {kind: found for kind, found in survey(folder).findings.remarks.items() if found}


def test_a_sound_folder_has_no_findings(folder: Path) -> None:
    found = survey(folder)

    assert (faults(folder), remarks(folder)) == ({}, {})
    assert len(found.records) == len(found.prints) == 4
    one: Record = found.records[0]
    assert (one.source, one.split) == ("drawn", "train")
    assert one.labelled == {"rodent", "cat"}
    assert [each.label for each in one.boxes] == ["rodent"]


@pytest.mark.parametrize(("kept", "reason"), [(0, "empty"), (0.5, "truncated")])
def test_broken_pictures_are_found(folder: Path, kept: float, reason: str) -> None:
    path = pictures(folder)[0]
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    assert faults(folder)["unreadable file"] == [f"{path}: the picture is {reason}"]


def test_pictures_and_labels_that_stand_alone_are_found(folder: Path) -> None:
    one, two, _ = pictures(folder)
    labels_of(one).unlink()
    two.unlink()

    found = faults(folder)

    assert found["picture without label file"] == [f"train/{one.stem}"]
    assert found["label file without picture"] == [f"train/{two.stem}"]
    assert found["in index.csv but not in the folder"] == [two.name]


def test_wrong_labels_are_found_with_their_line(folder: Path) -> None:
    path = labels_of(pictures(folder)[0])
    save_labels(path, "0 0.5 0.5 0.1 0.1", "3 0.5 0.5 0.1 0.1")

    assert faults(folder)["unreadable file"] == [f"{path}:2: class: expected a whole number from 0 to 2, found '3'"]


def test_doubtful_boxes_are_remarked(folder: Path) -> None:
    one, two, three = pictures(folder)
    save_labels(labels_of(one), "0 0.5 0.5 0.4 0.4", "0 0.5 0.5 0.401 0.4")
    save_labels(labels_of(two), "0 0.5 0.5 0.4 0.4", "1 0.5 0.5 0.401 0.4")
    save_labels(labels_of(three), "2 0.5 0.5 0.4 0.4")

    assert remarks(folder) == {
        "box drawn twice": [f"train/{one.stem}: rodent, rodent"],
        "one box with two classes": [f"train/{two.stem}: rodent, cat"],
        "boxes of a class that the source does not label": [f"train/{three.stem}: person"],
    }


def test_a_near_duplicate_on_the_other_side_is_found(folder: Path) -> None:
    copy = save(folder / "images" / "val" / "drawn__copy.png", scene(0, 128, 96))
    save_labels(labels_of(copy))

    (pair,) = remarks(folder)["near-duplicates on both sides"]

    assert pair.endswith(" val/drawn__copy")
    assert pair.startswith("train/drawn__")
    assert faults(folder) == {"in the folder but not in index.csv": ["drawn__copy.png"]}


def test_a_picture_on_another_side_than_the_index_says_is_found(folder: Path) -> None:
    one = pictures(folder)[0]
    labels_of(one).rename(folder / "labels" / "val" / f"{one.stem}.txt")
    one.rename(folder / "images" / "val" / one.name)

    assert faults(folder) == {"on another side than index.csv says": [one.name]}


def test_a_source_of_which_nothing_is_known_is_remarked(folder: Path) -> None:
    (folder / "partial.json").write_text("{}")

    assert remarks(folder) == {"source that partial.json does not know": ["drawn"]}


def test_a_folder_without_pictures_is_none(folder: Path) -> None:
    for path in (folder / "images").rglob("*.png"):
        path.unlink()

    with pytest.raises(DataNotFoundError):
        survey(folder)


def test_people_see_a_few_of_each_kind() -> None:
    findings = Findings()
    findings.faults["broken"] += [f"n{n}" for n in range(12)]
    findings.remarks["odd"].append("one")
    findings.remarks["none"] += []

    said = list(lines(findings, shown=2))

    assert said == ["FAULT: broken: 12", "    n0", "    n1", "    and 10 more", "remark: odd: 1", "    one"]


@pytest.mark.integration
def test_the_shared_pictures_to_measure_on_are_sound(tmp_path: Path) -> None:
    from models.data.archives import unpack

    folder = tmp_path / "data"
    data = shared_data()
    for name in ("ontology.json", "partial.json"):
        (folder / "from").mkdir(parents=True, exist_ok=True)
        (folder / "from" / name).write_bytes((data / name).read_bytes())
    (folder / "from" / "val").mkdir()
    for source in ("rat_fra_uas", "raccoon_lookalike"):
        (folder / "from" / "val" / f"{source}.tar.gz").symlink_to(data / "val" / f"{source}.tar.gz")

    found = survey(unpack(folder / "from", folder / "to"))

    assert {kind: said for kind, said in found.findings.faults.items() if said} == {}
    assert len(found.records) == 124 + 15
