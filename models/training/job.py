"""One training from its data to its last checkpoint, the same for every command that trains."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import torch

from models.training import network
from models.training.checkpoint import LAST_NAME
from models.training.composer import Composer
from models.training.data import Layout, open_pictures, read_layout
from models.training.errors import TrainingError
from models.training.paste import read_cut_outs
from models.training.recipe import Recipe
from models.training.scene import Teaching
from models.training.trainer import Machine, Trainer


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to train and where. `start` are plain tensors to begin with; None: random weights."""

    recipe: Recipe
    data: Path
    work: Path
    cache: Path
    start: Path | None = None
    machine: Machine = field(default_factory=Machine)
    threads: int = 2


def train(job: Job, *, resumes: bool) -> dict[str, float]:
    """Train until the recipe or the machine's limits end it; AP50 by label of the averaged weights.

    With `resumes` it goes on from the work folder's checkpoint, if there is one. Raises TrainingError.
    """
    if job.machine.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("device cuda: expected an accelerator that torch can use, found none")
    cv2.setNumThreads(1)
    with contextlib.suppress(RuntimeError):  # other work of this process may have begun with another number
        torch.set_num_threads(job.threads)
    torch.manual_seed(job.recipe.seed)
    layout = read_layout(job.data)
    composer, validation = (_composer(layout, split, job) for split in ("train", "val"))
    built = network.build(job.recipe.network, layout.labels)
    if job.start:
        network.load_start_weights(built, job.start, layout.labels)
    trainer = Trainer(job.recipe, built, composer=composer, validation=validation, work=job.work, machine=job.machine)
    if resumes and (job.work / LAST_NAME).is_file():
        trainer.resume()
    trainer.run()
    return trainer.validate()


def _composer(layout: Layout, split: str, job: Job) -> Composer:
    return Composer(
        pictures=open_pictures(layout, split, job.cache),
        teaching=Teaching(labels=layout.labels, unlabelled=layout.unlabelled, recipe=job.recipe.labels),
        recipe=job.recipe,
        cut_outs=read_cut_outs(layout.folder / "cutouts.tar.gz", layout.labels),
    )
