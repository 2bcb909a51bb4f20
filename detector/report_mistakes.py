"""Which mistakes a person should look at first. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.evaluation import TruthBox
from detector.evaluation_report import Report
from detector.evaluation_verdicts import FoundBox, Verdict
from domain.detection import Detection


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake about `label` in one picture: `what` says which kind, for people."""

    label: str
    what: str
    source: str
    name: str
    truth: TruthBox | None
    detection: Detection | None


def worst_mistakes(report: Report, *, per_kind: int = 6) -> list[Mistake]:
    """By label: the surest false detections, the surest confusions and the largest missed boxes.

    A thing that is taken for another is shown as that, and not once more as missed or as false.
    """
    chosen: list[Mistake] = []
    for label in report.labels:
        chosen += _false(report.verdicts, label)[:per_kind]
        chosen += _taken(report.verdicts, label)[:per_kind]
        chosen += _missed(report.verdicts, label)[:per_kind]
    return chosen


def _false(verdicts: Sequence[Verdict], label: str) -> list[Mistake]:
    found = [
        _mistake(verdict, label, "false", None, each)
        for verdict in verdicts
        for each in verdict.false
        if each.label == label and each not in [box.taken_for for box in verdict.boxes]
    ]
    return sorted(found, key=lambda mistake: -mistake.detection.confidence if mistake.detection else 0.0)


def _taken(verdicts: Sequence[Verdict], label: str) -> list[Mistake]:
    found = [
        _mistake(verdict, label, f"taken for {box.taken_for.label}", box.truth, box.taken_for)
        for verdict, box in _boxes(verdicts, label)
        if box.taken_for
    ]
    return sorted(found, key=lambda mistake: -mistake.detection.confidence if mistake.detection else 0.0)


def _missed(verdicts: Sequence[Verdict], label: str) -> list[Mistake]:
    found = [
        (verdict.looked.size_px(box.truth), _mistake(verdict, label, "missed", box.truth, None))
        for verdict, box in _boxes(verdicts, label)
        if not box.detection and not box.taken_for
    ]
    return [mistake for _, mistake in sorted(found, key=lambda pair: -pair[0])]


def _boxes(verdicts: Sequence[Verdict], label: str) -> Iterator[tuple[Verdict, FoundBox]]:
    return ((verdict, box) for verdict in verdicts for box in verdict.boxes if box.truth.label == label)


def _mistake(verdict: Verdict, label: str, what: str, truth: TruthBox | None, detection: Detection | None) -> Mistake:
    return Mistake(
        label=label,
        what=what,
        source=verdict.looked.source,
        name=verdict.looked.name,
        truth=truth,
        detection=detection,
    )
