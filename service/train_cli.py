"""`brightkitchen train`: one command from a folder of labelled pictures to a measured network."""

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from models.registry import ZOO_FOLDER
from service.own_training.order import TrainingOrder, find_recipe, find_start
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_EXTRA = frozenset({"torch", "ultralytics"})


def train(
    *,
    data: Annotated[
        list[Path],
        typer.Option(
            help="Labelled pictures: a folder of YOLO, VOC or COCO, of ours, or of archives. May be repeated."
        ),
    ],
    out: Annotated[Path, typer.Option(help="FOLDER/NAME: the folder of the new network, which gets that name.")],
    recipe: Annotated[str, typer.Option(help="A recipe's file, or its name in models/recipes.")] = "own-pictures",
    start: Annotated[
        str, typer.Option(help="Begin with this network, or with a file of tensors, or with none.")
    ] = "kitchen-n",
    time_limit_minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Fit the training proper into this time.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads that compute; default: cores that nobody uses now.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what was broken off there.")] = False,
    rename: Annotated[
        list[str] | None, typer.Option("--map", metavar="NAME=CLASS", help="What a class is called here.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Pass over a class.")] = None,
    only_own_classes: Annotated[
        bool, typer.Option("--only-own-classes", help="Know the classes of the pictures and forget all others.")
    ] = False,
    val_share: Annotated[
        float, typer.Option(min=0.05, max=0.5, help="Share to measure on, where the folder does not say.")
    ] = 0.2,
    scene_pattern: Annotated[
        str, typer.Option(help="Regular expression: file names with equal first groups are one scene.")
    ] = "",
) -> None:
    """Train a network on your own pictures, measure it beside the one it began with, and write a report."""
    with plain_errors():
        order = TrainingOrder(
            data=tuple(data),
            out=_network_folder(out),
            recipe=find_recipe(recipe),
            start=start,
            meanings=meanings_of(rename or []),
            ignored=frozenset(ignore or ()),
            only_own=only_own_classes,
            val_share=val_share,
            scene_pattern=_pattern(scene_pattern),
            device=_device(device),
            threads=threads or free_cores(),
            limit_seconds=time_limit_minutes * 60 if time_limit_minutes else None,
        )
        _run(order, zoo=load_settings().models_folder or ZOO_FOLDER, resumes=resume)


def _run(order: TrainingOrder, *, zoo: Path, resumes: bool) -> None:
    try:
        from models.training import job  # noqa: F401 - torch is looked for before any work is done
        from models.training.errors import TrainingError
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in _EXTRA:
            raise
        raise UsageError(
            f"training needs {error.name}, which is not installed here: call scripts/setup-train (the extra `train`)"
        ) from None
    from service.own_training.work import train_own

    try:
        train_own(order, find_start(order.start, zoo), resumes=resumes, say=typer.echo)
    except TrainingError as error:
        raise UsageError(str(error)) from error


def free_cores() -> int:
    """Cores that nothing else keeps busy, at least one.

    Threads that wait for one which another program holds up are worse than none: on two cores under a load of eight,
    one thread made fourteen steps in half a minute and two threads made two.
    """
    return max(1, (os.cpu_count() or 1) - round(os.getloadavg()[0]))


def _network_folder(out: Path) -> Path:
    folder = out.expanduser()
    if not _NAME.fullmatch(folder.name):
        expected = "FOLDER/NAME with a name of small letters, digits, - and _"
        raise UsageError(f"--out {out}: expected {expected}, found {folder.name!r}")
    return folder


def _device(said: str) -> str:
    if said not in {"cpu", "cuda"}:
        raise UsageError(f"--device: expected cpu or cuda, found {said!r}")
    return said


def _pattern(said: str) -> str:
    try:
        re.compile(said)
    except re.error as error:
        raise UsageError(f"--scene-pattern {said}: expected a regular expression, found: {error}") from error
    return said


def meanings_of(pairs: list[str]) -> dict[str, str]:
    """What --map says: our names by those of the pictures. Raises UsageError."""
    meanings = {}
    for pair in pairs:
        name, separator, ours = pair.partition("=")
        if not (separator and name and ours):
            raise UsageError(f"--map {pair}: expected NAME=CLASS")
        meanings[name] = ours
    return meanings
