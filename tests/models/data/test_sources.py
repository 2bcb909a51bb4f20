import json
from pathlib import Path

import pytest

from models.data.errors import LabelFileError
from models.data.ontology import load_ontology
from models.data.sources import load_sources
from models.registry import ModelRegistry
from tests.support.checkout import REPOSITORY
from tests.support.shared import shared_data


def test_every_source_speaks_of_classes_that_there_are() -> None:
    names = set(load_ontology().names)

    unknown = {
        source.name: set(source.labelled) | set(source.not_labelled) | set(source.classes.values())
        for source in load_sources().sources
    }

    assert len(unknown) == 22
    assert {name: sorted(said - names) for name, said in unknown.items() if said - names} == {}


def test_what_is_labelled_somewhere_is_not_called_unlabelled() -> None:
    both = {s.name: set(s.labelled) & set(s.not_labelled) for s in load_sources().sources}

    # Persons on these pictures were guessed by a network, and not everywhere.
    assert {name: classes for name, classes in both.items() if classes} == {"cat_dog_pseudo": {"person"}}


def test_the_partial_labels_are_those_of_the_shared_pictures() -> None:
    partial = json.loads((shared_data() / "partial.json").read_text())

    assert {s.name: set(s.not_labelled) for s in load_sources().sources} == {k: set(v) for k, v in partial.items()}


def test_a_source_without_a_licence_says_so() -> None:
    licences = {source.name: source.licence for source in load_sources().sources}

    assert licences["rat_fra_uas"] is None
    assert licences["bins_garbage_overflow"] == "CC BY 4.0"


def test_every_source_of_the_shipped_network_is_listed() -> None:
    used = {source.name for source in ModelRegistry().load("kitchen-n").manifest.sources}

    assert used - {source.name for source in load_sources().sources} == set()


def test_the_recipe_tells_what_the_list_says() -> None:
    page = (REPOSITORY / "docs" / "how-to" / "rebuild-the-data.md").read_text("utf-8")
    rows = [
        f"| {s.name} | {s.repository} @{s.commit} | {s.licence or 'none stated'} | {s.format or '-'} "
        f"| {' '.join(s.labelled) or 'nothing: negatives'} | {s.pictures.train} / {s.pictures.val} |"
        for s in load_sources().sources
    ]

    assert [row for row in rows if row not in page] == []


def test_a_source_translates_its_own_names() -> None:
    source = load_sources().find("smoking_cigarette_cvusers")
    assert source is not None

    assert source.class_map(load_ontology()).meaning("smoke") == "cigarette"
    assert "cigarette" in source.counting(load_ontology())
    assert "smoke" not in source.counting(load_ontology())


def test_a_source_that_is_not_there_is_none() -> None:
    assert load_sources().find("another") is None


def test_a_source_named_twice_is_refused(tmp_path: Path) -> None:
    one = "{name: a, repository: x/y, commit: abcdef0, licence: null, format: null, labelled: [], not_labelled: [], "
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n" + f"  - {one}pictures: {{train: 1, val: 0}}}}\n" * 2)

    with pytest.raises(LabelFileError, match="named twice"):
        load_sources(path)
