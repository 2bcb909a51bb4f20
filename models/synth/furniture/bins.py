"""Bins of several real kinds, with lids at any angle and any fill."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.synth.furniture.placing import Piece
from models.synth.scene import Finish, Thing
from models.synth.shapes.implicit import Part, ball, body
from models.synth.shapes.mesh import Colour, Mesh, joined, mesh, toned
from models.synth.shapes.solids import box, cylinder, turned_shape

OPEN_FROM_DEGREES = 12.0  # a lid that stands higher than this counts as open: a hand fits in
OVERFLOWING_FROM = 1.02  # share of the bin's height


class BinKind(StrEnum):
    PEDAL = "pedal"
    WHEELIE = "wheelie"
    BUCKET = "bucket"
    SWING = "swing"


BIN_COLOURS: tuple[Colour, ...] = (
    (0.20, 0.21, 0.22),
    (0.16, 0.32, 0.18),
    (0.12, 0.20, 0.44),
    (0.42, 0.43, 0.44),
    (0.55, 0.10, 0.10),
    (0.70, 0.68, 0.62),
)
_RUBBISH: tuple[Colour, ...] = (
    (0.08, 0.08, 0.085),
    (0.80, 0.79, 0.74),
    (0.26, 0.42, 0.12),
    (0.62, 0.48, 0.30),
    (0.55, 0.16, 0.10),
    (0.82, 0.80, 0.70),
    (0.70, 0.56, 0.16),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """`lid_degrees` is 0 when shut; a bucket has no lid and is always open. `fill` is a share of the height."""

    kind: BinKind = BinKind.PEDAL
    lid_degrees: float = 0.0
    fill: float = 0.4
    colour: Colour = BIN_COLOURS[0]
    seed: int = 0

    @property
    def is_open(self) -> bool:
        return self.kind == BinKind.BUCKET or self.lid_degrees > OPEN_FROM_DEGREES

    @property
    def is_overflowing(self) -> bool:
        return self.fill > OVERFLOWING_FROM


def bin_piece(bin_: Bin) -> Piece:
    """The bin on the floor around the origin, its front to -y."""
    build = {BinKind.PEDAL: _pedal, BinKind.WHEELIE: _wheelie, BinKind.BUCKET: _bucket, BinKind.SWING: _swing}[
        bin_.kind
    ]
    return build(bin_)


def _pedal(bin_: Bin) -> Piece:
    wide, deep, high = 0.42, 0.40, 0.62
    shell = _hollow(wide, deep, high, 0.90, bin_.colour)
    pedal = box((0.14, 0.10, 0.02), (0, -deep / 2 - 0.03, 0.03), (0.05, 0.05, 0.05))
    lid = [
        box((wide + 0.03, deep + 0.03, 0.05), (0, -deep / 2, 0.025), bin_.colour, 0.015),
        box((wide - 0.08, deep - 0.08, 0.02), (0, -deep / 2, 0.058), bin_.colour),
    ]
    hinged = _hinged(joined(lid), (0, deep / 2, high), bin_.lid_degrees)
    return [_plastic("shell", [shell, pedal]), _plastic("lid", [hinged]), *_filling(bin_, wide * 0.9, deep * 0.9, high)]


def _wheelie(bin_: Bin) -> Piece:
    wide, deep, high = 0.48, 0.52, 0.92
    shell = _hollow(wide, deep, high, 0.76, bin_.colour)
    rim = [box((wide + 0.05, 0.03, 0.05), (0, s * deep / 2, high - 0.02), bin_.colour) for s in (-1, 1)]
    rim += [box((0.03, deep, 0.05), (s * wide / 2, 0, high - 0.02), bin_.colour) for s in (-1, 1)]
    wheels = [
        cylinder(0.10, 0.05, (0, 0, 0), (0.03, 0.03, 0.03)).turned(90, "y").moved((s * wide / 2, deep / 2 - 0.06, 0.10))
        for s in (-1, 1)
    ]
    bar = box((wide - 0.04, 0.035, 0.035), (0, deep / 2 + 0.07, high - 0.03), bin_.colour)
    lid = [
        box((wide + 0.06, deep + 0.08, 0.03), (0, -deep / 2, 0.015), bin_.colour, 0.012),
        box((wide - 0.06, deep - 0.12, 0.03), (0, -deep / 2, 0.04), bin_.colour, 0.02),
    ]
    hinged = _hinged(joined(lid), (0, deep / 2 + 0.03, high + 0.01), bin_.lid_degrees)
    return [
        _plastic("shell", [shell, *rim, bar, *wheels]),
        _plastic("lid", [hinged]),
        *_filling(bin_, wide * 0.92, deep * 0.92, high),
    ]


def _bucket(bin_: Bin) -> Piece:
    radius, high = 0.21, 0.46
    profile = [
        (0, 0.01),
        (radius * 0.78, 0.0),
        (radius, high),
        (radius + 0.014, high + 0.005),
        (radius + 0.01, high - 0.02),
        (radius - 0.012, high - 0.005),
        (radius * 0.75, 0.02),
        (0, 0.02),
    ]
    return [
        _plastic("shell", [turned_shape(profile, bin_.colour, 28)]),
        *_filling(bin_, radius * 1.75, radius * 1.75, high),
    ]


def _swing(bin_: Bin) -> Piece:
    wide, deep, high = 0.40, 0.32, 0.60
    shell = _hollow(wide, deep, high, 0.88, bin_.colour)
    hood_colour = toned(bin_.colour, 1.25, 0.02)
    roof = [box((0.03, deep, 0.18), (s * (wide / 2 - 0.01), 0, high + 0.09), hood_colour) for s in (-1, 1)]
    roof += [box((wide, 0.03, 0.10), (0, s * deep / 2, high + 0.05), hood_colour) for s in (-1, 1)]
    flap = (
        box((wide - 0.05, deep - 0.01, 0.014), (0, 0, 0), (0.72, 0.72, 0.70))
        .turned(bin_.lid_degrees, "x")
        .moved((0, 0, high + 0.15))
    )
    return [_plastic("shell", [shell, *roof]), _plastic("lid", [flap]), *_filling(bin_, wide * 0.9, deep * 0.9, high)]


def _plastic(name: str, meshes: list[Mesh]) -> Thing:
    return Thing(name=name, mesh=joined(meshes), finish=Finish.PLASTIC, dirt=0.55)


def _hollow(wide: float, deep: float, high: float, taper: float, colour: Colour) -> Mesh:
    """A box without a top, narrower below, with a dark inside."""
    outer = _ring(wide * taper, deep * taper, 0.0) + _ring(wide, deep, high)
    inner = _ring(wide - 0.03, deep - 0.03, high) + _ring((wide - 0.03) * taper, (deep - 0.03) * taper, 0.03)
    faces = [(0, 3, 2, 1)]
    for first in (0, 4, 8):
        faces += [(first + k, first + (k + 1) % 4, first + 4 + (k + 1) % 4, first + 4 + k) for k in range(4)]
    faces.append((12, 13, 14, 15))
    return mesh(outer + inner, faces, colour)


def _ring(wide: float, deep: float, z: float) -> list[tuple[float, float, float]]:
    return [(-wide / 2, -deep / 2, z), (wide / 2, -deep / 2, z), (wide / 2, deep / 2, z), (-wide / 2, deep / 2, z)]


def _hinged(lid: Mesh, hinge: tuple[float, float, float], degrees: float) -> Mesh:
    """The lid around an axis along x at the hinge: 0 lies flat, 90 stands up, 250 hangs behind."""
    return lid.turned(-degrees, "x").moved(hinge)


def _filling(bin_: Bin, wide: float, deep: float, high: float) -> Piece:
    """A liner that laps over the rim, and rubbish up to the fill; beyond 1 it towers and hangs out."""
    rng = np.random.default_rng(bin_.seed)
    liner = _liner(wide, deep, high, rng) if bin_.is_open or bin_.is_overflowing else []
    if bin_.fill <= 0.02:
        return liner
    level = min(bin_.fill, 1.0) * high * 0.96
    parts: list[Part] = []
    for _ in range(22 + int(40 * max(bin_.fill - 0.9, 0))):
        over = max(bin_.fill - 0.95, 0.0)
        spread = 0.40 + 0.10 * over
        x, y = rng.uniform(-spread, spread, 2) * (wide, deep)
        peak = 1 - (2 * abs(x) / wide) ** 2 * 0.5 - (2 * abs(y) / deep) ** 2 * 0.5
        z = level + rng.uniform(-0.05, 0.02) + over * high * 0.75 * max(peak, 0) * rng.uniform(0.2, 1.0)
        colour = _RUBBISH[int(rng.integers(len(_RUBBISH)))]
        parts.append(ball((x, y, z), tuple(rng.uniform(0.035, 0.085, 3) * (1, 1, 0.7)), colour=colour, blend=0.01))
    return [*liner, Thing(name="rubbish", mesh=body(parts, 0.015, ripple=0.010), finish=Finish.BAG)]


def _liner(wide: float, deep: float, high: float, rng: np.random.Generator) -> Piece:
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    square = 1 / np.maximum(np.abs(np.cos(angles)), np.abs(np.sin(angles))) ** 0.75
    around = np.stack([np.cos(angles) * square * wide / 2, np.sin(angles) * square * deep / 2], axis=-1)
    rings = []
    for scale, z in (
        (0.90, high - 0.10),
        (0.97, high + 0.006),
        (1.12, high + 0.012),
        (1.15, high - 0.05),
        (1.14, high - 0.10),
    ):
        wobble = 1 + rng.normal(0, 0.012, (40, 1))
        rings.append(
            np.concatenate(
                [around * scale * wobble, np.full((40, 1), z) + rng.normal(0, 0.012, (40, 1)) * (z < high)], axis=1
            )
        )
    faces = [
        (r * 40 + k, r * 40 + (k + 1) % 40, (r + 1) * 40 + (k + 1) % 40, (r + 1) * 40 + k)
        for r in range(4)
        for k in range(40)
    ]
    colour = (0.05, 0.05, 0.055) if rng.uniform() < 0.7 else (0.70, 0.72, 0.74)
    return [Thing(name="liner", mesh=mesh(np.concatenate(rings), faces, colour, is_smooth=True), finish=Finish.BAG)]
