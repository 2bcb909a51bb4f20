"""Manifests of new networks: a draft at export, figures and thresholds once they are measured."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from models.data.sources import load_sources
from models.figures import choice, quality
from models.manifest import (
    DataSource,
    Head,
    LabelManifest,
    ModelManifest,
    NetworkInput,
    RuntimeFormat,
    ThresholdChoice,
    Training,
)
from models.registry import MANIFEST_NAME, read_manifest
from models.training.errors import TrainingError

_LEAST_USABLE = 0.5  # AP50 below which a label is not believed
_UNMEASURED_THRESHOLD = 0.25
_LICENCE = "AGPL-3.0"
_WRITTEN_BY = "`python -m models.training export` and `figures`; CARD.md tells the facts at length."
MEASURED_ON = "validation pictures of the sources below; labels that a source left out are ignored"


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

    As `fill_measured` on the shipped pictures, with no network before.
    """
    return fill_measured(manifest, classes, None, data=MEASURED_ON)


def fill_measured(
    manifest: ModelManifest,
    classes: dict[str, dict[str, Any]],
    before: ModelManifest | None,
    *,
    data: str,
    since: str = "the last training",
) -> ModelManifest:
    """The figures of the labels that have boxes in the `data`; the others stay as in the network `before`, unmeasured.

    A label of which nothing is known, neither from the data nor from before, is not usable. `since` says in the
    remark of the others what made the network another one. Sources whose boxes are known to be guesses are marked.
    Raises KeyError if a label is not among the `classes`.
    """
    former = {label.name: label for label in before.labels} if before else {}
    labels = tuple(
        _with_figures(label, classes[label.name], manifest, data)
        if classes[label.name]["n"]
        else _unmeasured(label, former.get(label.name), since)
        for label in manifest.labels
    )
    return manifest.model_copy(update={"labels": labels, "sources": _marked(manifest.sources)})


def _marked(sources: Iterable[DataSource]) -> tuple[DataSource, ...]:
    known = load_sources()
    return tuple(
        source.model_copy(update={"pseudo_labels": found.guessed}) if (found := known.find(source.name)) else source
        for source in sources
    )


def _unmeasured(label: LabelManifest, before: LabelManifest | None, since: str) -> LabelManifest:
    label = label.model_copy(update={"quality": None, "choice": None})
    if before is None:
        return label.model_copy(update={"usable": False, "remark": "never measured: no picture shows it"})
    remark = f"not measured since {since}: no picture shows it"
    return label.model_copy(
        update={
            "threshold": before.threshold,
            "usable": before.usable,
            "remark": f"{before.remark}; {remark}" if before.remark and remark not in before.remark else remark,
        }
    )


def _with_figures(label: LabelManifest, row: dict[str, Any], manifest: ModelManifest, data: str) -> LabelManifest:
    is_usable = row["ap50"] >= _LEAST_USABLE
    reason = choice(row)
    return LabelManifest(
        name=label.name,
        threshold=row["threshold"],
        group=label.group,
        usable=is_usable,
        remark=_missed(reason) if is_usable else _too_weak(row),
        quality=quality(row, longest_side_px=manifest.input.longest_side_px, data=data),
        choice=reason,
    )


def _too_weak(row: dict[str, Any]) -> str:
    return f"AP50 {row['ap50']:.2f} on {row['n']} labelled boxes is below {_LEAST_USABLE}"


def _missed(reason: ThresholdChoice | None) -> str:
    """What to know of a label that is used though its threshold misses the target of its class of risk."""
    if reason is None or reason.ground == "target":
        return ""
    what = "the best F1 was taken" if reason.asked_precision is None else f"{reason.asked_precision:.2f} was taken"
    return f"no threshold gives precision {reason.target_precision:.2f} with recall {reason.least_recall:.2f}: {what}"


def fill_file(manifest: Path, figures: Path) -> None:
    """Fill a manifest's file in place. Raises TrainingError if the figures are those of another network."""
    measured, found = read_manifest(manifest), json.loads(figures.read_text(encoding="utf-8"))
    if found["model"]["sha256"] != measured.sha256:
        raise TrainingError(f"{figures}: expected figures of {measured.sha256}, found {found['model']['sha256']}")
    write(manifest, fill_figures(measured, found["classes"]))


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(path: Path, manifest: ModelManifest, *, written_by: str = _WRITTEN_BY) -> None:
    """Fields that say nothing (an empty remark, no group) are left out; a missing licence stays visible as null.

    `written_by` names the command in the comment at the head of the file.
    """
    document = {"kind": manifest.kind.value} | manifest.model_dump(mode="json", exclude_defaults=True)
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)
    path.write_text(f"# Written by {written_by}\n{text}", encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Intervals and size bands take one line each."""


def _list(dumper: _Dumper, said: list[Any]) -> yaml.Node:
    is_short = all(not isinstance(each, dict | list) for each in said)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", said, flow_style=is_short)


def _mapping(dumper: _Dumper, said: dict[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", said, flow_style="px" in said)


_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
