"""Cutting persons out: pictures are drawn, so that it can be told what a crop shows."""

import numpy as np
import pytest

from models.framing import PADDING_LEVEL, Framing, Pixels, cut_out, planes, shown_part

FRAMING = Framing()
RED, BLUE = (0, 0, 255), (255, 0, 0)


def picture(width: int = 400, height: int = 400) -> Pixels:
    """Blue above, red below the middle."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[: height // 2] = BLUE
    pixels[height // 2 :] = RED
    return pixels


def test_of_a_whole_person_only_the_upper_part_is_shown() -> None:
    left, top, right, bottom = shown_part((100, 100, 200, 400), FRAMING)

    assert (left, top, right) == (94, 94, 206)
    assert bottom == 100 + 1.5 * 100


def test_of_a_bust_all_is_shown() -> None:
    assert shown_part((100, 100, 200, 180), FRAMING)[3] == 180


@pytest.mark.parametrize(
    ("part", "grey"),
    [
        ((-60.0, 100.0, 60.0, 260.0), (slice(40, 90), slice(2, 46))),  # left half outside
        ((340.0, 100.0, 460.0, 260.0), (slice(40, 90), slice(50, 94))),  # right half outside
        ((100.0, -80.0, 220.0, 80.0), (slice(2, 60), slice(10, 80))),  # upper half outside
        ((100.0, 320.0, 220.0, 480.0), (slice(68, 126), slice(10, 80))),  # lower half outside
    ],
    ids=["left", "right", "above", "below"],
)
def test_what_lies_outside_of_the_picture_is_grey(
    part: tuple[float, float, float, float], grey: tuple[slice, slice]
) -> None:
    crop = cut_out(picture(), part, FRAMING)

    assert crop.shape == (128, 96, 3)
    assert (crop[grey] == PADDING_LEVEL).all()
    assert (crop == PADDING_LEVEL).all(axis=2).mean() == pytest.approx(0.5, abs=0.03)


def test_the_shape_of_a_person_is_kept() -> None:
    """A square part becomes a square above, and grey below it."""
    crop = cut_out(picture(), (100.0, 100.0, 300.0, 300.0), FRAMING)

    assert (crop[96:] == PADDING_LEVEL).all()
    assert (crop[:47] == BLUE).all()
    assert (crop[49:96] == RED).all()


@pytest.mark.parametrize("part", [(10.0, 10.0, 10.4, 10.4), (399.7, 399.7, 400.0, 400.0)], ids=["inside", "corner"])
def test_a_part_smaller_than_a_pixel_is_no_error(part: tuple[float, float, float, float]) -> None:
    assert cut_out(picture(), part, FRAMING).shape == (128, 96, 3)


def test_a_part_outside_of_the_picture_is_all_grey() -> None:
    assert (cut_out(picture(), (500.0, 0.0, 600.0, 100.0), FRAMING) == PADDING_LEVEL).all()


def test_a_part_without_area_is_refused() -> None:
    with pytest.raises(ValueError, match="left < right"):
        cut_out(picture(), (10.0, 10.0, 10.0, 20.0), FRAMING)


def test_planes_are_red_first_and_at_most_one() -> None:
    batch = planes([np.full((128, 96, 3), RED, dtype=np.uint8)])

    assert batch.shape == (1, 3, 128, 96)
    assert batch.dtype == np.float32
    assert batch[0, :, 0, 0].tolist() == [1.0, 0.0, 0.0]
