import json
from pathlib import Path

import pytest

from models.data.errors import LabelFileError
from models.data.ontology import ClassMap, Ontology, load_ontology
from models.registry import ModelRegistry
from tests.support.shared import shared_data


def test_our_classes_stand_in_the_order_of_the_network_that_is_shipped() -> None:
    assert load_ontology().names == ModelRegistry().load("kitchen-n").manifest.label_names


def test_our_classes_stand_in_the_order_of_the_shared_labels() -> None:
    assert list(load_ontology().names) == json.loads((shared_data() / "ontology.json").read_text())


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("Rat", "rodent"),
        ("with_mask", "face_masked"),
        ("hard-hat", "helmet"),
        ("Safety Vest", "safety_vest"),
        ("mobile-phone", "phone"),
        ("not-gloved", "bare_hand"),
        ("garbage_bin", "bin"),
        ("wet floor", "wet_floor"),
        ("head", None),  # with or without a helmet: sets differ
        ("tank", None),
    ],
)
def test_names_of_other_people_are_understood(foreign: str, ours: str | None) -> None:
    assert load_ontology().resolve(foreign) == ours


def test_a_source_may_mean_something_else() -> None:
    mapped = ClassMap(ontology=load_ontology(), meanings={"Smoke": "cigarette"}, ignored=frozenset({"Boots"}))

    assert mapped.meaning("smoke") == "cigarette"
    assert mapped.is_ignored("boots")
    assert not mapped.is_ignored("gloves")


def test_a_name_cannot_be_mapped_to_nothing_of_ours() -> None:
    with pytest.raises(ValueError, match="got tank"):
        ClassMap(ontology=load_ontology(), meanings={"x": "tank"})


def test_look_alikes_go_both_ways() -> None:
    ontology = load_ontology()

    assert "cat" in ontology.look_alikes("rodent")
    assert "rodent" in ontology.look_alikes("cat")
    assert "raccoon" not in ontology.look_alikes("rodent")  # no class of ours


def test_every_class_names_what_is_taken_for_it() -> None:
    assert [entry.name for entry in load_ontology().classes if not entry.look_alikes] == []


def test_the_number_of_a_class_is_its_place() -> None:
    assert Ontology.of(["cat", "dog"]).number("dog") == 1
    with pytest.raises(ValueError, match="tuple"):
        Ontology.of(["cat"]).number("dog")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("version: 1\nclasses: []\n", "classes"),
        ("version: 1\nclasses: [{name: Cat}]\n", "classes.0.name"),
        ("version: 1\nclasses: [{name: cat}, {name: cat}]\n", "document"),
        ("version: 1\nclasses: [{name: cat, aliases: [pet]}, {name: dog, aliases: [pet]}]\n", "document"),
        ("version: 1\nclasses: [{name: cat, color: red}]\n", "classes.0.color"),
        ("version: [\n", "document"),
    ],
)
def test_a_wrong_ontology_is_refused(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "ontology.yaml"
    path.write_text(text)

    with pytest.raises(LabelFileError) as caught:
        load_ontology(path)

    assert caught.value.field == field
    assert str(caught.value).startswith(str(path))


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ontology.yaml"
    path.write_text("version: 1\nclasses: [\n  {name: cat\n")

    with pytest.raises(LabelFileError) as caught:
        load_ontology(path)

    assert caught.value.line is not None
    assert caught.value.line >= 3
