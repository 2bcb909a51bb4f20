# ruff: noqa: E402  # torch may be missing, and what is tested here needs it
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from detector.sessions import open_session
from models.data.ontology import load_ontology
from models.registry import ModelRegistry
from models.training import shipping
from models.training.trainer import Trainer
from service.cli import app
from service.networks import network_in_service
from service.settings import load_settings
from tests.models.training.drawn import draw
from tests.support.checkout import REPOSITORY

RECIPE = """
name: tiny
network: {frozen_layers: 10}
augmentation: {mosaic: 0, paste: {is_used: false}}
sampling: {pictures_per_epoch: 8}
schedule: {epochs: 1, batch_size: 4, sizes_px: [64], warm_up_steps: 0}
validation: {side_px: 96}
"""


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["train", *map(str, arguments)])


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as labelling tools leave it: one split, a class of ours by another name and one of the stranger's."""
    folder = tmp_path_factory.mktemp("stranger")
    for part in ("images", "labels"):
        (folder / part).mkdir()
    for number in range(10):
        rng = np.random.default_rng(number)
        pixels, rows = draw(rng)
        pattern = cv2.resize(rng.integers(0, 80, (5, 5, 3), dtype=np.uint8), pixels.shape[:2])
        cv2.imwrite(str(folder / "images" / f"{number}.png"), np.maximum(pixels, pattern))
        lines = (" ".join(f"{value:g}" for value in row) for row in rows)
        (folder / "labels" / f"{number}.txt").write_text("\n".join(lines))
    (folder / "data.yaml").write_text("train: images\nnames: [rat, Chef Hat]\n")
    return folder


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "tiny.yaml"
    path.write_text(RECIPE)
    return path


@dataclass(frozen=True)
class Trained:
    """A training that was killed twice and gone on with: its folder, all answers, and the steps that were made."""

    out: Path
    answers: tuple[Result, Result, Result]
    steps: int


