import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from domain.geometry import Box
from models.data.errors import DataNotFoundError, InsideRepositoryError, LabelFileError
from models.data.layout import content_name, read_boxes, read_index, read_partial, source_of, write_layout
from models.data.ontology import Ontology
from models.data.records import LabelledBox, Record
from models.data.yolo import read_data_yaml
from tests.models.data.drawn import record, save, scene

ONTOLOGY = Ontology.of(["rodent", "cat", "person"])


def saved(folder: Path, seed: int, *labels: str, split: str = "train") -> Record:
    path = save(folder / f"Photo of Ann {seed}.PNG", scene(seed))
    return replace(record("x", *labels, split=split), picture=path, original=path.name)


def test_a_training_folder_has_pictures_labels_and_facts(tmp_path: Path) -> None:
    one = saved(tmp_path / "from", 1, "rodent", "cat")
    two = saved(tmp_path / "from", 2, split="val")

    written = write_layout([one, two], tmp_path / "to", ONTOLOGY)

    place = tmp_path / "to"
    first, second = written
    assert first.picture == place / "images" / "train" / content_name(one)
    assert first.picture.read_bytes() == one.picture.read_bytes()
    labels = (place / "labels" / "train" / f"{first.name}.txt").read_text()
    assert labels == "0 0.300000 0.300000 0.400000 0.400000\n1 0.300000 0.300000 0.400000 0.400000\n"
    assert (place / "labels" / "val" / f"{second.name}.txt").read_text() == ""
    assert json.loads((place / "ontology.json").read_text()) == ["rodent", "cat", "person"]
    assert json.loads((place / "partial.json").read_text()) == {"drawn": ["person"]}
    rows = {row.file: row for row in read_index(place)}
    assert rows[first.picture.name].split == "train"
    assert rows[second.picture.name].original == "Photo of Ann 2.PNG"


def test_file_names_tell_the_source_and_nothing_of_people(tmp_path: Path) -> None:
    name = content_name(saved(tmp_path, 1))

    assert name.startswith("drawn__")
    assert len(name) == len("drawn__0123456789.png")
    assert name == content_name(saved(tmp_path / "again", 1))


def test_yolo_tools_can_read_it_anywhere(tmp_path: Path) -> None:
    write_layout([saved(tmp_path / "from", 1, "cat")], tmp_path / "to", ONTOLOGY)
    moved = (tmp_path / "to").rename(tmp_path / "moved")

    data = read_data_yaml(moved / "data.yaml")

    assert data.names == ("rodent", "cat", "person")
    assert len(data.pictures["train"]) == 1
    assert "path" not in yaml.safe_load((moved / "data.yaml").read_text())


def test_guesses_are_kept_apart_with_their_confidence(tmp_path: Path) -> None:
    guess = LabelledBox(label="person", box=Box(0.0, 0.0, 0.5, 0.5), confidence=0.5)
    one = saved(tmp_path / "from", 1, "rodent")

    (written,) = write_layout([replace(one, boxes=(*one.boxes, guess))], tmp_path / "to", ONTOLOGY)

    pseudo = tmp_path / "to" / "pseudo" / "train" / f"{written.name}.txt"
    assert read_boxes(pseudo, ONTOLOGY.names) == (guess,)
    assert len(read_boxes(tmp_path / "to" / "labels" / "train" / pseudo.name, ONTOLOGY.names)) == 1


def test_a_guess_of_a_labelled_class_stays_a_label(tmp_path: Path) -> None:
    guess = LabelledBox(label="cat", box=Box(0.0, 0.0, 0.5, 0.5), confidence=0.5)

    (written,) = write_layout([replace(saved(tmp_path / "from", 1), boxes=(guess,))], tmp_path / "to", ONTOLOGY)

    labels = tmp_path / "to" / "labels" / "train" / f"{written.name}.txt"
    assert read_boxes(labels, ONTOLOGY.names) == (guess,)
    assert not (tmp_path / "to" / "pseudo").exists()


def test_a_second_source_joins_and_a_changed_picture_replaces(tmp_path: Path) -> None:
    one = saved(tmp_path / "from", 1, "rodent")
    write_layout([one], tmp_path / "to", ONTOLOGY)
    other = replace(saved(tmp_path / "from", 2), source="other", labelled=frozenset(ONTOLOGY.names))

    write_layout([other, replace(one, boxes=(), split="val")], tmp_path / "to", ONTOLOGY)

    assert read_partial(tmp_path / "to") == {"drawn": {"person"}, "other": frozenset()}
    assert sorted((row.source, row.split) for row in read_index(tmp_path / "to")) == [
        ("drawn", "val"),
        ("other", "train"),
    ]
    assert len(list((tmp_path / "to" / "images").rglob("*.png"))) == 2
    assert len(list((tmp_path / "to" / "labels").rglob("*.txt"))) == 2


def test_another_ontology_does_not_mix_in(tmp_path: Path) -> None:
    write_layout([saved(tmp_path / "from", 1)], tmp_path / "to", ONTOLOGY)

    with pytest.raises(LabelFileError, match=r"ontology\.json"):
        write_layout([saved(tmp_path / "from", 2)], tmp_path / "to", Ontology.of(["cat", "rodent", "person"]))


def test_pictures_do_not_go_into_a_repository(tmp_path: Path) -> None:
    (tmp_path / "to" / ".git").mkdir(parents=True)

    with pytest.raises(InsideRepositoryError):
        write_layout([saved(tmp_path / "from", 1)], tmp_path / "to" / "pictures", ONTOLOGY)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("cat__1", "cat"),
        ("cat_dog__1", "cat_dog"),
        ("cat_dog2__1", "cat_dog"),
        ("cat-1", "cat"),
        ("bird__1", "bird"),
        ("bird", ""),
    ],
)
def test_the_source_of_a_picture_is_in_its_name(name: str, source: str) -> None:
    assert source_of(name, {"cat": 1, "cat_dog": 1}) == source


def test_a_wrong_index_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("split,file,source\ntrain,a.png,s\nboth,b.png,s\n")

    with pytest.raises(LabelFileError) as caught:
        read_index(tmp_path)

    assert caught.value.line == 3


def test_facts_that_are_not_there_or_wrong_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError):
        read_partial(tmp_path)
    with pytest.raises(DataNotFoundError):
        read_index(tmp_path)
    (tmp_path / "partial.json").write_text('["a"]')
    with pytest.raises(LabelFileError):
        read_partial(tmp_path)
    (tmp_path / "partial.json").write_text("{")
    with pytest.raises(LabelFileError):
        read_partial(tmp_path)
