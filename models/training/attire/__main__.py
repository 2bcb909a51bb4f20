"""`python -m models.training.attire --data FOLDER --start WEIGHTS --work FOLDER --out models/zoo/attire-n`.

Trains the attire network, cross-validates it, chooses its calibration and bands, and writes it as ONNX with a manifest
and a checkpoint. `python -m models.training.attire figures --manifest FILE --figures FILE` adds what
`python -m detector.evaluate_attire --json FILE` measured.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import torch

from models.errors import ModelError
from models.training.attire import draft, export, study
from models.training.attire.cast import read_cast
from models.training.attire.persons import Gallery
from models.training.attire.recipe import read_attire_recipe
from models.training.data import open_pictures, read_layout
from models.training.errors import TrainingError

RECIPE = Path(__file__).parents[2] / "recipes" / "attire-n.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 1 with a line that says what is wrong."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["figures"]:
            _figures(given[1:])
        else:
            _train(given)
    except (TrainingError, ModelError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _train(arguments: Sequence[str]) -> None:
    given = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    torch.set_num_threads(given.threads)
    recipe = read_attire_recipe(given.recipe, given.set)
    layout = read_layout(given.data)
    cache = given.cache or given.work / "cache"
    given.work.mkdir(parents=True, exist_ok=True)
    gallery = Gallery({split: open_pictures(layout, split, cache) for split in ("train", "val")})
    attributes = study.taught_attributes(recipe, has_cast=given.rendered is not None)
    cast = read_cast(given.rendered, given.work, recipe, attributes) if given.rendered else None
    outcome = study.run(given.data, gallery, recipe, start=given.start, work=given.work, cast=cast)
    given.out.mkdir(parents=True, exist_ok=True)
    file = f"{given.out.name}.onnx"
    export.write_onnx(outcome.network, recipe.framing, given.out / file)
    export.write_checkpoint(outcome.network, recipe, outcome.attributes, given.out / "checkpoint.pt")
    draft.write_draft(given.out, file, outcome, recipe, started_from=given.started_from, version=given.version)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training.attire", description=__doc__)
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    parser.add_argument("--data", type=Path, required=True, help="folder with attire.csv, ontology.json, train, val")
    parser.add_argument(
        "--start", type=Path, required=True, help="weights of a YOLO11n detector: its backbone is taken"
    )
    parser.add_argument(
        "--started-from", default="the backbone of kitchen-n 1 of this project", help="for the manifest"
    )
    parser.add_argument(
        "--rendered", type=Path, help="folder of `python -m models.synth pictures`: its persons are taught too"
    )
    parser.add_argument("--version", default="1", help="of the network, for the manifest")
    parser.add_argument("--work", type=Path, required=True, help="lessons and answers go here")
    parser.add_argument("--out", type=Path, required=True, help="folder whose name is the network's")
    parser.add_argument("--cache", type=Path, help="decoded pictures; default: the folder cache in --work")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="replace a recipe's field")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def _figures(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training.attire figures")
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--figures", type=Path, required=True, help="--json of detector.evaluate_attire")
    given = parser.parse_args(arguments)
    draft.fill_file(given.manifest, given.figures)


if __name__ == "__main__":
    sys.exit(main())
