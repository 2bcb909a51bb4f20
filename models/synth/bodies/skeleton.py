"""Where the joints of a person are in a pose: two-bone limbs that reach for hands and feet."""

from dataclasses import dataclass

import numpy as np

from models.synth.bodies.pose import Pose
from models.synth.shapes.mesh import Floats, rotation

# Lengths as shares of the height, from common tables of body measures (Drillis and Contini 1966), rounded.
UPPER_ARM, FOREARM = 0.172, 0.157
THIGH, SHIN = 0.245, 0.246
TRUNK = 0.288
ANKLE = 0.039


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A body: height in metres; `girth` and `shoulders` about 1, `belly` from 0 (flat) to 1."""

    height: float = 1.70
    girth: float = 1.0
    shoulders: float = 1.0
    belly: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    start: Floats
    middle: Floats
    end: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """Joints in metres in the person's own frame; `trunk` and `head` are turns (columns are axes)."""

    hips: Floats
    neck: Floats
    skull: Floats
    trunk: Floats
    head: Floats
    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]

    def at_trunk(self, x: float, y: float, share: float) -> Floats:
        """A place on the trunk: metres to the right and forwards, share of the way from hips to neck."""
        axis = self.neck - self.hips
        return np.asarray(self.hips + axis * share + self.trunk[:, 0] * x + self.trunk[:, 1] * y)

    def at_head(self, x: float, y: float, z: float) -> Floats:
        """A place on the head, metres from its middle."""
        return np.asarray(self.skull + self.head @ np.array([x, y, z]))


def skeleton(build: Build, pose: Pose) -> Skeleton:
    height = build.height
    hips = np.array([0.0, pose.shift, pose.hips]) * height
    trunk = rotation(pose.side, "y") @ rotation(-pose.bend, "x")
    neck = hips + trunk @ np.array([0, 0, TRUNK * height])
    turned = trunk @ rotation(pose.twist, "z")
    # The neck takes back most of the trunk's lean, as people do who look where they work.
    head = (
        rotation(-0.35 * pose.bend, "x") @ rotation(pose.head_yaw + pose.twist, "z") @ rotation(-pose.head_pitch, "x")
    )
    skull = neck + turned @ np.array([0, 0.008, 0.05]) * height + head @ np.array([0, 0.012, 0.055]) * height
    arms = tuple(_arm(build, pose, side, neck, turned) for side in (-1, 1))
    legs = tuple(_leg(build, pose, side, hips) for side in (-1, 1))
    return Skeleton(
        hips=hips, neck=neck, skull=skull, trunk=turned, head=head, arms=(arms[0], arms[1]), legs=(legs[0], legs[1])
    )


def _arm(build: Build, pose: Pose, side: int, neck: Floats, trunk: Floats) -> Limb:
    height = build.height
    shoulder = neck + trunk @ np.array([side * 0.094 * build.shoulders, 0.0, -0.020]) * height
    hand = np.asarray(pose.left_hand if side < 0 else pose.right_hand) * height
    pole = trunk @ np.array([side * 0.32, -0.55, -0.85])
    return reach(shoulder, hand, UPPER_ARM * height, FOREARM * height, pole)


def _leg(build: Build, pose: Pose, side: int, hips: Floats) -> Limb:
    height = build.height
    joint = hips + np.array([side * 0.052, 0.0, -0.01]) * height
    foot = np.asarray(pose.left_foot if side < 0 else pose.right_foot) * height + np.array([0, 0, ANKLE * height])
    return reach(joint, foot, THIGH * height, SHIN * height, np.array([side * 0.18, 1.0, 0.0]))


def reach(start: Floats, goal: Floats, first: float, second: float, pole: Floats) -> Limb:
    """Two bones of the given lengths from `start` towards `goal`, their joint bent towards `pole`.

    A goal out of reach is reached for: the limb ends short of it.
    """
    way = goal - start
    distance = float(np.clip(np.linalg.norm(way), abs(first - second) + 1e-4, (first + second) * 0.998))
    direction = way / max(float(np.linalg.norm(way)), 1e-9)
    along = (first**2 - second**2 + distance**2) / (2 * distance)
    out = pole - direction * float(pole @ direction)
    out = out / max(float(np.linalg.norm(out)), 1e-9)
    middle = start + direction * along + out * np.sqrt(max(first**2 - along**2, 0.0))
    return Limb(start=start, middle=middle, end=start + direction * distance)
