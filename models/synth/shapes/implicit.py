"""Smooth bodies: rounded parts that melt into one another, and the surface around them.

A body is a list of parts, each with a signed distance (metres, negative inside). Their smooth union is sampled on a
grid and meshed with surface nets (Gibson 1998). A body is built anew for every pose, so nothing has to be skinned
and joints never crease.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.synth.shapes.mesh import Colour, Flags, Floats, Integers, Mesh

Paint = Callable[[Floats, Integers, Floats], Floats]
"""(vertices, number of the part nearest to each, colours so far) -> colours."""

_FAR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A tapered rod from `start` to `end`, or, with `radii`, an ellipsoid at `start` turned by `frame`.

    The columns of `frame` are the ellipsoid's axes.

    `blend` is over how many metres it melts into what was there before.
    """

    start: Floats
    end: Floats
    radius: float
    end_radius: float
    colour: Colour
    blend: float
    name: str = ""
    radii: Floats | None = None
    frame: Floats = field(default_factory=lambda: np.eye(3))

    def bounds(self, margin: float) -> tuple[Floats, Floats]:
        if self.radii is not None:
            reach = np.abs(self.frame) @ self.radii + margin
            return self.start - reach, self.start + reach
        reach = np.full(3, max(self.radius, self.end_radius) + margin)
        return np.minimum(self.start, self.end) - reach, np.maximum(self.start, self.end) + reach

    def distance(self, points: Floats) -> Floats:
        """Signed distance of points (..., 3); for ellipsoids the usual first-order estimate."""
        if self.radii is not None:
            local = (points - self.start) @ self.frame
            scaled = np.linalg.norm(local / self.radii, axis=-1)
            steep = np.linalg.norm(local / self.radii**2, axis=-1)
            return np.asarray(scaled * (scaled - 1.0) / np.maximum(steep, 1e-9))
        axis = self.end - self.start
        share = np.clip(((points - self.start) @ axis) / max(float(axis @ axis), 1e-12), 0, 1)
        radius = self.radius + (self.end_radius - self.radius) * share
        return np.asarray(np.linalg.norm(points - self.start - share[..., None] * axis, axis=-1) - radius)

    def local(self, points: Floats) -> Floats:
        """Coordinates that move with the part, for patterns."""
        if self.radii is not None:
            return np.asarray((points - self.start) @ self.frame)
        return np.asarray((points - self.start) @ _frame_along(self.end - self.start))


def rod(
    start: Sequence[float] | Floats,
    end: Sequence[float] | Floats,
    radius: float,
    end_radius: float | None = None,
    *,
    colour: Colour = (0.5, 0.5, 0.5),
    blend: float = 0.03,
    name: str = "",
) -> Part:
    far = radius if end_radius is None else end_radius
    first, last = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    return Part(start=first, end=last, radius=radius, end_radius=far, colour=colour, blend=blend, name=name)


def ball(
    centre: Sequence[float] | Floats,
    radii: Sequence[float],
    *,
    colour: Colour = (0.5, 0.5, 0.5),
    blend: float = 0.03,
    name: str = "",
    frame: Floats | None = None,
) -> Part:
    place = np.asarray(centre, dtype=float)
    shape = np.asarray(radii, dtype=float)
    turned = np.eye(3) if frame is None else frame
    return Part(
        start=place,
        end=place,
        radius=0.0,
        end_radius=0.0,
        colour=colour,
        blend=blend,
        name=name,
        radii=shape,
        frame=turned,
    )


def body(parts: Sequence[Part], cell: float, paint: Paint | None = None, *, ripple: float = 0.0) -> Mesh:
    """The surface around the melted parts, with corners about `cell` metres apart.

    `ripple` is the depth of folds in metres. Colours come from the nearest part, then from `paint`.
    """
    margin = 2 * cell
    lows, highs = zip(*(part.bounds(margin + part.blend) for part in parts), strict=True)
    origin = np.min(lows, axis=0)
    shape = tuple(int(n) for n in np.ceil((np.max(highs, axis=0) - origin) / cell).astype(int) + 2)
    values = _union(parts, origin, shape, cell, margin)
    vertices, faces = surface_nets(values)
    places = origin + vertices * cell
    nearest = np.argmin(np.stack([part.distance(places) for part in parts]), axis=0)
    pattern = np.zeros_like(places)
    for number, part in enumerate(parts):
        chosen = nearest == number
        pattern[chosen] = part.local(places[chosen]) + number * 0.37
    if ripple:
        places = _rippled(places, faces, pattern, ripple)
    colours = np.array([part.colour for part in parts], dtype=float)[nearest]
    if paint is not None:
        colours = paint(places, nearest, colours)
    return Mesh(vertices=places, faces=faces, colours=colours, pattern=pattern, is_smooth=True)


