"""A camera whose pictures cannot be relied on, from a real clip to what people, metrics and the fleet are told."""

from pathlib import Path

import cv2
import numpy as np
from prometheus_client import REGISTRY

from domain.frame import Luma, Pixels
from domain.ids import CameraId
from streams.fleet import CameraFleet
from streams.ports import CameraCondition, PictureFault, StreamStatus
from streams.settings import SightSettings
from streams.sight_watch import SightWatch
from streams.testing import FlatPicture, RecordingListener
from tests.streams.cameras import CAMERA, QUICK, make_camera, running, status_of, wait_for
from tests.streams.rooms import Shot
from tests.support.clips import make_clip

EAGER = SightSettings(
    interval_seconds=0.1, learning_seconds=2.0, blank_seconds=0.3, view_seconds=0.3, clear_seconds=0.3
)
# A machine that is busy with other things must not make the camera late, only slow.
PATIENT = QUICK.model_copy(
    update={"sight": EAGER, "fresh_seconds": 30.0, "watchdog_seconds": 60.0, "degraded_share": 0.01}
)


def filmed(path: Path, *shots: tuple[float, Shot]) -> Path:
    """A clip of a drawn room: seconds and how it is taken, one after the other."""
    ends = np.cumsum([seconds for seconds, _ in shots])

    def draw(second: float) -> Pixels:
        shot = shots[min(int(np.searchsorted(ends, second, side="right")), len(shots) - 1)][1]
        luma = shot.luma(int(second * 15))
        return np.asarray(cv2.cvtColor(cv2.resize(luma, (640, 360)), cv2.COLOR_GRAY2BGR), dtype=np.uint8)

    return make_clip(path, seconds=float(ends[-1]), draw=draw)


def gauge(fault: PictureFault) -> float | None:
    return REGISTRY.get_sample_value("brightkitchen_camera_picture_fault", {"camera": CAMERA, "fault": fault})


def test_a_covered_camera_is_not_online_and_says_why_until_its_pictures_are_sound_again(tmp_path: Path) -> None:
    clip = filmed(tmp_path / "room.mp4", (2.0, Shot()), (3.0, Shot(cover=90.0)))
    listener = RecordingListener()

    with running(None, settings=PATIENT, listener=listener) as fleet:
        fleet.add(make_camera(str(clip), loops=True))
        wait_for(lambda: status_of(fleet).condition is CameraCondition.ONLINE, seconds=60)
        status = wait_for(lambda: tampered(fleet), seconds=60)
        assert status is not None
        assert status.cause == PictureFault.COVERED
        wait_for(lambda: gauge(PictureFault.COVERED) == 1.0, seconds=60)
        wait_for(lambda: status_of(fleet).condition is CameraCondition.ONLINE, seconds=60)
        wait_for(lambda: gauge(PictureFault.COVERED) == 0.0, seconds=60)

    told = listener.told(CAMERA)
    assert told[told.index(CameraCondition.TAMPERED) - 1 :][:3] == [
        *[CameraCondition.ONLINE, CameraCondition.TAMPERED, CameraCondition.ONLINE]
    ]


def tampered(fleet: CameraFleet) -> StreamStatus | None:
    status = status_of(fleet)
    return status if status.condition is CameraCondition.TAMPERED else None


class BrokenPicture(FlatPicture):
    """A picture whose decoder fails."""

    def luma(self, width: int, height: int) -> Luma:
        raise RuntimeError(f"no luma of {width}x{height}")


def test_a_picture_that_cannot_be_measured_leaves_what_is_known() -> None:
    watch = SightWatch(CameraId("camera-1"), EAGER)
    for tenth in range(20):
        watch.look(FlatPicture(), tenth / 10)

    assert watch.look(BrokenPicture(), 2.0) is PictureFault.COVERED
    assert watch.look(FlatPicture(), 3.0) is PictureFault.COVERED


def test_what_is_switched_off_looks_at_nothing() -> None:
    watch = SightWatch(CameraId("camera-1"), EAGER.model_copy(update={"is_on": False}))

    assert [watch.look(BrokenPicture(), float(second)) for second in range(30)] == [None] * 30
