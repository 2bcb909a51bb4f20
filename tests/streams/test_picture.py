"""Colours, sizes and threads of a decoder's picture; OpenCV is the judge of colours."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from domain.frame import Pixels
from streams.picture import AvPicture
from tests.support.clips import make_clip


def colours(width: int, height: int) -> Pixels:
    """Smooth colours that use the whole range, so that a wrong range or matrix shows everywhere."""
    x = np.linspace(0, 255, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 255, height, dtype=np.float32)[:, None]
    return np.dstack([x + 0 * y, y + 0 * x, 255 - (x + y) / 2]).astype(np.uint8)


def picture_of(pixels: Pixels, pixel_format: str) -> AvPicture:
    return AvPicture(av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format=pixel_format))


def difference(first: Pixels, second: Pixels) -> float:
    return float(np.abs(first.astype(int) - second.astype(int)).mean())


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "nv12", "yuv444p", "bgr24"])
@pytest.mark.parametrize("size", [(320, 180), (322, 182), (318, 178), (1280, 720)])
def test_colours_survive_in_every_layout(pixel_format: str, size: tuple[int, int]) -> None:
    pixels = colours(*size)
    picture = picture_of(pixels, pixel_format)
    assert (picture.width, picture.height) == size
    assert picture.bgr().shape == (size[1], size[0], 3)
    assert picture.bgr().dtype == np.uint8
    assert difference(picture.bgr(), pixels) < 2.5


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p"])
@pytest.mark.parametrize("size", [(640, 360), (416, 234), (97, 55), (1, 1), (2560, 1440)])
def test_scaling_in_one_pass_is_scaling_afterwards(pixel_format: str, size: tuple[int, int]) -> None:
    pixels = colours(1280, 720)
    scaled = picture_of(pixels, pixel_format).bgr(*size)
    shrinks = size[0] < 1280
    expected = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    assert scaled.shape == (size[1], size[0], 3)
    assert difference(scaled, np.asarray(expected, dtype=np.uint8)) < 2.5


@pytest.mark.parametrize("is_full_range", [False, True])
def test_a_coded_picture_keeps_its_range(tmp_path: Path, is_full_range: bool) -> None:
    """Full-range cameras are common; read as limited range their shadows and lights are cut off."""
    pixels = colours(320, 180)
    layout = "yuvj420p" if is_full_range else "yuv420p"
    clip = make_clip(
        tmp_path / "c.mp4", width=320, height=180, seconds=0.2, draw=lambda _: pixels, pixel_format=layout,
        options={"crf": "1"},
    )  # fmt: skip
    with av.open(str(clip)) as container:
        frame = next(container.decode(video=0))
    assert (frame.color_range == ColorRange.JPEG) is is_full_range
    assert difference(AvPicture(frame).bgr(), pixels) < 2.5


def test_the_array_is_the_callers_own() -> None:
    picture = picture_of(colours(64, 36), "bgr24")
    changed = picture.bgr()
    changed[:] = 0
    assert picture.bgr().max() > 200


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        picture_of(colours(64, 36), "yuv420p").bgr(-1, 4)


def test_many_threads_at_once_see_the_same_pixels() -> None:
    picture = picture_of(colours(640, 360), "yuvj420p")
    sizes = [(64, 36), (320, 180), (640, 360), (100, 100)] * 25
    expected = {size: picture.bgr(*size) for size in set(sizes)}
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda size: picture.bgr(*size), sizes))
    assert all(np.array_equal(pixels, expected[size]) for size, pixels in zip(sizes, found, strict=True))


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv422p", "nv12", "gray", "bgr24"])
@pytest.mark.parametrize("size", [(320, 180), (322, 182), (1280, 720)])
def test_brightness_follows_the_picture_in_every_layout(pixel_format: str, size: tuple[int, int]) -> None:
    """Odd widths have padded rows: what lies behind the picture must not be seen."""
    pixels = colours(*size)
    luma = picture_of(pixels, pixel_format).luma(160, 90)
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (160, 90), interpolation=cv2.INTER_AREA)
    assert luma.shape == (90, 160)
    assert luma.dtype == np.uint8
    assert float(np.corrcoef(luma.ravel(), grey.ravel())[0, 1]) > 0.999
