"""A picture drawn by code: a tiled floor with a bin and a clay rat. Nobody is on it, so it can be committed."""

import cv2
import numpy as np

from detector.pictures import PixelPicture


def drawn_kitchen() -> PixelPicture:
    """1280x720. Any change to it changes the golden figures of test_golden.py."""
    pixels = np.full((720, 1280, 3), (170, 180, 185), dtype=np.uint8)
    pixels -= np.linspace(0, 40, 720).astype(np.uint8)[:, None, None]
    cv2.rectangle(pixels, (0, 520), (1279, 719), (110, 115, 120), -1)
    for x in range(0, 1280, 80):
        cv2.line(pixels, (x, 520), (x - 120, 719), (95, 100, 105), 2)
    _draw_bin(pixels)
    _draw_rat(pixels)
    return PixelPicture(np.asarray(cv2.GaussianBlur(pixels, (7, 7), 0), dtype=np.uint8))


BIN_EDGES = (845 / 1280, 270 / 720, 1095 / 1280, 640 / 720)  # lid to floor


def _draw_bin(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    body = np.array([[860, 300], [1080, 300], [1050, 640], [890, 640]])
    cv2.fillPoly(pixels, [body], (70, 110, 40))
    cv2.rectangle(pixels, (845, 270), (1095, 305), (50, 85, 30), -1)
    for x in (910, 950, 990, 1030):
        cv2.line(pixels, (x, 320), (x, 620), (55, 90, 32), 5)


def _draw_rat(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    cv2.ellipse(pixels, (300, 600), (95, 48), 0, 0, 360, (70, 80, 95), -1)
    cv2.ellipse(pixels, (395, 612), (42, 28), 15, 0, 360, (75, 85, 100), -1)
    cv2.circle(pixels, (375, 582), 16, (110, 115, 150), -1)
    cv2.circle(pixels, (408, 603), 5, (10, 10, 10), -1)
    cv2.circle(pixels, (437, 622), 5, (120, 120, 190), -1)
    cv2.ellipse(pixels, (150, 610), (70, 25), 0, 0, 180, (120, 130, 180), 6)
    for x in (250, 290, 350):
        cv2.ellipse(pixels, (x, 648), (14, 7), 0, 0, 360, (120, 130, 170), -1)
