"""Mistakes as pictures. They are other people's: whoever writes them looks first that git would not take them."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import cv2

from detector.evaluation_samples import Samples
from detector.report_mistakes import Mistake
from domain.frame import Pixels
from domain.geometry import Box
from models.data.drawing import draw_box, fit
from models.data.errors import DataError

PICTURE_PX = 420
JPEG_QUALITY = 80
_LABELLED, _DETECTED, _OTHER = (80, 220, 80), (60, 60, 255), (200, 170, 60)  # green, red, blue
_LEAST_SHARE = 0.12  # a box whose longer side is less of the picture than this is shown enlarged
_AROUND = 5.0  # how many times its size is shown then


def write_pictures(mistakes: Sequence[Mistake], samples: Samples, place: Path) -> dict[Mistake, str]:
    """Draw every mistake below `pictures/`; its file relative to `place`. Raises DataError."""
    (place / "pictures").mkdir(parents=True, exist_ok=True)
    numbered = {mistake: f"pictures/{number:04}.jpg" for number, mistake in enumerate(mistakes)}
    wanted: dict[Path, list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        wanted[mistake.place].append(mistake)
    names = {mistake.name for mistake in mistakes}
    for sample in samples.read(names, on_fault=lambda _: None):  # faulty ones were told when they were measured
        for mistake in wanted.get(sample.place, []):
            path = place / numbered[mistake]
            if not cv2.imwrite(
                str(path), drawn(sample.picture.bgr(), mistake), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
            ):
                raise DataError(f"{path} could not be written")
    return numbered


def drawn(pixels: Pixels, mistake: Mistake) -> Pixels:
    """The picture, or the part around a small thing, with what was labelled and what was detected."""
    part = _part(pixels, mistake)
    height, width = pixels.shape[:2]
    cut = pixels[
        round(part.top * height) : round(part.bottom * height), round(part.left * width) : round(part.right * width)
    ]
    shown = fit(cut, PICTURE_PX)
    for other in mistake.others:
        _draw(shown, part, other.box, "", _OTHER)
    if mistake.truth:
        _draw(shown, part, mistake.truth.box, mistake.truth.label, _LABELLED)
    if mistake.detection:
        text = f"{mistake.detection.label} {mistake.detection.confidence:.2f}"
        _draw(shown, part, mistake.detection.box, text, _DETECTED)
    return shown


def _part(pixels: Pixels, mistake: Mistake) -> Box:
    """What to show, in fractions of the picture."""
    boxes = [each.box for each in (mistake.truth, mistake.detection) if each]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    height, width = pixels.shape[:2]
    side = max((right - left) * width, (bottom - top) * height)
    if side >= _LEAST_SHARE * max(height, width):
        return Box(0.0, 0.0, 1.0, 1.0)
    wide, high = min(1.0, _AROUND * side / width), min(1.0, _AROUND * side / height)
    start_x = min(max(0.0, (left + right - wide) / 2), 1.0 - wide)
    start_y = min(max(0.0, (top + bottom - high) / 2), 1.0 - high)
    return Box(start_x, start_y, min(1.0, start_x + wide), min(1.0, start_y + high))


def _draw(shown: Pixels, part: Box, box: Box, text: str, colour: tuple[int, int, int]) -> None:
    inside = Box.clipped(
        (box.left - part.left) / part.width,
        (box.top - part.top) / part.height,
        (box.right - part.left) / part.width,
        (box.bottom - part.top) / part.height,
    )
    if inside:
        draw_box(shown, inside, text, colour)
