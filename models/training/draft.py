"""Manifests of new networks: a draft at export, figures and thresholds once they are measured."""

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from models.manifest import Head, LabelManifest, LabelQuality, ModelManifest, NetworkInput, RuntimeFormat, Training
from models.registry import MANIFEST_NAME, read_manifest
from models.training.errors import TrainingError

_LEAST_USABLE = 0.5  # AP50 below which a label is not believed
_UNMEASURED_THRESHOLD = 0.25
_LICENCE = "AGPL-3.0"
_WRITTEN_BY = "`python -m models.training export` and `figures`; CARD.md tells the facts at length."
_MEASURED_ON = "validation pictures of the sources below; labels that a source left out are ignored"


def write_draft(
    folder: Path, file: str, relative: ModelManifest, labels: tuple[str, ...], training: Training, *, side_px: int
) -> ModelManifest:
    """A manifest without figures. Groups of labels and sources of pictures are those of a `relative`."""
    groups = {label.name: label.group for label in relative.labels}
    manifest = ModelManifest(
        name=folder.name,
        version="1",
        file=file,
        sha256=sha256_of(folder / file),
        format=RuntimeFormat.ONNX,
        head=Head.NMS,
        input=NetworkInput(stride=32, longest_side_px=side_px),
        labels=tuple(
            LabelManifest(name=name, threshold=_UNMEASURED_THRESHOLD, group=groups.get(name)) for name in labels
        ),
        licence=_LICENCE,
        training=training,
        sources=relative.sources,
    )
    write(folder / MANIFEST_NAME, manifest)
    return manifest


def fill_figures(manifest: ModelManifest, classes: dict[str, dict[str, Any]]) -> ModelManifest:
    """The manifest with the figures by label that `detector.evaluate --choose-thresholds --json` wrote.

    Raises KeyError if a label was not measured.
    """
    labels = tuple(_with_figures(label, classes[label.name], manifest) for label in manifest.labels)
    return manifest.model_copy(update={"labels": labels})


def _with_figures(label: LabelManifest, row: dict[str, Any], manifest: ModelManifest) -> LabelManifest:
    is_usable = row["ap50"] >= _LEAST_USABLE
    remark = "" if is_usable else f"AP50 {row['ap50']:.2f} on {row['n']} labelled boxes is below {_LEAST_USABLE}"
    quality = LabelQuality(
        ap50=round(row["ap50"], 3),
        precision=None if row["precision"] is None else round(row["precision"], 3),
        recall=round(row["recall"], 3),
        count=row["n"],
        longest_side_px=manifest.input.longest_side_px,
        data=_MEASURED_ON,
    )
    return LabelManifest(
        name=label.name,
        threshold=row["threshold"],
        group=label.group,
        usable=is_usable,
        remark=remark,
        quality=quality,
    )


def fill_file(manifest: Path, figures: Path) -> None:
    """Fill a manifest's file in place. Raises TrainingError if the figures are those of another network."""
    measured, found = read_manifest(manifest), json.loads(figures.read_text(encoding="utf-8"))
    if found["model"]["sha256"] != measured.sha256:
        raise TrainingError(f"{figures}: expected figures of {measured.sha256}, found {found['model']['sha256']}")
    write(manifest, fill_figures(measured, found["classes"]))


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(path: Path, manifest: ModelManifest, *, written_by: str = _WRITTEN_BY) -> None:
    """`written_by` names the command in the comment at the head of the file."""
    document = manifest.model_dump(mode="json", exclude_defaults=False)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(f"# Written by {written_by}\n{text}", encoding="utf-8")
