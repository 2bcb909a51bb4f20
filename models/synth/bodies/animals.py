"""Rats, mice, cats and dogs in any step: one four-legged body, filled in with each kind's measures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.synth.bodies.breeds import PLANS, AnimalKind, Coat, Plan
from models.synth.shapes.implicit import Paint, Part, ball, body, rod
from models.synth.shapes.mesh import Colour, Floats, Integers, Mesh, rotation, toned


@dataclass(frozen=True, slots=True, kw_only=True)
class Animal:
    kind: AnimalKind
    fur: Colour
    coat: Coat = Coat.PLAIN
    size: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """`phase` counts steps, `pace` is 0 standing, 1 walking, 2 running; `sits` lowers the rump, angles in degrees."""

    phase: float = 0.0
    pace: float = 1.0
    sits: bool = False
    head_yaw: float = 0.0
    head_pitch: float = 0.0
    tail_swing: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnimalBody:
    """The surface, in the animal's frame: y forwards, x right, the floor at 0. `eyes` are places, not surfaces."""

    fur: Mesh
    eyes: tuple[Floats, Floats]
    eye_radius: float


def animal_body(animal: Animal, gait: Gait) -> AnimalBody:
    plan = PLANS[animal.kind]
    spine = _spine(plan, gait)
    head, eyes = _head(plan, animal, spine[-1], gait)
    parts = [
        *_trunk(plan, animal, spine),
        *_legs(plan, animal, spine, gait),
        *_tail(plan, animal, spine[0], gait),
        *head,
    ]
    # Half a millimetre of ripple per centimetre of body breaks the outline up as fur does.
    surface = body(parts, plan.cell, _painter(plan, animal, parts), ripple=0.0 if plan.bare_tail else 0.05 * plan.chest)
    grown = surface.scaled(animal.size)
    return AnimalBody(
        fur=grown, eyes=(eyes[0] * animal.size, eyes[1] * animal.size), eye_radius=0.10 * plan.head * animal.size
    )


def _spine(plan: Plan, gait: Gait) -> list[Floats]:
    """Rump, middle, shoulders."""
    stretch = 1 + 0.06 * gait.pace * np.sin(2 * np.pi * gait.phase * 2) * (gait.pace > 1.2)
    bob = 0.025 * plan.back * gait.pace * float(np.sin(4 * np.pi * gait.phase))
    half = plan.length * stretch / 2
    rump = np.array([0, -half, plan.back - plan.rump + bob])
    shoulders = np.array([0, half, plan.back - plan.chest - bob])
    if gait.sits:
        rump = np.array([0, -half * 0.55, plan.rump * 1.05])
        shoulders = np.array([0, half * 0.55, plan.back * 1.02 - plan.chest])
    middle = (rump + shoulders) / 2 + np.array([0, 0, plan.arch])
    return [rump, middle, shoulders]


def _trunk(plan: Plan, animal: Animal, spine: Sequence[Floats]) -> list[Part]:
    fur, blend = animal.fur, plan.chest * 0.6
    waist = (plan.chest + plan.rump) / 2 * (0.98 if plan.bare_tail else 0.90)
    return [
        rod(spine[0], spine[1], plan.rump, waist, colour=fur, blend=blend, name="trunk"),
        rod(spine[1], spine[2], waist, plan.chest, colour=fur, blend=blend, name="trunk"),
        ball(
            spine[2] - (0, 0, plan.chest * 0.15),
            (plan.chest * 0.95, plan.chest * 1.2, plan.chest * 1.15),
            colour=fur,
            blend=blend,
            name="trunk",
        ),
    ]


