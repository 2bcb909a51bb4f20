from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
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
    for clock in (100.5, 101.0, 101.5):
        state, reason = decide(state, ROOM, clock, is_following=False, settings=SETTINGS)
        assert reason is None
    assert not is_due(state, ROOM, 100.0 + SETTINGS.calm_seconds - 0.01)
    assert is_due(state, ROOM, 100.0 + SETTINGS.calm_seconds)


def test_keyframes_that_come_as_rarely_as_looks_are_due_are_all_looked_at() -> None:
    state = looked()
    for clock in (101.9, 103.9, 105.8):
        state, reason = decide(state, ROOM, clock, is_following=False, settings=SETTINGS)
        assert reason is Due.TIME


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


# Light


TEXTURED: Luma = np.random.default_rng(2).integers(30, 170, (36, 64), dtype=np.uint8).repeat(5, 0).repeat(5, 1)


def lit(gain: float, shift: float = 0.0) -> Luma:
    return np.asarray(np.clip(gain * TEXTURED.astype(float) + shift, 0, 255).round(), dtype=np.uint8)


def looks(pictures: Iterable[Luma], *, state: GateState | None = None, step: float = 0.2) -> list[Due | None]:
    """Why a look was due at each of the pictures, which come every `step` seconds."""
    state, reasons = state or GateState(), []
    for number, luma in enumerate(pictures):
        state, reason = decide(state, luma, 100.0 + number * step, is_following=False, settings=SETTINGS)
        reasons.append(reason)
    return reasons


def test_a_lamp_makes_one_look_due() -> None:
    assert looks([lit(1.0)] * 3 + [lit(1.4)] * 4) == [Due.FIRST, None, None, Due.LIGHT, None, None, None]


def test_exposure_that_creeps_for_ten_seconds_makes_no_storm_of_looks() -> None:
    reasons = looks([lit(0.6 + 0.02 * number) for number in range(50)])
    assert Due.CHANGE not in reasons
    assert sum(reason is not None for reason in reasons) <= 2 + 2 * 10 / SETTINGS.calm_seconds


def test_who_comes_in_while_the_lamp_goes_on_is_looked_at() -> None:
    bright = lit(1.4)
    entered = bright.copy()
    entered[60:90, 60:80] = 15
    assert looks([lit(1.0), bright, bright, entered])[-1] is Due.CHANGE
    assert looks([lit(1.0), entered])[-1] is Due.CHANGE


# What changes all the time


def with_screen(number: int, luma: Luma = ROOM) -> Luma:
    """A screen in a corner that shows something else in every picture."""
    shown = luma.copy()
    shown[16:48, 160:208] = (number * 37) % 256
    return shown


def test_a_screen_holds_the_gate_open_for_some_seconds_only() -> None:
    reasons = looks(with_screen(number) for number in range(300))
    assert reasons[:40].count(Due.CHANGE) > 30
    assert Due.CHANGE not in reasons[150:]
    assert reasons[150:].count(Due.TIME) == pytest.approx(150 * 0.2 / SETTINGS.calm_seconds, abs=1)


def test_what_is_followed_never_becomes_furniture() -> None:
    state = GateState()
    for number in range(300):
        state, reason = decide(state, with_screen(number), 100 + number * 0.2, is_following=True, settings=SETTINGS)
        assert reason in {Due.FIRST, Due.CHANGE}


def test_beside_a_known_screen_a_small_change_is_looked_at_at_once() -> None:
    state = GateState()
    for number in range(150):
        state, _ = decide(state, with_screen(number), 100 + number * 0.2, is_following=False, settings=SETTINGS)
    assert due(state, with_screen(150, with_patch(4, 60)), 130.0) is Due.CHANGE


@given(
    subject=st.lists(st.tuples(st.integers(0, 170), st.integers(0, 310), st.integers(0, 255)), max_size=60),
    quiet=st.integers(0, 200),
)
@settings(max_examples=40)
def test_whatever_was_learnt_no_picture_is_older_than_the_calm_time_when_a_look_comes(
    subject: list[tuple[int, int, int]], quiet: int
) -> None:
    """A subject wanders over a room with a screen; between two looks there is never more than the calm time."""
    pictures = [with_screen(number) for number in range(quiet)]
    for number, (top, left, level) in enumerate(subject):
        luma = with_screen(quiet + number)
        luma[top : top + 10, left : left + 10] = level
        pictures.append(luma)
    reasons = looks(pictures)
    clocks = [number * 0.2 for number, reason in enumerate(reasons) if reason is not None]
    longest = max((later - before for before, later in pairwise([*clocks, len(pictures) * 0.2])), default=0.0)
    assert longest < SETTINGS.calm_seconds + 0.2
