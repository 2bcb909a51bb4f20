"""A building site by day: columns with bars, a half-built wall, a scaffold, bricks, sand, a fence."""

import numpy as np

from models.synth.camera import Camera
from models.synth.furniture.placing import Piece, placed
from models.synth.places.place import Place, Spot
from models.synth.scene import Air, Finish, Thing
from models.synth.shapes.implicit import ball, body
from models.synth.shapes.mesh import Colour, joined
from models.synth.shapes.solids import box, cylinder, sheet, tube, turned_shape

GREY: Colour = (0.55, 0.54, 0.52)
RUST: Colour = (0.36, 0.20, 0.12)
BLUE: Colour = (0.14, 0.32, 0.56)


SPOTS: dict[str, Spot] = {
    "wall": (4.4, 6.9, 0.06),
    "bricks": (3.2, 4.6, 0.0),
    "mixer": (5.6, 4.3, 0.0),
    "scaffold": (6.9, 8.2, 0.06),
    "gate": (1.0, 7.6, 0.0),
    "middle": (4.2, 5.0, 0.06),
    "front": (2.6, 3.2, 0.0),
    "right": (7.8, 5.6, 0.06),
    "far": (3.0, 9.3, 0.06),
    "barrel": (3.6, 3.2, 0.0),
}


def work_site(seed: int) -> Place:
    rng = np.random.default_rng([seed, 4])
    things = [
        Thing(
            name="ground",
            mesh=sheet((-6, -4, 0), (26, 0, 0), (0, 24, 0), (0.55, 0.47, 0.38), cell=0.8),
            finish=Finish.SAND,
            dirt=0.5,
        ),
        Thing(
            name="slab", mesh=box((8, 6, 0.12), (5.0, 7.2, 0.0), (0.58, 0.57, 0.55)), finish=Finish.CONCRETE, dirt=0.6
        ),
        *_columns(),
        *_wall(rng),
        *placed(_scaffold(), (6.6, 9.0, 0), name="scaffold"),
        *placed(_pallet_of_bricks(), (2.2, 4.3, 0), float(rng.uniform(-15, 15)), "bricks"),
        *placed(_bags(rng), (7.6, 4.6, 0), float(rng.uniform(-20, 20)), "bags"),
        *placed(_mixer(), (6.2, 4.9, 0.06), float(rng.uniform(120, 200)), "mixer"),
        *_sand(rng),
        *_fence(),
        *_boards(rng),
    ]
    air = Air(
        colour=(0.62, 0.74, 0.92),
        strength=0.6,
        sun_strength=float(rng.uniform(4.0, 6.0)),
        sun_height=float(rng.uniform(35, 65)),
        sun_turn=float(rng.choice([-1, 1]) * rng.uniform(50, 120)),
    )
    return Place(
        name="work_site",
        things=tuple(things),
        lamps=(),
        air=air,
        camera=_camera(rng),
        spots=SPOTS,
        exposure=0.62,
        free_floor=((2.4, 3.0), (7.0, 6.4)),
    )


def _columns() -> Piece:
    columns, bars = [], []
    for x, y, high in ((1.6, 9.6, 2.8), (4.6, 9.9, 2.8), (8.6, 9.8, 1.9), (8.7, 6.4, 2.8)):
        columns.append(box((0.36, 0.36, high), (x, y, high / 2), GREY))
        bars += [
            tube([(x + s * 0.12, y + t * 0.12, high), (x + s * 0.12, y + t * 0.12, high + 0.7)], 0.012, RUST, 6)
            for s in (-1, 1)
            for t in (-1, 1)
        ]
        bars += [box((0.27, 0.27, 0.012), (x, y, high + 0.25), RUST)]
    return [
        Thing(name="columns", mesh=joined(columns), finish=Finish.CONCRETE, dirt=0.5),
        Thing(name="bars", mesh=joined(bars), finish=Finish.PAINT, dirt=0.6),
    ]


