"""Lessons and finished trainings that are kept in the work folder, each with the key of all that it depends on."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import torch

from models.training.attire.lessons import Lessons
from models.training.attire.recipe import AttireRecipe
from models.training.checkpoint import write

log = structlog.get_logger(__name__)

_LESSONS = frozenset({"seed", "framing", "network", "sources", "augmentation"})
_RENDERED_LESSONS = (_LESSONS - {"sources"}) | {"rendered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """All that lessons or trainings depend on, but for the real data: recipe, start weights, rendered persons.

    `rendered` is the digest of the rendered persons; empty without any, and then their part of the recipe says nothing.
    """

    recipe: AttireRecipe
    start: Path
    rendered: str

    @property
    def lessons(self) -> str:
        return self._key(_LESSONS)

    @property
    def rendered_lessons(self) -> str:
        return self._key(_RENDERED_LESSONS, self.rendered)

    @property
    def training(self) -> str:
        names = _LESSONS | {"schedule"}
        return self._key(names | {"rendered"}, self.rendered) if self.rendered else self._key(names)

    def _key(self, names: frozenset[str], more: str = "") -> str:
        facts = self.recipe.model_dump(mode="json", include=set(names))
        weights = hashlib.sha256(self.start.read_bytes()).hexdigest()
        return hashlib.sha256((json.dumps(facts, sort_keys=True) + weights + more).encode()).hexdigest()


def kept_lessons(path: Path, key: str, make: Callable[[], tuple[Lessons, ...]]) -> tuple[Lessons, ...]:
    """What `path` holds under this key, or what is made and then kept there."""
    if path.is_file():
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["key"] == key:
            log.info("lessons_found", path=str(path))
            return tuple(_lessons(each) for each in content["lessons"])
    made = make()
    rows = [[torch.from_numpy(each.owners), each.features, each.states, each.clear] for each in made]
    write(path, {"key": key, "lessons": rows})
    return made


def _lessons(row: list[Any]) -> Lessons:
    owners, features, states, clear = row
    return Lessons(owners=owners.numpy(), features=features, states=states, clear=clear)


def kept_network(path: Path, key: str, network: Any, train: Callable[[Any], Any]) -> Any:
    """`network` with the weights that `path` holds under this key, or what training makes of it, kept there."""
    if path.is_file():
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["key"] == key:
            log.info("training_found", path=str(path))
            network.load_state_dict(content["network"])
            return network.eval()
    trained = train(network)
    write(path, {"key": key, "network": trained.state_dict()})
    return trained
