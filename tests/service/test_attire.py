"""Which attire network is taken into service: a broken one costs its own codes and nothing else."""

import shutil
from pathlib import Path

import pytest
import structlog

from detector.settings import AttireSettings
from models.errors import ModelNotFoundError
from models.registry import ZOO_FOLDER, ModelRegistry
from service.attire import attire_network, told_by
from service.settings import load_settings


def test_the_shipped_network_is_in_service_and_tells_headwear() -> None:
    registry = ModelRegistry()
    model, attire = registry.load("kitchen-n"), attire_network(registry, AttireSettings())

    assert attire is not None
    assert told_by(model, attire) == model.manifest.usable_labels | {"headwear"}
    assert told_by(model, None) == model.manifest.usable_labels


def test_switched_off_there_is_none() -> None:
    assert attire_network(ModelRegistry(), AttireSettings(is_on=False)) is None


@pytest.mark.parametrize("content", [b"no network", None], ids=["another content", "a manifest that is none"])
def test_a_broken_network_is_told_and_left_out(tmp_path: Path, content: bytes | None) -> None:
    shutil.copytree(ZOO_FOLDER / "attire-n", tmp_path / "attire-n")
    broken = tmp_path / "attire-n" / ("attire-n.onnx" if content else "manifest.yaml")
    broken.write_bytes(content or b"kind: attire\n")

    with structlog.testing.capture_logs() as logs:
        assert attire_network(ModelRegistry(tmp_path), AttireSettings(model="attire-n")) is None

    assert [entry["event"] for entry in logs] == ["attire_network_unusable"]


def test_a_folder_of_own_networks_needs_no_attire_network(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        assert attire_network(ModelRegistry(tmp_path), AttireSettings()) is None

    assert [entry["event"] for entry in logs] == ["attire_network_missing"]


def test_a_network_that_somebody_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="attire-x"):
        attire_network(ModelRegistry(tmp_path), AttireSettings(model="attire-x"))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_DETECTOR__ATTIRE__IS_ON", "false")
    monkeypatch.setenv("BRIGHTKITCHEN_DETECTOR__ATTIRE__INTERVAL_SECONDS", "2.5")

    attire = load_settings().detector.attire

    assert (attire.is_on, attire.interval_seconds) == (False, 2.5)
