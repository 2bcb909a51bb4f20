"""A story: who is where, what happens when, and which violations it promises.

Seconds from the start of the clip; places are metres in the place's own frame (x, y on the floor).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from models.synth.bodies.clothes import Attire
from models.synth.bodies.skeleton import Build
from models.synth.furniture.bins import BinKind

Point = tuple[float, float]


class PlaceName(StrEnum):
    HOT_KITCHEN = "hot_kitchen"
    COLD_ROOM = "cold_room"
    BACK_DOOR = "back_door"
    WORK_SITE = "work_site"


class CastKind(StrEnum):
    PERSON = "person"
    RAT = "rat"
    MOUSE = "mouse"
    COCKROACH = "cockroach"
    CAT = "cat"
    DOG = "dog"
    BIN = "bin"
    LITTER = "litter"
    PUDDLE = "puddle"
    CLOTH = "cloth"
    STEAM = "steam"
    SMOKE = "smoke"
    FIRE = "fire"
    BURNER = "burner"


class Deed(StrEnum):
    GOES = "goes"
    POSES = "poses"
    TURNS = "turns"
    TAKES_OFF = "takes_off"
    PUTS_ON = "puts_on"
    HOLDS = "holds"
    LID = "lid"
    FILL = "fill"
    APPEARS = "appears"
    LEAVES = "leaves"
    STRENGTH = "strength"


class Held(StrEnum):
    NOTHING = "nothing"
    PHONE = "phone"
    PHONE_AT_EAR = "phone_at_ear"
    CIGARETTE = "cigarette"


class Garment(StrEnum):
    HEADWEAR = "headwear"
    MASK = "mask"
    GLOVES = "gloves"
    APRON = "apron"
    VEST = "vest"


class Need(StrEnum):
    """What the service must have before it can keep a promise."""

    TODAY = "today"
    ATTIRE = "attire"
    HEADS = "heads"
    SITE_RULES = "site_rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the cast. `facing` in degrees: 0 looks along y (away from most cameras), counter-clockwise.

    `is_present` at the start. `height` of air and of things on furniture is metres above the floor.
    """

    name: str
    kind: CastKind
    at: Point
    facing: float = 0.0
    pose: str = "stand"
    height: float = 0.0
    size: float = 1.0
    strength: float = 1.0
    is_present: bool = True
    seed: int = 0
    build: Build = field(default_factory=Build)
    attire: Attire = field(default_factory=Attire)
    held: Held = Held.NOTHING
    bin_kind: BinKind = BinKind.PEDAL
    colour: int = 0
    lid_degrees: float = 0.0
    fill: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that one of the cast does from second `at` on, for `seconds`."""

    at: float
    who: str
    does: Deed
    seconds: float = 0.0
    path: tuple[Point, ...] = ()
    pose: str = ""
    number: float = 0.0
    garment: Garment | None = None
    held: Held = Held.NOTHING
    vanishes: bool = False

    @property
    def until(self) -> float:
        return self.at + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A violation between two seconds that the rules must raise, or must not.

    `tolerance_seconds`: an alert may start that much after the rule's own dwell. `because` tells a reader why not.
    """

    code: str
    is_raised: bool
    who: str
    begins: float
    ends: float
    tolerance_seconds: float = 3.0
    needs: Need = Need.TODAY
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where whoever hung the camera pointed it (metres) and how far the lens is zoomed in (horizontal angle)."""

    looks_at: tuple[float, float, float]
    field_degrees: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Frames are rendered `rendered_per_second` times a second and shown `shown_per_second` times, some repeated.

    Without a `view` the camera looks as the place's seed says.
    """

    name: str
    place: PlaceName
    seed: int
    length_seconds: float
    rendered_per_second: int
    shown_per_second: int
    clock: str
    cast: tuple[Member, ...]
    steps: tuple[Step, ...]
    promises: tuple[Promise, ...]
    view: View | None = None
    width: int = 640
    height: int = 360

    def member(self, name: str) -> Member:
        return next(member for member in self.cast if member.name == name)

    @property
    def frame_count(self) -> int:
        return round(self.length_seconds * self.rendered_per_second)

    def second(self, frame: int) -> float:
        return frame / self.rendered_per_second
