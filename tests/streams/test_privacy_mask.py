"""What lies in a private part leaves the process in no picture and no clip; and no sound does, ever."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.frame import Frame
from domain.geometry import Point, Polygon
from streams.fleet import CameraFleet
from streams.privacy_mask import BlackedPicture, blacked
from streams.ring import PacketRing
from streams.testing import RecordingListener
from tests.streams.cameras import CAMERA, QUICK, make_camera, wait_for
from tests.streams.test_clip import play_into
from tests.support.clips import add_sound, make_clip
from tests.support.pictures import ArrayPicture
from tests.support.rtsp import RtspServer

LEFT = Polygon.of([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)])
SECRET = 255


def half_secret(width: int = 320, height: int = 180) -> ArrayPicture:
    """Grey, and of a colour that must not be seen in its left half."""
    pixels = np.full((height, width, 3), 100, np.uint8)
    pixels[:, : width // 2] = SECRET
    return ArrayPicture(pixels)


@given(width=st.integers(16, 700), height=st.integers(16, 400))
def test_nothing_of_a_private_part_is_in_a_picture_of_any_size(width: int, height: int) -> None:
    picture = BlackedPicture(half_secret(), (LEFT,))
    pixels = picture.bgr(width, height)
    assert pixels.shape == (height, width, 3)
    assert pixels.max() <= 102, "a mixture with what is private would be brighter than the rest"
    assert picture.luma(width, height).max() <= 102


def test_what_is_not_private_stays_as_it_is() -> None:
    before = half_secret()
    pixels = BlackedPicture(before, (LEFT,)).bgr()
    assert (pixels[:, 165:] == 100).all()
    assert (pixels[:, :160] == 0).all()
    assert (before.bgr()[:, :160] == SECRET).all(), "the array of the picture behind is not written to"


def test_a_slanted_part_is_black_to_its_edges() -> None:
    triangle = Polygon.of([(0.1, 0.1), (0.9, 0.2), (0.3, 0.8)])
    pixels = BlackedPicture(ArrayPicture(np.full((200, 300, 3), SECRET, np.uint8)), (triangle,)).bgr()
    rows, columns = np.mgrid[0:200, 0:300]
    for row, column in zip(rows[::7, ::7].ravel(), columns[::7, ::7].ravel(), strict=True):
        if triangle.contains(Point((column + 0.5) / 300, (row + 0.5) / 200)):
            assert pixels[row, column].max() == 0


def test_a_picture_without_private_parts_costs_nothing() -> None:
    picture = half_secret()
    assert blacked(picture, ()) is picture
    once = blacked(picture, (LEFT,))
    assert blacked(once, (LEFT,)) is once


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds that are bright all over."""
    return make_clip(
        tmp_path_factory.mktemp("clips") / "bright.mp4",
        width=320,
        height=180,
        draw=lambda _seconds: np.full((180, 320, 3), 230, np.uint8),
    )


@pytest.fixture
def fleet() -> Iterator[CameraFleet]:
    with CameraFleet(QUICK, RecordingListener()) as fleet:
        yield fleet


def seen(fleet: CameraFleet, after: int = 0) -> Frame:
    """The newest picture, once it is newer than the one with that number."""
    frame = wait_for(lambda: (newest := fleet.latest_frame(CAMERA)) and newest.sequence > after and newest)
    assert isinstance(frame, Frame)
    return frame


def is_half_black(frame: Frame) -> bool:
    pixels = frame.picture.bgr()
    return bool(pixels[:, :155].max() == 0) and bool(pixels[:, 170:].min() > 200)


def test_a_private_part_is_black_for_the_analysis_and_for_those_who_look_and_there_are_no_clips(
    fleet: CameraFleet, clip: Path, tmp_path: Path
) -> None:
    fleet.hide(CAMERA, (LEFT,))
    fleet.add(make_camera(str(clip), loops=True, fps=15))
    taken = [frame for _ in range(5) for frame in wait_for(lambda: fleet.take(1, 1.0))]
    assert all(is_half_black(frame) for frame in taken)
    shown = seen(fleet)
    assert is_half_black(shown)
    assert fleet.save_clip(CAMERA, 0.0, shown.clock, tmp_path / "clip.mp4") is None
    assert not list(tmp_path.iterdir())


def test_a_part_that_becomes_private_is_black_at_once_and_takes_the_packets_with_it(
    fleet: CameraFleet, clip: Path, tmp_path: Path
) -> None:
    fleet.add(make_camera(str(clip), loops=True, fps=15))
    first = seen(fleet)
    wait_for(lambda: fleet.save_clip(CAMERA, first.clock, first.clock + 60, tmp_path / "before.mp4"))
    fleet.hide(CAMERA, (LEFT,))
    shown = fleet.latest_frame(CAMERA)
    assert shown is not None
    assert is_half_black(shown)
    assert all(is_half_black(frame) for frame in wait_for(lambda: fleet.take(1, 1.0)))
    assert fleet.save_clip(CAMERA, 0.0, shown.clock + 60, tmp_path / "after.mp4") is None

    fleet.hide(CAMERA, ())
    wait_for(lambda: fleet.save_clip(CAMERA, 0.0, shown.clock + 60, tmp_path / "again.mp4"))
    assert (tmp_path / "again.mp4").stat().st_size > 0


def test_a_restarted_camera_is_still_black_where_it_was(fleet: CameraFleet, clip: Path) -> None:
    fleet.hide(CAMERA, (LEFT,))
    fleet.add(make_camera(str(clip), loops=True, fps=15))
    first = seen(fleet)
    fleet.add(make_camera(str(clip), loops=True, fps=15, is_enabled=False))
    fleet.add(make_camera(str(clip), loops=True, fps=15))
    again = seen(fleet, after=first.sequence)
    assert is_half_black(again)


def streams_of(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [stream.type for stream in container.streams]


def test_a_clip_of_a_source_with_sound_has_no_sound(clip: Path, tmp_path: Path) -> None:
    loud = add_sound(clip, tmp_path / "loud.mp4")
    assert sorted(streams_of(loud)) == ["audio", "video"]
    ring = PacketRing(seconds=60.0, bytes_limit=10**8)
    end = play_into(ring, loud)
    cut = ring.cut(0.0, end)
    assert cut is not None
    assert ring.size_bytes < loud.stat().st_size
    with CameraFleet(QUICK, RecordingListener()) as fleet:
        fleet.add(make_camera(str(loud), loops=True, fps=15))
        first = seen(fleet)
        wait_for(lambda: fleet.save_clip(CAMERA, first.clock, first.clock + 60, tmp_path / "clip.mp4"))
    assert streams_of(tmp_path / "clip.mp4") == ["video"]


@pytest.mark.integration
def test_a_clip_of_a_camera_that_sends_sound_has_no_sound(clip: Path, tmp_path: Path) -> None:
    with RtspServer() as server:
        address = server.add("kitchen", clip, has_sound=True)
        with av.open(address, options={"rtsp_transport": "tcp"}, timeout=20) as heard:
            assert len(heard.streams.audio) == 1, "the camera of this test must send sound"
        with CameraFleet(QUICK, RecordingListener()) as fleet:
            fleet.add(make_camera(address, fps=15))
            first = seen(fleet)
            wait_for(lambda: fleet.save_clip(CAMERA, first.clock, first.clock + 60, tmp_path / "clip.mp4"))
    assert streams_of(tmp_path / "clip.mp4") == ["video"]
