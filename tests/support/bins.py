"""A drawn kitchen corner with a bin whose lid is open or closed."""

import base64

import cv2
import numpy as np

from domain.frame import Pixels
from domain.geometry import Point, Polygon

WIDTH, HEIGHT = 320, 180
# The bin with its lid up, in fractions of the picture.
REGION = Polygon(tuple(Point(x, y) for x, y in ((0.55, 0.2), (0.85, 0.2), (0.85, 0.95), (0.55, 0.95))))
CORNERS = [{"x": corner.x, "y": corner.y} for corner in REGION.corners]


def draw_bin(*, is_open: bool, seed: int = 0) -> Pixels:
    """The corner at one moment: each seed has light from another side, noise, and a bin moved by a pixel or two."""
    random = np.random.default_rng(seed)
    pixels = np.full((HEIGHT, WIDTH, 3), (150, 152, 148), dtype=np.uint8)
    pixels[130:] = (96, 100, 104)
    cv2.rectangle(pixels, (20, 60), (110, 150), (120, 130, 160), -1)
    left = 195 + int(random.integers(-2, 3))
    cv2.rectangle(pixels, (left, 90), (left + 60, 165), (60, 110, 60), -1)
    if is_open:
        cv2.ellipse(pixels, (left + 30, 90), (30, 8), 0, 0, 360, (15, 15, 15), -1)
        cv2.line(pixels, (left + 60, 90), (left + 70, 45), (50, 90, 50), 6)
    else:
        cv2.rectangle(pixels, (left - 4, 80), (left + 64, 92), (50, 90, 50), -1)
    across, along = random.uniform(-0.4, 0.4, 2)
    light = 1 + across * np.linspace(-1, 1, WIDTH)[None, :, None] + along * np.linspace(-1, 1, HEIGHT)[:, None, None]
    lit = pixels * light * random.uniform(0.85, 1.05) + random.normal(0, 4, pixels.shape)
    return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)


def as_png(pixels: Pixels) -> bytes:
    is_encoded, content = cv2.imencode(".png", pixels)
    assert is_encoded
    return bytes(content.tobytes())


def as_text(pixels: Pixels) -> str:
    """A picture as the API takes it."""
    return base64.b64encode(as_png(pixels)).decode("ascii")
