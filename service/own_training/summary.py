"""What a training was and what came out of it: for `training.json` and for people."""

import json
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from service.own_training.order import Start, TrainingOrder

_PACKAGES = ("brightkitchen", "torch", "ultralytics", "numpy", "onnxruntime", "opencv-python")
_KEPT = ("ap50", "ap50_interval", "precision", "recall", "n", "threshold")


def summary(
    *,
    order: TrainingOrder,
    start: Start,
    places_data: dict[str, Any],
    training: dict[str, Any],
    measured: dict[str, Any],
    figures: Path,
) -> dict[str, Any]:
    """Everything that is needed to tell one training from another, JSON-ready. Durations are seconds."""
    classes = json.loads(figures.read_text(encoding="utf-8"))["classes"]
    return {
        "schema_version": "1",
        "name": order.name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": measured["sha256"],
        "started_from": start.said,
        "data": {
            "digest": places_data["digest"],
            "train": places_data["train"],
            "val": places_data["val"],
            "own_classes": places_data["own"],
        },
        "recipe": training["recipe"],
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
        "machine": {"system": platform.platform(), "cores": os.cpu_count(), "device": training["device"]},
        "seconds": {"take_in": places_data["seconds"], "train": training["seconds"], "measure": measured["seconds"]},
        "usable": measured["usable"],
        "unmeasured": measured["unmeasured"],
        "figures": {name: {key: row[key] for key in _KEPT} for name, row in classes.items() if row["n"]},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def summary_lines(facts: dict[str, Any], figures: Path, before: Path, out: Path) -> Iterator[str]:
    """A table of the labels that the pictures show, and where everything lies."""
    former = json.loads(before.read_text(encoding="utf-8"))["classes"] if before.is_file() else {}
    yield ""
    yield f"{'label':20} {'boxes':>5}  {'AP50 before':>11}  {'AP50 now':>18}  {'threshold':>9}  precision  recall"
    for name, row in facts["figures"].items():
        yield _row(name, row, former.get(name))
    yield ""
    few = [name for name, row in facts["figures"].items() if row["n"] < 50]
    if few:
        yield f"Fewer than 50 boxes, so these figures say little: {', '.join(few)}."
    if facts["unmeasured"]:
        yield f"Not measured since the training, may have become worse: {', '.join(facts['unmeasured'])}."
    unusable = sorted(set(facts["figures"]) - set(facts["usable"]))
    if unusable:
        yield f"Below an AP50 of 0.5, not used by the service: {', '.join(unusable)}."
    yield f"network   {out}"
    yield f"report    {out / 'report' / 'index.html'}"
    yield f"figures   {figures}"
    yield f"use it    BRIGHTKITCHEN_MODELS_FOLDER={out.parent} BRIGHTKITCHEN_DETECTOR__MODEL={out.name}"
    yield f"pictures  {out / 'work'} and {out / 'report'} hold pictures: delete them when they are no longer needed"


def _row(name: str, row: dict[str, Any], former: dict[str, Any] | None) -> str:
    interval = row["ap50_interval"]
    now = f"{row['ap50']:.2f}" + (f" ({interval[0]:.2f}-{interval[1]:.2f})" if interval else "")
    was = f"{former['ap50']:.2f}" if former and former["n"] else "-"
    precision = "-" if row["precision"] is None else f"{row['precision']:.2f}"
    return (
        f"{name:20} {row['n']:5}  {was:>11}  {now:>18}  {row['threshold']:9.2f}  {precision:>9}  {row['recall']:6.2f}"
    )
