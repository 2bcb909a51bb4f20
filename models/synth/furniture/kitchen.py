"""Steel furniture of commercial kitchens: counters, stoves, hoods, sinks, shelves, fridges."""

import numpy as np

from models.synth.furniture.placing import Piece, steel
from models.synth.scene import Finish, Thing
from models.synth.shapes.mesh import Colour, Mesh, joined, mesh
from models.synth.shapes.solids import STEEL, box, cylinder, sheet, tube, turned_shape

DARK: Colour = (0.06, 0.06, 0.06)
COUNTER_HEIGHT = 0.85


def counter(length: float, depth: float = 0.70, *, shelf: bool = True, back: bool = False) -> Piece:
    """A work table with four legs, a shelf below and perhaps an upstand at the back."""
    top = [box((length, depth, 0.04), (length / 2, depth / 2, COUNTER_HEIGHT - 0.02), chamfer=0.008)]
    top += [box((length, 0.015, 0.05), (length / 2, 0.008, COUNTER_HEIGHT - 0.06))]
    legs = [
        box((0.04, 0.04, COUNTER_HEIGHT - 0.04), (x, y, COUNTER_HEIGHT / 2 - 0.02))
        for x in np.linspace(0.05, length - 0.05, 2 + int(length > 2.2))
        for y in (0.05, depth - 0.05)
    ]
    parts = [*top, *legs]
    if shelf:
        parts.append(box((length - 0.06, depth - 0.06, 0.02), (length / 2, depth / 2, 0.22)))
    if back:
        parts.append(box((length, 0.02, 0.10), (length / 2, depth - 0.01, COUNTER_HEIGHT + 0.05)))
    return [steel("counter", parts)]


def cupboard(length: float, depth: float = 0.70) -> Piece:
    """A counter closed by sliding doors."""
    parts = [
        box((length, depth, 0.04), (length / 2, depth / 2, COUNTER_HEIGHT - 0.02), chamfer=0.008),
        box((length, depth - 0.03, COUNTER_HEIGHT - 0.16), (length / 2, depth / 2 + 0.01, 0.47)),
    ]
    doors = max(2, round(length / 0.6))
    width = length / doors
    for k in range(doors):
        centre = (k + 0.5) * width
        parts.append(box((width - 0.015, 0.02, 0.58), (centre, 0.012 + 0.012 * (k % 2), 0.45)))
        parts.append(box((0.012, 0.02, 0.16), (centre + (width / 2 - 0.05) * (1 if k % 2 else -1), 0.0, 0.50), DARK))
    plinth = box((length, depth - 0.12, 0.09), (length / 2, depth / 2, 0.05), DARK)
    return [steel("cupboard", parts), Thing(name="plinth", mesh=plinth, finish=Finish.PLASTIC)]


def wok_range(burners: int = 2, *, rng: np.random.Generator) -> tuple[Piece, list[tuple[float, float, float]]]:
    """A wok stove with its woks; also where its flames burn (the middle of each ring, in the piece's frame)."""
    length, depth, height = 0.80 * burners, 0.90, 0.80
    body = [
        box((length, depth, height - 0.1), (length / 2, depth / 2, height / 2 + 0.03), chamfer=0.01),
        box((length, 0.06, 0.34), (length / 2, depth - 0.03, height + 0.15)),
        box((length, 0.03, 0.10), (length / 2, -0.005, height - 0.10)),
    ]
    dark: list[Mesh] = []
    flames = []
    for k in range(burners):
        x, y = 0.4 + 0.8 * k, 0.40
        dark.append(
            turned_shape(
                [
                    (0.24, height - 0.03),
                    (0.25, height + 0.035),
                    (0.19, height + 0.05),
                    (0.16, height - 0.02),
                    (0.0, height - 0.03),
                ],
                (0.05, 0.045, 0.04),
            ).moved((x, y, 0))
        )
        dark.append(cylinder(0.025, 0.05, (x - 0.1, -0.02, height - 0.10), DARK).turned(0))
        flames.append((x, y, height + 0.06))
        dark.append(_wok(rng).moved((x, y, height + 0.05)))
        body.append(
            tube(
                [
                    (x + 0.28, depth - 0.06, height + 0.3),
                    (x + 0.28, depth - 0.20, height + 0.42),
                    (x + 0.18, depth - 0.36, height + 0.40),
                ],
                0.013,
            )
        )
    soot = Thing(name="burners", mesh=joined(dark), finish=Finish.PAINT, dirt=0.6, roughness=0.45)
    return [steel("range", body, 0.55), soot], flames


