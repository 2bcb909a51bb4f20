"""`python -m models.training --recipe FILE --data FOLDER --work FOLDER`: train a detector, or go on with one.

`python -m models.training export --checkpoint FILE --out models/zoo/NAME` writes it as ONNX with a draft of its
manifest, `python -m models.training figures --manifest FILE --figures FILE` fills in what detector.evaluate measured.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from models.registry import ZOO_FOLDER, ModelRegistry
from models.training import draft
from models.training.errors import TrainingError
from models.training.job import Job, train
from models.training.recipe import read_recipe
from models.training.shipping import ship
from models.training.trainer import Machine


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
    job = Job(
        recipe=read_recipe(given.recipe, given.set),
        data=given.data,
        work=given.work,
        cache=given.cache or given.work / "cache",
        start=given.start,
        machine=_machine(given),
        threads=given.threads,
    )
    train(job, resumes=given.resume)


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
    parser.add_argument("--like", default="kitchen-n", help="network of the zoo whose label groups and sources it has")
    parser.add_argument("--started-from", required=True, help="for the manifest: the weights before this training")
    parser.add_argument("--blend-with", type=Path, help="plain tensors towards which the weights are moved")
    parser.add_argument("--blend-share", type=float, default=0.5, help="how far: 0 not at all, 1 all the way")
    given = parser.parse_args(arguments)
    ship(
        given.checkpoint,
        given.out,
        relative=ModelRegistry(ZOO_FOLDER).load(given.like).manifest,
        started_from=given.started_from,
        blend_with=given.blend_with,
        blend_share=given.blend_share,
    )


def _figures(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training figures")
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--figures", type=Path, required=True, help="--json of detector.evaluate --choose-thresholds")
    given = parser.parse_args(arguments)
    draft.fill_file(given.manifest, given.figures)


if __name__ == "__main__":
    sys.exit(main())
