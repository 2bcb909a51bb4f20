import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.evaluation import Tally, TruthBox
from detector.paired import PerPicture, mean_precision_difference, precision_difference, share_difference
from domain.detection import Detection
from domain.geometry import Box

PLACE, ELSEWHERE = Box(0.1, 0.1, 0.3, 0.3), Box(0.6, 0.6, 0.8, 0.8)


def per_picture(answers: list[list[tuple[float, bool]]]) -> PerPicture:
    """One rat in each picture; the detections as confidence and whether it lies on the rat."""
    tally = Tally(["rodent"])
    for answer in answers:
        found = [
            Detection(label="rodent", confidence=confidence, box=PLACE if is_right else ELSEWHERE)
            for confidence, is_right in answer
        ]
        tally.add(found, [TruthBox(label="rodent", box=PLACE)], frozenset())
    return PerPicture.of(tally, "rodent")


def test_a_network_compared_with_itself_is_no_better_and_no_worse() -> None:
    same = per_picture([[(0.9, True)], [(0.8, False)], [(0.7, True), (0.6, False)]])

    interval = precision_difference(same, same)

    assert interval is not None
    assert (interval.low, interval.high) == (0.0, 0.0)


def test_a_network_that_finds_nothing_any_more_is_surely_worse() -> None:
    good = per_picture([[(0.9, True)]] * 20)

    interval = precision_difference(good, per_picture([[]] * 20))

    assert interval is not None
    assert interval.high < -0.9


def test_one_picture_of_ten_may_be_chance() -> None:
    before = per_picture([[(0.9, True)]] * 10)

    interval = precision_difference(before, per_picture([[(0.9, True)]] * 9 + [[]]))

    assert interval is not None
    assert interval.low < -0.1
    assert interval.high == 0.0


def test_a_single_picture_has_no_interval() -> None:
    assert precision_difference(per_picture([[(0.9, True)]]), per_picture([[]])) is None


def test_other_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="same labelled pictures"):
        precision_difference(per_picture([[]] * 3), per_picture([[]] * 4))


ANSWERS = st.lists(
    st.lists(st.tuples(st.sampled_from([0.3, 0.5, 0.7, 0.9]), st.booleans()), max_size=2), min_size=2, max_size=6
)


@settings(max_examples=25)  # 800 average precisions each
@given(ANSWERS)
def test_swapping_the_networks_mirrors_the_interval(answers: list[list[tuple[float, bool]]]) -> None:
    one, other = per_picture(answers), per_picture([answer[:1] for answer in answers])

    forwards, backwards = precision_difference(one, other), precision_difference(other, one)

    assert forwards is not None
    assert backwards is not None
    assert (backwards.low, backwards.high) == pytest.approx((-forwards.high, -forwards.low), abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_the_difference_of_shares_lies_in_its_interval(pairs: list[tuple[bool, bool]]) -> None:
    before, after = [first for first, _ in pairs], [second for _, second in pairs]

    interval = share_difference(before, after)

    assert interval is not None
    difference = np.mean(after) - np.mean(before)
    assert -1.0 <= interval.low <= difference + 1e-9
    assert difference - 1e-9 <= interval.high <= 1.0


def test_shares_of_different_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="as many pictures"):
        share_difference([True], [True, False])


def test_the_mean_over_labels_lies_between_what_the_labels_did() -> None:
    good, poor = per_picture([[(0.9, True)]] * 20), per_picture([[]] * 20)

    interval = mean_precision_difference([good, good], [good, poor])

    assert interval is not None
    assert interval.low == pytest.approx(-0.5)
    assert interval.high == pytest.approx(-0.5)


def test_the_mean_of_one_label_is_that_label() -> None:
    before = per_picture([[(0.9, True)]] * 10)
    after = per_picture([[(0.9, True)]] * 9 + [[]])

    assert mean_precision_difference([before], [after]) == precision_difference(before, after)


def test_the_mean_of_no_labels_has_no_interval() -> None:
    assert mean_precision_difference([], []) is None
