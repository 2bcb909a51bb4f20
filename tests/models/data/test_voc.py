from pathlib import Path

import pytest

from models.data.errors import DataNotFoundError, FaultsError, LabelFileError, PictureError, UnknownClassError
from models.data.ontology import ClassMap, load_ontology
from models.data.records import Imported
from models.data.voc import import_voc, parse_xml
from tests.models.data.drawn import save, scene, voc_file

CLASSES = ClassMap(ontology=load_ontology(), meanings={"head": "head_bare"}, ignored=frozenset({"tank"}))


def take(folder: Path, labelled: frozenset[str] | None = None) -> Imported:
    return import_voc(folder, source="ours", class_map=CLASSES, labelled=labelled)


def fault(folder: Path) -> Exception:
    with pytest.raises(FaultsError) as caught:
        take(folder)
    (only,) = caught.value.faults
    return only


def test_boxes_in_pixels_become_fractions(tmp_path: Path) -> None:
    save(tmp_path / "images" / "a.png", scene(1))
    voc_file(
        tmp_path / "annotations" / "a.xml", [("head", 16, 12, 32, 24), ("hardhat", 0, 0, 8, 6), ("tank", 0, 0, 9, 9)]
    )

    imported = take(tmp_path)

    (record,) = imported.records
    assert [each.label for each in record.boxes] == ["head_bare", "helmet"]
    box = record.boxes[0].box
    assert (box.left, box.top, box.right, box.bottom) == (0.25, 0.25, 0.5, 0.5)
    assert record.labelled == {"head_bare", "helmet"}
    assert imported.counts.ignored == {"tank": 1}


def test_pictures_that_were_scaled_after_labelling_are_understood(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1, 128, 96))
    voc_file(tmp_path / "a.xml", [("head", 16, 12, 32, 24)])

    (record,) = take(tmp_path).records

    assert (record.boxes[0].box.left, record.width_px) == (0.25, 128)


