from dataclasses import replace

import pytest

from detector.testing import InMemoryObservationSink, make_manifest
from domain.detection import Observation, Track
from domain.frame import Frame
from domain.geometry import Box
from domain.ids import CameraId
from service.following import FollowingWatch
from tests.support.pictures import EPOCH, make_frame

CAMERA = CameraId("camera-1")
RAT = Track(
    track_id=1,
    label="rodent",
    box=Box(0.1, 0.1, 0.2, 0.2),
    confidence=0.7,
    score=0.7,
    first_seen_at=EPOCH,
    first_seen_clock=1.0,
    last_seen_clock=1.0,
    hits=1,
    travelled=0.0,
    is_confirmed=False,
    is_visible=True,
)


def seen(*tracks: Track) -> tuple[Observation, Frame]:
    frame = make_frame(CAMERA)
    observation = Observation(
        camera_id=CAMERA,
        sequence=frame.sequence,
        captured_at=frame.captured_at,
        clock=frame.clock,
        detections=(),
        tracks=tracks,
        model=make_manifest().reference,
        width_px=64,
        height_px=48,
    )
    return observation, frame


def test_the_beginning_and_the_end_of_following_are_told_once_and_everything_is_handed_on() -> None:
    told: list[tuple[CameraId, bool]] = []
    sink = InMemoryObservationSink()
    watch = FollowingWatch(sink, lambda camera, is_followed: told.append((camera, is_followed)))
    for tracks in ((), (RAT,), (replace(RAT, is_visible=False),), (), ()):
        watch.observe(*seen(*tracks))
    assert told == [(CAMERA, True), (CAMERA, False)]
    assert len(sink.observations) == 5


def test_void_tracks_are_followed_no_longer() -> None:
    told: list[bool] = []
    sink = InMemoryObservationSink()
    watch = FollowingWatch(sink, lambda _camera, is_followed: told.append(is_followed))
    watch.observe(*seen(RAT))
    watch.forget(CAMERA)
    watch.observe(*seen(RAT))
    assert told == [True, False, True]
    assert sink.forgotten == [CAMERA]


def test_a_sink_that_fails_does_not_keep_it_back() -> None:
    class Failing(InMemoryObservationSink):
        def observe(self, observation: Observation, frame: Frame) -> None:
            raise RuntimeError(f"no {observation.sequence} of {frame.camera_id}")

    told: list[bool] = []
    watch = FollowingWatch(Failing(), lambda _camera, is_followed: told.append(is_followed))
    with pytest.raises(RuntimeError):
        watch.observe(*seen(RAT))
    assert told == [True]