def _wok(rng: np.random.Generator) -> Mesh:
    colour = (0.09, 0.085, 0.08)
    outer = [(0.03, 0.0), (0.10, 0.012), (0.16, 0.045), (0.205, 0.115), (0.21, 0.12)]
    inner = [(0.20, 0.115), (0.155, 0.052), (0.10, 0.022), (0.0, 0.012)]
    bowl = turned_shape([*outer, *inner], colour, 28)
    turn = float(rng.uniform(-60, 60)) - 90
    handle = tube([(0.20, 0, 0.11), (0.30, 0, 0.15), (0.42, 0, 0.19)], [0.012, 0.012, 0.015], colour)
    return joined([bowl, handle.turned(turn)])


def stockpot(
    radius: float = 0.20, height: float = 0.36, *, lid: bool = False, fill: Colour = (0.42, 0.28, 0.14)
) -> Piece:
    wall = turned_shape(
        [
            (0, 0),
            (radius - 0.01, 0),
            (radius, 0.01),
            (radius, height),
            (radius + 0.008, height + 0.004),
            (radius - 0.006, height),
            (radius - 0.008, height * 0.75),
        ],
        STEEL,
        28,
    )
    handles = [
        tube(
            [
                (s * radius, -0.05, height * 0.8),
                (s * (radius + 0.045), -0.05, height * 0.8),
                (s * (radius + 0.045), 0.05, height * 0.8),
                (s * radius, 0.05, height * 0.8),
            ],
            0.007,
        )
        for s in (-1, 1)
    ]
    piece = [steel("pot", [wall, *handles], 0.5)]
    if lid:
        cover = turned_shape(
            [
                (radius + 0.005, height),
                (radius + 0.005, height + 0.012),
                (radius * 0.6, height + 0.03),
                (0.02, height + 0.035),
                (0.02, height + 0.06),
                (0, height + 0.06),
            ],
            STEEL,
            28,
        )
        piece.append(steel("lid", [cover]))
    else:
        soup = turned_shape([(radius - 0.008, height * 0.76), (0, height * 0.765)], fill, 28)
        piece.append(Thing(name="soup", mesh=soup, finish=Finish.FOOD))
    return piece


def hood(length: float, depth: float = 1.1) -> Piece:
    """An extractor hood that hangs at 1.95 m, its filters seen from below."""
    low, high = 1.95, 2.55
    corners = [(0, 0, low), (length, 0, low), (length, depth, low), (0, depth, low)]
    upper = [(0.05, 0.45, high), (length - 0.05, 0.45, high), (length - 0.05, depth, high), (0.05, depth, high)]

    shell = mesh([*corners, *upper], [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7)], STEEL)
    rim = [
        box((length, 0.03, 0.14), (length / 2, 0, low)),
        box((0.03, depth, 0.14), (0, depth / 2, low)),
        box((0.03, depth, 0.14), (length, depth / 2, low)),
    ]
    duct = box((0.45, 0.45, 0.5), (length / 2, depth - 0.3, high + 0.25))
    return [steel("hood", [shell, *rim, duct], 0.4)]


def sink(length: float = 1.4, basins: int = 2) -> Piece:
    depth, top = 0.70, COUNTER_HEIGHT
    wide = length / basins
    parts = [
        box((length, 0.05, 0.04), (length / 2, 0.025, top)),
        box((length, 0.12, 0.04), (length / 2, depth - 0.06, top)),
    ]
    parts.append(box((length, 0.02, 0.16), (length / 2, depth - 0.01, top + 0.08)))
    bars = [min(max(k * wide, 0.03), length - 0.03) for k in range(basins + 1)]
    parts += [box((0.06, depth, 0.04), (x, depth / 2, top)) for x in bars]
    for k in range(basins):
        x = (k + 0.5) * wide
        parts.append(box((wide - 0.05, depth - 0.14, 0.01), (x, depth / 2 - 0.03, top - 0.28), (0.45, 0.46, 0.47)))
        parts.append(
            tube(
                [
                    (x, depth - 0.06, top),
                    (x, depth - 0.06, top + 0.28),
                    (x, depth - 0.14, top + 0.34),
                    (x, depth - 0.26, top + 0.30),
                    (x, depth - 0.27, top + 0.25),
                ],
                0.014,
            )
        )
    parts += [box((0.02, depth, 0.30), (x, depth / 2, top - 0.15)) for x in (0.02, length - 0.02)]
    parts.append(box((length, 0.02, 0.30), (length / 2, 0.01, top - 0.15)))
    legs = [
        box((0.04, 0.04, top - 0.1), (x, y, top / 2 - 0.05))
        for x in (0.05, length - 0.05)
        for y in (0.06, depth - 0.06)
    ]
    return [steel("sink", [*parts, *legs], 0.4)]