def test_a_size_of_zero_means_the_pictures_own(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    voc_file(tmp_path / "a.xml", [("head", 16, 12, 32, 24)], size=(0, 0))

    assert take(tmp_path).records[0].boxes[0].box.left == 0.25


def test_the_size_of_another_picture_is_an_error(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    voc_file(tmp_path / "a.xml", [], size=(48, 64))

    found = fault(tmp_path)

    assert isinstance(found, LabelFileError)
    assert (found.field, found.line, found.found) == ("size", 3, "48x64")


def test_an_unknown_class_names_its_line(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    voc_file(tmp_path / "a.xml", [("head", 16, 12, 32, 24), ("spoon", 1, 1, 5, 5)])

    found = fault(tmp_path)

    assert isinstance(found, UnknownClassError)
    assert (found.name, found.line) == ("spoon", 11)


def test_a_missing_or_wrong_number_names_its_element(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    path = voc_file(tmp_path / "a.xml", [("head", 16, 12, 32, 24)])
    path.write_text(path.read_text().replace("<xmin>16</xmin>", "<xmin>wide</xmin>"))
    wrong = fault(tmp_path)
    path.write_text(path.read_text().replace("<xmin>wide</xmin>", ""))
    missing = fault(tmp_path)

    assert isinstance(wrong, LabelFileError)
    assert isinstance(missing, LabelFileError)
    assert (wrong.field, wrong.found, wrong.line) == ("xmin", "wide", 8)
    assert (missing.field, missing.line) == ("bndbox.xmin", 8)


def test_labels_without_a_picture_are_an_error(tmp_path: Path) -> None:
    voc_file(tmp_path / "a.xml", [])

    assert isinstance(fault(tmp_path), PictureError)


def test_the_name_in_the_file_helps_to_find_the_picture(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    path = voc_file(tmp_path / "a.xml", [])
    path.rename(tmp_path / "annotation-1.xml")

    assert take(tmp_path).records[0].name == "a"


@pytest.mark.parametrize(
    ("xml", "pictures"),
    [
        ("{}/0.xml", "{}/0.png"),
        ("{}/annotations/0.xml", "{}/images/0.png"),
        ("{}/annotations/xmls/0.xml", "{}/images/0.png"),
        ("Annotations/{}/0.xml", "JPEGImages/{}/0.png"),
        ("{}_labels/0.xml", "{}_photos/0.png"),
    ],
)
def test_folders_that_number_their_pictures_alike_keep_their_labels(tmp_path: Path, xml: str, pictures: str) -> None:
    for number, side in enumerate(("train", "val")):
        save(tmp_path / pictures.format(side), scene(number))
        voc_file(tmp_path / xml.format(side), [("head", 16 + number, 12, 32, 24)])

    records = take(tmp_path).records

    found = {record.split: (record.picture, round(record.boxes[0].box.left * 64)) for record in records}
    assert found == {
        "train": (tmp_path / pictures.format("train"), 16),
        "val": (tmp_path / pictures.format("val"), 17),
    }


def test_a_picture_of_that_name_in_no_near_folder_is_refused_if_there_are_two(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        save(tmp_path / "photos" / folder / "0.png", scene(len(folder)))
    voc_file(tmp_path / "labels" / "0.xml", [])

    found = fault(tmp_path)

    assert isinstance(found, LabelFileError)
    assert found.field == "filename"


def test_the_picture_of_another_folder_is_not_meant(tmp_path: Path) -> None:
    save(tmp_path / "one" / "images" / "0.png", scene(1))
    for folder in ("one", "two"):
        voc_file(tmp_path / folder / "annotations" / "0.xml", [])

    found = fault(tmp_path)

    assert isinstance(found, PictureError)
    assert found.path == tmp_path / "two" / "annotations" / "0"


def test_masks_beside_the_pictures_are_not_meant(tmp_path: Path) -> None:
    for folder in ("JPEGImages", "SegmentationClass", "SegmentationObject"):
        save(tmp_path / folder / "a.png", scene(1))
    voc_file(tmp_path / "Annotations" / "a.xml", [])

    assert take(tmp_path).records[0].picture == tmp_path / "JPEGImages" / "a.png"


def test_lists_say_the_side_where_folders_do_not(tmp_path: Path) -> None:
    lists = {"train": "a", "val": "b", "test": "c", "trainval": "a\nb\nd"}
    for number, name in enumerate("abcde"):
        save(tmp_path / "JPEGImages" / f"{name}.png", scene(number))
        voc_file(tmp_path / "Annotations" / f"{name}.xml", [])
    for name, lines in lists.items():
        path = tmp_path / "ImageSets" / "Main" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{lines}\n")

    sides = {record.name: record.split for record in take(tmp_path).records}

    assert sides == {"a": "train", "b": "val", "c": "test", "d": "train", "e": ""}


def test_a_picture_without_labels_is_left_out(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    save(tmp_path / "b.png", scene(2))
    voc_file(tmp_path / "a.xml", [])

    imported = take(tmp_path, labelled=frozenset({"helmet"}))

    assert (imported.counts.pictures, imported.counts.pictures_without_labels) == (1, 1)
    assert imported.records[0].labelled == {"helmet"}


def test_what_is_no_xml_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<annotation>\n<size>\n</annotation>\n")

    with pytest.raises(LabelFileError) as caught:
        parse_xml(path)

    assert caught.value.line == 3


def test_blank_lines_before_the_declaration_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("\n\n<?xml version='1.0'?>\n<annotation/>\n")

    assert parse_xml(path).line == 4


def test_xml_may_not_declare_entities(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY x "xx">]>\n<annotation>&x;</annotation>\n')

    with pytest.raises(LabelFileError, match="without entities"):
        parse_xml(path)


def test_a_folder_without_xml_is_no_voc_folder(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError):
        take(tmp_path)
