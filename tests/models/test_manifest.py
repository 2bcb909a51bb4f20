from typing import Any

import pytest
from pydantic import ValidationError

from detector.testing import make_manifest
from models.manifest import LabelManifest, ModelManifest, NetworkInput


def document(**changes: Any) -> dict[str, Any]:
    return make_manifest().model_dump(mode="json") | changes


def test_a_manifest_survives_being_written_and_read() -> None:
    manifest = make_manifest()

    assert ModelManifest.model_validate(manifest.model_dump(mode="json")) == manifest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "abc"),
        ("file", "../elsewhere.onnx"),
        ("name", "Base Line"),
        ("head", "three"),
        ("labels", []),
        ("confidence", 0.5),
    ],
    ids=[
        "short checksum",
        "file outside the folder",
        "name with a space",
        "unknown head",
        "no labels",
        "unknown field",
    ],
)
def test_a_wrong_field_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        ModelManifest.model_validate(document(**{field: value}))


def test_a_label_may_not_come_twice() -> None:
    label = {"name": "rodent", "threshold": 0.5}

    with pytest.raises(ValidationError, match="found twice: rodent"):
        ModelManifest.model_validate(document(labels=[label, label]))


@pytest.mark.parametrize("threshold", [0.0, 1.1, float("nan")])
def test_a_threshold_is_above_zero_and_at_most_one(threshold: float) -> None:
    with pytest.raises(ValidationError):
        LabelManifest(name="rodent", threshold=threshold)


def test_a_label_that_is_not_usable_says_why() -> None:
    with pytest.raises(ValidationError, match="remark"):
        LabelManifest(name="fire", threshold=0.2, usable=False)


def test_a_fixed_size_must_fit_the_stride() -> None:
    with pytest.raises(ValidationError, match="multiples of the stride 32"):
        NetworkInput.model_validate(
            {"stride": 32, "longest_side_px": 416, "fixed_size": {"width_px": 416, "height_px": 250}}
        )


def test_usable_labels_leave_out_the_weak_ones() -> None:
    labels = [
        {"name": "rodent", "threshold": 0.5},
        {"name": "fire", "threshold": 0.2, "usable": False, "remark": "AP50 0.33"},
    ]

    manifest = ModelManifest.model_validate(document(labels=labels))

    assert manifest.usable_labels == {"rodent"}
    assert manifest.thresholds == {"rodent": 0.5, "fire": 0.2}
