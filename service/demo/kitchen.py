"""Two drawn rooms: what a camera close to the floor of a kitchen looks at.

Both are arrays (720, 1280, 3) of BGR floats in 0..255, the same on every call.
"""

import cv2
import numpy as np

from service.demo.drawing import Colour, FloatArray, blurred, clouds, hairs

WIDTH, HEIGHT = 1280, 720
# The line where the wall meets the floor.
WALL_FOOT = 384


def night_kitchen() -> FloatArray:
    """A kitchen after closing time: quarry tiles, a steel bench, one dim lamp on the left."""
    room = _floor(tile=(92, 108, 138), joint=(58, 66, 78), seed=11)
    _paste(room, _tiled_wall(tile=(186, 198, 202), joint=(140, 150, 152), seed=12), 0, 0)
    _strip(room, WALL_FOOT - 26, WALL_FOOT, (84, 92, 98), seed=13)
    _bench(room, left=60, right=700, seed=14)
    _pan(room, 160, WALL_FOOT - 70, 186, 48, seed=15)
    _pan(room, 420, WALL_FOOT - 82, 176, 60, seed=16)
    _cupboard(room, 820, 1200, seed=17)
    _grate(room, (470, 640), seed=18)
    _contact(room, 60, 1200)
    room[:WALL_FOOT] *= 1.45
    room[WALL_FOOT:] *= 1.15
    return _lamplight(room, lamp=(300, 140), reach=900, tint=(1.085, 1.0, 0.91), dim=0.80)


def preparation_room() -> FloatArray:
    """A bright room in the morning: grey floor tiles, white wall, a cupboard and a rack of trays."""
    room = _floor(tile=(168, 172, 172), joint=(132, 136, 138), seed=21)
    _paste(room, _tiled_wall(tile=(222, 226, 226), joint=(190, 196, 198), seed=22), 0, 0)
    _strip(room, WALL_FOOT - 22, WALL_FOOT, (128, 134, 138), seed=23)
    _cupboard(room, 40, 470, seed=24)
    _bench(room, left=620, right=1230, seed=25)
    _pan(room, 980, WALL_FOOT - 80, 190, 58, seed=26)
    _grate(room, (860, 650), seed=27)
    _contact(room, 40, 1230)
    return _lamplight(room, lamp=(700, 60), reach=1500, tint=(1.0, 1.0, 0.99), dim=1.0)


