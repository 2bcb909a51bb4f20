"""`python -m detector.quantise --model kitchen-n --data FOLDER`: an int8 twin of a detector in the zoo, measured.

Ranges are measured on a choice of training pictures that is balanced by label, prepared as the detector prepares
them. Where several methods are named, the one whose scores come closest to those of the original on further training
pictures is taken; validation pictures have no say in it. Both networks are then measured on the validation pictures
as `detector.evaluate` does, thresholds are chosen anew by its rule, and manifest and card are written.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from detector.calibration import choose_names, digests, prepared
from detector.errors import DetectorError
from detector.evaluate import evaluate
from detector.evaluation_report import Report
from detector.evaluation_samples import Samples, open_samples
from detector.fidelity import score_error
from detector.quantised_card import Quantisation, card, comparison
from detector.report_json import document
from detector.runtimes.onnxruntime import OnnxSession
from domain.geometry import FloatArray
from models.data.errors import DataError
from models.errors import ModelError, ModelFormatError
from models.manifest import Head, ModelManifest, RuntimeFormat, Training
from models.quantisation.static import Method, quantise
from models.registry import MANIFEST_NAME, ZOO_FOLDER, LoadedModel, ModelRegistry
from models.training import draft

CARD_NAME = "CARD.md"
MOST_LOSS = 0.015  # of mean AP50
MOST_BYTES = 6_000_000
METHODS = (Method.MINMAX, Method.PERCENTILE)  # entropy takes twice as long as both and was never the best
_TRIAL_EVERY = 4  # one of so many chosen pictures is kept back to compare methods on
_LEAST_PICTURES = 8
_WRITTEN_BY = "`python -m detector.quantise`; CARD.md tells the facts at length."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do. Of `pictures`, a quarter compares methods and the rest has its ranges measured.

    `name` is the new network's; `methods` are tried in their order.
    """

    data: Path
    model: str
    name: str
    zoo: Path = ZOO_FOLDER
    methods: Sequence[Method] = METHODS
    pictures: int = 160
    seed: int = 7

    def __post_init__(self) -> None:
        if self.pictures < _LEAST_PICTURES:
            raise ValueError(f"pictures must be at least {_LEAST_PICTURES}, got {self.pictures}")
        if self.name == self.model:
            raise ValueError(f"the new network needs a name of its own, got {self.name!r} for both")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Names of training pictures: to measure ranges on, and to compare methods on."""

    training: Samples
    calibration: Sequence[str]
    trial: Sequence[str]


def run(plan: Plan) -> Quantisation:
    """Write the folder `plan.name` in the zoo anew: network, manifest, card.

    Raises ModelError (also for whatever is wrong with the data) or DetectorError. Nothing is written before the
    network is there; if measuring fails then, a draft of the manifest without figures is left beside it.
    """
    registry = ModelRegistry(plan.zoo)
    source = registry.load(plan.model)
    _require_detector_in_onnx(source)
    labels = source.manifest.label_names
    judged, training = (open_samples(plan.data, labels, split=split) for split in ("", "train"))
    chosen = _choose(training, judged, plan)
    folder = plan.zoo / plan.name
    errors = _write_best(source, folder / f"{plan.name}.onnx", plan.methods, chosen)
    method = min(errors, key=lambda each: errors[each])
    facts = _facts(source.manifest, method, len(chosen.calibration), plan.seed)
    drafted = _draft(source, folder / f"{plan.name}.onnx", facts)
    draft.write(folder / MANIFEST_NAME, drafted, written_by=_WRITTEN_BY)
    before, after = (evaluate(registry.load(name), judged, chooses_thresholds=True) for name in (plan.model, plan.name))
    classes = document(after)["classes"]
    # A label that no validation picture shows was not found weak: it stays as reliable as in the source.
    filled = draft.fill_measured(drafted, classes, source.manifest, data=draft.MEASURED_ON, since="it was quantised")
    draft.write(folder / MANIFEST_NAME, filled, written_by=_WRITTEN_BY)
    made = Quantisation(
        manifest=filled,
        source=source.manifest,
        errors=errors,
        calibration_count=len(chosen.calibration),
        trial_count=len(chosen.trial),
        pictures=after.pictures,
        seed=plan.seed,
        bytes_before=source.path.stat().st_size,
        bytes_after=(folder / filled.file).stat().st_size,
        ap50_before=_ap50(before),
        ap50_after=_ap50(after),
    )
    (folder / CARD_NAME).write_text(card(made), encoding="utf-8")
    return made


def _require_detector_in_onnx(source: LoadedModel) -> None:
    if source.manifest.format is not RuntimeFormat.ONNX:
        raise ModelFormatError(source.path, expected="an ONNX network", found=f"format {source.manifest.format}")
    if source.manifest.head is not Head.NMS:
        raise ModelFormatError(source.path, expected="a raw head (nms)", found=f"head {source.manifest.head}")


def _choose(training: Samples, judged: Samples, plan: Plan) -> _Chosen:
    names = choose_names(training, plan.pictures, seed=plan.seed, barred=digests(judged))
    if len(names) < _LEAST_PICTURES:
        raise DataError(f"expected at least {_LEAST_PICTURES} training pictures, found {len(names)}")
    return _Chosen(
        training=training,
        calibration=[name for place, name in enumerate(names) if place % _TRIAL_EVERY],
        trial=names[::_TRIAL_EVERY],
    )


def _write_best(
    source: LoadedModel, target: Path, methods: Sequence[Method], chosen: _Chosen
) -> Mapping[Method, float]:
    """Write the network of the best method; the error in scores of each one that was tried, the best one's least."""
    network = source.manifest.input
    with tempfile.TemporaryDirectory() as folder:
        files = {method: Path(folder) / f"{method}.onnx" for method in methods}
        quantise(source.path, files, prepared(chosen.training, chosen.calibration, network))
        batches = list(prepared(chosen.training, chosen.trial, network))
        original = _outputs(OnnxSession(source.path), batches)
        errors = {method: score_error(_outputs(OnnxSession(file), batches), original) for method, file in files.items()}
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[min(errors, key=lambda each: errors[each])], target)
    return errors


