"""A brown rat seen from the side, drawn from an outline, a gait and a light.

The proportions and colours of `RatLook` were found by a random search that asked the first network how sure
it is: the rat is drawn *so that the network knows it*, and proves nothing about real rats.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from service.demo.drawing import (
    Colour,
    FloatArray,
    Sheet,
    blurred,
    clouds,
    ellipse,
    hairs,
    lit,
    rounded,
    spline,
)

_UNIT_PX = 420
_SIZE = (2.1, 0.95)
_FOOT = (0.85, 0.76)

# The outline from the root of the tail over the back to the nose, and back along the belly.
_BACK = (
    (0.0, 0.15), (0.06, 0.29), (0.22, 0.395), (0.40, 0.41), (0.56, 0.365),
    (0.67, 0.335), (0.755, 0.335), (0.85, 0.285), (0.93, 0.215), (0.99, 0.165),
)  # fmt: skip
_BELLY = (
    (1.0, 0.135), (0.965, 0.115), (0.88, 0.10), (0.78, 0.095), (0.66, 0.075),
    (0.45, 0.05), (0.25, 0.04), (0.1, 0.045), (0.02, 0.09),
)  # fmt: skip
# How far each of these points is moved; found by the search.
_SHAPE: tuple[tuple[float, float], ...] = (
    (-0.034, 0.06), (0.012, 0.06), (0.035, 0.059), (0.011, 0.06), (-0.011, 0.06),
    (0.013, 0.053), (0.051, 0.034), (0.059, 0.019), (0.057, 0.015), (0.053, 0.022),
    (0.033, 0.015), (0.008, -0.01), (0.002, -0.025), (0.021, -0.037), (0.045, -0.046),
    (0.048, -0.032), (0.025, -0.01), (-0.018, -0.002), (-0.048, 0.023),
)  # fmt: skip
_HAUNCH = ((0.02, 0.13), (0.07, 0.24), (0.18, 0.28), (0.29, 0.22), (0.31, 0.12), (0.24, 0.05), (0.1, 0.04))
_TAIL = ((0.05, 0.12), (-0.12, 0.07), (-0.32, 0.035), (-0.52, 0.04), (-0.75, 0.09))
_EAR: Colour = (125, 135, 185)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatLook:
    """What the rat looks like. Lengths in body lengths, colours BGR, the rest factors around 1."""

    coat: Colour = (80, 101, 129)
    light: Colour = (-0.531, -0.95, 0.664)
    fur: float = 0.18
    ambient: float = 0.408
    fat: float = 1.153
    ear: float = 0.803
    ear_x: float = -0.049
    tail: float = 1.487
    eye: float = 1.29
    head_up: float = 0.022
    leg: float = 1.214
    stride: float = 0.77
    paw: Colour = (125, 140, 185)
    belly: float = 0.609
    shine: float = 0.006
    shape: tuple[tuple[float, float], ...] = _SHAPE


@dataclass(frozen=True, slots=True, kw_only=True)
class RatPose:
    """`gait` is the angle of the legs' swing in radians, `stride` its width in [0, 1], `sniff` lifts the nose."""

    gait: float
    stride: float = 1.0
    sniff: float = 0.0


def draw_rat(pose: RatPose, look: RatLook | None = None) -> Sheet:
    """A rat facing right; (0, 0) is the floor below its rump."""
    return _Painter(pose, look or RatLook()).painted()


@lru_cache(maxsize=4)
def _coat(unit_px: int) -> tuple[FloatArray, FloatArray]:
    """Hair and patches of the coat; the same on every frame, for hair that changes each frame would boil."""
    shape = (round(_SIZE[1] * unit_px), round(_SIZE[0] * unit_px))
    long = hairs(shape, angle=0.25, length_px=round(unit_px * 0.035), seed=1)
    short = hairs(shape, angle=-0.1, length_px=round(unit_px * 0.02), seed=2)
    return np.asarray(0.6 * long + 0.4 * short, np.float32), clouds(shape, size_px=unit_px * 0.05, seed=3)


