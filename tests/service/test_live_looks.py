from dataclasses import replace

from detector.testing import InMemoryObservationSink
from domain.detection import ModelReference, Observation
from domain.ids import CameraId
from service.live_looks import LatestLooks
from tests.support.pictures import make_frame

CAMERA = CameraId("camera-1")


def observation(sequence: int) -> Observation:
    frame = make_frame(CAMERA, sequence, seconds=sequence)
    return Observation(
        camera_id=CAMERA,
        sequence=sequence,
        captured_at=frame.captured_at,
        clock=frame.clock,
        detections=(),
        tracks=(),
        model=ModelReference(name="n", version="1", sha256="0" * 64),
        width_px=64,
        height_px=48,
    )


def test_every_look_goes_on_and_the_newest_is_remembered() -> None:
    sink = InMemoryObservationSink()
    looks = LatestLooks(sink)
    for sequence in (1, 2):
        looks.observe(observation(sequence), make_frame(CAMERA, sequence, seconds=sequence))

    assert [each.sequence for each in sink.observations] == [1, 2]
    latest = looks.latest(CAMERA)
    assert latest is not None
    assert latest.observation == observation(2)
    assert looks.latest(CameraId("another")) is None


def test_the_picture_is_kept_only_while_somebody_watches() -> None:
    looks = LatestLooks(InMemoryObservationSink())
    kept = []
    looks.watch(CAMERA, make_frame(CAMERA, 2, seconds=2).clock)
    for sequence in (1, 2, 3):
        looks.observe(observation(sequence), make_frame(CAMERA, sequence, seconds=sequence))
        latest = looks.latest(CAMERA)
        kept.append(latest is not None and latest.frame is not None)

    assert kept == [True, True, False]


def test_a_camera_that_is_forgotten_is_forgotten_here_too() -> None:
    sink = InMemoryObservationSink()
    looks = LatestLooks(sink)
    looks.observe(replace(observation(1)), make_frame(CAMERA, 1, seconds=1))
    looks.forget(CAMERA)

    assert looks.latest(CAMERA) is None
    assert list(sink.forgotten) == [CAMERA]