def _wall(rng: np.random.Generator) -> Piece:
    """Rows of blocks, the upper ones not yet complete."""
    blocks = []
    for row in range(7):
        left, right = 2.4 + 0.20 * (row % 2) + 0.25 * max(0, row - 4), 6.0 - 0.30 * max(0, row - 2) - 0.2 * (row % 2)
        for x in np.arange(left, right, 0.41):
            tone = float(rng.uniform(0.92, 1.06))
            blocks.append(
                box(
                    (0.40, 0.20, 0.19),
                    (x + float(rng.normal(0, 0.003)), 7.75, 0.16 + 0.20 * row),
                    (0.60 * tone, 0.58 * tone, 0.54 * tone),
                )
            )
    return [Thing(name="wall", mesh=joined(blocks), finish=Finish.CONCRETE, dirt=0.4)]


def _scaffold() -> Piece:
    tubes = [tube([(x, y, 0), (x, y, 4.2)], 0.024, (0.62, 0.63, 0.64), 8) for x in (0.0, 1.8, 3.6) for y in (0.0, 0.9)]
    for z in (0.9, 1.95, 3.0, 4.0):
        tubes += [tube([(0, y, z), (3.6, y, z)], 0.02, (0.62, 0.63, 0.64), 8) for y in (0.0, 0.9)]
    tubes += [tube([(0, 0, 0.1), (1.8, 0, 1.95)], 0.02, BLUE, 8), tube([(1.8, 0, 1.95), (3.6, 0, 0.1)], 0.02, BLUE, 8)]
    planks = [box((3.7, 0.26, 0.045), (1.8, 0.16 + 0.28 * k, 1.98), (0.58, 0.44, 0.28)) for k in range(3)]
    net = sheet((-0.1, 0.95, 2.0), (3.8, 0, 0), (0, 0, 2.2), (0.12, 0.38, 0.22))
    return [
        Thing(name="tubes", mesh=joined(tubes), finish=Finish.PAINT, dirt=0.5),
        Thing(name="planks", mesh=joined(planks), finish=Finish.WOOD, dirt=0.5),
        Thing(name="net", mesh=net, finish=Finish.CLOTH),
    ]


def _pallet_of_bricks() -> Piece:
    slats = [box((1.1, 0.10, 0.025), (0, -0.35 + 0.175 * k, 0.13), (0.55, 0.42, 0.27)) for k in range(5)]
    slats += [box((0.10, 0.8, 0.10), (x, 0, 0.06), (0.50, 0.38, 0.24)) for x in (-0.48, 0, 0.48)]
    stack = sheet((-0.5, -0.38, 0.15), (1.0, 0, 0), (0, 0, 0.62), (0.58, 0.27, 0.18))
    sides = [
        stack,
        sheet((0.5, -0.38, 0.15), (0, 0.76, 0), (0, 0, 0.62), (0.58, 0.27, 0.18)),
        sheet((0.5, 0.38, 0.15), (-1.0, 0, 0), (0, 0, 0.62), (0.58, 0.27, 0.18)),
        sheet((-0.5, 0.38, 0.15), (0, -0.76, 0), (0, 0, 0.62), (0.58, 0.27, 0.18)),
        sheet((-0.5, -0.38, 0.77), (1.0, 0, 0), (0, 0.76, 0), (0.58, 0.27, 0.18)),
    ]
    return [
        Thing(name="pallet", mesh=joined(slats), finish=Finish.WOOD, dirt=0.6),
        Thing(name="stack", mesh=joined(sides), finish=Finish.BRICK, dirt=0.4),
    ]


def _bags(rng: np.random.Generator) -> Piece:
    """Cement bags, laid crosswise."""
    bags = []
    for k in range(6):
        row, place = divmod(k, 2)
        shape = body(
            [
                ball((s * 0.14, t * 0.09, 0), (0.20, 0.14, 0.065), blend=0.10, colour=(0.66, 0.63, 0.56))
                for s in (-1, 1)
                for t in (-1, 1)
            ],
            0.03,
        )
        bags.append(
            shape.turned(90 * (row % 2) + float(rng.uniform(-6, 6)))
            .moved((0, (place - 0.5) * 0.46 if row % 2 == 0 else 0, 0.07 + 0.12 * row))
            .moved((0 if row % 2 == 0 else (place - 0.5) * 0.46, 0, 0))
        )
    return [Thing(name="bags", mesh=joined(bags), finish=Finish.CARDBOARD, dirt=0.5)]


