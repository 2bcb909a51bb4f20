"""Heads as mathematics: what they promise for any examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import heads
from detector.errors import TeachingError
from detector.heads import Doubt, distinct_counts, teach
from domain.geometry import FloatArray


def unit(rows: FloatArray) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def clouds(
    count: int,
    *,
    states: tuple[str, ...] = ("closed", "open"),
    spread: float = 0.1,
    dimensions: int = 24,
    seed: int = 0,
) -> tuple[FloatArray, list[str]]:
    """So many examples of each state, scattered around a place of its own."""
    random = np.random.default_rng(seed)
    places = random.normal(size=(len(states), dimensions))
    rows = [place + spread * random.normal(size=(count, dimensions)) for place in places]
    return unit(np.concatenate(rows)), [state for state in states for _ in range(count)]


example_sets = st.builds(
    clouds,
    st.integers(2, 7),
    states=st.sampled_from([("closed", "open"), ("a", "b", "c")]),
    spread=st.floats(0.01, 3.0),
    dimensions=st.integers(3, 40),
    seed=st.integers(0, 10_000),
)


def refitted_without(rows: FloatArray, states: list[str], place: int) -> FloatArray:
    """The scores of one example from a fit of all others, with the ridge and the weights of the whole."""
    names = sorted(set(states))
    targets = np.where(np.array(states)[:, None] == np.array(names)[None], 1.0, -1.0)
    double = rows.astype(np.float64)
    products = double @ double.T
    count = len(rows)
    ridge = heads.RIDGE * (np.trace(products) - products.sum() / count) / count + 1e-6
    weights = np.array([count / (len(names) * states.count(state)) for state in states])
    kept = [other for other in range(count) if other != place]
    system = np.zeros((count, count))
    system[:-1, :-1] = products[np.ix_(kept, kept)] + np.diag(ridge / weights[kept])
    system[:-1, -1] = system[-1, :-1] = 1.0
    solution = np.linalg.solve(system, np.vstack([targets[kept], np.zeros((1, len(names)))]))
    return np.asarray(products[place, kept] @ solution[:-1] + solution[-1])


@settings(max_examples=60)
@given(examples=example_sets)
def test_the_left_out_scores_are_those_of_a_fit_without_the_example(examples: tuple[FloatArray, list[str]]) -> None:
    rows, states = examples
    names = sorted(set(states))
    targets = np.where(np.array(states)[:, None] == np.array(names)[None], 1.0, -1.0)

    _, _, left_out = heads._solve(rows.astype(np.float64), targets)

    expected = [refitted_without(rows, states, place) for place in range(len(states))]
    assert left_out == pytest.approx(np.array(expected), abs=1e-5)


@settings(max_examples=40)
@given(examples=example_sets, seed=st.integers(0, 1000))
def test_the_order_of_the_examples_changes_no_bit(examples: tuple[FloatArray, list[str]], seed: int) -> None:
    rows, states = examples
    order = np.random.default_rng(seed).permutation(len(states))

    first, second = teach(rows, states), teach(rows[order], [states[place] for place in order])

    assert np.array_equal(first.head.weights, second.head.weights)
    assert np.array_equal(first.head.offsets, second.head.offsets)
    assert (first.head.temperature, first.head.reach) == (second.head.temperature, second.head.reach)
    assert [first.left_out[place] for place in order] == list(second.left_out)


@settings(max_examples=40)
@given(examples=example_sets)
def test_an_answer_is_a_state_with_a_confidence_or_a_reason_why_not(examples: tuple[FloatArray, list[str]]) -> None:
    rows, states = examples
    lesson = teach(rows, states)

    for answer in (*lesson.left_out, lesson.head.answer(rows[0])):
        assert (answer.state is None) == (answer.doubt is not None)
        assert answer.likeliest in states
        assert 1 / len(set(states)) - 1e-9 <= answer.confidence <= 1.0
        assert answer.state is None or answer.confidence >= heads.LEAST_CONFIDENCE


def test_states_that_lie_apart_are_told_and_all_left_out_examples_are_right() -> None:
    rows, states = clouds(6)
    later, truth = clouds(40, spread=0.12)

    lesson = teach(rows, states)

    assert [answer.likeliest for answer in lesson.left_out] == states
    told = [lesson.head.answer(row).state for row in later]
    assert all(state in {None, true} for state, true in zip(told, truth, strict=True))
    assert sum(state is not None for state in told) > 60


def test_three_states_are_told_apart() -> None:
    rows, states = clouds(8, states=("a", "b", "c"))

    lesson = teach(rows, states)

    assert [answer.state for answer in lesson.left_out] == states


def test_states_without_any_difference_are_not_told() -> None:
    random = np.random.default_rng(1)
    rows = unit(random.normal(size=(40, 64)).astype(np.float32))
    states = ["closed", "open"] * 20

    lesson = teach(rows, states)

    right = sum(answer.likeliest == state for answer, state in zip(lesson.left_out, states, strict=True))
    assert right < 28
    assert sum(answer.state is not None for answer in lesson.left_out) <= 8


def test_a_picture_unlike_all_examples_cannot_be_told() -> None:
    rows, states = clouds(6)
    lesson = teach(rows, states)

    answer = lesson.head.answer(unit(-rows[:1])[0])

    assert (answer.state, answer.doubt) == (None, Doubt.UNLIKE)


def test_a_state_with_more_examples_is_not_named_more_often_for_it() -> None:
    many, _ = clouds(60, spread=0.3)
    rows, states = np.concatenate([many[:60], many[60:66]]), ["closed"] * 60 + ["open"] * 6

    lesson = teach(rows, states)

    fresh, _ = clouds(60, spread=0.3, seed=0)
    assert np.mean([lesson.head.answer(row).likeliest == "open" for row in fresh[66:]]) > 0.9


def test_hundred_examples_of_thousand_numbers_are_taught() -> None:
    rows, states = clouds(50, dimensions=1000, spread=0.5)

    lesson = teach(rows, states)

    assert lesson.head.weights.shape == (2, 1000)
    assert len(lesson.left_out) == 100


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["open"] * 4, "at least two states"),
        (["open", "open", "open", "closed"], "at least two of each state"),
        (["open", "open", "closed"], "3 rows of numbers"),
    ],
    ids=["one state", "one example", "other count"],
)
def test_examples_that_teach_nothing_are_refused(states: list[str], expected: str) -> None:
    rows, _ = clouds(2)

    with pytest.raises(TeachingError, match=expected):
        teach(rows, states)


def test_numbers_that_are_no_unit_vectors_are_refused() -> None:
    rows, states = clouds(3)

    with pytest.raises(TeachingError, match="length 1"):
        teach(2 * rows, states)


def test_the_same_picture_twice_counts_once() -> None:
    rows, states = clouds(3)
    doubled = np.concatenate([rows, rows[:1], rows[:1]])

    assert distinct_counts(doubled, [*states, states[0], states[0]]) == {"closed": 3, "open": 3}
