"""`python -m models.training --recipe FILE --data FOLDER --work FOLDER`: train a detector, or go on with one.

`python -m models.training export --checkpoint FILE --out models/zoo/NAME` writes it as ONNX with a draft of its
manifest, `python -m models.training figures --manifest FILE --figures FILE` fills in what detector.evaluate measured.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import torch

from models.manifest import Training
from models.registry import ZOO_FOLDER, ModelRegistry
from models.training import draft, export, network
from models.training.checkpoint import LAST_NAME
from models.training.composer import Composer
from models.training.data import Layout, open_pictures, read_layout
from models.training.errors import TrainingError
from models.training.paste import read_cut_outs
from models.training.recipe import Recipe, read_recipe
from models.training.scene import Teaching
from models.training.trainer import Machine, Trainer


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    verbs = {"export": _export, "figures": _figures}
    verb = verbs.get(given[0]) if given else None
    try:
        if verb is not None:
            verb(given[1:])
        else:
            _train(given)
    except TrainingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _train(arguments: Sequence[str]) -> None:
    given = _training_parser().parse_args(arguments)
    cv2.setNumThreads(1)
    torch.set_num_threads(given.threads)
    recipe = read_recipe(given.recipe, given.set)
    torch.manual_seed(recipe.seed)
    layout = read_layout(given.data)
    cache = given.cache or given.work / "cache"
    composers = [_composer(layout, split, recipe, cache) for split in ("train", "val")]
    built = network.build(recipe.network, layout.labels)
    if given.start:
        network.load_start_weights(built, given.start, layout.labels)
    trainer = Trainer(
        recipe, built, composer=composers[0], validation=composers[1], work=given.work, machine=_machine(given)
    )
    if given.resume and (given.work / LAST_NAME).is_file():
        trainer.resume()
    trainer.run()
    trainer.validate()


def _composer(layout: Layout, split: str, recipe: Recipe, cache: Path) -> Composer:
    return Composer(
        pictures=open_pictures(layout, split, cache),
        teaching=Teaching(labels=layout.labels, unlabelled=layout.unlabelled, recipe=recipe.labels),
        recipe=recipe,
        cut_outs=read_cut_outs(layout.folder / "cutouts.tar.gz", layout.labels),
    )


def _machine(given: argparse.Namespace) -> Machine:
    limit, stop = given.time_limit_minutes, given.stop_after_minutes
    workers = given.workers if given.workers is not None else (12 if given.device == "cuda" else 0)
    return Machine(
        device=given.device,
        workers=workers,
        limit_seconds=limit * 60 if limit else None,
        stop_seconds=stop * 60 if stop else None,
        checkpoint_seconds=given.checkpoint_minutes * 60,
    )


def _training_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with ontology.json, partial.json, train, val")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints, weights.pt and log.jsonl go here")
    parser.add_argument("--cache", type=Path, help="decoded pictures; default: the folder cache in --work")
    parser.add_argument("--start", type=Path, help="plain tensors to start from; default: random weights")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="replace a recipe's field")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --work if there is one")
    parser.add_argument("--time-limit-minutes", type=float, help="of the whole training; the schedule fits into it")
    parser.add_argument("--stop-after-minutes", type=float, help="of this run only; resume later")
    parser.add_argument("--checkpoint-minutes", type=float, default=5.0)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, help="processes that prepare pictures; default: 0 on cpu, 12 on cuda")
    return parser


def _export(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training export")
    parser.add_argument("--checkpoint", type=Path, required=True, help="last.pt of a training")
    parser.add_argument("--out", type=Path, required=True, help="folder whose name is the network's")
    parser.add_argument("--like", default="baseline", help="network of the zoo whose label groups and sources it has")
    parser.add_argument("--started-from", required=True, help="for the manifest: the weights before this training")
    parser.add_argument("--blend-with", type=Path, help="plain tensors towards which the weights are moved")
    parser.add_argument("--blend-share", type=float, default=0.5, help="how far: 0 not at all, 1 all the way")
    given = parser.parse_args(arguments)
    trained, recipe, labels, content = export.averaged_network(given.checkpoint)
    remark = ""
    if given.blend_with:
        network.blend(trained, given.blend_with, labels, given.blend_share)
        remark = f"; then moved by a share of {given.blend_share:g} towards {given.blend_with.name}"
    given.out.mkdir(parents=True, exist_ok=True)
    file = f"{given.out.name}.onnx"
    export.write_onnx(trained, given.out / file)
    torch.save(network.compact_state(trained, labels), given.out / "checkpoint.pt")
    relative = ModelRegistry(ZOO_FOLDER).load(given.like).manifest
    training = _training_facts(recipe, content["position"], given.started_from, remark)
    draft.write_draft(given.out, file, relative, labels, training, side_px=recipe.validation.side_px)


def _training_facts(recipe: Recipe, position: Sequence[float], started_from: str, more: str) -> Training:
    epoch, _, steps, seconds = position
    sizes = ", ".join(str(size) for size in recipe.schedule.sizes_px)
    activation = {"silu": "SiLU", "relu": "ReLU"}[recipe.network.activation]
    return Training(
        architecture=f"{recipe.network.architecture.upper()}, {activation}, fp32, opset {export.OPSET}, "
        "dynamic batch, height and width",
        started_from=started_from,
        epochs=int(epoch),
        longest_side_px=max(recipe.schedule.sizes_px),
        remark=f"recipe {recipe.name}: {int(steps)} steps of {recipe.schedule.batch_size} pictures at {sizes} px "
        f"in {seconds / 60:.0f} minutes; moving average of the weights{more}",
    )


def _figures(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training figures")
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--figures", type=Path, required=True, help="--json of detector.evaluate --choose-thresholds")
    given = parser.parse_args(arguments)
    draft.fill_file(given.manifest, given.figures)


if __name__ == "__main__":
    sys.exit(main())
