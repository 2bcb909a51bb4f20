from pathlib import Path

import numpy as np
import pytest

from detector.evaluation import Judged, TruthBox
from detector.evaluation_verdicts import (
    Confusion,
    Looked,
    Verdict,
    calibration,
    calibration_error,
    confusions,
    false_alarms,
    judge,
    recall_by_size,
)
from domain.detection import Detection
from domain.geometry import Box

THRESHOLDS = {"rat": 0.5, "cat": 0.5, "dog": 0.5}


def box(left: float, side: float = 0.1) -> Box:
    return Box(left, 0.4, left + side, 0.4 + side)


def seen(label: str, left: float, confidence: float = 0.8) -> Detection:
    return Detection(label=label, confidence=confidence, box=box(left))


def truth(label: str, left: float, side: float = 0.1) -> TruthBox:
    return TruthBox(label=label, box=box(left, side))


def looked(
    labelled: list[TruthBox], detections: list[Detection], *, source: str = "s", left_out: frozenset[str] = frozenset()
) -> Looked:
    return Looked(
        source=source,
        name="n",
        place=Path("n"),
        width_px=200,
        height_px=200,
        left_out=left_out,
        truth=tuple(labelled),
        detections=tuple(detections),
    )


def verdict(labelled: list[TruthBox], detections: list[Detection], source: str = "s") -> Verdict:
    return judge(looked(labelled, detections, source=source), THRESHOLDS)


def test_found_missed_and_false_are_told_apart() -> None:
    found = verdict([truth("rat", 0.2), truth("rat", 0.6)], [seen("rat", 0.2), seen("rat", 0.4), seen("rat", 0.6, 0.4)])

    assert [each.detection is not None for each in found.boxes] == [True, False]
    assert found.false == (seen("rat", 0.4),)


def test_what_does_not_reach_its_threshold_was_not_said() -> None:
    found = judge(looked([], [seen("rat", 0.2, 0.6), seen("cat", 0.2, 0.6)]), THRESHOLDS | {"cat": 0.7})

    assert found.false == (seen("rat", 0.2, 0.6),)


def test_another_label_over_a_labelled_thing_is_a_confusion() -> None:
    found = verdict([truth("cat", 0.2)], [seen("rat", 0.21)])

    assert found.boxes[0].taken_for == seen("rat", 0.21)
    assert confusions([found, verdict([truth("cat", 0.2)], [seen("cat", 0.2), seen("rat", 0.2)])]) == [
        Confusion(label="cat", taken_for="rat", count=2, of=2, missed=1)
    ]


def test_a_cat_with_a_rat_that_is_labelled_too_is_no_confusion() -> None:
    found = verdict([truth("cat", 0.2), truth("rat", 0.2)], [seen("rat", 0.2), seen("cat", 0.2)])

    assert confusions([found]) == []
    assert found.false == ()


def test_the_surest_other_label_counts() -> None:
    found = verdict([truth("cat", 0.2)], [seen("dog", 0.2, 0.9), seen("rat", 0.2, 0.7)])

    assert found.boxes[0].taken_for == seen("dog", 0.2, 0.9)


def test_recall_is_told_by_size_in_pixels() -> None:
    labelled = [truth("rat", 0.0, 0.05), truth("rat", 0.2, 0.1), truth("rat", 0.4, 0.1), truth("cat", 0.6, 0.1)]
    found = verdict(labelled, [seen("rat", 0.2), seen("cat", 0.6)])

    bands = {each.band: (each.count, each.found) for each in recall_by_size([found], "rat")}

    assert bands == {"0-16": (1, 0), "16-32": (2, 1), "32-64": (0, 0), "64-128": (0, 0), "128+": (0, 0)}


def test_false_alarms_are_counted_by_picture_and_kind() -> None:
    verdicts = [
        verdict([truth("cat", 0.2)], [seen("rat", 0.2), seen("rat", 0.7)], "pets"),
        verdict([truth("cat", 0.2)], [], "pets"),
        verdict([truth("rat", 0.2)], [seen("rat", 0.7)], "cellar"),  # shows a rat: no false alarm of the picture
        verdict([], [], "cellar"),
    ]

    found = {(each.where, each.label): (each.raising, each.of) for each in false_alarms(verdicts, ["rat", "cat"])}

    assert found["anywhere", "rat"] == (1, 3)
    assert found["with cat", "rat"] == (1, 2)
    assert found["source pets", "rat"] == (1, 2)
    assert found["source cellar", "rat"] == (0, 1)
    assert found["anywhere", "cat"] == (0, 2)
    assert found["with rat", "cat"] == (0, 1)


def test_a_source_that_did_not_draw_a_label_raises_no_false_alarm_of_it() -> None:
    found = judge(looked([], [], left_out=frozenset({"rat"})), THRESHOLDS)

    assert {each.label for each in false_alarms([found], ["rat", "cat"])} == {"cat"}


# Calibration


def judged(confidences: list[float], verdicts: list[bool]) -> Judged:
    return Judged(
        confidences=np.array(confidences, dtype=np.float32), is_right=np.array(verdicts, dtype=np.bool_), truth_count=9
    )


def test_bins_hold_detections_of_like_confidence() -> None:
    bins = calibration([judged([0.31, 0.39, 1.0], [True, False, True]), judged([0.35, 0.04], [False, False])])

    assert [(each.low, each.count, each.right) for each in bins] == [(0.3, 3, 1), (0.9, 1, 1)]
    assert bins[0].mean_confidence == pytest.approx(0.35)
    assert calibration_error(bins) == pytest.approx((abs(1 / 3 - 0.35) * 3 + 0) / 4)


def test_a_network_that_is_always_right_when_sure_is_calibrated() -> None:
    assert calibration_error(calibration([judged([1.0, 1.0], [True, True])])) == 0.0


def test_without_detections_there_is_no_calibration() -> None:
    assert calibration([]) == []
    assert calibration_error([]) is None
