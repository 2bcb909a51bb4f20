import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.bitstream import H264, H265
from streams.loudness import Loudness, picture_kind


def quiet(mean: int = 4000, deviation: int = 300, count: int = 200, kind: int = 2) -> Loudness:
    """A stream that has sent so many pictures of a quiet scene with a sensor's noise."""
    loudness, chance = Loudness(), random.Random(5)
    for number in range(count):
        loudness.heard(kind, max(20, round(chance.gauss(mean, deviation))), number / 15)
    return loudness


def test_nothing_is_loud_before_the_quiet_level_is_known() -> None:
    loudness = Loudness()
    assert [loudness.heard(2, size, 0.0) for size in [100] * 10 + [90_000]] == [False] * 11


def test_a_picture_far_above_the_quiet_level_is_loud() -> None:
    assert quiet().heard(2, 7000, 20.0)


def test_noise_is_not_loud() -> None:
    loudness, chance = quiet(), random.Random(6)
    sizes = [round(chance.gauss(4000, 300)) for _ in range(5000)]
    assert sum(loudness.heard(2, size, 20.0) for size in sizes) <= 2


def test_several_pictures_in_a_row_that_are_somewhat_larger_are_loud() -> None:
    """What moves slowly, or far away."""
    loudness = quiet()
    assert [loudness.heard(2, 5300, 20.0) for _ in range(5)] == [False, False, False, True, True]


def test_a_scene_without_noise_needs_more_than_a_few_bytes() -> None:
    loudness = Loudness()
    for number in range(100):
        loudness.heard(2, 36, number / 15)
    assert not loudness.heard(2, 80, 7.0)
    assert loudness.heard(2, 200, 7.0)


def test_outliers_do_not_raise_the_level() -> None:
    loudness = quiet()
    for _ in range(10):
        loudness.heard(2, 60_000, 20.0)
    assert loudness.heard(2, 9000, 20.0)


def test_kinds_of_pictures_have_levels_of_their_own() -> None:
    loudness = quiet()
    for number in range(100):
        loudness.heard(0, 400, number / 15)
    assert loudness.heard(0, 2500, 20.0)
    assert not loudness.heard(2, 4200, 20.0)


def test_what_turned_out_to_be_nothing_is_no_news_for_ten_minutes() -> None:
    loudness = quiet()
    assert loudness.heard(2, 7000, 20.0)
    loudness.admit(2, 7000, 20.0)
    assert not loudness.heard(2, 7500, 21.0)
    assert loudness.heard(2, 12_000, 21.0)
    assert loudness.heard(2, 7500, 700.0)


@given(st.lists(st.integers(0, 200_000), max_size=300), st.integers(24, 200))
def test_a_stream_whose_pictures_are_all_alike_is_never_loud(before: list[int], size: int) -> None:
    loudness = Loudness()
    for each in before:
        loudness.heard(1, each, 0.0)
    for _ in range(128):
        loudness.heard(1, size, 1.0)
    assert not loudness.heard(1, size, 2.0)


@pytest.mark.parametrize(
    ("codec", "units", "kind"),
    [
        (H264, [b"\x67\x64", b"\x68", b"\x41\x9a"], 2),  # parameter sets, then a picture others build on
        (H264, [b"\x09\xf0", b"\x01\x9e"], 0),
        (H265, [b"\x40\x01", b"\x02\x01"], 1),
        (H265, [b"\x00\x01"], 0),
        (H264, [], 0),
    ],
    ids=["h264-reference", "h264-other", "h265-reference", "h265-other", "nothing"],
)
def test_the_kind_of_a_picture_is_told_by_its_first_slice(codec: str, units: list[bytes], kind: int) -> None:
    assert picture_kind(codec, units) == kind
