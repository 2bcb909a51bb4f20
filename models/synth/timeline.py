"""What one of the cast is doing at any second of a story: a pure function of story and time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from models.synth.bodies.clothes import Attire, Headwear, MaskWorn
from models.synth.bodies.pose import POSES, Pose, blended, stepping, working
from models.synth.story import CastKind, Deed, Garment, Held, Member, Point, Step, Story

STEP_LENGTH: dict[CastKind, float] = {  # metres of one whole double step
    CastKind.PERSON: 1.30,
    CastKind.RAT: 0.13,
    CastKind.MOUSE: 0.06,
    CastKind.COCKROACH: 0.03,
    CastKind.CAT: 0.42,
    CastKind.DOG: 0.62,
}
HAND_SECONDS = 0.7  # how long a hand needs to a hat or a mask, and back
_HELD_POSES = {Held.PHONE: "phone_look", Held.PHONE_AT_EAR: "phone_ear", Held.CIGARETTE: "smoke"}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One of the cast at one moment. `pace` is metres a second, `phase` counts double steps since the story began."""

    at: Point
    facing: float
    is_present: bool
    pace: float
    phase: float
    pose: Pose
    sits: bool
    attire: Attire
    held: Held
    lid_degrees: float
    fill: float
    strength: float


def state(story: Story, member: Member, second: float) -> State:
    """The member's state; what a step changes stays changed until another step changes it."""
    steps = [step for step in story.steps if step.who == member.name]
    begun = [step for step in steps if step.at <= second]
    at, facing, pace, phase = _movement(member, begun, second)
    pose, sits = _pose(member, begun, second)
    if pace > 0.05 and member.kind == CastKind.PERSON:
        pose = stepping(pose, phase, stride=0.12 + 0.07 * min(pace, 1.5))
    pose = _hand_at_head(pose, steps, second)
    return State(
        at=at,
        facing=facing,
        is_present=_presence(member, begun, second),
        pace=pace,
        phase=phase,
        pose=working(pose, second, member.seed) if member.kind == CastKind.PERSON else pose,
        sits=sits,
        attire=_attire(member, begun),
        held=next((step.held for step in reversed(begun) if step.does == Deed.HOLDS), member.held),
        lid_degrees=_eased(member.lid_degrees, [step for step in begun if step.does == Deed.LID], second),
        fill=_eased(member.fill, [step for step in begun if step.does == Deed.FILL], second),
        strength=_eased(member.strength, [step for step in begun if step.does == Deed.STRENGTH], second),
    )


def _movement(member: Member, begun: Sequence[Step], second: float) -> tuple[Point, float, float, float]:
    at, facing, walked, pace = member.at, member.facing, 0.0, 0.0
    for step in begun:
        if step.does == Deed.TURNS:
            share = _share(step, second)
            facing += _shortest(step.number - facing) * share
        if step.does == Deed.GOES:
            whole = (at, *step.path) if step.path[0] != at else step.path
            # An animal that vanishes behind furniture starts where its path starts.
            whole = step.path if step.vanishes and len(step.path) > 1 else whole
            length = path_length(whole)
            share = _share(step, second, is_eased=member.kind == CastKind.PERSON)
            at, way = along(whole, share)
            walked += length * share
            if length > 0 and way is not None:
                turn = way - facing
                facing = (
                    way if second - step.at > 0.5 else facing + _shortest(turn) * min(1.0, (second - step.at) / 0.5)
                )
            pace = length / max(step.seconds, 1e-6) if second < step.until else 0.0
    return at, facing, pace, walked / STEP_LENGTH.get(member.kind, 1.0)


def along(path: Sequence[Point], share: float) -> tuple[Point, float | None]:
    """The place at a share of the path's length, and the heading there in degrees (0 along y, counter-clockwise)."""
    lengths = [float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(path)]
    left = share * sum(lengths)
    heading: float | None = None
    for (start, end), length in zip(pairwise(path), lengths, strict=True):
        if length == 0:
            continue
        heading = float(np.degrees(np.arctan2(-(end[0] - start[0]), end[1] - start[1])))
        if left <= length:
            part = left / length
            return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part), heading
        left -= length
    return path[-1], heading


