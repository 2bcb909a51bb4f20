"""Rats, mice, cats and dogs: what they are called, their measures and their furs."""

from dataclasses import dataclass
from enum import StrEnum

from models.synth.shapes.mesh import Colour


class AnimalKind(StrEnum):
    RAT = "rat"
    MOUSE = "mouse"
    CAT = "cat"
    DOG = "dog"


class Coat(StrEnum):
    PLAIN = "plain"
    STRIPED = "striped"
    PATCHED = "patched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Measures in metres. `back` is the height of the back, `arch` how far it is hunched, `ear` its length."""

    length: float
    back: float
    chest: float
    rump: float
    arch: float
    neck: float
    neck_rise: float
    head: float
    muzzle: float
    ear: float
    ear_width: float
    tail: float
    tail_radius: float
    tail_lift: float
    leg: float
    cell: float
    bare_tail: bool = False
    is_floppy: bool = False


PLANS: dict[AnimalKind, Plan] = {
    AnimalKind.RAT: Plan(
        length=0.20,
        back=0.078,
        chest=0.034,
        rump=0.043,
        arch=0.018,
        neck=0.020,
        neck_rise=-0.004,
        head=0.025,
        muzzle=0.034,
        ear=0.013,
        ear_width=0.011,
        tail=0.19,
        tail_radius=0.0062,
        tail_lift=-0.35,
        leg=0.0085,
        cell=0.0055,
        bare_tail=True,
    ),
    AnimalKind.MOUSE: Plan(
        length=0.080,
        back=0.036,
        chest=0.015,
        rump=0.019,
        arch=0.009,
        neck=0.008,
        neck_rise=0.0,
        head=0.0125,
        muzzle=0.014,
        ear=0.0085,
        ear_width=0.0075,
        tail=0.08,
        tail_radius=0.0026,
        tail_lift=-0.35,
        leg=0.0042,
        cell=0.0028,
        bare_tail=True,
    ),
    AnimalKind.CAT: Plan(
        length=0.36,
        back=0.27,
        chest=0.072,
        rump=0.070,
        arch=0.0,
        neck=0.07,
        neck_rise=0.045,
        head=0.058,
        muzzle=0.022,
        ear=0.055,
        ear_width=0.028,
        tail=0.30,
        tail_radius=0.017,
        tail_lift=0.55,
        leg=0.024,
        cell=0.010,
    ),
    AnimalKind.DOG: Plan(
        length=0.52,
        back=0.46,
        chest=0.115,
        rump=0.092,
        arch=0.0,
        neck=0.13,
        neck_rise=0.11,
        head=0.072,
        muzzle=0.095,
        ear=0.075,
        ear_width=0.034,
        tail=0.30,
        tail_radius=0.022,
        tail_lift=0.8,
        leg=0.033,
        cell=0.014,
        is_floppy=True,
    ),
}

FURS: dict[AnimalKind, tuple[Colour, ...]] = {
    AnimalKind.RAT: ((0.25, 0.20, 0.16), (0.19, 0.17, 0.15), (0.32, 0.26, 0.21)),
    AnimalKind.MOUSE: ((0.34, 0.31, 0.28), (0.42, 0.36, 0.30)),
    AnimalKind.CAT: (
        (0.60, 0.36, 0.18),
        (0.34, 0.33, 0.32),
        (0.07, 0.065, 0.06),
        (0.86, 0.84, 0.80),
        (0.42, 0.35, 0.28),
    ),
    AnimalKind.DOG: ((0.66, 0.48, 0.28), (0.16, 0.13, 0.11), (0.80, 0.74, 0.64), (0.40, 0.24, 0.13)),
}
