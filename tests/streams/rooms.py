"""Drawn rooms as a camera sees them: people, noise, lamps, an infrared filter, and what people do to cameras."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from domain.frame import Luma

Light = npt.NDArray[np.float32]
SIZE = (320, 180)  # the size that is looked at: noise and blur are those that are left there
_NOISES = 32


@dataclass(frozen=True)
class Room:
    """A room with counters, shelves, pots and tiles, drawn from a seed. Light is 0 to 255."""

    seed: int = 1

    def light(self) -> Light:
        """A fresh copy: the caller may draw on it."""
        return _drawn(self.seed).copy()


@cache
def _drawn(seed: int) -> Light:
    rng = np.random.default_rng(seed)
    width, height = SIZE
    picture = np.full((2 * height, 2 * width), 150, dtype=np.uint8)
    picture[height:] = 110
    for x in range(0, 2 * width, 40):
        cv2.line(picture, (x, height), (int(width + (x - width) * 2.2), 2 * height), 85, 2)
    for _ in range(45):
        x, y = int(rng.integers(0, 2 * width)), int(rng.integers(0, 2 * height))
        w, h = (int(each) for each in rng.integers(15, 110, 2))
        cv2.rectangle(picture, (x, y), (x + w, y + h), int(rng.integers(30, 230)), -1)
        cv2.rectangle(picture, (x, y), (x + w, y + h), int(rng.integers(10, 90)), 2)
    for _ in range(30):
        centre = (int(rng.integers(0, 2 * width)), int(rng.integers(0, 2 * height)))
        cv2.circle(picture, centre, int(rng.integers(4, 22)), int(rng.integers(20, 240)), -1)
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), dtype=np.float32)


@cache
def _noise(number: int) -> Light:
    return np.random.default_rng(number).normal(0, 1, SIZE[::-1]).astype(np.float32)


@dataclass(frozen=True)
class Shot:
    """How a room is taken: `gain` is the lamp, `people` stand at fractions of the width and hide what is behind."""

    room: Room = Room()
    gain: float = 1.0
    people: tuple[float, ...] = ()
    is_infrared: bool = False
    noise: float = 1.5
    blur_px: float = 0.0
    across: float = 0.0
    turned_degrees: float = 0.0
    cover: float | None = None

    def luma(self, moment: int) -> Luma:
        """The brightness at the size that is looked at; `moment` gives the noise."""
        light = self.room.light()
        for x in self.people:
            _stand(light, x)
        if self.across or self.turned_degrees:
            light = _moved(light, self.across, self.turned_degrees)
        if self.is_infrared:
            light = _infrared(light)
        light = light * self.gain
        if self.blur_px:
            light = cv2.GaussianBlur(light, (0, 0), self.blur_px).astype(np.float32)
        if self.cover is not None:
            light = np.full_like(light, self.cover) + np.linspace(-6, 6, SIZE[0], dtype=np.float32)
        return np.clip(light + self.noise * _noise(moment % _NOISES), 0, 255).astype(np.uint8)

    def but(self, **changes: object) -> "Shot":
        return replace(self, **changes)  # type: ignore[arg-type]


def _stand(light: Light, x: float) -> None:
    width, height = SIZE
    foot, middle = height - 5, int(x * width)
    cv2.ellipse(light, (middle, foot - 65), (26, 65), 0, 0, 360, 205.0, -1)
    cv2.circle(light, (middle, foot - 135), 15, 140.0, -1)
    cv2.line(light, (middle - 10, foot - 75), (middle + 15, foot - 45), 90.0, 4)


def _moved(light: Light, across: float, degrees: float) -> Light:
    width, height = SIZE
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[0, 2] += across * width
    return np.asarray(cv2.warpAffine(light, matrix, SIZE, borderMode=cv2.BORDER_REFLECT), dtype=np.float32)


def _infrared(light: Light) -> Light:
    """Dark cloth and paint turn pale, bright things grey, and the lamp lights the middle."""
    width, height = SIZE
    y, x = np.mgrid[0:height, 0:width]
    lamp = 1.2 * np.exp(-(((x / width - 0.5) / 0.55) ** 2 + ((y / height - 0.5) / 0.6) ** 2))
    paler = np.where(light < 90, 170 - light * 0.6, light * 0.8)
    return np.asarray(paler * lamp, dtype=np.float32)
