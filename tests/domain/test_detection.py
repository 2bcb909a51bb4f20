import math
from dataclasses import replace
from datetime import datetime

import pytest

from domain.detection import Detection, ModelReference, Observation, Track
from domain.geometry import Box
from domain.ids import CameraId
from tests.support.pictures import EPOCH

NAIVE = datetime(2026, 1, 5)  # noqa: DTZ001 - naive on purpose
BOX = Box(0.1, 0.1, 0.2, 0.2)
TRACK = Track(
    track_id=1,
    label="rodent",
    box=BOX,
    confidence=0.5,
    score=0.5,
    first_seen_at=EPOCH,
    first_seen_clock=0.0,
    last_seen_clock=1.0,
    hits=3,
    travelled=0.0,
    is_confirmed=False,
    is_visible=True,
)


@pytest.mark.parametrize("confidence", [-0.01, 1.01, math.nan, math.inf])
def test_a_confidence_is_between_nothing_and_one(confidence: float) -> None:
    with pytest.raises(ValueError, match=r"confidence must be in \[0, 1\]"):
        Detection(label="rodent", confidence=confidence, box=BOX)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_both_ends_are_confidences(confidence: float) -> None:
    assert Detection(label="rodent", confidence=confidence, box=BOX).confidence == confidence


def test_a_tracks_score_and_start_are_checked() -> None:
    with pytest.raises(ValueError, match=r"score must be in \[0, 1\], got 1.5"):
        replace(TRACK, score=1.5)
    with pytest.raises(ValueError, match="first_seen_at must be an aware UTC instant"):
        replace(TRACK, first_seen_at=NAIVE)


def test_an_observation_is_of_a_utc_instant() -> None:
    with pytest.raises(ValueError, match="captured_at must be an aware UTC instant"):
        Observation(
            camera_id=CameraId("c"),
            sequence=1,
            captured_at=NAIVE,
            clock=0.0,
            detections=(),
            tracks=(TRACK,),
            model=ModelReference(name="m", version="1", sha256="0" * 64),
            width_px=640,
            height_px=360,
        )
