"""How cheap cameras see: blur, noise, compression, few pixels, infrared at night; and plain changes of colour.

Each function takes pixels (height, width, 3), blue first, and returns new ones of the same shape. `strength` in
[0, 1] stretches the range from which the degree is drawn.
"""

import cv2
import numpy as np

from models.training.data import Pixels
from models.training.recipe import AugmentationRecipe, CctvRecipe

Rng = np.random.Generator


def coloured(pixels: Pixels, rng: Rng, recipe: AugmentationRecipe) -> Pixels:
    """Hue, saturation and brightness changed by up to the recipe's shares."""
    gains = rng.uniform(-1, 1, 3) * (recipe.hue, recipe.saturation, recipe.brightness) + 1
    levels = np.arange(256, dtype=np.float32)
    hue = ((levels * gains[0]) % 180).astype(np.uint8)
    saturation, value = ((levels * gain).clip(0, 255).astype(np.uint8) for gain in gains[1:])
    planes = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV))
    changed = cv2.merge([cv2.LUT(plane, table) for plane, table in zip(planes, (hue, saturation, value), strict=True)])
    return _bytes(cv2.cvtColor(changed, cv2.COLOR_HSV2BGR))


def through_a_camera(pixels: Pixels, rng: Rng, recipe: CctvRecipe) -> Pixels:
    """What a cheap camera makes of it: light, lens, sensor and coder, in that order."""
    for share, look in (
        (recipe.infrared, infrared),
        (recipe.motion_blur, motion_blurred),
        (recipe.defocus, defocused),
        (recipe.low_resolution, low_resolution),
        (recipe.noise, noisy),
        (recipe.compression, compressed),
    ):
        if rng.random() < share:
            pixels = look(pixels, rng, recipe.strength)
    return pixels


def infrared(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """Grey, bright in the middle as under the camera's own lamps, dark in the corners, little contrast."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.float32)
    height, width = grey.shape
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    fall = 1 - strength * rng.uniform(0.2, 0.9) * (x**2 + y**2) / 2
    contrast = 1 + strength * rng.uniform(-0.5, 0.4)
    lit = ((grey - grey.mean()) * contrast + rng.uniform(90, 150)) * fall
    return np.repeat(_bytes(lit.clip(0, 255))[:, :, None], 3, axis=2)


def motion_blurred(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """Smeared along a line of 3 to 11 pixels in any direction."""
    length = 3 + int(rng.integers(0, 1 + round(8 * strength)))
    kernel = np.zeros((length, length), dtype=np.float32)
    kernel[length // 2] = 1
    middle = (length - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), rng.uniform(0, 180), 1.0)
    kernel = np.asarray(cv2.warpAffine(kernel, turn, (length, length)), dtype=np.float32)
    return _bytes(cv2.filter2D(pixels, -1, kernel / kernel.sum()))


def defocused(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    return _bytes(cv2.GaussianBlur(pixels, (0, 0), 0.4 + rng.random() * 1.8 * strength))


def low_resolution(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """Scaled down by a factor of 1.2 to 3.2 and up again, as substreams are."""
    height, width = pixels.shape[:2]
    factor = 1.2 + rng.random() * 2.0 * strength
    small = cv2.resize(
        pixels, (max(8, round(width / factor)), max(8, round(height / factor))), interpolation=cv2.INTER_AREA
    )
    return _bytes(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def noisy(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """Noise of the sensor, a standard deviation of 2 to 24 levels, mostly the same in all colours."""
    deviation = 2 + rng.random() * 22 * strength
    noise = rng.standard_normal(pixels.shape[:2], dtype=np.float32)[:, :, None] * np.float32(deviation)
    tint = rng.uniform(0.8, 1.2, 3).astype(np.float32)
    return _bytes((pixels + noise * tint).clip(0, 255))


def compressed(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """JPEG of quality 75 down to 15."""
    quality = round(75 - rng.random() * 60 * strength)
    done, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = cv2.imdecode(content, cv2.IMREAD_COLOR) if done else None
    return pixels if read is None else _bytes(read)


def _bytes(pixels: object) -> Pixels:
    return np.asarray(pixels).astype(np.uint8, copy=False)
