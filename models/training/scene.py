"""A picture with what is known of it: boxes, and the places where a label must not be taught.

All coordinates are pixels of the scene. Every operation keeps rectangles rectangles, so that what is known of a
place goes with it under scaling, cutting, quarter turns, mirrors and into the tiles of a mosaic.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.training.data import Example, Flags, Floats, Integers, Marks, Pixels
from models.training.recipe import LabelRecipe

PADDING_LEVEL = 114  # grey of YOLO's own letterbox; the detector pads with it too
_LEAST_SIDE_PX = 3.0  # smaller objects are neither taught nor denied
_LEAST_VISIBLE = 0.25  # share of an object's area that a cut must leave to teach the object by it


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`pixels` (height, width, 3), blue first. `boxes` (n, 4) left, top, right, bottom; `labels` (n,).

    In each of the rectangles `untaught_boxes` (r, 4), absence of the labels flagged in the same row of
    `untaught_labels` (r, number of labels) must not be taught.
    """

    pixels: Pixels
    boxes: Floats
    labels: Integers
    untaught_boxes: Floats
    untaught_labels: Flags

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def with_more(self, boxes: Floats, labels: Integers) -> "Scene":
        return replace(self, boxes=np.concatenate([self.boxes, boxes]), labels=np.concatenate([self.labels, labels]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What a recipe makes of labels, guesses and gaps."""

    labels: tuple[str, ...]
    unlabelled: dict[str, Flags]
    recipe: LabelRecipe

    def scene(self, example: Example, pixels: Pixels) -> Scene:
        """The whole picture of an example."""
        positive, uncertain, untaught = self.split(example)
        size = np.array([example.width, example.height] * 2, dtype=np.float32)
        everywhere = np.array([[0, 0, *size[:2]]], dtype=np.float32)
        uncertain_labels = np.eye(len(self.labels), dtype=np.bool_)[uncertain.labels]
        return Scene(
            pixels=pixels,
            boxes=positive.boxes * size,
            labels=positive.labels,
            untaught_boxes=np.concatenate([everywhere, uncertain.boxes * size]),
            untaught_labels=np.concatenate([untaught[None], uncertain_labels]),
        )

    def split(self, example: Example) -> tuple[Marks, Marks, Flags]:
        """Boxes to teach, boxes to leave out of the loss, and labels whose absence the picture cannot teach."""
        untaught = self.unlabelled[example.source].copy()
        pseudo = self.recipe.pseudo
        guesses = self._guesses(example)
        sure = guesses.scores >= pseudo.positive_score
        if pseudo.is_used:
            untaught &= ~self._flags(pseudo.silence_is_absence)
        if not self.recipe.masks_unlabelled:
            return example.labelled.joined(guesses.picked(sure)), Marks.none(), np.zeros_like(untaught)
        return example.labelled.joined(guesses.picked(sure)), guesses.picked(~sure), untaught

    def _guesses(self, example: Example) -> Marks:
        """Guesses of labels that people left out in this source: elsewhere people have the last word."""
        pseudo = self.recipe.pseudo
        if not pseudo.is_used:
            return Marks.none()
        allowed = self._flags(pseudo.labels) & self.unlabelled[example.source]
        allowed &= ~self._flags(pseudo.refused.get(example.source, ()))
        return example.guessed.picked(allowed[example.guessed.labels])

    def _flags(self, names: tuple[str, ...]) -> Flags:
        return np.array([label in names for label in self.labels], dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a scene goes: its top left corner, scaled by `scale`, lies at (`left`, `top`) of the canvas.

    `tile` is the part of the canvas that it may cover: left, top, right, bottom.
    """

    tile: tuple[int, int, int, int]
    scale: float
    left: float
    top: float


def fit_scale(scene: Scene, width: float, height: float) -> float:
    """The scale at which the whole scene just fits."""
    return min(width / scene.width, height / scene.height)


def centred(scene: Scene, side: int) -> Placement:
    """The largest placement of the whole scene in the middle of a square canvas: the detector's letterbox."""
    scale = fit_scale(scene, side, side)
    left, top = (round((side - round(length * scale)) / 2) for length in (scene.width, scene.height))
    return Placement(tile=(0, 0, side, side), scale=scale, left=left, top=top)


def random_placement(
    scene: Scene, tile: tuple[int, int, int, int], scale: float, rng: np.random.Generator
) -> Placement:
    """Anywhere in the tile, or, for scenes that are larger than the tile, anywhere that fills it."""
    offsets = []
    for start, end, length in ((tile[0], tile[2], scene.width), (tile[1], tile[3], scene.height)):
        slack = (end - start) - length * scale
        offsets.append(start + slack * rng.random())
    return Placement(tile=tile, scale=scale, left=offsets[0], top=offsets[1])


def aimed_placement(scene: Scene, tile: tuple[int, int, int, int], scale: float, rng: np.random.Generator) -> Placement:
    """Where a scene is larger than the tile: anywhere that keeps one of its objects, drawn by lot, in the tile.

    Of an object that does not fit, the middle is kept. Scenes without objects are placed as `random_placement` does.
    """
    place = random_placement(scene, tile, scale, rng)
    if len(scene.boxes) == 0:
        return place
    box = scene.boxes[int(rng.integers(len(scene.boxes)))] * scale
    offsets = [place.left, place.top]
    for axis, length in enumerate((scene.width, scene.height)):
        start, end = tile[axis], tile[axis + 2]
        if length * scale <= end - start:
            continue
        low, high = float(box[axis]), float(box[axis + 2])
        if high - low >= end - start:
            low = high = (low + high) / 2
        # The object's edges lie in the tile for offsets between these, which also keep the tile filled.
        least, most = max(start - low, end - length * scale), min(end - high, float(start))
        offsets[axis] = rng.uniform(min(least, most), max(least, most))
    return Placement(tile=tile, scale=scale, left=offsets[0], top=offsets[1])


def compose(parts: list[tuple[Scene, Placement]], side: int) -> Scene:
    """One square scene of `side` pixels with every part in its place and grey elsewhere."""
    canvas = np.full((side, side, 3), PADDING_LEVEL, dtype=np.uint8)
    placed = [moved for scene, place in parts if (moved := _put(scene, place, canvas)) is not None]
    label_count = parts[0][0].untaught_labels.shape[1]
    return Scene(
        pixels=canvas,
        boxes=np.concatenate([np.zeros((0, 4), np.float32), *(each.boxes for each in placed)]),
        labels=np.concatenate([np.zeros(0, np.int64), *(each.labels for each in placed)]),
        untaught_boxes=np.concatenate([np.zeros((0, 4), np.float32), *(each.untaught_boxes for each in placed)]),
        untaught_labels=np.concatenate(
            [np.zeros((0, label_count), np.bool_), *(each.untaught_labels for each in placed)]
        ),
    )


def _put(scene: Scene, place: Placement, canvas: Pixels) -> Scene | None:
    """Draw the visible part into the canvas; what is known of it, in pixels of the canvas."""
    edges = []
    for start, end, offset, length in (
        (place.tile[0], place.tile[2], place.left, scene.width),
        (place.tile[1], place.tile[3], place.top, scene.height),
    ):
        first = max(start, round(offset))
        last = min(end, round(offset + length * place.scale))
        # Whole pixels of the scene; the exact scale follows from them below, so that boxes stay on their objects.
        source_first = min(length - 1, max(0, round((first - offset) / place.scale)))
        source_last = max(source_first + 1, min(length, round((last - offset) / place.scale)))
        if last <= first:
            return None
        edges.append((first, last, source_first, source_last))
    (left, right, x_first, x_last), (top, bottom, y_first, y_last) = edges
    cut = scene.pixels[y_first:y_last, x_first:x_last]
    interpolation = cv2.INTER_AREA if place.scale < 1.0 else cv2.INTER_LINEAR
    canvas[top:bottom, left:right] = cv2.resize(cut, (right - left, bottom - top), interpolation=interpolation)
    scales = np.array([(right - left) / (x_last - x_first), (bottom - top) / (y_last - y_first)] * 2, np.float32)
    shift = np.array([left - x_first * scales[0], top - y_first * scales[1]] * 2, np.float32)
    limits = np.array([left, top, right, bottom], np.float32)
    return _cut(scene, scales, shift, limits)


def _cut(scene: Scene, scales: Floats, shift: Floats, limits: Floats) -> Scene:
    """Boxes scaled, shifted and cut to the limits. What is left of an object too small to teach is not denied."""
    moved = scene.boxes * scales + shift
    boxes = _clipped(moved, limits)
    sides = boxes[:, 2:] - boxes[:, :2]
    visible = sides.clip(0).prod(axis=1) / np.maximum((moved[:, 2:] - moved[:, :2]).prod(axis=1), 1e-9)
    is_there = (sides > 0).all(axis=1)
    is_taught = is_there & (sides >= _LEAST_SIDE_PX).all(axis=1) & (visible >= _LEAST_VISIBLE)
    remains = is_there & ~is_taught
    untaught = _clipped(scene.untaught_boxes * scales + shift, limits)
    label_count = scene.untaught_labels.shape[1]
    return Scene(
        pixels=scene.pixels,
        boxes=boxes[is_taught],
        labels=scene.labels[is_taught],
        untaught_boxes=np.concatenate([untaught, boxes[remains]]),
        untaught_labels=np.concatenate(
            [scene.untaught_labels, np.eye(label_count, dtype=np.bool_)[scene.labels[remains]]]
        ),
    )


def _clipped(boxes: Floats, limits: Floats) -> Floats:
    low, high = np.tile(limits[:2], 2), np.tile(limits[2:], 2)
    return np.asarray(boxes.clip(low, high), dtype=np.float32)


def mirrored(scene: Scene) -> Scene:
    """Left becomes right."""
    return replace(
        scene,
        pixels=np.ascontiguousarray(scene.pixels[:, ::-1]),
        boxes=_mirror_boxes(scene.boxes, scene.width),
        untaught_boxes=_mirror_boxes(scene.untaught_boxes, scene.width),
    )


def _mirror_boxes(boxes: Floats, width: int) -> Floats:
    return np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], axis=1)


def turned(scene: Scene, quarters: int) -> Scene:
    """Quarter turns against the clock."""
    for _ in range(quarters % 4):
        scene = replace(
            scene,
            pixels=np.ascontiguousarray(np.rot90(scene.pixels)),
            boxes=_turn_boxes(scene.boxes, scene.width),
            untaught_boxes=_turn_boxes(scene.untaught_boxes, scene.width),
        )
    return scene


def _turn_boxes(boxes: Floats, width: int) -> Floats:
    return np.stack([boxes[:, 1], width - boxes[:, 2], boxes[:, 3], width - boxes[:, 0]], axis=1)
