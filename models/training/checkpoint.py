"""All that a training needs to go on as if it had never stopped, in one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from models.training.errors import CheckpointError
from models.training.network import WeightAverage, compact_state
from models.training.recipe import Recipe

LAST_NAME = "last.pt"
COMPACT_NAME = "weights.pt"


@dataclass(slots=True, kw_only=True)
class Position:
    """How far a training is: epochs done, steps of the present epoch done, steps in all, seconds spent in steps."""

    epoch: int = 0
    epoch_step: int = 0
    step: int = 0
    elapsed_seconds: float = 0.0


def save(
    folder: Path,
    recipe: Recipe,
    labels: tuple[str, ...],
    *,
    network: Any,
    average: WeightAverage,
    optimiser: Any,
    position: Position,
) -> None:
    """Write the checkpoint, and small weights to start other trainings from. A crash leaves the older file whole."""
    content = {
        "recipe": recipe.model_dump(mode="json"),
        "labels": list(labels),
        "network": network.state_dict(),
        "average": average.network.state_dict(),
        "average_updates": average.updates,
        "optimiser": optimiser.state_dict(),
        "position": [position.epoch, position.epoch_step, position.step, position.elapsed_seconds],
        "random": torch.get_rng_state(),
    }
    write(folder / LAST_NAME, content)
    write(folder / COMPACT_NAME, compact_state(average.network, labels))


def write(path: Path, content: dict[str, Any]) -> None:
    """Plain tensors and values; a crash leaves an older file whole."""
    unfinished = path.with_suffix(".unfinished")
    torch.save(content, unfinished)
    unfinished.replace(path)


def restore(
    path: Path, recipe: Recipe, labels: tuple[str, ...], *, network: Any, average: WeightAverage, optimiser: Any
) -> Position:
    """Fill everything from a checkpoint. Raises CheckpointError if it belongs to another recipe or other labels."""
    content = read(path)
    if Recipe.model_validate(content["recipe"]) != recipe:
        raise CheckpointError(path, expected="the recipe that the training began with", found="another one")
    if content["labels"] != list(labels):
        raise CheckpointError(path, expected=f"labels {', '.join(labels)}", found=", ".join(content["labels"]))
    network.load_state_dict(content["network"])
    average.network.load_state_dict(content["average"])
    average.updates = content["average_updates"]
    optimiser.load_state_dict(content["optimiser"])
    torch.set_rng_state(content["random"])
    epoch, epoch_step, step, elapsed_seconds = content["position"]
    return Position(epoch=epoch, epoch_step=epoch_step, step=step, elapsed_seconds=elapsed_seconds)


def read(path: Path) -> dict[str, Any]:
    """The content of a checkpoint; only plain tensors and values are read, never code. Raises CheckpointError."""
    try:
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a wrong file raises whatever its bytes lead to
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CheckpointError(path, expected="a checkpoint", found=found) from error
    if not isinstance(content, dict) or not {"recipe", "labels", "average", "position"} <= content.keys():
        raise CheckpointError(path, expected="a checkpoint of this trainer", found="something else")
    return content
