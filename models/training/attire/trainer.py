"""One training of the attire network on lessons that the frozen layers have already seen.

It takes a minute or two of one core, so it is run again rather than resumed.
"""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog
import torch
from torch import nn

from models.data.attire import ATTRIBUTES
from models.training.attire.lessons import Lessons
from models.training.attire.network import AttireNetwork, load_backbone
from models.training.attire.recipe import AttireRecipe
from models.training.network import WeightAverage

log = structlog.get_logger(__name__)

Rows = npt.NDArray[np.int64]
_WARM_UP = 0.06  # of the training
_LEAST_PACE = 0.01
_GRADIENT_NORM = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Lessons and the rows of them that a training may see; `share` of these are drawn for each epoch."""

    lessons: Lessons
    rows: Rows
    per_epoch: int


def begun(recipe: AttireRecipe, start: Path | None, seed: int, attributes: int = len(ATTRIBUTES)) -> Any:
    """A network with the backbone of `start` (None: random weights) and a new head."""
    torch.manual_seed(seed)
    network = AttireNetwork(recipe.network, recipe.framing, attributes)
    if start is not None:
        load_backbone(network, start)
    return network.to(memory_format=torch.channels_last)


def train(network: Any, courses: list[Course], recipe: AttireRecipe, *, seed: int) -> Any:
    """The averaged network after all epochs. The same seed gives the same network on the same machine."""
    torch.manual_seed(seed)
    rng, began = np.random.default_rng(seed), time.monotonic()
    average = WeightAverage(network)
    optimiser = torch.optim.AdamW(_groups(network, recipe), weight_decay=recipe.schedule.weight_decay)
    rates = [group["lr"] for group in optimiser.param_groups]
    steps = sum(min(course.per_epoch, len(course.rows)) for course in courses) // recipe.schedule.batch_size
    loss = 0.0
    for step in range(recipe.schedule.epochs * steps):
        if step % steps == 0:
            batches = _batches(courses, recipe.schedule.batch_size, rng)
            network.train()
        pace = _pace(step / (recipe.schedule.epochs * steps))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * pace
        features, states, clear = batches[step % steps]
        found = _loss(network.judged(features), states, clear, recipe)
        optimiser.zero_grad(set_to_none=True)
        found.backward()
        nn.utils.clip_grad_norm_(network.parameters(), _GRADIENT_NORM)
        optimiser.step()
        average.update(network, min(recipe.schedule.average_decay, (1 + step) / (10 + step)))
        loss += (found.item() - loss) / min(step + 1, steps)
        if (step + 1) % steps == 0:
            seconds = round(time.monotonic() - began)
            log.info("epoch_done", epoch=(step + 1) // steps, loss=round(loss, 4), seconds=seconds)
    return average.network.eval()


def _batches(courses: list[Course], size: int, rng: np.random.Generator) -> list[tuple[Any, Any, Any]]:
    """An epoch's lessons in random order: features, states, clarities."""
    drawn = [
        (place, row)
        for place, course in enumerate(courses)
        for row in rng.choice(course.rows, min(course.per_epoch, len(course.rows)), replace=False)
    ]
    order = rng.permutation(len(drawn))
    batches: list[tuple[Any, Any, Any]] = []
    for first in range(0, len(order) - size + 1, size):
        picked = [drawn[place] for place in order[first : first + size]]
        features = torch.stack([courses[place].lessons.features[row] for place, row in picked]).float()
        states = torch.stack([courses[place].lessons.states[row] for place, row in picked])
        clear = torch.stack([courses[place].lessons.clear[row] for place, row in picked])
        batches.append((features, states, clear))
    return batches


def _pace(share: float) -> float:
    """A short warm-up, then a cosine down to a hundredth."""
    if share < _WARM_UP:
        return _LEAST_PACE + share / _WARM_UP
    return _LEAST_PACE + (1 - _LEAST_PACE) * (1 + math.cos(math.pi * (share - _WARM_UP) / (1 - _WARM_UP))) / 2


def _groups(network: Any, recipe: AttireRecipe) -> list[dict[str, Any]]:
    known = {id(each) for each in network.backbone.parameters()}
    backbone = [each for each in network.backbone.parameters() if each.requires_grad]
    head = [each for each in network.parameters() if id(each) not in known]
    rate = recipe.schedule.learning_rate
    return [{"params": backbone, "lr": rate * recipe.schedule.backbone_share}, {"params": head, "lr": rate}]


def _loss(logits: Any, states: Any, clear: Any, recipe: AttireRecipe) -> Any:
    count, smoothing = logits.shape[1] // 2, recipe.schedule.smoothing
    state_loss = _balanced(logits[:, :count], states, smoothing)
    clear_loss = _balanced(logits[:, count:], clear, smoothing)
    return state_loss + recipe.schedule.clarity_weight * clear_loss


def _balanced(logits: Any, targets: Any, smoothing: float) -> Any:
    """Cross-entropy of what is known (not NaN), rarer answers weighted more, each attribute on its own."""
    known = ~torch.isnan(targets)
    positive = known & (torch.nan_to_num(targets) > 0.5)
    negative = known & ~positive
    soft = positive * (1 - smoothing) + smoothing / 2
    losses = nn.functional.binary_cross_entropy_with_logits(logits, soft, reduction="none")
    total = known.sum(0).float()
    # The square root of what would balance them: with all of it the few unclear persons shout.
    weights = positive * (total / (2 * positive.sum(0).clamp(min=1))).sqrt()
    weights = weights + negative * (total / (2 * negative.sum(0).clamp(min=1))).sqrt()
    return (losses * weights).sum() / known.sum().clamp(min=1)
