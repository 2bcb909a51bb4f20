"""The whole command on drawn pictures and a tiny network with random weights: its figures mean nothing here."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from detector.quantise import main
from detector.runtimes.onnxruntime import OnnxSession
from detector.sessions import open_session
from detector.testing import make_manifest
from models.manifest import DataSource, ModelManifest
from models.registry import ModelRegistry
from tests.detector.runtimes.networks import write_detector
from tests.models.training.drawn import LABELS, write_archive, write_data


def put_network(zoo: Path, name: str = "tiny", **changes: Any) -> Path:
    folder = zoo / name
    folder.mkdir(parents=True)
    file = write_detector(folder / f"{name}.onnx", len(LABELS), activation="silu")
    source = DataSource(name="drawn", repository="nobody/nothing", licence=None)
    facts = make_manifest(dict.fromkeys(LABELS, 0.4), groups={"square": "shape"}).model_dump(mode="json") | {
        "name": name,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "sources": [source.model_dump(mode="json")],
    }
    (folder / "manifest.yaml").write_text(yaml.safe_dump(facts | changes))
    return zoo


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"), pictures=10)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_network(tmp_path_factory.mktemp("zoo"))


@pytest.fixture(scope="module")
def told(zoo: Path, data: Path) -> tuple[int, Path]:
    """Exit status of the command, and the zoo in which it worked."""
    return command(zoo, data, "--pictures", "12", "--most-loss", "1"), zoo


def command(zoo: Path, data: Path, *more: str, model: str = "tiny") -> int:
    return main(["--model", model, "--zoo", str(zoo), "--data", str(data), *more])


def manifest(zoo: Path, name: str = "tiny-int8") -> ModelManifest:
    return ModelRegistry(zoo).load(name).manifest


def test_the_new_network_opens_and_answers_like_the_old_one(told: tuple[int, Path]) -> None:
    code, zoo = told
    loaded = ModelRegistry(zoo).load("tiny-int8")

    assert code == 0
    assert open_session(loaded).runtime == "onnxruntime"
    assert isinstance(open_session(loaded), OnnxSession)


def test_the_manifest_has_a_name_and_figures_of_its_own_and_keeps_the_rest(told: tuple[int, Path]) -> None:
    before, after = (manifest(told[1], name) for name in ("tiny", "tiny-int8"))

    assert (after.name, after.file) == ("tiny-int8", "tiny-int8.onnx")
    assert after.sha256 != before.sha256
    assert (after.label_names, after.input, after.head, after.sources) == (
        *(before.label_names, before.input, before.head, before.sources),
    )
    assert [label.group for label in after.labels] == [label.group for label in before.labels]
    assert [label.quality.count if label.quality else None for label in after.labels] == [8, 4, None]


def test_a_label_that_no_validation_picture_shows_stays_as_it_was(told: tuple[int, Path]) -> None:
    before, after = (manifest(told[1], name).labels[2] for name in ("tiny", "tiny-int8"))

    assert (after.name, after.usable, after.threshold) == ("person", before.usable, before.threshold)
    assert after.remark == "not measured since it was quantised: no picture shows it"


def test_sources_whose_boxes_are_guesses_stay_marked(tmp_path: Path, data: Path) -> None:
    guessed = DataSource(name="cat_dog_pseudo", repository="nobody/nothing", licence=None)
    zoo = put_network(tmp_path, sources=[guessed.model_dump(mode="json")])

    assert command(zoo, data, "--methods", "minmax", "--pictures", "12", "--most-loss", "1") == 0

    assert [source.pseudo_labels for source in manifest(zoo).sources] == [("cat", "dog", "person")]


def test_the_manifest_says_how_it_was_made(told: tuple[int, Path]) -> None:
    training = manifest(told[1]).training

    assert training.started_from == f"tiny 1, SHA-256 {manifest(told[1], 'tiny').sha256}"
    assert "of 9 training pictures, balanced by label, seed 7" in training.remark
    assert training.epochs == 0


def test_the_card_has_the_figures_of_the_manifest(told: tuple[int, Path]) -> None:
    card = (told[1] / "tiny-int8" / "CARD.md").read_text()
    square = manifest(told[1]).labels[0]

    assert square.quality is not None
    assert manifest(told[1]).sha256 in card
    row = next(line for line in card.splitlines() if line.startswith("| square |"))
    assert row.split(" | ")[1] == str(square.quality.count)
    assert float(row.split(" | ")[3]) == pytest.approx(square.quality.ap50, abs=0.001)
    assert "8 validation pictures" in card
    assert "minmax 0." in card
    assert "percentile 0." in card


def test_it_prints_what_each_label_lost(zoo: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--name", "other", "--methods", "minmax", "--pictures", "12", "--most-loss", "1")

    assert command(zoo, data, *options) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["label", "fp32", "int8", "lost"]
    assert [line.split()[0] for line in lines[1:4]] == ["square", "disc", "mean"]
    assert lines[-1].startswith("other.onnx: 0.0")


def test_a_network_that_lost_too_much_is_written_and_told_of(
    zoo: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--name", "poor", "--methods", "minmax", "--pictures", "12", "--most-loss", "-1")

    assert command(zoo, data, *options) == 1

    assert "expected at most -100.0 points of mean AP50 lost" in capsys.readouterr().err
    assert (zoo / "poor" / "CARD.md").is_file()


def test_the_same_command_gives_the_same_network(told: tuple[int, Path], data: Path) -> None:
    zoo = told[1]
    before = manifest(zoo).sha256

    assert command(zoo, data, "--pictures", "12", "--most-loss", "1") == 0
    assert manifest(zoo).sha256 == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--pictures", "4"], "pictures must be at least 8, got 4"),
        (["--name", "tiny"], "the new network needs a name of its own, got 'tiny' for both"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(
    zoo: Path, data: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(zoo, data, *options) == 2
    assert capsys.readouterr().err == f"{message}\n"


def test_what_is_quantised_already_is_refused(
    told: tuple[int, Path], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(told[1], data, "--pictures", "12", model="tiny-int8") == 2
    assert "found one that is quantised already" in capsys.readouterr().err
    assert not (told[1] / "tiny-int8-int8").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "ultralytics"}, "expected an ONNX network, found format ultralytics"),
        ({"head": "end_to_end"}, "expected a raw head (nms), found head end_to_end"),
    ],
)
def test_a_network_of_another_kind_is_refused(
    tmp_path: Path, data: Path, changes: dict[str, str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(put_network(tmp_path, **changes), data) == 2
    assert message in capsys.readouterr().err


def test_data_without_training_pictures_are_refused(
    zoo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ontology.json").write_text(json.dumps(LABELS))
    (tmp_path / "partial.json").write_text(json.dumps({"drawn": []}))
    write_archive(tmp_path / "val" / "drawn.tar.gz", {})

    assert command(zoo, tmp_path, "--name", "none") == 2
    assert "no training picture" in capsys.readouterr().err
    assert not (zoo / "none").exists()
