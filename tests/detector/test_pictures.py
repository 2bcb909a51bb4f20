import numpy as np
import pytest

from detector.pictures import PixelPicture


def test_pixels_are_handed_out_as_they_are_or_scaled() -> None:
    picture = PixelPicture(np.full((48, 64, 3), 7, dtype=np.uint8))

    assert (picture.width, picture.height) == (64, 48)
    assert picture.bgr().shape == (48, 64, 3)
    assert picture.bgr(32, 16).shape == (16, 32, 3)
    assert picture.bgr(128, 96).shape == (96, 128, 3)
    assert int(picture.bgr(128, 96).max()) == 7


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4), dtype=np.uint8), np.zeros((4, 4, 4), dtype=np.uint8), np.zeros((4, 4, 3), dtype=np.float32)],
    ids=["grey", "with alpha", "floats"],
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels"):
        PixelPicture(pixels)
