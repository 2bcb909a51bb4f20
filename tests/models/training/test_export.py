# ruff: noqa: E402  # torch may be missing, and what is tested here needs it
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from detector.sessions import open_session
from models.registry import ModelRegistry
from models.training import checkpoint, export
from models.training.__main__ import main
from models.training.checkpoint import LAST_NAME, Position
from models.training.network import WeightAverage, build, load_start_weights, parameter_groups
from tests.models.training.drawn import LABELS, make_recipe


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with the checkpoint of a network that was never trained."""
    folder = tmp_path_factory.mktemp("work")
    torch.manual_seed(4)
    recipe = make_recipe()
    network = build(recipe.network, LABELS)
    optimiser = torch.optim.AdamW(parameter_groups(network, 0.1))
    position = Position(epoch=2, step=12, elapsed_seconds=90.0)
    average = WeightAverage(network)
    checkpoint.save(folder, recipe, LABELS, network=network, average=average, optimiser=optimiser, position=position)
    return folder


@pytest.fixture(scope="module")
def exported(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    zoo = tmp_path_factory.mktemp("zoo")
    command = ["export", "--checkpoint", str(work / LAST_NAME), "--out", str(zoo / "tiny"), "--started-from", "nothing"]
    assert main(command) == 0
    return zoo


def test_the_file_passes_the_detectors_checks_and_answers_as_torch_does(exported: Path, work: Path) -> None:
    network: Any = export.averaged_network(work / LAST_NAME)[0]
    session = open_session(ModelRegistry(exported).load("tiny"))

    for shape in ((1, 3, 96, 64), (2, 3, 64, 160)):
        pictures = np.random.default_rng(1).random(shape, dtype=np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(pictures))[0].numpy()
        assert np.allclose(session.infer(pictures), expected, rtol=1e-3, atol=1e-3)


def test_the_draft_says_how_the_network_came_to_be(exported: Path) -> None:
    manifest = ModelRegistry(exported).load("tiny").manifest

    assert manifest.label_names == LABELS
    assert manifest.training.epochs == 2
    assert manifest.training.started_from == "nothing"
    assert "12 steps of 4 pictures at 64, 96 px in 2 minutes" in manifest.training.remark
    assert manifest.sources == ModelRegistry().load("kitchen-n").manifest.sources


def test_the_small_checkpoint_starts_the_next_training(exported: Path, work: Path) -> None:
    network = build(make_recipe().network, LABELS)

    taken = load_start_weights(network, exported / "tiny" / "checkpoint.pt", LABELS)

    assert taken == len(network.state_dict())
    assert (exported / "tiny" / "checkpoint.pt").stat().st_size < 6_000_000


def write_figures(path: Path, sha256: str) -> Path:
    classes = {
        label: {"ap50": ap50, "threshold": 0.4, "precision": precision, "recall": 0.61, "n": 30}
        for label, ap50, precision in (("square", 0.8214, 0.91), ("disc", 0.31, 0.5), ("person", 0.5, None))
    }
    path.write_text(json.dumps({"classes": classes, "model": {"name": "tiny", "sha256": sha256}}))
    return path


def test_measured_figures_fill_the_manifest(exported: Path, tmp_path: Path) -> None:
    manifest = exported / "tiny" / "manifest.yaml"
    figures = write_figures(tmp_path / "figures.json", ModelRegistry(exported).load("tiny").manifest.sha256)

    code = main(["figures", "--manifest", str(manifest), "--figures", str(figures)])

    square, disc, person = ModelRegistry(exported).load("tiny").manifest.labels
    assert code == 0
    assert square.quality is not None
    assert (square.threshold, square.usable, square.quality.ap50) == (0.4, True, 0.821)
    assert (disc.usable, disc.remark) == (False, "AP50 0.31 on 30 labelled boxes is below 0.5")
    assert person.quality is not None
    assert (person.usable, person.quality.precision) == (True, None)


def test_figures_of_another_network_are_refused(exported: Path, tmp_path: Path) -> None:
    manifest = exported / "tiny" / "manifest.yaml"
    before = manifest.read_text()
    figures = write_figures(tmp_path / "figures.json", "0" * 64)

    assert main(["figures", "--manifest", str(manifest), "--figures", str(figures)]) == 1
    assert manifest.read_text() == before


def test_a_folder_that_no_network_can_be_named_after_is_refused(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", "--checkpoint", str(work / LAST_NAME), "--started-from", "nothing"]

    assert main([*command, "--out", str(tmp_path / "My Network")]) == 1
    assert "found 'My Network'" in capsys.readouterr().err
    assert not (tmp_path / "My Network").exists()
