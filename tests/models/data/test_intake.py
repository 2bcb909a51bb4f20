import shutil
from pathlib import Path

import pytest

from models.data.archives import pack
from models.data.digest import data_digest
from models.data.errors import DataError, DataNotFoundError, FaultsError, InsideRepositoryError
from models.data.intake import Intake, IntakeRules, take_in
from models.data.layout import read_partial
from models.data.ontology import Ontology, load_ontology
from models.data.splits import SplitRules
from tests.models.data.drawn import coco_file, save, save_labels, scene, voc_file, yolo_folder
from tests.support.checkout import REPOSITORY

BOX = "0 0.5 0.5 0.2 0.4"
HAT = "1 0.3 0.3 0.2 0.2"
BASE = load_ontology()


def rules(**changes: object) -> IntakeRules:
    facts: dict[str, object] = {"meanings": {}, "splits": SplitRules(val_share=0.25)}
    return IntakeRules(**(facts | changes))  # type: ignore[arg-type]


def taken(place: Path, tmp_path: Path, base: Ontology = BASE, **changes: object) -> Intake:
    return take_in([place], tmp_path / "to", base, rules(**changes))


@pytest.fixture
def yolo(tmp_path: Path) -> Path:
    """Twelve pictures with a rat each, three of them with a hat as well, in one split."""
    pictures = {f"{n:02}.png": [BOX, HAT] if n < 3 else [BOX] for n in range(12)}
    return yolo_folder(tmp_path / "from", ["Rat", "Chef Hat"], pictures)


def test_a_class_of_ones_own_comes_after_those_of_the_network(yolo: Path, tmp_path: Path) -> None:
    found = taken(yolo, tmp_path)

    assert found.plan.ontology.names == (*BASE.names, "chef_hat")
    assert found.plan.own == ("chef_hat",)
    assert {label for record in found.records for label in record.labels} == {"rodent", "chef_hat"}
    assert read_partial(found.folder)["own"] == frozenset(BASE.names) - {"rodent"}


def test_only_the_classes_of_the_pictures_if_that_is_asked_for(yolo: Path, tmp_path: Path) -> None:
    assert taken(yolo, tmp_path, only_own=True).plan.ontology.names == ("rodent", "chef_hat")


def test_one_split_is_divided_into_two(yolo: Path, tmp_path: Path) -> None:
    found = taken(yolo, tmp_path)

    assert (found.count("train"), found.count("val")) == (9, 3)


def test_a_division_that_is_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "from"
    for number in range(8):
        split = "val" if number in {1, 5} else "train"
        save(folder / split / "images" / f"{number}.png", scene(number))
        save_labels(folder / split / "labels" / f"{number}.txt", BOX)
    (folder / "data.yaml").write_text("train: train/images\nval: val/images\nnames: [rat]\n")

    found = taken(folder, tmp_path)

    assert {record.original for record in found.records if record.split == "val"} == {"1.png", "5.png"}


def test_numbers_that_begin_anew_in_each_folder_join_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "from"
    for split, count in (("train", 6), ("val", 3)):
        for number in range(count):
            save(folder / split / "images" / f"{number:04}.png", scene(number + 10 * count))
            save_labels(folder / split / "labels" / f"{number:04}.txt", BOX)
    (folder / "data.yaml").write_text("train: train/images\nval: val/images\nnames: [rat]\n")

    found = taken(folder, tmp_path)

    assert (found.count("train"), found.count("val")) == (6, 3)


def test_augmented_copies_of_one_picture_stay_together(tmp_path: Path) -> None:
    folder = tmp_path / "from"
    for number, split in enumerate(["train", "train", "train", "val", "val"]):
        name = f"a_jpg.rf.{number:032x}" if number in {0, 3} else f"other{number}"
        save(folder / split / "images" / f"{name}.jpg", scene(number))
        save_labels(folder / split / "labels" / f"{name}.txt", BOX)
    (folder / "data.yaml").write_text("train: train/images\nval: val/images\nnames: [rat]\n")

    found = taken(folder, tmp_path)

    assert (found.count("train"), found.count("val")) == (4, 1)


