"""What happens in front of the demonstration cameras, and when.

A scene is a room, the animals that cross it and a length; `frame` draws any moment of it. The stories are
data, so that a test can hold the committed clips against them.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from service.demo import kitchen
from service.demo.cat import CatPose, draw_cat
from service.demo.drawing import FloatArray, Sheet, onto
from service.demo.rat import RatPose, draw_rat

FPS = 15
# Grain of a cheap sensor in grey levels, and how far mains flicker moves the brightness of a whole picture.
_GRAIN = 2.0
_FLICKER = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One crossing of the picture.

    `stations` are (second, x in pixels of the animal's foot), in order; two stations with the same x are a
    pause. `foot_y` is the row that it walks on, `unit_px` the length of its body.
    """

    label: str
    stations: tuple[tuple[float, float], ...]
    foot_y: float
    unit_px: float

    @property
    def begins_s(self) -> float:
        return self.stations[0][0]

    @property
    def ends_s(self) -> float:
        return self.stations[-1][0]

    @property
    def is_mirrored(self) -> bool:
        """Animals are drawn facing right; this one walks to the left."""
        return self.stations[-1][1] < self.stations[0][1]

    def where(self, second: float) -> tuple[float, float]:
        """Foot x in pixels and speed in pixels per second at a moment of the walk."""
        for (start, x), (stop, next_x) in pairwise(self.stations):
            if start <= second <= stop:
                speed = (next_x - x) / (stop - start)
                return x + speed * (second - start), speed
        raise ValueError(f"second {second} is outside the walk from {self.begins_s} to {self.ends_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One demonstration camera. `seen` says what must be found when: (label, from second, to second)."""

    name: str
    file_name: str
    seconds: int
    seed: int
    room: Callable[[], FloatArray]
    walks: tuple[Walk, ...]
    seen: tuple[tuple[str, float, float], ...]

    @property
    def quiet(self) -> tuple[tuple[float, float], ...]:
        """The stretches (from second, to second) in which nothing is in the picture."""
        edges = [0.0]
        for walk in self.walks:
            edges += [walk.begins_s, walk.ends_s]
        edges.append(float(self.seconds))
        return tuple(zip(edges[::2], edges[1::2], strict=True))


def frames(scene: Scene) -> Iterator[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]]:
    """Every picture of a scene as uint8 BGR (720, 1280, 3), the same for the same seed."""
    room = scene.room()
    rng = np.random.default_rng(scene.seed)
    for number in range(scene.seconds * FPS):
        second = number / FPS
        picture = room
        for walk in scene.walks:
            if walk.begins_s <= second <= walk.ends_s:
                picture = _with_animal(picture, walk, second)
        yield _sensed(picture, rng)


def _with_animal(picture: FloatArray, walk: Walk, second: float) -> FloatArray:
    x, speed = walk.where(second)
    return onto(
        picture,
        _drawn(walk, x, speed, second),
        foot=(x, walk.foot_y),
        unit_px=walk.unit_px,
        mirrored=walk.is_mirrored,
        shadow=0.45,
    )


def _drawn(walk: Walk, x: float, speed: float, second: float) -> Sheet:
    """The animal in the pose that fits how far it came: legs turn with the way, not with the clock."""
    way, is_still = abs(x) / walk.unit_px, speed == 0
    if walk.label == "rodent":
        sniff = 0.5 + 0.5 * math.sin(9 * second) if is_still else 0.0
        return draw_rat(RatPose(gait=way * 11, stride=0.15 if is_still else 1.0, sniff=sniff))
    return draw_cat(CatPose(gait=way * 8, stride=0.1 if is_still else 0.8, tail=2.2 * second))


def _sensed(picture: FloatArray, rng: np.random.Generator) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """The picture as a small sensor gives it: grain in brightness, and a breath of flicker."""
    grain = rng.standard_normal((*picture.shape[:2], 1), dtype=np.float32) * _GRAIN
    flicker = 1 + _FLICKER * rng.standard_normal()
    return np.clip(picture * flicker + grain, 0, 255).astype(np.uint8)


NIGHT_KITCHEN = Scene(
    name="后厨夜间 (kitchen at night)",
    file_name="kitchen_at_night.mp4",
    seconds=36,
    seed=1,
    room=kitchen.night_kitchen,
    walks=(
        Walk(
            label="rodent",
            stations=((5.0, -330.0), (8.0, 470.0), (9.6, 470.0), (13.2, 1500.0)),
            foot_y=570.0,
            unit_px=285.0,
        ),
        Walk(
            label="rodent",
            stations=((23.0, 1600.0), (26.2, 700.0), (27.4, 700.0), (31.4, -300.0)),
            foot_y=585.0,
            unit_px=290.0,
        ),
    ),
    seen=(("rodent", 6.6, 11.6), ("rodent", 24.8, 29.2)),
)

PREPARATION_ROOM = Scene(
    name="粗加工间 (preparation room)",
    file_name="preparation_room.mp4",
    seconds=40,
    seed=2,
    room=kitchen.preparation_room,
    walks=(
        Walk(
            label="cat",
            stations=((8.0, -520.0), (10.4, 380.0), (20.0, 380.0), (23.6, 1500.0)),
            foot_y=560.0,
            unit_px=340.0,
        ),
    ),
    seen=(("cat", 10.2, 20.8),),
)

SCENES = (NIGHT_KITCHEN, PREPARATION_ROOM)
