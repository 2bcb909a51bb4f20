from dataclasses import replace

import numpy as np
import pytest

from models.training.data import Example, Marks
from models.training.recipe import SamplingRecipe
from models.training.sampling import epoch_order, picture_weights
from tests.models.training.drawn import LABELS

EXAMPLE = Example(name="a", source="one", labelled=Marks.none(), guessed=Marks.none(), offset=0, height=1, width=1)
SETS = [np.array(labels, dtype=np.int64) for labels in [[0]] * 96 + [[0, 1]] + [[2]] * 2 + [[]]]
EXAMPLES = [EXAMPLE] * 99 + [replace(EXAMPLE, source="two")]


def test_pictures_of_rare_labels_weigh_more() -> None:
    weights = picture_weights(EXAMPLES, SETS, LABELS, SamplingRecipe(frequency_goal=0.16))

    assert weights[0] == 1.0
    assert weights[96] == pytest.approx(4.0)  # in one of a hundred pictures
    assert weights[97] == pytest.approx(np.sqrt(8.0))
    assert weights[99] == 1.0


def test_labels_and_sources_can_be_boosted() -> None:
    recipe = SamplingRecipe(frequency_goal=0.0, boosts={"person": 3.0}, source_boosts={"two": 0.5})

    weights = picture_weights(EXAMPLES, SETS, LABELS, recipe)

    assert [weights[0], weights[97], weights[99]] == [1.0, 3.0, 0.5]


@pytest.mark.parametrize("epoch", range(3))
def test_an_epoch_shows_each_picture_as_often_as_it_weighs(epoch: int) -> None:
    weights = np.array([1.0, 2.0, 4.0, 0.5])

    order = epoch_order(weights, 30, seed=3, epoch=epoch)

    counts = np.bincount(order, minlength=4)
    wanted = 30 * weights / weights.sum()
    assert (np.abs(counts - wanted) < 1.0).all()


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    weights = np.ones(50)

    assert epoch_order(weights, 50, 1, 2).tolist() == epoch_order(weights, 50, 1, 2).tolist()
    assert epoch_order(weights, 50, 1, 2).tolist() != epoch_order(weights, 50, 1, 3).tolist()
    assert sorted(epoch_order(weights, 50, 1, 2)) == list(range(50))
