"""Which confidence to believe a label from, and what that choice is worth on pictures that it was not made on.

Pure part. The rule (see `models/targets.yaml` for its numbers): the lowest threshold in steps of 0.01 that is right as
often as the target of the label's class of risk and still finds the least share; then with a lower target; then the
one with the best F1. With few labelled boxes no threshold below a floor is taken: 14 dogs once allowed 0.05.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from detector.evaluation import Interval, Judged, wilson
from models.targets import Targets

THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.01), 2)
ROUNDS = 20  # halvings that an estimate is the mean of
Counts = npt.NDArray[np.intp]


class Ground(StrEnum):
    """Why a threshold was taken."""

    TARGET = "target"  # it reaches the precision that the class of risk asks for
    LOWERED = "lowered"  # it reaches a lower one
    BALANCE = "balance"  # nothing did: the best harmonic mean of precision and recall (F1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossFit:
    """What thresholds reach that were chosen on one half of the scenes and measured on the other.

    Means over ROUNDS halvings, each half measured once. `reported` and `right` are detections per halving,
    `lowest` and `highest` the thresholds that were chosen. The intervals are Wilson's for so many boxes.
    """

    precision: float | None
    precision_interval: Interval | None
    recall: float
    recall_interval: Interval | None
    reported: float
    right: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A threshold with the rule behind it. `asked_precision` is what it was taken for, None for Ground.BALANCE."""

    threshold: float
    ground: Ground
    risk_class: str
    target_precision: float
    least_recall: float
    asked_precision: float | None
    cross_fit: CrossFit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """At each of THRESHOLDS: how many detections reach it and how many of them are right."""

    reported: Counts
    right: Counts
    truth_count: int


def choose(judged: Judged, label: str, targets: Targets) -> Choice:
    """The threshold of a label by the rule, without `cross_fit`."""
    return _choose(_curve(judged), label, targets, targets.floor(judged.truth_count))


def choose_and_cross_fit(judged: Judged, scenes: Counts, truths: Counts, label: str, targets: Targets) -> Choice:
    """The threshold of a label, and what choosing it so is worth.

    `scenes` has the scene of each detection, numbered from 0, `truths` the labelled boxes of each scene. The same
    data give the same estimate. There is none for fewer than two scenes with a labelled box.
    """
    choice = choose(judged, label, targets)
    found = _cross_fit(judged, scenes, truths, label, targets)
    return Choice(
        threshold=choice.threshold,
        ground=choice.ground,
        risk_class=choice.risk_class,
        target_precision=choice.target_precision,
        least_recall=choice.least_recall,
        asked_precision=choice.asked_precision,
        cross_fit=found,
    )


def _choose(curve: _Curve, label: str, targets: Targets, floor: float) -> Choice:
    target, least = targets.target(label), targets.target(label).least_recall
    precision = curve.right / np.maximum(curve.reported, 1)
    recall = curve.right / max(curve.truth_count, 1)
    allowed = (curve.reported > 0) & (floor <= THRESHOLDS)
    for asked in targets.precisions(label):
        good = np.flatnonzero(allowed & (precision >= asked) & (recall >= least))
        if len(good):
            place, ground = int(good[0]), Ground.TARGET if asked == target.precision else Ground.LOWERED
            break
    else:
        total = precision + recall
        f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)
        f1[floor > THRESHOLDS] = -1.0
        place, ground, asked = int(f1.argmax()), Ground.BALANCE, 0.0
    return Choice(
        threshold=float(THRESHOLDS[place]),
        ground=ground,
        risk_class=targets.risk_class(label),
        target_precision=target.precision,
        least_recall=least,
        asked_precision=asked or None,
        cross_fit=None,
    )


def _curve(judged: Judged) -> _Curve:
    order = np.sort(judged.confidences)
    sure = np.sort(judged.confidences[judged.is_right])
    limits = THRESHOLDS.astype(np.float32)
    return _Curve(
        reported=len(order) - np.searchsorted(order, limits, side="left"),
        right=len(sure) - np.searchsorted(sure, limits, side="left"),
        truth_count=judged.truth_count,
    )


def _cross_fit(judged: Judged, scenes: Counts, truths: Counts, label: str, targets: Targets) -> CrossFit | None:
    if np.count_nonzero(truths) < 2:
        return None
    reported = _by_scene(judged.confidences, scenes, len(truths))
    right = _by_scene(judged.confidences[judged.is_right], scenes[judged.is_right], len(truths))
    random = np.random.default_rng(0)
    chosen: list[float] = []
    counts = np.zeros(2)
    floor = targets.floor(judged.truth_count)
    for _ in range(ROUNDS):
        half = _half(truths, random)
        for fit, test in ((half, ~half), (~half, half)):
            curve = _Curve(reported=reported[fit].sum(0), right=right[fit].sum(0), truth_count=int(truths[fit].sum()))
            threshold = _choose(curve, label, targets, floor).threshold
            place = int(np.searchsorted(THRESHOLDS, threshold))
            chosen.append(threshold)
            counts += (reported[test, place].sum(), right[test, place].sum())
    return _mean(counts / ROUNDS, int(truths.sum()), chosen)


def _half(truths: Counts, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    """A random half of the scenes that show the label, and of those that don't."""
    half = np.zeros(len(truths), dtype=np.bool_)
    for shows in (truths > 0, truths == 0):
        places = random.permutation(np.flatnonzero(shows))
        half[places[: len(places) // 2]] = True
    return half


def _mean(counts: npt.NDArray[np.float64], truth_count: int, chosen: Sequence[float]) -> CrossFit:
    reported, right = float(counts[0]), float(counts[1])
    return CrossFit(
        precision=right / reported if reported else None,
        precision_interval=wilson(right, reported),
        recall=right / truth_count,
        recall_interval=wilson(right, truth_count),
        reported=reported,
        right=right,
        lowest=min(chosen),
        highest=max(chosen),
    )


def _by_scene(confidences: npt.NDArray[np.float32], scenes: Counts, count: int) -> Counts:
    """How many detections of each scene reach each of THRESHOLDS: shape (scenes, thresholds)."""
    reached = np.searchsorted(THRESHOLDS.astype(np.float32), confidences, side="right")  # so many of them
    table = np.zeros((count, len(THRESHOLDS) + 1), dtype=np.intp)
    np.add.at(table, (scenes, reached), 1)
    return table[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
