"""What one picture says about its camera: how bright it is, what structure it has, and where its outlines run.

Everything is measured on a small picture of brightness, about once a second. Outlines are kept as directions without a
sign and without a strength, so that another light, an infrared lamp or a cloth that turns from dark to pale leaves them
where they are. Comparing them is orientation correlation: Fitch, Kadyrov, Christmas and Kittler, "Orientation
correlation", British Machine Vision Conference 2002; doubling the angle makes it blind to the sign of a contrast.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from domain.frame import Luma, Picture

SIDE_PX = 320  # the longest side that is measured
GRID = (16, 9)  # columns and rows of tiles
_OUTLINE_SHARE = 80.0  # percentile: the strongest fifth of all slopes are outlines,
_LEAST_SLOPE = 2.0  # unless they are so weak (levels a pixel) that they may be noise
_RIM_PX = 2  # the outermost pixels have no neighbours to be sloped against

Tiles = npt.NDArray[np.float32]
Outlines = npt.NDArray[np.complex64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """The measures of one picture. Levels are 0 to 255; tiles have shape (9, 16).

    `structure`: standard deviation within each tile at half size, where noise is averaged away. `detail`: mean of the
    absolute Laplacian at full size, a little smoothed against noise; it is the first to go when a lens is out of focus.
    `relief`: mean of the absolute Laplacian at a quarter of the size, over the whole picture. `outlines`: at half size,
    shape (height, width), a complex unit number with twice the angle of the slope where there is an outline, else 0.
    """

    brightness: float
    contrast: float
    relief: float
    structure: Tiles
    detail: Tiles
    outlines: Outlines


def small_luma(picture: Picture) -> Luma:
    """The brightness that is measured: the longest side has `SIDE_PX` pixels, or the picture's own number."""
    shrink = min(1.0, SIDE_PX / max(picture.width, picture.height))
    return picture.luma(max(GRID[0], round(picture.width * shrink)), max(GRID[1], round(picture.height * shrink)))


def measured(luma: Luma) -> View:
    """The measures of a picture of brightness, uint8 of shape (height, width)."""
    height, width = luma.shape
    half = cv2.resize(luma, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    quarter = cv2.resize(luma, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    mean, deviation = cv2.meanStdDev(luma)
    return View(
        brightness=float(mean[0, 0]),
        contrast=float(deviation[0, 0]),
        relief=float(np.abs(cv2.Laplacian(quarter, cv2.CV_16S)).mean()),
        structure=_deviations(half),
        detail=_tiled(np.abs(cv2.Laplacian(cv2.GaussianBlur(luma.astype(np.float32), (3, 3), 0), cv2.CV_32F))),
        outlines=_outlines(half),
    )


def _tiled(values: npt.NDArray[np.float32]) -> Tiles:
    return cast("Tiles", cv2.resize(values, GRID, interpolation=cv2.INTER_AREA))


def _deviations(half: npt.NDArray[np.generic]) -> Tiles:
    levels = half.astype(np.float32)
    means = _tiled(levels)
    return np.sqrt(np.maximum(_tiled(levels * levels) - means * means, 0.0))


def _outlines(half: npt.NDArray[np.generic]) -> Outlines:
    smooth = cv2.GaussianBlur(half.astype(np.float32), (3, 3), 0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    slope = cv2.magnitude(across, down)
    flat = slope.ravel()
    rank = int(flat.size * _OUTLINE_SHARE / 100.0)
    least = max(_LEAST_SLOPE, float(np.partition(flat, rank)[rank]))
    is_outline = slope >= least
    is_outline[:_RIM_PX] = is_outline[-_RIM_PX:] = False
    is_outline[:, :_RIM_PX] = is_outline[:, -_RIM_PX:] = False
    found = np.zeros(slope.shape, dtype=np.complex64)
    directions = (across[is_outline] + 1j * down[is_outline]) / slope[is_outline]
    found[is_outline] = directions * directions
    return found
