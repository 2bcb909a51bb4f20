import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.evaluation import (
    Judged,
    Tally,
    TruthBox,
    average_precision,
    choose_threshold,
    match,
    precision_and_recall,
)
from domain.detection import Detection
from domain.geometry import Box

NOTHING = frozenset[str]()


def seen(left: float, confidence: float = 0.8, label: str = "rat") -> Detection:
    return Detection(label=label, confidence=confidence, box=box(left))


def box(left: float) -> Box:
    return Box(left, 0.4, left + 0.1, 0.5)


def truth(left: float, label: str = "rat") -> TruthBox:
    return TruthBox(label=label, box=box(left))


def judged(confidences: list[float], verdicts: list[bool], truth_count: int) -> Judged:
    return Judged(
        confidences=np.array(confidences, dtype=np.float32),
        is_right=np.array(verdicts, dtype=np.bool_),
        truth_count=truth_count,
    )


def test_a_labelled_box_is_found_once() -> None:
    assert match([seen(0.2), seen(0.21)], [box(0.2)]) == [True, False]


def test_half_an_overlap_is_needed() -> None:
    assert match([seen(0.23)], [box(0.2)]) == [True]  # 0.07 of 0.13
    assert match([seen(0.24)], [box(0.2)]) == [False]  # 0.06 of 0.14


def test_without_labelled_boxes_everything_is_false() -> None:
    assert match([seen(0.2)], []) == [False]


@pytest.mark.parametrize(
    ("verdicts", "truth_count", "expected"),
    [
        ([True, True], 2, 1.0),
        ([False, False], 2, 0.0),
        ([True, False], 2, 51 / 101),  # recalls 0 to 0.50
        ([True, False, True], 2, (51 + 50 * 2 / 3) / 101),
        ([False, True], 1, 0.5),
        ([], 3, 0.0),
        ([False], 0, 0.0),
    ],
)
def test_average_precision_is_the_area_at_101_recalls(verdicts: list[bool], truth_count: int, expected: float) -> None:
    confidences = [0.9 - 0.1 * place for place in range(len(verdicts))]

    assert average_precision(judged(confidences, verdicts, truth_count)) == pytest.approx(expected)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.integers(0, 5))
def test_average_precision_is_a_share(detections: list[tuple[float, bool]], missed: int) -> None:
    verdicts = [right for _, right in detections]
    found = judged([confidence for confidence, _ in detections], verdicts, sum(verdicts) + missed)

    assert 0.0 <= average_precision(found) <= 1.0


def test_what_a_source_left_out_is_neither_right_nor_wrong() -> None:
    tally = Tally(["rat", "person"])

    tally.add([seen(0.2), seen(0.6, label="person")], [truth(0.2), truth(0.6, "person")], frozenset({"person"}))
    tally.add([seen(0.2, label="person")], [], NOTHING)

    assert tally.judged("rat").is_right.tolist() == [True]
    assert tally.judged("person").is_right.tolist() == [False]
    assert tally.judged("person").truth_count == 0


def test_boxes_are_not_matched_across_pictures() -> None:
    tally = Tally(["rat"])

    tally.add([seen(0.2)], [], NOTHING)
    tally.add([], [truth(0.2)], NOTHING)

    assert tally.judged("rat").is_right.tolist() == [False]
    assert tally.judged("rat").truth_count == 1


def test_precision_is_unknown_where_nothing_is_sure_enough() -> None:
    assert precision_and_recall(judged([0.3], [True], 1), 0.5) == (None, 0.0)
    assert precision_and_recall(judged([0.3, 0.6], [True, False], 2), 0.3) == (0.5, 0.5)


def test_the_lowest_threshold_that_is_right_often_enough_is_chosen() -> None:
    confidences = [0.90, 0.80, 0.70, 0.60, 0.50, 0.40]
    verdicts = [True, True, True, True, False, False]

    assert choose_threshold(judged(confidences, verdicts, 10)) == pytest.approx(0.51)


def test_where_that_finds_too_little_the_best_balance_is_chosen() -> None:
    confidences = [0.9] + [0.4, 0.4] * 5
    verdicts = [True] + [True, False] * 5

    # Above 0.4 one of ten is found: too few; at 0.4 six of eleven are right and six of ten are found.
    assert choose_threshold(judged(confidences, verdicts, 10)) <= 0.4
