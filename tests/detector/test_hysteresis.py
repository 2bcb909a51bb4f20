import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.hysteresis import Look, remembered, score
from detector.settings import TrackerSettings

SETTINGS = TrackerSettings()


def looked(confidences: list[float], fps: float, settings: TrackerSettings = SETTINGS) -> tuple[Look, ...]:
    """The looks that count after these confidences at this rate."""
    looks: tuple[Look, ...] = ()
    for number, confidence in enumerate(confidences):
        looks = remembered(looks, Look(number / fps, confidence), settings)
    return looks


@pytest.mark.parametrize(
    ("confidences", "fps", "expected"),
    [
        ([0.8], 5, 0.8),
        ([0.8, 0.6], 5, 0.7),  # the mean of the middle two
        ([0.8, 0.6, 0.7], 5, 0.7),
        ([0.8, 0.0, 0.7, 0.0, 0.6], 5, 0.6),  # seen in three looks of five
        ([0.8, 0.0, 0.0, 0.7, 0.0], 5, 0.0),  # seen in two looks of five
        ([0.9] * 10 + [0.0] * 4, 5, 0.9),  # ten looks count: six of them seen
        ([0.9] * 10 + [0.0] * 6, 5, 0.0),
        ([0.9] * 30 + [0.0] * 6, 30, 0.0),  # ten looks at most, not two seconds of them
        ([0.9, 0.9, 0.5, 0.5, 0.5], 1, 0.5),  # two seconds at one per second are three looks
        ([0.9, 0.5, 0.5], 0.5, 0.5),  # never fewer than three looks, however slow the camera
    ],
)
def test_the_score_is_the_median_with_misses_as_zero(confidences: list[float], fps: float, expected: float) -> None:
    assert score(looked(confidences, fps)) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.floats(0.2, 30))
def test_no_more_looks_are_kept_than_count(confidences: list[float], fps: float) -> None:
    looks = looked(confidences, fps)

    assert 1 <= len(looks) <= SETTINGS.score_looks
    assert looks[-1].confidence == confidences[-1]
    assert 0.0 <= score(looks) <= 1.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15))
def test_a_miss_never_raises_the_score(confidences: list[float]) -> None:
    settings = TrackerSettings(score_looks=100, score_seconds=60)

    assert score(looked([*confidences, 0.0], 5, settings)) <= score(looked(confidences, 5, settings))
