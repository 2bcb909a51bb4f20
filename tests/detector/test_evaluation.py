import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.evaluation import (
    OVERLAPS,
    Interval,
    Judged,
    Tally,
    TruthBox,
    _area,
    assign,
    average_precision,
    figures,
    match,
    precision_and_recall,
    wilson,
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


# Average precision against a slow reference

GRID = 16  # sixteenths of the frame: every share of overlap is a fraction of small numbers, so rounding decides nothing


@st.composite
def grid_boxes(draw: st.DrawFn) -> Box:
    left, top = draw(st.integers(0, GRID - 2)), draw(st.integers(0, GRID - 2))
    right, bottom = draw(st.integers(left + 1, GRID)), draw(st.integers(top + 1, GRID))
    return Box(left / GRID, top / GRID, right / GRID, bottom / GRID)


PICTURES = st.lists(
    st.tuples(
        st.lists(st.tuples(grid_boxes(), st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9])), max_size=6),
        st.lists(grid_boxes(), max_size=5),
    ),
    min_size=1,
    max_size=5,
)
Pictures = list[tuple[list[tuple[Box, float]], list[Box]]]


def slow_overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one.area + other.area - shared)


def slow_average_precision(pictures: Pictures, overlap: float) -> float:
    """As COCO's definition reads, without a single array."""
    verdicts: list[tuple[float, bool]] = []
    for detections, truth in pictures:
        left = list(truth)
        for found, confidence in sorted(detections, key=lambda each: -each[1]):
            best = max(left, key=lambda other: slow_overlap(found, other), default=None)
            is_right = best is not None and slow_overlap(found, best) >= overlap
            verdicts.append((confidence, is_right))
            if best is not None and is_right:
                left.pop([other is best for other in left].index(True))
    verdicts.sort(key=lambda each: -each[0])
    total = sum(len(truth) for _, truth in pictures)
    points = []
    for count in range(1, len(verdicts) + 1):
        right = sum(is_right for _, is_right in verdicts[:count])
        points.append((right / total if total else 0.0, right / count))
    heights = [max((p for r, p in points if r >= step / 100), default=0.0) for step in range(101)]
    return sum(heights) / 101 if total else 0.0


@given(PICTURES, st.sampled_from(OVERLAPS))
def test_average_precision_is_that_of_a_slow_reference(pictures: Pictures, overlap: float) -> None:
    tally = tally_of(pictures)

    found = average_precision(tally.judged("rat", overlap))

    assert found == pytest.approx(slow_average_precision(pictures, overlap))


@given(PICTURES)
def test_a_stricter_overlap_never_finds_more(pictures: Pictures) -> None:
    tally = tally_of(pictures)

    right = [int(tally.judged("rat", overlap).is_right.sum()) for overlap in OVERLAPS]
    whole = figures(tally, "rat", 0.5)

    assert right == sorted(right, reverse=True)
    assert 0.0 <= whole.ap50_95 <= 1.0
    assert whole.count == sum(len(boxes) for _, boxes in pictures)


def test_average_precision_over_overlaps_is_their_mean() -> None:
    tally = Tally(["rat"])
    tally.add([seen(0.2)], [TruthBox(label="rat", box=Box(0.2, 0.4, 0.3, 0.483))], NOTHING)  # overlap 0.83

    found = figures(tally, "rat", 0.5)

    assert found.ap50 == 1.0
    assert found.ap50_95 == pytest.approx(0.7)  # right from 0.50 to 0.80


def test_an_overlap_that_nobody_measures_is_refused() -> None:
    with pytest.raises(ValueError, match="tuple"):
        Tally(["rat"]).judged("rat", 0.42)


def test_each_detection_knows_the_box_that_it_found() -> None:
    assert assign([seen(0.2), seen(0.6), seen(0.21)], [box(0.6), box(0.2)]) == [1, 0, None]


# Intervals


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    # Published examples: R. G. Newcombe, "Two-Sided Confidence Intervals for the Single Proportion", 1998, table I.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_the_literature(right: int, count: int, low: float, high: float) -> None:
    found = wilson(right, count)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 2000), st.data())
def test_an_interval_holds_its_share(count: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, count))

    found = wilson(right, count)

    assert isinstance(found, Interval)
    assert 0.0 <= found.low <= right / count <= found.high <= 1.0


# Resampled pictures


@given(PICTURES, st.data())
def test_a_picture_that_is_drawn_twice_counts_twice(pictures: Pictures, data: st.DataObject) -> None:
    confidences = iter(data.draw(st.permutations(range(1, 60))))
    different = [
        ([(found, next(confidences) / 64) for found, _ in detections], boxes) for detections, boxes in pictures
    ]
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(pictures), max_size=len(pictures))))
    tally = tally_of(different)
    judged_here, (places, truths) = tally.judged("rat"), tally.by_picture("rat")
    order = np.argsort(-judged_here.confidences, kind="stable")
    weights = times[places][order]
    total = int(times @ truths)

    found = _area(weights * judged_here.is_right[order], weights, total) if total else 0.0

    drawn = [picture for picture, count in zip(different, times, strict=True) for _ in range(count)]
    assert found == pytest.approx(slow_average_precision(drawn, 0.5))


def tally_of(pictures: Pictures) -> Tally:
    tally = Tally(["rat"])
    for detections, boxes in pictures:
        seen_here = [Detection(label="rat", confidence=confidence, box=found) for found, confidence in detections]
        tally.add(seen_here, [TruthBox(label="rat", box=each) for each in boxes], NOTHING)
    return tally


def half_found(count: int) -> Interval:
    """The interval where every other picture's only box is found."""
    tally = Tally(["rat"])
    for number in range(count):
        tally.add([seen(0.2)] if number % 2 else [], [truth(0.2)], NOTHING)
    interval = figures(tally, "rat", 0.5).ap50_interval
    assert interval is not None
    return interval


def test_more_pictures_make_a_narrower_interval() -> None:
    few, many = half_found(10), half_found(200)

    assert few.low < many.low < 0.5 < many.high < few.high
    assert half_found(10) == few  # no dice


def test_one_picture_alone_has_no_interval() -> None:
    tally = Tally(["rat"])
    tally.add([seen(0.2)], [truth(0.2)], NOTHING)
    tally.add([], [], NOTHING)

    assert figures(tally, "rat", 0.5).ap50_interval is None


def test_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_figures_without_detections_are_zero_or_unknown() -> None:
    tally = Tally(["rat"])
    tally.add([], [truth(0.2)], NOTHING)

    found = figures(tally, "rat", 0.5)

    assert (found.ap50, found.ap50_95, found.recall, found.count, found.reported) == (0.0, 0.0, 0.0, 1, 0)
    assert (found.precision, found.precision_interval) == (None, None)
    assert found.recall_interval == wilson(0, 1)