def wall_shelf(length: float, height: float = 1.55, depth: float = 0.30) -> Piece:
    """Two boards on brackets, the wall at y = 0 behind them."""
    parts = []
    for z in (height, height + 0.35):
        parts.append(box((length, depth, 0.025), (length / 2, -depth / 2, z)))
        parts += [box((0.02, depth, 0.06), (x, -depth / 2, z - 0.04)) for x in (0.15, length - 0.15)]
    return [steel("shelf", parts)]


def rack(length: float = 1.2, depth: float = 0.5, boards: int = 4, height: float = 1.8) -> Piece:
    """A store rack of posts and boards."""
    posts = [tube([(x, y, 0), (x, y, height)], 0.016) for x in (0.02, length - 0.02) for y in (0.02, depth - 0.02)]
    shelves = [box((length, depth, 0.03), (length / 2, depth / 2, z)) for z in np.linspace(0.18, height - 0.08, boards)]
    return [steel("rack", [*shelves, *posts])]


def fridge(doors: int = 2, height: float = 1.95) -> Piece:
    """An upright refrigerator of steel doors."""
    width, depth = 0.62 * doors, 0.78
    parts = [box((width, depth, height - 0.12), (width / 2, depth / 2 + 0.04, height / 2 + 0.06), chamfer=0.012)]
    handles = []
    for k in range(doors):
        for low, high in ((0.16, 0.98), (1.02, height - 0.06)):
            centre = ((k + 0.5) * 0.62, 0.02, (low + high) / 2)
            parts.append(box((0.60, 0.05, high - low), centre, chamfer=0.012))
            side = 0.22 if k % 2 == 0 else -0.22
            handles.append(box((0.03, 0.04, 0.22), (centre[0] + side, -0.02, centre[2]), DARK))
    gauge = box((0.12, 0.01, 0.05), (width / 2, 0.035, height - 0.03), (0.03, 0.03, 0.04))
    feet = box((width - 0.06, depth - 0.1, 0.12), (width / 2, depth / 2 + 0.04, 0.06), DARK)
    return [
        steel("fridge", parts, 0.25),
        Thing(name="handles", mesh=joined([*handles, gauge, feet]), finish=Finish.PLASTIC),
    ]


def door(width: float = 0.95, height: float = 2.05, colour: Colour = (0.55, 0.57, 0.56), *, gap: float = 0.0) -> Piece:
    """A door in its frame in a wall at y = 0, opened by `gap` degrees around its left edge; dark behind it."""
    frame = [
        box((0.07, 0.10, height), (-0.035, 0, height / 2)),
        box((0.07, 0.10, height), (width + 0.035, 0, height / 2)),
        box((width + 0.14, 0.10, 0.07), (width / 2, 0, height + 0.035)),
    ]
    leaf = [
        box((width, 0.045, height - 0.02), (width / 2, 0, height / 2), colour),
        box((0.28, 0.05, 0.40), (width / 2, 0, height * 0.74), (0.12, 0.14, 0.15)),
    ]
    leaf += [
        box((width, 0.05, 0.22), (width / 2, 0, 0.13), STEEL),
        tube([(width - 0.08, -0.02, 1.0), (width - 0.08, -0.06, 1.0), (width - 0.18, -0.06, 1.0)], 0.01),
    ]
    turned = joined(leaf).turned(-gap)
    behind = sheet((0, 0.04, 0), (width, 0, 0), (0, 0, height), (0.02, 0.02, 0.025))
    return [
        steel("frame", frame),
        Thing(name="leaf", mesh=turned, finish=Finish.PAINT, dirt=0.45),
        Thing(name="behind", mesh=behind, finish=Finish.PLASTER, dirt=0.0),
    ]


def drain(length: float = 1.6, width: float = 0.22) -> Piece:
    """A gutter in the floor under a grate of bars."""
    pit = box((length, width, 0.004), (length / 2, width / 2, 0.002), (0.03, 0.03, 0.03))
    bars = [box((0.012, width, 0.008), (x, width / 2, 0.006)) for x in np.arange(0.02, length, 0.035)]
    rims = [box((length, 0.02, 0.008), (length / 2, y, 0.006)) for y in (0.01, width - 0.01)]
    return [Thing(name="pit", mesh=pit, finish=Finish.PLASTER, dirt=0.8), steel("grate", [*bars, *rims], 0.7)]


def strip_light(length: float = 1.2) -> Piece:
    """A ceiling light: a white housing with a bright face downwards, hung at z = 0."""
    housing = box((length, 0.16, 0.05), (0, 0, 0.03), (0.85, 0.85, 0.85))
    face = box((length - 0.04, 0.12, 0.02), (0, 0, -0.005), (1, 1, 1))
    return [
        Thing(name="housing", mesh=housing, finish=Finish.PAINT),
        Thing(name="face", mesh=face, finish=Finish.GLOW, glow=6.0),
    ]
