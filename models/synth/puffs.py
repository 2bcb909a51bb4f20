"""Steam, smoke and flames, drawn into the picture's light after rendering: soft sprites, nearest last.

Volumes would cost minutes a frame. Each sprite has a place in the room, so furniture and people before it hide it.
"""

import functools
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from models.synth.camera import Camera
from models.synth.shapes.mesh import Floats

Light = npt.NDArray[np.float32]
SPRITE_PX = 96


class PuffKind(StrEnum):
    STEAM = "steam"
    SMOKE = "smoke"
    FIRE = "fire"
    BURNER = "burner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Puff:
    """A source of puffs at a place (metres); `strength` about 1, `size` scales it."""

    key: str
    kind: PuffKind
    source: tuple[float, float, float]
    strength: float = 1.0
    size: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a kind moves and looks, in metres and seconds. `glow` adds light, else `colour` covers what is behind."""

    per_second: float
    life: float
    rise: float
    spread: float
    drift: float
    first_radius: float
    last_radius: float
    opacity: float
    colour: tuple[float, float, float]
    glow: bool = False
    stretch: float = 1.0


MANNERS: dict[PuffKind, Manner] = {
    PuffKind.STEAM: Manner(
        per_second=20,
        life=2.6,
        rise=0.50,
        spread=0.10,
        drift=0.09,
        first_radius=0.10,
        last_radius=0.30,
        opacity=0.75,
        colour=(0.55, 0.56, 0.57),
    ),
    PuffKind.SMOKE: Manner(
        per_second=22,
        life=4.2,
        rise=0.70,
        spread=0.10,
        drift=0.17,
        first_radius=0.17,
        last_radius=0.50,
        opacity=0.95,
        colour=(0.06, 0.06, 0.063),
    ),
    PuffKind.FIRE: Manner(
        per_second=80,
        life=0.60,
        rise=1.25,
        spread=0.15,
        drift=0.06,
        first_radius=0.13,
        last_radius=0.045,
        opacity=0.55,
        colour=(3.0, 1.05, 0.14),
        glow=True,
        stretch=1.9,
    ),
    PuffKind.BURNER: Manner(
        per_second=70,
        life=0.28,
        rise=0.30,
        spread=0.15,
        drift=0.02,
        first_radius=0.040,
        last_radius=0.012,
        opacity=0.55,
        colour=(0.35, 0.75, 2.2),
        glow=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drop:
    """One sprite at one moment; `age` is a share of its life."""

    place: Floats
    radius: float
    age: float
    number: int


def draw_puffs(
    light: Light, puffs: tuple[Puff, ...], second: float, camera: Camera, depth: Floats
) -> tuple[Light, dict[str, Box]]:
    """New light (height, width, 3), and the boxes of what can be seen of each puff by its key.

    `depth` (height, width) is the distance of the nearest surface in metres, infinite where there is none.
    """
    lit = light.copy()
    boxes = {}
    for puff in puffs:
        cover = np.zeros(light.shape[:2], dtype=np.float32)
        for drop in _drops(puff, second):
            _draw(lit, cover, drop, MANNERS[puff.kind], puff, camera, depth)
        box = _box(cover)
        if box is not None:
            boxes[puff.key] = box
    return lit, boxes


def _drops(puff: Puff, second: float) -> list[_Drop]:
    manner = MANNERS[puff.kind]
    newest = int(np.floor(second * manner.per_second))
    oldest = int(np.ceil((second - manner.life) * manner.per_second))
    drops = []
    for number in range(oldest, newest + 1):
        rng = np.random.default_rng([puff.seed, number % 65536, 5])
        age = (second - number / manner.per_second) / manner.life
        share = float(rng.uniform(0.75, 1.0))
        if not 0 <= age <= share or rng.uniform() > puff.strength:
            continue
        start = rng.normal(0, 0.5, 3) * (manner.spread, manner.spread, 0.02)
        if puff.kind == PuffKind.BURNER:
            angle = rng.uniform(0, 2 * np.pi)
            start = np.array([np.cos(angle), np.sin(angle), 0.0]) * manner.spread
        seconds = age * manner.life
        wander = np.array([np.sin(2.1 * second + number), np.cos(1.7 * second + 2 * number), 0.0]) * 0.05 * seconds
        way = (
            np.array([manner.drift * 0.6, -manner.drift * 0.4, manner.rise]) * seconds
            + rng.normal(0, 0.5, 3) * manner.drift * seconds
        )
        radius = manner.first_radius + (manner.last_radius - manner.first_radius) * age
        place = np.asarray(puff.source) + (start + way + wander) * puff.size
        drops.append(_Drop(place=place, radius=radius * puff.size, age=age / share, number=number))
    return drops


def _draw(  # noqa: PLR0917 - the innermost loop
    lit: Light, cover: Light, drop: _Drop, manner: Manner, puff: Puff, camera: Camera, depth: Floats
) -> None:
    where, away = camera.project(drop.place[None])
    if not np.all(np.isfinite(where)):
        return
    height, width = lit.shape[:2]
    radius_px = drop.radius / away[0] / np.tan(np.radians(camera.field_degrees) / 2) * width / 2
    side = max(3, round(2 * radius_px))
    tall = round(side * manner.stretch)
    left, top = round(where[0, 0] * width - side / 2), round(where[0, 1] * height - tall / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, width), min(top + tall, height)
    if x0 >= x1 or y0 >= y1:
        return
    sprite = cv2.resize(
        _sprite(drop.number % 12), (side, tall), interpolation=cv2.INTER_AREA if side < SPRITE_PX else cv2.INTER_LINEAR
    )
    sprite = sprite[y0 - top : y1 - top, x0 - left : x1 - left]
    hidden = np.clip((depth[y0:y1, x0:x1] - away[0]) / 0.15 + 0.5, 0, 1)
    fade = min(1.0, drop.age * 6) * (1 - drop.age) ** 0.7 if not manner.glow else (1 - drop.age) ** 0.8
    alpha = (sprite * hidden * manner.opacity * fade).astype(np.float32)
    region = lit[y0:y1, x0:x1]
    colour = _colour(manner, puff.kind, drop.age)
    region += alpha[..., None] * (colour if manner.glow else colour - region)
    patch = cover[y0:y1, x0:x1]
    patch += (1 - patch) * np.minimum(alpha, 1)


def _colour(manner: Manner, kind: PuffKind, age: float) -> npt.NDArray[np.float32]:
    """Flames cool from yellow to red as they rise."""
    colour = np.asarray(manner.colour, dtype=np.float32)
    if kind == PuffKind.FIRE:
        return np.asarray(colour * (1.0 - 0.3 * age, 1.0 - 0.75 * age, 1.0 - 0.9 * age), dtype=np.float32)
    return colour


@functools.lru_cache(maxsize=16)
def _sprite(number: int) -> Light:
    """A soft round cloud with a ragged rim, values in [0, 1]."""
    rng = np.random.default_rng([number, 77])
    clouds = np.zeros((SPRITE_PX, SPRITE_PX), dtype=np.float32)
    for cells, weight in ((4, 0.5), (8, 0.3), (16, 0.2)):
        coarse = rng.uniform(0, 1, (cells, cells)).astype(np.float32)
        clouds += weight * cv2.resize(coarse, (SPRITE_PX, SPRITE_PX), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[-1 : 1 : SPRITE_PX * 1j, -1 : 1 : SPRITE_PX * 1j]
    round_ = np.clip(1.25 - np.hypot(x, y) * 1.25 - 0.5 * (clouds - 0.35), 0, 1)
    return np.asarray(np.clip(round_ * (0.55 + 0.9 * (clouds - 0.35)), 0, 1), dtype=np.float32)


def _box(cover: Light) -> Box | None:
    """Around everything that covers a tenth of the light or more."""
    rows, columns = np.flatnonzero((cover > 0.10).any(axis=1)), np.flatnonzero((cover > 0.10).any(axis=0))
    if not len(rows):
        return None
    height, width = cover.shape
    return Box.clipped(columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