def _legs(plan: Plan, animal: Animal, spine: Sequence[Floats], gait: Gait) -> list[Part]:
    parts: list[Part] = []
    swing = plan.back * 0.28 * gait.pace
    for index, (anchor, radius, is_hind) in enumerate(((spine[0], plan.rump, True), (spine[2], plan.chest, False))):
        for side in (-1, 1):
            offset = (0.0 if side < 0 else 0.5) + (0.25 if is_hind else 0.0)
            turn = 2 * np.pi * (gait.phase + offset)
            hip = anchor + np.array([side * radius * 0.62, 0, -radius * 0.25])
            foot = np.array(
                [
                    side * radius * 0.66,
                    anchor[1] + swing * np.sin(turn),
                    max(0.0, 0.16 * plan.back * gait.pace * np.cos(turn)) + plan.leg * 0.6,
                ]
            )
            if gait.sits and is_hind:
                foot = np.array([side * radius * 1.1, anchor[1] + plan.rump * 1.1, plan.leg * 0.6])
            bent = -1 if index else 1
            knee = (hip + foot) / 2 + np.array(
                [side * radius * 0.1, bent * plan.back * (0.14 if is_hind else -0.10), plan.back * 0.03]
            )
            colour = toned(animal.fur, 0.94)
            thick = radius * (0.62 if is_hind else 0.42)
            parts += [
                rod(hip, knee, thick, plan.leg * 1.25, colour=colour, blend=radius * 0.4, name="leg"),
                rod(knee, foot, plan.leg * 1.15, plan.leg * 0.85, colour=colour, blend=plan.leg, name="leg"),
                rod(
                    foot,
                    foot + np.array([0, plan.leg * (2.6 if plan.bare_tail else 1.5), -plan.leg * 0.1]),
                    plan.leg * 0.85,
                    plan.leg * 0.7,
                    colour=colour,
                    blend=plan.leg,
                    name="paw",
                ),
            ]
    return parts


def _tail(plan: Plan, animal: Animal, root: Floats, gait: Gait) -> list[Part]:
    colour: Colour = (0.46, 0.34, 0.31) if plan.bare_tail else animal.fur
    joints, angle = 7, plan.tail_lift
    place = root + np.array([0, -plan.rump * 0.85, -plan.rump * 0.1 if plan.bare_tail else plan.rump * 0.35])
    parts = []
    for k in range(joints):
        share = k / joints
        sway = gait.tail_swing + 0.5 * float(np.sin(2 * np.pi * (gait.phase * 0.5) + 2.2 * share + animal.seed % 5))
        rise = angle * (1 - share * 1.4) if not plan.bare_tail else -0.5 * (share < 0.3)
        way = np.array([np.sin(sway * share * 1.6), -np.cos(sway * share) * np.cos(rise), np.sin(rise)])
        end = place + way / np.linalg.norm(way) * plan.tail / joints
        end[2] = max(end[2], plan.tail_radius * 0.9)
        thin = (
            (1 - 0.72 * share, 1 - 0.72 * (share + 1 / joints))
            if plan.bare_tail
            else (1 - 0.3 * share, 1 - 0.3 * (share + 1 / joints))
        )
        parts.append(
            rod(
                place,
                end,
                plan.tail_radius * thin[0],
                plan.tail_radius * thin[1],
                colour=colour,
                blend=plan.tail_radius,
                name="tail",
            )
        )
        place = end
    return parts


