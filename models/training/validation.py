"""Average precision while training: a small numpy twin of `detector.evaluation`, which models may not import.

A test compares the two on the same boxes. The shipped figures come from `python -m detector.evaluate`; these here
know no groups of labels, so a face may count as masked and as unmasked, and they look at square pictures.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from models.training.data import Flags, Floats, Integers

_FLOOR = 0.005  # confidence below which nothing is looked at
_MOST_CANDIDATES = 3000  # per picture before, and
_MOST_BOXES = 300  # after overlapping boxes are removed
_OVERLAP = 0.7  # intersection over union above which the less sure box of a label goes
_MATCHING = 0.5  # intersection over union: the 50 of AP50
_RECALLS = np.linspace(0.0, 1.0, 101)
# The stubs ask for sequences; arrays are taken as well, and ten times faster.
_NMS_BOXES_BATCHED: Any = cv2.dnn.NMSBoxesBatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a network saw in one picture: `boxes` (n, 4) left, top, right, bottom in pixels, surest first."""

    boxes: Floats
    labels: Integers
    scores: Floats


def decode(output: Floats) -> Found:
    """Boxes of one picture from the raw head, shape (4 + labels, anchors): centre and size in pixels, confidences."""
    labels = output[4:].argmax(axis=0)  # one anchor is one subject, as in the detector
    scores = output[4:].max(axis=0)
    anchors = np.flatnonzero(scores >= _FLOOR)
    anchors = anchors[np.argsort(-scores[anchors], kind="stable")[:_MOST_CANDIDATES]]
    labels, scores = labels[anchors], scores[anchors]
    middles, halves = output[:2, anchors].T, output[2:4, anchors].T / 2
    boxes = np.concatenate([middles - halves, middles + halves], axis=1).astype(np.float32)
    if len(boxes) == 0:
        return Found(boxes=boxes, labels=labels, scores=scores)
    corners = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = np.asarray(_NMS_BOXES_BATCHED(corners, scores, labels.astype(np.int32), 0.0, _OVERLAP), dtype=np.int64)
    kept = np.sort(kept.reshape(-1))[:_MOST_BOXES]
    return Found(boxes=boxes[kept], labels=labels[kept], scores=scores[kept])


class PrecisionTally:
    """Collects what was right, picture by picture."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._scores: list[list[float]] = [[] for _ in labels]
        self._right: list[list[bool]] = [[] for _ in labels]
        self._truths = [0] * len(labels)

    def add(self, found: Found, boxes: Floats, labels: Integers, untaught: Flags) -> None:
        """Take in one picture; labels flagged in `untaught` were left out by its source and do not count."""
        for label in np.flatnonzero(~untaught):
            seen = found.labels == label
            truth = boxes[labels == label]
            order = np.argsort(-found.scores[seen], kind="stable")
            self._scores[label] += found.scores[seen][order].tolist()
            self._right[label] += _match(found.boxes[seen][order], truth)
            self._truths[label] += len(truth)

    def average_precisions(self) -> dict[str, float]:
        """AP50 of every label that has boxes to be found."""
        return {
            name: average_precision(np.array(self._scores[row]), np.array(self._right[row], bool), self._truths[row])
            for row, name in enumerate(self._labels)
            if self._truths[row]
        }


def _match(boxes: Floats, truth: Floats) -> list[bool]:
    """Whether each box, surest first, found a labelled box of its own."""
    free = np.ones(len(truth), dtype=np.bool_)
    verdicts = []
    for box in boxes:
        shares = np.where(free, _overlaps(box, truth), -1.0)
        best = int(shares.argmax()) if len(truth) else -1
        verdicts.append(bool(best >= 0 and shares[best] >= _MATCHING))
        if verdicts[-1]:
            free[best] = False
    return verdicts


def _overlaps(box: Floats, others: Floats) -> Floats:
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = (high - low).clip(0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(shared / np.maximum(areas - shared, 1e-9), dtype=np.float32)


def average_precision(scores: Any, right: Flags, truth_count: int) -> float:
    """Area under precision over recall, interpolated at 101 recalls as COCO does."""
    if truth_count == 0 or len(scores) == 0:
        return 0.0
    found = np.cumsum(right[np.argsort(-scores, kind="stable")])
    precision = found / np.arange(1, len(found) + 1)
    envelope = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    return float(envelope[np.searchsorted(found / truth_count, _RECALLS, side="left")].mean())
