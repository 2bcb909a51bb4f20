"""The loop: pictures in, a network out, resumable after any step."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch

from models.training import checkpoint
from models.training.arithmetic import half_where_fast
from models.training.batches import Batch, EpochDraws, collate, load
from models.training.checkpoint import LAST_NAME, Position
from models.training.composer import Composer
from models.training.errors import TrainingError
from models.training.loss import PartialLabelLoss
from models.training.network import WeightAverage, parameter_groups, set_training
from models.training.recipe import Recipe
from models.training.sampling import epoch_order, picture_weights
from models.training.schedule import average_decay, learning_rate, progress
from models.training.validation import PrecisionTally, decode

log = structlog.get_logger(__name__)

LOG_NAME = "log.jsonl"
_LOGGED_STEPS = 20  # steps that one line of the log sums up
_VALIDATION_BATCH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where and how long it runs.

    `limit_seconds` bounds the steps of the whole training, resumed parts included, and shapes the schedule;
    `stop_seconds` only ends this run, to be resumed.
    """

    device: str = "cpu"
    workers: int = 0
    limit_seconds: float | None = None
    stop_seconds: float | None = None
    checkpoint_seconds: float = 300.0


class Trainer:
    """Owns network, average, optimiser and position. One thread; worker processes only prepare pictures."""

    def __init__(
        self,
        recipe: Recipe,
        network: Any,
        *,
        composer: Composer,
        validation: Composer,
        work: Path,
        machine: Machine,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recipe = recipe
        self._labels = composer.pictures.layout.labels
        self._device = torch.device(machine.device)
        self._network = network.to(self._device, memory_format=torch.channels_last)
        self.average = WeightAverage(self._network)
        self._loss = PartialLabelLoss(self._network)
        groups = parameter_groups(self._network, recipe.schedule.weight_decay)
        self._optimiser = torch.optim.AdamW(groups, lr=recipe.schedule.learning_rate)
        self._composer = composer
        self._validation = validation
        self._work = work
        self._machine = machine
        self._clock = clock
        self.position = Position()
        self._step_ended: float | None = None
        self._pending: list[list[float]] = []  # facts of steps that are not logged yet
        self._weights = _weights(composer, recipe)
        self._pictures = recipe.sampling.pictures_per_epoch or len(composer.pictures)
        self._epoch_steps = self._pictures // recipe.schedule.batch_size
        if self._epoch_steps == 0:
            raise TrainingError(f"{self._pictures} pictures make no batch of {recipe.schedule.batch_size}")

    @property
    def network(self) -> Any:
        return self._network

    @property
    def total_steps(self) -> int:
        return self._epoch_steps * self._recipe.schedule.epochs

    @property
    def progress(self) -> float:
        return self._progress_at(self.position.step)

    def _progress_at(self, step: int) -> float:
        return progress(step, self.total_steps, self.position.elapsed_seconds, self._machine.limit_seconds)

    def resume(self) -> None:
        """Go on from the work folder's checkpoint. Raises CheckpointError."""
        self.position = checkpoint.restore(
            self._work / LAST_NAME,
            self._recipe,
            self._labels,
            network=self._network,
            average=self.average,
            optimiser=self._optimiser,
        )
        log.info("training_resumed", step=self.position.step, elapsed_seconds=round(self.position.elapsed_seconds))

    def run(self, most_steps: int | None = None) -> None:
        """Train until the recipe's epochs, a time limit or `most_steps` steps from now are over; then save."""
        self._work.mkdir(parents=True, exist_ok=True)
        began = saved = self._clock()
        done = 0
        while self.progress < 1.0 and (most_steps is None or done < most_steps):
            for batch in self._batches():
                self._timed_step(batch)
                done += 1
                if self._clock() - saved >= self._machine.checkpoint_seconds:
                    self.save()
                    saved = self._clock()
                if self._must_pause(began, done, most_steps):
                    break
            if self.position.epoch_step == self._epoch_steps:
                self._finish_epoch()
            if self._machine.stop_seconds is not None and self._clock() - began >= self._machine.stop_seconds:
                break
        self.save()
        log.info("training_stopped", step=self.position.step, progress=round(self.progress, 3))

    def _must_pause(self, began: float, done: int, most_steps: int | None) -> bool:
        stop = self._machine.stop_seconds
        is_late = stop is not None and self._clock() - began >= stop
        return is_late or self.progress >= 1.0 or (most_steps is not None and done >= most_steps)

    def _batches(self) -> Iterator[Batch]:
        recipe, position = self._recipe, self.position
        order = epoch_order(self._weights, self._pictures, recipe.seed, position.epoch)
        first = position.step - position.epoch_step
        draws = EpochDraws(
            order,
            recipe.schedule,
            seed=recipe.seed,
            epoch=position.epoch,
            first_step=position.epoch_step,
            is_closing=lambda step: self._progress_at(first + step) >= 1 - recipe.augmentation.closing,
        )
        return iter(load(self._composer, draws, order, workers=self._machine.workers))

    def _timed_step(self, batch: Batch) -> None:
        # Preparing the next batch counts as well: it is what the schedule must fit into the time.
        now = self._clock()
        since = self._step_ended if self._step_ended is not None else now
        losses = self._step(batch)
        self._step_ended = self._clock()
        self.position.elapsed_seconds += self._step_ended - since
        self.position.step += 1
        self.position.epoch_step += 1
        self._pending.append([*losses, self._step_ended - since, len(batch["img"])])
        if len(self._pending) == _LOGGED_STEPS:
            self._log_steps()

    def _step(self, batch: Batch) -> list[float]:
        recipe = self._recipe.schedule
        rate = learning_rate(recipe, self.progress, self.position.step)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        set_training(self._network, self._recipe.network)
        pictures = self._pictures_of(batch)
        with half_where_fast(self._device):
            raw = self._network(pictures)
        losses, _ = self._loss(raw, batch)
        losses = losses / len(pictures)
        values = losses.detach().tolist()
        if not np.isfinite(values).all():
            raise TrainingError(f"the loss of step {self.position.step} is no number: {values}")
        self._optimiser.zero_grad()
        losses.sum().backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), recipe.gradient_norm)
        self._optimiser.step()
        self.average.update(self._network, average_decay(recipe, self.average.updates + 1))
        return [float(value) for value in values]

    def _pictures_of(self, batch: Batch) -> Any:
        pictures = batch["img"].to(self._device, non_blocking=True)
        return (pictures.float() / 255).contiguous(memory_format=torch.channels_last)

    def _log_steps(self) -> None:
        rows = np.array(self._pending)
        self._pending.clear()
        box, label, distribution = rows[:, :3].mean(axis=0)
        self._write_line(
            "steps",
            rate=self._optimiser.param_groups[0]["lr"],
            box=round(float(box), 4),
            label=round(float(label), 4),
            distribution=round(float(distribution), 4),
            pictures_per_second=round(float(rows[:, 4].sum() / max(rows[:, 3].sum(), 1e-9)), 2),
        )

    def _finish_epoch(self) -> None:
        self.position.epoch += 1
        self.position.epoch_step = 0
        self.save()
        if self.position.epoch % self._recipe.validation.each_epochs == 0 and self.progress < 1.0:
            self.validate()
        self._step_ended = None

    def validate(self) -> dict[str, float]:
        """AP50 by label of the averaged weights on the validation pictures."""
        side, composer = self._recipe.validation.side_px, self._validation
        tally = PrecisionTally(self._labels)
        for start in range(0, len(composer.pictures), _VALIDATION_BATCH):
            indices = range(start, min(start + _VALIDATION_BATCH, len(composer.pictures)))
            scenes = [composer.plain(index, side) for index in indices]
            with torch.inference_mode(), half_where_fast(self._device):
                outputs = self.average.network(self._pictures_of(collate(scenes)))[0]
            for index, scene, output in zip(indices, scenes, outputs.float().cpu().numpy(), strict=True):
                source = composer.pictures.examples[index].source
                unlabelled = composer.pictures.layout.unlabelled[source]
                tally.add(decode(output), scene.boxes, scene.labels, unlabelled)
        found = {label: round(value, 4) for label, value in tally.average_precisions().items()}
        mean = round(float(np.mean(list(found.values()))), 4) if found else None
        self._write_line("validation", side_px=side, mean_ap50=mean, ap50=found)
        log.info("network_validated", step=self.position.step, mean_ap50=mean)
        return found

    def save(self) -> None:
        """Write the checkpoint and the compact weights into the work folder."""
        checkpoint.save(
            self._work,
            self._recipe,
            self._labels,
            network=self._network,
            average=self.average,
            optimiser=self._optimiser,
            position=self.position,
        )

    def _write_line(self, kind: str, **facts: Any) -> None:
        position = self.position
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "kind": kind,
            "epoch": position.epoch,
            "step": position.step,
            "elapsed_seconds": round(position.elapsed_seconds, 1),
            "progress": round(self.progress, 4),
            **facts,
        }
        with (self._work / LOG_NAME).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _weights(composer: Composer, recipe: Recipe) -> Any:
    examples = composer.pictures.examples
    taught = [composer.teaching.split(example)[0].labels for example in examples]
    return picture_weights(examples, taught, composer.pictures.layout.labels, recipe.sampling)
