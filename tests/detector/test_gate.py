import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.gate import Due, GateState, changed_pixels, decide, gate_luma, opened
from detector.settings import GateSettings
from domain.frame import Luma
from tests.support.pictures import grey_picture

SETTINGS = GateSettings()
ROOM: Luma = np.full((180, 320), 120, dtype=np.uint8)


def with_patch(size: int, level: int, at: tuple[int, int] = (90, 160)) -> Luma:
    luma = ROOM.copy()
    luma[at[0] : at[0] + size, at[1] : at[1] + size] = level
    return luma


def looked(luma: Luma = ROOM, clock: float = 100.0) -> GateState:
    state, reason = decide(GateState(), luma, clock, is_following=False, settings=SETTINGS)
    assert reason is Due.FIRST
    return state


def due(state: GateState, luma: Luma, clock: float, *, is_following: bool = False) -> Due | None:
    return decide(state, luma, clock, is_following=is_following, settings=SETTINGS)[1]


def is_due(state: GateState, luma: Luma, clock: float, *, is_following: bool = False) -> bool:
    return due(state, luma, clock, is_following=is_following) is not None


def test_the_first_picture_is_looked_at() -> None:
    assert is_due(GateState(), ROOM, 0.0)


def test_an_unchanged_picture_is_spared() -> None:
    assert not is_due(looked(), ROOM, 100.2)


@pytest.mark.parametrize(("size", "level"), [(3, 60), (4, 90), (6, 145)], ids=["small-dark", "grey", "pale"])
def test_something_small_that_appears_is_looked_at(size: int, level: int) -> None:
    """3 pixels of 320 are 12 of a picture 1280 wide: smaller than the network can see anyway."""
    assert is_due(looked(), with_patch(size, level), 100.2)


def test_something_that_creeps_is_looked_at_in_the_end() -> None:
    """Neighbouring pictures hardly differ; the distance to the last look adds up."""
    state, looks = looked(with_patch(8, 60, (90, 100))), 0
    for step in range(1, 9):
        state, reason = decide(
            state, with_patch(8, 60, (90, 100 + step // 4)), 100 + step * 0.2, is_following=False, settings=SETTINGS
        )
        looks += reason is not None
    assert looks >= 2


def test_noise_of_a_compressed_picture_is_spared() -> None:
    noise = np.random.default_rng(7).normal(0.0, 2.5, ROOM.shape)
    assert not is_due(looked(), np.clip(ROOM + noise, 0, 255).astype(np.uint8), 100.2)


def test_nothing_is_left_unseen_for_longer_than_the_calm_time() -> None:
    state = looked()
    assert not is_due(state, ROOM, 100.0 + SETTINGS.calm_seconds - 0.01)
    assert is_due(state, ROOM, 100.0 + SETTINGS.calm_seconds)


def test_what_is_followed_is_looked_at_more_often() -> None:
    state = looked()
    assert not is_due(state, ROOM, 100.4, is_following=True)
    assert is_due(state, ROOM, 100.5, is_following=True)


def test_a_look_is_due_for_a_change_or_for_the_time_and_says_which() -> None:
    assert due(looked(), with_patch(8, 60), 100.2) is Due.CHANGE
    assert due(looked(), with_patch(8, 60), 100.0 + SETTINGS.calm_seconds) is Due.CHANGE
    assert due(looked(), ROOM, 100.0 + SETTINGS.calm_seconds) is Due.TIME


def test_a_clock_that_went_back_and_another_size_are_a_new_scene() -> None:
    assert is_due(looked(), ROOM, 99.0)
    assert is_due(looked(), ROOM[:90], 100.2)


def test_after_a_look_that_failed_the_next_picture_is_looked_at() -> None:
    assert is_due(opened(looked()), ROOM, 100.2)


def test_small_pictures_are_compared_as_they_are() -> None:
    assert gate_luma(grey_picture(64, 48), SETTINGS).shape == (48, 64)
    assert gate_luma(grey_picture(1280, 720), SETTINGS).shape == (180, 320)


@given(steps=st.lists(st.floats(min_value=0.01, max_value=3.0), min_size=1, max_size=40), following=st.booleans())
def test_the_time_between_looks_never_exceeds_the_limit_by_more_than_a_picture(
    steps: list[float], following: bool
) -> None:
    longest = SETTINGS.followed_seconds if following else SETTINGS.calm_seconds
    state, clock = looked(clock=0.0), 0.0
    last_look = 0.0
    for step in steps:
        clock += step
        state, reason = decide(state, ROOM, clock, is_following=following, settings=SETTINGS)
        if reason is not None:
            last_look = clock
        assert clock - last_look < longest


def test_only_differences_above_the_level_count() -> None:
    assert changed_pixels(ROOM, ROOM + np.uint8(10), 10) == 0
    assert changed_pixels(ROOM, ROOM + np.uint8(11), 10) == ROOM.size
