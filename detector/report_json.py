"""A report as JSON: `{"classes": {name: {"ap50", "precision", "recall", "n", "threshold", …}}, "model": {…}, …}`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detector.evaluation import Interval
from detector.evaluation_report import ClassReport, Report
from detector.evaluation_verdicts import BandRecall, CalibrationBin, FalseAlarms

_DIGITS = 6


def document(report: Report) -> dict[str, Any]:
    """Shares are in [0, 1]; `precision` is null where nothing reached the threshold; `n` counts labelled boxes."""
    return {
        "model": {
            "name": report.model.name,
            "version": report.model.version,
            "sha256": report.model.sha256,
            "longest_side_px": report.longest_side_px,
        },
        "pictures": report.pictures,
        "classes": {each.figures.label: _class(each) for each in report.classes},
        "not_in_model": dict(report.not_in_model),
        "confusions": [
            {"class": c.label, "taken_for": c.taken_for, "boxes": c.count, "of": c.of, "missed": c.missed}
            for c in report.confusions
        ],
        "false_alarms": [_alarms(each) for each in report.false_alarms],
        "calibration": _bins(report.calibration),
    }


def write_json(report: Report, path: Path) -> None:
    path.write_text(json.dumps(document(report), indent=1) + "\n", encoding="utf-8")


def _class(each: ClassReport) -> dict[str, Any]:
    figures = each.figures
    return {
        "ap50": _share(figures.ap50),
        "precision": _share(figures.precision),
        "recall": _share(figures.recall),
        "n": figures.count,
        "threshold": figures.threshold,
        "ap50_interval": _interval(figures.ap50_interval),
        "ap50_95": _share(figures.ap50_95),
        "precision_interval": _interval(figures.precision_interval),
        "recall_interval": _interval(figures.recall_interval),
        "reported": figures.reported,
        "pictures": each.pictures,
        "calibration_error": _share(each.calibration_error),
        "recall_by_size": [_band(band) for band in each.by_size],
    }


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
