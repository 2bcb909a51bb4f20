"""How far a training is, and how fast it learns there. Pure functions of steps and seconds."""

import math

from models.training.recipe import ScheduleRecipe


def progress(step: int, total_steps: int, elapsed_seconds: float, limit_seconds: float | None) -> float:
    """Share of the training that is done, in [0, 1].

    With a time limit it is the time's share where that is larger: on a machine whose speed changes with its
    neighbours, the learning rate then still comes down before the time is over.
    """
    by_steps = step / total_steps
    by_time = elapsed_seconds / limit_seconds if limit_seconds else 0.0
    return min(1.0, max(by_steps, by_time))


def learning_rate(recipe: ScheduleRecipe, done: float, step: int) -> float:
    """Cosine from the recipe's rate to its final share, after a linear warm-up over the first steps."""
    low = recipe.learning_rate * recipe.final_share
    rate = low + (recipe.learning_rate - low) * (1 + math.cos(math.pi * done)) / 2
    if step < recipe.warm_up_steps:
        rate *= (step + 1) / (recipe.warm_up_steps + 1)
    return rate


def average_decay(recipe: ScheduleRecipe, updates: int) -> float:
    """Decay of the moving average of the weights: small at first, so that the start is soon forgotten."""
    return recipe.average_decay * (1 - math.exp(-updates / recipe.average_steps))
