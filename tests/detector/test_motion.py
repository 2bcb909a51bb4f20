import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.motion import NO_MOTION, Motion

FIRST = np.array([0], dtype=np.int64)


def test_a_steady_walker_is_expected_where_it_goes() -> None:
    motion = Motion.starting_at(np.array([[0.2, 0.5, 0.1, 0.3]]))
    for step in range(1, 11):
        seen = np.array([[0.2 + 0.05 * step, 0.5, 0.1, 0.3]])
        motion = motion.predicted(0.2).corrected(FIRST, seen)

    assert motion.speed[0, :2] == pytest.approx([0.25, 0.0], abs=0.01)
    assert motion.predicted(1.0).place[0] == pytest.approx([0.95, 0.5, 0.1, 0.3], abs=0.02)


@given(st.lists(st.floats(0.02, 1.0), min_size=1, max_size=20))
def test_uneven_gaps_do_not_disturb_it(gaps: list[float]) -> None:
    """Speed is per second: whatever the rhythm of the looks, the same walk gives the same speed."""
    motion, clock = Motion.starting_at(np.array([[0.0, 0.5, 0.1, 0.3]])), 0.0
    for gap in [*gaps, *[0.2] * 15]:
        clock += gap
        motion = motion.predicted(gap).corrected(FIRST, np.array([[0.25 * clock, 0.5, 0.1, 0.3]]))

    assert motion.speed[0, 0] == pytest.approx(0.25, rel=0.1)


@given(st.floats(0.01, 2.0), st.floats(0.01, 2.0))
def test_two_predictions_are_as_good_as_one(first: float, second: float) -> None:
    motion = Motion.starting_at(np.array([[0.2, 0.5, 0.1, 0.3]])).predicted(0.2)
    motion = motion.corrected(FIRST, np.array([[0.25, 0.5, 0.1, 0.3]]))

    once, twice = motion.predicted(first + second), motion.predicted(first).predicted(second)

    for name in ("place", "speed", "place_variance", "shared_variance", "speed_variance"):
        assert np.allclose(getattr(once, name), getattr(twice, name))


@given(st.lists(st.tuples(st.floats(0.01, 2.0), st.booleans()), max_size=40))
def test_uncertainty_stays_a_covariance(looks: list[tuple[float, bool]]) -> None:
    place = np.array([[0.2, 0.5, 0.1, 0.3]])
    motion = Motion.starting_at(place)
    for gap, is_seen in looks:
        motion = motion.predicted(gap)
        motion = motion.corrected(FIRST, place) if is_seen else motion

    assert (motion.place_variance > 0).all()
    assert (motion.speed_variance >= 0).all()
    assert (motion.place_variance * motion.speed_variance >= motion.shared_variance**2 - 1e-12).all()


def test_looks_at_some_leave_the_others_alone() -> None:
    motion = Motion.starting_at(np.array([[0.2, 0.5, 0.1, 0.3], [0.7, 0.5, 0.1, 0.3]])).predicted(0.2)

    corrected = motion.corrected(np.array([1]), np.array([[0.8, 0.5, 0.1, 0.3]]))

    assert corrected.place[0].tolist() == motion.place[0].tolist()
    assert corrected.place[1, 0] > motion.place[1, 0]
    assert motion.place[1, 0] == pytest.approx(0.7)  # arrays are never written to


def test_tracks_can_be_joined_and_picked() -> None:
    first, second = (Motion.starting_at(np.array([[x, 0.5, 0.1, 0.3]])) for x in (0.2, 0.7))

    both = NO_MOTION.joined(first).joined(second)

    assert both.picked(np.array([1])).place.tolist() == second.place.tolist()
