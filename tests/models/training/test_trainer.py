# ruff: noqa: E402  # torch may be missing, and what is tested here needs it
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")

from models.training.__main__ import main
from models.training.batches import EpochDraws, collate, load
from models.training.checkpoint import COMPACT_NAME, LAST_NAME
from models.training.composer import Composer, Draw
from models.training.data import open_pictures, read_layout
from models.training.errors import CheckpointError, TrainingError
from models.training.network import build
from models.training.recipe import Recipe
from models.training.scene import Teaching
from models.training.trainer import LOG_NAME, Machine, Trainer
from tests.models.training.drawn import make_recipe, write_data


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("drawn") / "data")


def make_composer(data: Path, recipe: Recipe, split: str = "train") -> Composer:
    layout = read_layout(data)
    teaching = Teaching(labels=layout.labels, unlabelled=layout.unlabelled, recipe=recipe.labels)
    pictures = open_pictures(layout, split, data.parent / "cache")
    return Composer(pictures=pictures, teaching=teaching, recipe=recipe, cut_outs=[])


def make_trainer(data: Path, work: Path, recipe: Recipe | None = None, **options: Any) -> Trainer:
    recipe = recipe or make_recipe()
    torch.manual_seed(recipe.seed)
    machine = options.pop("machine", Machine())
    return Trainer(
        recipe,
        build(recipe.network, read_layout(data).labels),
        composer=make_composer(data, recipe),
        validation=make_composer(data, recipe, "val"),
        work=work,
        machine=machine,
        **options,
    )


def lines(work: Path, kind: str) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in (work / LOG_NAME).read_text().splitlines()]
    return [line for line in read if line["kind"] == kind]


def test_the_loss_falls(data: Path, tmp_path: Path) -> None:
    schedule = {"epochs": 20, "batch_size": 8, "sizes_px": [64], "warm_up_steps": 4, "learning_rate": 0.002}
    plain = {"mosaic": 0, "shrink": 0, "cctv": {"is_used": False}, "least_scale": 1, "most_scale": 1}
    recipe = make_recipe(augmentation=plain, schedule=schedule, validation={"side_px": 64, "each_epochs": 99})

    make_trainer(data, tmp_path, recipe).run()

    steps = lines(tmp_path, "steps")
    assert [line["step"] for line in steps] == [20, 40, 60]
    for name in ("box", "label", "distribution"):
        assert steps[2][name] < 0.9 * steps[0][name]


def test_a_resumed_training_goes_on_bit_for_bit(data: Path, tmp_path: Path) -> None:
    whole = make_trainer(data, tmp_path / "whole")
    whole.run(9)
    first = make_trainer(data, tmp_path / "parts")
    first.run(4)  # in the middle of the first epoch of six steps

    second = make_trainer(data, tmp_path / "parts")
    torch.manual_seed(99)
    second.resume()
    second.run(5)

    assert second.position.step == whole.position.step == 9
    for mine, other in ((second.network, whole.network), (second.average.network, whole.average.network)):
        wanted = other.state_dict()
        assert all(torch.equal(tensor, wanted[name]) for name, tensor in mine.state_dict().items())
    assert any(
        not torch.equal(tensor, first.network.state_dict()[name])
        for name, tensor in second.network.state_dict().items()
    )


def test_a_checkpoint_of_another_recipe_is_refused(data: Path, tmp_path: Path) -> None:
    make_trainer(data, tmp_path).run(1)

    with pytest.raises(CheckpointError, match="recipe"):
        make_trainer(data, tmp_path, make_recipe(seed=5)).resume()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken"])
def test_a_broken_checkpoint_is_refused(data: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / LAST_NAME).write_bytes(content)

    with pytest.raises(CheckpointError):
        make_trainer(data, tmp_path).resume()


def test_a_time_limit_brings_the_rate_down_and_ends_the_training(data: Path, tmp_path: Path) -> None:
    recipe = make_recipe(schedule={"epochs": 1000, "batch_size": 4, "sizes_px": [64], "warm_up_steps": 0})
    now = iter(float(second) for second in range(10_000))
    trainer = make_trainer(data, tmp_path, recipe, machine=Machine(limit_seconds=30.0), clock=lambda: next(now))

    trainer.run()

    assert trainer.progress == 1.0
    assert trainer.position.step < 30
    rate = torch.load(tmp_path / LAST_NAME, weights_only=True)["optimiser"]["param_groups"][0]["lr"]
    assert rate < 0.1 * recipe.schedule.learning_rate


