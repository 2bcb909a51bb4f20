"""Who is looked at less often under overload, and when that ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.load import ALL_FULL, CALM_FULL, LoadState, Reading, effective_fps, governed, share
from streams.settings import LoadSettings

SETTINGS = LoadSettings()
STEP = SETTINGS.interval_seconds


def reading(lost: int = 0, *, taken: int = 100, wait: float = 0.05, spare: float = 0.5) -> Reading:
    return Reading(seconds=STEP, taken=taken, lost=lost, longest_wait=wait, spare=spare)


def after(state: LoadState, readings: list[Reading], start: float = 0.0) -> list[LoadState]:
    states = []
    for number, each in enumerate(readings, start=1):
        state = governed(state, each, start + number * STEP, SETTINGS)
        states.append(state)
    return states


def fps(level: float, *, is_followed: bool, asked: float = 5.0) -> float:
    return effective_fps(asked, is_followed=is_followed, level=level, settings=SETTINGS)


def test_without_overload_nobody_is_slowed() -> None:
    assert not any(state.is_slowed for state in after(LoadState(), [reading(), reading(lost=4)]))


def test_pictures_lost_slow_the_cameras_by_the_share_lost() -> None:
    (state,) = after(LoadState(), [reading(lost=50, taken=100)])
    assert state.level == pytest.approx(1 / 3)


def test_pictures_that_wait_too_long_are_overload_too() -> None:
    (state,) = after(LoadState(), [reading(wait=1.2)])
    assert state.level == pytest.approx(0.1)


def test_where_nobody_looks_at_all_slower_cameras_would_not_help() -> None:
    assert after(LoadState(), [reading(lost=100, taken=0)] * 5)[-1] == LoadState()


def test_calm_cameras_pay_first_and_the_others_only_when_that_is_not_enough() -> None:
    assert (fps(0.5, is_followed=False), fps(0.5, is_followed=True)) == (2.75, 5.0)
    assert (fps(CALM_FULL, is_followed=False), fps(CALM_FULL, is_followed=True)) == (0.5, 5.0)
    assert (fps(1.5, is_followed=False), fps(1.5, is_followed=True)) == (0.5, 3.5)
    assert (fps(ALL_FULL, is_followed=False), fps(ALL_FULL, is_followed=True)) == (0.5, 2.0)
    assert (share(1.5, is_followed=False), share(1.5, is_followed=True)) == (0.0, 0.5)


def test_a_camera_that_is_looked_at_rarely_by_its_own_rate_keeps_it() -> None:
    assert fps(ALL_FULL, is_followed=False, asked=0.2) == 0.2
    assert fps(ALL_FULL, is_followed=True, asked=1.0) == 1.0


@given(
    asked=st.floats(0.01, 30.0),
    level=st.floats(0.0, ALL_FULL),
    more=st.floats(0.0, ALL_FULL),
    is_followed=st.booleans(),
)
def test_rates_stay_between_the_least_and_what_was_asked_and_fall_with_the_level(
    asked: float, level: float, more: float, is_followed: bool
) -> None:
    rate = fps(level, is_followed=is_followed, asked=asked)
    assert min(asked, SETTINGS.calm_least_fps) - 1e-9 <= rate <= asked
    assert fps(max(level, more), is_followed=is_followed, asked=asked) <= rate + 1e-9


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0.0, 6.0), st.floats(0.0, 1.0)), max_size=60))
def test_the_level_stays_in_its_range_whatever_happens(given_: list[tuple[int, float, float]]) -> None:
    states = after(LoadState(), [reading(lost, wait=wait, spare=spare) for lost, wait, spare in given_])
    assert all(0.0 <= state.level <= ALL_FULL for state in states)


def test_speed_comes_back_slowly_and_only_after_a_while_without_overload() -> None:
    (slowed,) = after(LoadState(), [reading(lost=100)])
    states = after(slowed, [reading()] * 30, start=STEP)
    levels = [state.level for state in states]
    assert levels[:5] == [0.5] * 5  # ten seconds
    assert levels[5] == pytest.approx(0.45)
    assert levels == sorted(levels, reverse=True)
    assert states[-1] == LoadState()


def test_without_time_to_spare_nobody_is_sped_up() -> None:
    (slowed,) = after(LoadState(), [reading(lost=100)])
    assert {state.level for state in after(slowed, [reading(spare=0.02)] * 30)} == {0.5}
    assert {state.level for state in after(slowed, [reading(wait=0.8)] * 30)} == {0.5}


def test_a_try_to_speed_up_that_fails_makes_the_next_one_wait_twice_as_long() -> None:
    (slowed,) = after(LoadState(), [reading(lost=100)])
    *_, tried = after(slowed, [reading()] * 6, start=STEP)
    assert tried.level < slowed.level
    (failed,) = after(tried, [reading(lost=20)], start=7 * STEP)
    waiting = after(failed, [reading()] * 12, start=8 * STEP)
    assert {state.level for state in waiting[:10]} == {failed.level}
    assert waiting[-1].level < failed.level


def test_switched_off_nothing_is_slowed() -> None:
    assert governed(LoadState(level=1.0), reading(lost=100), 2.0, LoadSettings(is_on=False)) == LoadState()


@pytest.mark.parametrize(("calm", "followed", "capacity"), [(30, 0, 60.0), (20, 10, 70.0), (5, 15, 60.0)])
def test_it_settles_where_nearly_nothing_is_lost(calm: int, followed: int, capacity: float) -> None:
    """A simulated machine that can look `capacity` times a second, and cameras that ask for five looks each."""
    state, lost_shares = LoadState(), []
    for number in range(1, 200):
        due = calm * fps(state.level, is_followed=False) + followed * fps(state.level, is_followed=True)
        taken = min(due, capacity)
        spare = 1.0 - taken / capacity
        each = Reading(
            seconds=STEP,
            taken=round(taken * STEP),
            lost=round((due - taken) * STEP),
            longest_wait=0.1 if spare > 0 else 0.4,
            spare=spare,
        )
        lost_shares.append(each.lost_share)
        state = governed(state, each, number * STEP, SETTINGS)
    settled = lost_shares[20:]
    assert sum(each > SETTINGS.lost_share for each in settled) <= len(settled) / 10
    if followed == 10:
        assert fps(state.level, is_followed=True) == 5.0  # calm ones were enough
