import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.masking import BLOCKS, masked
from domain.frame import Pixels
from domain.geometry import Box


def noise(height: int = 240, width: int = 320) -> Pixels:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_face_is_left_with_a_handful_of_colours() -> None:
    pixels = noise()
    result = masked(pixels, [Box(0.25, 0.25, 0.5, 0.75)])
    face = result[60:180, 80:160]
    colours = np.unique(face.reshape(-1, 3), axis=0)
    assert len(colours) <= (BLOCKS + 3) ** 2 * 2
    assert face.std() < pixels[60:180, 80:160].std() / 4


def test_each_block_is_solid() -> None:
    face = masked(noise(), [Box(0.0, 0.0, 1.0, 1.0)])
    block = 240 // BLOCKS
    # Solid to its edges: within the middle of a block every pixel is the same.
    part = face[block + 3 : 2 * block - 3, block + 3 : 2 * block - 3]
    assert len(np.unique(part.reshape(-1, 3), axis=0)) == 1


def test_the_rest_of_the_picture_and_the_original_stay_as_they_were() -> None:
    pixels = noise()
    before = pixels.copy()
    result = masked(pixels, [Box(0.25, 0.25, 0.5, 0.75)])
    assert np.array_equal(pixels, before)
    assert np.array_equal(result[:, 200:], before[:, 200:])
    assert np.array_equal(result[:30], before[:30])


def test_without_faces_nothing_changes() -> None:
    assert np.array_equal(masked(noise(), []), noise())


@settings(max_examples=200)
@given(
    edges=st.tuples(*[st.floats(0, 1)] * 4).filter(lambda e: e[0] < e[2] and e[1] < e[3]),
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
)
def test_any_face_in_any_picture_can_be_masked(edges: tuple[float, float, float, float], size: tuple[int, int]) -> None:
    pixels = noise(*size)
    result = masked(pixels, [Box(*edges)])
    assert (result.shape, result.dtype) == (pixels.shape, pixels.dtype)
