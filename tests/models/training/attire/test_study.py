"""From drawn persons to a network in a zoo, by one command, measured by the serving code."""
# ruff: noqa: E402  # torch may be missing, and what is tested here needs it

import json
from pathlib import Path

import numpy as np
import pytest
import structlog

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from detector import evaluate_attire
from detector.attire import open_attire_session
from models.attire import AttireManifest
from models.registry import LoadedNetwork, ModelRegistry
from models.training.attire import export
from models.training.attire.__main__ import main
from models.training.network import build, compact_state
from models.training.recipe import NetworkRecipe
from tests.support.cast import write_cast
from tests.support.persons import write_persons

SMALL = (
    "sources.variants=2", "sources.faces=4", "sources.heads=0", "sources.spare_faces=40", "sources.least_face_px=10",
    "sources.faces_per_epoch=4", "schedule.epochs=1", "schedule.batch_size=8", "decision.folds=2",
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_persons(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A YOLO11n that has learnt nothing."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("start") / "weights.pt"
    torch.save(compact_state(build(NetworkRecipe(), ("rodent",)), ("rodent",)), path)
    return path


def command(data: Path, start: Path, work: Path, zoo: Path) -> list[str]:
    changes = [part for change in SMALL for part in ("--set", change)]
    places = {"--data": data, "--start": start, "--work": work, "--out": zoo / "tiny"}
    return [*(str(part) for pair in places.items() for part in pair), *changes]


@pytest.fixture(scope="module")
def trained(data: Path, start: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Work folder and zoo."""
    work, zoo = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("zoo")
    assert main(command(data, start, work, zoo)) == 0
    return work, zoo


@pytest.fixture
def loaded(trained: tuple[Path, Path]) -> LoadedNetwork[AttireManifest]:
    return ModelRegistry(trained[1]).load_as("tiny", AttireManifest)


def test_the_network_answers_as_torch_does_for_any_batch(loaded: LoadedNetwork[AttireManifest]) -> None:
    network, recipe, attributes = export.read_checkpoint(loaded.path.parent / "checkpoint.pt")
    session = open_attire_session(loaded)

    assert attributes == tuple(attribute.name for attribute in loaded.manifest.attributes)
    for count in (1, 3):
        crops = np.random.default_rng(count).random((count, 3, 128, 96), dtype=np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(crops)).numpy()
        assert np.allclose(session.infer(crops), expected, rtol=5e-3, atol=5e-3)  # weights are halves in both
    assert recipe.framing == loaded.manifest.framing


def test_the_file_is_small(loaded: LoadedNetwork[AttireManifest]) -> None:
    assert loaded.path.stat().st_size < 4_000_000


def test_the_manifest_has_the_figures_of_persons_that_no_training_saw(loaded: LoadedNetwork[AttireManifest]) -> None:
    headwear, uniform, mask = (attribute.quality[0] for attribute in loaded.manifest.attributes)

    assert (headwear.present, headwear.absent) == (12, 11)  # one of the 24 could not be judged
    assert (uniform.present, uniform.absent) == (8, 16)
    assert mask.present + mask.absent == 20  # of 24 faces 4 were taught
    assert "cross-validation of 2 folds" in headwear.data


def test_a_second_run_goes_on_from_finished_trainings_and_ends_with_the_same_network(
    data: Path, start: Path, trained: tuple[Path, Path], tmp_path: Path
) -> None:
    work, zoo = trained
    (work / "fold-1.pt").unlink()

    with structlog.testing.capture_logs() as logs:
        assert main(command(data, start, work, tmp_path)) == 0

    events = [entry["event"] for entry in logs]
    assert events.count("training_found") == 2
    assert events.count("epoch_done") == 1
    assert (tmp_path / "tiny" / "tiny.onnx").read_bytes() == (zoo / "tiny" / "tiny.onnx").read_bytes()


def test_measured_figures_are_put_before_the_others(data: Path, trained: tuple[Path, Path], tmp_path: Path) -> None:
    zoo, figures = trained[1], tmp_path / "figures.json"

    assert (
        evaluate_attire.main(["--data", str(data), "--model", "tiny", "--zoo", str(zoo), "--json", str(figures)]) == 0
    )
    assert main(["figures", "--manifest", str(zoo / "tiny" / "manifest.yaml"), "--figures", str(figures)]) == 0

    manifest = ModelRegistry(zoo).load_as("tiny", AttireManifest).manifest
    found = json.loads(figures.read_text())
    first = manifest.attributes[0].quality[0]
    assert first.model_dump(mode="json") == found["attributes"]["headwear"]["quality"]
    assert (first.present, first.absent) == (6, 5)


def test_figures_of_another_network_are_refused(
    trained: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = tmp_path / "figures.json"
    figures.write_text(json.dumps({"model": {"sha256": "0" * 64}, "attributes": {}}))

    manifest = trained[1] / "tiny" / "manifest.yaml"
    assert main(["figures", "--manifest", str(manifest), "--figures", str(figures)]) == 1
    assert "expected figures of" in capsys.readouterr().err


@pytest.fixture(scope="module")
def with_cast(
    data: Path, start: Path, trained: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, list[dict[str, object]]]:
    """Work folder (with the lessons of the training without rendered persons), zoo, and what was logged."""
    work, zoo = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("zoo")
    rendered = write_cast(tmp_path_factory.mktemp("rendered") / "folder", count=8)
    (work / "lessons.pt").write_bytes((trained[0] / "lessons.pt").read_bytes())
    (work / "shipped.pt").write_bytes((trained[0] / "shipped.pt").read_bytes())
    more = ["--rendered", str(rendered), "--version", "2"]
    more += ["--set", "rendered.per_epoch=8", "--set", "rendered.variants=2", "--set", "rendered.apron=true"]
    with structlog.testing.capture_logs() as logs:
        assert main([*command(data, start, work, zoo), *more]) == 0
    return work, zoo, [dict(entry) for entry in logs]


def test_rendered_persons_are_taught_and_no_figure_counts_them(
    with_cast: tuple[Path, Path, list[dict[str, object]]],
) -> None:
    manifest = ModelRegistry(with_cast[1]).load_as("tiny", AttireManifest).manifest
    headwear, uniform, mask, apron = manifest.attributes

    assert (headwear.quality[0].present, headwear.quality[0].absent) == (12, 11)
    assert (uniform.quality[0].present, uniform.quality[0].absent) == (8, 16)
    assert mask.quality[0].present + mask.quality[0].absent == 20
    assert manifest.version == "2"
    assert "8 rendered persons with 2 changed crops each, 8 in an epoch" in manifest.training.remark
    assert manifest.sources[-1].name == "synth"
    assert apron.quality == ()


def test_no_rule_may_rest_on_an_apron(with_cast: tuple[Path, Path, list[dict[str, object]]]) -> None:
    apron = ModelRegistry(with_cast[1]).load_as("tiny", AttireManifest).manifest.attributes[-1]

    assert (apron.name, apron.usable) == ("apron", False)
    assert "of 0 real persons with an apron 0 were called so" in apron.remark
    assert "nobody real was labelled as wearing none" in apron.remark


def test_real_lessons_are_kept_and_trainings_are_run_again_with_rendered_persons(
    with_cast: tuple[Path, Path, list[dict[str, object]]],
) -> None:
    work, _, logs = with_cast
    events = [entry["event"] for entry in logs]

    assert events.count("lessons_found") == 1
    assert "training_found" not in events  # that of the run without them is not taken
    assert (work / "rendered.pt").is_file()


def test_the_network_with_aprons_answers_for_four_attributes(
    with_cast: tuple[Path, Path, list[dict[str, object]]],
) -> None:
    loaded = ModelRegistry(with_cast[1]).load_as("tiny", AttireManifest)
    network, _, attributes = export.read_checkpoint(loaded.path.parent / "checkpoint.pt")
    crops = np.random.default_rng(1).random((2, 3, 128, 96), dtype=np.float32)

    assert attributes == ("headwear", "kitchen_uniform", "mask", "apron")
    with torch.inference_mode():
        expected = network(torch.from_numpy(crops)).numpy()
    assert expected.shape == (2, 8)
    assert np.allclose(open_attire_session(loaded).infer(crops), expected, rtol=5e-3, atol=5e-3)


def test_a_folder_of_something_else_is_no_cast(
    data: Path, start: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [*command(data, start, tmp_path / "work", tmp_path), "--rendered", str(data)]

    assert main(given) == 1
    assert "attire.csv:1: columns: expected split, file" in capsys.readouterr().err


def test_weights_of_something_else_are_refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.pt"
    torch.save({"model.0.conv.weight": torch.zeros(1)}, wrong)

    assert main(command(data, wrong, tmp_path / "work", tmp_path / "zoo")) == 1
    assert "expected weights of YOLO11n" in capsys.readouterr().err
