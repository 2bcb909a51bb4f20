"""A report as JSON: `{"classes": {name: {"ap50", "precision", "recall", "n", "threshold", …}}, "model": {…}, …}`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detector.evaluation import Interval
from detector.evaluation_report import ClassReport, Report
from detector.evaluation_verdicts import BandRecall, CalibrationBin, FalseAlarms
from detector.look_alikes import CATS_AND_DOGS, LookAlike
from detector.thresholds import Choice, CrossFit

_DIGITS = 6


def document(report: Report) -> dict[str, Any]:
    """Shares are in [0, 1]; `n` counts labelled boxes.

    `precision` is null where nothing reached the threshold, `recall` and the average precisions where `n` is 0.
    """
    return {
        "model": {
            "name": report.model.name,
            "version": report.model.version,
            "sha256": report.model.sha256,
            "longest_side_px": report.longest_side_px,
        },
        "pictures": report.pictures,
        "scenes": report.scenes,
        "thresholds_chosen_here": report.thresholds_are_chosen_here,
        "classes": {each.figures.label: _class(each) for each in report.classes},
        "not_in_model": dict(report.not_in_model),
        "confusions": [
            {"class": c.label, "taken_for": c.taken_for, "boxes": c.count, "of": c.of, "missed": c.missed}
            for c in report.confusions
        ],
        "false_alarms": [_alarms(each) for each in report.false_alarms],
        "look_alikes": [_look_alike(each) for each in report.look_alikes],
        "blind_spots": [
            {"class": each.label, "source": each.source, "telling": each.telling, "pictures": each.pictures}
            for each in report.blind_spots
        ],
        "rodent_on_cats_and_dogs": _on_pets(report),
        "calibration": _bins(report.calibration),
        "passed_over": [each.reason for each in report.faults],
        "remarks": list(report.remarks),
    }


def write_json(report: Report, path: Path) -> None:
    path.write_text(json.dumps(document(report), indent=1) + "\n", encoding="utf-8")


def _class(each: ClassReport) -> dict[str, Any]:
    figures = each.figures
    is_there = figures.count > 0  # without a labelled box nothing could be found, which is not the same as found none
    return {
        "ap50": _share(figures.ap50 if is_there else None),
        "precision": _share(figures.precision),
        "recall": _share(figures.recall if is_there else None),
        "n": figures.count,
        "threshold": figures.threshold,
        "ap50_interval": _interval(figures.ap50_interval),
        "ap50_95": _share(figures.ap50_95 if is_there else None),
        "precision_interval": _interval(figures.precision_interval),
        "recall_interval": _interval(figures.recall_interval),
        "reported": figures.reported,
        "guessed": figures.guesses,
        "pictures": each.pictures,
        "calibration_error": _share(each.calibration_error),
        "recall_by_size": [_band(band) for band in each.by_size],
        "choice": _choice(each.choice),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "threshold": choice.threshold,
        "ground": choice.ground.value,
        "risk_class": choice.risk_class,
        "target_precision": choice.target_precision,
        "least_recall": choice.least_recall,
        "asked_precision": choice.asked_precision,
        "cross_fit": _cross_fit(choice.cross_fit) if choice.cross_fit else None,
    }


def _cross_fit(found: CrossFit) -> dict[str, Any]:
    return {
        "precision": _share(found.precision),
        "precision_interval": _interval(found.precision_interval),
        "recall": _share(found.recall),
        "recall_interval": _interval(found.recall_interval),
        "reported": _share(found.reported),
        "thresholds": [found.lowest, found.highest],
    }


def _look_alike(each: LookAlike) -> dict[str, Any]:
    """`share` and `interval` are of pictures; all are null where there was no picture."""
    return {
        "class": each.pair.label,
        "shown": each.pair.shown,
        "measured": each.is_measured,
        "pictures": each.raising,
        "of": each.pictures,
        "share": _share(each.raising / each.pictures) if each.pictures else None,
        "interval": _interval(each.pictures_interval),
        "boxes": each.taken,
        "boxes_of": each.boxes,
        "boxes_interval": _interval(each.boxes_interval),
    }


def _on_pets(report: Report) -> dict[str, Any] | None:
    """The figure that the project promises an upper bound for; null for a network that knows no rodents."""
    found = next((each for each in report.look_alikes if each.pair is CATS_AND_DOGS), None)
    return _look_alike(found) if found else None


def _band(band: BandRecall) -> dict[str, Any]:
    recall = band.found / band.count if band.count else None
    return {
        "px": band.band,
        "n": band.count,
        "recall": _share(recall),
        "interval": _interval(band.interval),
    }


def _alarms(each: FalseAlarms) -> dict[str, Any]:
    return {
        "where": each.where,
        "class": each.label,
        "pictures": each.raising,
        "of": each.of,
        "interval": _interval(each.interval),
    }


def _bins(bins: Iterable[CalibrationBin]) -> list[dict[str, Any]]:
    return [
        {
            "low": each.low,
            "high": each.high,
            "n": each.count,
            "right": each.right,
            "mean_confidence": _share(each.mean_confidence),
        }
        for each in bins
    ]


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, _DIGITS), round(interval.high, _DIGITS)]
