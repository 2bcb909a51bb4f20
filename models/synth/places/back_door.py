"""The yard behind the back door, at night in the camera's own infrared light."""

import numpy as np

from models.synth.camera import Camera
from models.synth.furniture.kitchen import door
from models.synth.furniture.placing import Piece, placed
from models.synth.furniture.ware import carton, crate
from models.synth.places.place import Place, Spot
from models.synth.scene import Air, Finish, Lamp, Thing
from models.synth.shapes.mesh import joined
from models.synth.shapes.solids import box, cylinder, sheet, tube

SPOTS: dict[str, Spot] = {
    "door": (3.4, 3.2, 0.0),
    "bin": (1.75, 3.5, 0.0),
    "bin_right": (4.75, 3.5, 0.0),
    "bins_front": (2.2, 2.9, 0.0),
    "crates": (5.4, 3.3, 0.0),
    "cartons": (6.0, 2.3, 0.0),
    "left": (0.6, 3.7, 0.0),
    "right": (6.7, 3.2, 0.0),
    "middle": (3.6, 2.2, 0.0),
    "front": (2.6, 1.5, 0.0),
    "wall_left": (1.2, 3.85, 0.0),
    "wall_right": (6.6, 3.85, 0.0),
}


def back_door(seed: int) -> Place:
    """The house is at y = 4, its door in the middle; the yard runs along x from 0 to 7."""
    rng = np.random.default_rng([seed, 3])
    things = [
        Thing(
            name="ground",
            mesh=sheet((-2, -2, 0), (11, 0, 0), (0, 6.2, 0), (0.42, 0.41, 0.39)),
            finish=Finish.CONCRETE,
            dirt=0.75,
        ),
        Thing(
            name="house",
            mesh=sheet((-2, 4, 0), (11, 0, 0), (0, 0, 4), (0.46, 0.28, 0.22)),
            finish=Finish.BRICK,
            dirt=0.5,
        ),
        Thing(
            name="fence",
            mesh=sheet((6.9, 4, 0), (0, -6, 0), (0, 0, 2.6), (0.52, 0.50, 0.47)),
            finish=Finish.PLASTER,
            dirt=0.7,
        ),
        Thing(
            name="step",
            mesh=box((1.4, 0.5, 0.14), (3.4, 3.75, 0.07), (0.45, 0.44, 0.42)),
            finish=Finish.CONCRETE,
            dirt=0.7,
        ),
        *placed(door(0.95, 2.05, (0.40, 0.44, 0.46)), (2.95, 3.98, 0.14), name="door"),
        *_fittings(),
        *placed(crate(rng, None), (5.6, 3.65, 0), float(rng.uniform(-6, 6)), "crate1"),
        *placed(crate(rng, None), (5.6, 3.66, 0.27), float(rng.uniform(-8, 8)), "crate2"),
        *placed(crate(rng, None), (6.3, 3.6, 0), float(rng.uniform(-8, 8)), "crate3"),
        *placed(carton((0.5, 0.4, 0.35), rng), (6.45, 2.7, 0), 84, "carton1"),
        *placed(carton((0.42, 0.36, 0.3), rng, is_open=True), (6.4, 2.1, 0), 70, "carton2"),
        *placed(carton((0.4, 0.3, 0.3), rng), (6.45, 2.68, 0.35), 95, "carton3"),
    ]
    camera = _camera(rng)
    x, y, z = camera.position
    ring = Lamp(
        position=(x, y, z + 0.03),
        aim=camera.target,
        size=(0.03, 0.03),
        watts=float(rng.uniform(420, 560)),
        colour=(1, 1, 1),
        half_angle=40,
    )
    return Place(
        name="back_door",
        things=tuple(things),
        lamps=(ring,),
        air=Air(colour=(0.6, 0.65, 0.8), strength=0.02),
        camera=camera,
        spots=SPOTS,
        exposure=1.0,
        is_infrared=True,
        free_floor=((1.6, 1.6), (5.6, 3.0)),
    )


def _fittings() -> Piece:
    """A down-pipe, a meter box, a gully, a dead lamp over the door."""
    pipe = tube([(1.0, 3.9, 0.0), (1.0, 3.9, 4.0)], 0.055, (0.5, 0.5, 0.5))
    meter = joined(
        [
            box((0.5, 0.2, 0.7), (4.9, 3.9, 1.5), (0.55, 0.56, 0.55)),
            tube([(4.9, 3.9, 1.85), (4.9, 3.9, 4.0)], 0.03, (0.4, 0.4, 0.4)),
        ]
    )
    lamp = joined(
        [
            box((0.3, 0.16, 0.10), (3.42, 3.92, 2.55), (0.3, 0.3, 0.3)),
            cylinder(0.06, 0.02, (3.42, 3.86, 2.49), (0.7, 0.7, 0.65)),
        ]
    )
    gully = joined([box((0.5, 0.03, 0.01), (2.6, 2.6 + 0.05 * k, 0.005), (0.14, 0.14, 0.14)) for k in range(8)])
    return [
        Thing(name="pipe", mesh=pipe, finish=Finish.PAINT, dirt=0.6),
        Thing(name="meter", mesh=meter, finish=Finish.PAINT, dirt=0.5),
        Thing(name="lamp", mesh=lamp, finish=Finish.PAINT),
        Thing(name="gully", mesh=gully, finish=Finish.PAINT, dirt=0.8),
    ]


def _camera(rng: np.random.Generator) -> Camera:
    return Camera(
        position=(float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.2, 0.6)), float(rng.uniform(2.5, 2.9))),
        target=(float(rng.uniform(3.6, 3.9)), float(rng.uniform(2.7, 2.95)), float(rng.uniform(0.3, 0.5))),
        field_degrees=float(rng.uniform(68, 78)),
        k1=float(rng.uniform(-0.12, -0.07)),
        roll_degrees=float(rng.normal(0, 0.8)),
    )
