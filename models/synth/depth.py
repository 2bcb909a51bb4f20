"""How far away the nearest surface is at each pixel, lens distortion included, without any renderer.

Surfaces are sampled more densely than the pixels they cover, and each sample that is nearer than what its pixel
holds takes its place. A surface of fewer than a few pixels still leaves its trace.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.synth.camera import Camera
from models.synth.shapes.mesh import Floats, Integers, Mesh

SAMPLES_PER_PIXEL = 2.5
MOST_SAMPLES = 4000  # of one triangle; larger ones come close to the lens and are of no interest
MARGIN = 0.25  # of the picture on each side, so that what a border cuts off can be measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Points on surfaces: `fractions` (N, 2) of the picture and `depth` (N,) in metres."""

    fractions: Floats
    depth: Floats


def sampled(mesh: Mesh, camera: Camera) -> Samples:
    """Samples of one surface, at least one for each triangle before the camera."""
    triangles = mesh.triangles()
    corners = mesh.vertices[triangles]
    flat, depth = camera.project(mesh.vertices)
    size = np.array([camera.width, camera.height])
    seen = flat[triangles] * size
    first, second = seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    nearby = np.all(depth[triangles] > 0.05, axis=1)
    in_view = np.any(np.all((flat[triangles] > -MARGIN) & (flat[triangles] < 1 + MARGIN), axis=2), axis=1)
    counts = np.clip(np.ceil(np.nan_to_num(area, nan=MOST_SAMPLES) * SAMPLES_PER_PIXEL), 1, MOST_SAMPLES).astype(
        np.int64
    )
    counts = np.where(nearby & (in_view | ~np.isfinite(area)), counts, 0)
    places = _spread(corners, counts)
    fractions, far = camera.project(places)
    kept = np.all(np.isfinite(fractions), axis=1)
    return Samples(fractions=fractions[kept], depth=far[kept])


def _spread(corners: Floats, counts: Integers) -> Floats:
    """Points on triangles (T, 3, 3), `counts` (T,) on each, evenly by a plastic-number sequence (Roberts 2018)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    u, v = (0.5 + turn * 0.7548776662466927) % 1.0, (0.5 + turn * 0.5698402909980532) % 1.0
    folded = u + v > 1
    u, v = np.where(folded, 1 - u, u), np.where(folded, 1 - v, v)
    base = corners[owner, 0]
    return np.asarray(base + u[:, None] * (corners[owner, 1] - base) + v[:, None] * (corners[owner, 2] - base))


def depth_map(samples: Iterable[Samples], camera: Camera, margin: float = 0.0) -> Floats:
    """Distance of the nearest sample per pixel, infinite where there is none.

    With a margin the map is larger than the picture by that share on every side.
    """
    height, width = round(camera.height * (1 + 2 * margin)), round(camera.width * (1 + 2 * margin))
    nearest = np.full(height * width, np.inf)
    for each in samples:
        column = np.floor((each.fractions[:, 0] + margin) * camera.width).astype(np.int64)
        row = np.floor((each.fractions[:, 1] + margin) * camera.height).astype(np.int64)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        np.minimum.at(nearest, row[inside] * width + column[inside], each.depth[inside])
    return nearest.reshape(height, width)
