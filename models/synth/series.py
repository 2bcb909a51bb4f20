"""Pictures of one place that differ in its animals: the place is rendered once, then only what the animals change.

A rat costs a second or two that way instead of a whole picture, so small animals can be shown in many poses, places
and lights. Everything else in the pictures of one series (people, bins, camera) stands still.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from domain.frame import Pixels
from models.data.untracked import require_untracked
from models.synth.dressing import Staged
from models.synth.lots import Lot, draw_lot, drawn_animals
from models.synth.optics import Light
from models.synth.pictures import keep_picture, photograph_lot, write_everything
from models.synth.ports import Renderer
from models.synth.regions import pasted, region_of, snapped
from models.synth.scene import Scene
from models.synth.truth import Surveyor, Truth

MOST_PER_SERIES = 1000  # numbers of pictures begin with that of their series
ANIMAL_COUNTS = (
    0.08,
    0.52,
    0.28,
    0.12,
)  # chances of 0, 1, 2, 3 of them


def make_series(
    folder: Path, renderer: Renderer, *, count: int, seed: int, length: int, say: Callable[[str], None]
) -> int:
    """Make series `seed` to `seed + count - 1` that are not whole yet, and the layout; how many pictures were made.

    Raises InsideRepositoryError for a folder that git would take.
    """
    place = require_untracked(folder)
    work = place / "work"
    work.mkdir(parents=True, exist_ok=True)
    made = 0
    for number in range(seed, seed + count):
        last = number * MOST_PER_SERIES + length - 1
        if (work / f"{last:06}.json").is_file():
            continue
        for lot, pixels, truths in take_series(number, renderer, length=length):
            keep_picture(work, lot.seed, lot, pixels, truths)
            made += 1
        say(f"series {number}: {length} pictures of the {lot.place}")
    write_everything(place)
    return made


def take_series(seed: int, renderer: Renderer, *, length: int) -> Iterator[tuple[Lot, Pixels, list[Truth]]]:
    """`length` pictures of the place of a seed, each with other animals; the lot of each has its own seed."""
    lot = draw_lot(seed, has_animals=False)
    plate = renderer.render(lot.scene, seed=seed)
    surveyor = Surveyor(lot.scene.camera)
    for number in range(length):
        rng = np.random.default_rng([seed, 47, number])
        scene, animals = _populated(lot, drawn_animals(lot.setting, rng, ANIMAL_COUNTS))
        light = _with_animals(plate, scene, animals, renderer, seed)
        truths, depth = surveyor.survey(scene)
        own = replace(lot, seed=seed * MOST_PER_SERIES + number, scene=scene)
        pixels, puffs = photograph_lot(own, light, depth)
        yield own, pixels, truths + puffs


def _populated(lot: Lot, animals: list[Staged]) -> tuple[Scene, list[Staged]]:
    things = tuple(thing for each in animals for thing in each.things)
    subjects = tuple(subject for each in animals for subject in each.subjects)
    scene = replace(lot.scene, things=(*lot.scene.things, *things), subjects=(*lot.scene.subjects, *subjects))
    return scene, animals


def _with_animals(plate: Light, scene: Scene, animals: list[Staged], renderer: Renderer, seed: int) -> Light:
    light = plate
    for animal in animals:
        region = region_of(animal.things, scene)
        if region is not None:
            part = snapped(region, plate.shape[1], plate.shape[0])
            light = pasted(light, renderer.render(scene, region=part, seed=seed), part)
    return light
