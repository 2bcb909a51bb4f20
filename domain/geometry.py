"""Points, boxes and polygons as fractions of the frame.

x grows to the right and y downwards, both in [0, 1]. Pixels exist only in `detector` and in drawing code, so
a zone drawn on a sub-stream stays right on the main stream.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# Two coordinates closer than this are the same place: a tenth of a pixel on an 8K picture.
EPSILON = 1e-5


def _require_fraction(name: str, value: float) -> None:
    if not (math.isfinite(value) and 0.0 <= value <= 1.0):
        raise ValueError(f"{name} must be a fraction of the frame in [0, 1], got {value!r}")


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the picture; both coordinates are fractions in [0, 1]."""

    x: float
    y: float

    def __post_init__(self) -> None:
        _require_fraction("x", self.x)
        _require_fraction("y", self.y)

    def distance(self, other: "Point") -> float:
        """Euclidean distance in fractions; the frame's aspect ratio is not known here."""
        return math.hypot(self.x - other.x, self.y - other.y)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, edges as fractions: left < right and top < bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        for name in ("left", "top", "right", "bottom"):
            _require_fraction(name, getattr(self, name))
        if self.left >= self.right or self.top >= self.bottom:
            raise ValueError(
                f"a box needs left < right and top < bottom, got left={self.left}, top={self.top}, "
                f"right={self.right}, bottom={self.bottom}"
            )

    @classmethod
    def clipped(cls, left: float, top: float, right: float, bottom: float) -> Self | None:
        """The part of a rectangle that lies inside the frame, or None where nothing of it does."""
        edges = [min(max(edge, 0.0), 1.0) for edge in (left, top, right, bottom)]
        if edges[0] >= edges[2] or edges[1] >= edges[3]:
            return None
        return cls(*edges)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    @property
    def foot(self) -> Point:
        """Where the subject touches the ground: the middle of the bottom edge of the *whole* box."""
        return Point((self.left + self.right) / 2, self.bottom)

    @property
    def diagonal(self) -> float:
        return math.hypot(self.width, self.height)

    def overlap(self, other: "Box") -> float:
        """Intersection over union in [0, 1]; a box too small to have an area overlaps nothing."""
        shared = self._shared_area(other)
        union = self.area + other.area - shared
        return min(1.0, shared / union) if union > 0.0 else 0.0

    def share_inside(self, other: "Box") -> float:
        """The share of this box's area that lies inside `other`, in [0, 1]."""
        return min(1.0, self._shared_area(other) / self.area) if self.area > 0.0 else 0.0

    def _shared_area(self, other: "Box") -> float:
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A simple polygon of three or more corners; the last corner is joined to the first.

    Points on the boundary count as inside: a subject cut off by the lower edge of the picture has its foot
    exactly on y = 1, and a zone drawn down to that edge must see it.
    """

    corners: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(self.corners) < 3:
            raise ValueError(f"a polygon needs at least 3 corners, got {len(self.corners)}")
        if self.area < EPSILON:
            raise ValueError("a polygon needs an area, got corners on one line")
        if self._crosses_itself():
            raise ValueError("a polygon's edges must not cross or touch each other")

    @classmethod
    def of(cls, corners: Sequence[tuple[float, float]]) -> Self:
        return cls(tuple(Point(x, y) for x, y in corners))

    @classmethod
    def whole_frame(cls) -> Self:
        return cls.of([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])

    @property
    def area(self) -> float:
        """Share of the frame that the polygon covers (shoelace formula)."""
        return abs(sum(a.x * b.y - b.x * a.y for a, b in self._edges())) / 2

    def contains(self, point: Point) -> bool:
        """Tell whether the point is inside or on the boundary (even-odd rule)."""
        inside = False
        for a, b in self._edges():
            if _on_segment(point, a, b):
                return True
            if (a.y > point.y) != (b.y > point.y):
                crossing = a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x)
                inside ^= point.x < crossing
        return inside

    def _edges(self) -> list[tuple[Point, Point]]:
        return list(pairwise((*self.corners, self.corners[0])))

    def _crosses_itself(self) -> bool:
        """A corner given twice (a double click) is an edge without length: it crosses nothing."""
        edges = [(a, b) for a, b in self._edges() if a != b]
        count = len(edges)
        return any(
            _cross(*edges[i], *edges[j]) for i in range(count) for j in range(i + 2, count) if (j + 1) % count != i
        )


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)


def _on_segment(point: Point, a: Point, b: Point) -> bool:
    """Tell whether the point lies within EPSILON of the segment."""
    length = a.distance(b)
    if length < EPSILON:
        return point.distance(a) < EPSILON
    if abs(_turn(a, b, point)) / length > EPSILON:
        return False
    along = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length
    return -EPSILON <= along <= length + EPSILON


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether the segments a-b and c-d share a point, unless they lie on one line.

    A corner on the other segment has no side of it. It is taken for the right side and then for the left, so
    that the answer does not depend on the direction in which a polygon was drawn.
    """
    of_ab = (_turn(a, b, c), _turn(a, b, d))
    of_cd = (_turn(c, d, a), _turn(c, d, b))
    if (of_ab[0] > 0) != (of_ab[1] > 0) and (of_cd[0] > 0) != (of_cd[1] > 0):
        return True
    return (of_ab[0] >= 0) != (of_ab[1] >= 0) and (of_cd[0] >= 0) != (of_cd[1] >= 0)


def boxes_array(boxes: Sequence[Box]) -> FloatArray:
    """Boxes as an array of shape (N, 4): left, top, right, bottom."""
    if not boxes:
        return np.zeros((0, 4), dtype=np.float32)
    return np.array([(b.left, b.top, b.right, b.bottom) for b in boxes], dtype=np.float32)


def overlaps(first: FloatArray, second: FloatArray) -> FloatArray:
    """Intersection over union of every pair.

    `first` has shape (N, 4) and `second` (M, 4), columns left, top, right, bottom in one common unit. The
    result has shape (N, M), values in [0, 1]; a box without area overlaps nothing.
    Raises ValueError if a shape differs.
    """
    for name, boxes in (("first", first), ("second", second)):
        if boxes.ndim != 2 or boxes.shape[1] != 4:
            raise ValueError(f"{name} must have shape (N, 4), got {boxes.shape}")
    top_left = np.maximum(first[:, None, :2], second[None, :, :2])
    bottom_right = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.clip(bottom_right - top_left, 0.0, None)
    shared = sides[..., 0] * sides[..., 1]
    union = _areas(first)[:, None] + _areas(second)[None, :] - shared
    shares = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return np.asarray(shares, dtype=np.float32)


def _areas(boxes: FloatArray) -> FloatArray:
    sides = np.clip(boxes[:, 2:] - boxes[:, :2], 0.0, None)
    return np.asarray(sides[:, 0] * sides[:, 1], dtype=np.float32)
