import numpy as np
import pytest

from bench.lid_heads import ASKED, Lesson, Pool, ask, estimate, joined, left_out


def lids(count: int, *, seed: int = 0, apart: float = 1.0) -> Pool:
    """So many lids of each state whose numbers lie `apart`, each in a scene of its own."""
    random = np.random.default_rng(seed)
    rows = random.normal(0, 0.1, (2 * count, 8))
    rows[:, 0] = 1
    rows[:count, 1] += apart
    states = np.array([state.value for state in ASKED for _ in range(count)])
    scenes = np.array([f"{seed}-{place}" for place in range(2 * count)])
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return Pool(unit.astype(np.float32), states, scenes, np.zeros(2 * count, dtype=np.bool_))


def lesson(pool: Pool) -> Lesson:
    return pool.rows, list(pool.states), set(pool.scenes)


def test_states_that_differ_are_told_without_a_mistake() -> None:
    found = estimate(ask(lids(10, seed=1), [lesson(lids(8))]))
    assert (found.middle, found.low, found.high) == (1.0, 1.0, 1.0)
    assert left_out(lids(10)) == 1.0


def test_states_that_do_not_differ_are_guessed_and_the_interval_holds_a_half() -> None:
    found = estimate(ask(lids(60, seed=1, apart=0), [lesson(lids(20, seed=draw, apart=0)) for draw in range(2, 8)]))
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.3


def test_scenes_that_were_taught_are_not_asked_about() -> None:
    pool = lids(10)
    part = pool.drawn(np.random.default_rng(1), 4)
    trial = ask(pool, [lesson(part)])
    assert trial.asked.sum() == len(pool.rows) - len(part.rows)
    assert set(pool.scenes[trial.asked[0]]).isdisjoint(part.scenes)


def test_as_many_of_each_state_are_drawn_or_all_where_there_are_fewer() -> None:
    assert lids(10).drawn(np.random.default_rng(1), 4).counts() == {"open": 4, "closed": 4}
    assert lids(3).drawn(np.random.default_rng(1), 4).counts() == {"open": 3, "closed": 3}


def test_more_of_the_same_gains_nothing_over_itself_and_misleading_examples_lose() -> None:
    asked, own = lids(20, seed=1), lids(8)
    alone = ask(asked, [lesson(own)])
    assert estimate(alone, against=alone).middle == 0
    turned = Pool(own.rows, own.states[::-1], own.scenes, own.is_heaped)
    misled = ask(asked, [joined(turned, lids(3))])
    assert estimate(misled, against=alone).high == pytest.approx(-1, abs=0.2)
