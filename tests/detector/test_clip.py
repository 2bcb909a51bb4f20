"""Detector and tracker on a real clip, at the rate at which cameras are analysed."""

from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from detector.detector import Detector
from detector.pictures import PixelPicture
from detector.sessions import open_session
from detector.settings import DetectorSettings, TrackerSettings
from detector.tracker import Moment, TrackerState, advance
from domain.detection import Track
from models.registry import ModelRegistry
from tests.support.pictures import EPOCH
from tests.support.shared import shared_data


def watch(path: Path, seconds: float, fps: float) -> list[tuple[float, tuple[Track, ...]]]:
    """Tracks at each look of the first seconds of a clip."""
    model = ModelRegistry().load("kitchen-n")
    detector = Detector(open_session(model), model.manifest, DetectorSettings())
    state, looks, due = TrackerState(), [], 0.0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            at = float(frame.time or 0.0)
            if at > seconds:
                break
            if at < due - 1e-6:
                continue
            due = at + 1 / fps
            picture = PixelPicture(np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8))
            (answer,) = detector.look([picture])
            assert answer is not None
            moment = Moment(at=EPOCH + timedelta(seconds=at), clock=1000.0 + at, aspect=picture.width / picture.height)
            state, tracks = advance(
                state, answer, moment, thresholds=model.manifest.thresholds, settings=TrackerSettings()
            )
            looks.append((at, tracks))
    return looks


@pytest.mark.integration
def test_a_real_mouse_is_one_confirmed_track_within_three_seconds_of_being_told() -> None:
    looks = watch(shared_data() / "videos" / "mouse_openfield_dlc_m3v1.mp4", seconds=8.0, fps=5.0)

    told = next(at for at, tracks in looks if tracks)
    confirmed = next(at for at, tracks in looks if any(track.is_confirmed for track in tracks))
    assert told < 2.0
    assert confirmed - told < 3.0
    assert {track.track_id for _, tracks in looks for track in tracks if track.is_confirmed} == {1}
    (last,) = looks[-1][1]
    assert last.label == "rodent"
    assert last.hits >= 20