def _floor(*, tile: Colour, joint: Colour, seed: int) -> FloatArray:
    """Square tiles seen in perspective, filling the whole picture (the wall is pasted over it)."""
    side, count = 64, 24
    plan = np.zeros((side * count, side * count, 3), np.float32)
    rng = np.random.default_rng(seed)
    for row in range(count):
        for column in range(count):
            shade = 1 + 0.05 * rng.standard_normal()
            plan[row * side : (row + 1) * side, column * side : (column + 1) * side] = np.asarray(tile) * shade
    plan *= (1 + 0.03 * clouds(plan.shape[:2], size_px=9, seed=seed))[..., None]
    for offset in range(3):
        plan[offset::side] = joint
        plan[:, offset::side] = joint
    whole = float(side * count)
    corners = np.asarray([(0, 0), (whole, 0), (whole, whole), (0, whole)], np.float32)
    seen = np.asarray([(-500, 330), (1780, 330), (4200, 1500), (-2920, 1500)], np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    laid = cv2.warpPerspective(plan, view, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
    dirt = 1 + 0.04 * clouds((HEIGHT, WIDTH), size_px=60, seed=seed + 100)
    return np.asarray(blurred(laid, 0.7) * dirt[..., None], np.float32)


def _tiled_wall(*, tile: Colour, joint: Colour, seed: int) -> FloatArray:
    wall = np.full((WALL_FOOT, WIDTH, 3), tile, np.float32)
    rng = np.random.default_rng(seed)
    wide, high = 120, 60
    for number, top in enumerate(range(-20, WALL_FOOT, high)):
        for left in range(-(number % 2) * wide // 2, WIDTH, wide):
            area = wall[max(top, 0) : top + high, max(left, 0) : left + wide]
            area *= 1 + 0.02 * rng.standard_normal()
            area[-3:] = joint
            area[:, -3:] = joint
    return blurred(wall, 0.8)


def _strip(room: FloatArray, top: int, bottom: int, colour: Colour, *, seed: int) -> None:
    """The skirting: one row of darker tiles, rounded towards the floor."""
    high = bottom - top
    stained = 1 + 0.02 * clouds((high, WIDTH), size_px=30, seed=seed)
    shade = np.linspace(1.12, 0.8, high)[:, None] * stained
    _paste(room, (np.asarray(colour) * shade[..., None]).astype(np.float32), 0, top)


def _steel(width: int, height: int, *, seed: int, upright: bool = False) -> FloatArray:
    """Brushed stainless steel (height, width, 3)."""
    brushed = hairs((height, width), angle=np.pi / 2 if upright else 0.0, length_px=24, seed=seed)
    sheen = np.interp(np.linspace(0, 1, width), [0, 0.25, 0.5, 0.8, 1], [0.8, 1.08, 0.94, 1.12, 0.78])[None, :]
    grey = 150 * sheen * (1 + 0.03 * brushed)
    return np.asarray(grey[..., None] * np.asarray((1.03, 1.0, 0.97)), np.float32)


def _bench(room: FloatArray, *, left: int, right: int, seed: int) -> None:
    """A steel work bench against the wall: its top edge, an under-shelf and three legs."""
    wide = right - left
    room[60:WALL_FOOT, left + 10 : right - 10] *= 0.72
    for number, x in enumerate((left + 14, (left + right) // 2 - 13, right - 40)):
        _paste(room, _steel(26, WALL_FOOT - 42, seed=seed + number, upright=True) * 0.86, x, 60)
        room[WALL_FOOT + 8 : WALL_FOOT + 18, x - 4 : x + 30] = (52, 54, 56)
    _paste(room, _steel(wide, 46, seed=seed + 3) * 0.95, left, 28)
    _paste(room, _steel(wide - 16, 16, seed=seed + 4) * 0.8, left + 8, WALL_FOOT - 22)


def _pan(room: FloatArray, left: int, top: int, wide: int, high: int, *, seed: int) -> None:
    """A wide low pan on the under-shelf, with a bright rim."""
    pan = _steel(wide, high, seed=seed)
    across = np.linspace(-1, 1, wide)
    pan *= (0.45 + 0.6 * np.sqrt(1 - 0.92 * across**2))[None, :, None].astype(np.float32)
    pan[:7] *= 1.25
    pan[7:10] *= 0.6
    _paste(room, pan, left, top)


def _cupboard(room: FloatArray, left: int, right: int, *, seed: int) -> None:
    """Two steel doors on short feet, down to a hand above the floor."""
    wide, middle = right - left, (left + right) // 2
    _paste(room, _steel(wide, WALL_FOOT - 40, seed=seed, upright=True), left, 0)
    room[: WALL_FOOT - 40, middle - 2 : middle + 2] *= 0.45
    room[WALL_FOOT - 46 : WALL_FOOT - 40, left:right] *= 0.6
    room[WALL_FOOT - 40 : WALL_FOOT, left:right] *= 0.35
    for x in (middle - 34, middle + 22):
        room[150:270, x : x + 12] = np.asarray((172, 170, 166)) * np.linspace(1.1, 0.7, 12)[None, :, None]
    for x in (left + 20, right - 46):
        _paste(room, _steel(26, 52, seed=seed + 2, upright=True) * 0.7, x, WALL_FOOT - 40)


def _grate(room: FloatArray, middle: tuple[int, int], *, seed: int) -> None:
    """A floor drain, flattened by perspective."""
    x, y = middle
    cv2.ellipse(room, (x, y), (76, 20), 0, 0, 360, (118, 120, 120), -1, cv2.LINE_AA)
    shade = np.random.default_rng(seed).uniform(0.9, 1.1, 9)
    for number, offset in enumerate(range(-56, 57, 14)):
        half = int(15 * np.sqrt(1 - (offset / 76) ** 2))
        cv2.line(room, (x + offset, y - half), (x + offset, y + half), tuple(52.0 * shade[number] for _ in range(3)), 5)
    cv2.ellipse(room, (x, y), (76, 20), 0, 0, 360, (150, 152, 152), 2, cv2.LINE_AA)


def _contact(room: FloatArray, left: int, right: int) -> None:
    """The dark line where furniture and wall shade the floor."""
    depth = np.zeros((HEIGHT, WIDTH), np.float32)
    depth[WALL_FOOT - 4 : WALL_FOOT + 26, left:right] = 0.42
    depth[WALL_FOOT - 2 : WALL_FOOT + 8] = np.maximum(depth[WALL_FOOT - 2 : WALL_FOOT + 8], 0.3)
    room *= 1 - blurred(depth, 9)[..., None]


def _lamplight(room: FloatArray, *, lamp: tuple[int, int], reach: float, tint: Colour, dim: float) -> FloatArray:
    """The room under one lamp: light falls off with distance, corners of the lens are darker."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    away = np.hypot(x - lamp[0], y - lamp[1]) / reach
    corner = np.hypot((x - WIDTH / 2) / WIDTH, (y - HEIGHT / 2) / HEIGHT)
    light = dim * (0.35 + 0.75 / (1 + away**2 * 1.6)) * (1 - 0.35 * corner**2)
    return np.asarray(np.clip(room * light[..., None] * np.asarray(tint), 0, 255), np.float32)


def _paste(room: FloatArray, patch: FloatArray, left: int, top: int) -> None:
    room[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
