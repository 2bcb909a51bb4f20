import shutil
from pathlib import Path

import pytest
import yaml

from models.errors import ModelNotFoundError
from models.feedback.shelf import NetworkShelf
from models.registry import LoadedModel, ModelRegistry
from service.networks import face_finder, find_network, network_in_service
from service.settings import load_settings
from tests.detector.drawn import drawn_kitchen
from tests.models.feedback.networks import write_network
from tests.support.checkout import REPOSITORY


@pytest.fixture
def made(tmp_path: Path) -> LoadedModel:
    return write_network(tmp_path / "made" / "cellar")


def promoted(made: LoadedModel, data: Path) -> LoadedModel:
    entry = {"at": "2026-11-26T08:00:00+00:00", "replaced": {"name": "kitchen-n-relu", "is_promoted": False}}
    return NetworkShelf(data).promote(made, entry)


def test_a_promoted_network_is_used_unless_the_settings_name_one(made: LoadedModel, tmp_path: Path) -> None:
    data = tmp_path / "var"
    expected = promoted(made, data)

    assert network_in_service(load_settings(), data) == expected
    assert (
        network_in_service(load_settings(detector={"model": "kitchen-n-relu"}), data).manifest.name == "kitchen-n-relu"
    )
    elsewhere = load_settings(models_folder=tmp_path / "made", detector={"model": "cellar"})
    assert network_in_service(elsewhere, data) == made


def test_other_settings_of_the_detector_name_no_network(
    made: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = promoted(made, tmp_path / "var")
    monkeypatch.setenv("BRIGHTKITCHEN_DETECTOR__SESSIONS", "1")

    assert network_in_service(load_settings(), tmp_path / "var") == expected


def test_a_promoted_network_that_is_gone_stops_the_start(made: LoadedModel, tmp_path: Path) -> None:
    gone = promoted(made, tmp_path / "var")
    shutil.rmtree(gone.path.parent)

    with pytest.raises(ModelNotFoundError, match="cellar-1"):
        network_in_service(load_settings(), tmp_path / "var")


def test_networks_are_found_by_folder_by_promotion_and_by_name(made: LoadedModel, tmp_path: Path) -> None:
    expected = promoted(made, tmp_path / "var")

    assert find_network(str(made.path.parent), load_settings(), tmp_path / "var") == made
    assert find_network("cellar-1", load_settings(), tmp_path / "var") == expected
    assert find_network("kitchen-n-relu", load_settings(), tmp_path / "var").manifest.name == "kitchen-n-relu"


def test_a_network_that_sees_no_people_leaves_their_masking_to_the_shipped_one(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "models" / "zoo" / "kitchen-n", tmp_path / "bins")
    document = yaml.safe_load((tmp_path / "bins" / "manifest.yaml").read_text())
    document["name"] = "bins"
    for number, label in enumerate(document["labels"]):
        label["name"] = f"bin_{number}"
    (tmp_path / "bins" / "manifest.yaml").write_text(yaml.safe_dump(document))

    finder = face_finder(ModelRegistry(tmp_path).load("bins"))

    assert isinstance(finder.find(drawn_kitchen().bgr()), list)