def test_near_duplicates_on_both_sides_leave_something_to_measure_on(tmp_path: Path) -> None:
    folder = tmp_path / "from"
    for split in ("train", "val"):
        for number in range(4):  # the same four pictures on both sides
            save(folder / split / "images" / f"{split}{number}.png", scene(number))
            save_labels(folder / split / "labels" / f"{split}{number}.txt", BOX)
    (folder / "data.yaml").write_text("train: train/images\nval: val/images\nnames: [rat]\n")

    found = taken(folder, tmp_path)

    assert found.count("val") > 0
    assert any("split anew" in remark for remark in found.remarks)


def test_boxes_with_a_confidence_are_taught_and_said(tmp_path: Path) -> None:
    """A sixth column comes from tools that label in advance. What it labels must not be taught as absent."""
    pictures = {f"{n}.png": [f"{BOX} 0.87"] if n % 2 else [BOX] for n in range(8)}
    found = taken(yolo_folder(tmp_path / "from", ["rat"], pictures), tmp_path)
    packed = pack(found.folder, tmp_path / "packed")

    again = take_in([packed], tmp_path / "again", found.plan.ontology, rules())

    for folder in (found.folder, again.folder):
        assert sorted(len(path.read_text().split()) for path in (folder / "labels").rglob("*.txt")) == [5] * 4 + [6] * 4
        assert not list((folder / "pseudo").rglob("*.txt"))
    said = "4 boxes have a confidence: they count as labels, and figures mark them as guessed"
    assert said in found.remarks


def test_guesses_beside_labels_do_not_become_labels(tmp_path: Path) -> None:
    found = taken(yolo_folder(tmp_path / "from", ["rat"], {f"{n}.png": [BOX] for n in range(8)}), tmp_path)
    for path in list((found.folder / "labels").rglob("*.txt")):
        pseudo = found.folder / "pseudo" / path.parent.name / path.name
        rodent, person = (found.plan.ontology.number(name) for name in ("rodent", "person"))
        save_labels(pseudo, f"{rodent} 0.2 0.2 0.1 0.1 0.9", f"{person} 0.2 0.2 0.1 0.1 0.9")

    again = take_in([found.folder], tmp_path / "again", found.plan.ontology, rules())

    boxes = [[(box.label, box.confidence) for box in record.boxes] for record in again.records]
    assert boxes == [[("rodent", None), ("person", 0.9)]] * 8


def test_voc_is_understood(tmp_path: Path) -> None:
    for number in range(8):
        save(tmp_path / "from" / f"{number}.png", scene(number))
        voc_file(tmp_path / "from" / f"{number}.xml", [("rat", 10, 10, 30, 30), ("guard board", 2, 2, 9, 9)])

    found = taken(tmp_path / "from", tmp_path)

    assert len(found.records) == 8
    assert found.plan.own == ("guard_board",)
    assert all(record.labelled == {"rodent", "guard_board"} for record in found.records)


def test_coco_in_two_files_keeps_its_sides(tmp_path: Path) -> None:
    categories: list[object] = [{"id": 1, "name": "rat"}, {"id": 2, "name": "things"}]
    for split, count in (("train", 6), ("valid", 2)):
        folder = tmp_path / "from" / split
        images: list[object] = []
        annotations: list[object] = []
        for number in range(count):
            save(folder / f"{split}{number}.png", scene(number + 100 * count))
            images.append({"id": number, "file_name": f"{split}{number}.png", "width": 64, "height": 48})
            annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [5, 5, 20, 20]})
        coco_file(folder / "_annotations.coco.json", images, annotations, categories)

    found = taken(tmp_path / "from", tmp_path, ignored=frozenset({"things"}))

    assert (found.count("train"), found.count("val")) == (6, 2)
    assert found.plan.own == ()


