"""Heads: skull, face, hair, masks, and everything that is worn on them."""

from dataclasses import dataclass

import numpy as np

from models.synth.bodies.clothes import Attire, Hair, Headwear, MaskWorn
from models.synth.bodies.skeleton import Skeleton
from models.synth.shapes.implicit import Paint, Part, ball, body, rod
from models.synth.shapes.mesh import Colour, Flags, Floats, Integers, Mesh

HEAD_CELL = 0.0075  # metres between corners

# Face and whole head in the head's frame at a height of 1.70 m: (x, y, z) of the lowest and the highest corner.
FACE_BOUNDS = ((-0.075, 0.02, -0.125), (0.075, 0.115, 0.075))
SKULL_BOUNDS = ((-0.085, -0.10, -0.13), (0.085, 0.115, 0.13))


@dataclass(frozen=True, slots=True)
class _Skull:
    """Makes parts in the head's own frame."""

    bones: Skeleton
    size: float

    def ball(
        self,
        centre: tuple[float, float, float],
        radii: tuple[float, float, float],
        colour: Colour,
        name: str,
        blend: float = 0.015,
    ) -> Part:
        place = self.bones.at_head(*(value * self.size for value in centre))
        shape = tuple(value * self.size for value in radii)
        return ball(place, shape, colour=colour, blend=blend * self.size, name=name, frame=self.bones.head)

    def rod(  # noqa: PLR0917 - a table of parts reads best without names
        self,
        start: tuple[float, float, float],
        end: tuple[float, float, float],
        radius: float,
        colour: Colour,
        name: str,
        blend: float = 0.01,
    ) -> Part:
        ends = [self.bones.at_head(*(value * self.size for value in place)) for place in (start, end)]
        return rod(ends[0], ends[1], radius * self.size, colour=colour, blend=blend * self.size, name=name)


def head_mesh(attire: Attire, bones: Skeleton, height: float) -> Mesh:
    skull = _Skull(bones, height / 1.70)
    parts = [*_face(attire, skull), *_hair(attire, skull), *_hat(attire, skull), *_mask(attire, skull)]
    return body(parts, HEAD_CELL, _painter(attire, skull, parts))


def _face(attire: Attire, skull: _Skull) -> list[Part]:
    skin = attire.skin
    warm = (min(1.0, skin[0] * 1.02), skin[1] * 0.93, skin[2] * 0.92)
    return [
        skull.ball((0, -0.006, 0.025), (0.076, 0.094, 0.092), skin, "skin"),
        skull.ball((0, 0.026, -0.030), (0.062, 0.066, 0.078), skin, "skin", 0.03),
        skull.ball((0, 0.052, -0.088), (0.032, 0.030, 0.026), skin, "skin", 0.04),
        skull.rod((0, 0.088, 0.012), (0, 0.104, -0.028), 0.0105, warm, "skin", 0.014),
        skull.ball((0, 0.100, -0.030), (0.017, 0.013, 0.011), warm, "skin", 0.012),
        skull.ball((-0.078, -0.004, -0.012), (0.010, 0.020, 0.031), warm, "skin", 0.01),
        skull.ball((0.078, -0.004, -0.012), (0.010, 0.020, 0.031), warm, "skin", 0.01),
        skull.rod((0, -0.02, -0.07), (0, -0.02, -0.15), 0.054, skin, "skin", 0.03),
    ]


def _hair(attire: Attire, skull: _Skull) -> list[Part]:
    colour = attire.hair_colour
    if attire.hair == Hair.BALD:
        return []
    flat = 1.0 if attire.headwear == Headwear.NONE else 0.92  # a hat presses the hair down
    parts = [
        skull.ball((0, -0.024, 0.045), (0.082 * flat, 0.090 * flat, 0.083 * flat), colour, "hair"),
        skull.ball((0, 0.012, 0.080 * flat), (0.068 * flat, 0.070 * flat, 0.046 * flat), colour, "hair", 0.02),
        skull.ball((0, -0.050, -0.010), (0.070, 0.055, 0.065), colour, "hair", 0.02),
    ]
    if attire.hair == Hair.BUN:
        parts.append(skull.ball((0, -0.125, 0.05), (0.038, 0.036, 0.036), colour, "hair"))
    if attire.hair == Hair.LONG:
        parts += [
            skull.rod((0, -0.08, 0.0), (0, -0.105, -0.20), 0.050, colour, "hair", 0.04),
            skull.rod((-0.066, -0.03, 0.02), (-0.07, -0.03, -0.14), 0.026, colour, "hair", 0.03),
            skull.rod((0.066, -0.03, 0.02), (0.07, -0.03, -0.14), 0.026, colour, "hair", 0.03),
        ]
    return parts


