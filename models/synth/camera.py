"""A camera in the corner of a room: where a place in metres lands in the picture, lens distortion included.

Lens coordinates are in half widths of the picture: x to the right, y upwards, 1 at the picture's edge for a lens
without distortion. A distorted radius is r (1 + k1 r² + k2 r⁴), Brown's model; a negative k1 is a barrel.
"""

from dataclasses import dataclass

import numpy as np

from models.synth.shapes.mesh import Floats

NEAREST = 0.05  # metres; what is closer to the lens is not in the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """`field_degrees` is the horizontal angle that a lens without distortion would see; `roll_degrees` tilts it."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    field_degrees: float = 80.0
    k1: float = -0.10
    k2: float = 0.01
    roll_degrees: float = 0.0
    width: int = 640
    height: int = 360

    def __post_init__(self) -> None:
        if not 10 <= self.field_degrees <= 140:
            raise ValueError(f"field_degrees must be in [10, 140], got {self.field_degrees!r}")
        radii = np.linspace(0, min(self._limit(), 4.0), 512)
        if float(np.max(_bent(radii, self.k1, self.k2))) <= self.widest:
            raise ValueError(f"the lens folds the picture over itself: k1 {self.k1!r}, k2 {self.k2!r}")

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def widest(self) -> float:
        """Radius of the picture's corner in distorted lens coordinates."""
        return float(np.hypot(1.0, 1.0 / self.aspect))

    def axes(self) -> Floats:
        """Unit vectors to the right, upwards and forwards, one a row."""
        forward = np.asarray(self.target, dtype=float) - np.asarray(self.position, dtype=float)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        up = np.cross(right, forward)
        turn = np.radians(self.roll_degrees)
        return np.stack([right * np.cos(turn) + up * np.sin(turn), up * np.cos(turn) - right * np.sin(turn), forward])

    def lens(self, places: Floats) -> tuple[Floats, Floats]:
        """Undistorted lens coordinates (N, 2) and depth (N,) in metres of places (N, 3).

        Behind the camera the coordinates are not numbers.
        """
        seen = (places - np.asarray(self.position)) @ self.axes().T
        depth = seen[:, 2]
        safe = np.where(depth > NEAREST, depth, np.nan)
        return seen[:, :2] / (safe[:, None] * np.tan(np.radians(self.field_degrees) / 2)), depth

    def project(self, places: Floats) -> tuple[Floats, Floats]:
        """Picture fractions (N, 2), y downwards, and depth (N,). Not a number where the lens sees nothing."""
        flat, depth = self.lens(places)
        return self.from_lens(self.distorted(flat)), depth

    def distorted(self, flat: Floats) -> Floats:
        """Lens coordinates as the lens bends them; beyond the radius at which it would fold back: not a number."""
        radius = np.linalg.norm(flat, axis=-1, keepdims=True)
        limit = self._limit()
        factor = 1 + self.k1 * radius**2 + self.k2 * radius**4
        return np.asarray(np.where(radius < limit, flat * factor, np.nan))

    def undistorted(self, bent: Floats) -> Floats:
        """What `distorted` bent to these coordinates, by Newton's method; good to 1e-9 inside the picture."""
        goal = np.linalg.norm(bent, axis=-1, keepdims=True)
        radius = goal.copy()
        for _ in range(12):
            slope = 1 + 3 * self.k1 * radius**2 + 5 * self.k2 * radius**4
            radius = radius - (_bent(radius, self.k1, self.k2) - goal) / slope
        return np.asarray(bent * np.where(goal > 1e-12, radius / np.maximum(goal, 1e-12), 1.0))

    def from_lens(self, bent: Floats) -> Floats:
        return np.stack([0.5 + bent[..., 0] / 2, 0.5 - bent[..., 1] * self.aspect / 2], axis=-1)

    def to_lens(self, fractions: Floats) -> Floats:
        return np.stack([2 * fractions[..., 0] - 1, (1 - 2 * fractions[..., 1]) / self.aspect], axis=-1)

    def overscan(self) -> float:
        """How much wider than this picture a straight-line picture must be to hold all that the lens sees."""
        edge = np.linspace(0, 1, 41)
        border = np.concatenate([np.stack([edge, edge * 0], -1), np.stack([edge * 0, edge], -1)])
        flat = self.from_lens(self.undistorted(self.to_lens(border)))
        return float(np.max(np.abs(flat - 0.5)) * 2)

    def straight(self, places: Floats) -> Floats:
        """Fractions (N, 2) in the straight-line picture that is rendered before the lens bends it."""
        flat, _ = self.lens(places)
        return self.from_lens(flat / self.overscan())

    def bending_maps(self) -> tuple[Floats, Floats]:
        """For each pixel of this picture, column and row in the straight-line picture of the same size."""
        columns, rows = np.meshgrid(
            (np.arange(self.width) + 0.5) / self.width, (np.arange(self.height) + 0.5) / self.height
        )
        flat = self.undistorted(self.to_lens(np.stack([columns, rows], axis=-1)))
        source = self.from_lens(flat / self.overscan())
        return source[..., 0] * self.width - 0.5, source[..., 1] * self.height - 0.5

    def _limit(self) -> float:
        """Smallest undistorted radius at which the distorted one stops growing."""
        radii = np.linspace(0, 4, 2001)
        falling = np.flatnonzero(np.diff(_bent(radii, self.k1, self.k2)) <= 0)
        return float(radii[falling[0]]) if len(falling) else np.inf


def _bent(radius: Floats, k1: float, k2: float) -> Floats:
    return np.asarray(radius * (1 + k1 * radius**2 + k2 * radius**4))
