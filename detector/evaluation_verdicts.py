"""What exactly went right and wrong in each picture: found and missed boxes, false detections, look-alikes.

Pure part, beside the averages of `detector.evaluation`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detector.evaluation import MATCHING_OVERLAP, Interval, Judged, TruthBox, assign, wilson
from domain.detection import Detection
from models.data.statistics import BAND_EDGES_PX, band_name, band_of

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One picture, what was labelled and what was detected in it, surest first.

    `place` tells it from others of its source and name, which may lie in another folder.
    `left_out` are labels of which nothing is known here; `truth` and `detections` have none of them, and `uncounted`
    are the detections that are neither right nor wrong for that reason.
    """

    source: str
    name: str
    place: Path
    width_px: int
    height_px: int
    left_out: frozenset[str]
    truth: tuple[TruthBox, ...]
    detections: tuple[Detection, ...]
    uncounted: tuple[Detection, ...] = ()

    def size_px(self, box: TruthBox) -> float:
        """Square root of the box's area in pixels of the picture as it came."""
        return float(np.sqrt(box.box.width * self.width_px * box.box.height * self.height_px))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBox:
    """A labelled box, what found it (None: missed), and the surest detection of another label over it."""

    truth: TruthBox
    detection: Detection | None
    taken_for: Detection | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One picture at the thresholds: every labelled box, and every detection that found none.

    `uncounted` are detections of labels of which nothing is known here.
    """

    looked: Looked
    boxes: tuple[FoundBox, ...]
    false: tuple[Detection, ...]
    uncounted: tuple[Detection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRecall:
    """How many labelled boxes of a size were found. `band` is such as `16-32`, `128+`."""

    band: str
    count: int
    found: int
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Labelled boxes of `label` over which `taken_for` was detected; `missed` of them were not found as themselves."""

    label: str
    taken_for: str
    count: int
    of: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """Pictures of a kind that do not show `label` and raise it all the same.

    `where` names the kind: `source raccoon_lookalike`, or `with cat` for pictures that show a labelled cat.
    """

    where: str
    label: str
    raising: int
    of: int
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Detections of like confidence; `right` of `count` found a labelled box. Well calibrated: right/count = mean."""

    low: float
    high: float
    count: int
    right: int
    mean_confidence: float


def judge(looked: Looked, thresholds: Mapping[str, float]) -> Verdict:
    """Compare one picture with its labels, detections from the threshold of their label on."""
    sure = [each for each in looked.detections if each.confidence >= thresholds[each.label]]
    found: dict[int, Detection] = {}
    false: list[Detection] = []
    for label in sorted({each.label for each in sure}):
        own = [each for each in sure if each.label == label]
        places = [place for place, each in enumerate(looked.truth) if each.label == label]
        for detection, at in zip(own, assign(own, [looked.truth[place].box for place in places]), strict=True):
            if at is None:
                false.append(detection)
            else:
                found[places[at]] = detection
    boxes = tuple(
        FoundBox(truth=truth, detection=found.get(place), taken_for=_taken_for(truth, sure, looked.truth))
        for place, truth in enumerate(looked.truth)
    )
    return Verdict(
        looked=looked,
        boxes=boxes,
        false=tuple(sorted(false, key=lambda each: -each.confidence)),
        uncounted=tuple(each for each in looked.uncounted if each.confidence >= thresholds[each.label]),
    )


def _taken_for(truth: TruthBox, sure: Sequence[Detection], others: Sequence[TruthBox]) -> Detection | None:
    """The surest detection of another label here, unless that other thing is labelled here as well."""
    for each in sure:
        if each.label != truth.label and each.box.overlap(truth.box) >= MATCHING_OVERLAP:
            really = any(o.label == each.label and o.box.overlap(each.box) >= MATCHING_OVERLAP for o in others)
            if not really:
                return each
    return None


def recall_by_size(verdicts: Sequence[Verdict], label: str) -> list[BandRecall]:
    """Every band, the empty ones too."""
    counts: Counter[int] = Counter()
    found: Counter[int] = Counter()
    for verdict in verdicts:
        for each in verdict.boxes:
            if each.truth.label == label:
                band = band_of(verdict.looked.size_px(each.truth))
                counts[band] += 1
                found[band] += each.detection is not None
    return [
        BandRecall(band=name, count=counts[n], found=found[n], interval=wilson(found[n], counts[n]))
        for n, name in enumerate(band_names())
    ]


def band_names() -> list[str]:
    return [band_name(place) for place in range(len(BAND_EDGES_PX))]


def confusions(verdicts: Sequence[Verdict]) -> list[Confusion]:
    """Which other label is detected over labelled boxes, the most frequent first."""
    of: Counter[str] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        for each in verdict.boxes:
            of[each.truth.label] += 1
            if each.taken_for:
                pair = (each.truth.label, each.taken_for.label)
                taken[pair] += 1
                missed[pair] += each.detection is None
    return [
        Confusion(label=label, taken_for=other, count=count, of=of[label], missed=missed[label, other])
        for (label, other), count in sorted(taken.items(), key=lambda item: (-item[1], item[0]))
    ]


def false_alarms(verdicts: Sequence[Verdict], labels: Sequence[str]) -> list[FalseAlarms]:
    """For every kind of picture and label, how many pictures without the label raise it; the most frequent first."""
    of: Counter[tuple[str, str]] = Counter()
    raising: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        raised = {each.label for each in verdict.false}
        shown = {each.label for each in verdict.looked.truth}
        for label in set(labels) - verdict.looked.left_out - shown:
            for where in _kinds(verdict.looked, shown):
                of[where, label] += 1
                raising[where, label] += label in raised
    order = sorted(of, key=lambda pair: (-raising[pair], pair))
    return [_alarms(where, label, raising[where, label], of[where, label]) for where, label in order]


def _alarms(where: str, label: str, raising: int, of: int) -> FalseAlarms:
    return FalseAlarms(where=where, label=label, raising=raising, of=of, interval=wilson(raising, of))


def _kinds(looked: Looked, shown: set[str]) -> Iterator[str]:
    yield "anywhere"
    yield f"source {looked.source}" if looked.source else "no source"
    for label in sorted(shown):
        yield f"with {label}"


def calibration(judged: Sequence[Judged], *, least: float = 0.05) -> list[CalibrationBin]:
    """Ten bins of equal width over the detections of the given labels from confidence `least` on; empty bins are out.

    A reliability diagram (M. H. DeGroot and S. E. Fienberg, "The Comparison and Evaluation of Forecasters", 1983).
    """
    confidences = np.concatenate([each.confidences for each in judged]) if judged else np.zeros(0, dtype=np.float32)
    right = np.concatenate([each.is_right for each in judged]) if judged else np.zeros(0, dtype=np.bool_)
    places = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    bins = []
    for place in range(_BINS):
        chosen = (places == place) & (confidences >= np.float32(least))
        if chosen.any():
            bins.append(
                CalibrationBin(
                    low=place / _BINS,
                    high=(place + 1) / _BINS,
                    count=int(chosen.sum()),
                    right=int(right[chosen].sum()),
                    mean_confidence=float(confidences[chosen].mean()),
                )
            )
    return bins


def calibration_error(bins: Sequence[CalibrationBin]) -> float | None:
    """Expected calibration error: the mean gap between confidence and share of right ones, weighted by count.

    M. P. Naeini, G. Cooper and M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015.
    """
    total = sum(each.count for each in bins)
    if total == 0:
        return None
    return sum(abs(each.right / each.count - each.mean_confidence) * each.count for each in bins) / total
