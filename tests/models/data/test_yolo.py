import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from models.data.errors import DataNotFoundError, FaultsError, LabelFileError, PictureError, UnknownClassError
from models.data.ontology import ClassMap, load_ontology
from models.data.records import Imported
from models.data.yolo import import_yolo, parse_line, read_data_yaml, read_lines
from tests.models.data.drawn import save, save_labels, scene, yolo_folder

CLASSES = ClassMap(ontology=load_ontology(), ignored=frozenset({"boots"}))
HERE = Path("here.txt")


def take(folder: Path, **options: frozenset[str] | list[str] | None) -> Imported:
    return import_yolo(folder, source="ours", class_map=CLASSES, **options)  # type: ignore[arg-type]


def test_a_box_becomes_fractions_of_the_frame_with_our_class(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["rat", "cat"], {"a.png": ["0 0.5 0.5 0.2 0.4"]})

    imported = take(folder)

    (record,) = imported.records
    (each,) = record.boxes
    assert (each.label, each.confidence) == ("rodent", None)
    assert [each.box.left, each.box.top, each.box.right, each.box.bottom] == pytest.approx([0.4, 0.3, 0.6, 0.7])
    assert (record.width_px, record.height_px, record.source, record.split) == (64, 48, "ours", "train")
    assert record.labelled == {"rodent", "cat"}  # both are named, so cats were looked for


def test_named_classes_count_as_labelled_instead(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["rat", "cat"], {"a.png": []})

    (record,) = take(folder, labelled=frozenset({"rodent"})).records

    assert record.labelled == {"rodent"}
    assert record.boxes == ()


def test_an_unknown_class_is_an_error_that_names_file_line_and_class(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["rat", "tank"], {"a.png": ["0 0.5 0.5 0.2 0.4", "1 0.5 0.5 0.2 0.4"]})

    with pytest.raises(FaultsError) as caught:
        take(folder)

    (fault,) = caught.value.faults
    assert isinstance(fault, UnknownClassError)
    assert (fault.path, fault.line, fault.name) == (tmp_path / "train" / "labels" / "a.txt", 2, "tank")
    assert "a.txt:2: class: expected a class that is known, mapped or ignored, found 'tank'" in str(caught.value)


def test_an_unknown_class_is_told_once(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["tank"], {f"{n}.png": ["0 0.5 0.5 0.2 0.4"] for n in range(5)})

    with pytest.raises(FaultsError) as caught:
        take(folder)

    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).endswith("found 'tank' (and in 4 more files)")


def test_all_faulty_files_are_named_at_once(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["rat"], {f"{n:02}.png": ["0 0.5"] for n in range(25)})

    with pytest.raises(FaultsError, match="and 5 more") as caught:
        take(folder)

    assert len(caught.value.faults) == 25


def test_an_ignored_class_is_passed_over_and_counted(tmp_path: Path) -> None:
    imported = take(yolo_folder(tmp_path, ["rat", "Boots"], {"a.png": ["1 0.5 0.5 0.2 0.4", "0 0.5 0.5 0.1 0.1"]}))

    assert [each.label for each in imported.records[0].boxes] == ["rodent"]
    assert imported.counts.ignored == {"Boots": 1}
    assert imported.records[0].labelled == {"rodent"}


def test_boxes_are_cut_at_the_frame_or_dropped_and_counted(tmp_path: Path) -> None:
    lines = ["0 0.95 0.5 0.2 0.4", "0 1.3 0.5 0.2 0.4", "0 0.5 0.5 0 0.4", "0 0.2 0.2 0.1 0.1", "0 0.2 0.2 0.1 0.1"]

    imported = take(yolo_folder(tmp_path, ["rat"], {"a.png": lines}))

    assert [each.box.right for each in imported.records[0].boxes] == pytest.approx([1.0, 0.25])
    counts = imported.counts
    assert (counts.clipped_boxes, counts.dropped_boxes, counts.repeated_boxes, counts.boxes) == (1, 2, 1, 2)


def test_a_rounded_edge_is_no_cut(tmp_path: Path) -> None:
    imported = take(yolo_folder(tmp_path, ["rat"], {"a.png": ["0 0.900001 0.5 0.2 0.4"]}))

    assert imported.counts.clipped_boxes == 0


def test_an_empty_file_says_that_nothing_is_there_and_a_missing_one_says_nothing(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["rat"], {"a.png": [], "b.png": []})
    (tmp_path / "train" / "labels" / "b.txt").unlink()

    imported = take(folder)

    assert [record.name for record in imported.records] == ["a"]
    assert imported.counts.pictures_without_labels == 1
    assert "1 pictures have no file of labels and were left out" in imported.counts.lines()


def test_a_picture_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, ["rat"], {"a.png": []})
    (tmp_path / "train" / "images" / "a.png").write_bytes(b"")

    with pytest.raises(FaultsError) as caught:
        take(folder)

    assert isinstance(caught.value.faults[0], PictureError)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("0 0.5 0.5 0.2", "columns"),
        ("0 0.1 0.1 0.2 0.2 0.3 0.3 0.4", "columns"),
        ("2 0.5 0.5 0.2 0.2", "class"),
        ("-1 0.5 0.5 0.2 0.2", "class"),
        ("0.5 0.5 0.5 0.2 0.2", "class"),
        ("rat 0.5 0.5 0.2 0.2", "class"),
        ("0 120 80 30 30", "box"),
        ("0 nan 0.5 0.2 0.2", "box"),
        ("0 0.5 inf 0.2 0.2", "box"),
        ("0 a 0.5 0.2 0.2", "box"),
    ],
)
def test_a_wrong_line_names_its_field(line: str, field: str) -> None:
    with pytest.raises(LabelFileError) as caught:
        parse_line(line, 2, HERE, 7)

    assert (caught.value.field, caught.value.line) == (field, 7)
    assert str(caught.value).startswith("here.txt:7: ")


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    path = save_labels(tmp_path / "a.txt", "\ufeff0 0.5 0.5 0.2 0.2", "", "1 0.5 0.5 0.2 0.2\r")

    assert [(each.class_number, each.line) for each in read_lines(path, 2)] == [(0, 1), (1, 3)]


