from dataclasses import replace

import cv2
import numpy as np
import pytest

from api.errors import NoFreshPictureError
from api.stills import StillMaker, fresh_limit_seconds, still_size
from api.testing import FakeFleet
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Source
from tests.support.pictures import grey_picture, make_frame

CAMERA = Camera(
    camera_id=CameraId("camera-1"),
    site_id=SiteId("site-1"),
    name="粗加工间",
    source=Source(location="rtsp://192.0.2.7/"),
)


def maker(fleet: FakeFleet) -> StillMaker:
    return StillMaker(fleet, greatest_width=640, fresh_seconds=10.0)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1920, 1080, (640, 360)),
        (640, 480, (640, 480)),
        (320, 240, (320, 240)),
        (2560, 720, (640, 180)),
        (5000, 3, (640, 2)),
    ],
)
def test_a_still_is_never_wider_than_asked_and_keeps_its_shape(
    width: int, height: int, expected: tuple[int, int]
) -> None:
    assert still_size(width, height, 640) == expected


@pytest.mark.parametrize(("fps", "expected"), [(5.0, 10.0), (0.1, 30.0), (30.0, 10.0)])
def test_a_camera_that_is_looked_at_rarely_may_show_older_pictures(fps: float, expected: float) -> None:
    assert fresh_limit_seconds(fps, 10.0) == pytest.approx(expected)


def test_the_newest_picture_becomes_a_jpeg_with_its_age() -> None:
    fleet = FakeFleet()
    frame = make_frame(picture=grey_picture(1280, 720))
    fleet.frames[CAMERA.camera_id] = frame

    still = maker(fleet).still(CAMERA, frame.clock + 2.5)

    decoded = cv2.imdecode(np.frombuffer(still.content, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (360, 640, 3)
    assert (still.age_seconds, still.captured_at) == (2.5, frame.captured_at)


def test_an_old_picture_is_never_shown_as_current() -> None:
    fleet = FakeFleet()
    frame = make_frame()
    fleet.frames[CAMERA.camera_id] = frame

    with pytest.raises(NoFreshPictureError) as refused:
        maker(fleet).still(CAMERA, frame.clock + 10.1)

    assert refused.value.age_seconds == pytest.approx(10.1)


def test_a_camera_without_a_picture_says_so() -> None:
    with pytest.raises(NoFreshPictureError) as refused:
        maker(FakeFleet()).still(CAMERA, 0.0)

    assert refused.value.age_seconds is None


def test_one_picture_is_encoded_once_however_many_look_at_it() -> None:
    fleet = FakeFleet()
    first = make_frame(picture=grey_picture(64, 48, level=10))
    fleet.frames[CAMERA.camera_id] = first
    stills = maker(fleet)

    one, other = stills.still(CAMERA, first.clock), stills.still(CAMERA, first.clock + 1)
    fleet.frames[CAMERA.camera_id] = replace(first, picture=grey_picture(64, 48, level=200), sequence=2)
    third = stills.still(CAMERA, first.clock + 1)

    assert one.content is other.content
    assert third.content != one.content
