"""What a real RTSP server says of its clock, in RTCP sender reports."""

from pathlib import Path

import pytest

from domain.ids import CameraId
from streams.fleet import CameraFleet
from streams.testing import RecordingListener
from tests.streams.cameras import QUICK, make_camera, status_of, wait_for
from tests.support.clips import make_clip
from tests.support.rtsp import RtspServer

pytestmark = pytest.mark.integration


def test_the_clock_of_a_camera_on_this_machine_is_that_of_this_machine(tmp_path: Path) -> None:
    camera = CameraId("clock")
    with RtspServer() as server, CameraFleet(QUICK, RecordingListener()) as fleet:
        server.add("clock", make_clip(tmp_path / "clip.mp4", seconds=4, width=320, height=180))
        fleet.add(make_camera(server.url("clock"), camera))
        wait_for(lambda: status_of(fleet, camera).clock_offset_seconds is not None, seconds=90)
        offset = status_of(fleet, camera).clock_offset_seconds
        assert offset is not None
        assert abs(offset) < 10
        server.kill()
        wait_for(lambda: status_of(fleet, camera).clock_offset_seconds is None, seconds=90)
