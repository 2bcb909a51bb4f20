"""All figures of one network on one set of pictures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.blind_spots import BlindSpot, blind_spots
from detector.evaluation import Judged, LabelFigures
from detector.evaluation_looks import Fault
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
from detector.look_alikes import LookAlike, look_alikes
from detector.thresholds import Choice
from domain.detection import ModelReference


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """One label. `pictures` are those in which it counts (its source drew it).

    `choice` is what the rule of `detector.thresholds` makes of these pictures, whether or not the figures are at it.
    """

    figures: LabelFigures
    choice: Choice
    pictures: int
    by_size: tuple[BandRecall, ...]
    calibration_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything; `classes` in the network's order.

    `not_in_model` counts labelled boxes of classes that the network does not know. `verdicts` are what the pictures of
    a report are chosen from. `faults` are pictures that had to be passed over, `remarks` what is odd about the data.
    `thresholds_are_chosen_here`: not the manifest's thresholds but those that suit these very pictures.
    """

    model: ModelReference
    longest_side_px: int
    pictures: int
    classes: tuple[ClassReport, ...]
    confusions: tuple[Confusion, ...]
    false_alarms: tuple[FalseAlarms, ...]
    look_alikes: tuple[LookAlike, ...]
    blind_spots: tuple[BlindSpot, ...]
    calibration: tuple[CalibrationBin, ...]
    not_in_model: Mapping[str, int]
    verdicts: tuple[Verdict, ...]
    scenes: int
    thresholds_are_chosen_here: bool = False
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(each.figures.label for each in self.classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One label, measured and not yet summed up."""

    figures: LabelFigures
    judged: Judged
    choice: Choice


def build_report(
    *,
    model: ModelReference,
    longest_side_px: int,
    labels: Sequence[Measured],
    verdicts: Sequence[Verdict],
    data_labels: Sequence[str],
    scenes: int,
    thresholds_are_chosen_here: bool = False,
    faults: Sequence[Fault] = (),
    remarks: Sequence[str] = (),
) -> Report:
    """Add up the verdicts. `data_labels` are the classes that are labelled anywhere in the data."""
    names = [each.figures.label for each in labels]
    foreign = set(data_labels) - set(names)
    counts = Counter(box.truth.label for verdict in verdicts for box in verdict.boxes)
    return Report(
        model=model,
        longest_side_px=longest_side_px,
        pictures=len(verdicts),
        classes=tuple(_class_report(each, verdicts) for each in labels),
        confusions=tuple(confusions(verdicts)),
        false_alarms=tuple(false_alarms(verdicts, names)),
        look_alikes=tuple(look_alikes(verdicts, names)),
        blind_spots=tuple(blind_spots(verdicts, names)),
        calibration=tuple(calibration([each.judged for each in labels])),
        not_in_model={name: counts[name] for name in sorted(foreign)},
        verdicts=tuple(verdicts),
        scenes=scenes,
        thresholds_are_chosen_here=thresholds_are_chosen_here,
        faults=tuple(faults),
        remarks=tuple(remarks),
    )


def _class_report(measured: Measured, verdicts: Sequence[Verdict]) -> ClassReport:
    label = measured.figures.label
    return ClassReport(
        figures=measured.figures,
        choice=measured.choice,
        pictures=sum(label not in verdict.looked.left_out for verdict in verdicts),
        by_size=tuple(recall_by_size(verdicts, label)),
        calibration_error=calibration_error(calibration([measured.judged])),
    )
