"""Examples of one bin of a rendered film, its lid shut and open, to teach a head for the camera that shows the film.

region.json     which bin of which story, the region's corners in fractions of the camera's picture, size and states
open-00.jpg …   cut-outs of the region with the margin that the service cuts with, developed in other light
closed-00.jpg … than the clip has

They are pictures and not what a network made of them, so they serve any embedding network. They are moments of the
very film that the head will watch: good for a demonstration, and no measure of anything.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from domain.frame import Pixels
from domain.geometry import Box
from models.synth.errors import SynthError
from models.synth.film import FilmFolder, read_light
from models.synth.furniture.bins import OPEN_FROM_DEGREES
from models.synth.lots import Rng
from models.synth.optics import Optics, automatic_gain, clock_at, compressed, for_clip, photographed
from models.synth.staging import Stage

MARGIN = 0.1  # of the region's sides on each side, as detector.embedding cuts; a test holds them together
REGION_FILE = "region.json"
SHUT, UP = "closed", "open"
WELL_OPEN_DEGREES = 35.0  # lids on their way belong to neither state
LEAST_VISIBILITY = 0.6
JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Frames of a film by the state of a bin's lid, and the box that holds the bin in all of them."""

    region: Box
    frames: dict[str, list[int]]


def write_examples(folder: Path, film: FilmFolder, stage: Stage, who: str, *, count: int) -> Moments:
    """Write `count` examples of each state. Raises SynthError where the film does not show the bin in both."""
    moments = moments_of(film, stage, who)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.jpg"):
        stale.unlink()
    rng = np.random.default_rng([stage.story.seed, 53])
    names = []
    for state, frames in moments.frames.items():
        for place, number in enumerate(np.linspace(0, len(frames) - 1, count).round().astype(int)):
            names.append(f"{state}-{place:02}.jpg")
            _write_jpeg(folder / names[-1], _cut(_developed(film, stage, frames[number], rng), moments.region))
    document = {
        "story": stage.story.name,
        "who": who,
        "states": [UP, SHUT],
        "corners": [[round(x, 4), round(y, 4)] for x, y in _corners(moments.region)],
        "width": stage.place.camera.width,
        "height": stage.place.camera.height,
        "examples": sorted(names),
    }
    (folder / REGION_FILE).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return moments


def moments_of(film: FilmFolder, stage: Stage, who: str) -> Moments:
    """Raises SynthError for a bin that is not seen, or not in both states."""
    boxes: list[Box] = []
    frames: dict[str, list[int]] = {UP: [], SHUT: []}
    for number in range(stage.story.frame_count):
        if not film.has(number):
            continue
        for each in film.truth(number)["boxes"]:
            if each["key"] == who and "lid_degrees" in each.get("facts", {}):
                boxes.append(Box(*each["box"]))
                state = _state(each)
                if state is not None:
                    frames[state].append(number)
    missing = [state for state, found in frames.items() if not found]
    if missing:
        raise SynthError(
            f"{film.folder}: expected frames of {who!r} with its lid {UP} and {SHUT}, found none {' or '.join(missing)}"
        )
    region = Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
    return Moments(region=region, frames=frames)


def _state(truth: dict[str, Any]) -> str | None:
    degrees = truth["facts"]["lid_degrees"]
    if truth["visibility"] < LEAST_VISIBILITY or OPEN_FROM_DEGREES < degrees < WELL_OPEN_DEGREES:
        return None
    return UP if degrees >= WELL_OPEN_DEGREES else SHUT


def _developed(film: FilmFolder, stage: Stage, number: int, rng: Rng) -> Pixels:
    """The frame as the film's camera would have taken it at another moment."""
    story = stage.story
    own = np.random.default_rng([story.seed, 9])  # the look that the clip has; see models.synth.film
    optics = for_clip(own, is_infrared=stage.place.is_infrared, title=story.place.replace("_", " ").upper()[:10])
    light = read_light(film.light_path(number))
    clock = clock_at(story.clock, story.second(number))
    pixels = photographed(light, _other_day(optics, rng), rng, gain=automatic_gain(light), clock=clock)
    return compressed(pixels, int(rng.integers(55, 90)))


def _other_day(optics: Optics, rng: Rng) -> Optics:
    """The same camera with its exposure, white balance and noise of another moment."""
    return replace(
        optics,
        exposure=optics.exposure * float(np.exp(rng.normal(0, 0.25))),
        warmth=optics.warmth + float(rng.normal(0, 0.04)),
        noise=optics.noise * float(np.exp(rng.normal(0, 0.3))),
    )


def _cut(pixels: Pixels, region: Box) -> Pixels:
    across, along = MARGIN * region.width, MARGIN * region.height
    cut = Box.clipped(region.left - across, region.top - along, region.right + across, region.bottom + along)
    assert cut is not None, "a region lies in the picture"
    rows, columns = pixels.shape[:2]
    top, bottom = round(cut.top * rows), round(cut.bottom * rows)
    left, right = round(cut.left * columns), round(cut.right * columns)
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _corners(box: Box) -> Sequence[tuple[float, float]]:
    return (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)


def _write_jpeg(path: Path, pixels: Pixels) -> None:
    if not cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
        raise SynthError(f"{path} could not be written")