def test_sides_that_number_their_pictures_alike_keep_their_labels(tmp_path: Path) -> None:
    voc, coco = tmp_path / "voc", tmp_path / "coco"
    for side, count in (("train", 6), ("val", 2)):
        images: list[object] = []
        annotations: list[object] = []
        for number in range(count):
            left = 5 + 5 * (side == "val")
            for folder in (voc / side, coco / side):
                save(folder / f"{number:03}.png", scene(number + 100 * count))
            voc_file(voc / side / f"{number:03}.xml", [("rat", left, 5, left + 20, 25)])
            images.append({"id": number, "file_name": f"{number:03}.png", "width": 64, "height": 48})
            annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [left, 5, 20, 20]})
        categories: list[object] = [{"id": 1, "name": "rat"}]
        coco_file(coco / "annotations" / f"instances_{side}.json", images, annotations, categories)

    for folder in (voc, coco):
        found = taken(folder, tmp_path)

        lefts = sorted((record.split, round(record.boxes[0].box.left * 64)) for record in found.records)
        assert lefts == [("train", 5)] * 6 + [("val", 10)] * 2


def test_a_packed_folder_and_its_layout_are_the_same_data(yolo: Path, tmp_path: Path) -> None:
    first = taken(yolo, tmp_path)
    packed = pack(first.folder, tmp_path / "packed")

    again = take_in([packed], tmp_path / "again", first.plan.ontology, rules())

    assert data_digest(packed) == data_digest(first.folder) == data_digest(again.folder)
    assert {r.picture.name: r.split for r in again.records} == {r.picture.name: r.split for r in first.records}


def test_another_label_makes_another_digest(yolo: Path, tmp_path: Path) -> None:
    before = data_digest(taken(yolo, tmp_path).folder)
    next((yolo / "train" / "labels").glob("*.txt")).write_text("0 0.5 0.5 0.2 0.41\n")

    assert data_digest(taken(yolo, tmp_path).folder) != before


def test_a_foreign_folder_has_a_digest_of_its_labels_too(yolo: Path) -> None:
    before = data_digest(yolo)
    (yolo / "train" / "labels" / "00.txt").write_text("")

    assert data_digest(yolo) != before


def test_several_folders_become_one(yolo: Path, tmp_path: Path) -> None:
    for number in range(8):
        save(tmp_path / "voc" / f"{number}.png", scene(number + 500))
        voc_file(tmp_path / "voc" / f"{number}.xml", [("cat", 10, 10, 30, 30)])

    found = take_in([yolo, tmp_path / "voc"], tmp_path / "to", BASE, rules())

    assert {record.source: record.labelled for record in found.records} == {
        "own": frozenset({"rodent", "chef_hat"}),
        "own_2": frozenset({"cat"}),
    }


# What can be wrong


def test_an_empty_folder_is_told_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()

    with pytest.raises(DataNotFoundError, match="expected labelled pictures"):
        taken(tmp_path / "from", tmp_path)


def test_labels_without_any_picture_are_named(yolo: Path, tmp_path: Path) -> None:
    shutil.rmtree(yolo / "train" / "images")

    with pytest.raises(DataNotFoundError, match="pictures"):
        taken(yolo, tmp_path)


def test_single_labels_without_a_picture_are_remarked(yolo: Path, tmp_path: Path) -> None:
    (yolo / "train" / "images" / "00.png").unlink()

    assert "1 label files have no picture, such as train/labels/00.txt" in taken(yolo, tmp_path).remarks


def test_pictures_without_labels_are_not_taught_as_empty(yolo: Path, tmp_path: Path) -> None:
    for path in (yolo / "train" / "labels").glob("*.txt"):
        path.unlink()

    with pytest.raises(DataNotFoundError, match="a file of labels each"):
        taken(yolo, tmp_path)


def test_pictures_without_any_box_teach_nothing(yolo: Path, tmp_path: Path) -> None:
    for path in (yolo / "train" / "labels").glob("*.txt"):
        path.write_text("")

    with pytest.raises(DataError, match="nothing can be learnt"):
        taken(yolo, tmp_path)


