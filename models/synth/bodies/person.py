"""A person as smooth surfaces: clothes, hands and head in a pose."""

from dataclasses import dataclass

import numpy as np

from models.synth.bodies.clothes import Attire, Outfit
from models.synth.bodies.head import head_mesh
from models.synth.bodies.pose import Pose
from models.synth.bodies.skeleton import Build, Limb, Skeleton, skeleton
from models.synth.shapes.implicit import Paint, Part, ball, body, rod
from models.synth.shapes.mesh import Colour, Flags, Floats, Integers, Mesh

CLOTH_CELL = 0.0145  # metres between corners; a person is 200 px high at most, so finer is not seen
HAND_CELL = 0.0095


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonBody:
    """The surfaces of one person in one pose, in the person's own frame (metres)."""

    clothes: Mesh
    head: Mesh
    hands: tuple[Mesh, Mesh]
    bones: Skeleton


def person(build: Build, attire: Attire, pose: Pose) -> PersonBody:
    bones = skeleton(build, pose)
    clothes = body(_clothes(build, attire, bones), CLOTH_CELL, _painter(build, attire, bones), ripple=0.0045)
    hands = tuple(_hand(attire, limb, build.height) for limb in bones.arms)
    return PersonBody(
        clothes=clothes, head=head_mesh(attire, bones, build.height), hands=(hands[0], hands[1]), bones=bones
    )


def _clothes(build: Build, attire: Attire, bones: Skeleton) -> list[Part]:
    parts = [*_trunk(build, attire, bones)]
    for limb in bones.legs:
        parts += _leg(build, attire, limb)
    for limb in bones.arms:
        parts += _arm(build, attire, limb)
    if attire.apron is not None:
        parts += _skirt(build, attire.apron, bones)
    return parts


def _trunk(build: Build, attire: Attire, bones: Skeleton) -> list[Part]:
    size, girth = build.height / 1.70, build.girth
    top, frame = attire.top, bones.trunk
    loose = 1.06 if attire.outfit in {Outfit.WHITE_COAT, Outfit.WORK} else 1.0
    wide = size * girth * loose

    def torso(share: float, radii: tuple[float, float, float], forward: float = 0.0) -> Part:
        centre = bones.at_trunk(0, forward * size, share)
        shape = (radii[0] * wide, radii[1] * wide, radii[2] * size)
        return ball(centre, shape, colour=top, blend=0.06, name="top", frame=frame)

    shoulder = [limb.start for limb in bones.arms]
    return [
        ball(
            bones.hips,
            (0.158 * wide, 0.118 * wide, 0.12 * size),
            colour=attire.trousers,
            blend=0.05,
            name="hips",
            frame=frame,
        ),
        torso(0.16, (0.158, 0.118, 0.13)),
        torso(0.42, (0.142 + 0.02 * build.belly, 0.108 + 0.05 * build.belly, 0.15), 0.012 + 0.04 * build.belly),
        torso(0.72, (0.158 * build.shoulders, 0.112, 0.14), 0.005),
        rod(shoulder[0], shoulder[1], 0.055 * size * girth, colour=top, blend=0.05, name="top"),
        rod(
            bones.at_trunk(0, -0.005, 0.96),
            bones.neck + bones.trunk @ np.array([0, 0.008, 0.025]) * size,
            0.062 * size,
            0.052 * size,
            colour=top,
            blend=0.04,
            name="collar",
        ),
        rod(
            bones.at_trunk(0, 0, 1.0),
            bones.skull - bones.head @ np.array([0, 0.0, 0.05]) * size,
            0.053 * size,
            0.05 * size,
            colour=attire.skin,
            blend=0.02,
            name="neck",
        ),
    ]


def _leg(build: Build, attire: Attire, limb: Limb) -> list[Part]:
    size, girth = build.height / 1.70, build.girth
    thick, knee, cuff = 0.083 * size * girth, 0.060 * size * girth, 0.052 * size
    toe = limb.end + np.array([0, 0.115, -0.028]) * size
    heel = limb.end + np.array([0, -0.02, -0.030]) * size
    return [
        rod(limb.start, limb.middle, thick, knee, colour=attire.trousers, blend=0.05, name="leg"),
        rod(
            limb.middle,
            limb.end + np.array([0, 0, 0.012]) * size,
            knee,
            cuff,
            colour=attire.trousers,
            blend=0.03,
            name="leg",
        ),
        rod(heel, toe, 0.040 * size, 0.036 * size, colour=attire.shoes, blend=0.02, name="shoe"),
        rod(
            limb.end + np.array([0, 0.03, -0.015]) * size,
            toe,
            0.045 * size,
            0.034 * size,
            colour=attire.shoes,
            blend=0.02,
            name="shoe",
        ),
    ]


def _arm(build: Build, attire: Attire, limb: Limb) -> list[Part]:
    size, girth = build.height / 1.70, build.girth
    cuff = limb.middle + (limb.end - limb.middle) * max(attire.sleeves, 0.02)
    loose = 1.07 if attire.outfit == Outfit.WHITE_COAT else 1.0
    parts = [
        rod(
            limb.start,
            limb.middle,
            0.053 * size * girth * loose,
            0.046 * size * loose,
            colour=attire.top,
            blend=0.04,
            name="sleeve",
        ),
        rod(
            limb.middle, cuff, 0.046 * size * loose, 0.041 * size * loose, colour=attire.top, blend=0.03, name="sleeve"
        ),
    ]
    if attire.sleeves < 0.95:
        parts.append(rod(cuff, limb.end, 0.038 * size, 0.029 * size, colour=attire.skin, blend=0.01, name="forearm"))
    return parts


