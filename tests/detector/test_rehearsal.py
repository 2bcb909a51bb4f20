from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from detector.pictures import PixelPicture
from detector.rehearsal import Rehearsal
from detector.settings import DetectorSettings, GateSettings
from detector.sightings import LabelSightings
from detector.testing import InMemoryObservationSink
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId
from models.registry import ModelRegistry
from tests.detector.drawn import drawn_kitchen

MODEL = ModelRegistry().load("kitchen-n")
UNGATED = DetectorSettings(gate=GateSettings(is_on=False))


def frame(number: int, picture: PixelPicture | None = None) -> Frame:
    second = number / 5
    return Frame(
        camera_id=CameraId("clip"),
        sequence=number + 1,
        captured_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second),
        clock=second,
        picture=picture or drawn_kitchen(),
    )


def test_every_frame_is_looked_at_in_its_order_and_none_is_dropped() -> None:
    sink = InMemoryObservationSink()

    with Rehearsal(MODEL, UNGATED, sink) as rehearsal:
        for number in range(12):
            rehearsal.feed(frame(number))

    assert [each.sequence for each in sink.observations] == list(range(1, 13))
    assert (rehearsal.looks, rehearsal.not_judged) == (12, 0)


def test_the_gate_spares_looks_at_a_still_picture_by_the_clips_own_clock() -> None:
    empty = PixelPicture(np.full((180, 320, 3), 120, dtype=np.uint8))

    with Rehearsal(MODEL, DetectorSettings(), InMemoryObservationSink()) as rehearsal:
        for number in range(21):  # four seconds, one look every two
            rehearsal.feed(frame(number, empty))

    assert rehearsal.looks == 3


def test_what_is_seen_is_told_by_label() -> None:
    sightings = LabelSightings()

    with Rehearsal(MODEL, UNGATED, sightings) as rehearsal:
        for number in range(6):
            rehearsal.feed(frame(number))

    assert sightings.moments("bin") == [number / 5 for number in range(6)]
    (track,) = sightings.tracks("bin")
    assert (track.first, track.confirmed, track.last) == (0.0, 0.4, 1.0)
    assert sightings.moments("cat") == []
    assert sightings.tracks("cat") == []


class BrokenSink:
    def observe(self, observation: Observation, frame: Frame) -> None:
        raise RuntimeError("the rules broke")

    def forget(self, camera_id: CameraId) -> None:
        """Nothing was kept."""


def test_an_error_of_the_sink_is_no_silent_zero() -> None:
    with pytest.raises(RuntimeError, match="the rules broke"), Rehearsal(MODEL, UNGATED, BrokenSink()) as rehearsal:
        rehearsal.feed(frame(0))
