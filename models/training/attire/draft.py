"""The manifest of a new attire network, and the figures that are added to it once it was measured."""

import hashlib
import json
from pathlib import Path

import yaml

from models.attire import AttireManifest, AttireQuality, AttributeManifest
from models.data.attire import APRON, ATTRIBUTES
from models.manifest import DataSource, RuntimeFormat, Training
from models.registry import MANIFEST_NAME, ZOO_FOLDER, read_manifest, read_manifest_as
from models.training.attire.aprons import ApronFigures
from models.training.attire.calibration import Decision
from models.training.attire.persons import FACE_SOURCE, HEAD_SOURCE
from models.training.attire.recipe import AttireRecipe, RenderedRecipe
from models.training.attire.study import Outcome
from models.training.errors import TrainingError

_LICENCE = "AGPL-3.0"
_MEANINGS = {
    "headwear": "anything worn on the head: toques, caps, hair nets, scarves; not hair, not a hand",
    "kitchen_uniform": "a chef's or cook's jacket, or kitchen work clothes; not a doctor's coat, not street clothes",
    "apron": "an apron over other clothes, with or without a bib",
    "mask": "a mask over mouth and nose; below the nose or under the chin it is not judged",
}
# What a rule may rest on: most of what is called absent must be absent, as far as the figures can tell.
_LEAST_BALANCED_ACCURACY = 0.85
_JUDGED_SOURCE = "idenprof_headwear"
_RELATIVE = "kitchen-n"
_RENDERED = DataSource(
    name="synth",
    repository="this project, models/synth",
    licence="AGPL-3.0-or-later",
    remark="rendered; never measured on",
)


def write_draft(
    folder: Path, file: str, outcome: Outcome, recipe: AttireRecipe, *, started_from: str, version: str = "1"
) -> AttireManifest:
    """A manifest with the figures of the cross-validation."""
    attributes = tuple(
        _attribute(name, decision, quality)
        for name, decision, quality in zip(ATTRIBUTES, outcome.decisions, outcome.qualities, strict=False)
    )
    if outcome.aprons is not None:
        attributes += (_apron(outcome.decisions[-1], outcome.aprons),)
    manifest = AttireManifest(
        name=folder.name,
        version=version,
        file=file,
        sha256=hashlib.sha256((folder / file).read_bytes()).hexdigest(),
        format=RuntimeFormat.ONNX,
        licence=_LICENCE,
        training=_training(recipe, started_from, outcome.rendered),
        sources=_sources(recipe, outcome.rendered),
        framing=recipe.framing,
        minimum_height_px=recipe.decision.minimum_height_px,
        attributes=attributes,
    )
    _write(folder / MANIFEST_NAME, manifest)
    return manifest


def _attribute(name: str, decision: Decision, quality: AttireQuality) -> AttributeManifest:
    is_usable = quality.balanced_accuracy >= _LEAST_BALANCED_ACCURACY
    remark = f"balanced accuracy {quality.balanced_accuracy:.2f} is below {_LEAST_BALANCED_ACCURACY}"
    return AttributeManifest(
        name=name,
        meaning=_MEANINGS[name],
        calibration=decision.calibration,
        absent_below=decision.absent_below,
        present_above=decision.present_above,
        clear_above=decision.clear_above,
        usable=is_usable,
        remark="" if is_usable else remark,
        quality=(quality,),
    )


def _apron(decision: Decision, aprons: ApronFigures) -> AttributeManifest:
    return AttributeManifest(
        name=APRON,
        meaning=_MEANINGS[APRON],
        calibration=decision.calibration,
        absent_below=decision.absent_below,
        present_above=decision.present_above,
        clear_above=decision.clear_above,
        usable=False,
        remark=f"taught by rendered persons alone; {aprons}; nobody real was labelled as wearing none",
    )


def _training(recipe: AttireRecipe, started_from: str, rendered: int) -> Training:
    sources = recipe.sources
    return Training(
        architecture="backbone of YOLO11n (SiLU), attention over places per attribute; weights fp16, arithmetic fp32, "
        "opset 17, dynamic batch",
        started_from=started_from,
        epochs=recipe.schedule.epochs,
        longest_side_px=max(recipe.framing.width_px, recipe.framing.height_px),
        remark=f"recipe {recipe.name}: of the backbone {'four layers' if recipe.network.tunes_backbone else 'nothing'} "
        f"learnt too; {sources.variants} changed crops of each judged person, {sources.faces} faces and "
        f"{sources.heads} heads widened to persons{_said_of(recipe.rendered, rendered)}; moving average of the weights",
    )


def _said_of(recipe: RenderedRecipe, rendered: int) -> str:
    if not rendered:
        return ""
    return f", {rendered} rendered persons with {recipe.variants} changed crops each, {recipe.per_epoch} in an epoch"


def _sources(recipe: AttireRecipe, rendered: int) -> tuple[DataSource, ...]:
    """As the detector's manifest describes them, and our own pictures."""
    wanted = [_JUDGED_SOURCE]
    wanted += [FACE_SOURCE] if recipe.sources.faces else []
    wanted += [HEAD_SOURCE] if recipe.sources.heads else []
    known = read_manifest(ZOO_FOLDER / _RELATIVE / MANIFEST_NAME).sources
    real = tuple(source for source in known if source.name.startswith(tuple(wanted)))
    return (*real, _RENDERED) if rendered else real


def fill_file(path: Path, figures: Path) -> None:
    """Put measured figures in front of the others. Raises TrainingError if they are those of another network."""
    manifest, found = read_manifest_as(path, AttireManifest), json.loads(figures.read_text(encoding="utf-8"))
    if found["model"]["sha256"] != manifest.sha256:
        raise TrainingError(f"{figures}: expected figures of {manifest.sha256}, found {found['model']['sha256']}")
    attributes = tuple(_filled(attribute, found["attributes"]) for attribute in manifest.attributes)
    _write(path, manifest.model_copy(update={"attributes": attributes}))


def _filled(attribute: AttributeManifest, found: dict[str, dict[str, object]]) -> AttributeManifest:
    if attribute.name not in found:
        return attribute
    quality = AttireQuality.model_validate(found[attribute.name]["quality"])
    others = tuple(each for each in attribute.quality if each.data != quality.data)
    return attribute.model_copy(update={"quality": (quality, *others)})


def _write(path: Path, manifest: AttireManifest) -> None:
    text = yaml.safe_dump(manifest.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)
    note = (
        "# Written by `python -m models.training.attire` and its verb `figures`; CARD.md tells the facts at length.\n"
    )
    path.write_text(note + text, encoding="utf-8")
