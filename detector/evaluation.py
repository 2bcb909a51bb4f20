"""How good a network is on labelled pictures, where not every label was drawn in every source.

Pure part. A label that a source leaves out says nothing about the network there: neither its detections nor its
boxes count. Everything else that is detected without a labelled box is a false one.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.detection import Detection
from domain.geometry import Box, FloatArray, boxes_array, overlaps

MATCHING_OVERLAP = 0.5  # intersection over union: the 50 of AP50
OVERLAPS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))  # COCO's ten, 0.50 to 0.95
_Z_95 = 1.959964  # two-sided 95 % of the normal distribution
_RECALL_STEPS = np.linspace(0.0, 1.0, 101)  # as COCO interpolates


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Detections of one label over all pictures: confidences, whether each was right, and boxes to be found."""

    confidences: FloatArray
    is_right: npt.NDArray[np.bool_]
    truth_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where a share lies with 95 % confidence, both ends in [0, 1]."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """Figures of one label; `precision` is None where nothing reached the threshold.

    `ap50_interval` comes from resampled pictures, the other two from Wilson's formula; an interval is None where its
    share rests on nothing. `ap50_95` is the mean of the average precisions at COCO's ten overlaps. `count` are
    the labelled boxes (`guesses` of them drawn by a network), `reported` the detections that reached the threshold.
    """

    label: str
    ap50: float
    ap50_interval: Interval | None
    ap50_95: float
    threshold: float
    precision: float | None
    precision_interval: Interval | None
    recall: float
    recall_interval: Interval | None
    count: int
    reported: int
    guesses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthBox:
    """A labelled box. `is_guess`: a network drew it, no person."""

    label: str
    box: Box
    is_guess: bool = False


def match(detections: Sequence[Detection], truth: Sequence[Box], overlap: float = MATCHING_OVERLAP) -> list[bool]:
    """Whether each detection of one label found a box of its own; the surest choose first.

    `detections` must be in falling order of confidence.
    """
    return [place is not None for place in assign(detections, truth, overlap)]


def assign(
    detections: Sequence[Detection], truth: Sequence[Box], overlap: float = MATCHING_OVERLAP
) -> list[int | None]:
    """The place of the box that each detection found, None where it found none; otherwise as `match`."""
    if not detections or not truth:
        return [None] * len(detections)
    shares = overlaps(boxes_array([each.box for each in detections]), boxes_array(truth))
    return _assigned(shares, overlap)


def _assigned(shares: FloatArray, overlap: float) -> list[int | None]:
    """`shares` has shape (detections, boxes) and is changed."""
    places: list[int | None] = []
    for row in shares:
        best = int(row.argmax())
        found = bool(row[best] >= overlap)
        places.append(best if found else None)
        if found:
            shares[:, best] = -1.0  # each labelled box is found once
    return places


def _verdicts(detections: Sequence[Detection], truth: Sequence[Box]) -> npt.NDArray[np.bool_]:
    """Whether each detection is right at each of OVERLAPS: shape (detections, 10)."""
    verdicts = np.zeros((len(detections), len(OVERLAPS)), dtype=np.bool_)
    if len(detections) and len(truth):
        shares = overlaps(boxes_array([each.box for each in detections]), boxes_array(truth))
        for column, overlap in enumerate(OVERLAPS):
            if float(shares.max()) >= overlap:
                verdicts[:, column] = [place is not None for place in _assigned(shares.copy(), overlap)]
    return verdicts


class Tally:
    """Collects verdicts picture by picture."""

    def __init__(self, labels: Iterable[str]) -> None:
        self._confidences: dict[str, list[float]] = {label: [] for label in labels}
        self._verdicts: dict[str, list[npt.NDArray[np.bool_]]] = {label: [] for label in self._confidences}
        self._truths: dict[str, list[int]] = {label: [] for label in self._confidences}
        self._places: dict[str, list[int]] = {label: [] for label in self._confidences}
        self._guesses: Counter[str] = Counter()
        self._added = 0

    def add(self, detections: Sequence[Detection], truth: Sequence[TruthBox], left_out: frozenset[str]) -> None:
        """Take in one picture; `left_out` are labels that its source did not draw."""
        for label in self._confidences.keys() - left_out:
            seen = sorted((d for d in detections if d.label == label), key=lambda d: -d.confidence)
            boxes = [each.box for each in truth if each.label == label]
            self._confidences[label] += [d.confidence for d in seen]
            self._verdicts[label].append(_verdicts(seen, boxes))
            self._truths[label].append(len(boxes))
            self._places[label].append(self._added)
            self._guesses[label] += sum(each.is_guess for each in truth if each.label == label)
        self._added += 1

    def judged(self, label: str, overlap: float = MATCHING_OVERLAP) -> Judged:
        """All detections of a label; `overlap` is one of OVERLAPS. Raises ValueError for another."""
        column = OVERLAPS.index(overlap)
        verdicts = [each[:, column] for each in self._verdicts[label]]
        return Judged(
            confidences=np.array(self._confidences[label], dtype=np.float32),
            is_right=np.concatenate(verdicts) if verdicts else np.zeros(0, dtype=np.bool_),
            truth_count=sum(self._truths[label]),
        )

    def by_picture(self, label: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """For `judged(label)`: the picture that each detection is in, and the labelled boxes of each picture.

        Pictures are numbered in the order in which they were added, those that the label does not count in left out.
        """
        sizes = [len(each) for each in self._verdicts[label]]
        return np.repeat(np.arange(len(sizes)), sizes), np.array(self._truths[label], dtype=np.intp)

    @property
    def added(self) -> int:
        """How many pictures were taken in."""
        return self._added

    def by_scene(self, label: str, scenes: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """For `judged(label)`: the scene that each detection is in, and the labelled boxes of each scene.

        `scenes` has the scene of every picture that was added, in that order, numbered from 0.
        """
        pictures, truths = self.by_picture(label)
        own = scenes[np.array(self._places[label], dtype=np.intp)]
        count = int(scenes.max(initial=-1)) + 1
        return own[pictures], np.bincount(own, weights=truths, minlength=count).astype(np.intp)

    def guesses(self, label: str) -> int:
        """How many of a label's boxes were guessed by a network and drawn by nobody."""
        return self._guesses[label]


