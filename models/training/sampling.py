"""Which pictures an epoch shows. Rare labels come more often, by the repeat factors of LVIS.

A label that stands in a share f of the pictures repeats its pictures sqrt(goal / f) times where f is below the goal
(Gupta, Dollar, Girshick: LVIS, 2019, section 4); a picture takes the largest factor of its labels.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.training.data import Example, Integers
from models.training.recipe import SamplingRecipe

Weights = npt.NDArray[np.float64]


def picture_weights(
    examples: Sequence[Example], label_sets: Sequence[Integers], labels: tuple[str, ...], recipe: SamplingRecipe
) -> Weights:
    """How often each picture is drawn, relative to the others. `label_sets` has each picture's taught labels."""
    flags = np.zeros((len(examples), len(labels)), dtype=np.bool_)
    for row, present in enumerate(label_sets):
        flags[row, present] = True
    shares = flags.mean(axis=0)
    factors = np.maximum(1.0, np.sqrt(recipe.frequency_goal / np.maximum(shares, 1e-9)))
    factors *= [recipe.boosts.get(label, 1.0) for label in labels]
    of_labels = np.where(flags, factors, 0.0).max(axis=1)
    sources = np.array([recipe.source_boosts.get(example.source, 1.0) for example in examples])
    return np.asarray(np.where(flags.any(axis=1), of_labels, 1.0) * sources, dtype=np.float64)


def epoch_order(weights: Weights, count: int, seed: int, epoch: int) -> Integers:
    """Positions of the pictures of one epoch, shape (count,); always the same for one seed and epoch.

    Systematic sampling: a picture of weight w comes floor or ceil of w * count / sum times, never by luck alone.
    """
    rng = np.random.default_rng((seed, epoch, 1))
    order = rng.permutation(len(weights))  # otherwise neighbours would share their luck
    edges = np.cumsum(weights[order]) / weights.sum()
    points = (np.arange(count) + rng.random()) / count
    drawn = order[np.minimum(np.searchsorted(edges, points, side="right"), len(weights) - 1)]
    return np.asarray(rng.permutation(drawn), dtype=np.int64)
