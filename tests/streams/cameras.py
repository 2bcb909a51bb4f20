"""Cameras, fleets and waiting for what real threads do."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from domain.frame import Frame
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Pace, Source, Transport
from streams.fleet import CameraFleet
from streams.ports import StatusListener, StreamStatus
from streams.settings import SightSettings, StreamSettings
from streams.testing import FakeClock, RecordingListener, ScriptedOpener

DEADLINE_SECONDS = 60.0

# Waits that a test can wait for; everything else as shipped.
QUICK = StreamSettings(
    open_timeout_seconds=2.0,
    read_timeout_seconds=2.0,
    reconnect_first_seconds=0.05,
    reconnect_longest_seconds=0.2,
    probe_seconds=1.0,
    sight=SightSettings(is_on=False),  # the twins' pictures show nothing, which it would tell
)

CAMERA = CameraId("camera-1")  # of `make_camera`, unless it is named otherwise

T = TypeVar("T")


def make_camera(
    location: str,
    camera_id: str = "camera-1",
    *,
    transport: Transport = Transport.AUTO,
    pace: Pace = Pace.LIVE,
    loops: bool = False,
    fps: float = 5.0,
    is_enabled: bool = True,
) -> Camera:
    return Camera(
        camera_id=CameraId(camera_id),
        site_id=SiteId("site-1"),
        name=camera_id,
        source=Source(location=location, transport=transport, pace=pace, loops=loops),
        analysed_fps=fps,
        is_enabled=is_enabled,
    )


def wait_for(what: Callable[[], T], *, seconds: float = DEADLINE_SECONDS) -> T:
    """The first true answer; fails at the deadline with the last one."""
    deadline = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.02)


def drain(take: Callable[[int, float], Sequence[Frame]], seconds: float) -> list[Frame]:
    """Everything that is taken within so many seconds."""
    deadline = time.monotonic() + seconds
    frames: list[Frame] = []
    while (left := deadline - time.monotonic()) > 0:
        frames += take(8, min(left, 0.1))
    return frames


@contextmanager
def running(
    opener: ScriptedOpener | None,
    *,
    settings: StreamSettings = QUICK,
    clock: FakeClock | None = None,
    listener: StatusListener | None = None,
) -> Iterator[CameraFleet]:
    with CameraFleet(
        settings, listener or RecordingListener(), opener=opener, clock=clock, jitter=lambda: 0.0
    ) as fleet:
        yield fleet


def status_of(fleet: CameraFleet, camera_id: CameraId = CAMERA) -> StreamStatus:
    status = fleet.status(camera_id)
    assert status is not None
    return status


def newest(fleet: CameraFleet, camera_id: CameraId = CAMERA) -> Frame:
    frame = wait_for(lambda: fleet.latest_frame(camera_id))
    assert frame is not None
    return frame
