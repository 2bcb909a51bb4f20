"""Ground truth of a frame: a box for everything that the ontology names, how much of it shows, and its states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from domain.geometry import Box
from models.synth.camera import Camera
from models.synth.depth import MARGIN, Samples, depth_map, sampled
from models.synth.scene import Scene, Subject, Thing
from models.synth.shapes.mesh import Floats

LEAST_SHARE = 0.12  # of a subject must be seen for a box; less is a stray foot or ear
LEAST_FACE_SHARE = 0.45  # a cheek seen from behind tells nothing about a mask
LEAST_PIXELS = 3
DEPTH_SLACK = 0.02  # metres by which samples of one surface in one pixel may differ, and
DEPTH_SLACK_SHARE = 0.006  # of the distance; a head must not be thin enough to see the face through it


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One box in fractions. `visibility` is the share of its outline that is neither hidden nor outside the picture.

    `distance` in metres from the lens, `height_px` and `width_px` in the rendered picture.
    """

    key: str
    label: str
    box: Box
    visibility: float
    distance: float
    width_px: float
    height_px: float
    facts: Mapping[str, str | float | bool] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        edges = [round(edge, 5) for edge in (self.box.left, self.box.top, self.box.right, self.box.bottom)]
        return {
            "key": self.key,
            "label": self.label,
            "box": edges,
            "visibility": round(self.visibility, 3),
            "distance": round(self.distance, 2),
            "size_px": [round(self.width_px, 1), round(self.height_px, 1)],
            **({"facts": dict(self.facts)} if self.facts else {}),
        }


class Surveyor:
    """Measures scenes of one camera. Samples of things that stay are kept between frames."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._kept: dict[str, tuple[Thing, Samples]] = {}

    def survey(self, scene: Scene) -> tuple[list[Truth], Floats]:
        """The truths of a scene, and the depth (height, width) of its nearest surfaces."""
        self._kept = {thing.name: (thing, self._samples(thing)) for thing in scene.things}
        depth = depth_map((samples for _, samples in self._kept.values()), self._camera)
        found = [self._truth(subject, depth) for subject in scene.subjects]
        return [truth for truth in found if truth is not None], depth

    def _samples(self, thing: Thing) -> Samples:
        kept = self._kept.get(thing.name)
        return kept[1] if kept is not None and kept[0] is thing else sampled(thing.mesh, self._camera)

    def _truth(self, subject: Subject, depth: Floats) -> Truth | None:
        samples = [self._kept[name][1] for name in subject.surfaces] + [
            sampled(mesh, self._camera) for mesh in subject.meshes
        ]
        return measured(subject, samples, depth, self._camera)


def measured(subject: Subject, samples: Sequence[Samples], depth: Floats, camera: Camera) -> Truth | None:
    """The truth of one subject, or None where too little of it is seen."""
    alone = depth_map(samples, camera, MARGIN)
    whole = int(np.isfinite(alone).sum())
    fractions = np.concatenate([each.fractions for each in samples])
    distance = np.concatenate([each.depth for each in samples])
    column, row = (np.floor(fractions * (camera.width, camera.height)).astype(np.int64)).T
    inside = (column >= 0) & (column < camera.width) & (row >= 0) & (row < camera.height)
    fractions, distance, column, row = fractions[inside], distance[inside], column[inside], row[inside]
    shows = distance <= depth[row, column] * (1 + DEPTH_SLACK_SHARE) + DEPTH_SLACK
    pixels = len(np.unique(row[shows] * camera.width + column[shows]))
    visibility = pixels / whole if whole else 0.0
    least = LEAST_FACE_SHARE if subject.label.startswith("face") else LEAST_SHARE
    if pixels < LEAST_PIXELS or visibility < least:
        return None
    low, high = fractions[shows].min(axis=0), fractions[shows].max(axis=0)
    box = Box.clipped(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    if box is None:
        return None
    return Truth(
        key=subject.key,
        label=subject.label,
        box=box,
        visibility=min(visibility, 1.0),
        distance=float(np.median(distance[shows])),
        width_px=box.width * camera.width,
        height_px=box.height * camera.height,
        facts=subject.facts,
    )
