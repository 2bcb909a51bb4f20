"""Data as other tools write it: what can be read is read, what is wrong is named with file and line."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.evaluation_samples import open_samples
from models.data.errors import DataError

LABELS = ["rodent", "helmet", "head_bare", "person"]


def make(folder: Path, text: str, *, labels: str = "0 0.5 0.5 0.2 0.2\n") -> Path:
    """Two pictures in images/val with the same labels, and a data.yaml."""
    (folder / "images" / "val").mkdir(parents=True)
    (folder / "labels" / "val").mkdir(parents=True)
    for name in ("a", "b"):
        cv2.imwrite(str(folder / "images" / "val" / f"{name}.png"), np.full((40, 60, 3), 90, dtype=np.uint8))
        (folder / "labels" / "val" / f"{name}.txt").write_text(labels)
    place = folder / "data.yaml"
    place.write_text(text)
    return place


def truths(place: Path, split: str = "") -> list[list[str]]:
    return [[each.label for each in sample.truth] for sample in open_samples(place, LABELS, split=split).read()]


@pytest.mark.parametrize(
    "text",
    [
        "val: images/val\nnames: [rodent]\n",
        "val: [images/val]\nnames: [rodent]\n",
        "val: ./images/val/\nnames: {0: rodent}\n",
        "path: .\nval: images/val\nnames: {'0': rodent}\n",
        "path: C:\\data\\rats\nval: C:\\data\\rats\\images\\val\nnames: [rodent]\n",
        "path: /nowhere/else\ntrain: ../train/images\nval: images/val\nnames: [Rat]\nnc: 1\n",
        "test: images/val\nnames: [mouse]\n",
        "val:\n- images/val/a.png\n- images/val/b.png\nnames: [rodent]\n",
    ],
    ids=["folder", "list", "numbered", "text numbers", "windows", "moved", "test", "pictures"],
)
def test_a_data_yaml_of_any_tool_is_read(tmp_path: Path, text: str) -> None:
    assert truths(make(tmp_path, text)) == [["rodent"], ["rodent"]]


def test_pictures_may_be_listed_in_a_file(tmp_path: Path) -> None:
    place = make(tmp_path, "val: val.txt\nnames: [rodent]\n")
    (tmp_path / "val.txt").write_text("./images/val/b.png\n\nimages/val/a.png\n")

    assert len(truths(place)) == 2


@pytest.mark.parametrize(
    ("line", "edges"),
    [
        ("0 0.5 0.5 0.2 0.2", (0.4, 0.4, 0.6, 0.6)),
        ("0.0 0.5 0.5 0.2 0.2", (0.4, 0.4, 0.6, 0.6)),
        ("0 0.5 0.5 0.2 0.2 0.87", (0.4, 0.4, 0.6, 0.6)),
        ("0 0.1 0.2 0.5 0.2 0.5 0.9 0.1 0.9", (0.1, 0.2, 0.5, 0.9)),
        ("0 0.1 0.2 0.5 0.2 0.3 0.9", (0.1, 0.2, 0.5, 0.9)),
    ],
    ids=["box", "class with a point", "confidence", "turned box", "polygon"],
)
def test_boxes_and_polygons_are_read(tmp_path: Path, line: str, edges: tuple[float, ...]) -> None:
    samples = list(open_samples(make(tmp_path, "val: images/val\nnames: [rodent]\n", labels=line), LABELS).read())

    (each,) = samples[0].truth
    assert (each.box.left, each.box.top, each.box.right, each.box.bottom) == pytest.approx(edges)
    assert each.is_guess == line.endswith("0.87")


def test_names_of_other_people_are_understood(tmp_path: Path) -> None:
    place = make(
        tmp_path,
        "val: images/val\nnames: [Hardhat, NO-Hardhat, Person, crane]\n",
        labels="0 0.2 0.2 0.1 0.1\n1 0.5 0.5 0.1 0.1\n2 0.8 0.8 0.1 0.1\n3 0.4 0.4 0.1 0.1\n",
    )

    assert truths(place)[0] == ["helmet", "head_bare", "person", "crane"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("val: images/val\n", r"data\.yaml: names: expected a list of class names"),
        ("val: images/val\nnames: 3\n", r"data\.yaml:2: names: expected a list"),
        ("val: images/val\nnames: {1: rodent, 2: cat}\n", r"data\.yaml:2: names: expected numbers from 0"),
        ("val: images/val\nnames: [rodent, [cat]]\n", r"data\.yaml:2: names"),
        ("val: images/val\nnames: [rodent, rodent]\n", r"data\.yaml:2: names: expected each class once"),
        ("names: [rodent]\nval: images/vall\n", r"line 2: images/vall"),
        ("train: images/val\nnames: [rodent]\n", r"expected pictures of val or test"),
        ("val: data.yaml\nnames: [rodent]\n", r"data\.yaml:1: picture: expected a file"),
        ("- val\n", r"data\.yaml: document"),
        ("val: [images\nnames: ]", r"data\.yaml: document: expected YAML"),
    ],
)
def test_a_wrong_data_yaml_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        truths(make(tmp_path, text))


def test_a_list_of_pictures_that_names_something_else_is_told_with_its_line(tmp_path: Path) -> None:
    place = make(tmp_path, "val: val.txt\nnames: [rodent]\n")
    (tmp_path / "val.txt").write_text("images/val/a.png\nlabels/val/a.txt\n")
    with pytest.raises(DataError, match=r"val\.txt:2: picture: expected a picture"):
        truths(place)

    (tmp_path / "val.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"val\.txt: document"):
        truths(place)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0 0.5 0.5 0.2", "columns"),
        ("0 0.5 0.5 0.2 0.2 0.1 0.1 0.1", "columns"),
        ("5 0.5 0.5 0.2 0.2", "class: expected a whole number from 0 to 0"),
        ("rat 0.5 0.5 0.2 0.2", "class"),
        ("0 320 240 64 64", "box: expected fractions of the frame"),
        ("0 nan 0.5 0.2 0.2", "box"),
    ],
)
def test_a_wrong_line_costs_its_picture_only(tmp_path: Path, line: str, message: str) -> None:
    place = make(tmp_path, "val: images/val\nnames: [rodent]\n")
    (tmp_path / "labels" / "val" / "a.txt").write_text(f"0 0.5 0.5 0.2 0.2\n{line}\n")
    told: list[DataError] = []

    found = list(open_samples(place, LABELS).read(on_fault=told.append))

    assert [each.name for each in found] == ["b"]
    (fault,) = told
    assert "a.txt:2: " in str(fault)
    assert message in str(fault)


def test_names_in_partial_json_that_mean_nothing_are_told_and_change_nothing(tmp_path: Path) -> None:
    place = make(tmp_path, "val: images/val\nnames: [rodent]\n")
    (tmp_path / "partial.json").write_text(json.dumps({"a": ["Hardhat", "rodnet"], "gone": []}, indent=1))

    samples = open_samples(place, LABELS)

    assert [each.left_out for each in samples.read()] == [
        {"helmet", "head_bare", "person", "rodnet"},
        {"helmet", "head_bare", "person"},
    ]
    told = list(samples.remarks)
    assert len(told) == 2
    assert "partial.json:4: class 'rodnet' is neither in the data nor known here" in told[0]
    assert "partial.json:6: source 'gone' has no picture here" in told[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", r"partial\.json: document: expected a list of class names by source"),
        ('{\n "a": "rodent"\n}', r"partial\.json:2: a: expected a list"),
        ('{\n "a": [["rodent"]]\n}', r"partial\.json:2: a: expected a list"),
        ('{\n "a": [\n}', r"partial\.json:3: document: expected JSON"),
    ],
)
def test_a_wrong_partial_json_is_named_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    place = make(tmp_path, "val: images/val\nnames: [rodent]\n")
    (tmp_path / "partial.json").write_text(content)

    with pytest.raises(DataError, match=message):
        open_samples(place, LABELS)


def test_pictures_of_one_scene_are_known_by_the_index_and_by_their_names(tmp_path: Path) -> None:
    place = make(tmp_path, "val: images/val\nnames: [rodent]\n")
    for name in ("c_jpg.rf.0123456789abcdef", "c_jpg.rf.fedcba9876543210"):
        (tmp_path / "images" / "val" / f"{name}.png").write_bytes((tmp_path / "images" / "val" / "a.png").read_bytes())
    (tmp_path / "index.csv").write_text("split,file,source,group\nval,a.png,x,one\nval,b.png,x,one\n")

    scenes = {each.name[0]: each.scene for each in open_samples(place, LABELS).read()}

    assert scenes == {"a": "one", "b": "one", "c": "c"}


def test_an_index_may_name_any_split(tmp_path: Path) -> None:
    place = make(tmp_path, "test: images/val\nnames: [rodent]\n")
    (tmp_path / "index.csv").write_text("split,file,source,group\ntest,a.png,x,one\nholdout,b.png,x,one\n")

    assert [each.scene for each in open_samples(place, LABELS).read()] == ["one", "one"]


@pytest.mark.parametrize("text", ["name,price\nrat,3\n", "split;file;source\nval;a.png;x\n", "", "\u540d,\u4ef7\n"])
def test_an_index_of_somebody_else_is_passed_over_and_told(tmp_path: Path, text: str) -> None:
    place = make(tmp_path, "val: images/val\nnames: [rodent]\n")
    (tmp_path / "index.csv").write_bytes(text.encode("gbk"))

    samples = open_samples(place, LABELS)

    assert len(list(samples.read())) == 2
    (told,) = samples.remarks
    assert "index.csv: expected columns split, file, source" in told


def test_a_line_that_stands_twice_is_one_box(tmp_path: Path) -> None:
    twice = "0 0.5 0.5 0.2 0.2 0.9\n0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.2 0.2\n0 0.6 0.5 0.2 0.2\n"
    place = make(tmp_path, "val: images/val\nnames: [rodent, person]\n", labels=twice)

    first = next(open_samples(place, LABELS).read())

    assert [(each.label, each.is_guess) for each in first.truth] == [
        ("rodent", False),
        ("person", False),
        ("rodent", False),
    ]


def test_pictures_of_one_name_in_two_folders_are_two_pictures(tmp_path: Path) -> None:
    make(tmp_path / "one", "")
    make(tmp_path / "two", "")
    (tmp_path / "data.yaml").write_text("val: [one/images/val, two/images/val]\nnames: [rodent]\n")

    found = list(open_samples(tmp_path / "data.yaml", LABELS).read())

    assert [each.name for each in found] == ["a", "b", "a", "b"]
    assert len({each.place for each in found}) == 4
    assert {each.scene for each in found} == {""}


def test_a_broken_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "ontology.json").write_text(json.dumps(LABELS))
    (tmp_path / "partial.json").write_text("{}")
    (tmp_path / "val").mkdir()
    (tmp_path / "val" / "cellar.tar.gz").write_bytes(b"\x1f\x8b\x08 no archive")

    with pytest.raises(DataError, match=r"cellar\.tar\.gz: expected a whole \.tar\.gz archive"):
        list(open_samples(tmp_path, LABELS).read())


def test_a_place_that_leads_nowhere_is_named_and_nothing_else_is_measured_instead(tmp_path: Path) -> None:
    place = make(tmp_path, "val: images/vall\ntest: images/val\nnames: [rodent]\n")
    with pytest.raises(DataError, match="images/vall"):
        truths(place)

    place.write_text("names: [rodent]\nval: [images/val, images/more]\n")
    with pytest.raises(DataError, match=r"images/more \(line 2"):
        truths(place)


def test_a_test_that_leads_nowhere_does_not_matter_where_val_is_measured(tmp_path: Path) -> None:
    place = make(tmp_path, "val: images/val\ntest: ../test/pictures\nnames: [rodent]\n")

    assert len(truths(place)) == 2
    with pytest.raises(DataError, match="test/pictures"):
        truths(place, "test")


def test_an_empty_folder_is_named_and_nothing_else_is_measured_instead(tmp_path: Path) -> None:
    place = make(tmp_path, "names: [rodent]\nval: empty\ntest: images/val\n")
    (tmp_path / "empty").mkdir()

    with pytest.raises(DataError, match=r"expected pictures at empty \(line 2"):
        truths(place)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("partial.json", '{"老鼠": ["rodent"]}'),
        ("index.csv", "split,file,source,group\nval,a.png,x,后厨\n"),
        ("labels/val/a.txt", "# 老鼠\n0 0.5 0.5 0.2 0.2\n"),
        ("val.txt", "images/val/a.png\n后厨/b.png\n"),
        ("data.yaml", "val: val.txt\nnames: [老鼠]\n"),
    ],
)
def test_a_text_in_gbk_is_named_as_what_it_is_not(tmp_path: Path, name: str, text: str) -> None:
    place = make(tmp_path, "val: val.txt\nnames: [rodent]\n")
    (tmp_path / "val.txt").write_text("images/val/a.png\n")
    (tmp_path / name).write_bytes(text.encode("gbk"))

    with pytest.raises(DataError) as caught:
        truths(place)

    assert str(caught.value).startswith(f"{tmp_path / name}: document: expected ")
    assert "UTF-8, found " in str(caught.value)


@pytest.mark.parametrize(("name", "text"), [("ontology.json", '["老鼠"]'), ("partial.json", '{"老鼠": ["rodent"]}')])
def test_a_text_in_gbk_beside_archives_is_named_too(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "val").mkdir()
    (tmp_path / "val" / "cellar.tar.gz").write_bytes(b"")
    (tmp_path / "ontology.json").write_text(json.dumps(LABELS))
    (tmp_path / "partial.json").write_text("{}")
    (tmp_path / name).write_bytes(text.encode("gbk"))

    with pytest.raises(DataError, match=rf"{name}: document: expected JSON in UTF-8, found "):
        open_samples(tmp_path, LABELS)
