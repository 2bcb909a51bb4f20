"""How good a network is on labelled pictures, where not every label was drawn in every source.

Pure part. A label that a source leaves out says nothing about the network there: neither its detections nor its
boxes count. Everything else that is detected without a labelled box is a false one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.detection import Detection
from domain.geometry import Box, FloatArray, boxes_array, overlaps

MATCHING_OVERLAP = 0.5  # intersection over union: the 50 of AP50
_RECALL_STEPS = np.linspace(0.0, 1.0, 101)  # as COCO interpolates
_THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.01), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Detections of one label over all pictures: confidences, whether each was right, and boxes to be found."""

    confidences: FloatArray
    is_right: npt.NDArray[np.bool_]
    truth_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """Figures of one label; `precision` is None where nothing reached the threshold."""

    label: str
    ap50: float
    threshold: float
    precision: float | None
    recall: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthBox:
    label: str
    box: Box


def match(detections: Sequence[Detection], truth: Sequence[Box]) -> list[bool]:
    """Whether each detection of one label found a box of its own; the surest choose first.

    `detections` must be in falling order of confidence.
    """
    if not detections or not truth:
        return [False] * len(detections)
    shares = overlaps(boxes_array([each.box for each in detections]), boxes_array(truth))
    verdicts = []
    for row in shares:
        best = int(row.argmax())
        verdicts.append(bool(row[best] >= MATCHING_OVERLAP))
        if verdicts[-1]:
            shares[:, best] = -1.0  # each labelled box is found once
    return verdicts


class Tally:
    """Collects verdicts picture by picture."""

    def __init__(self, labels: Iterable[str]) -> None:
        self._confidences: dict[str, list[float]] = {label: [] for label in labels}
        self._verdicts: dict[str, list[bool]] = {label: [] for label in self._confidences}
        self._truths: dict[str, int] = dict.fromkeys(self._confidences, 0)

    def add(self, detections: Sequence[Detection], truth: Sequence[TruthBox], left_out: frozenset[str]) -> None:
        """Take in one picture; `left_out` are labels that its source did not draw."""
        for label in self._confidences.keys() - left_out:
            seen = sorted((d for d in detections if d.label == label), key=lambda d: -d.confidence)
            boxes = [each.box for each in truth if each.label == label]
            self._confidences[label] += [d.confidence for d in seen]
            self._verdicts[label] += match(seen, boxes)
            self._truths[label] += len(boxes)

    def judged(self, label: str) -> Judged:
        return Judged(
            confidences=np.array(self._confidences[label], dtype=np.float32),
            is_right=np.array(self._verdicts[label], dtype=np.bool_),
            truth_count=self._truths[label],
        )


def average_precision(judged: Judged) -> float:
    """Area under precision over recall, interpolated at 101 recalls as COCO does; 0 without labelled boxes."""
    if judged.truth_count == 0 or len(judged.confidences) == 0:
        return 0.0
    right = judged.is_right[np.argsort(-judged.confidences, kind="stable")]
    found = np.cumsum(right)
    precision = found / np.arange(1, len(right) + 1)
    recall = found / judged.truth_count
    # The best precision at this recall or any higher one.
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, _RECALL_STEPS, side="left")
    values = np.where(places < len(envelope), envelope[np.minimum(places, len(envelope) - 1)], 0.0)
    return float(values.mean())


def precision_and_recall(judged: Judged, threshold: float) -> tuple[float | None, float]:
    """Precision (None if nothing is that sure) and recall of what reaches a threshold."""
    reported = judged.confidences >= np.float32(threshold)
    right = int(np.count_nonzero(judged.is_right & reported))
    count = int(np.count_nonzero(reported))
    return (right / count if count else None), (right / judged.truth_count if judged.truth_count else 0.0)


def choose_threshold(judged: Judged, *, precision: float = 0.9, recall: float = 0.2) -> float:
    """The lowest threshold that is right as often as `precision` and finds a share of `recall`.

    Where no threshold does both, the one with the best harmonic mean of the two (F1).
    """
    figures = [(float(t), *precision_and_recall(judged, float(t))) for t in _THRESHOLDS]
    for threshold, found_precision, found_recall in figures:
        if found_precision is not None and found_precision >= precision and found_recall >= recall:
            return threshold
    return max(figures, key=lambda each: _f1(each[1], each[2]))[0]


def _f1(precision: float | None, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def figures(label: str, judged: Judged, threshold: float) -> LabelFigures:
    precision, recall = precision_and_recall(judged, threshold)
    return LabelFigures(
        label=label,
        ap50=average_precision(judged),
        threshold=threshold,
        precision=precision,
        recall=recall,
        count=judged.truth_count,
    )
