"""One of the cast, as a story's YAML describes it."""

from enum import StrEnum
from typing import TypeVar

import numpy as np

from models.marked_yaml import Marked
from models.synth.bodies import clothes
from models.synth.bodies.clothes import Attire, Hair, Headwear, MaskWorn, Outfit
from models.synth.bodies.pose import POSES
from models.synth.bodies.skeleton import Build
from models.synth.furniture.bins import BinKind
from models.synth.shapes.mesh import Colour
from models.synth.story import CastKind, Held, Member, Point

_EVERYBODY = ("name", "is", "at", "facing", "present", "size", "seed")
_OF_PEOPLE = (
    "pose",
    "tall",
    "girth",
    "belly",
    "shoulders",
    "outfit",
    "headwear",
    "hat_colour",
    "mask",
    "apron",
    "gloves",
    "vest",
    "top",
    "trousers",
    "skin",
    "hair",
    "sleeves",
    "holds",
)
_OF_BINS = ("kind", "lid_degrees", "fill", "colour")
_OF_AIR = ("height", "strength")
_AIR = {CastKind.STEAM, CastKind.SMOKE, CastKind.FIRE, CastKind.BURNER}
E = TypeVar("E", bound=StrEnum)


def read_member(item: Marked, spots: dict[str, Point], place: int) -> Member:
    """`place` in the list seeds what the file leaves open. Raises StoryError through the marks."""
    allowed = (*_EVERYBODY, *_OF_PEOPLE, *_OF_BINS, *_OF_AIR)
    given = item.fields(allowed, ("name", "is", "at"))
    kind = given["is"].choice(CastKind)
    _require_fitting(given, kind)
    seed = given["seed"].whole_number() if "seed" in given else place + 1
    return Member(
        name=given["name"].text(),
        kind=kind,
        at=_point(given["at"], spots),
        facing=_number(given, "facing", -360, 360, 0.0),
        pose=_pose(given),
        height=_number(given, "height", 0, 4, 0.0),
        size=_number(given, "size", 0.3, 3, 1.0),
        strength=_number(given, "strength", 0, 3, 1.0),
        is_present=given["present"].flag() if "present" in given else True,
        seed=seed,
        build=_build(given),
        attire=_attire(given, np.random.default_rng([seed, 17])),
        held=given["holds"].choice(Held) if "holds" in given else Held.NOTHING,
        bin_kind=given["kind"].choice(BinKind) if "kind" in given else BinKind.PEDAL,
        colour=int(_number(given, "colour", 0, 5, 0)),
        lid_degrees=_number(given, "lid_degrees", 0, 270, 0.0),
        fill=_number(given, "fill", 0, 1.6, 0.4),
    )


def _require_fitting(given: dict[str, Marked], kind: CastKind) -> None:
    fitting = set(_EVERYBODY)
    fitting |= set(_OF_PEOPLE) if kind == CastKind.PERSON else set()
    fitting |= set(_OF_BINS) if kind == CastKind.BIN else set()
    fitting |= set(_OF_AIR) if kind in _AIR else set()
    for name, marked in given.items():
        if name not in fitting:
            raise marked.fail(f"a field that a {kind} has", name)


def _point(marked: Marked, spots: dict[str, Point]) -> Point:
    words = marked.text().split()
    if len(words) == 1 and words[0] in spots:
        return spots[words[0]]
    try:
        x, y = (float(word) for word in words)
    except ValueError:
        raise marked.fail(f"a spot ({', '.join(spots)}) or two numbers 'x y'") from None
    return x, y


def _pose(given: dict[str, Marked]) -> str:
    if "pose" not in given:
        return "stand"
    pose = given["pose"].text()
    if pose not in POSES:
        raise given["pose"].fail(f"one of {', '.join(POSES)}")
    return pose


def _build(given: dict[str, Marked]) -> Build:
    return Build(
        height=_number(given, "tall", 1.4, 2.1, 1.70),
        girth=_number(given, "girth", 0.8, 1.35, 1.0),
        shoulders=_number(given, "shoulders", 0.85, 1.2, 1.0),
        belly=_number(given, "belly", 0, 1, 0.2),
    )


def _attire(given: dict[str, Marked], rng: np.random.Generator) -> Attire:
    outfit = _choice(given, "outfit", Outfit, Outfit.WHITE_COAT)
    headwear = _choice(given, "headwear", Headwear, Headwear.NONE)
    tops = {Outfit.WHITE_COAT: clothes.COATS, Outfit.UNIFORM: clothes.UNIFORMS}.get(outfit, clothes.STREETS)
    hats = {Headwear.HAIRNET: clothes.NETS, Headwear.HELMET: clothes.HELMETS, Headwear.CAP: clothes.UNIFORMS}.get(
        headwear, clothes.COATS
    )
    return Attire(
        outfit=outfit,
        headwear=headwear,
        mask=_choice(given, "mask", MaskWorn, MaskWorn.NONE),
        apron=_colour(given, "apron", clothes.APRONS),
        gloves=_colour(given, "gloves", clothes.GLOVES),
        vest=_colour(given, "vest", clothes.VESTS),
        top=_colour(given, "top", tops) or _any(tops, rng),
        trousers=_colour(given, "trousers", clothes.TROUSERS) or _any(clothes.TROUSERS, rng),
        hat=_colour(given, "hat_colour", hats) or _any(hats, rng),
        mask_colour=_any(clothes.MASKS, rng),
        skin=_colour(given, "skin", clothes.SKINS) or _any(clothes.SKINS, rng),
        hair=_choice(given, "hair", Hair, Hair.SHORT),
        hair_colour=_any(clothes.HAIRS, rng),
        sleeves=_number(given, "sleeves", 0, 1, 0.9),
    )


def _any(colours: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _colour(given: dict[str, Marked], name: str, colours: tuple[Colour, ...]) -> Colour | None:
    """A place in the palette of the garment, counted from 0."""
    if name not in given:
        return None
    number = given[name].whole_number()
    if number >= len(colours):
        raise given[name].fail(f"a number below {len(colours)}: the place in the palette")
    return colours[number]


def _choice(given: dict[str, Marked], name: str, choices: type[E], otherwise: E) -> E:
    return given[name].choice(choices) if name in given else otherwise


def _number(given: dict[str, Marked], name: str, minimum: float, maximum: float, otherwise: float) -> float:
    return given[name].signed_number(minimum, maximum) if name in given else otherwise
