"""A cold-dish room: white tiles, food pans under a pass window, a refrigerator, a hand basin."""

import numpy as np

from models.synth.camera import Camera
from models.synth.furniture.kitchen import (
    COUNTER_HEIGHT,
    counter,
    cupboard,
    door,
    fridge,
    sink,
    strip_light,
    wall_shelf,
)
from models.synth.furniture.placing import Piece, placed
from models.synth.furniture.ware import FOODS, board, bottles, bowl, carton, gastronorm
from models.synth.places.place import Place, Spot, room
from models.synth.scene import Air, Finish, Lamp, Thing
from models.synth.shapes.mesh import joined
from models.synth.shapes.solids import box, sheet

WIDTH, DEPTH, HEIGHT = 4.4, 3.6, 2.7


SPOTS: dict[str, Spot] = {
    "line_left": (1.3, DEPTH - 1.05, 0.0),
    "line_right": (2.6, DEPTH - 1.05, 0.0),
    "table_near": (1.8, 1.08, 0.0),
    "table_far": (2.0, 2.30, 0.0),
    "basin": (3.35, 1.2, 0.0),
    "door": (0.55, 2.35, 0.0),
    "fridge": (3.2, 3.0, 0.0),
    "middle": (3.0, 2.2, 0.0),
    "bin": (0.75, 1.2, 0.0),
    "under_table": (2.0, 1.7, 0.0),
    "front": (2.9, 1.3, 0.0),
}


def cold_room(seed: int) -> Place:
    rng = np.random.default_rng([seed, 2])
    kinds = list(FOODS)
    top = COUNTER_HEIGHT
    things = [
        *room(WIDTH, DEPTH, HEIGHT, rng),
        *placed(cupboard(2.7), (0.6, DEPTH - 0.72, 0), name="line"),
        *placed(fridge(1), (WIDTH - 0.85, DEPTH - 0.1, 0), -90, "fridge"),
        *placed(sink(0.6, 1), (WIDTH - 0.72, 1.5, 0), -90, "basin"),
        *placed(counter(1.6, 0.7), (1.2, 1.35, 0), name="table"),
        *placed(wall_shelf(1.5, 1.6), (1.6, DEPTH, 0), 0, "shelf"),
        *placed(door(0.9), (0.05, 1.9, 0), 90, "door"),
        *_window(),
        *[
            thing
            for k in range(6)
            for thing in placed(
                gastronorm(rng, str(rng.choice(kinds))), (0.85 + 0.37 * k, DEPTH - 0.50, top), name=f"pan{k}"
            )
        ],
        *placed(board(rng), (1.65, 1.68, top), float(rng.uniform(-10, 10)), "board1"),
        *placed(board(rng, with_food=False), (2.4, 1.72, top), float(rng.uniform(-10, 10)), "board2"),
        *placed(bowl(0.13, str(rng.choice(kinds)), rng=rng), (2.02, 1.86, top), name="bowl1"),
        *placed(bottles(5, rng), (1.75, DEPTH - 0.15, 1.615), name="bottles"),
        *placed(carton((0.36, 0.28, 0.2), rng), (1.6, 1.7, 0.23), name="box1"),
        *placed(carton((0.30, 0.28, 0.24), rng), (2.2, 1.7, 0.23), 12, name="box2"),
        *[
            thing
            for k, x in enumerate((1.3, 3.1))
            for thing in placed(strip_light(), (x, 1.9, HEIGHT - 0.08), name=f"light{k}")
        ],
    ]
    power = float(rng.uniform(38, 55))
    lamps = tuple(
        Lamp(position=(x, 1.9, HEIGHT - 0.12), aim=(x, 1.9, 0), size=(1.2, 0.2), watts=power, colour=(0.95, 0.99, 1.0))
        for x in (1.3, 3.1)
    )
    return Place(
        name="cold_room",
        things=tuple(things),
        lamps=lamps,
        air=Air(colour=(0.85, 0.89, 0.92), strength=0.6),
        camera=_camera(rng),
        spots=SPOTS,
        exposure=1.0,
        free_floor=((0.6, 2.1), (3.2, 2.7)),
    )


def _window() -> Piece:
    """A pass to the dining room: a frame and a dark pane in the far wall."""
    frame = joined(
        [
            box((1.0, 0.06, 0.06), (2.4, DEPTH - 0.02, 1.12)),
            box((1.0, 0.06, 0.06), (2.4, DEPTH - 0.02, 1.52)),
            box((0.06, 0.06, 0.46), (1.93, DEPTH - 0.02, 1.32)),
            box((0.06, 0.06, 0.46), (2.87, DEPTH - 0.02, 1.32)),
        ]
    )
    pane = sheet((1.95, DEPTH - 0.015, 1.14), (0.9, 0, 0), (0, 0, 0.36), (0.10, 0.13, 0.15))
    return [
        Thing(name="window.frame", mesh=frame, finish=Finish.STEEL),
        Thing(name="window.pane", mesh=pane, finish=Finish.CHITIN),
    ]


def _camera(rng: np.random.Generator) -> Camera:
    return Camera(
        position=(float(rng.uniform(3.9, 4.15)), float(rng.uniform(0.2, 0.4)), float(rng.uniform(2.35, 2.5))),
        target=(float(rng.uniform(1.55, 1.75)), float(rng.uniform(2.3, 2.5)), float(rng.uniform(0.65, 0.8))),
        field_degrees=float(rng.uniform(78, 88)),
        k1=float(rng.uniform(-0.13, -0.08)),
        roll_degrees=float(rng.normal(0, 0.8)),
    )