def _head(plan: Plan, animal: Animal, shoulders: Floats, gait: Gait) -> tuple[list[Part], tuple[Floats, Floats]]:
    turn = rotation(gait.head_yaw, "z") @ rotation(gait.head_pitch, "x")
    rise = plan.neck_rise + (plan.neck * 0.5 if gait.sits else 0.0)
    skull = shoulders + np.array([0, plan.chest * 0.75 + plan.neck, rise + plan.chest * 0.25])

    def at(x: float, y: float, z: float) -> Floats:
        return np.asarray(skull + turn @ np.array([x, y, z]))

    fur, size = animal.fur, plan.head
    pale = toned(fur, 1.12, 0.02)
    nose = at(0, size * 0.75 + plan.muzzle, -size * 0.30)
    parts = [
        rod(
            shoulders + np.array([0, plan.chest * 0.3, plan.chest * 0.2]),
            skull,
            plan.chest * 0.72,
            size * 0.82,
            colour=fur,
            blend=plan.chest * 0.4,
            name="trunk",
        ),
        ball(skull, (size * 0.92, size * 1.05, size * 0.90), colour=fur, blend=size * 0.3, name="head", frame=turn),
        rod(
            at(0, size * 0.45, -size * 0.14),
            nose,
            size * 0.62,
            size * (0.24 if plan.bare_tail else 0.40),
            colour=pale,
            blend=size * 0.4,
            name="muzzle",
        ),
        ball(
            nose + turn @ np.array([0, size * 0.12, size * 0.10]),
            (size * 0.16, size * 0.12, size * 0.12),
            colour=(0.10, 0.07, 0.07),
            blend=size * 0.05,
            name="nose",
        ),
    ]
    for side in (-1, 1):
        parts += _ear(plan, animal, at, side)
        eye = at(side * size * 0.50, size * 0.72, size * 0.24)
        parts.append(ball(eye, (size * 0.20,) * 3, colour=(0.03, 0.03, 0.03), blend=size * 0.03, name="eye"))
    eyes = (at(-size * 0.52, size * 0.68, size * 0.22), at(size * 0.52, size * 0.68, size * 0.22))
    return parts, eyes


def _ear(plan: Plan, animal: Animal, at: Callable[[float, float, float], Floats], side: int) -> list[Part]:
    size = plan.head
    root = at(side * size * 0.62, -size * 0.1, size * 0.66)
    if plan.bare_tail:
        disc = root + np.array([side * plan.ear * 0.25, 0, plan.ear * 0.55])
        return [
            ball(
                disc,
                (plan.ear_width * 0.8, plan.ear_width * 0.45, plan.ear * 0.8),
                colour=(0.48, 0.36, 0.32),
                blend=plan.ear * 0.2,
                name="ear",
            )
        ]
    if plan.is_floppy:
        tip = at(side * size * 1.15, 0.0, size * 0.62 - plan.ear)
        return [
            rod(
                at(side * size * 0.7, 0, size * 0.62),
                tip,
                plan.ear_width * 0.7,
                plan.ear_width * 0.5,
                colour=toned(animal.fur, 0.8),
                blend=plan.ear * 0.15,
                name="ear",
            )
        ]
    tip = at(side * size * 0.80, -size * 0.12, size * 0.66 + plan.ear)
    return [
        rod(
            root - np.array([0, 0, plan.ear * 0.25]),
            tip,
            plan.ear_width * 0.95,
            plan.ear_width * 0.12,
            colour=animal.fur,
            blend=plan.ear * 0.12,
            name="ear",
        )
    ]


def _painter(plan: Plan, animal: Animal, parts: list[Part]) -> Paint:
    is_bare = np.array([part.name in {"tail", "ear", "nose"} and plan.bare_tail for part in parts])
    rng = np.random.default_rng(animal.seed)
    patches = rng.uniform(-1, 1, (5, 3)) * (plan.chest, plan.length * 0.7, plan.back * 0.3) + (0, 0, plan.back * 0.8)

    def paint(places: Floats, nearest: Integers, colours: Floats) -> Floats:
        out = colours.copy()
        furry = ~is_bare[nearest]
        below = np.clip((plan.back * 0.62 - places[:, 2]) / (plan.back * 0.35), 0, 1)
        if animal.kind in {AnimalKind.RAT, AnimalKind.MOUSE}:
            out[furry] += 0.10 * below[furry, None]
        if animal.coat == Coat.STRIPED:
            wave = np.sin(places[:, 1] / plan.chest * 7 + 1.4 * np.sin(places[:, 2] / plan.chest * 3))
            out[furry & (wave > 0.25)] *= 0.55
        if animal.coat == Coat.PATCHED:
            near = np.min(np.linalg.norm(places[:, None] - patches, axis=2), axis=1)
            out[furry & (near > plan.chest * 1.1)] = (0.84, 0.82, 0.78)
        return np.clip(out, 0, 1)

    return paint
