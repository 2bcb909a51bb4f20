"""A camera whose pictures cannot be relied on, from a real clip to what people, metrics and the fleet are told."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from prometheus_client import REGISTRY

from domain.frame import Luma, Pixels
from domain.ids import CameraId
from streams.ports import CameraCondition, PictureFault
from streams.settings import SightSettings
from streams.sight_watch import SightWatch
from streams.testing import FlatPicture, RecordingListener
from tests.streams.cameras import CAMERA, QUICK, make_camera, running, status_of, wait_for
from tests.streams.rooms import Shot
from tests.support.clips import make_clip

EAGER = SightSettings(
    interval_seconds=0.2, learning_seconds=2.0, blank_seconds=0.5, view_seconds=0.5, clear_seconds=0.5
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


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (Shot(cover=90.0), PictureFault.COVERED),
        (Shot(across=0.08), PictureFault.MOVED),
        (Shot(gain=0.02), PictureFault.DARK),
    ],
    ids=str,
)
def test_a_camera_that_cannot_be_relied_on_is_not_online_and_says_why(
    tmp_path: Path, bad: Shot, fault: PictureFault
) -> None:
    clip = filmed(tmp_path / "room.mp4", (4.0, Shot()), (4.0, bad), (4.0, Shot()))
    listener = RecordingListener()

    with running(None, settings=QUICK.model_copy(update={"sight": EAGER}), listener=listener) as fleet:
        fleet.add(make_camera(str(clip), loops=True))
        wait_for(lambda: status_of(fleet).condition is CameraCondition.ONLINE)
        wait_for(lambda: status_of(fleet).condition is CameraCondition.TAMPERED, seconds=60)

        assert status_of(fleet).cause == fault
        wait_for(lambda: gauge(fault) == 1.0)
        assert REGISTRY.get_sample_value("brightkitchen_camera_up", {"camera": CAMERA}) == 0.0
        wait_for(lambda: status_of(fleet).condition is CameraCondition.ONLINE, seconds=60)
        wait_for(lambda: gauge(fault) == 0.0)

    told = listener.told(CAMERA)
    assert told[:3] == [CameraCondition.ONLINE, CameraCondition.TAMPERED, CameraCondition.ONLINE]


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
