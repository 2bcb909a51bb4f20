import shutil
from pathlib import Path

import pytest

from models.data.ontology import load_ontology
from models.registry import ZOO_FOLDER, ModelRegistry
from service.own_training.order import find_recipe, find_start
from service.plain_errors import UsageError

CHECKPOINT = ZOO_FOLDER / "kitchen-n" / "checkpoint.pt"


def test_a_network_brings_its_tensors_its_labels_and_itself_to_compare_with() -> None:
    start = find_start("kitchen-n", ZOO_FOLDER)

    assert start.tensors == CHECKPOINT
    assert start.network == ModelRegistry().load("kitchen-n")
    assert start.base.names == load_ontology().names
    assert start.said.startswith("kitchen-n (checkpoint.pt, SHA-256 ")


def test_a_network_of_a_folder_of_ones_own_is_found_by_its_path(tmp_path: Path) -> None:
    shutil.copytree(ZOO_FOLDER / "kitchen-n", tmp_path / "kitchen-n")

    start = find_start(str(tmp_path / "kitchen-n"), ZOO_FOLDER)

    assert start.network is not None
    assert start.network.path == tmp_path / "kitchen-n" / "kitchen-n.onnx"


def test_a_file_beside_a_manifest_is_that_network_with_other_tensors() -> None:
    start = find_start(str(CHECKPOINT), ZOO_FOLDER)

    assert start.tensors == CHECKPOINT
    assert start.manifest is not None
    assert start.manifest.name == "kitchen-n"


def test_a_bare_file_brings_the_labels_that_it_names(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
    bare = Path(shutil.copyfile(CHECKPOINT, tmp_path / "weights.pt"))

    start = find_start(str(bare), ZOO_FOLDER)

    assert start.network is None
    assert start.labels == load_ontology().names


def test_nothing_to_start_from_knows_our_classes() -> None:
    start = find_start("none", ZOO_FOLDER)

    assert (start.tensors, start.network, start.said) == (None, None, "random weights")
    assert start.base.names == load_ontology().names


def test_an_unknown_start_is_told_what_there_is() -> None:
    with pytest.raises(UsageError, match="kitchen-n"):
        find_start("nowhere", ZOO_FOLDER)


def test_recipes_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("name: own\n")

    assert find_recipe("own-pictures").name == "own-pictures.yaml"
    assert find_recipe(str(own)) == own
    with pytest.raises(UsageError, match="own-pictures"):
        find_recipe("nowhere")
