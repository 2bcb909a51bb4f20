"""The figures of one label as `detector.report_json` writes them, as parts of a manifest."""

from collections.abc import Mapping
from typing import Any

from models.manifest import CrossFitQuality, LabelQuality, SizeRecall, ThresholdChoice

_DIGITS = 3
Row = Mapping[str, Any]


def quality(row: Row, *, longest_side_px: int, data: str) -> LabelQuality:
    """`row` is one class of the JSON. Figures that an older report lacks are left out. Raises KeyError for the rest.

    Of a class without a labelled box AP50 and recall are 0, as manifests have no null there: look at `count` first.
    """
    return LabelQuality(
        ap50=_rounded(row["ap50"]) or 0.0,
        precision=_rounded(row["precision"]),
        recall=_rounded(row["recall"]) or 0.0,
        count=row["n"],
        longest_side_px=longest_side_px,
        data=data,
        ap50_interval=_ends(row.get("ap50_interval")),
        ap50_95=_rounded(row.get("ap50_95")),
        precision_interval=_ends(row.get("precision_interval")),
        recall_interval=_ends(row.get("recall_interval")),
        reported=row.get("reported"),
        pictures=row.get("pictures"),
        guessed=row.get("guessed", 0),
        recall_by_size=tuple(_band(band) for band in row.get("recall_by_size", ())),
    )


def choice(row: Row) -> ThresholdChoice | None:
    """Why the threshold is what it is; None where the rule chose another, or the report does not tell."""
    said = row.get("choice")
    if not said or said["threshold"] != row["threshold"]:
        return None
    fit = said["cross_fit"]
    return ThresholdChoice(
        ground=said["ground"],
        risk_class=said["risk_class"],
        target_precision=said["target_precision"],
        least_recall=said["least_recall"],
        asked_precision=said["asked_precision"],
        cross_fit=_cross_fit(fit) if fit else None,
    )


def _cross_fit(fit: Row) -> CrossFitQuality:
    low, high = fit["thresholds"]
    return CrossFitQuality(
        precision=_rounded(fit["precision"]),
        precision_interval=_ends(fit["precision_interval"]),
        recall=round(fit["recall"], _DIGITS),
        recall_interval=_ends(fit["recall_interval"]),
        thresholds=(low, high),
    )


def _band(band: Row) -> SizeRecall:
    return SizeRecall(
        px=band["px"], count=band["n"], recall=_rounded(band["recall"]), interval=_ends(band.get("interval"))
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DIGITS)


def _ends(said: list[float] | None) -> tuple[float, float] | None:
    return None if said is None else (round(said[0], _DIGITS), round(said[1], _DIGITS))