def path_length(path: Sequence[Point]) -> float:
    return sum(float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(path))


def _share(step: Step, second: float, *, is_eased: bool = False) -> float:
    if step.seconds <= 0:
        return 1.0
    share = min(max((second - step.at) / step.seconds, 0.0), 1.0)
    return share * share * (3 - 2 * share) * 0.4 + share * 0.6 if is_eased else share


def _shortest(degrees: float) -> float:
    return (degrees + 180) % 360 - 180


def _pose(member: Member, begun: Sequence[Step], second: float) -> tuple[Pose, bool]:
    name, sits = member.pose, False
    pose = _held_pose(POSES[name], member.held)
    for step in begun:
        if step.does == Deed.POSES and step.pose == "sit":
            sits = True
        elif step.does == Deed.POSES:
            sits = False
            pose = blended(pose, POSES[step.pose], _share(step, second))
        elif step.does == Deed.HOLDS:
            goal = POSES[_HELD_POSES[step.held]] if step.held != Held.NOTHING else POSES["stand"]
            pose = blended(pose, goal, _share(step, second))
        elif step.does == Deed.GOES:
            sits = False
    return pose, sits


def _held_pose(pose: Pose, held: Held) -> Pose:
    return POSES[_HELD_POSES[held]] if held != Held.NOTHING else pose


def _hand_at_head(pose: Pose, steps: Sequence[Step], second: float) -> Pose:
    """A hand goes up to what is taken off or put on, and comes down again."""
    for step in steps:
        if step.garment in {Garment.HEADWEAR, Garment.MASK} and abs(second - step.at) < HAND_SECONDS:
            goal = POSES["hand_to_head" if step.garment == Garment.HEADWEAR else "hand_to_face"]
            pose = blended(pose, goal, 1 - abs(second - step.at) / HAND_SECONDS)
    return pose


def _attire(member: Member, begun: Sequence[Step]) -> Attire:
    attire = member.attire
    for step in begun:
        if step.does == Deed.TAKES_OFF:
            bare = {Garment.HEADWEAR: {"headwear": Headwear.NONE}, Garment.MASK: {"mask": MaskWorn.NONE}}
            empty = {Garment.GLOVES: {"gloves": None}, Garment.APRON: {"apron": None}, Garment.VEST: {"vest": None}}
            attire = replace(attire, **(bare | empty)[step.garment])  # type: ignore[index,arg-type]  # the reader demands a garment
        elif step.does == Deed.PUTS_ON and step.garment is not None:
            attire = replace(attire, **_worn_again(member.attire, step.garment))  # type: ignore[arg-type]  # names of its fields
    return attire


def _worn_again(first: Attire, garment: Garment) -> dict[str, object]:
    """What the member wore at the start, or the plainest there is where it wore none."""
    plain: dict[Garment, dict[str, object]] = {
        Garment.HEADWEAR: {"headwear": first.headwear if first.headwear != Headwear.NONE else Headwear.CAP},
        Garment.MASK: {"mask": MaskWorn.RIGHT},
        Garment.GLOVES: {"gloves": first.gloves or (0.82, 0.86, 0.88)},
        Garment.APRON: {"apron": first.apron or (0.09, 0.09, 0.10)},
        Garment.VEST: {"vest": first.vest or (0.94, 0.44, 0.06)},
    }
    return plain[garment]


def _presence(member: Member, begun: Sequence[Step], second: float) -> bool:
    is_present = member.is_present
    for step in begun:
        if step.does in {Deed.APPEARS, Deed.LEAVES}:
            is_present = step.does == Deed.APPEARS
        if step.does == Deed.GOES and step.vanishes:
            is_present = second <= step.until
    return is_present


def _eased(first: float, steps: Sequence[Step], second: float) -> float:
    value = first
    for step in steps:
        share = _share(step, second)
        value += (step.number - value) * share * share * (3 - 2 * share)
    return value
