"""The committed clips against the committed network, by the service's own detector and tracker."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path

import av
import numpy as np
import pytest

from detector.detector import Detector
from detector.pictures import PixelPicture
from detector.sessions import open_session
from detector.settings import DetectorSettings
from detector.tracker import Moment, TrackerState, advance
from domain.detection import Detection, Track
from models.registry import ModelRegistry
from service.demo.cameras import demo_cameras
from service.demo.scenes import FPS, NIGHT_KITCHEN, PREPARATION_ROOM, SCENES, Scene

LOOKS_PER_SECOND = 5
scenes = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.file_name)


@dataclass(frozen=True)
class Look:
    second: float
    detections: tuple[Detection, ...]
    tracks: tuple[Track, ...]


def clip_of(scene: Scene) -> Path:
    return dict(demo_cameras())[scene.name]


def thresholds() -> dict[str, float]:
    return {label.name: label.threshold for label in ModelRegistry().load(DetectorSettings().model).manifest.labels}


@cache
def looks(scene: Scene) -> tuple[Look, ...]:
    """What the first network sees in the committed clip five times a second, tracked."""
    model, settings, limits = ModelRegistry().load(DetectorSettings().model), DetectorSettings(), thresholds()
    detector = Detector(open_session(model), model.manifest, settings)
    state, found = TrackerState(), []
    with av.open(str(clip_of(scene))) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % (FPS // LOOKS_PER_SECOND):
                continue
            pixels = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            (seen,) = detector.look([PixelPicture(pixels)])
            assert seen is not None
            second = number / FPS
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
            moment = Moment(at=at, clock=second, aspect=frame.width / frame.height)
            state, tracks = advance(state, seen, moment, thresholds=limits, settings=settings.tracker)
            found.append(Look(second, seen, tracks))
    return tuple(found)


def confirmed(scene: Scene, label: str) -> list[tuple[float, Track]]:
    return [
        (look.second, track)
        for look in looks(scene)
        for track in look.tracks
        if track.label == label and track.is_confirmed
    ]


def test_every_demo_camera_has_its_own_name_and_clip() -> None:
    cameras = demo_cameras()

    assert len(cameras) == len({name for name, _ in cameras}) == len({path for _, path in cameras}) == len(SCENES)
    assert all(path.is_file() for _, path in cameras)


@scenes
def test_a_clip_is_small_h264_of_the_size_and_length_that_the_scene_says(scene: Scene) -> None:
    path = clip_of(scene)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        pictures = sum(1 for _ in container.decode(video=0))

        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 1280, 720)
        assert stream.average_rate == FPS
        assert not container.streams.audio
    assert pictures == scene.seconds * FPS
    assert path.stat().st_size <= 3_000_000


@scenes
def test_what_the_story_says_is_seen_on_enough_looks_to_be_believed(scene: Scene) -> None:
    # The rat was drawn for an earlier network; the one in use is near its threshold with it. Tracks bridge the rest.
    least = {"rodent": (0.5, 4), "cat": (0.9, 10)}
    limits = thresholds()
    for label, begins_s, ends_s in scene.seen:
        during = [look for look in looks(scene) if begins_s <= look.second <= ends_s]
        seen = [any(d.label == label and d.confidence >= limits[label] for d in look.detections) for look in during]
        longest = max(len(list(run)) for is_seen, run in groupby(seen) if is_seen)
        share, row = least[label]

        assert sum(seen) >= share * len(seen), (scene.name, label, begins_s)
        assert longest >= row, (scene.name, label, begins_s)


@scenes
def test_nothing_is_seen_in_the_quiet_parts(scene: Scene) -> None:
    for begins_s, ends_s in scene.quiet:
        assert ends_s - begins_s >= 4
        seen = [(look.second, d) for look in looks(scene) if begins_s <= look.second <= ends_s for d in look.detections]

        assert seen == []


def test_the_rat_is_confirmed_soon_and_runs_further_than_its_body() -> None:
    for _, begins_s, ends_s in NIGHT_KITCHEN.seen:
        tracks = [(s, t) for s, t in confirmed(NIGHT_KITCHEN, "rodent") if begins_s <= s <= ends_s]

        assert tracks[0][0] <= begins_s + 2
        assert max(track.travelled for _, track in tracks) > 1.5


def test_the_cat_stays_in_the_room_longer_than_its_rule_waits() -> None:
    found = confirmed(PREPARATION_ROOM, "cat")
    longest = max(
        max(seconds) - min(seconds)
        for _, group in groupby(sorted(found, key=lambda f: f[1].track_id), key=lambda f: f[1].track_id)
        for seconds in [[second for second, _ in group]]
    )

    assert longest >= 8


@scenes
def test_nothing_but_the_storys_animal_moves_far_enough_to_be_a_pest_or_a_pet(scene: Scene) -> None:
    expected = {walk.label for walk in scene.walks}
    animals = {"rodent", "cockroach", "cat", "dog"}
    confirmed_animals = {
        track.label for look in looks(scene) for track in look.tracks if track.is_confirmed and track.label in animals
    }

    assert confirmed_animals == expected
