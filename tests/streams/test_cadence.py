import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cadence import Cadence


def served(instants: list[float], fps: float) -> list[float]:
    """The instants at which a picture is taken."""
    cadence = Cadence.at(fps)
    due = []
    for now in instants:
        cadence = cadence.seen(now)
        if cadence.is_due(now):
            cadence = cadence.served(now)
            due.append(now)
    return due


def steady(fps: float, seconds: float, jitter: float = 0.0) -> list[float]:
    chance = random.Random(7)
    return sorted(i / fps + chance.uniform(-jitter, jitter) for i in range(round(fps * seconds)))


@pytest.mark.parametrize("source_fps", [15, 25, 30, 12, 8])
def test_a_fast_source_gives_the_rate_that_was_asked_for(source_fps: float) -> None:
    assert len(served(steady(source_fps, 20), 5)) == pytest.approx(100, abs=2)


@pytest.mark.parametrize("source_fps", [0.25, 1, 4, 5])
def test_a_source_that_is_no_faster_passes_everything(source_fps: float) -> None:
    instants = steady(source_fps, 20)
    assert served(instants, 5) == instants


def test_arrival_that_jitters_keeps_the_rate_and_the_spacing() -> None:
    due = served(steady(15, 40, jitter=0.02), 5)
    assert len(due) == pytest.approx(200, abs=4)
    assert max(b - a for a, b in itertools.pairwise(due)) < 0.35


def test_a_burst_after_a_gap_is_not_caught_up() -> None:
    burst = [10.0 + i / 1000 for i in range(50)]
    assert len(served([*steady(15, 2), *burst], 5)) == 11


def test_a_clock_that_goes_back_begins_a_new_grid() -> None:
    assert len(served([*steady(15, 4), *steady(15, 4)], 5)) == pytest.approx(40, abs=2)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Cadence.at(0)


@given(st.lists(st.floats(0, 60), min_size=1, max_size=200), st.floats(0.2, 30))
def test_never_more_than_the_rate_is_due(instants: list[float], fps: float) -> None:
    """At most one per step of the grid, and half a step more for the tolerance at either end."""
    ordered = sorted(instants)
    due = served(ordered, fps)
    assert len(due) <= (ordered[-1] - ordered[0]) * fps + 2


@given(
    st.floats(min_value=0.1, max_value=100.0),
    st.sampled_from([0.1, 0.2, 1.0]),
    st.integers(min_value=0, max_value=30),
    st.floats(min_value=0.01, max_value=0.99),
)
def test_a_picture_beside_the_grid_leaves_its_phase_and_is_followed_within_a_step(
    begins: float, step: float, ahead: int, share: float
) -> None:
    cadence = replace(Cadence.at(1.0 / step), next_due=begins + (ahead + 1) * step, source_step_seconds=0.02)
    now = begins + share * step
    resumed = cadence.resumed(now)
    assert resumed.next_due is not None
    steps = (resumed.next_due - begins) / step
    assert steps == pytest.approx(round(steps), abs=1e-6)
    assert resumed.is_due(now) or resumed.next_due - resumed.tolerance_seconds - now <= step + 1e-9
