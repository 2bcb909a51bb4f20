"""All figures of one network on one set of pictures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.evaluation import Judged, LabelFigures
from detector.evaluation_verdicts import (
    BandRecall,
    CalibrationBin,
    Confusion,
    FalseAlarms,
    Verdict,
    calibration,
    calibration_error,
    confusions,
    false_alarms,
    recall_by_size,
)
from domain.detection import ModelReference


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """One label. `pictures` are those in which it counts (its source drew it)."""

    figures: LabelFigures
    pictures: int
    by_size: tuple[BandRecall, ...]
    calibration_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything; `classes` in the network's order.

    `not_in_model` counts labelled boxes of classes that the network does not know. `verdicts` are what the pictures of
    a report are chosen from.
    """

    model: ModelReference
    longest_side_px: int
    pictures: int
    classes: tuple[ClassReport, ...]
    confusions: tuple[Confusion, ...]
    false_alarms: tuple[FalseAlarms, ...]
    calibration: tuple[CalibrationBin, ...]
    not_in_model: Mapping[str, int]
    verdicts: tuple[Verdict, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(each.figures.label for each in self.classes)


def build_report(
    *,
    model: ModelReference,
    longest_side_px: int,
    labels: Sequence[LabelFigures],
    judged: Mapping[str, Judged],
    verdicts: Sequence[Verdict],
    data_labels: Sequence[str],
) -> Report:
    """Add up the verdicts. `data_labels` are the classes that are labelled anywhere in the data."""
    names = [each.label for each in labels]
    foreign = set(data_labels) - set(names)
    counts = Counter(box.truth.label for verdict in verdicts for box in verdict.boxes)
    return Report(
        model=model,
        longest_side_px=longest_side_px,
        pictures=len(verdicts),
        classes=tuple(_class_report(each, judged[each.label], verdicts) for each in labels),
        confusions=tuple(confusions(verdicts)),
        false_alarms=tuple(false_alarms(verdicts, names)),
        calibration=tuple(calibration(list(judged.values()))),
        not_in_model={name: counts[name] for name in sorted(foreign)},
        verdicts=tuple(verdicts),
    )


def _class_report(figures: LabelFigures, judged: Judged, verdicts: Sequence[Verdict]) -> ClassReport:
    label = figures.label
    return ClassReport(
        figures=figures,
        pictures=sum(label not in verdict.looked.left_out for verdict in verdicts),
        by_size=tuple(recall_by_size(verdicts, label)),
        calibration_error=calibration_error(calibration([judged])),
    )
