from pathlib import Path

import cv2
import pytest

from models.data.errors import PictureError
from models.data.pictures import decode, picture_files, read_pixels
from tests.models.data.drawn import save, scene


def encoded(suffix: str) -> bytes:
    done, content = cv2.imencode(suffix, scene(1, 320, 240))
    assert done
    return content.tobytes()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif"])
def test_a_whole_picture_is_read(suffix: str) -> None:
    assert decode(encoded(suffix), Path("a")).shape == (240, 320, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_picture_that_was_cut_off_is_found(suffix: str, share: float) -> None:
    content = encoded(suffix)

    with pytest.raises(PictureError) as caught:
        decode(content[: int(len(content) * share)], Path("a"))

    assert caught.value.reason == "truncated"


def test_a_tiff_that_was_cut_off_is_unreadable() -> None:
    content = encoded(".tif")

    with pytest.raises(PictureError) as caught:
        decode(content[: len(content) // 2], Path("a"))

    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize("more", [bytes(16), b"\0\0\0\x18ftypmp42" + bytes(100_000)], ids=["a few bytes", "a film"])
def test_what_follows_the_end_of_a_picture_does_no_harm(suffix: str, more: bytes) -> None:
    assert decode(encoded(suffix) + more, Path("a")).shape == (240, 320, 3)


def test_the_small_picture_in_a_jpeg_does_not_stand_for_the_end_of_the_large_one() -> None:
    content, small = encoded(".jpg"), encoded(".jpg")
    head = b"\xff\xe1" + (2 + len(small)).to_bytes(2, "big") + small
    with_small = content[:2] + head + content[2:]

    assert decode(with_small, Path("a")).shape == (240, 320, 3)
    for length in (len(head) // 2, len(with_small) - len(content) // 2):
        with pytest.raises(PictureError, match="truncated"):
            decode(with_small[:length], Path("a"))


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"no picture at all", "unreadable")])
def test_what_is_no_picture_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(PictureError) as caught:
        decode(content, Path("here.jpg"))

    assert caught.value.reason == reason
    assert "here.jpg" in str(caught.value)


def test_a_picture_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PictureError) as caught:
        read_pixels(tmp_path / "a.png")

    assert caught.value.reason == "missing"


def test_pictures_are_known_by_their_suffix(tmp_path: Path) -> None:
    wanted = [save(tmp_path / name, scene(1)) for name in ("a.JPG", "b.jpeg", "c.webp", "d.bmp", "e.tif", "f.TIFF")]

    assert picture_files(tmp_path) == wanted


def test_what_macos_leaves_behind_is_no_picture(tmp_path: Path) -> None:
    wanted = save(tmp_path / "a" / "b.PNG", scene(1))
    save(tmp_path / "__MACOSX" / "b.png", scene(1))
    (tmp_path / "a" / "._b.jpg").write_bytes(b"x")
    (tmp_path / "a" / "notes.txt").write_text("x")

    assert picture_files(tmp_path) == [wanted]
