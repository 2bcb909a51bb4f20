"""Training pictures made from examples: scaled, tiled, pasted upon, seen through a cheap camera.

What comes out depends on the recipe, the seed and the draw alone, not on who asks or when: worker processes and
resumed trainings see the same pictures.
"""

from dataclasses import dataclass

import numpy as np

from models.training.data import Integers, PictureSet
from models.training.looks import coloured, through_a_camera
from models.training.paste import CutOut, pasted
from models.training.recipe import Recipe
from models.training.scene import (
    Placement,
    Scene,
    Teaching,
    aimed_placement,
    centred,
    compose,
    fit_scale,
    mirrored,
    random_placement,
    turned,
)

_LEAST_SHRINK = 0.12  # of the scale at which a picture fits: below it, nothing can be seen in what is left
_TILE_OVERLAP = 1.2  # a tile's picture is this much larger than what fits, so that little grey is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What is to be made: example `index`, at `position` of `epoch`, `side_px` wide and high."""

    index: int
    epoch: int
    position: int
    side_px: int
    is_closing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Makes scenes from the pictures of a split. Any thread or process; it keeps no state."""

    pictures: PictureSet
    teaching: Teaching
    recipe: Recipe
    cut_outs: list[CutOut]

    def compose(self, draw: Draw, mixed: Integers) -> Scene:
        """The training picture of one draw. `mixed` are positions of pictures for the other tiles of a mosaic."""
        rng = np.random.default_rng((self.recipe.seed, draw.epoch, draw.position, 2))
        recipe = self.recipe.augmentation
        if not draw.is_closing and rng.random() < recipe.mosaic:
            scene = self._mosaic(draw, mixed, rng)
        else:
            scene = self._single(draw, rng)
        if not draw.is_closing:
            scene = self._with_animals(scene, draw, rng)
        if rng.random() < recipe.flip:
            scene = mirrored(scene)
        return self._looked_at(scene, rng)

    def plain(self, index: int, side_px: int) -> Scene:
        """A picture as the detector would see it: whole, in the middle of a square."""
        scene = self.teaching.scene(self.pictures.examples[index], self.pictures.pixels(index))
        return compose([(scene, centred(scene, side_px))], side_px)

    def _scene(self, index: int, rng: np.random.Generator) -> Scene:
        example = self.pictures.examples[index]
        scene = self.teaching.scene(example, self.pictures.pixels(index))
        if example.source in self.recipe.augmentation.turned_sources:
            scene = turned(scene, int(rng.integers(4)))
        return scene

    def _single(self, draw: Draw, rng: np.random.Generator) -> Scene:
        side = draw.side_px
        scene = self._scene(draw.index, rng)
        fit = fit_scale(scene, side, side)
        scale = self._scale(scene, fit, rng, is_closing=draw.is_closing)
        place = aimed_placement if rng.random() < self.recipe.augmentation.aimed else random_placement
        return compose([(scene, place(scene, (0, 0, side, side), scale, rng))], side)

    def _scale(self, scene: Scene, fit: float, rng: np.random.Generator, *, is_closing: bool) -> float:
        recipe = self.recipe.augmentation
        if not is_closing and len(scene.boxes) and rng.random() < recipe.shrink:
            box = scene.boxes[int(rng.integers(len(scene.boxes)))]
            wanted = np.exp(rng.uniform(*np.log(recipe.shrink_px)))
            return float(np.clip(wanted / max(box[2] - box[0], box[3] - box[1]), _LEAST_SHRINK * fit, fit))
        return float(fit * np.exp(rng.uniform(np.log(recipe.least_scale), np.log(recipe.most_scale))))

    def _mosaic(self, draw: Draw, mixed: Integers, rng: np.random.Generator) -> Scene:
        """Two by two or three by three tiles with edges at random places; the drawn picture is in any of them."""
        per_side = 3 if rng.random() < self.recipe.augmentation.nine_tiles else 2
        across, down = (_edges(draw.side_px, per_side, rng) for _ in range(2))
        tiles = [
            (across[column], down[row], across[column + 1], down[row + 1])
            for row in range(per_side)
            for column in range(per_side)
        ]
        indices = mixed[rng.integers(len(mixed), size=len(tiles))]
        indices[int(rng.integers(len(tiles)))] = draw.index
        parts: list[tuple[Scene, Placement]] = []
        for index, tile in zip(indices, tiles, strict=True):
            scene = self._scene(int(index), rng)
            fit = fit_scale(scene, tile[2] - tile[0], tile[3] - tile[1]) * _TILE_OVERLAP
            scale = self._scale(scene, fit, rng, is_closing=False)
            parts.append((scene, random_placement(scene, tile, scale, rng)))
        return compose(parts, draw.side_px)

    def _with_animals(self, scene: Scene, draw: Draw, rng: np.random.Generator) -> Scene:
        paste = self.recipe.augmentation.paste
        if not (paste.is_used and self.cut_outs):
            return scene
        source = self.pictures.examples[draw.index].source
        if rng.random() >= paste.source_shares.get(source, paste.other_share):
            return scene
        return pasted(scene, self.cut_outs, rng, paste)

    def _looked_at(self, scene: Scene, rng: np.random.Generator) -> Scene:
        recipe = self.recipe.augmentation
        pixels = coloured(scene.pixels, rng, recipe)
        if recipe.cctv.is_used and rng.random() < recipe.cctv.share:
            pixels = through_a_camera(pixels, rng, recipe.cctv)
        return Scene(
            pixels=pixels,
            boxes=scene.boxes,
            labels=scene.labels,
            untaught_boxes=scene.untaught_boxes,
            untaught_labels=scene.untaught_labels,
        )


def _edges(side: int, parts: int, rng: np.random.Generator) -> list[int]:
    """`parts` + 1 rising places from 0 to `side`, the inner ones up to a third of a part off their even place."""
    even = side / parts
    inner = [round(even * (number + rng.uniform(-0.33, 0.33))) for number in range(1, parts)]
    return [0, *inner, side]