def _draft(source: LoadedModel, file: Path, facts: Training) -> ModelManifest:
    """Labels, thresholds and input of the source, without figures."""
    manifest = source.manifest
    labels = tuple(label.model_copy(update={"quality": None, "choice": None}) for label in manifest.labels)
    changes = {
        "name": file.parent.name,
        "file": file.name,
        "sha256": draft.sha256_of(file),
        "labels": labels,
        "training": facts,
    }
    return manifest.model_copy(update=changes)


def _facts(source: ModelManifest, method: Method, count: int, seed: int) -> Training:
    return Training(
        architecture=source.training.architecture.replace("fp32", "int8 (QDQ) with decoding in fp32"),
        started_from=f"{source.name} {source.version}, SHA-256 {source.sha256}",
        epochs=0,
        longest_side_px=source.training.longest_side_px,
        remark=f"not trained but quantised: ranges ({method}) of {count} training pictures, balanced by label, "
        f"seed {seed}",
    )


def _outputs(session: OnnxSession, batches: Sequence[FloatArray]) -> list[FloatArray]:
    return [session.infer(batch) for batch in batches]


def _ap50(report: Report) -> dict[str, float]:
    """By label, those without a labelled box left out."""
    return {each.figures.label: each.figures.ap50 for each in report.classes if each.figures.count}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0; 1 where the network was written but lost more or is larger than allowed; 2 where none was."""
    given = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    try:
        plan = Plan(
            data=given.data,
            model=given.model,
            name=given.name or f"{given.model}-int8",
            zoo=given.zoo,
            methods=[Method(method) for method in given.methods],
            pictures=given.pictures,
            seed=given.seed,
        )
        made = run(plan)
    except (ModelError, DetectorError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in comparison(made))
    complaints = made.complaints(most_loss=given.most_loss, most_bytes=MOST_BYTES)
    sys.stderr.writelines(f"{line}\n" for line in complaints)
    return 1 if complaints else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m detector.quantise", description=__doc__)
    parser.add_argument("--model", default="kitchen-n", help="the network in single precision")
    parser.add_argument("--name", default="", help="of the new network; default: the other's with -int8 behind it")
    parser.add_argument("--zoo", type=Path, default=ZOO_FOLDER)
    parser.add_argument("--data", type=Path, required=True, help="with train and val: see python -m detector.evaluate")
    parser.add_argument("--methods", nargs="+", choices=[*Method], default=[*METHODS], help="to choose from")
    parser.add_argument("--pictures", type=int, default=160, help="of the training split to look at (160)")
    parser.add_argument("--seed", type=int, default=7, help="of the choice of pictures (7)")
    parser.add_argument("--most-loss", type=float, default=MOST_LOSS, help="of mean AP50 that is allowed (0.015)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
