"""A ginger cat that walks and stands seen from the side, its face turned to the camera; drawn like the rat."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from service.demo.drawing import (
    Colour,
    FloatArray,
    Outline,
    Sheet,
    blurred,
    clouds,
    ellipse,
    hairs,
    lit,
    rounded,
    spline,
)

_UNIT_PX = 360
_SIZE = (2.0, 1.5)
_FOOT = (0.5, 1.4)

_BODY = (
    (0.0, 0.58), (0.04, 0.69), (0.22, 0.745), (0.50, 0.71), (0.76, 0.745), (0.94, 0.75), (1.04, 0.63),
    (1.0, 0.46), (0.86, 0.37), (0.6, 0.37), (0.35, 0.39), (0.15, 0.36), (0.02, 0.45),
)  # fmt: skip
_THIGH = ((0.0, 0.52), (0.06, 0.62), (0.2, 0.62), (0.3, 0.5), (0.27, 0.34), (0.14, 0.26), (0.04, 0.36))
_HEAD = (
    (0.88, 0.83), (0.90, 0.93), (0.98, 0.995), (1.08, 1.01), (1.18, 0.995), (1.26, 0.93), (1.28, 0.83),
    (1.22, 0.73), (1.14, 0.685), (1.08, 0.675), (1.02, 0.685), (0.94, 0.73),
)  # fmt: skip
_FACE_X, _FACE_Y = 1.08, 0.82


@dataclass(frozen=True, slots=True, kw_only=True)
class CatLook:
    """Colours BGR; factors around 1."""

    coat: Colour = (67, 127, 190)
    pale: Colour = (204, 234, 208)
    light: Colour = (-0.752, -0.869, 0.896)
    fur: float = 0.264
    stripes: float = 0.067
    ambient: float = 0.2
    ear: float = 1.1
    eye: float = 1.097
    head: float = 1.001
    leg: float = 0.762


@dataclass(frozen=True, slots=True, kw_only=True)
class CatPose:
    """`gait` is the angle of the legs' swing, `stride` its width in [0, 1], `tail` the angle of the tail's sway."""

    gait: float
    stride: float = 1.0
    tail: float = 0.0


def draw_cat(pose: CatPose, look: CatLook | None = None) -> Sheet:
    """A cat facing right; (0, 0) is the floor below its rump."""
    return _Painter(pose, look or CatLook()).painted()


@lru_cache(maxsize=2)
def _coat(unit_px: int) -> tuple[FloatArray, FloatArray]:
    """Hair, and stripes in [-1, 1] across the body."""
    shape = (round(_SIZE[1] * unit_px), round(_SIZE[0] * unit_px))
    long = hairs(shape, angle=0.15, length_px=round(unit_px * 0.03), seed=31)
    short = hairs(shape, angle=1.2, length_px=round(unit_px * 0.018), seed=32)
    x = np.arange(shape[1], dtype=np.float32)[None, :] / unit_px
    warp = 0.9 * clouds(shape, size_px=unit_px * 0.12, seed=33)
    return np.asarray(0.6 * long + 0.4 * short, np.float32), np.asarray(np.sin(x * 62 + warp), np.float32)


class _Painter:
    """Paints one cat from back to front."""

    def __init__(self, pose: CatPose, look: CatLook) -> None:
        self.pose, self.look = pose, look
        self.sheet = Sheet.blank(*_SIZE, unit_px=_UNIT_PX, foot=_FOOT)
        self.coat = np.asarray(look.coat, np.float32)
        self.pale = np.asarray(look.pale, np.float32)
        self.hair, self.stripes = _coat(_UNIT_PX)
        self.bob = 0.008 * pose.stride * math.sin(2 * pose.gait)

    def painted(self) -> Sheet:
        gait, back = self.pose.gait, self.pose.gait + math.pi
        self._tail()
        self._leg(0.20, 0.45, swing=back, dark=0.6)
        self._leg(0.90, 0.50, swing=gait, dark=0.6)
        self._fill(_BODY, radius=0.19, stripes=1.0, pale_below=0.47)
        self._leg(0.12, 0.42, swing=gait, dark=1.0)
        self._fill(_THIGH, radius=0.12, stripes=0.7, pale_below=0.0, cover=0.7)
        self._leg(0.86, 0.48, swing=back, dark=1.0)
        self._ear(-1)
        self._ear(1)
        self._fill(self._head(), radius=0.17, stripes=0.35, pale_below=0.0)
        self._face()
        return self.sheet

    def _furred(self, mask: FloatArray, *, radius: float, stripes: float, pale_below: float) -> FloatArray:
        """The coat's colour (H, W, 3) over a mask: lit, striped, paler below a height."""
        height = rounded(mask, radius * _UNIT_PX) + self.hair * (0.0016 * _UNIT_PX)
        shade = lit(height, self.look.light, ambient=self.look.ambient, direct=0.75)
        dark = 1 - self.look.stripes * stripes * np.clip(self.stripes * 1.6 - 0.5, 0, 1)
        low = 0.8 * np.clip((pale_below - self.sheet.heights()) / 0.08, 0, 1)[..., None]
        colour = self.coat * dark[..., None] * (1 - low) + self.pale * low
        return np.asarray(colour * np.clip(shade * (1 + self.look.fur * self.hair), 0.05, 2)[..., None], np.float32)

    def _head(self) -> Outline:
        size = self.look.head
        return [(_FACE_X + (x - _FACE_X) * size, _FACE_Y + (y - _FACE_Y) * size) for x, y in _HEAD]

    def _fill(self, outline: Outline, *, radius: float, stripes: float, pale_below: float, cover: float = 1.0) -> None:
        mask = self.sheet.mask(spline([(x, y + self.bob) for x, y in outline], closed=True))
        colour = self._furred(mask, radius=radius, stripes=stripes, pale_below=pale_below)
        soft = blurred(mask, (0.006 if cover == 1.0 else 0.02) * _UNIT_PX)
        wide = blurred(mask, 0.014 * _UNIT_PX)
        edge = np.asarray(soft + 0.5 * self.hair * wide * (1 - wide), np.float32)
        self.sheet.paint(colour, np.clip(edge * 1.2 - 0.1, 0, 1) * np.float32(cover))

    def _tail(self) -> None:
        sway = 0.07 * math.sin(self.pose.tail)
        middle = spline(
            [(0.05, 0.62), (-0.13, 0.66), (-0.22 + sway / 2, 0.82), (-0.2 + sway, 1.0), (-0.27 + 2 * sway, 1.15)],
            closed=False,
        )
        mask = self.sheet.stroke([(x, y + self.bob) for x, y in middle], np.linspace(0.055, 0.04, len(middle)))
        colour = self._furred(mask, radius=0.045, stripes=0.6, pale_below=0.0)
        self.sheet.paint(colour, blurred(mask, 0.006 * _UNIT_PX))

    def _leg(self, x: float, top: float, *, swing: float, dark: float) -> None:
        stride = self.pose.stride
        foot, lift = x + 0.15 * stride * math.sin(swing), 0.06 * stride * max(0.0, math.cos(swing))
        knee = x + 0.06 * stride * math.sin(swing)
        thick = self.look.leg
        outline = [
            (x - 0.09, top), (knee - 0.065 * thick, 0.24),
            (foot - 0.05 * thick, 0.08 + lift), (foot - 0.05, 0.01 + lift),
            (foot + 0.05, lift), (foot + 0.10, 0.025 + lift), (foot + 0.06 * thick, 0.08 + lift),
            (knee + 0.05 * thick, 0.24), (x + 0.09, top),
        ]  # fmt: skip
        mask = self.sheet.mask(spline(outline, closed=True))
        colour = self._furred(mask, radius=0.05, stripes=0.5, pale_below=0.07 + lift) * dark
        self.sheet.paint(colour, blurred(mask, 0.005 * _UNIT_PX))

    def _ear(self, side: int) -> None:
        x, y = _FACE_X, _FACE_Y + self.bob
        tall, wide = self.look.ear * self.look.head, side * self.look.head
        outer = [(x + wide * 0.05, y + 0.15), (x + wide * 0.155, y + 0.12 + 0.215 * tall), (x + wide * 0.2, y + 0.06)]
        inner = [
            (x + wide * 0.085, y + 0.15),
            (x + wide * 0.147, y + 0.12 + 0.165 * tall),
            (x + wide * 0.175, y + 0.12),
        ]
        self.sheet.paint_flat(tuple(self.coat * 0.85), outer, soft=0.006)
        self.sheet.paint_flat((120, 130, 190), inner, soft=0.01)

    def _face(self) -> None:
        x, y = _FACE_X, _FACE_Y + self.bob
        flat = self.sheet.paint_flat
        flat(tuple(self.pale * 0.92), ellipse(x, y - 0.085, 0.085, 0.06), soft=0.015)
        flat(tuple(self.pale * 0.9), ellipse(x, y - 0.02, 0.03, 0.1), soft=0.012, cover=0.7)
        for side in (-1, 1):
            eye, size = x + side * 0.085, self.look.eye
            flat((30, 40, 50), ellipse(eye, y + 0.025, 0.045 * size, 0.037 * size))
            flat((90, 190, 190), ellipse(eye, y + 0.025, 0.037 * size, 0.03 * size))
            flat((12, 14, 14), ellipse(eye, y + 0.025, 0.015 * size, 0.028 * size))
            flat((245, 245, 245), ellipse(eye + 0.01, y + 0.037, 0.007))
            flat(tuple(self.coat * 0.6), ellipse(x + side * 0.03, y + 0.13, 0.008, 0.045), soft=0.004)
            for drop in (-0.02, 0.005, 0.03):
                whisker = [
                    (x + side * 0.05, y - 0.08),
                    (x + side * 0.24, y - 0.08 + drop * 2),
                    (x + side * 0.05, y - 0.084),
                ]
                flat((235, 235, 235), whisker, cover=0.7, soft=0)
        flat((120, 125, 195), [(x - 0.024, y - 0.045), (x + 0.024, y - 0.045), (x, y - 0.075)])
        flat((70, 70, 90), ellipse(x, y - 0.105, 0.035, 0.006), cover=0.8)
