from pathlib import Path

import pytest

from models.data.coco import import_coco
from models.data.errors import DataNotFoundError, FaultsError, LabelFileError, PictureError
from models.data.ontology import ClassMap, load_ontology
from models.data.records import Imported
from tests.models.data.drawn import coco_file, save, scene

CLASSES = ClassMap(ontology=load_ontology(), ignored=frozenset({"zebra"}))
IMAGE = {"id": 7, "file_name": "a.png", "width": 64, "height": 48}
CATEGORIES: list[object] = [{"id": 1, "name": "rat"}, {"id": 3, "name": "dog"}, {"id": 9, "name": "zebra"}]
BOX = {"id": 1, "image_id": 7, "category_id": 1, "bbox": [16, 12, 16, 24]}


def take(folder: Path, annotations: list[object], images: list[object] | None = None) -> Imported:
    save(folder / "pictures" / "a.png", scene(1))
    path = coco_file(folder / "labels.json", images or [IMAGE], annotations, CATEGORIES)
    return import_coco(path, source="ours", class_map=CLASSES)


def test_boxes_of_left_top_width_height_become_fractions(tmp_path: Path) -> None:
    imported = take(tmp_path, [BOX, BOX | {"category_id": 9}])

    (record,) = imported.records
    (each,) = record.boxes
    assert each.label == "rodent"
    assert (each.box.left, each.box.top, each.box.right, each.box.bottom) == (0.25, 0.25, 0.5, 0.75)
    assert record.labelled == {"rodent", "dog"}
    assert imported.counts.ignored == {"zebra": 1}


def test_a_picture_without_annotations_shows_none_of_the_categories(tmp_path: Path) -> None:
    (record,) = take(tmp_path, []).records

    assert record.boxes == ()


def test_a_picture_with_a_crowd_is_left_out(tmp_path: Path) -> None:
    imported = take(tmp_path, [BOX, BOX | {"iscrowd": 1}])

    assert (imported.records, imported.counts.pictures_with_crowds) == ((), 1)


@pytest.mark.parametrize(
    ("annotation", "field"),
    [
        (BOX | {"category_id": 2}, "annotations[0].category_id"),
        (BOX | {"category_id": "1"}, "annotations[0].category_id"),
        (BOX | {"bbox": [1, 2, 3]}, "annotations[0].bbox"),
        (BOX | {"bbox": None}, "annotations[0].bbox"),
        (BOX | {"bbox": [1, 2, 3, "wide"]}, "annotations[0].bbox"),
        (BOX | {"bbox": [1, 2, float("nan"), 4]}, "box"),
    ],
)
def test_a_wrong_annotation_names_its_field(tmp_path: Path, annotation: object, field: str) -> None:
    with pytest.raises(FaultsError) as caught:
        take(tmp_path, [annotation])

    (fault,) = caught.value.faults
    assert isinstance(fault, LabelFileError)
    assert (fault.field, fault.path.name) == (field, "labels.json")


def test_an_annotation_of_no_picture_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match=r"annotations\[0\]\.image_id: expected an id of images, found 8"):
        take(tmp_path, [BOX | {"image_id": 8}])


def test_the_side_of_the_file_tells_pictures_of_one_name_apart(tmp_path: Path) -> None:
    for number, side in enumerate(("train", "val")):
        save(tmp_path / side / "a.png", scene(number))
        path = coco_file(tmp_path / "annotations" / f"instances_{side}2017.json", [IMAGE], [BOX], CATEGORIES)

        (record,) = import_coco(path, source="ours", class_map=CLASSES, pictures=tmp_path).records

        assert (record.picture, record.split) == (tmp_path / side / "a.png", side)


def test_the_folders_in_a_name_tell_pictures_apart(tmp_path: Path) -> None:
    for number, name in enumerate(("a/x", "b/x", "b/y")):
        save(tmp_path / "all" / f"{name}.png", scene(number))
    images: list[object] = [
        IMAGE | {"id": n, "file_name": name} for n, name in enumerate(("data/a/x.png", "data\\b\\x.png", "c/y.png"))
    ]
    path = coco_file(tmp_path / "labels.json", images, [], CATEGORIES)

    records = import_coco(path, source="ours", class_map=CLASSES).records

    assert [record.picture.relative_to(tmp_path / "all").as_posix() for record in records] == [
        "a/x.png",
        "b/x.png",
        "b/y.png",
    ]


def test_a_name_that_two_pictures_bear_is_an_error(tmp_path: Path) -> None:
    save(tmp_path / "one" / "a.png", scene(2))

    with pytest.raises(FaultsError, match=r"images\[0\]\.file_name: expected the path of one picture"):
        take(tmp_path, [])


def test_a_picture_of_the_other_side_is_not_meant(tmp_path: Path) -> None:
    save(tmp_path / "val" / "a.png", scene(1))
    save(tmp_path / "train" / "b.png", scene(2))
    path = coco_file(tmp_path / "instances_train.json", [IMAGE], [BOX], CATEGORIES)

    with pytest.raises(FaultsError, match=r"a\.png: the picture is missing"):
        import_coco(path, source="ours", class_map=CLASSES)


def test_the_size_of_another_picture_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match=r"images\[0\]: expected the shape of the picture .*64x48, found '48x64'"):
        take(tmp_path, [BOX], [IMAGE | {"width": 48, "height": 64}])


def test_a_picture_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as caught:
        take(tmp_path, [], [IMAGE | {"file_name": "b.png"}])

    assert isinstance(caught.value.faults[0], PictureError)


def test_a_size_of_zero_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match=r"images\[0\]"):
        take(tmp_path, [], [IMAGE | {"width": 0}])


def test_what_is_no_json_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text('{"images": [],\n')

    with pytest.raises(LabelFileError) as caught:
        import_coco(path, source="ours", class_map=CLASSES)

    assert caught.value.line == 2


@pytest.mark.parametrize("text", ["[]", "{}", '{"images": [1], "annotations": [], "categories": []}'])
def test_other_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "labels.json").write_text(text)

    with pytest.raises(LabelFileError, match="images: expected a list of mappings"):
        import_coco(tmp_path, source="ours", class_map=CLASSES)


def test_one_of_several_files_must_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.json").write_text("{}")

    with pytest.raises(DataNotFoundError, match="2 JSON files"):
        import_coco(tmp_path, source="ours", class_map=CLASSES)