def _hat(attire: Attire, skull: _Skull) -> list[Part]:
    colour = attire.hat
    if attire.headwear == Headwear.TOQUE:
        pleats = [
            skull.ball((0.052 * np.cos(a), 0.052 * np.sin(a) - 0.01, 0.225), (0.046, 0.046, 0.045), colour, "hat", 0.02)
            for a in np.linspace(0, 2 * np.pi, 7)[:-1]
        ]
        band = [
            skull.ball((0, -0.008, 0.062), (0.087, 0.103, 0.045), colour, "hat", 0.008),
            *(skull.ball((0, -0.008, z), (0.083, 0.098, 0.05), colour, "hat", 0.02) for z in (0.10, 0.14, 0.18)),
        ]
        return [*band, *pleats]
    if attire.headwear == Headwear.CAP:
        return [
            skull.ball((0, -0.016, 0.056), (0.089, 0.105, 0.081), colour, "hat", 0.006),
            skull.ball((0, 0.095, 0.060), (0.064, 0.062, 0.010), colour, "hat", 0.012),
        ]
    if attire.headwear == Headwear.HAIRNET:
        return [
            skull.ball((0, -0.028, 0.048), (0.093, 0.108, 0.092), colour, "hat", 0.006),
            skull.ball((0, -0.070, 0.018), (0.082, 0.070, 0.075), colour, "hat", 0.03),
        ]
    if attire.headwear == Headwear.HELMET:
        return [
            skull.ball((0, -0.008, 0.062), (0.104, 0.122, 0.094), colour, "hat", 0.004),
            skull.ball((0, 0.085, 0.050), (0.082, 0.075, 0.012), colour, "hat", 0.012),
            skull.ball((0, -0.01, 0.046), (0.112, 0.132, 0.012), colour, "hat", 0.008),
            skull.rod((0, 0.075, 0.120), (0, -0.085, 0.118), 0.036, colour, "hat", 0.02),
        ]
    return []


def _mask(attire: Attire, skull: _Skull) -> list[Part]:
    if attire.mask == MaskWorn.NONE:
        return []
    low, high = _mask_range(attire.mask)
    middle, half = (low + high) / 2, (high - low) / 2
    if attire.mask == MaskWorn.CHIN:
        return [skull.ball((0, 0.050, middle), (0.058, 0.058, half), attire.mask_colour, "mask", 0.004)]
    return [
        skull.ball((0, 0.048, middle), (0.066, 0.064, half * 1.12), attire.mask_colour, "mask", 0.004),
        skull.ball((0, 0.075, middle), (0.042, 0.043, half * 0.9), attire.mask_colour, "mask", 0.02),
    ]


def _mask_range(worn: MaskWorn) -> tuple[float, float]:
    return {MaskWorn.RIGHT: (-0.118, -0.002), MaskWorn.NOSE_FREE: (-0.122, -0.042), MaskWorn.CHIN: (-0.150, -0.085)}[
        worn
    ]


def _painter(attire: Attire, skull: _Skull, parts: list[Part]) -> Paint:
    is_skin = np.array([part.name == "skin" for part in parts])
    is_hair = np.array([part.name == "hair" for part in parts])
    is_hat = np.array([part.name == "hat" for part in parts])

    def paint(places: Floats, nearest: Integers, colours: Floats) -> Floats:
        local = (places - skull.bones.skull) @ skull.bones.head / skull.size
        x, y, z = local.T
        out = colours.copy()
        face = (is_skin | is_hair)[nearest] & (y > 0.045) & (z < 0.060) & (np.abs(x) < 0.066)
        out[face] = np.where(is_skin[nearest][face][:, None], out[face], attire.skin)
        _paint_features(out, face, local, attire)
        if attire.mask in {MaskWorn.RIGHT, MaskWorn.NOSE_FREE}:
            loops = is_skin[nearest] & (np.abs(z + 0.035 - 0.25 * np.abs(y)) < 0.005) & (np.abs(x) > 0.05) & (y > 0)
            out[loops] = attire.mask_colour
        if attire.headwear == Headwear.TOQUE:
            out[is_hat[nearest] & (np.abs(z - 0.10) < 0.004)] *= 0.86
        return out

    return paint


def _paint_features(out: Floats, face: Flags, local: Floats, attire: Attire) -> None:
    x, y, z = local.T
    side = np.abs(x)
    brow = face & (np.abs(z - 0.030) < 0.0045) & (np.abs(side - 0.032) < 0.016)
    socket = face & (((side - 0.031) / 0.017) ** 2 + ((z - 0.010) / 0.010) ** 2 < 1)
    eye = face & (((side - 0.031) / 0.009) ** 2 + ((z - 0.010) / 0.006) ** 2 < 1)
    mouth = face & ((x / 0.024) ** 2 + ((z + 0.062) / 0.007) ** 2 < 1) & (y > 0.05)
    out[brow] = np.asarray(attire.hair_colour) * 0.5 + np.asarray(attire.skin) * 0.5
    out[socket] *= 0.88
    out[eye] = np.asarray(attire.skin) * 0.25 + 0.02
    out[mouth] = np.asarray(attire.skin) * (0.78, 0.52, 0.52)