def test_one_scene_cannot_be_learnt_from_and_measured_on(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path / "from", ["rat"], {f"{n}.png": [BOX] for n in range(3)})
    for path in (folder / "train" / "images").glob("*.png"):
        save(path, scene(7))

    with pytest.raises(DataError, match="at least two scenes"):
        taken(folder, tmp_path)


def test_a_damaged_picture_is_named(yolo: Path, tmp_path: Path) -> None:
    path = yolo / "train" / "images" / "03.png"
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(FaultsError, match=r"03\.png: the picture is truncated"):
        taken(yolo, tmp_path)


def test_a_class_name_that_no_network_can_have_asks_for_another(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path / "from", ["厨师帽"], {f"{n}.png": [BOX] for n in range(6)})

    with pytest.raises(DataError, match="--map '厨师帽=a_name'"):
        taken(folder, tmp_path)

    assert taken(folder, tmp_path, meanings={"厨师帽": "chef_hat"}).plan.own == ("chef_hat",)


def test_a_misspelt_name_to_map_is_refused(yolo: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a class of the pictures"):
        taken(yolo, tmp_path, meanings={"hut": "chef_hat"})


def test_nothing_is_written_where_git_would_take_it(yolo: Path) -> None:
    with pytest.raises(InsideRepositoryError):
        take_in([yolo], REPOSITORY / "models" / "own", BASE, rules())


@pytest.mark.parametrize("key", ["train", "val"])
def test_a_side_that_leads_nowhere_is_named_not_made_up_from_the_other(tmp_path: Path, key: str) -> None:
    folder = tmp_path / "from"
    for number in range(8):
        save(folder / "images" / f"{number}.png", scene(number))
        save_labels(folder / "labels" / f"{number}.txt", BOX)
    other = "val" if key == "train" else "train"
    (folder / "data.yaml").write_text(f"names: [rat]\n{other}: images\n{key}: imagess\n")

    with pytest.raises(DataNotFoundError, match=r"imagess \(line 3"):
        taken(folder, tmp_path)


@pytest.mark.parametrize("key", ["train", "val"])
@pytest.mark.parametrize("kind", ["folder", "list"])
def test_a_side_without_pictures_is_named_not_made_up_from_the_other(tmp_path: Path, key: str, kind: str) -> None:
    folder = tmp_path / "from"
    for number in range(8):
        save(folder / "images" / f"{number}.png", scene(number))
        save_labels(folder / "labels" / f"{number}.txt", BOX)
    if kind == "folder":
        (folder / "empty").mkdir()
    else:
        (folder / "empty").write_text("\n")
    other = "val" if key == "train" else "train"
    (folder / "data.yaml").write_text(f"names: [rat]\n{other}: images\n{key}: [images/0.png, empty]\n")

    with pytest.raises(DataNotFoundError, match=r"expected pictures at empty \(line 3"):
        taken(folder, tmp_path)


def test_pictures_of_any_form_are_taken_in(tmp_path: Path) -> None:
    folder = tmp_path / "from"
    for number, suffix in enumerate(("jpg", "png", "webp", "bmp", "tif", "TIFF")):
        save(folder / "images" / f"{number}.{suffix}", scene(number))
        save_labels(folder / "labels" / f"{number}.txt", BOX)
    (folder / "data.yaml").write_text("names: [rat]\ntrain: images\n")

    assert len(taken(folder, tmp_path).records) == 6


def test_without_a_val_the_pictures_of_test_are_measured_on_and_never_learnt_from(tmp_path: Path) -> None:
    folder = tmp_path / "from"
    for number in range(8):
        split = "test" if number in {1, 5} else "train"
        save(folder / split / "images" / f"{number}.png", scene(number))
        save_labels(folder / split / "labels" / f"{number}.txt", BOX)
    (folder / "data.yaml").write_text("names: [rat]\ntrain: train/images\ntest: test/images\n")

    found = taken(folder, tmp_path)

    assert {each.original for each in found.records if each.split == "val"} == {"1.png", "5.png"}
    assert "2 pictures of the split test are measured on: there is no val" in found.remarks
