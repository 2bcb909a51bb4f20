import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.letterbox import PADDING_LEVEL, Letterbox, PlaneWriter
from detector.pictures import PixelPicture
from domain.frame import Pixels
from models.manifest import ColourOrder, FixedSize, NetworkInput
from tests.support.pictures import grey_picture

SIDES = st.integers(1, 5000)
STRIDES = st.sampled_from([8, 16, 32, 64])


@pytest.mark.parametrize(
    ("width", "height", "canvas"),
    [
        (1280, 720, (416, 256)),  # 416x234, padded to the next multiple of 32
        (1920, 1080, (416, 256)),
        (640, 480, (416, 320)),  # 416x312
        (720, 1280, (256, 416)),  # a camera on its side
        (500, 500, (416, 416)),
        (100, 50, (416, 224)),  # small pictures are enlarged: 416x208
        (4000, 1, (416, 32)),
    ],
)
def test_the_canvas_is_the_smallest_that_the_stride_allows(width: int, height: int, canvas: tuple[int, int]) -> None:
    letterbox = Letterbox.fit(width, height, longest_side=416, stride=32)

    assert (letterbox.canvas_width, letterbox.canvas_height) == canvas


@given(SIDES, SIDES, st.integers(32, 2000), STRIDES)
def test_the_picture_lies_inside_a_canvas_that_no_smaller_one_could_replace(
    width: int, height: int, longest_side: int, stride: int
) -> None:
    box = Letterbox.fit(width, height, longest_side=longest_side, stride=stride)

    assert max(box.scaled_width, box.scaled_height) == longest_side
    for canvas, scaled, before in (
        (box.canvas_width, box.scaled_width, box.left),
        (box.canvas_height, box.scaled_height, box.top),
    ):
        assert canvas % stride == 0
        assert 0 <= canvas - scaled < stride
        assert 0 <= before <= canvas - scaled


@given(SIDES, SIDES, st.integers(32, 2000), st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_fractions_come_back_exactly(width: int, height: int, longest_side: int, edges: list[float]) -> None:
    letterbox = Letterbox.fit(width, height, longest_side=longest_side, stride=32)
    boxes = np.array([edges], dtype=np.float32)

    back = letterbox.to_fractions(letterbox.to_pixels(boxes))

    # Pixels up to 2,000 in float32 are exact to 1/8000; a scaled side of one pixel does not magnify that.
    assert np.allclose(back, boxes, atol=2e-4)


@given(SIDES, SIDES, st.integers(1, 40), st.integers(1, 40))
def test_the_whole_picture_is_the_whole_of_a_fixed_canvas_or_less(
    width: int, height: int, columns: int, rows: int
) -> None:
    box = Letterbox.fit_canvas(width, height, canvas_width=32 * columns, canvas_height=32 * rows)

    assert 1 <= box.scaled_width <= box.canvas_width
    assert 1 <= box.scaled_height <= box.canvas_height
    assert box.scaled_width == box.canvas_width or box.scaled_height == box.canvas_height


def test_a_fixed_input_size_beats_the_longest_side() -> None:
    network = NetworkInput(stride=32, longest_side_px=416, fixed_size=FixedSize(width_px=320, height_px=320))

    letterbox = Letterbox.for_network(1280, 720, network, longest_side=640)

    assert (letterbox.canvas_width, letterbox.canvas_height) == (320, 320)


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 0), (-1, 5)])
def test_an_empty_picture_is_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Letterbox.fit(width, height, longest_side=416, stride=32)


def writer(colour_order: ColourOrder = ColourOrder.RGB) -> PlaneWriter:
    return PlaneWriter(NetworkInput(stride=32, longest_side_px=64, colour_order=colour_order))


def blue(width: int, height: int) -> PixelPicture:
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, :, 0] = 255
    return PixelPicture(pixels)


@pytest.mark.parametrize(("order", "plane"), [(ColourOrder.RGB, 2), (ColourOrder.BGR, 0)])
def test_blue_lands_in_the_plane_that_the_network_expects(order: ColourOrder, plane: int) -> None:
    letterbox = Letterbox.fit(64, 32, longest_side=64, stride=32)

    planes = writer(order).write([blue(64, 32)], letterbox)

    assert planes.shape == (1, 3, 32, 64)
    assert planes.dtype == np.float32
    assert [float(planes[0, each].mean()) for each in range(3)] == [float(each == plane) for each in range(3)]


def test_padding_is_grey_and_stays_so_from_picture_to_picture() -> None:
    letterbox = Letterbox.fit(64, 20, longest_side=64, stride=32)
    planes_of = writer()

    for picture in (blue(64, 20), grey_picture(64, 20, level=200), blue(64, 20)):
        planes = planes_of.write([picture], letterbox)
        padding = np.concatenate([planes[:, :, : letterbox.top], planes[:, :, letterbox.top + 20 :]], axis=2)
        assert padding.shape[2] == 12
        assert np.allclose(padding, PADDING_LEVEL / 255)


def test_a_picture_is_asked_for_at_its_scaled_size_only() -> None:
    asked: list[tuple[int | None, int | None]] = []

    class Asking(PixelPicture):
        def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
            asked.append((width, height))
            return super().bgr(width, height)

    picture = Asking(np.zeros((720, 1280, 3), dtype=np.uint8))
    writer().write([picture], Letterbox.fit(1280, 720, longest_side=416, stride=32))

    assert asked == [(416, 234)]


def test_pixels_of_another_size_than_asked_for_are_refused() -> None:
    class Lying(PixelPicture):
        def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
            return super().bgr()

    with pytest.raises(ValueError, match=r"expected uint8 pixels of shape \(32, 64, 3\)"):
        writer().write([Lying(np.zeros((5, 5, 3), dtype=np.uint8))], Letterbox.fit(64, 32, longest_side=64, stride=32))


def test_buffers_of_many_shapes_do_not_pile_up() -> None:
    planes_of = writer()
    for width in range(64, 64 + 40):
        planes_of.write([blue(width, 64)], Letterbox.fit(width, 64, longest_side=64, stride=32))

    assert len(planes_of._canvases) == 8
