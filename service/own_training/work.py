"""The stages of one training: take in, train, export, measure, sum up."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.evaluate import run as evaluate
from models.data.archives import count_pictures, is_archived, pack
from models.data.digest import data_digest
from models.data.intake import IntakeRules, take_in
from models.data.layout import SPLITS
from models.data.scenes import SceneRules
from models.data.splits import SplitRules
from models.data.untracked import require_untracked
from models.manifest import DataSource, ModelManifest
from models.registry import MANIFEST_NAME, ZOO_FOLDER, ModelRegistry, read_manifest
from service.own_training.order import Start, TrainingOrder
from service.own_training.stages import Facts, Stages
from service.own_training.summary import summary, summary_lines

SUMMARY_NAME = "training.json"
_CUDA_WORKERS = 12
_MEASURED_ON = "own pictures that were kept apart; thresholds chosen on them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where everything of one training lies."""

    out: Path

    @property
    def work(self) -> Path:
        return self.out / "work"

    @property
    def report(self) -> Path:
        return self.out / "report"

    @property
    def figures(self) -> Path:
        return self.report / "figures.json"

    @property
    def figures_before(self) -> Path:
        return self.report / "figures-before.json"

    @property
    def summary(self) -> Path:
        return self.out / SUMMARY_NAME


def train_own(order: TrainingOrder, start: Start, *, resumes: bool, say: Callable[[str], None]) -> Facts:
    """Do all stages that are not done; the summary that `training.json` holds.

    Raises DataError, ModelError, DetectorError, TrainingError or UsageError for whatever is wrong with what was given.
    """
    places = Places(out=require_untracked(order.out))
    stages = Stages(places.work, order.facts(), resumes=resumes, say=say)
    data = stages.run("take in", lambda: _take_in(order, start, places, say))
    training = stages.run("train", lambda: _train(order, start, places, data))
    stages.run("export", lambda: _export(start, places))
    measured = stages.run("measure", lambda: _measure(start, places, data))
    facts = summary(
        order=order, start=start, places_data=data, training=training, measured=measured, figures=places.figures
    )
    places.summary.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for line in summary_lines(facts, places.figures, places.figures_before, places.out):
        say(line)
    return facts


def _take_in(order: TrainingOrder, start: Start, places: Places, say: Callable[[str], None]) -> Facts:
    """Where the data lies for training (`packed`) and for measuring (`measured`), with counts and classes."""
    ready = _ready_archives(order)
    if ready:
        counts = count_pictures(ready)
        said = {"packed": str(ready.resolve()), "measured": str(ready.resolve()), "own": []}
        return said | {"train": counts["train"], "val": counts["val"], "digest": data_digest(ready)}
    rules = IntakeRules(
        meanings=order.meanings,
        ignored=order.ignored,
        only_own=order.only_own,
        scenes=SceneRules(pattern=order.scene_pattern),
        splits=SplitRules(val_share=order.val_share),
    )
    taken = take_in(order.data, places.work / "data", start.base, rules)
    for line in taken.remarks:
        say(f"  {line}")
    packed = places.work / "packed"
    shutil.rmtree(packed, ignore_errors=True)
    pack(taken.folder, packed)
    shown = sorted({label for record in taken.records for label in record.labels})
    say(f"  {taken.count('train')} pictures to learn from, {taken.count('val')} to measure on: {', '.join(shown)}")
    return {
        "packed": str(packed),
        "measured": str(taken.folder / "data.yaml"),
        "own": list(taken.plan.own),
        "train": taken.count("train"),
        "val": taken.count("val"),
        "digest": data_digest(taken.folder),
        "remarks": list(taken.remarks),
    }


def _ready_archives(order: TrainingOrder) -> Path | None:
    """The one folder that can be trained on as it is: archives on both sides, no change of classes asked for."""
    is_changed = order.meanings or order.ignored or order.only_own or order.scene_pattern
    if len(order.data) != 1 or is_changed or not is_archived(order.data[0]):
        return None
    folder = order.data[0]
    return folder if all(any((folder / split).glob("*.tar.gz")) for split in SPLITS) else None


def _train(order: TrainingOrder, start: Start, places: Places, data: Facts) -> Facts:
    from models.training.fitting import fitted
    from models.training.job import Job, train
    from models.training.recipe import read_recipe
    from models.training.trainer import Machine

    recipe = fitted(read_recipe(order.recipe), data["train"], start.manifest)
    is_accelerated = order.device == "cuda"
    job = Job(
        recipe=recipe,
        data=Path(data["packed"]),
        work=places.work / "run",
        cache=places.work / "cache",
        start=start.tensors,
        machine=Machine(
            device=order.device,
            workers=_CUDA_WORKERS if is_accelerated else 0,
            limit_seconds=order.limit_seconds,
            checkpoint_seconds=60.0,
        ),
        threads=order.threads,
    )
    train(job, resumes=True)
    shutil.copyfile(places.work / "run" / "log.jsonl", places.out / "log.jsonl")
    return {"recipe": recipe.model_dump(mode="json"), "device": order.device}


def _export(start: Start, places: Places) -> Facts:
    from models.training.checkpoint import LAST_NAME
    from models.training.draft import write
    from models.training.shipping import ship

    relative = start.manifest or ModelRegistry(ZOO_FOLDER).load("kitchen-n").manifest
    manifest = ship(places.work / "run" / LAST_NAME, places.out, relative=relative, started_from=start.said)
    sources = (*(relative.sources if start.tensors else ()), _own_source())
    write(places.out / MANIFEST_NAME, manifest.model_copy(update={"sources": sources}))
    return {"sha256": manifest.sha256}


def _own_source() -> DataSource:
    remark = "pictures of whoever trained the network; training.json has the digest of their names and labels"
    return DataSource(name="own_pictures", repository="not public", licence=None, remark=remark)


def _measure(start: Start, places: Places, data: Facts) -> Facts:
    """Figures of the new network at thresholds chosen now, and of the one before at its own."""
    from models.training.card import card
    from models.training.draft import fill_measured, write

    shutil.rmtree(places.report, ignore_errors=True)
    places.report.mkdir(parents=True)
    measured = Path(data["measured"])
    evaluate(
        measured,
        places.out.name,
        zoo=places.out.parent,
        json_file=places.figures,
        html_folder=places.report,
        chooses_thresholds=True,
    )
    manifest = fill_measured(
        read_manifest(places.out / MANIFEST_NAME), _classes(places.figures), start.manifest, data=_MEASURED_ON
    )
    write(places.out / MANIFEST_NAME, manifest)
    pictures = f"{data['train']} to learn from, {data['val']} to measure on"
    (places.out / "CARD.md").write_text(card(manifest, pictures=pictures, digest=data["digest"]), encoding="utf-8")
    if start.network:
        folder = start.network.path.parent
        evaluate(measured, folder.name, zoo=folder.parent, json_file=places.figures_before)
    return _manifest_facts(manifest)


def _manifest_facts(manifest: ModelManifest) -> Facts:
    return {
        "sha256": manifest.sha256,
        "usable": sorted(manifest.usable_labels),
        "unmeasured": [label.name for label in manifest.labels if label.quality is None],
    }


def _classes(figures: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(figures.read_text(encoding="utf-8"))["classes"]
    return found