def average_precision(judged: Judged) -> float:
    """Area under precision over recall, interpolated at 101 recalls as COCO does; 0 without labelled boxes."""
    if judged.truth_count == 0 or len(judged.confidences) == 0:
        return 0.0
    right = judged.is_right[np.argsort(-judged.confidences, kind="stable")]
    return _area(right, np.ones(len(right), dtype=np.intp), judged.truth_count)


def _area(right: npt.NDArray[np.generic], weights: npt.NDArray[np.intp], truth_count: int) -> float:
    """`right` and `weights` of detections in falling order of confidence: how many each stands for, and right ones."""
    found, reported = np.cumsum(right), np.cumsum(weights)
    if len(reported) == 0 or reported[-1] == 0:
        return 0.0
    precision = found / np.maximum(reported, 1)
    recall = found / truth_count
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


def figures(tally: Tally, label: str, threshold: float) -> LabelFigures:
    """Everything about one label at a threshold."""
    judged = tally.judged(label)
    precision, recall = precision_and_recall(judged, threshold)
    reported = judged.confidences >= np.float32(threshold)
    right = int(np.count_nonzero(judged.is_right & reported))
    return LabelFigures(
        label=label,
        ap50=average_precision(judged),
        ap50_interval=_resampled(judged, *tally.by_picture(label)),
        ap50_95=float(np.mean([average_precision(tally.judged(label, overlap)) for overlap in OVERLAPS])),
        threshold=threshold,
        precision=precision,
        precision_interval=wilson(right, int(np.count_nonzero(reported))),
        recall=recall,
        recall_interval=wilson(right, judged.truth_count),
        count=judged.truth_count,
        reported=int(np.count_nonzero(reported)),
        guesses=tally.guesses(label),
    )


def _resampled(
    judged: Judged, pictures: npt.NDArray[np.intp], truths: npt.NDArray[np.intp], *, resamples: int = 400
) -> Interval | None:
    """Where the average precision lies with 95 % confidence, by the percentile bootstrap over pictures.

    B. Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979. Pictures are drawn and not boxes: boxes of one
    picture stand or fall together. `pictures` and `truths` as `Tally.by_picture` gives them. The same data give the
    same interval. It is None where fewer than two pictures have a labelled box.
    """
    if np.count_nonzero(truths) < 2:
        return None
    order = np.argsort(-judged.confidences, kind="stable")
    right, pictures = judged.is_right[order], pictures[order]
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(resamples):
        weights = np.bincount(random.integers(0, len(truths), len(truths)), minlength=len(truths))
        total = int(weights @ truths)
        if total:
            drawn.append(_area(weights[pictures] * right, weights[pictures], total))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(low=float(low), high=float(high))


def wilson(right: float, count: float) -> Interval | None:
    """Where the share behind `right` of `count` lies with 95 % confidence; None for a count of 0.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927:
    (p + z²/2n ± z·sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n). It takes the boxes for independent. Boxes of one
    picture are not, so the true interval is somewhat wider.
    """
    if count == 0:
        return None
    share, square = right / count, _Z_95**2
    middle = share + square / (2 * count)
    reach = _Z_95 * math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    scale = 1 + square / count
    # Where all or none is right the share itself is an end, which rounding would miss.
    return Interval(
        low=0.0 if right == 0 else (middle - reach) / scale, high=1.0 if right == count else (middle + reach) / scale
    )
