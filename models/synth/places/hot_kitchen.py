"""A hot kitchen by day: woks and a hood along the far wall, an island, sink, fridge and a door."""

import numpy as np

from models.synth.camera import Camera
from models.synth.furniture.kitchen import (
    COUNTER_HEIGHT,
    counter,
    cupboard,
    door,
    drain,
    fridge,
    hood,
    rack,
    sink,
    stockpot,
    strip_light,
    wall_shelf,
    wok_range,
)
from models.synth.furniture.placing import Piece, placed
from models.synth.furniture.ware import FOODS, board, bottles, bowl, carton, crate, gastronorm
from models.synth.places.place import Place, Spot, room
from models.synth.scene import Air, Lamp
from models.synth.shapes.mesh import Colour

WIDTH, DEPTH, HEIGHT = 6.0, 4.8, 3.0


def hot_kitchen(seed: int) -> Place:
    rng = np.random.default_rng([seed, 1])
    stove, flames = wok_range(3, rng=rng)
    stove_at = (1.3, DEPTH - 0.92, 0.0)
    things = [
        *room(WIDTH, DEPTH, HEIGHT, rng),
        *placed(stove, stove_at, name="stove"),
        *placed(hood(2.7), (1.15, DEPTH - 1.12, 0), name="hood"),
        *placed(counter(1.15, back=True), (0.05, DEPTH - 0.72, 0), name="side"),
        *placed(cupboard(1.5), (3.85, DEPTH - 0.72, 0), name="cupboard"),
        *placed(counter(2.4, 0.8), (1.9, 2.15, 0), name="island"),
        *placed(sink(), (WIDTH - 0.72, 3.1, 0), -90, "sink"),
        *placed(fridge(), (WIDTH - 0.85, 1.62, 0), -90, "fridge"),
        *placed(door(gap=0), (5.0, DEPTH - 0.05, 0), name="door"),
        *placed(wall_shelf(1.3), (WIDTH, 3.05, 0), -90, "wallshelf"),
        *placed(drain(2.4), (1.4, DEPTH - 1.35, 0), name="drain"),
        *placed(rack(1.0), (0.55, 2.2, 0), 90, "rack"),
        *_ware(rng),
        *[
            thing
            for k, x in enumerate((1.7, 4.3))
            for thing in placed(strip_light(), (x, 2.6, HEIGHT - 0.1), name=f"light{k}")
        ],
    ]
    burners = tuple((stove_at[0] + x, stove_at[1] + y, z) for x, y, z in flames)
    return Place(
        name="hot_kitchen",
        things=tuple(things),
        lamps=_lamps(rng),
        air=Air(colour=_tint(rng), strength=0.55),
        camera=_camera(rng),
        spots=_spots(burners),
        burners=burners,
        free_floor=((1.0, 1.0), (5.0, 1.9)),
    )


def _ware(rng: np.random.Generator) -> Piece:
    top = COUNTER_HEIGHT
    kinds = list(FOODS)
    return [
        *placed(board(rng), (2.5, 2.50, top), float(rng.uniform(-10, 10)), "board1"),
        *placed(board(rng), (3.5, 2.55, top), float(rng.uniform(-10, 10)), "board2"),
        *placed(bowl(kind=str(rng.choice(kinds)), rng=rng), (3.02, 2.66, top), name="bowl1"),
        *placed(bowl(0.11, str(rng.choice(kinds)), rng=rng), (4.05, 2.62, top), name="bowl2"),
        *placed(gastronorm(rng, str(rng.choice(kinds))), (0.5, DEPTH - 0.38, top), name="pan1"),
        *placed(gastronorm(rng, str(rng.choice(kinds))), (0.88, DEPTH - 0.38, top), name="pan2"),
        *placed(bottles(6, rng), (4.0, DEPTH - 0.16, top), name="sauces"),
        *placed(stockpot(lid=True), (4.85, DEPTH - 0.38, top), name="pot1"),
        *placed(stockpot(0.17, 0.3), (2.2, 2.5, 0.23), name="pot2"),
        *placed(stockpot(0.22, 0.34, lid=True), (2.9, 2.5, 0.23), name="pot3"),
        *placed(crate(rng, str(rng.choice(kinds))), (3.7, 2.5, 0.23), name="crate1"),
        *placed(bottles(5, rng), (WIDTH - 0.16, 2.9, 1.565), -90, "tins"),
        *placed(carton((0.4, 0.3, 0.28), rng), (0.30, 2.45, 0.20), 90, "carton1"),
        *placed(carton((0.34, 0.3, 0.24), rng), (0.30, 2.9, 0.72), 88, "carton2"),
        *placed(crate(rng, None), (0.28, 2.75, 1.24), 90, "crate2"),
    ]


def _lamps(rng: np.random.Generator) -> tuple[Lamp, ...]:
    power = float(rng.uniform(55, 85))
    tint: Colour = (1.0, float(rng.uniform(0.94, 0.99)), float(rng.uniform(0.86, 0.97)))
    over = [
        Lamp(position=(x, 2.6, HEIGHT - 0.14), aim=(x, 2.6, 0), size=(1.2, 0.2), watts=power, colour=tint)
        for x in (1.7, 4.3)
    ]
    under_hood = Lamp(
        position=(2.5, DEPTH - 0.5, 1.93), aim=(2.5, DEPTH - 0.5, 0), size=(1.8, 0.2), watts=14, colour=tint
    )
    return (*over, under_hood)


def _tint(rng: np.random.Generator) -> Colour:
    return (0.84, float(rng.uniform(0.84, 0.88)), float(rng.uniform(0.82, 0.92)))


def _camera(rng: np.random.Generator) -> Camera:
    place = (float(rng.uniform(0.22, 0.5)), float(rng.uniform(0.2, 0.5)), float(rng.uniform(2.45, 2.8)))
    target = (float(rng.uniform(3.0, 3.4)), float(rng.uniform(2.9, 3.2)), float(rng.uniform(0.55, 0.8)))
    return Camera(
        position=place,
        target=target,
        field_degrees=float(rng.uniform(74, 86)),
        k1=float(rng.uniform(-0.13, -0.07)),
        roll_degrees=float(rng.normal(0, 0.8)),
    )


def _spots(burners: tuple[Spot, ...]) -> dict[str, Spot]:
    return {
        "stove_left": (burners[0][0], DEPTH - 1.32, 0.0),
        "stove_middle": (burners[1][0], DEPTH - 1.32, 0.0),
        "stove_right": (burners[2][0], DEPTH - 1.32, 0.0),
        "island_near": (2.6, 1.88, 0.0),
        "island_near_right": (3.7, 1.88, 0.0),
        "island_far": (3.1, 3.22, 0.0),
        "sink": (4.95, 2.5, 0.0),
        "fridge": (4.75, 1.0, 0.0),
        "door": (5.45, DEPTH - 0.75, 0.0),
        "bin": (1.35, 2.45, 0.0),
        "middle": (4.65, 3.2, 0.0),
        "front": (2.2, 1.2, 0.0),
        "under_sink": (5.6, 2.6, 0.0),
        "under_island": (3.4, 2.5, 0.0),
        "along_wall": (5.6, 0.9, 0.0),
    }