def test_a_polygon_becomes_the_box_around_it() -> None:
    line = parse_line("1 0.2 0.3 0.6 0.1 0.4 0.9", 2, HERE, 1)

    assert line.edges == (0.2, 0.1, 0.6, 0.9)


def test_a_sixth_number_is_the_confidence_of_a_guess() -> None:
    assert parse_line("1.0 0.5 0.5 0.2 0.2 0.83", 2, HERE, 1).confidence == 0.83


@given(st.text(alphabet="0123456789. -e\tna", max_size=40))
def test_any_line_is_read_or_refused(text: str) -> None:
    line = None
    with contextlib.suppress(LabelFileError):
        line = parse_line(text, 3, HERE, 1)

    assert line is None or (0 <= line.class_number < 3 and all(abs(edge) <= 3.0 for edge in line.edges))


# data.yaml as it is found


def test_the_paths_of_a_roboflow_export_are_found(tmp_path: Path) -> None:
    yolo_folder(tmp_path, ["rat"], {"a.png": []})
    (tmp_path / "data.yaml").write_text("train: ../train/images\nval: ../valid/images\nnames: ['rat']\n")

    assert [path.name for path in read_data_yaml(tmp_path / "data.yaml").pictures["train"]] == ["a.png"]


def test_the_drive_letter_of_another_machine_does_no_harm(tmp_path: Path) -> None:
    yolo_folder(tmp_path, ["rat"], {"a.png": []})
    text = "path: C:\\Users\\someone\\Desktop\\RATS\ntrain: ./train/images\nnames: {0: rat}\n"
    (tmp_path / "data.yaml").write_text(text)

    data = read_data_yaml(tmp_path / "data.yaml")

    assert data.names == ("rat",)
    assert len(data.pictures["train"]) == 1


def test_a_text_file_may_list_the_pictures(tmp_path: Path) -> None:
    save(tmp_path / "images" / "a.png", scene(1))
    save(tmp_path / "images" / "b.png", scene(2))
    (tmp_path / "val.txt").write_text("/content/drive/images/b.png\n\n")
    (tmp_path / "data.yaml").write_text(yaml.safe_dump({"val": "val.txt", "names": ["rat"]}))

    assert [path.name for path in read_data_yaml(tmp_path / "data.yaml").pictures["val"]] == ["b.png"]


def test_a_listed_picture_that_is_not_there_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "val.txt").write_text("images/gone.png\n")
    (tmp_path / "data.yaml").write_text("val: val.txt\nnames: [rat]\n")

    with pytest.raises(LabelFileError, match=r"val\.txt:1: picture"):
        read_data_yaml(tmp_path / "data.yaml")


def test_several_folders_and_both_words_for_val_are_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(tmp_path / name / "images" / f"{name}.png", scene(1))
    (tmp_path / "data.yaml").write_text("valid: [one/images, two/images]\nnames: [rat]\n")

    assert len(read_data_yaml(tmp_path / "data.yaml").pictures["val"]) == 2


def test_labels_may_lie_beside_the_pictures(tmp_path: Path) -> None:
    save(tmp_path / "train" / "a.jpg", scene(1))
    save_labels(tmp_path / "train" / "a.txt", "0 0.5 0.5 0.2 0.2")
    (tmp_path / "coco.yaml").write_text("train: elsewhere/train\nnames: [rat]\n")

    assert take(tmp_path).counts.boxes == 1


@pytest.mark.parametrize(
    "text", ["names: []\ntrain: a\n", "train: a\n", "names: {1: rat}\ntrain: a\n", "- 1\n", "a: [\n"]
)
def test_a_data_yaml_without_names_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "data.yaml").write_text(text)

    with pytest.raises(LabelFileError):
        read_data_yaml(tmp_path / "data.yaml")


def test_without_pictures_there_is_nothing_to_import(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("train: a\nnames: [rat]\n")

    with pytest.raises(DataNotFoundError):
        take(tmp_path)


def test_a_folder_without_data_yaml_needs_names(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    save_labels(tmp_path / "a.txt", "0 0.5 0.5 0.2 0.2")

    with pytest.raises(DataNotFoundError, match=r"classes\.txt"):
        take(tmp_path)
    assert take(tmp_path, names=["rat"]).counts.boxes == 1
    (tmp_path / "classes.txt").write_text("cat\n\n")
    assert take(tmp_path).records[0].boxes[0].label == "cat"


def test_class_names_in_gbk_are_refused_not_guessed(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(1))
    (tmp_path / "classes.txt").write_bytes("老鼠\n厨师帽\n".encode("gbk"))

    with pytest.raises(LabelFileError, match=r"classes\.txt: document: expected text in UTF-8, found "):
        take(tmp_path)
