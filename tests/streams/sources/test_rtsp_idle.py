"""An idle camera over a real RTSP server, H.264 and H.265: keyframes only, online all the while, awake when needed."""

from collections.abc import Iterator

import numpy as np
import pytest
from prometheus_client import REGISTRY

from domain.attention import Attention
from domain.frame import Pixels
from domain.ids import CameraId
from streams.fleet import CameraFleet
from streams.ports import CameraCondition
from streams.settings import IdleSettings
from streams.testing import RecordingListener
from tests.streams.cameras import QUICK, drain, make_camera, newest, status_of, wait_for
from tests.support.clips import make_clip
from tests.support.rtsp import RtspServer

pytestmark = pytest.mark.integration
# Of constant quality, so that the sizes of pictures in which nothing happens tell of nothing.
CODECS = {
    "libx264": {"qp": "28"},
    "libx265": {"x265-params": "scenecut=0:open-gop=0:log-level=none:pools=1:qp=30"},
}


def still(_second: float) -> Pixels:
    return np.random.default_rng(3).integers(60, 160, (45, 80, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    folder = tmp_path_factory.mktemp("idle")
    with RtspServer() as server:
        for codec, options in CODECS.items():
            clip = folder / f"{codec}.mp4"
            server.add(codec, make_clip(clip, seconds=4, gop=15, codec=codec, draw=still, options=options))
        yield server


SLEEPY = QUICK.model_copy(update={"idle": IdleSettings(is_on=True)})


def counted(name: str, camera: CameraId, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"camera": camera, **labels}) or 0.0


def test_idle_cameras_give_keyframes_stay_online_and_wake_when_they_are_needed(server: RtspServer) -> None:
    listener = RecordingListener()
    cameras = [CameraId(f"idle-{codec}") for codec in CODECS]
    with CameraFleet(SLEEPY, listener) as fleet:
        for codec, camera in zip(CODECS, cameras, strict=True):
            fleet.add(make_camera(server.url(codec), camera))
            newest(fleet, camera)
            fleet.attend(camera, Attention.IDLE)
        wait_for(lambda: all(status_of(fleet, camera).is_idle for camera in cameras))
        fleet.take(8, 0.0)
        before = [counted("brightkitchen_pictures_not_decoded_total", camera) for camera in cameras]
        frames = drain(fleet.take, 8.0)
        for camera, spared in zip(cameras, before, strict=True):
            own = [frame for frame in frames if frame.camera_id == camera]
            assert 5 <= len(own) <= 12  # one keyframe a second
            assert counted("brightkitchen_pictures_not_decoded_total", camera) - spared >= 50
            assert counted("brightkitchen_camera_idle", camera) == 1
            assert status_of(fleet, camera).condition is CameraCondition.ONLINE
            assert listener.told(camera) == [CameraCondition.ONLINE]
            fleet.attend(camera, Attention.AWAKE)
        wait_for(lambda: not any(status_of(fleet, camera).is_idle for camera in cameras))
        awake = drain(fleet.take, 4.0)
        for camera in cameras:
            assert sum(frame.camera_id == camera for frame in awake) > 8  # keyframes alone are 4
            assert counted("brightkitchen_camera_wakes_total", camera, cause="attention") == 1


def test_attention_for_a_camera_that_is_gone_is_no_news() -> None:
    with CameraFleet(QUICK, RecordingListener()) as fleet:
        fleet.attend(CameraId("gone"), Attention.IDLE)
        assert fleet.statuses() == []
