"""What all places are: a room or yard without people, and the spots that stories name."""

from dataclasses import dataclass, field

import numpy as np

from models.synth.camera import Camera
from models.synth.furniture.placing import Piece
from models.synth.scene import Air, Finish, Lamp, Thing
from models.synth.shapes.mesh import Colour, joined
from models.synth.shapes.solids import box, sheet

Spot = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`spots` are places by name (metres), `burners` where flames may burn, `free_floor` corners of open floor."""

    name: str
    things: tuple[Thing, ...]
    lamps: tuple[Lamp, ...]
    air: Air
    camera: Camera
    spots: dict[str, Spot] = field(default_factory=dict)
    burners: tuple[Spot, ...] = ()
    exposure: float = 1.0
    is_infrared: bool = False
    free_floor: tuple[tuple[float, float], tuple[float, float]] = ((0.5, 0.5), (3.0, 3.0))


FLOORS: tuple[tuple[Colour, Colour, float], ...] = (
    ((0.46, 0.30, 0.24), (0.22, 0.20, 0.19), 0.15),
    ((0.55, 0.55, 0.54), (0.28, 0.27, 0.26), 0.30),
    ((0.66, 0.63, 0.57), (0.33, 0.31, 0.28), 0.30),
    ((0.38, 0.41, 0.42), (0.20, 0.20, 0.20), 0.20),
)
WALLS: tuple[tuple[Colour, Colour], ...] = (
    ((0.86, 0.87, 0.86), (0.55, 0.54, 0.51)),
    ((0.80, 0.84, 0.85), (0.48, 0.49, 0.48)),
    ((0.88, 0.85, 0.78), (0.52, 0.48, 0.42)),
)


def room(width: float, depth: float, height: float, rng: np.random.Generator) -> Piece:
    """Floor, the far wall (y = depth) and the right wall (x = width), tiled as high as hands and splashes reach."""
    floor, grout, tile = FLOORS[int(rng.integers(len(FLOORS)))]
    wall, joint = WALLS[int(rng.integers(len(WALLS)))]
    dirt = float(rng.uniform(0.35, 0.7))
    high = 2.1
    ground = sheet((-1.5, -2, 0), (width + 1.5, 0, 0), (0, depth + 2, 0), floor)
    tiled = joined(
        [
            sheet((0, depth, 0), (width, 0, 0), (0, 0, high), wall),
            sheet((width, depth, 0), (0, -depth - 2, 0), (0, 0, high), wall),
            sheet((0, -2, 0), (0, depth + 2, 0), (0, 0, high), wall),
        ]
    )
    plain: Colour = (0.80, 0.79, 0.75)
    upper = joined(
        [
            sheet((0, depth, high), (width, 0, 0), (0, 0, height - high), plain),
            sheet((width, depth, high), (0, -depth - 2, 0), (0, 0, height - high), plain),
            sheet((0, -2, high), (0, depth + 2, 0), (0, 0, height - high), plain),
        ]
    )
    kick = [
        box((width, 0.015, 0.10), (width / 2, depth - 0.008, 0.05), (0.35, 0.34, 0.33)),
        box((0.015, depth, 0.10), (width - 0.008, depth / 2, 0.05), (0.35, 0.34, 0.33)),
    ]
    return [
        Thing(name="floor", mesh=ground, finish=Finish.FLOOR_TILES, tile=tile, grout=grout, dirt=dirt),
        Thing(
            name="walls",
            mesh=tiled,
            finish=Finish.WALL_TILES,
            tile=float(rng.choice([0.15, 0.2])),
            grout=joint,
            dirt=dirt * 0.6,
        ),
        Thing(name="upper", mesh=upper, finish=Finish.PLASTER, dirt=dirt * 0.7),
        Thing(name="kick", mesh=joined(kick), finish=Finish.RUBBER, dirt=0.5),
    ]
