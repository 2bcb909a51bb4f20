"""Boxes, bars, sheets and turned shapes, the parts that furniture is made of."""

import itertools
from collections.abc import Sequence

import numpy as np

from models.synth.shapes.mesh import Colour, Floats, Mesh, mesh

STEEL: Colour = (0.66, 0.67, 0.68)
_SIGNS = np.array(list(itertools.product((-1, 1), repeat=3)), dtype=float)


def box(
    size: Sequence[float], centre: Sequence[float] = (0, 0, 0), colour: Colour = STEEL, chamfer: float = 0.006
) -> Mesh:
    """A block with broken edges: real edges are never sharp, and the broken ones catch the light."""
    half = np.asarray(size, dtype=float) / 2
    cut = min(chamfer, float(half.min()) * 0.9)
    vertices: list[Floats] = []
    index: dict[tuple[int, int], int] = {}
    for corner, signs in enumerate(_SIGNS):
        for axis in range(3):
            inset = np.full(3, cut)
            inset[axis] = 0.0
            index[corner, axis] = len(vertices)
            vertices.append(signs * (half - inset))
    faces = [*_flat_faces(index), *_edge_faces(index), *([index[c, 0], index[c, 1], index[c, 2]] for c in range(8))]
    built = mesh(np.asarray(vertices), [_outward(face, vertices) for face in faces], colour)
    return built.moved(centre)


def _flat_faces(index: dict[tuple[int, int], int]) -> list[list[int]]:
    faces = []
    for axis in range(3):
        for sign in (-1, 1):
            corners = [c for c in range(8) if _SIGNS[c][axis] == sign]
            faces.append([index[corners[k], axis] for k in (0, 1, 3, 2)])
    return faces


def _edge_faces(index: dict[tuple[int, int], int]) -> list[list[int]]:
    faces = []
    for first, second in itertools.combinations(range(8), 2):
        differs = [axis for axis in range(3) if _SIGNS[first][axis] != _SIGNS[second][axis]]
        if len(differs) == 1:
            one, two = (axis for axis in range(3) if axis != differs[0])
            faces.append([index[first, one], index[first, two], index[second, two], index[second, one]])
    return faces


def _outward(face: list[int], vertices: Sequence[Floats]) -> list[int]:
    """The face with its corners in the order that makes it look away from the origin."""
    corners = [vertices[place] for place in face]
    normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    return face if float(normal @ np.mean(corners, axis=0)) >= 0 else face[::-1]


def sheet(
    corner: Sequence[float], along: Sequence[float], up: Sequence[float], colour: Colour, cell: float = 0.4
) -> Mesh:
    """A flat rectangle from a corner along two edges, cut into cells; its pattern is in metres along the edges."""
    start, first, second = (np.asarray(each, dtype=float) for each in (corner, along, up))
    lengths = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    columns, rows = (max(1, round(length / cell)) for length in lengths)
    u, v = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1))
    vertices = start + u.reshape(-1, 1) * first + v.reshape(-1, 1) * second
    places = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    faces = np.stack([places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]], axis=-1).reshape(-1, 4)
    pattern = np.stack([u * lengths[0], v * lengths[1], np.zeros_like(u)], axis=-1).reshape(-1, 3)
    return Mesh(
        vertices=vertices, faces=faces, colours=np.tile(np.asarray(colour, float), (len(vertices), 1)), pattern=pattern
    )


def turned_shape(profile: Sequence[tuple[float, float]], colour: Colour = STEEL, segments: int = 24) -> Mesh:
    """A shape from the wheel: the profile (radius, height) turned about z. A radius of 0 closes it."""
    angles = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    rings = [np.stack([r * np.cos(angles), r * np.sin(angles), np.full(segments, z)], axis=-1) for r, z in profile]
    places = np.arange(len(profile) * segments).reshape(len(profile), segments)
    nexts = np.roll(places, -1, axis=1)
    faces = np.stack([places[:-1], nexts[:-1], nexts[1:], places[1:]], axis=-1).reshape(-1, 4)
    return mesh(np.concatenate(rings), faces.tolist(), colour, is_smooth=True)


def cylinder(
    radius: float, height: float, centre: Sequence[float] = (0, 0, 0), colour: Colour = STEEL, segments: int = 20
) -> Mesh:
    """An upright one with closed ends, `centre` in its middle."""
    edge = min(0.004, radius * 0.2)
    half = height / 2
    profile = [
        (0.0, -half),
        (radius - edge, -half),
        (radius, -half + edge),
        (radius, half - edge),
        (radius - edge, half),
        (0.0, half),
    ]
    return turned_shape(profile, colour, segments).moved(centre)


def tube(
    path: Sequence[Sequence[float]], radius: float | Sequence[float], colour: Colour = STEEL, segments: int = 8
) -> Mesh:
    """A bent pipe along the points, with closed ends; `radius` may be one per point."""
    points = np.asarray(path, dtype=float)
    radii = np.broadcast_to(np.asarray(radius, dtype=float), (len(points),))
    directions = np.gradient(points, axis=0)
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-9)
    helper = np.array([0.0, 0.0, 1.0]) if abs(directions[:, 2]).mean() < 0.9 else np.array([1.0, 0.0, 0.0])
    first = np.cross(directions, helper)
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-9)
    second = np.cross(directions, first)
    angles = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    ring = np.cos(angles)[None, :, None] * first[:, None] + np.sin(angles)[None, :, None] * second[:, None]
    vertices = (points[:, None] + ring * radii[:, None, None]).reshape(-1, 3)
    places = np.arange(len(points) * segments).reshape(len(points), segments)
    nexts = np.roll(places, -1, axis=1)
    faces = np.stack([places[:-1], places[1:], nexts[1:], nexts[:-1]], axis=-1).reshape(-1, 4)
    ends = [list(map(int, places[0, [k, k + 1, k + 2, k + 3]])) for k in range(0, segments - 3, 2)]
    ends += [list(map(int, places[-1, [k + 3, k + 2, k + 1, k]])) for k in range(0, segments - 3, 2)]
    return mesh(vertices, [*faces.tolist(), *ends], colour, is_smooth=True)
