import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import TeachingError
from detector.picture_files import decode_picture, picture_size
from tests.support.bins import HEIGHT, WIDTH, draw_bin


def encoded(suffix: str, *options: int) -> bytes:
    is_encoded, content = cv2.imencode(suffix, draw_bin(is_open=True), options)
    assert is_encoded
    return bytes(content.tobytes())


FILES = {
    "jpeg": encoded(".jpg"),
    "progressive jpeg": encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "png": encoded(".png"),
    "webp": encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, 80),
    "lossless webp": encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, 101),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_the_size_is_read_before_the_picture_is_decoded(content: bytes) -> None:
    assert picture_size(content) == (WIDTH, HEIGHT)
    assert decode_picture(content).shape == (HEIGHT, WIDTH, 3)


def test_a_small_file_that_would_unpack_to_gigabytes_is_refused() -> None:
    content = bytearray(FILES["png"])
    content[16:24] = struct.pack(">II", 60_000, 60_000)

    with pytest.raises(TeachingError, match="60000x60000"):
        decode_picture(bytes(content))


@pytest.mark.parametrize("content", [b"", b"GIF89a", encoded(".bmp"), b"\xff\xd8", FILES["png"][:20]])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(TeachingError, match="JPEG, PNG or WebP"):
        decode_picture(content)


def test_a_picture_with_garbage_in_place_of_pixels_is_refused() -> None:
    with pytest.raises(TeachingError, match="damaged"):
        decode_picture(FILES["png"][:40] + bytes(200))


@given(
    head=st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBPVP8 ", b"RIFF0000WEBPVP8X"]),
    rest=st.binary(max_size=200),
)
def test_no_bytes_make_the_reader_stumble(head: bytes, rest: bytes) -> None:
    size = picture_size(head + rest)

    assert size is None or np.array(size).shape == (2,)
