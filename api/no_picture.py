"""A drawn picture that says that there is none: MJPEG can carry nothing else, and the last one would be a lie."""

from datetime import datetime
from functools import lru_cache

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 360


@lru_cache(maxsize=64)
def no_picture(condition: str, cause: str | None, since: datetime | None) -> bytes:
    """A hatched JPEG with the words; OpenCV's letters are Latin ones."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    stripes = ((rows + columns) // 24 % 2).astype(np.uint8)
    pixels = np.where(stripes[..., None] == 1, np.uint8(214), np.uint8(232)).repeat(3, axis=2)
    lines = ["NO PICTURE", f"{condition}{f' - {cause}' if cause else ''}"[:40], "nothing is known of this place"]
    if since is not None:
        lines.insert(2, f"since {since:%Y-%m-%d %H:%M:%S} UTC")
    for number, line in enumerate(lines):
        size = 1.4 if number == 0 else 0.7
        place = (40, 110 + number * 50)
        cv2.putText(pixels, line, place, cv2.FONT_HERSHEY_SIMPLEX, size, (38, 42, 90), 2, cv2.LINE_AA)
    is_encoded, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 70])
    assert is_encoded, "a picture of this size can always be encoded"
    return bytes(content.tobytes())
