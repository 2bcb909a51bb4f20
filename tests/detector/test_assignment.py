import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linear_sum_assignment

from detector.assignment import assigned

_SHAPES = st.tuples(st.integers(0, 9), st.integers(0, 9))
# Few values, so that many pairs cost the same; and the price of what must not be.
_COSTS = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 1e6]), st.floats(min_value=0.0, max_value=1.0))


@given(arrays.arrays(np.float64, _SHAPES, elements=_COSTS))
def test_as_many_pairs_as_fit_at_the_smallest_cost_there_is(costs: np.ndarray) -> None:
    pairs = assigned(costs)
    rows, columns = linear_sum_assignment(costs)
    assert len(pairs) == min(costs.shape)
    assert pairs == sorted(pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert sum(costs[pair] for pair in pairs) == pytest.approx(float(costs[rows, columns].sum()), abs=1e-6)


def test_a_crowd_is_paired_as_by_the_library() -> None:
    costs = np.random.default_rng(3).random((100, 80))
    rows, columns = linear_sum_assignment(costs)
    assert assigned(costs) == list(zip(rows.tolist(), columns.tolist(), strict=True))


def test_costs_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match=r"finite costs of shape \(rows, columns\), got shape \(1, 2\)"):
        assigned(np.array([[1.0, np.inf]]))
