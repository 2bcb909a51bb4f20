"""How far away the nearest surface is at each pixel, lens distortion included, without any renderer.

Surfaces are sampled more densely than the pixels they cover, and each sample that is nearer than what its pixel
holds takes its place. A surface of fewer than a few pixels still leaves its trace.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.synth.camera import NEAREST, Camera
from models.synth.shapes.mesh import Flags, Floats, Integers, Mesh

SAMPLES_PER_PIXEL = 2.5
LONGEST_EDGE_PX = 48  # longer triangles are split: evenly spread in the room is not evenly spread in the picture
DEEPEST_SPLIT = 7
MARGIN = 0.25  # of the picture on each side, so that what a border cuts off can be measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Points on surfaces: `fractions` (N, 2) of the picture and `depth` (N,) in metres."""

    fractions: Floats
    depth: Floats


def sampled(mesh: Mesh, camera: Camera) -> Samples:
    """Samples of one surface, at least one for each triangle before the camera."""
    corners = mesh.vertices[mesh.triangles()]
    whole: list[Floats] = []
    for _ in range(DEEPEST_SPLIT):
        longest, is_kept = _seen_edges(corners, camera)
        corners, longest = corners[is_kept], longest[is_kept]
        is_small = longest <= LONGEST_EDGE_PX
        whole.append(corners[is_small])
        corners = _quartered(corners[~is_small])
    whole.append(corners[_seen_edges(corners, camera)[1]])
    pieces = np.concatenate(whole)
    seen = camera.project(pieces.reshape(-1, 3))[0].reshape(-1, 3, 2) * (camera.width, camera.height)
    first, second = seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0]
    area = np.nan_to_num(np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2, nan=1.0)
    counts = np.clip(np.ceil(area * SAMPLES_PER_PIXEL), 1, LONGEST_EDGE_PX**2 * SAMPLES_PER_PIXEL).astype(np.int64)
    fractions, far = camera.project(_spread(pieces, counts))
    kept = np.all(np.isfinite(fractions), axis=1)
    return Samples(fractions=fractions[kept], depth=far[kept])


def _seen_edges(corners: Floats, camera: Camera) -> tuple[Floats, Flags]:
    """The longest edge in pixels of triangles (T, 3, 3), infinite if a corner is not seen; and which may be in view."""
    flat, depth = camera.project(corners.reshape(-1, 3))
    flat, depth = flat.reshape(-1, 3, 2), depth.reshape(-1, 3)
    edges = (flat - np.roll(flat, 1, axis=1)) * (camera.width, camera.height)
    longest = np.nan_to_num(np.linalg.norm(edges, axis=2).max(axis=1), nan=np.inf)
    low, high = flat.min(axis=1), flat.max(axis=1)
    outside = np.any((high < -MARGIN) | (low > 1 + MARGIN), axis=1)  # never true of what is not a number
    return longest, np.any(depth > NEAREST, axis=1) & ~outside


def _quartered(corners: Floats) -> Floats:
    """Each triangle (T, 3, 3) as the four between its corners and the middles of its edges."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
    return np.concatenate([np.stack(each, axis=1) for each in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])


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
