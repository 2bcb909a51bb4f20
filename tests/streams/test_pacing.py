import itertools

from hypothesis import given
from hypothesis import strategies as st

from streams.pacing import LATEST_SECONDS, LONGEST_GAP_SECONDS, Pacer


def dues(stamps: list[float | None], *, fps: float | None = None, late: float = 0.0) -> list[float]:
    """When each packet is due for a player that is always in time, or `late` after the first."""
    pacer, now, found = Pacer.of(fps), 100.0, []
    for place, stamp in enumerate(stamps):
        pacer = pacer.advanced(stamp, now)
        assert pacer.due_clock is not None
        found.append(round(pacer.due_clock - 100.0, 6))
        now = max(now, pacer.due_clock)
        if place == 0:
            now += late
    return found


def test_packets_are_played_at_their_stamps() -> None:
    assert dues([5.0, 5.1, 5.3]) == [0.0, 0.1, 0.3]


def test_a_missing_stamp_counts_as_one_step() -> None:
    assert dues([0.0, None, None, 0.3], fps=10) == [0.0, 0.1, 0.2, 0.3]


def test_a_loop_goes_on_without_a_gap() -> None:
    assert dues([0.0, 0.1, 0.0, 0.1], fps=10) == [0.0, 0.1, 0.2, 0.3]


def test_a_leap_ahead_does_not_stall() -> None:
    assert dues([0.0, 0.1, 5000.0, 5000.1], fps=10) == [0.0, 0.1, 0.2, 0.3]


def test_a_source_without_a_rate_has_a_nominal_one() -> None:
    assert dues([None, None]) == [0.0, 0.04]


def test_a_late_player_goes_on_from_now_without_a_burst() -> None:
    found = dues([0.0, 0.1, 0.2], late=30.0)
    assert found == [0.0, 30.0, 30.1]


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=2, max_size=60))
def test_whatever_the_stamps_no_step_stalls_and_none_goes_back(stamps: list[float | None]) -> None:
    found = dues(stamps)
    steps = [after - before for before, after in itertools.pairwise(found)]
    assert min(steps) >= 0
    assert max(steps) <= max(LONGEST_GAP_SECONDS, LATEST_SECONDS) + 1e-5