@pytest.fixture(scope="module")
def trained(pictures: Path, recipe: Path, tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Trained:
    """Killed at the end of the training proper, killed again at the export, and then left alone."""
    out = tmp_path_factory.mktemp("networks") / "cellar"
    arguments = ("--data", pictures, "--out", out, "--recipe", recipe)
    steps: list[int] = []
    make_step = Trainer._step

    def counted(trainer: Trainer, batch: Any) -> list[float]:
        steps.append(1)
        return make_step(trainer, batch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_step", counted)
        with patch.context() as first:
            first.setattr(Trainer, "validate", _killed)
            answers = [command(*arguments)]
        with patch.context() as second:
            second.setattr(shipping, "ship", _killed)
            answers.append(command(*arguments, "--resume"))
        answers.append(command(*arguments, "--resume"))
    return Trained(out=out, answers=(answers[0], answers[1], answers[2]), steps=len(steps))


def _killed(*_arguments: Any, **_options: Any) -> None:
    raise KeyboardInterrupt


def test_a_killed_training_goes_on_with_the_stage_that_was_broken_off(trained: Trained) -> None:
    first, second, third = trained.answers

    assert first.exit_code != 0
    assert "train …" in first.output
    assert second.exit_code != 0
    assert "take in: done before" in second.output
    assert "train …" in second.output
    assert third.exit_code == 0, third.output
    assert "train: done before" in third.output
    assert "export …" in third.output


def test_no_step_is_made_twice(trained: Trained) -> None:
    assert trained.steps == 2  # as the recipe says


def test_the_service_accepts_the_network(trained: Trained, tmp_path: Path) -> None:
    out = trained.out
    settings = load_settings(models_folder=out.parent, detector={"model": "cellar"})

    model = network_in_service(settings, tmp_path)

    assert model == ModelRegistry(out.parent).load("cellar")
    assert model.manifest.label_names == (*load_ontology().names, "chef_hat")
    open_session(model)


def test_labels_that_no_picture_shows_are_marked_as_not_measured(trained: Trained) -> None:
    labels = {label.name: label for label in ModelRegistry(trained.out.parent).load("cellar").manifest.labels}
    before = {label.name: label for label in ModelRegistry().load("kitchen-n").manifest.labels}

    assert labels["chef_hat"].quality is not None
    assert labels["rodent"].quality is not None
    assert labels["cat"].quality is None
    assert "not measured since the last training: no picture shows it" in labels["cat"].remark
    assert (labels["cat"].usable, labels["cat"].threshold) == (before["cat"].usable, before["cat"].threshold)


def test_both_networks_stand_in_the_table_and_the_report_is_a_page(trained: Trained) -> None:
    out, resumed = trained.out, trained.answers[2]

    assert "AP50 before" in resumed.output
    assert "chef_hat" in resumed.output
    assert "Not measured since the training" in resumed.output
    before = json.loads((out / "report" / "figures-before.json").read_text())
    assert before["model"]["name"] == "kitchen-n"
    assert before["classes"]["rodent"]["n"] == json.loads((out / "training.json").read_text())["figures"]["rodent"]["n"]
    assert "<table>" in (out / "report" / "index.html").read_text()


def test_the_summary_tells_one_training_from_another(trained: Trained) -> None:
    facts = json.loads((trained.out / "training.json").read_text())

    assert facts["recipe"]["seed"] == 0
    assert facts["data"]["own_classes"] == ["chef_hat"]
    assert facts["data"]["train"] + facts["data"]["val"] == 10
    assert len(facts["data"]["digest"]) == 64
    assert facts["versions"]["torch"] is not None
    assert facts["sha256"] == ModelRegistry(trained.out.parent).load("cellar").manifest.sha256
    assert "kitchen-n (checkpoint.pt, SHA-256 " in facts["started_from"]


def test_the_card_says_what_is_not_known(trained: Trained) -> None:
    card = (trained.out / "CARD.md").read_text()

    assert "| chef_hat |" in card
    assert "**Not measured since this training**" in card
    assert "AGPL-3.0" in card


def test_a_finished_training_is_not_overwritten(trained: Trained, pictures: Path, recipe: Path) -> None:
    answer = command("--data", pictures, "--out", trained.out, "--recipe", recipe)

    assert answer.exit_code == 2
    assert "holds a training already" in answer.output


def test_another_order_is_not_gone_on_with(trained: Trained, pictures: Path, recipe: Path) -> None:
    answer = command("--data", pictures, "--out", trained.out, "--recipe", recipe, "--only-own-classes", "--resume")

    assert answer.exit_code == 2
    assert "classes: expected" in answer.output


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"--out": "networks/Meine Küche"}, "small letters"),
        ({"--recipe": "nowhere"}, "own-pictures"),
        ({"--start": "nowhere"}, "kitchen-n"),
        ({"--device": "tpu"}, "cpu or cuda"),
        ({"--map": "rat"}, "NAME=CLASS"),
        ({"--scene-pattern": "("}, "regular expression"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_options_are_told_in_one_line(
    pictures: Path, tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    options = {"--data": str(pictures), "--out": str(tmp_path / "own")} | changes

    answer = command(*(word for pair in options.items() for word in pair))

    assert answer.exit_code == 2
    assert words in answer.output


def test_what_is_wrong_with_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = command("--data", tmp_path / "empty", "--out", tmp_path / "own")

    assert answer.exit_code == 2
    assert "expected labelled pictures" in answer.output


def test_pictures_are_not_written_into_a_repository(pictures: Path) -> None:
    answer = command("--data", pictures, "--out", REPOSITORY / "docs" / "own")

    assert answer.exit_code == 2
    assert "outside the repository" in answer.output
    assert not (REPOSITORY / "docs" / "own").exists()


def test_a_network_without_tensors_says_where_they_are(pictures: Path, tmp_path: Path) -> None:
    without = shutil.ignore_patterns("checkpoint.pt")
    shutil.copytree(REPOSITORY / "models" / "zoo" / "kitchen-n", tmp_path / "zoo" / "bare", ignore=without)

    answer = command("--data", pictures, "--out", tmp_path / "own", "--start", tmp_path / "zoo" / "bare")

    assert answer.exit_code == 2
    assert "checkpoint.pt" in answer.output


def test_a_missing_extra_names_the_script_that_brings_it(pictures: Path, tmp_path: Path) -> None:
    program = "import sys; sys.modules['torch'] = None; from service.cli import main; main()"
    arguments = ["train", "--data", str(pictures), "--out", str(tmp_path / "own")]

    answer = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 2
    assert "scripts/setup-train" in answer.stderr
    assert "Traceback" not in answer.stderr
