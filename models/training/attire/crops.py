"""Crops of persons to learn from: as a tracker would cut them out, seen by cheap cameras, cut off and turned.

What a change makes impossible to judge is no longer taught as a state but as "cannot be judged": a crop below the
head says nothing of what is on it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.framing import PADDING_LEVEL, Edges, Framing, Pixels, cut_out, shown_part
from models.training.attire.persons import UNKNOWN, Floats, Gallery, Person
from models.training.attire.recipe import AttireAugmentationRecipe
from models.training.looks import Rng, coloured, through_a_camera
from models.training.recipe import AugmentationRecipe

# Where a head ends, of the box's height and of its width: the nearer one counts. See detector.faces.
_HEAD_OF_HEIGHT, _HEAD_OF_WIDTH = 0.35, 0.75
_HEAD_ATTRIBUTES = (0, 2)  # headwear and mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A crop of shape (height, width, 3), blue first, and what is taught with it; see `Person`."""

    pixels: Pixels
    states: Floats
    clear: Floats


def plain(gallery: Gallery, person: Person, framing: Framing) -> Pixels:
    """The crop as serving cuts it out."""
    return cut_out(gallery.pixels(person), shown_part(person.box, framing), framing)


def composed(gallery: Gallery, person: Person, rng: Rng, framing: Framing, recipe: AttireAugmentationRecipe) -> Lesson:
    """One changed crop of a person."""
    box, states, clear = _jittered(person.box, rng, recipe.jitter), person.states, person.clear
    if rng.random() < recipe.headless:
        box, states, clear = _without_head(box, states, clear, rng)
    elif rng.random() < recipe.cut_above:
        box = (box[0], box[1] + rng.uniform(0.02, 0.2) * _head_height(box), box[2], box[3])
    if rng.random() < recipe.cut_below:
        part = shown_part(box, framing)
        box = (box[0], box[1], box[2], part[3] - rng.uniform(0.0, 0.4) * (part[3] - part[1]))
    pixels = cut_out(gallery.pixels(person), shown_part(box, framing), framing)
    pixels = _turned(pixels, rng, recipe.turn_degrees)
    if rng.random() < 0.5:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    pixels = _coloured(pixels, rng, recipe)
    if rng.random() < recipe.ruined:
        low, high = recipe.ruined_px
        pixels, states = shrunk(pixels, int(rng.integers(low, high + 1)), rng), np.full_like(states, UNKNOWN)
        clear = np.zeros_like(clear)
    elif rng.random() < recipe.small:
        low, high = recipe.small_px
        pixels = shrunk(pixels, int(rng.integers(low, high + 1)), rng)
    if rng.random() < recipe.cctv.share:
        pixels = through_a_camera(pixels, rng, recipe.cctv)
    return Lesson(pixels=pixels, states=states, clear=clear)


def shrunk(pixels: Pixels, height_px: int, rng: Rng | None = None) -> Pixels:
    """Scaled down to a height and up again, as a crop of a far person is."""
    height, width = pixels.shape[:2]
    size = (max(1, round(width * height_px / height)), height_px)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    is_smooth = rng is None or rng.random() < 0.7
    method = cv2.INTER_LINEAR if is_smooth else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(small, (width, height), interpolation=method), dtype=np.uint8)


def _head_height(box: Edges) -> float:
    return min(_HEAD_OF_HEIGHT * (box[3] - box[1]), _HEAD_OF_WIDTH * (box[2] - box[0]))


def _jittered(box: Edges, rng: Rng, share: float) -> Edges:
    left, top, right, bottom = box
    moves = rng.uniform(-share, share, 4)
    width, height = right - left, min(bottom - top, 2 * (right - left))
    # Trackers cut into hair less often than they leave room above it.
    up = moves[1] if moves[1] < 0 else moves[1] * 0.5
    return left + moves[0] * width, top + up * height, right + moves[2] * width, bottom + moves[3] * height


def _without_head(box: Edges, states: Floats, clear: Floats, rng: Rng) -> tuple[Edges, Floats, Floats]:
    states, clear = states.copy(), clear.copy()
    for place in _HEAD_ATTRIBUTES:
        states[place], clear[place] = UNKNOWN, 0.0
    # The lower end of the head is a guess: well below it, so that no chin with a beard stays.
    top = box[1] + rng.uniform(1.1, 1.6) * _head_height(box)
    return (box[0], top, box[2], max(box[3], top + 0.5 * (box[2] - box[0]))), states, clear


def _turned(pixels: Pixels, rng: Rng, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-degrees, degrees), 1.0)
    grey = (PADDING_LEVEL,) * 3
    return np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderValue=grey), dtype=np.uint8)


def _coloured(pixels: Pixels, rng: Rng, recipe: AttireAugmentationRecipe) -> Pixels:
    ranges = AugmentationRecipe(hue=recipe.hue, saturation=recipe.saturation, brightness=recipe.brightness)
    pixels = coloured(pixels, rng, ranges)
    if rng.random() < recipe.grey:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        pixels = np.repeat(grey[:, :, None], 3, axis=2)
    return pixels
