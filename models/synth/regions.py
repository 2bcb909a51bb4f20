"""Which parts of a picture have to be rendered anew when only some things moved."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.synth.scene import Scene, Thing
from models.synth.shapes.mesh import Floats

Light = npt.NDArray[np.float32]
Region = tuple[float, float, float, float]
"""Left, top, right, bottom in fractions of the straight-line picture."""

MARGIN = 0.018  # fractions of the picture around what moves: contact shadows, light thrown back
FEATHER_PX = 6


def region_of(things: Sequence[Thing], scene: Scene) -> Region | None:
    """The part of the picture that the things and their shadows can change, or None if they are out of view."""
    places = np.concatenate([thing.mesh.vertices for thing in things])
    camera = scene.camera
    _, depth = camera.lens(places)
    reach = np.concatenate(
        [places, _floor_ring(places), *([_sun_shadow(places, scene)] if scene.air.sun_strength else [])]
    )
    fractions = camera.straight(reach)
    fractions = fractions[np.all(np.isfinite(fractions), axis=1)]
    if not len(fractions) or not np.any(depth > 0):
        return None
    low, high = fractions.min(axis=0) - MARGIN, fractions.max(axis=0) + MARGIN
    left, top = (float(edge) for edge in np.clip(low, 0, 1))
    right, bottom = (float(edge) for edge in np.clip(high, 0, 1))
    return (left, top, right, bottom) if left < right and top < bottom else None


def merged(regions: Sequence[Region]) -> list[list[int]]:
    """Numbers of regions grouped so that no two groups overlap."""
    groups = [[number] for number in range(len(regions))]
    while True:
        pair = _overlapping([union([regions[n] for n in group]) for group in groups])
        if pair is None:
            return groups
        first, second = pair
        groups[first] = groups[first] + groups.pop(second)


def union(regions: Sequence[Region]) -> Region:
    edges = np.asarray(regions)
    low, high = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def snapped(region: Region, width: int, height: int) -> Region:
    """The region grown to whole pixels of a picture of that size, so that no renderer rounds it in its own way."""
    left, top = np.floor(region[0] * width) / width, np.floor(region[1] * height) / height
    right, bottom = np.ceil(region[2] * width) / width, np.ceil(region[3] * height) / height
    return float(left), float(top), float(right), float(bottom)


def pasted(plate: Light, patch: Light, region: Region) -> Light:
    """New light: the plate with the patch laid over the region, its edges faded where the picture goes on."""
    height, width = plate.shape[:2]
    rows, columns = patch.shape[:2]
    top = min(max(round(region[1] * height), 0), height - rows)
    left = min(max(round(region[0] * width), 0), width - columns)
    fade = np.ones((rows, columns), dtype=np.float32)
    ramp = (np.arange(FEATHER_PX) + 1) / (FEATHER_PX + 1)
    for k in range(min(FEATHER_PX, rows // 2, columns // 2)):
        if left > 0:
            fade[:, k] *= ramp[k]
        if left + columns < width:
            fade[:, -1 - k] *= ramp[k]
        if top > 0:
            fade[k] *= ramp[k]
        if top + rows < height:
            fade[-1 - k] *= ramp[k]
    laid = plate.copy()
    below = laid[top : top + rows, left : left + columns]
    laid[top : top + rows, left : left + columns] = below + (patch - below) * fade[..., None]
    return laid


def _overlapping(regions: Sequence[Region]) -> tuple[int, int] | None:
    for first in range(len(regions)):
        for second in range(first + 1, len(regions)):
            a, b = regions[first], regions[second]
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                return first, second
    return None


def _floor_ring(places: Floats) -> Floats:
    """The floor around what stands on it, where its soft shadow lies."""
    low, high = places.min(axis=0), places.max(axis=0)
    reach = 0.12 * (high[2] - low[2]) + 0.04
    corners = [(x, y, low[2]) for x in (low[0] - reach, high[0] + reach) for y in (low[1] - reach, high[1] + reach)]
    return np.asarray(corners)


def _sun_shadow(places: Floats, scene: Scene) -> Floats:
    """Where the sun throws the shadow of each corner onto the ground."""
    height, turn = np.radians(scene.air.sun_height), np.radians(scene.air.sun_turn)
    # The lamp points along -z, tilted about x by 90° - height, then turned about z.
    ahead = np.array([-np.cos(height) * np.sin(turn), np.cos(height) * np.cos(turn), -np.sin(height)])
    fall = places[:, 2] / -ahead[2]
    return np.asarray(places + ahead * fall[:, None])
