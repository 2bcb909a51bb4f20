import numpy as np
import pytest

from detector.fidelity import score_error
from domain.geometry import FloatArray


def output(*scores: tuple[float, float]) -> FloatArray:
    """A raw head of two labels; the boxes do not matter."""
    return np.concatenate([np.zeros((4, len(scores))), np.array(scores).T])[None].astype(np.float32)


def test_the_error_is_that_of_the_label_that_is_furthest_off() -> None:
    found, original = output((0.5, 0.1)), output((0.7, 0.0))

    assert score_error([found], [original]) == pytest.approx(0.2)


def test_what_the_original_calls_nothing_does_not_count() -> None:
    found, original = output((0.5, 0.0), (0.09, 0.09)), output((0.5, 0.0), (0.0, 0.0))

    assert score_error([found], [original]) == 0.0


def test_every_anchor_that_counts_has_the_same_weight() -> None:
    original = output((0.5, 0.0), (0.5, 0.0), (0.5, 0.0))
    found = output((0.5, 0.0), (0.5, 0.0), (0.2, 0.0))

    assert score_error([found, found], [original, original]) == pytest.approx(0.1)


def test_pictures_without_anything_say_nothing() -> None:
    assert score_error([output((0.0, 0.0))], [output((0.0, 0.0))]) == 0.0
    assert score_error([], []) == 0.0


def test_outputs_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="same shape"):
        score_error([output((0.5, 0.5))], [output((0.5, 0.5), (0.5, 0.5))])
