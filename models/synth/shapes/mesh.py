"""Surfaces as arrays: corners, faces, a colour per corner and coordinates for patterns.

Metres, z upwards. `pattern` is where a texture is looked up: it stays with the surface when a body moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Colour = tuple[float, float, float]
"""Red, green, blue in [0, 1] as a display shows them (sRGB)."""

Flags = npt.NDArray[np.bool_]

NO_CORNER = -1  # in the fourth place of a face: it is a triangle


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """`vertices` (N, 3), `faces` (M, 4) with -1 last for triangles, `colours` (N, 3), `pattern` (N, 3)."""

    vertices: Floats
    faces: Integers
    colours: Floats
    pattern: Floats
    is_smooth: bool = False

    def __post_init__(self) -> None:
        count = len(self.vertices)
        for name in ("vertices", "colours", "pattern"):
            shape = getattr(self, name).shape
            if shape != (count, 3):
                raise ValueError(f"{name} must have shape ({count}, 3), got {shape}")
        if self.faces.ndim != 2 or self.faces.shape[1] != 4:
            raise ValueError(f"faces must have shape (M, 4), got {self.faces.shape}")

    def triangles(self) -> Integers:
        """The faces as triangles, shape (T, 3)."""
        second = self.faces[self.faces[:, 3] != NO_CORNER]
        return np.concatenate([self.faces[:, :3], second[:, [0, 2, 3]]])

    def moved(self, offset: Sequence[float]) -> "Mesh":
        return replace(self, vertices=self.vertices + np.asarray(offset, dtype=float))

    def turned(self, degrees: float, axis: str = "z") -> "Mesh":
        """Turned about an axis through the origin, counter-clockwise seen from the axis' tip."""
        return replace(self, vertices=self.vertices @ rotation(degrees, axis).T)

    def scaled(self, factor: float | Sequence[float]) -> "Mesh":
        return replace(self, vertices=self.vertices * np.asarray(factor, dtype=float))

    def painted(self, colour: Colour) -> "Mesh":
        return replace(self, colours=np.tile(np.asarray(colour, dtype=float), (len(self.vertices), 1)))


def toned(colour: Colour, factor: float, lift: float = 0.0) -> Colour:
    """The colour made brighter or darker, within [0, 1]."""
    red, green, blue = (min(max(value * factor + lift, 0.0), 1.0) for value in colour)
    return red, green, blue


def rotation(degrees: float, axis: str = "z") -> Floats:
    """The matrix (3, 3) of a turn about x, y or z."""
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    angle = np.radians(degrees)
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = np.cos(angle)
    matrix[first, second], matrix[second, first] = -np.sin(angle), np.sin(angle)
    return matrix


def mesh(vertices: npt.ArrayLike, faces: Sequence[Sequence[int]], colour: Colour, *, is_smooth: bool = False) -> Mesh:
    """A mesh of one colour whose pattern is its own coordinates; faces may have three or four corners."""
    places = np.asarray(vertices, dtype=float).reshape(-1, 3)
    rows = [list(face) + [NO_CORNER] * (4 - len(face)) for face in faces]
    colours = np.tile(np.asarray(colour, dtype=float), (len(places), 1))
    table = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
    return Mesh(vertices=places, faces=table, colours=colours, pattern=places.copy(), is_smooth=is_smooth)


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of several; it is smooth if the first one is."""
    starts = np.cumsum([0, *(len(each.vertices) for each in meshes)])
    faces = [
        np.where(each.faces == NO_CORNER, NO_CORNER, each.faces + start)
        for each, start in zip(meshes, starts, strict=False)
    ]
    return Mesh(
        vertices=np.concatenate([each.vertices for each in meshes]),
        faces=np.concatenate(faces),
        colours=np.concatenate([each.colours for each in meshes]),
        pattern=np.concatenate([each.pattern for each in meshes]),
        is_smooth=meshes[0].is_smooth,
    )
