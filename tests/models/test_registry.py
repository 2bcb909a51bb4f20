import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from detector.testing import make_manifest
from models.errors import ModelChecksumError, ModelError, ModelManifestError, ModelNotFoundError
from models.registry import ModelRegistry

CONTENT = b"a network"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A zoo with one network, named scripted."""
    write_model(tmp_path)
    return tmp_path


def write_model(zoo: Path, folder: str = "scripted", content: bytes = CONTENT, **changes: Any) -> None:
    document = make_manifest().model_dump(mode="json") | {"sha256": hashlib.sha256(CONTENT).hexdigest()} | changes
    (zoo / folder).mkdir(exist_ok=True)
    (zoo / folder / "scripted.onnx").write_bytes(content)
    (zoo / folder / "manifest.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")


def test_a_sound_model_is_loaded_with_its_path(zoo: Path) -> None:
    model = ModelRegistry(zoo).load("scripted")

    assert model.path == zoo / "scripted" / "scripted.onnx"
    assert model.reference.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_models_are_listed_in_order(zoo: Path) -> None:
    write_model(zoo, folder="another")

    assert ModelRegistry(zoo).names() == ["another", "scripted"]


@pytest.mark.parametrize("name", ["missing", "../scripted", "", "."])
def test_a_name_that_is_no_folder_of_the_zoo_is_not_found(zoo: Path, name: str) -> None:
    with pytest.raises(ModelNotFoundError):
        ModelRegistry(zoo / "scripted" if name.startswith("..") else zoo).load(name)


def test_a_manifest_without_its_file_is_not_found(zoo: Path) -> None:
    (zoo / "scripted" / "scripted.onnx").unlink()

    with pytest.raises(ModelNotFoundError) as raised:
        ModelRegistry(zoo).load("scripted")

    assert raised.value.path.name == "scripted.onnx"


@pytest.mark.parametrize("content", [b"", b"another network"], ids=["empty", "changed"])
def test_a_file_with_another_checksum_is_refused(zoo: Path, content: bytes) -> None:
    write_model(zoo, content=content)

    with pytest.raises(ModelChecksumError) as raised:
        ModelRegistry(zoo).load("scripted")

    assert raised.value.expected == hashlib.sha256(CONTENT).hexdigest()
    assert raised.value.found == hashlib.sha256(content).hexdigest()


def test_a_wrong_field_is_named_with_what_was_found(zoo: Path) -> None:
    labels = [{"name": "rodent", "threshold": 0.5}, {"name": "person", "threshold": 3}]
    write_model(zoo, labels=labels)

    with pytest.raises(ModelManifestError) as raised:
        ModelRegistry(zoo).load("scripted")

    assert raised.value.field == "labels.1.threshold"
    assert raised.value.found == 3


@pytest.mark.parametrize(
    "text", [b"name: [", b"\xff\xfe", b"", b"just words"], ids=["broken", "binary", "empty", "text"]
)
def test_a_manifest_that_is_no_document_is_refused(zoo: Path, text: bytes) -> None:
    (zoo / "scripted" / "manifest.yaml").write_bytes(text)

    with pytest.raises(ModelManifestError):
        ModelRegistry(zoo).load("scripted")


def test_a_manifest_in_the_wrong_folder_is_refused(zoo: Path) -> None:
    write_model(zoo, folder="another")

    with pytest.raises(ModelManifestError, match="expected another, found 'scripted'"):
        ModelRegistry(zoo).load("another")


def test_every_network_that_we_ship_is_sound() -> None:
    registry = ModelRegistry()

    assert registry.names() == ["kitchen-n", "kitchen-n-int8", "kitchen-n-relu"]
    assert {len(registry.load(name).manifest.labels) for name in registry.names()} == {21}


@pytest.mark.parametrize("name", ["kitchen-n", "kitchen-n-relu"])
def test_the_card_tells_the_figures_of_the_manifest(name: str) -> None:
    model = ModelRegistry().load(name)
    card = (model.path.parent / "CARD.md").read_text(encoding="utf-8")

    for label in model.manifest.labels:
        assert label.quality is not None
        figures = f"| {label.name} | {label.quality.count} | {label.quality.ap50:.2f} | {label.threshold:.2f} |"
        assert figures in card
    for source in model.manifest.sources:
        assert source.name in card
    assert model.manifest.sha256 in card


@pytest.mark.parametrize("name", ["kitchen-n", "kitchen-n-relu"])
def test_labels_under_half_average_precision_are_not_usable(name: str) -> None:
    for label in ModelRegistry().load(name).manifest.labels:
        assert label.quality is not None
        assert label.usable == (label.quality.ap50 >= 0.5), label.name


def test_all_errors_share_one_base() -> None:
    assert {ModelChecksumError, ModelManifestError, ModelNotFoundError} <= set(ModelError.__subclasses__())


def test_the_card_of_the_int8_twin_tells_the_figures_of_the_manifest() -> None:
    model = ModelRegistry().load("kitchen-n-int8")
    rows = [row.split(" | ") for row in (model.path.parent / "CARD.md").read_text(encoding="utf-8").splitlines()]
    told = {row[0].removeprefix("| "): (row[1], row[3], row[5]) for row in rows if len(row) == 9}

    for label in model.manifest.labels:
        assert label.quality is not None
        figures = (str(label.quality.count), f"{label.quality.ap50:.3f}", f"{label.threshold:.2f}")
        assert told[label.name] == figures
