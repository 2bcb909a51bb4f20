"""Which mistakes a person should look at first, and what is known of each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from detector.evaluation import MATCHING_OVERLAP, TruthBox
from detector.evaluation_report import Report
from detector.evaluation_verdicts import FoundBox, Verdict
from domain.detection import Detection

_TOUCHING = 0.1  # a false detection that overlaps a box of its label by so much meant that box


class MistakeKind(StrEnum):
    """What went wrong, the most telling first."""

    TAKEN = "taken for something else"
    FALSE = "nothing of the kind is labelled there"
    MISSED = "missed"
    LOOSE = "the box does not fit"
    DOUBLE = "reported twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake about `label` in the picture at `place`. `what` says it for people, `others` are its boxes there."""

    label: str
    kind: MistakeKind
    what: str
    source: str
    name: str
    place: Path
    truth: TruthBox | None
    detection: Detection | None
    others: tuple[TruthBox, ...] = ()


def worst_mistakes(report: Report, *, per_kind: int = 6) -> list[Mistake]:
    """By label and kind: the surest false detections and confusions, and the largest missed boxes.

    A thing that is taken for another is shown as that, and not once more as missed or as false.
    """
    found = all_mistakes(report)
    chosen: list[Mistake] = []
    for label in report.labels:
        for kind in MistakeKind:
            chosen += found.get((label, kind), [])[:per_kind]
    return chosen


def all_mistakes(report: Report) -> dict[tuple[str, MistakeKind], list[Mistake]]:
    """Every mistake by label and kind, the worst of each kind first."""
    thresholds = {each.figures.label: each.figures.threshold for each in report.classes}
    ranked: dict[tuple[str, MistakeKind], list[tuple[float, Mistake]]] = {}
    for verdict in report.verdicts:
        for weight, mistake in (*_false(verdict), *_boxes(verdict, thresholds)):
            ranked.setdefault((mistake.label, mistake.kind), []).append((weight, mistake))
    return {key: [m for _, m in sorted(each, key=lambda pair: -pair[0])] for key, each in ranked.items()}


def _false(verdict: Verdict) -> Iterator[tuple[float, Mistake]]:
    taken = [box.taken_for for box in verdict.boxes]
    for each in verdict.false:
        if each in taken:
            continue
        own = [box for box in verdict.boxes if box.truth.label == each.label]
        near = max(own, key=lambda box: box.truth.box.overlap(each.box), default=None)
        overlap = near.truth.box.overlap(each.box) if near else 0.0
        if overlap >= MATCHING_OVERLAP:
            kind, what = MistakeKind.DOUBLE, f"reported twice, {each.confidence:.2f}"
        elif overlap >= _TOUCHING:
            kind, what = MistakeKind.LOOSE, f"does not fit: overlap {overlap:.2f}, {each.confidence:.2f}"
        else:
            kind, what = MistakeKind.FALSE, f"false, {each.confidence:.2f}"
        yield each.confidence, _mistake(verdict, each.label, kind, what, detection=each)


def _boxes(verdict: Verdict, thresholds: Mapping[str, float]) -> Iterator[tuple[float, Mistake]]:
    for box in verdict.boxes:
        label, taken = box.truth.label, box.taken_for
        if taken:
            what = f"taken for {taken.label}, {taken.confidence:.2f}"
            yield taken.confidence, _mistake(verdict, label, MistakeKind.TAKEN, what, truth=box.truth, detection=taken)
        elif not box.detection and label in thresholds:
            weak = _unsure(verdict, box)
            what = _why_missed(weak, thresholds[label])
            size = verdict.looked.size_px(box.truth)
            yield size, _mistake(verdict, label, MistakeKind.MISSED, f"{what}; {size:.0f} px", truth=box.truth)


def _why_missed(confidence: float | None, threshold: float) -> str:
    if confidence is None:
        return "missed, not seen at all"
    if confidence < threshold:
        return f"missed; seen with {confidence:.2f}, below {threshold:.2f}"
    return "missed; one detection for two things"


def _unsure(verdict: Verdict, box: FoundBox) -> float | None:
    """The confidence of the surest detection that fits the box: it did not reach its threshold, or found another."""
    fitting = [
        each.confidence
        for each in verdict.looked.detections
        if each.label == box.truth.label and each.box.overlap(box.truth.box) >= MATCHING_OVERLAP
    ]
    return max(fitting, default=None)


def _mistake(
    verdict: Verdict,
    label: str,
    kind: MistakeKind,
    what: str,
    *,
    truth: TruthBox | None = None,
    detection: Detection | None = None,
) -> Mistake:
    others: Sequence[TruthBox] = [box.truth for box in verdict.boxes if box.truth.label == label]
    return Mistake(
        label=label,
        kind=kind,
        what=what,
        source=verdict.looked.source,
        name=verdict.looked.name,
        place=verdict.looked.place,
        truth=truth,
        detection=detection,
        others=tuple(each for each in others if each is not truth),
    )
