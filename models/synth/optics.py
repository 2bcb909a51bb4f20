"""From light to the picture of a cheap camera: lens, exposure, sensor, sharpening, clock, compression.

Light is linear, red first; pictures are uint8, blue first. All randomness comes from the generator that is given.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import cv2
import numpy as np
import numpy.typing as npt

from domain.frame import Pixels
from models.synth.camera import Camera

Light = npt.NDArray[np.float32]
Rng = np.random.Generator
_INFRARED_WEIGHTS = (0.50, 0.32, 0.18)  # silicon sees red and beyond best
CLOCK_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Optics:
    """One camera's own way of seeing; `drawn` makes one. Lengths in pixels of a picture 640 wide, shares in [0, 1].

    `exposure` multiplies what the automatic exposure chose; `grease` is how much of the light a dirty dome spreads;
    `noise` is the deviation in grey levels of a well lit pixel.
    """

    exposure: float = 1.0
    warmth: float = 0.0
    saturation: float = 0.9
    contrast: float = 1.0
    vignette: float = 0.25
    blur: float = 0.6
    grease: float = 0.12
    noise: float = 3.0
    sharpening: float = 0.5
    has_clock: bool = True
    title: str = "CAM 01"
    is_infrared: bool = False


def drawn(rng: Rng, *, is_infrared: bool = False) -> Optics:
    """A camera somewhere between good and neglected."""
    return Optics(
        exposure=float(np.exp(rng.normal(0, 0.18))),
        warmth=float(rng.normal(0.0, 0.05)),
        saturation=float(rng.uniform(0.65, 1.05)),
        contrast=float(rng.uniform(0.9, 1.12)),
        vignette=float(rng.uniform(0.1, 0.4)),
        blur=float(rng.uniform(0.35, 1.1)),
        grease=float(rng.choice([0.05, 0.12, 0.2, 0.35], p=[0.4, 0.3, 0.2, 0.1])),
        noise=float(rng.uniform(1.5, 5.0) * (1.8 if is_infrared else 1.0)),
        sharpening=float(rng.uniform(0.2, 0.9)),
        has_clock=bool(rng.random() < 0.75),
        title=f"CAM {int(rng.integers(1, 17)):02}",
        is_infrared=is_infrared,
    )


def bent(light: Light, camera: Camera) -> Light:
    """The straight-line picture as the lens bends it, at the camera's size."""
    columns, rows = camera.bending_maps()
    height, width = light.shape[:2]
    columns = (columns + 0.5) * width / camera.width - 0.5
    rows = (rows + 0.5) * height / camera.height - 0.5
    moved = cv2.remap(
        light, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, dtype=np.float32)


def automatic_gain(light: Light) -> float:
    """The factor that brings the middle of the picture to a sixth of full light, as exposure by centre weight does."""
    height, width = light.shape[:2]
    grey = light @ np.array([0.25, 0.6, 0.15], dtype=np.float32)
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    weight = np.exp(-(x**2 + y**2))
    mean = float(np.exp((np.log(grey + 1e-3) * weight).sum() / weight.sum()))
    return 0.17 / max(mean, 1e-3)


def photographed(light: Light, optics: Optics, rng: Rng, *, gain: float, clock: datetime | None = None) -> Pixels:
    """The picture before compression. `gain` comes from `automatic_gain`, once for a clip whose light stays."""
    scale = light.shape[1] / 640
    exposed = light * np.float32(gain * optics.exposure)
    if optics.is_infrared:
        grey = exposed @ np.asarray(_INFRARED_WEIGHTS, dtype=np.float32)
        exposed = np.repeat(grey[:, :, None], 3, axis=2)
    exposed = _through_dirty_glass(exposed, optics, scale)
    exposed *= _vignette(light.shape[0], light.shape[1], optics.vignette)[:, :, None]
    if not optics.is_infrared:
        exposed *= np.array([1 + optics.warmth, 1.0, 1 - optics.warmth], dtype=np.float32)
    levels = _developed(exposed, optics)
    levels = _noisy(levels, optics, rng)
    levels = _sharpened(levels, optics, scale)
    pixels = np.ascontiguousarray(levels.clip(0, 255).astype(np.uint8)[:, :, ::-1])
    if optics.has_clock and clock is not None:
        draw_clock(pixels, clock, optics.title)
    return pixels


