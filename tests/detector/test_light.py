import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.light import evened
from domain.frame import Luma

RNG = np.random.default_rng(4)
ROOM: Luma = RNG.integers(30, 180, (36, 64), dtype=np.uint8).repeat(5, 0).repeat(5, 1)


def lit(luma: Luma, gain: float, shift: float) -> Luma:
    return np.asarray(np.clip(gain * luma.astype(float) + shift, 0, 255).round(), dtype=np.uint8)


def difference(first: Luma, second: Luma) -> Luma:
    return np.asarray(np.abs(first.astype(int) - second.astype(int)), dtype=np.uint8)


@pytest.mark.parametrize(
    ("gain", "shift"), [(1.3, 0.0), (0.5, 0.0), (1.0, 40.0), (0.7, 30.0), (1.8, -20.0)], ids=lambda each: f"{each:g}"
)
def test_a_lamp_and_auto_exposure_are_explained(gain: float, shift: float) -> None:
    now = lit(ROOM, gain, shift)
    even = evened(ROOM, now)
    assert even is not None
    assert int(difference(even, now).max()) <= 2


def test_what_became_white_may_have_been_anything_beyond_and_comes_back_darker() -> None:
    bright = lit(ROOM, 1.8, 0.0)
    even = evened(bright, lit(ROOM, 1.2, 0.0))
    assert even is not None
    assert int(difference(even, lit(ROOM, 1.2, 0.0)).max()) <= 2


def test_a_subject_that_comes_with_the_light_stays_different() -> None:
    now = lit(ROOM, 1.4, 0.0)
    now[80:110, 100:140] = 20
    even = evened(ROOM, now)
    assert even is not None
    assert int(np.count_nonzero(difference(even, now) > 10)) >= 1000


def test_where_hardly_anything_is_neither_black_nor_white_nothing_is_said() -> None:
    assert evened(np.full_like(ROOM, 255), ROOM) is None
    assert evened(ROOM, np.zeros_like(ROOM)) is None


@given(gain=st.floats(0.4, 2.0), shift=st.floats(-20, 40), left=st.integers(0, 280), top=st.integers(0, 140))
def test_no_light_hides_a_subject_that_stands_out_in_it(gain: float, shift: float, left: int, top: int) -> None:
    """A patch of 20 by 20 that is 60 levels off what the light alone would make of the room."""
    now = lit(ROOM, gain, shift).astype(int)
    patch = now[top : top + 20, left : left + 20]
    now[top : top + 20, left : left + 20] = np.where(patch > 127, patch - 60, patch + 60)
    even = evened(ROOM, now.astype(np.uint8))
    assert even is None or int(np.count_nonzero(difference(even, now.astype(np.uint8)) > 10)) >= 40
