"""Frames of a story: the empty place is rendered once, then only what the cast can change in each frame."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from models.synth.optics import bent
from models.synth.ports import Renderer
from models.synth.puffs import draw_puffs
from models.synth.regions import Region, merged, pasted, region_of, snapped, union
from models.synth.scene import Scene, Thing
from models.synth.staging import Stage
from models.synth.truth import Surveyor, Truth

Light = npt.NDArray[np.float32]
KEPT_PATCHES = 24
_PUFF_LABELS = {"fire": "fire", "smoke": "smoke"}


class Shooting:
    """Renders one story. `plate` is the light of the empty place; `frame` needs it. Not for threads."""

    def __init__(self, stage: Stage, renderer: Renderer) -> None:
        self._stage = stage
        self._renderer = renderer
        self._surveyor = Surveyor(stage.place.camera)
        self._patches: dict[frozenset[int], tuple[Light, tuple[Thing, ...]]] = {}

    def plate(self) -> Light:
        return self._renderer.render(self._stage.empty(), seed=self._stage.story.seed)

    def frame(self, number: int, plate: Light) -> tuple[Light, list[Truth]]:
        """Light as it falls on the sensor (lens and puffs included), and the truths of frame `number`."""
        second = self._stage.story.second(number)
        scene = self._stage.scene(second)
        fixed = {id(thing) for thing in self._stage.place.things}
        cast = [thing for thing in scene.things if id(thing) not in fixed]
        light = plate
        for near, things in _groups(cast, scene):
            region = snapped(near, plate.shape[1], plate.shape[0])
            light = pasted(light, self._patch(scene, region, things), region)
        truths, depth = self._surveyor.survey(scene)
        puffs = self._stage.puffs(second)
        finished, boxes = draw_puffs(bent(light, scene.camera), puffs, second, scene.camera, depth)
        return finished, truths + self._puff_truths(boxes)

    def _patch(self, scene: Scene, region: Region, things: Sequence[Thing]) -> Light:
        key = frozenset(id(thing) for thing in things)
        kept = self._patches.get(key)
        if kept is not None:
            return kept[0]
        # The plate's own seed: what is left of the noise then stands still, where fresh noise would make patches boil.
        patch = self._renderer.render(scene, region=region, seed=self._stage.story.seed)
        if not any(thing.is_moving for thing in things):
            # The things themselves are kept too: an id is theirs only as long as they live.
            self._patches[key] = (patch, tuple(things))
            while len(self._patches) > KEPT_PATCHES:
                self._patches.pop(next(iter(self._patches)))
        return patch

    def _puff_truths(self, boxes: dict[str, Box]) -> list[Truth]:
        found = []
        camera = self._stage.place.camera
        for key, box in boxes.items():
            member = self._stage.story.member(key)
            label = _PUFF_LABELS.get(member.kind.value)
            if label is None:
                continue
            away = float(np.linalg.norm(np.asarray(camera.position) - (*member.at, member.height)))
            found.append(
                Truth(
                    key=key,
                    label=label,
                    box=box,
                    visibility=1.0,
                    distance=away,
                    width_px=box.width * camera.width,
                    height_px=box.height * camera.height,
                )
            )
        return found


def _groups(cast: Sequence[Thing], scene: Scene) -> list[tuple[Region, list[Thing]]]:
    """Disjoint regions with the things in each; things of one member stay together."""
    members: dict[str, list[Thing]] = {}
    for thing in cast:
        members.setdefault(thing.name.split(".")[0], []).append(thing)
    found = [(region_of(things, scene), things) for things in members.values()]
    seen = [(region, things) for region, things in found if region is not None]
    groups = merged([region for region, _ in seen])
    return [(union([seen[n][0] for n in group]), [thing for n in group for thing in seen[n][1]]) for group in groups]
