"""Examples of one bin of a story, its lid shut and open, to teach a head for the camera that shows the story.

region.json     which bin of which story, the region's corners in fractions of the camera's picture, size and states
open-00.jpg …   cut-outs of the region with the margin that the service cuts with, at other moments and in other light
closed-00.jpg … than the clip has

They are pictures and not what a network made of them, so they serve any embedding network.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from domain.frame import Pixels
from domain.geometry import Box
from models.synth.errors import SynthError
from models.synth.lots import Rng
from models.synth.optics import Optics, automatic_gain, bent, clock_at, compressed, for_clip, photographed
from models.synth.ports import Renderer
from models.synth.regions import Light, Region, pasted, snapped
from models.synth.scene import Scene
from models.synth.staging import Stage
from models.synth.story import CastKind

MARGIN = 0.1  # of the region's sides on each side, as detector.embedding cuts; a test holds them together
REGION_FILE = "region.json"
SHUT, UP = "closed", "open"
OPEN_DEGREES = (35.0, 110.0)
JPEG_QUALITY = 90
_SWEEP = (0.0, 30.0, 60.0, 90.0, 110.0)
_ROOM = 0.06  # of the picture around the cut-out that is rendered anew: the lens bends it, the edges are faded


@dataclass(frozen=True, slots=True, kw_only=True)
class LidRegion:
    """Where a bin is in the camera's picture, wherever its lid stands, and what is cut out and rendered around it."""

    box: Box
    cut: Box
    rendered: Region


def write_examples(
    folder: Path, stage: Stage, who: str, renderer: Renderer, *, count: int, say: Callable[[str], None]
) -> LidRegion:
    """Render `count` examples of each state. Raises SynthError for a name that is no bin of the story."""
    region = lid_region(stage, who)
    folder.mkdir(parents=True, exist_ok=True)
    plate = renderer.render(stage.empty(), seed=stage.story.seed)
    made = _Set(stage=stage, who=who, region=region, renderer=renderer, plate=plate)
    rng = np.random.default_rng([stage.story.seed, 53])
    names = []
    for number in range(count):
        for state in (SHUT, UP):
            names.append(f"{state}-{number:02}.jpg")
            _write_jpeg(folder / names[-1], made.example(rng, is_open=state == UP))
        say(f"{number + 1} of {count} of each state")
    document = {
        "story": stage.story.name,
        "who": who,
        "states": [UP, SHUT],
        "corners": [[round(x, 4), round(y, 4)] for x, y in _corners(region.box)],
        "width": stage.place.camera.width,
        "height": stage.place.camera.height,
        "examples": sorted(names),
    }
    (folder / REGION_FILE).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return region


def lid_region(stage: Stage, who: str) -> LidRegion:
    """Raises SynthError for a name that is no bin of the story, or one out of view."""
    member = next((each for each in stage.story.cast if each.name == who), None)
    if member is None or member.kind != CastKind.BIN:
        bins = ", ".join(each.name for each in stage.story.cast if each.kind == CastKind.BIN)
        raise SynthError(f"{stage.story.name}: expected one of its bins ({bins or 'it has none'}), found {who!r}")
    camera = stage.place.camera
    places = np.concatenate(
        [
            thing.mesh.vertices
            for degrees in _SWEEP
            for thing in stage.scene(0.0, lids={who: degrees}).things
            if thing.name.startswith(f"{who}.")
        ]
    )
    seen, _ = camera.project(places)
    seen = seen[np.all(np.isfinite(seen), axis=1)]
    box = Box.clipped(*seen.min(axis=0), *seen.max(axis=0)) if len(seen) else None
    if box is None:
        raise SynthError(f"{stage.story.name}: {who} is out of the camera's view")
    across, along = MARGIN * box.width, MARGIN * box.height
    cut = Box.clipped(box.left - across, box.top - along, box.right + across, box.bottom + along)
    assert cut is not None
    straight = camera.from_lens(camera.undistorted(camera.to_lens(np.asarray(_corners(cut)))) / camera.overscan())
    low, high = np.clip(straight.min(axis=0) - _ROOM, 0, 1), np.clip(straight.max(axis=0) + _ROOM, 0, 1)
    return LidRegion(box=box, cut=cut, rendered=(float(low[0]), float(low[1]), float(high[0]), float(high[1])))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """What all examples of a bin share; `plate` is the light of the empty place."""

    stage: Stage
    who: str
    region: LidRegion
    renderer: Renderer
    plate: Light

    def example(self, rng: Rng, *, is_open: bool) -> Pixels:
        """The cut-out at a moment and in a light that are drawn."""
        story, plate = self.stage.story, self.plate
        second = float(rng.uniform(0, story.length_seconds))
        degrees = float(rng.uniform(*OPEN_DEGREES)) if is_open else 0.0
        power = float(np.exp(rng.normal(0, 0.25)))
        scene = _lit(self.stage.scene(second, lids={self.who: degrees}), power, rng)
        place = snapped(self.region.rendered, plate.shape[1], plate.shape[0])
        patch = self.renderer.render(scene, region=place, seed=int(rng.integers(1 << 30)))
        light = bent(pasted(plate * np.float32(power), patch, place), scene.camera)
        own = np.random.default_rng([story.seed, 9])  # the look that the clip has; see models.synth.film
        optics = for_clip(own, is_infrared=scene.is_infrared, title=story.place.replace("_", " ").upper()[:10])
        gain = automatic_gain(bent(plate, scene.camera))
        pixels = photographed(light, _other_day(optics, rng), rng, gain=gain, clock=clock_at(story.clock, second))
        return self._cut(compressed(pixels, int(rng.integers(55, 90))))

    def _cut(self, pixels: Pixels) -> Pixels:
        cut, (rows, columns) = self.region.cut, pixels.shape[:2]
        top, bottom = round(cut.top * rows), round(cut.bottom * rows)
        left, right = round(cut.left * columns), round(cut.right * columns)
        return np.ascontiguousarray(pixels[top:bottom, left:right])


def _lit(scene: Scene, power: float, rng: Rng) -> Scene:
    """The lamps a little brighter or dimmer, each by itself."""
    lamps = tuple(replace(lamp, watts=lamp.watts * power * float(np.exp(rng.normal(0, 0.15)))) for lamp in scene.lamps)
    return replace(scene, lamps=lamps, air=replace(scene.air, strength=scene.air.strength * power))


def _other_day(optics: Optics, rng: Rng) -> Optics:
    """The same camera with its exposure and white balance of another moment."""
    return replace(
        optics,
        exposure=optics.exposure * float(np.exp(rng.normal(0, 0.15))),
        warmth=optics.warmth + float(rng.normal(0, 0.03)),
        noise=optics.noise * float(np.exp(rng.normal(0, 0.2))),
    )


def _corners(box: Box) -> Sequence[tuple[float, float]]:
    return (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)


def _write_jpeg(path: Path, pixels: Pixels) -> None:
    if not cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
        raise SynthError(f"{path} could not be written")
