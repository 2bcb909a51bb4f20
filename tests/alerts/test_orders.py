from pathlib import Path

import cv2
import numpy as np
import pytest

from alerts.orders import PackedPicture, PictureRoom
from domain.alert import EvidenceKind
from domain.frame import Frame
from domain.ids import CameraId
from tests.alerts.kit import BrokenPicture, Kit, noisy_picture
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import make_observation, rat
from tests.support.pictures import ArrayPicture


def frame(sequence: int, picture: ArrayPicture | None = None) -> Frame:
    return Frame(
        camera_id=CameraId("camera-1"),
        sequence=sequence,
        captured_at=EPOCH,
        clock=float(sequence),
        picture=picture or noisy_picture(),
    )


def leave(room: PictureRoom, sequence: int) -> None:
    room.leave(make_observation((rat(),), at=EPOCH, clock=0.0, sequence=sequence, camera_id=CameraId("camera-1")))


def test_a_few_pictures_wait_as_they_are_more_are_packed_and_then_no_more_are_kept() -> None:
    room = PictureRoom(raw_pixels=2 * 320 * 180, packed_bytes=1)
    first, second, third, fourth = (room.enter(frame(n)) for n in range(4))
    assert first is not None
    assert isinstance(first.picture, ArrayPicture)
    assert second is not None
    assert isinstance(second.picture, ArrayPicture)
    assert third is not None
    assert isinstance(third.picture, PackedPicture)
    assert third.sequence == 2
    assert fourth is None


def test_room_is_free_again_once_a_picture_has_left() -> None:
    room = PictureRoom(raw_pixels=320 * 180, packed_bytes=0)
    assert room.enter(frame(0)) is not None
    assert room.enter(frame(1)) is None
    leave(room, 0)
    leave(room, 1)
    assert room.enter(frame(2)) is not None


def test_orders_about_one_frame_share_its_picture() -> None:
    room = PictureRoom(raw_pixels=320 * 180, packed_bytes=0)
    shared = frame(0)
    assert room.enter(shared) is shared
    assert room.enter(shared) is shared
    leave(room, 0)
    assert room.enter(frame(1)) is None
    leave(room, 0)
    leave(room, 1)
    assert room.enter(frame(2)) is not None


def test_one_picture_fits_whatever_its_size() -> None:
    assert PictureRoom(raw_pixels=1, packed_bytes=0).enter(frame(0)) is not None


def test_a_picture_that_cannot_be_packed_is_given_up() -> None:
    room = PictureRoom(raw_pixels=1, packed_bytes=10**6)
    room.enter(frame(0))
    assert room.enter(frame(1, BrokenPicture(noisy_picture().bgr()))) is None


def test_a_packed_picture_is_the_picture_but_smaller() -> None:
    ramp = np.tile(np.linspace(0, 255, 640, dtype=np.uint8)[None, :, None], (360, 1, 3))
    packed = PackedPicture(ramp)
    assert packed.size_bytes < ramp.nbytes / 10
    assert packed.bgr().shape == ramp.shape
    assert cv2.PSNR(packed.bgr(), ramp) > 40
    assert packed.bgr(64, 36).shape == (36, 64, 3)
    assert packed.luma(64, 36).shape == (36, 64)
    assert packed.luma(64, 36)[0, 0] < 10
    assert packed.luma(64, 36)[0, -1] > 245


@pytest.mark.parametrize(("packed_bytes", "still"), [(10**6, ("stored", None)), (0, ("missing", "overloaded"))])
def test_an_alert_without_room_for_its_picture_says_so(
    tmp_path: Path, packed_bytes: int, still: tuple[str, str | None]
) -> None:
    kit = Kit(tmp_path)
    kit.recorder._room = PictureRoom(raw_pixels=1, packed_bytes=packed_bytes)
    kit.recorder._room.enter(frame(-1))
    kit.watch()
    kit.rat_alert()
    assert kit.evidence(EvidenceKind.STILL) == still
    assert kit.evidence(EvidenceKind.BOXES) == ("stored", None)
