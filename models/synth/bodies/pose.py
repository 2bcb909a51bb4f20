"""Poses of people as a few numbers, so that any two can be blended.

All lengths are shares of the body's height, in the person's own frame: x to the right, y forwards, z upwards, the
origin on the floor under the hips.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """`bend` leans the trunk forwards, `side` to the right, `twist` turns the shoulders left (degrees)."""

    hips: float = 0.525
    shift: float = 0.0
    bend: float = 3.0
    side: float = 0.0
    twist: float = 0.0
    head_pitch: float = 8.0
    head_yaw: float = 0.0
    left_hand: Place = (-0.148, 0.045, 0.435)
    right_hand: Place = (0.148, 0.045, 0.435)
    left_foot: Place = (-0.062, 0.0, 0.0)
    right_foot: Place = (0.062, 0.0, 0.0)


STAND = Pose()
POSES: dict[str, Pose] = {
    "stand": STAND,
    "work": Pose(bend=12, head_pitch=32, left_hand=(-0.11, 0.26, 0.565), right_hand=(0.10, 0.25, 0.56)),
    "chop": Pose(bend=15, twist=6, head_pitch=36, left_hand=(-0.06, 0.25, 0.555), right_hand=(0.09, 0.23, 0.60)),
    "stir": Pose(bend=10, twist=-10, head_pitch=28, left_hand=(-0.10, 0.22, 0.56), right_hand=(0.08, 0.29, 0.62)),
    "reach_up": Pose(bend=-4, head_pitch=-22, left_hand=(-0.12, 0.20, 0.95), right_hand=(0.14, 0.24, 1.12)),
    "reach": Pose(bend=26, head_pitch=20, left_hand=(-0.12, 0.30, 0.56), right_hand=(0.08, 0.42, 0.62)),
    "bend": Pose(
        hips=0.50, shift=-0.08, bend=72, head_pitch=20, left_hand=(-0.09, 0.30, 0.28), right_hand=(0.11, 0.32, 0.24)
    ),
    "squat": Pose(
        hips=0.24,
        shift=-0.09,
        bend=32,
        head_pitch=14,
        left_hand=(-0.10, 0.22, 0.26),
        right_hand=(0.10, 0.25, 0.16),
        left_foot=(-0.09, 0.02, 0.0),
        right_foot=(0.09, 0.0, 0.0),
    ),
    "phone_ear": Pose(head_pitch=10, head_yaw=-6, left_hand=(-0.13, 0.14, 0.53), right_hand=(0.082, 0.055, 0.915)),
    "phone_look": Pose(bend=5, head_pitch=36, left_hand=(-0.05, 0.19, 0.66), right_hand=(0.045, 0.20, 0.70)),
    "smoke": Pose(head_pitch=4, left_hand=(-0.15, 0.06, 0.46), right_hand=(0.03, 0.105, 0.865)),
    "carry": Pose(bend=-3, head_pitch=10, left_hand=(-0.115, 0.22, 0.60), right_hand=(0.115, 0.22, 0.60)),
    "hand_to_head": Pose(head_pitch=6, left_hand=(-0.15, 0.06, 0.46), right_hand=(0.07, 0.06, 1.0)),
    "hand_to_face": Pose(head_pitch=8, left_hand=(-0.15, 0.06, 0.46), right_hand=(0.03, 0.13, 0.90)),
    "point": Pose(head_pitch=4, twist=10, left_hand=(-0.16, 0.05, 0.46), right_hand=(0.16, 0.36, 0.80)),
}


def blended(first: Pose, second: Pose, share: float) -> Pose:
    """`first` at share 0, `second` at 1, in between eased as a person moves."""
    eased = share * share * (3 - 2 * share)
    values = {}
    for each in fields(Pose):
        one, two = (np.asarray(getattr(pose, each.name), dtype=float) for pose in (first, second))
        mixed = one + (two - one) * eased
        values[each.name] = tuple(map(float, mixed)) if mixed.ndim else float(mixed)
    return Pose(**values)  # type: ignore[arg-type]  # places are tuples of three, the rest are numbers


def stepping(pose: Pose, phase: float, stride: float = 0.20) -> Pose:
    """The pose while walking; `phase` counts whole double steps, `stride` is half a step's length.

    Only what the legs and free arms do is replaced: a tray stays in its bearer's hands.
    """
    turn = 2 * np.pi * phase
    feet: dict[str, Place] = {}
    for name, side, start in (("left_foot", -0.05, 0.0), ("right_foot", 0.05, np.pi)):
        lift = max(0.0, float(np.cos(turn + start)))
        feet[name] = (side, stride * float(np.sin(turn + start)), 0.055 * lift)
    hips = pose.hips - 0.012 + 0.010 * float(np.cos(2 * turn))
    swung = replace(pose, hips=hips, bend=pose.bend + 3, twist=pose.twist + 7 * float(np.sin(turn)))
    swung = replace(swung, left_foot=feet["left_foot"], right_foot=feet["right_foot"])
    if pose.left_hand[2] > 0.5 or pose.right_hand[2] > 0.5:
        return swung
    arm = 0.12 * float(np.sin(turn))
    left, right = pose.left_hand, pose.right_hand
    return replace(
        swung,
        left_hand=(left[0], left[1] - arm, left[2] + 0.4 * abs(arm)),
        right_hand=(right[0], right[1] + arm, right[2] + 0.4 * abs(arm)),
    )


def working(pose: Pose, seconds: float, seed: int) -> Pose:
    """The pose alive: weight shifts, the head wanders, hands at work move. Small, smooth and the same for a seed."""
    speed = np.random.default_rng(seed).uniform(0.7, 1.3, 8) * (0.31, 0.47, 0.23, 0.9, 1.7, 1.3, 0.37, 1.1)
    wave = np.sin(2 * np.pi * speed * seconds + np.arange(8) * 1.3 + seed % 7)
    is_busy = pose.right_hand[1] > 0.18 and pose.right_hand[2] < 0.75
    reach = 0.035 if is_busy else 0.006
    right = np.asarray(pose.right_hand) + reach * wave[[4, 5, 4]] * (1.0, 0.6, 0.6)
    left = np.asarray(pose.left_hand) + 0.5 * reach * wave[[5, 3, 3]]
    return replace(
        pose,
        side=pose.side + 1.2 * float(wave[0]),
        bend=pose.bend + 1.5 * float(wave[1]),
        twist=pose.twist + 4.0 * float(wave[2]),
        head_yaw=pose.head_yaw + 14.0 * float(wave[6]),
        head_pitch=pose.head_pitch + 4.0 * float(wave[1]),
        right_hand=(float(right[0]), float(right[1]), float(right[2])),
        left_hand=(float(left[0]), float(left[1]), float(left[2])),
    )