def _through_dirty_glass(light: Light, optics: Optics, scale: float) -> Light:
    """Defocus, and a film of grease that spreads bright places over their surroundings."""
    soft = cv2.GaussianBlur(light, (0, 0), max(0.2, optics.blur * scale))
    if optics.grease <= 0:
        return np.asarray(soft, dtype=np.float32)
    wide = cv2.GaussianBlur(np.minimum(soft, 6.0), (0, 0), 9 * scale)
    return np.asarray(soft * (1 - optics.grease) + wide * optics.grease, dtype=np.float32)


def _vignette(height: int, width: int, strength: float) -> Light:
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.asarray(1 - strength * ((x**2 + (y * height / width) ** 2) / 1.32) ** 1.5, dtype=np.float32)


def _developed(light: Light, optics: Optics) -> Light:
    """Linear light to levels in [0, 255]: a soft shoulder, then the display's curve, contrast and saturation."""
    knee = np.where(light < 0.6, light, 0.6 + 0.4 * (1 - np.exp(-(light - 0.6) / 0.4)))
    curve = np.where(knee <= 0.0031308, 12.92 * knee, 1.055 * np.maximum(knee, 1e-6) ** (1 / 2.4) - 0.055)
    curve = 0.5 + (curve - 0.5) * optics.contrast
    grey = curve.mean(axis=2, keepdims=True)
    saturation = 0.0 if optics.is_infrared else optics.saturation
    return np.asarray((grey + (curve - grey) * saturation) * 255, dtype=np.float32)


def _noisy(levels: Light, optics: Optics, rng: Rng) -> Light:
    """More noise where it is darker, a third of it in blots as small cameras' own noise reduction leaves them."""
    height, width = levels.shape[:2]
    grain = rng.standard_normal((height, width, 3), dtype=np.float32)
    grain = 0.7 * grain.mean(axis=2, keepdims=True) * np.float32(1.73) + 0.3 * grain
    coarse = rng.standard_normal((height // 3 + 1, width // 3 + 1, 3), dtype=np.float32)
    blots = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    dark = 1.7 - levels.mean(axis=2, keepdims=True) / 255
    return np.asarray(levels + (0.67 * grain + 0.33 * blots) * optics.noise * dark, dtype=np.float32)


def _sharpened(levels: Light, optics: Optics, scale: float) -> Light:
    soft = cv2.GaussianBlur(levels, (0, 0), max(0.6, 1.2 * scale))
    return np.asarray(levels + optics.sharpening * (levels - soft), dtype=np.float32)


def draw_clock(pixels: Pixels, clock: datetime, title: str) -> None:
    """White letters with a dark rim, date and time above on the left, the camera's name below on the right."""
    height, width = pixels.shape[:2]
    size = 0.42 * width / 640
    (title_width, _), _ = cv2.getTextSize(title, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    for text, place in (
        (clock.strftime(CLOCK_FORMAT), (round(0.02 * width), round(0.055 * height))),
        (title, (round(0.98 * width) - title_width, round(0.965 * height))),
    ):
        cv2.putText(
            pixels,
            text,
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            size,
            (20, 20, 20),
            max(2, round(3 * width / 640)),
            cv2.LINE_AA,
        )
        cv2.putText(pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (245, 245, 245), 1, cv2.LINE_AA)


def compressed(pixels: Pixels, quality: int) -> Pixels:
    """As a single picture from a stream looks: blocks and smeared colour; `quality` from 20 (bad) to 90."""
    _, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = cv2.imdecode(content, cv2.IMREAD_COLOR)
    return pixels if read is None else np.asarray(read, dtype=np.uint8)


def clock_at(start: str, second: float) -> datetime:
    """The clock in the picture. Raises ValueError unless `start` is like 2026-05-04 11:42:10."""
    return datetime.strptime(start, CLOCK_FORMAT) + timedelta(seconds=int(second))  # noqa: DTZ007 - cameras show local time without a zone


def for_clip(rng: Rng, *, is_infrared: bool, title: str) -> Optics:
    """A camera that is not among the worst, with its clock on: clips are what people look at first."""
    chosen = drawn(rng, is_infrared=is_infrared)
    return replace(
        chosen,
        grease=min(chosen.grease, 0.15),
        blur=min(chosen.blur, 0.7),
        has_clock=True,
        title=title,
        noise=min(chosen.noise, 5.0),
    )