def _mixer() -> Piece:
    drum = turned_shape(
        [(0.0, 0.0), (0.22, 0.02), (0.36, 0.30), (0.36, 0.45), (0.20, 0.72), (0.22, 0.75), (0.17, 0.70), (0.0, 0.30)],
        (0.85, 0.42, 0.08),
        24,
    )
    frame = [
        tube([(-0.5, -0.35, 0.05), (-0.35, 0, 0.75), (-0.5, 0.35, 0.05)], 0.03, BLUE),
        tube([(0.5, -0.35, 0.05), (0.35, 0, 0.75), (0.5, 0.35, 0.05)], 0.03, BLUE),
    ]
    wheels = [
        cylinder(0.18, 0.07, (0, 0, 0), (0.05, 0.05, 0.05)).turned(90, "y").moved((s * 0.5, 0.35, 0.18))
        for s in (-1, 1)
    ]
    motor = box((0.3, 0.25, 0.35), (0.5, 0, 0.65), BLUE)
    return [
        Thing(name="drum", mesh=drum.turned(-48, "x").moved((0, -0.2, 0.55)), finish=Finish.PAINT, dirt=0.8),
        Thing(name="frame", mesh=joined([*frame, *wheels, motor]), finish=Finish.PAINT, dirt=0.7),
    ]


def _sand(rng: np.random.Generator) -> Piece:
    lumps = [
        ball(
            (float(rng.normal(0, 0.35)), float(rng.normal(0, 0.3)), -0.1),
            (0.75, 0.6, 0.55),
            colour=(0.70, 0.58, 0.42),
            blend=0.3,
        )
        for _ in range(5)
    ]
    heap = body(lumps, 0.07, ripple=0.02)
    return [Thing(name="sand", mesh=heap.moved((8.7, 3.4, 0)), finish=Finish.SAND, dirt=0.2)]


def _fence() -> Piece:
    """Corrugated boards round the site, and the house behind it."""
    waves = [
        box((0.06, 0.03, 2.2), (x, 11.6 + 0.015 * (k % 2), 1.1), (0.22, 0.40, 0.55))
        for k, x in enumerate(np.arange(-5, 16, 0.07))
    ]
    house = sheet((-6, 17, 0), (26, 0, 0), (0, 0, 9), (0.62, 0.58, 0.52), cell=2.0)
    windows = [
        box((1.2, 0.1, 1.5), (x, 16.98, z), (0.12, 0.15, 0.18)) for x in np.arange(-4, 18, 2.6) for z in (2.4, 5.4, 8.2)
    ]
    return [
        Thing(name="fence", mesh=joined(waves), finish=Finish.PAINT, dirt=0.6),
        Thing(name="house", mesh=house, finish=Finish.PLASTER, dirt=0.5),
        Thing(name="windows", mesh=joined(windows), finish=Finish.CHITIN),
    ]


def _boards(rng: np.random.Generator) -> Piece:
    lying = [
        box((2.4, 0.20, 0.04), (0, 0.23 * k, 0.03 + 0.002 * k), (0.60, 0.46, 0.30))
        .turned(float(rng.uniform(-5, 5)))
        .moved((0.6, 5.9, 0))
        for k in range(4)
    ]
    barrel = cylinder(0.29, 0.88, (4.05, 3.0, 0.44), (0.16, 0.30, 0.50))
    return [
        Thing(name="boards", mesh=joined(lying), finish=Finish.WOOD, dirt=0.6),
        Thing(name="barrel", mesh=barrel, finish=Finish.PAINT, dirt=0.7),
    ]


def _camera(rng: np.random.Generator) -> Camera:
    return Camera(
        position=(float(rng.uniform(-0.2, 0.4)), float(rng.uniform(-0.4, 0.2)), float(rng.uniform(3.6, 4.4))),
        target=(float(rng.uniform(4.2, 4.6)), float(rng.uniform(5.4, 5.8)), 0.6),
        field_degrees=float(rng.uniform(62, 72)),
        k1=float(rng.uniform(-0.10, -0.05)),
        roll_degrees=float(rng.normal(0, 0.8)),
    )
