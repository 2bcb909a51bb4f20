"""A small painter: outlines become rounded, lit, furry shapes on a transparent sheet.

Coordinates on a sheet are in lengths of the animal's body, x to the right and y *upwards* from its feet;
colours are BGR floats in 0..255, covers are floats in 0..1. Everything is a pure function of its arguments.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Colour = tuple[float, float, float]
Outline = Sequence[tuple[float, float]]

# fillPoly and line take fixed-point coordinates with this many bits behind the point.
_SHIFT = 4


@dataclass(slots=True)
class Sheet:
    """A transparent sheet that is painted on from back to front.

    `colour` (H, W, 3) and `cover` (H, W) are premultiplied when `onto` lays the sheet on a picture.
    `unit_px` pixels are one body length; `foot_px` is the pixel (x, y) of the coordinate (0, 0).
    """

    colour: FloatArray
    cover: FloatArray
    unit_px: float
    foot_px: tuple[float, float]

    @classmethod
    def blank(cls, width: float, height: float, *, unit_px: float, foot: tuple[float, float]) -> "Sheet":
        """A sheet of the given size; `foot` is where (0, 0) lies, from its upper left corner. All in body lengths."""
        shape = (round(height * unit_px), round(width * unit_px))
        return cls(
            colour=np.zeros((*shape, 3), np.float32),
            cover=np.zeros(shape, np.float32),
            unit_px=unit_px,
            foot_px=(foot[0] * unit_px, foot[1] * unit_px),
        )

    @property
    def shape(self) -> tuple[int, int]:
        return self.cover.shape[0], self.cover.shape[1]

    def pixels(self, points: npt.ArrayLike) -> FloatArray:
        """Body coordinates (N, 2) as pixels of this sheet (N, 2)."""
        scaled = np.asarray(points, np.float32) * (self.unit_px, -self.unit_px)
        return np.asarray(scaled + self.foot_px, np.float32)

    def heights(self) -> FloatArray:
        """The y coordinate of every row, shape (H, 1)."""
        rows = (self.foot_px[1] - np.arange(self.shape[0])) / self.unit_px
        return np.asarray(rows[:, None], np.float32)

    def mask(self, points: npt.ArrayLike) -> FloatArray:
        """The cover (H, W) of a filled outline with smooth edges."""
        filled = np.zeros(self.shape, np.uint8)
        fixed = np.round(self.pixels(points) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(filled, [fixed], 255, cv2.LINE_AA, _SHIFT)
        return np.asarray(filled / 255, np.float32)

    def stroke(self, middle: npt.ArrayLike, radii: npt.ArrayLike) -> FloatArray:
        """The cover (H, W) of a line through `middle` (N, 2) whose half width is `radii` (N,), in body lengths."""
        drawn = np.zeros(self.shape, np.uint8)
        places = np.round(self.pixels(middle) * (1 << _SHIFT)).astype(int).tolist()
        widths = np.round(np.asarray(radii) * self.unit_px * (1 << _SHIFT)).astype(int).tolist()
        for place, width in zip(places, widths, strict=True):
            cv2.circle(drawn, place, width, 255, -1, cv2.LINE_AA, _SHIFT)
        return np.asarray(drawn / 255, np.float32)

    def paint(self, colour: FloatArray, cover: FloatArray) -> None:
        """Lay `colour`, one (3,) or a picture (H, W, 3), over what is there, where `cover` (H, W) says so."""
        x, y, width, height = cv2.boundingRect((cover > 0).astype(np.uint8))
        part = np.s_[y : y + height, x : x + width]
        there = cover[part][..., None]
        laid = colour if colour.ndim == 1 else colour[part]
        self.colour[part] = self.colour[part] * (1 - there) + laid * there
        self.cover[part] += cover[part] * (1 - self.cover[part])

    def paint_flat(self, colour: Colour, points: npt.ArrayLike, *, cover: float = 1.0, soft: float = 0.003) -> None:
        """Fill an outline with one colour; `soft` is the width of its blurred edge in body lengths."""
        self.paint(np.asarray(colour, np.float32), blurred(self.mask(points), soft * self.unit_px) * cover)


def spline(points: Outline, *, closed: bool, steps: int = 24) -> npt.NDArray[np.float64]:
    """A Catmull-Rom curve through the points, `steps` places per piece, shape (N, 2)."""
    p = np.asarray(points, float)
    # A closed curve meets its own end; an open one is lengthened straight at both ends.
    q = np.vstack([p[-1], p, p[:2]]) if closed else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(q, q[1:], q[2:], q[3:], strict=False):
        curve = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3
        pieces.append(curve / 2)
    return np.vstack(pieces)


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> npt.NDArray[np.float64]:
    """An upright ellipse as an outline (36, 2)."""
    turn = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    return np.column_stack([x + rx * np.cos(turn), y + (rx if ry is None else ry) * np.sin(turn)])


def blurred(image: FloatArray, sigma_px: float) -> FloatArray:
    """Gaussian blur; anything thinner than a third of a pixel is left alone."""
    if sigma_px < 0.3:
        return image
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.float32)


def rounded(mask: FloatArray, radius_px: float) -> FloatArray:
    """The height (H, W) of a mask blown up like a cushion whose edge has the given radius."""
    inside = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    rise = np.minimum(inside / radius_px, 1)
    height = radius_px * np.sqrt(np.maximum(0, 1 - (1 - rise) ** 2))
    return blurred(height.astype(np.float32), radius_px * 0.18)


def lit(height: FloatArray, light: Colour, *, ambient: float, direct: float) -> FloatArray:
    """Lambert shading (H, W) of a height field; `light` points towards the lamp (x right, y down, z to the eye)."""
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) / 8
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) / 8
    x, y, z = np.asarray(light) / np.linalg.norm(light)
    facing = (-across * x - down * y + z) / np.sqrt(across**2 + down**2 + 1)
    return np.asarray(ambient + direct * np.clip(facing, 0, 1), np.float32)


def hairs(shape: tuple[int, int], *, angle: float, length_px: int, seed: int) -> FloatArray:
    """Noise (H, W) with mean 0 and deviation 1, drawn out along `angle` (radians) like short hair."""
    noise = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    middle = length_px
    reach = (np.cos(angle) * length_px, np.sin(angle) * length_px)
    kernel = np.zeros((2 * length_px + 1, 2 * length_px + 1), np.float32)
    start = (round(middle - reach[0]), round(middle - reach[1]))
    stop = (round(middle + reach[0]), round(middle + reach[1]))
    cv2.line(kernel, start, stop, 1.0, 1)
    drawn = cv2.filter2D(noise, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    return np.asarray(drawn / drawn.std(), np.float32)


def clouds(shape: tuple[int, int], *, size_px: float, seed: int) -> FloatArray:
    """Soft noise (H, W) with mean 0 and deviation 1; `size_px` is the size of its spots."""
    coarse = max(1, int(size_px / 3))
    small = (max(2, shape[0] // coarse), max(2, shape[1] // coarse))
    noise = np.random.default_rng(seed).standard_normal(small).astype(np.float32)
    soft = cv2.resize(blurred(noise, size_px / coarse), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(soft / soft.std(), np.float32)


def onto(
    picture: FloatArray, sheet: Sheet, *, foot: tuple[float, float], unit_px: float, mirrored: bool, shadow: float
) -> FloatArray:
    """A copy of the picture (H, W, 3) with the sheet's (0, 0) at pixel `foot`, one body length being `unit_px`.

    `shadow` in [0, 1] is how much light the animal takes from the floor right below it.
    """
    colour, cover, foot_x = sheet.colour * sheet.cover[..., None], sheet.cover, sheet.foot_px[0]
    if mirrored:
        colour, cover, foot_x = colour[:, ::-1], cover[:, ::-1], cover.shape[1] - foot_x
    scale = unit_px / sheet.unit_px
    size = (max(1, round(cover.shape[1] * scale)), max(1, round(cover.shape[0] * scale)))
    colour = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
    x, y = foot[0] - foot_x * scale, sheet.foot_px[1] * scale
    frame = (picture.shape[1], picture.shape[0])
    place = np.asarray([[1, 0, x], [0, 1, foot[1] - y]], np.float32)
    # The shadow is the outline itself laid flat on the floor and softened.
    flat = np.asarray([[1, 0.25, x - 0.25 * y], [0, 0.16, foot[1] - 0.16 * y + 2]], np.float32)
    dark = blurred(np.asarray(cv2.warpAffine(cover, flat, frame), np.float32), unit_px * 0.025)
    lower = picture * (1 - shadow * dark[..., None])
    laid = cv2.warpAffine(cover, place, frame)[..., None]
    return np.asarray(lower * (1 - laid) + cv2.warpAffine(colour, place, frame), np.float32)
