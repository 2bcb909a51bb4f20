"""What stands before the camera: surfaces, lamps and air, described without any renderer."""

from dataclasses import dataclass, field
from enum import StrEnum

from models.synth.camera import Camera
from models.synth.shapes.mesh import Colour, Mesh


class Finish(StrEnum):
    """What a surface is made of; the renderer has one shader for each."""

    STEEL = "steel"
    WALL_TILES = "wall_tiles"
    FLOOR_TILES = "floor_tiles"
    PLASTER = "plaster"
    CONCRETE = "concrete"
    BRICK = "brick"
    ASPHALT = "asphalt"
    SAND = "sand"
    PAINT = "paint"
    PLASTIC = "plastic"
    BAG = "bag"
    RUBBER = "rubber"
    WOOD = "wood"
    CARDBOARD = "cardboard"
    CLOTH = "cloth"
    SKIN = "skin"
    FUR = "fur"
    CHITIN = "chitin"
    FOOD = "food"
    WATER = "water"
    GLOW = "glow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One surface. `tile` is the edge of its tiles in metres, `dirt` in [0, 1], `glow` how bright it shines by itself.

    `is_moving`: it may be elsewhere or of another shape in the next frame.
    """

    name: str
    mesh: Mesh
    finish: Finish
    dirt: float = 0.3
    tile: float = 0.2
    grout: Colour = (0.45, 0.44, 0.42)
    roughness: float = 0.5
    glow: float = 0.0
    is_moving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A soft rectangle of light that faces `aim`; with a `half_angle` (degrees) a spot instead, `size` its bulb."""

    position: tuple[float, float, float]
    aim: tuple[float, float, float]
    size: tuple[float, float] = (1.2, 0.3)
    watts: float = 60.0
    colour: Colour = (1.0, 0.98, 0.94)
    half_angle: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """Light from everywhere, and the sun outdoors: direction degrees above the horizon and around, strength."""

    colour: Colour = (0.8, 0.85, 0.9)
    strength: float = 0.25
    sun_strength: float = 0.0
    sun_height: float = 45.0
    sun_turn: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that has a box: its label in the ontology and the surfaces (by name) that it consists of.

    `meshes` holds surfaces of its own where it is a part of a thing, such as a face. `facts` are attributes and states.
    """

    key: str
    label: str
    surfaces: tuple[str, ...] = ()
    meshes: tuple[Mesh, ...] = ()
    facts: dict[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All of it. `is_infrared`: the camera's own lamps light it and the picture is grey."""

    things: tuple[Thing, ...]
    lamps: tuple[Lamp, ...]
    air: Air
    camera: Camera
    subjects: tuple[Subject, ...] = ()
    exposure: float = 1.0
    is_infrared: bool = False