class _Painter:
    """Paints one rat from back to front."""

    def __init__(self, pose: RatPose, look: RatLook) -> None:
        self.pose, self.look = pose, look
        self.sheet = Sheet.blank(*_SIZE, unit_px=_UNIT_PX, foot=_FOOT)
        self.coat = np.asarray(look.coat, np.float32)
        self.hair, self.patches = _coat(_UNIT_PX)
        self.bob = 0.012 * pose.stride * math.sin(2 * pose.gait)
        self.nose_up = look.head_up + 0.05 * pose.sniff

    def painted(self) -> Sheet:
        gait, back = self.pose.gait, self.pose.gait + math.pi
        self._tail()
        self._leg(0.20, 0.16, swing=back, dark=0.62, size=1.15)
        self._leg(0.66, 0.16, swing=gait, dark=0.62, size=0.8)
        self._ear(0.76, 0.385, radius=0.055, dark=0.75)
        self._body()
        self._haunch()
        self._leg(0.17, 0.13, swing=gait, dark=1.0, size=1.2)
        self._leg(0.63, 0.14, swing=back, dark=1.0, size=0.85)
        self._ear(0.715, 0.375, radius=0.066, dark=1.0)
        self._face()
        return self.sheet

    def _shade(self, mask: FloatArray, radius: float, *, relief: float = 0.0) -> FloatArray:
        height = rounded(mask, radius * _UNIT_PX) + self.hair * (relief * _UNIT_PX)
        return lit(height, self.look.light, ambient=self.look.ambient, direct=0.85)

    def _raised(self, x: float, y: float) -> float:
        """Where a place of the drawn outline is with this belly, this lifted head and this step."""
        fat = 1 + (self.look.fat - 1) * min(max((0.8 - x) / 0.3, 0), 1)
        lift = self.nose_up * min(max((x - 0.6) / 0.4, 0), 1)
        return (y - 0.1) * fat + 0.1 + self.bob * (1 if x < 0.7 else 0.5) + lift

    def _tail(self) -> None:
        gait, stride = self.pose.gait, 0.3 + 0.7 * self.pose.stride
        sway = [0.0, 0.0, 0.02 * math.sin(gait), 0.04 * math.sin(gait + 0.8), 0.05 * math.sin(gait + 1.6)]
        middle = spline([(x, y + s * stride) for (x, y), s in zip(_TAIL, sway, strict=True)], closed=False)
        mask = self.sheet.stroke(middle, self.look.tail * np.linspace(0.033, 0.007, len(middle)))
        rings = 1 + 0.06 * np.sin(np.arange(mask.shape[1]) / _UNIT_PX * 160)
        shade = lit(rounded(mask, 0.02 * _UNIT_PX), self.look.light, ambient=0.45, direct=0.75) * rings
        self.sheet.paint(np.asarray((105, 120, 150) * shade[..., None], np.float32), mask)

    def _leg(self, x: float, top: float, *, swing: float, dark: float, size: float) -> None:
        stride, size = self.pose.stride * self.look.stride, size * self.look.leg
        foot, lift = x + 0.10 * stride * math.sin(swing), 0.035 * stride * max(0.0, math.cos(swing))
        outline = [
            (x - 0.07 * size, top), (x - 0.06 * size + 0.03 * stride * math.sin(swing), 0.08),
            (foot - 0.03, 0.03 + lift), (foot - 0.035, 0.005 + lift), (foot + 0.075 * size, lift),
            (foot + 0.085 * size, 0.02 + lift),
            (foot + 0.03, 0.04 + lift), (x + 0.04 * size, 0.10), (x + 0.07 * size, top),
        ]  # fmt: skip
        mask = self.sheet.mask(spline(outline, closed=True))
        shade = lit(rounded(mask, 0.03 * _UNIT_PX), self.look.light, ambient=0.45, direct=0.7) * dark
        furred = np.clip((self.sheet.heights() - 0.03) / 0.05, 0, 1)[..., None]
        colour = self.coat * 0.9 * furred + np.asarray(self.look.paw, np.float32) * (1 - furred)
        self.sheet.paint(colour * shade[..., None], mask)

    def _ear(self, x: float, y: float, *, radius: float, dark: float) -> None:
        x, y, radius = x + self.look.ear_x, y + self.bob / 2 + 0.35 * self.nose_up, radius * self.look.ear
        rim, inner = tuple(self.coat * 0.85 * dark), tuple(np.asarray(_EAR) * dark)
        self.sheet.paint_flat(rim, ellipse(x, y, radius * 0.82, radius), soft=0)
        self.sheet.paint_flat(inner, ellipse(x + 0.012, y - 0.005, radius * 0.58, radius * 0.74), soft=0.008)

    def _body(self) -> None:
        outline = [
            (x + dx, self._raised(x, y) + dy) for (x, y), (dx, dy) in zip(_BACK + _BELLY, self.look.shape, strict=True)
        ]
        mask = self.sheet.mask(spline(outline, closed=True))
        shade = self._shade(mask, 0.17, relief=0.0022)
        pale = self.look.belly * np.clip((0.16 - self.sheet.heights()) / 0.14, 0, 1)[..., None]
        colour = self.coat * (1 - pale) + np.asarray((130, 140, 150), np.float32) * pale
        value = np.clip(shade * (1 + self.look.fur * self.hair + 0.06 * self.patches), 0.05, 2)
        wide = blurred(mask, 0.012 * _UNIT_PX)
        edge = blurred(mask, 0.006 * _UNIT_PX) + 0.4 * self.hair * wide * (1 - wide)
        self.sheet.paint(colour * value[..., None], np.clip(edge * 1.3 - 0.15, 0, 1))

    def _haunch(self) -> None:
        mask = blurred(self.sheet.mask(spline(_HAUNCH, closed=True)), 0.012 * _UNIT_PX)
        value = np.clip(self._shade(mask, 0.11, relief=0.002) * (1 + self.look.fur * self.hair), 0.05, 2)
        self.sheet.paint(self.coat * 1.02 * value[..., None], mask * 0.75)

    def _face(self) -> None:
        up, eye = self.bob / 2 + self.nose_up, 0.022 * self.look.eye
        eye_y, nose_y = 0.238 + self.bob / 2 + 0.65 * self.nose_up, 0.15 + up
        self.sheet.paint_flat((12, 12, 14), ellipse(0.865, eye_y, eye))
        self.sheet.paint_flat((235, 235, 235), ellipse(0.872, eye_y + 0.008, self.look.shine))
        self.sheet.paint_flat((120, 120, 190), ellipse(0.99, nose_y, 0.018), cover=0.9)
        self.sheet.paint_flat(tuple(self.coat * 1.35), ellipse(0.93, nose_y - 0.2 * self.nose_up, 0.05), cover=0.35)