def _skirt(build: Build, colour: Colour, bones: Skeleton) -> list[Part]:
    """The part of an apron that hangs before the thighs."""
    size = build.height / 1.70
    knees = [limb.middle for limb in bones.legs]
    hips = bones.hips + np.array([0, 0.03, 0.02]) * size
    parts = []
    for side, knee in zip((-1, 1), knees, strict=True):
        top = hips + np.array([side * 0.075, 0.03, 0.0]) * size * build.girth
        low = knee + np.array([side * 0.03, 0.035, 0.04]) * size
        parts.append(rod(top, low, 0.072 * size * build.girth, 0.062 * size, colour=colour, blend=0.10, name="apron"))
    middle = (knees[0] + knees[1]) / 2 + np.array([0, 0.04, 0.03]) * size
    parts.append(
        rod(
            hips + np.array([0, 0.06, 0]) * size,
            middle,
            0.055 * size,
            0.05 * size,
            colour=colour,
            blend=0.12,
            name="apron",
        )
    )
    return parts


def _painter(build: Build, attire: Attire, bones: Skeleton) -> Paint:
    size = build.height / 1.70
    names = [part.name for part in _clothes(build, attire, bones)]
    trunk_parts = np.array([name in {"top", "hips", "collar", "apron", "leg"} for name in names])
    top_parts = np.array([name in {"top", "collar"} for name in names])

    def paint(places: Floats, nearest: Integers, colours: Floats) -> Floats:
        local = (places - bones.hips) @ bones.trunk / size
        x, y, z = local.T
        on_trunk, on_top = trunk_parts[nearest], top_parts[nearest]
        out = colours.copy()
        if attire.outfit in {Outfit.WHITE_COAT, Outfit.UNIFORM}:
            rows = np.abs((z - 0.12) % 0.075 - 0.0375) < 0.009
            buttons = on_top & (y > 0.05) & rows & (np.abs(np.abs(x) - 0.045) < 0.009) & (z < 0.40)
            out[buttons] = 0.25 if attire.outfit == Outfit.WHITE_COAT else 0.75
            out[on_top & (z > 0.475)] *= 0.93
        if attire.vest is not None:
            _paint_vest(out, on_top & (z > -0.02), x, z, attire.vest)
        if attire.apron is not None:
            _paint_apron(out, on_trunk, local, attire.apron)
        return out

    return paint


def _paint_vest(out: Floats, on_top: Flags, x: Floats, z: Floats, colour: Colour) -> None:
    silver = (0.78, 0.79, 0.78)
    out[on_top] = colour
    bands = (np.abs(z - 0.13) < 0.026) | (np.abs(z - 0.25) < 0.026) | ((np.abs(np.abs(x) - 0.10) < 0.024) & (z > 0.25))
    out[on_top & bands] = silver


def _paint_apron(out: Floats, on_trunk: Flags, local: Floats, colour: Colour) -> None:
    x, y, z = local.T
    waist = z < 0.12
    width = np.where(waist, 0.17, 0.17 - 0.25 * np.maximum(z - 0.12, 0))
    front = on_trunk & (y > 0.0 + 0.02 * ~waist) & (np.abs(x) < width) & (z < 0.40) & (z > -0.40)
    out[front] = colour
    straps = on_trunk & (z > 0.40) & (z < 0.50) & (np.abs(np.abs(x) - 0.075) < 0.014)
    tie = on_trunk & (np.abs(z - 0.10) < 0.015)
    out[straps | tie] = np.asarray(colour) * 0.92


def _hand(attire: Attire, limb: Limb, height: float) -> Mesh:
    size = height / 1.70
    colour = attire.gloves or attire.skin
    along = limb.end - limb.middle
    along = along / max(float(np.linalg.norm(along)), 1e-9)
    side = np.cross(along, np.array([0, 0, 1.0]))
    side = side / max(float(np.linalg.norm(side)), 1e-9)
    palm, tip = limb.end + along * 0.045 * size, limb.end + along * 0.125 * size
    drop = np.array([0, 0, -0.018]) * size
    parts = [rod(limb.end - along * 0.02 * size, palm, 0.030 * size, 0.036 * size, colour=colour, blend=0.02)]
    for spread in (-0.024, -0.008, 0.008, 0.024):
        finger = palm + side * spread * size
        end = tip + side * spread * 1.3 * size + drop - along * abs(spread) * 0.5
        parts.append(rod(finger, end, 0.0125 * size, 0.009 * size, colour=colour, blend=0.012))
    thumb = palm - side * 0.03 * size
    parts.append(
        rod(
            thumb,
            thumb + (along * 0.05 - side * 0.025) * size + drop,
            0.0135 * size,
            0.010 * size,
            colour=colour,
            blend=0.015,
        )
    )
    return body(parts, HAND_CELL)
