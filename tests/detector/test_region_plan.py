"""Closer looks inside the engine: what moved, what is followed and what zones mark."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from prometheus_client import REGISTRY

from detector.engine import DetectionEngine
from detector.lanes import Lane
from detector.region_plan import RegionPlan
from detector.settings import DetectorSettings, RegionSettings
from detector.testing import InMemoryFrameSupply, InMemoryObservationSink, ScriptedDetector, make_manifest
from domain.detection import Detection
from domain.frame import Frame
from domain.geometry import Box
from domain.ids import CameraId
from tests.support.pictures import ArrayPicture, grey_picture, make_frame

CAMERA = CameraId("camera-1")
REGIONS = RegionSettings(is_on=True)
SETTINGS = DetectorSettings(sessions=1, regions=REGIONS)
IN_CROP = Detection(label="rodent", confidence=0.9, box=Box(0.45, 0.45, 0.55, 0.55))

Make = Callable[..., DetectionEngine]


def yard(rat_at: int | None) -> ArrayPicture:
    """1280x720, with something dark of 24 pixels at that x, or nothing."""
    pixels = np.full((720, 1280, 3), 140, dtype=np.uint8)
    if rat_at is not None:
        pixels[400:424, rat_at : rat_at + 24] = 20
    return ArrayPicture(pixels)


def is_crop(frame: Frame) -> bool:
    return frame.picture.width == REGIONS.side_px


def rat_in_crop(frame: Frame) -> list[Detection]:
    """Sees what is dark, but only in crops."""
    if not is_crop(frame):
        return []
    rows, columns = np.nonzero(frame.picture.bgr()[:, :, 0] < 80)
    if not len(rows):
        return []
    left, right = columns.min() / frame.picture.width, (columns.max() + 1) / frame.picture.width
    top, bottom = rows.min() / frame.picture.height, (rows.max() + 1) / frame.picture.height
    return [Detection(label="rodent", confidence=0.9, box=Box(left, top, right, bottom))]


@pytest.fixture
def supply() -> InMemoryFrameSupply:
    return InMemoryFrameSupply()


@pytest.fixture
def sink() -> InMemoryObservationSink:
    return InMemoryObservationSink()


@pytest.fixture
def make(supply: InMemoryFrameSupply, sink: InMemoryObservationSink) -> Iterator[Make]:
    engines: list[DetectionEngine] = []

    def made(
        answer: Callable[[Frame], Sequence[Detection] | None], settings: DetectorSettings = SETTINGS, **others: object
    ) -> DetectionEngine:
        engine = DetectionEngine(
            supply=supply,
            sink=sink,
            detectors=lambda: ScriptedDetector(answer),
            manifest=make_manifest(),
            settings=settings,
            clock=lambda: 1000.0,
            **others,  # type: ignore[arg-type] # one table
        )
        engines.append(engine)
        engine.start()
        return engine

    yield made
    for engine in engines:
        engine.stop()


def show(supply: InMemoryFrameSupply, sink: InMemoryObservationSink, pictures: Sequence[ArrayPicture]) -> None:
    for number, picture in enumerate(pictures, start=1):
        supply.put(make_frame(CAMERA, sequence=number, seconds=number / 5, picture=picture))
        assert sink.wait_for(observations=number)


def test_something_small_that_moves_is_followed_though_only_crops_show_it(
    make: Make, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make(rat_in_crop)
    show(supply, sink, [yard(None), *(yard(500 + 6 * step) for step in range(6))])
    assert sink.observations[0].detections == ()
    last = sink.observations[-1]
    assert [(track.label, track.is_confirmed) for track in last.tracks] == [("rodent", True)]
    center = last.tracks[0].box.center
    assert center.x == pytest.approx((500 + 6 * 5 + 12) / 1280, abs=0.005)
    assert center.y == pytest.approx(412 / 720, abs=0.005)


def test_nothing_is_looked_at_closer_unless_that_is_asked_for(
    make: Make, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    seen: list[int] = []

    def answer(frame: Frame) -> list[Detection]:
        seen.append(frame.picture.width)
        return []

    make(answer, DetectorSettings(sessions=1))
    show(supply, sink, [yard(None), yard(500), yard(520)])
    assert seen == [1280, 1280, 1280]


def test_a_zone_is_looked_at_closer_though_nothing_moves(
    make: Make, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make(lambda frame: [IN_CROP] if is_crop(frame) else [], zones=lambda _camera: [Box(0.1, 0.1, 0.2, 0.2)])
    show(supply, sink, [yard(None)])
    (detection,) = sink.observations[0].detections
    assert detection.box.center.x == pytest.approx(208 / 1280)
    assert detection.box.center.y == pytest.approx(208 / 720)


def test_a_fault_of_the_zones_costs_the_closer_look_and_not_the_picture(
    make: Make, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    def broken(_camera: CameraId) -> Sequence[Box]:
        raise RuntimeError("no zones today")

    name = "brightkitchen_detector_errors_total"
    before = REGISTRY.get_sample_value(name, {"stage": "regions"}) or 0.0
    make(lambda _frame: [IN_CROP], zones=broken)
    show(supply, sink, [yard(None)])
    assert len(sink.observations[0].detections) == 1
    assert (REGISTRY.get_sample_value(name, {"stage": "regions"}) or 0.0) - before == 1.0


def test_a_picture_hardly_larger_than_a_crop_gets_none() -> None:
    plan = RegionPlan(make_manifest(), SETTINGS, lambda _camera: [Box(0.0, 0.0, 1.0, 1.0)])
    lane = Lane(camera_id=CAMERA)
    assert plan.request(lane, make_frame(CAMERA, picture=grey_picture(512, 288))).crops == ()
    assert plan.request(lane, make_frame(CAMERA, picture=grey_picture(640, 360))).crops != ()


def test_labels_that_the_network_cannot_tell_are_not_looked_for() -> None:
    plan = RegionPlan(make_manifest({"person": 0.5}), SETTINGS, lambda _camera: [Box(0.0, 0.0, 1.0, 1.0)])
    assert plan.request(Lane(camera_id=CAMERA), make_frame(CAMERA, picture=yard(None))).crops == ()


def test_under_overload_closer_looks_are_the_first_to_go() -> None:
    hurried = [True]
    plan = RegionPlan(make_manifest(), SETTINGS, lambda _camera: [Box(0.0, 0.0, 1.0, 1.0)], lambda: hurried[0])
    lane = Lane(camera_id=CAMERA)
    assert plan.request(lane, make_frame(CAMERA, picture=yard(None))).crops == ()
    hurried[0] = False
    assert plan.request(lane, make_frame(CAMERA, picture=yard(None))).crops != ()
