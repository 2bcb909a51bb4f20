"""Changed crops of persons with what is taught by them, as the frozen layers see them: made once, used by all folds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog
import torch
from torch import nn

from models.framing import Pixels, planes
from models.training.attire.crops import composed, plain
from models.training.attire.persons import UNKNOWN, Floats, Gallery, Person
from models.training.attire.recipe import AttireRecipe

log = structlog.get_logger(__name__)

_BATCH = 64
_NOTHING = torch.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Row n of all three belongs to a crop of person `owners[n]`; features are kept in half precision."""

    owners: npt.NDArray[np.int64]
    features: Any
    states: Any
    clear: Any

    def of(self, persons: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Rows of the crops of some persons."""
        return np.flatnonzero(persons[self.owners])


def make_lessons(
    network: Any, gallery: Gallery, persons: Sequence[Person], recipe: AttireRecipe, *, variants: int, seed: int
) -> Lessons:
    """`variants` changed crops of each person."""
    rng, began = np.random.default_rng(seed), time.monotonic()
    owners = np.tile(np.arange(len(persons)), variants)
    features: list[Any] = []
    states: list[Floats] = []
    clear: list[Floats] = []
    for first in range(0, len(owners), _BATCH):
        made = [
            composed(gallery, persons[owner], rng, recipe.framing, recipe.augmentation)
            for owner in owners[first : first + _BATCH]
        ]
        features.append(_features(network, [lesson.pixels for lesson in made]).half())
        states.extend(lesson.states for lesson in made)
        clear.extend(lesson.clear for lesson in made)
    log.info("lessons_made", crops=len(owners), persons=len(persons), seconds=round(time.monotonic() - began))
    if not len(owners):
        return Lessons(owners=owners, features=_NOTHING, states=_NOTHING, clear=_NOTHING)
    return Lessons(
        owners=owners,
        features=torch.cat(features),
        states=torch.from_numpy(np.stack(states)),
        clear=torch.from_numpy(np.stack(clear)),
    )


def widened(lessons: Lessons, attributes: int) -> Lessons:
    """The same lessons for a network that judges more, of which they say nothing."""
    if not len(lessons.owners):
        return lessons
    states, clear = (
        nn.functional.pad(known, (0, attributes - known.shape[1]), value=UNKNOWN)
        for known in (lessons.states, lessons.clear)
    )
    return Lessons(owners=lessons.owners, features=lessons.features, states=states, clear=clear)


def answers(network: Any, crops: Sequence[Pixels]) -> Floats:
    """Logits of shape (crops, 2 * attributes)."""
    network.eval()
    with torch.inference_mode():
        parts = [network(as_input(crops[first : first + _BATCH])).numpy() for first in range(0, len(crops), _BATCH)]
    return np.concatenate(parts)


def plain_crops(gallery: Gallery, persons: Sequence[Person], recipe: AttireRecipe) -> list[Pixels]:
    """Crops as serving cuts them out."""
    return [plain(gallery, person, recipe.framing) for person in persons]


def as_input(crops: Sequence[Pixels]) -> Any:
    return torch.from_numpy(planes(list(crops))).contiguous(memory_format=torch.channels_last)


def _features(network: Any, crops: Sequence[Pixels]) -> Any:
    with torch.inference_mode():
        return network.eval().features(as_input(crops)).contiguous()