def _union(parts: Sequence[Part], origin: Floats, shape: tuple[int, ...], cell: float, margin: float) -> Floats:
    values = np.full(shape, _FAR)
    for part in parts:
        low, high = part.bounds(margin + part.blend)
        first = np.maximum(np.floor((low - origin) / cell).astype(int), 0)
        last = np.minimum(np.ceil((high - origin) / cell).astype(int) + 1, shape)
        region = tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
        axes = [origin[k] + np.arange(first[k], last[k]) * cell for k in range(3)]
        points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        values[region] = smooth_minimum(values[region], part.distance(points), part.blend)
    return values


def smooth_minimum(first: Floats, second: Floats, blend: float) -> Floats:
    """The lesser of two distances, rounded where they differ by less than `blend` (Quilez' quadratic form)."""
    if blend <= 0:
        return np.minimum(first, second)
    near = np.maximum(blend - np.abs(first - second), 0.0) / blend
    return np.asarray(np.minimum(first, second) - near * near * blend / 4)


def surface_nets(values: Floats) -> tuple[Floats, Integers]:
    """Vertices (in cells) and outward quads (M, 4) of the zero surface of samples of shape (X, Y, Z)."""
    inside = values < 0
    corners = [
        (slice(i, i - 1 or None), slice(j, j - 1 or None), slice(k, k - 1 or None))
        for i in (0, 1)
        for j in (0, 1)
        for k in (0, 1)
    ]
    count = np.sum([inside[corner].astype(np.int8) for corner in corners], axis=0)
    active = (count > 0) & (count < 8)
    cells = np.argwhere(active)
    number = np.full(active.shape, -1, dtype=np.int64)
    number[active] = np.arange(len(cells))
    return _cell_points(values, cells), _quads(inside, number)


def _cell_points(values: Floats, cells: Integers) -> Floats:
    """The mean of the points where the cell's twelve edges cross zero."""
    total = np.zeros((len(cells), 3))
    hits = np.zeros(len(cells))
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        for one in (0, 1):
            for two in (0, 1):
                offset = np.zeros(3, dtype=np.int64)
                offset[others[0]], offset[others[1]] = one, two
                begin = cells + offset
                end = begin.copy()
                end[:, axis] += 1
                low, high = values[tuple(begin.T)], values[tuple(end.T)]
                crossing = (low < 0) != (high < 0)
                share = np.where(crossing, low / np.where(crossing, low - high, 1.0), 0.0)
                point = begin.astype(float)
                point[:, axis] += share
                total[crossing] += point[crossing]
                hits += crossing
    return total / hits[:, None]


def _quads(inside: Flags, number: Integers) -> Integers:
    found = []
    for axis in range(3):
        one, two = [(1, 2), (2, 0), (0, 1)][axis]
        ahead = np.moveaxis(inside, axis, 0)
        crossing = np.moveaxis(ahead[:-1] != ahead[1:], 0, axis)
        places = np.argwhere(crossing)
        # An edge on the border of the grid has no four cells around it.
        whole = (places[:, one] > 0) & (places[:, two] > 0)
        whole &= (places[:, one] < number.shape[one]) & (places[:, two] < number.shape[two])
        places = places[whole]
        back_one, back_two = np.eye(3, dtype=np.int64)[one], np.eye(3, dtype=np.int64)[two]
        around = [places - back_one - back_two, places - back_two, places, places - back_one]
        quads = np.stack([number[tuple(each.T)] for each in around], axis=-1)
        leaves = inside[tuple(places.T)]
        found.append(np.where(leaves[:, None], quads, quads[:, ::-1]))
    return np.concatenate(found)


def _rippled(places: Floats, faces: Integers, pattern: Floats, depth: float) -> Floats:
    """The surface moved along its normals by soft waves: folds of cloth, tufts of fur."""
    normals = vertex_normals(places, faces)
    x, y, z = (pattern * 1.0).T
    wave = np.sin(31 * z + 4 * np.sin(17 * x) + 3 * np.sin(11 * y)) + np.sin(
        19 * x - 23 * z + 5 * np.sin(13 * y + 7 * z)
    )
    return np.asarray(places + normals * (wave * depth / 2)[:, None])


def vertex_normals(places: Floats, faces: Integers) -> Floats:
    """Unit normals (N, 3) of a surface of quads."""
    first, second, third, fourth = (places[faces[:, k]] for k in range(4))
    flat = np.cross(third - first, fourth - second)
    total = np.zeros_like(places)
    for k in range(4):
        np.add.at(total, faces[:, k], flat)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def _frame_along(axis: Floats) -> Floats:
    """A turn whose third column points along the axis."""
    length = float(np.linalg.norm(axis))
    third = axis / length if length > 1e-9 else np.array([0.0, 0.0, 1.0])
    helper = np.array([0.0, 1.0, 0.0]) if abs(third[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    first = np.cross(helper, third)
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(third, first), third], axis=1)
