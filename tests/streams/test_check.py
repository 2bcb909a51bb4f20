from pathlib import Path

import pytest

from domain.organisation import Source
from streams.check import check_source
from streams.errors import BadDataError, CameraAuthError, SourceNotFoundError
from streams.settings import StreamSettings
from streams.testing import FakeClock, ScriptedOpener, ScriptedSource, make_packet
from tests.support.clips import make_clip

SETTINGS = StreamSettings()


def test_a_file_is_measured(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", width=640, height=360, fps=15, seconds=5, gop=30, b_frames=2)
    report = check_source(Source(location=str(clip)), SETTINGS, seconds=4)
    assert (report.codec, report.profile, report.width_px, report.height_px) == ("h264", "High", 640, 360)
    assert report.declared_fps == 15
    assert report.measured_fps == pytest.approx(15, abs=0.3)
    assert report.keyframe_seconds == pytest.approx(2.0)
    assert report.reordered_pictures == 2
    assert report.bits_per_second is not None
    assert report.bits_per_second == pytest.approx(8 * clip.stat().st_size / 5, rel=0.3)
    assert 0 < report.decode_cpu_ms < 20
    assert 0 < report.open_seconds <= report.first_picture_seconds < 5
    assert (report.corrupt_packets, report.corrupt_pictures) == (0, 0)
    assert report.pictures > 50


def test_a_file_that_is_shorter_than_the_time_is_measured_whole(tmp_path: Path) -> None:
    report = check_source(
        Source(location=str(make_clip(tmp_path / "c.mp4", seconds=1, b_frames=2))), SETTINGS, seconds=60
    )
    assert report.pictures == report.packets == 15


def test_a_live_source_is_measured_for_the_time_given() -> None:
    clock = FakeClock()
    steps = [
        step for i in range(100) for step in (lambda: clock.advance(0.1), make_packet(i / 10, is_keyframe=i % 20 == 0))
    ]
    opener = ScriptedOpener(ScriptedSource(steps))
    report = check_source(Source(location="rtsp://u:geheim@cam/1"), SETTINGS, seconds=5, opener=opener, clock=clock)
    assert report.address == "rtsp://***@cam/1"
    assert report.measured_fps == pytest.approx(10)
    assert report.keyframe_seconds == pytest.approx(2.0)
    assert report.arrival_spread_seconds == pytest.approx(0.0, abs=1e-6)
    assert report.packets == pytest.approx(50, abs=1)


def test_failures_are_typed_and_the_source_is_closed() -> None:
    with pytest.raises(SourceNotFoundError):
        check_source(Source(location="/nowhere.mp4"), SETTINGS, seconds=1)
    with pytest.raises(CameraAuthError):
        check_source(
            Source(location="rtsp://cam/1"), SETTINGS, seconds=1, opener=ScriptedOpener(CameraAuthError("rtsp://cam/1"))
        )
    blind = ScriptedSource([make_packet(0.0, is_corrupt=True)])
    with pytest.raises(BadDataError, match="no picture could be decoded"):
        check_source(Source(location="rtsp://cam/1"), SETTINGS, seconds=1, opener=ScriptedOpener(blind))
    assert blind.is_closed