def test_a_run_that_is_stopped_leaves_the_schedule_as_it_was(data: Path, tmp_path: Path) -> None:
    now = iter(float(second) for second in range(10_000))
    trainer = make_trainer(data, tmp_path, machine=Machine(stop_seconds=12.0), clock=lambda: next(now))

    trainer.run()

    assert 0 < trainer.position.step < trainer.total_steps
    assert trainer.progress == trainer.position.step / trainer.total_steps


def test_checkpoints_are_written_on_the_way(data: Path, tmp_path: Path) -> None:
    now = iter(float(second) for second in range(10_000))
    written: list[int] = []

    class Watched(Trainer):
        def save(self) -> None:
            written.append(self.position.step)
            super().save()

    recipe = make_recipe()
    Watched(
        recipe,
        build(recipe.network, read_layout(data).labels),
        composer=make_composer(data, recipe),
        validation=make_composer(data, recipe, "val"),
        work=tmp_path,
        machine=Machine(checkpoint_seconds=5.0),
        clock=lambda: next(now),
    ).run(3)

    assert written[0] < 3
    assert written[-1] == 3
    assert (tmp_path / COMPACT_NAME).is_file()


def test_too_few_pictures_for_a_batch_are_refused(data: Path, tmp_path: Path) -> None:
    recipe = make_recipe(schedule={"epochs": 1, "batch_size": 64})

    with pytest.raises(TrainingError, match="64"):
        make_trainer(data, tmp_path, recipe)


def test_a_training_stops_at_a_loss_that_is_no_number(data: Path, tmp_path: Path) -> None:
    trainer = make_trainer(data, tmp_path)
    with torch.no_grad():
        trainer.network.model[0].conv.weight.fill_(float("nan"))

    with pytest.raises(TrainingError, match="no number"):
        trainer.run(1)


def test_worker_processes_make_the_same_batches(data: Path) -> None:
    recipe = make_recipe()
    composer = make_composer(data, recipe)
    order = np.arange(16)
    draws = EpochDraws(order, recipe.schedule, seed=1, epoch=0, first_step=1, is_closing=lambda _step: False)

    here, there = (list(load(composer, draws, order, workers=workers)) for workers in (0, 1))

    assert len(here) == len(draws) == 3
    assert all(torch.equal(mine[name], other[name]) for mine, other in zip(here, there, strict=True) for name in mine)


def test_a_scene_depends_on_its_draw_alone(data: Path) -> None:
    composer = make_composer(data, make_recipe())
    draw = Draw(index=1, epoch=0, position=3, side_px=96, is_closing=False)
    other = Draw(index=1, epoch=1, position=3, side_px=96, is_closing=False)

    one, two, three = (composer.compose(each, np.arange(8)) for each in (draw, draw, other))

    assert one.pixels.shape == (96, 96, 3)
    assert np.array_equal(one.pixels, two.pixels)
    assert not np.array_equal(one.pixels, three.pixels)


def test_the_closing_part_shows_whole_pictures(data: Path) -> None:
    composer = make_composer(data, make_recipe(augmentation={"mosaic": 1.0}))
    closing, open_ = (Draw(index=1, epoch=0, position=3, side_px=96, is_closing=each) for each in (True, False))

    assert len(composer.compose(open_, np.arange(8)).untaught_boxes) >= 4
    assert composer.compose(closing, np.arange(8)).untaught_labels[:, :].shape[0] < 4


def test_a_batch_holds_fractions_and_red_first(data: Path) -> None:
    composer = make_composer(data, make_recipe())
    scenes = [composer.plain(index, 96) for index in (0, 12)]

    batch = collate(scenes)

    assert batch["img"].shape == (2, 3, 96, 96)
    assert batch["batch_idx"].tolist() == [0.0, 0.0, 1.0, 1.0]
    x, y, width, height = batch["bboxes"][0].tolist()
    assert width == pytest.approx((scenes[0].boxes[0, 2] - scenes[0].boxes[0, 0]) / 96)
    middle = batch["img"][0, :, int(y * 96), int(x * 96)].tolist()
    assert middle == pytest.approx([220, 40, 40], abs=30)  # the square is red
    assert height > 0


def test_the_command_trains_validates_and_resumes(data: Path, tmp_path: Path) -> None:
    recipe, work = tmp_path / "tiny.yaml", tmp_path / "work"
    recipe.write_text("name: tiny\nschedule: {epochs: 1, batch_size: 8, sizes_px: [64]}\nvalidation: {side_px: 64}\n")
    command = ["--recipe", str(recipe), "--data", str(data), "--work", str(work), "--threads", "1"]

    codes = [main(command), main([*command, "--resume"]), main([*command, "--set", "seed=x"])]

    assert codes == [0, 0, 1]
    assert [line["step"] for line in lines(work, "validation")] == [3, 3]
    assert set(lines(work, "validation")[0]["ap50"]) == {"square", "disc"}
