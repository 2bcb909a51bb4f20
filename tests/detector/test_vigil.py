from hypothesis import given
from hypothesis import strategies as st

from detector.settings import GateSettings
from detector.vigil import Vigil, kept
from domain.attention import Attention

SETTINGS = GateSettings(idle_after_seconds=10.0)
AWAKE, IDLE = Attention.AWAKE, Attention.IDLE


def after(*pictures: tuple[float, bool]) -> Attention:
    """The attention after pictures of a clock each, in which something stirred or not."""
    vigil = Vigil()
    for clock, is_stirring in pictures:
        vigil = kept(vigil, clock, is_stirring=is_stirring, settings=SETTINGS)
    return vigil.attention


def test_a_camera_is_awake_until_it_was_quiet_for_the_whole_time() -> None:
    assert after((100.0, False)) is AWAKE
    assert after((100.0, False), (109.9, False)) is AWAKE
    assert after((100.0, False), (110.0, False)) is IDLE


def test_whatever_stirs_wakes_at_once_and_counts_anew() -> None:
    assert after((100.0, False), (110.0, False), (112.0, True)) is AWAKE
    assert after((100.0, False), (110.0, False), (112.0, True), (121.0, False)) is AWAKE
    assert after((100.0, False), (110.0, False), (112.0, True), (122.0, False)) is IDLE


def test_a_clock_that_went_back_is_a_new_beginning() -> None:
    assert after((100.0, False), (110.0, False), (50.0, False)) is AWAKE
    assert after((100.0, False), (50.0, False), (60.0, False)) is IDLE


@given(st.lists(st.tuples(st.floats(0.01, 8.0), st.booleans()), min_size=1, max_size=60))
def test_nobody_is_idle_within_the_time_after_something_stirred(steps: list[tuple[float, bool]]) -> None:
    vigil, clock, stirred = Vigil(), 0.0, 0.0
    for place, (step, is_stirring) in enumerate(steps):
        clock += step
        stirred = clock if is_stirring or place == 0 else stirred
        vigil = kept(vigil, clock, is_stirring=is_stirring, settings=SETTINGS)
        assert (vigil.attention is IDLE) == (clock - stirred >= SETTINGS.idle_after_seconds)
