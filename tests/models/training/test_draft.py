"""Figures of an evaluation in a manifest, as the detector writes them and as older ones had them."""

import json
from pathlib import Path
from typing import Any

import pytest

from detector.testing import make_manifest
from models.figures import choice, quality
from models.manifest import DataSource, LabelQuality, ModelManifest
from models.registry import read_manifest
from models.training.draft import fill_figures, fill_file, write
from models.training.errors import TrainingError

INTERVAL = [0.4, 0.6]


def row(**changed: Any) -> dict[str, Any]:
    return {
        "ap50": 0.75123,
        "precision": 0.90123,
        "recall": 0.5,
        "n": 40,
        "threshold": 0.49,
        "ap50_interval": INTERVAL,
        "ap50_95": 0.4,
        "precision_interval": INTERVAL,
        "recall_interval": INTERVAL,
        "reported": 22,
        "guessed": 4,
        "pictures": 300,
        "recall_by_size": [{"px": "0-16", "n": 0, "recall": None, "interval": None}],
        "choice": {
            "threshold": 0.49,
            "ground": "lowered",
            "risk_class": "I",
            "target_precision": 0.9,
            "least_recall": 0.3,
            "asked_precision": 0.85,
            "cross_fit": {
                "precision": 0.81,
                "precision_interval": INTERVAL,
                "recall": 0.48,
                "recall_interval": INTERVAL,
                "reported": 21.5,
                "thresholds": [0.3, 0.7],
            },
        },
        **changed,
    }


def measured(**changed: Any) -> dict[str, dict[str, Any]]:
    return {"rodent": row(**changed), "person": row(ap50=0.3)}


def test_intervals_sizes_and_the_choice_come_into_the_manifest_and_back(tmp_path: Path) -> None:
    manifest = make_manifest()
    filled = fill_figures(manifest, measured())
    write(tmp_path / "manifest.yaml", filled)

    assert read_manifest(tmp_path / "manifest.yaml") == filled
    rodent, person = filled.labels
    assert rodent.quality is not None
    assert (rodent.quality.ap50, rodent.quality.recall_interval, rodent.quality.pictures) == (0.751, (0.4, 0.6), 300)
    assert rodent.quality.pseudo_labels
    assert rodent.choice is not None
    assert rodent.choice.cross_fit is not None
    assert rodent.choice.cross_fit.thresholds == (0.3, 0.7)
    assert rodent.remark == "no threshold gives precision 0.90 with recall 0.30: 0.85 was taken"
    assert (person.usable, person.remark) == (False, "AP50 0.30 on 40 labelled boxes is below 0.5")


def test_a_threshold_that_the_rule_did_not_choose_has_no_choice_behind_it() -> None:
    assert choice(row(threshold=0.25)) is None
    assert choice({"threshold": 0.25}) is None


def test_figures_of_an_older_report_are_taken_without_what_it_lacks() -> None:
    old = {"ap50": 0.7, "precision": None, "recall": 0.1, "n": 3, "threshold": 0.5}

    found = quality(old, longest_side_px=416, data="drawn")

    assert (found.precision, found.recall_interval, found.reported, found.guessed) == (None, None, None, 0)


def test_a_manifest_from_before_intervals_still_loads() -> None:
    found = LabelQuality.model_validate(
        {"ap50": 0.7, "precision": 0.9, "recall": 0.5, "count": 10, "longest_side_px": 416, "data": "drawn"}
    )

    assert (found.ap50_interval, found.recall_by_size, found.pseudo_labels) == (None, (), False)


def test_a_label_without_a_labelled_box_has_no_figures() -> None:
    nothing = {"person": row(n=0, ap50=None, recall=None, precision=None)}

    person = fill_figures(make_manifest(), measured() | nothing).labels[1]

    assert (person.usable, person.quality) == (False, None)
    assert person.remark == "never measured: no picture shows it"


def test_sources_whose_boxes_are_guesses_are_marked() -> None:
    sources = tuple(DataSource(name=name, repository="x", licence=None) for name in ("cat_dog_pseudo", "own"))
    manifest = make_manifest().model_copy(update={"sources": sources})

    filled = fill_figures(manifest, measured())

    assert [each.pseudo_labels for each in filled.sources] == [("cat", "dog", "person"), ()]


def test_figures_of_another_network_are_refused(tmp_path: Path) -> None:
    manifest: ModelManifest = make_manifest()
    write(tmp_path / "manifest.yaml", manifest)
    (tmp_path / "figures.json").write_text(json.dumps({"model": {"sha256": "1" * 64}, "classes": measured()}))

    with pytest.raises(TrainingError, match="expected figures of 0000"):
        fill_file(tmp_path / "manifest.yaml", tmp_path / "figures.json")
