"""The same subject over the frames of one camera: ByteTrack counted in seconds.

Pure: a state, the detections of one frame and its clocks go in, the next state and the tracks come out. Ids grow
from 1 and are given in the order of falling confidence, so the same input gives the same ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from detector.association import Expected, Pair, Seen, associate
from detector.hysteresis import Look, remembered, score
from detector.motion import NO_MOTION, Motion
from detector.settings import TrackerSettings
from domain.detection import Detection, Track
from domain.geometry import Box

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a frame was taken, on both clocks, and its shape: width over height."""

    at: datetime
    clock: float
    aspect: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is remembered of one track. `origin` is where its centre began, in frame heights."""

    track: Track
    looks: tuple[Look, ...]
    origin: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerState:
    """Everything known of one camera's tracks; row n of `motion` belongs to `lives[n]`."""

    clock: float | None = None
    next_id: int = 1
    lives: tuple[Life, ...] = ()
    motion: Motion = NO_MOTION

    def emptied(self) -> "TrackerState":
        """No tracks any more. Ids go on, for nobody must take a new subject for an old one."""
        return TrackerState(next_id=self.next_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """One frame's input, with its detections' places of shape (N, 4) as in `Motion`."""

    detections: Sequence[Detection]
    places: Array
    is_sure: npt.NDArray[np.bool_]
    moment: Moment
    thresholds: Mapping[str, float]
    settings: TrackerSettings


def advance(
    state: TrackerState,
    detections: Sequence[Detection],
    moment: Moment,
    *,
    thresholds: Mapping[str, float],
    settings: TrackerSettings,
) -> tuple[TrackerState, tuple[Track, ...]]:
    """Take one frame into account.

    Tracks come in order of their ids: all that were seen within the last `lost_seconds` and have not left the
    picture, those without a detection in this frame at their predicted place with `is_visible` false.
    Detections below their label's threshold may continue a track and never start one.
    Raises ValueError unless the frame is newer than the one before, and KeyError for a label without threshold.
    """
    if state.clock is not None and moment.clock <= state.clock:
        raise ValueError(f"frames must come in order of time: {moment.clock} after {state.clock}")
    is_sure = [detection.confidence >= thresholds[detection.label] for detection in detections]
    scene = _Scene(
        detections=detections,
        places=_places(detections, moment.aspect),
        is_sure=np.array(is_sure, dtype=np.bool_),
        moment=moment,
        thresholds=thresholds,
        settings=settings,
    )
    current = _carried_on(state, moment, settings)
    pairs = associate(_expected(current, moment), _seen(scene), settings)
    following = _with_newcomers(_continued(current, scene, pairs), scene, pairs)
    return following, tuple(life.track for life in following.lives)


def _carried_on(state: TrackerState, moment: Moment, settings: TrackerSettings) -> TrackerState:
    """The state at the new moment before anything was seen: places predicted, tracks lost for too long gone."""
    if state.clock is None or not state.lives:
        return replace(state, clock=moment.clock)
    alive = [
        row
        for row, life in enumerate(state.lives)
        if moment.clock - life.track.last_seen_clock <= settings.lost_seconds
    ]
    motion = state.motion.picked(np.array(alive, dtype=np.int64)).predicted(moment.clock - state.clock)
    return replace(state, clock=moment.clock, lives=tuple(state.lives[row] for row in alive), motion=motion)


def _expected(state: TrackerState, moment: Moment) -> Expected:
    tracks = [life.track for life in state.lives]
    return Expected(
        places=state.motion.place,
        labels=np.array([track.label for track in tracks], dtype=np.str_),
        unseen_seconds=np.array([moment.clock - track.last_seen_clock for track in tracks]),
        was_visible=np.array([track.is_visible for track in tracks], dtype=np.bool_),
    )


def _seen(scene: _Scene) -> Seen:
    labels = np.array([detection.label for detection in scene.detections], dtype=np.str_)
    return Seen(places=scene.places, labels=labels, is_sure=scene.is_sure)


def _continued(state: TrackerState, scene: _Scene, pairs: list[Pair]) -> TrackerState:
    """Each track after the frame; those whose predicted place has left the picture are gone."""
    rows = np.array([row for row, _ in pairs], dtype=np.int64)
    motion = state.motion.corrected(rows, scene.places[[column for _, column in pairs]])
    detections = {row: scene.detections[column] for row, column in pairs}
    lives = [_lived_on(life, detections.get(row), motion.place[row], scene) for row, life in enumerate(state.lives)]
    staying = np.array([row for row, life in enumerate(lives) if life], dtype=np.int64)
    return replace(state, lives=tuple(life for life in lives if life), motion=motion.picked(staying))


def _lived_on(life: Life, detection: Detection | None, place: Array, scene: _Scene) -> Life | None:
    moment = scene.moment
    box = detection.box if detection else _box(place, moment.aspect)
    if box is None:
        return None
    confidence = detection.confidence if detection else 0.0
    looks = remembered(life.looks, Look(moment.clock, confidence), scene.settings)
    track = replace(life.track, box=box, score=score(looks), is_visible=detection is not None)
    if detection:
        track = _sighted(track, detection, moment, _travelled(life, place))
    return replace(life, looks=looks, track=_judged(track, scene))


def _sighted(track: Track, detection: Detection, moment: Moment, travelled: float) -> Track:
    return replace(
        track,
        confidence=detection.confidence,
        last_seen_clock=moment.clock,
        hits=track.hits + 1,
        travelled=max(track.travelled, travelled),
    )


def _judged(track: Track, scene: _Scene) -> Track:
    """Confirmed from now on if it deserves it; see `detector.hysteresis`."""
    if track.is_confirmed or track.hits < scene.settings.confirming_sightings:
        return track
    return replace(track, is_confirmed=track.score >= scene.thresholds[track.label])


def _with_newcomers(state: TrackerState, scene: _Scene, pairs: list[Pair]) -> TrackerState:
    """A track for every sure detection that continued none, the surest first."""
    taken = {detection for _, detection in pairs}
    rows = [row for row, is_sure in enumerate(scene.is_sure) if is_sure and row not in taken]
    if not rows:
        return state
    rows.sort(key=lambda row: -scene.detections[row].confidence)
    newcomers = [_new_life(state.next_id + number, row, scene) for number, row in enumerate(rows)]
    return replace(
        state,
        next_id=state.next_id + len(rows),
        lives=(*state.lives, *newcomers),
        motion=state.motion.joined(Motion.starting_at(scene.places[rows])),
    )


def _new_life(track_id: int, row: int, scene: _Scene) -> Life:
    track = _new_track(track_id, scene.detections[row], scene.moment)
    return Life(
        track=_judged(track, scene),
        looks=(Look(scene.moment.clock, track.confidence),),
        origin=(float(scene.places[row, 0]), float(scene.places[row, 1])),
    )


def _new_track(track_id: int, detection: Detection, moment: Moment) -> Track:
    return Track(
        track_id=track_id,
        label=detection.label,
        box=detection.box,
        confidence=detection.confidence,
        score=detection.confidence,
        first_seen_at=moment.at,
        first_seen_clock=moment.clock,
        last_seen_clock=moment.clock,
        hits=1,
        travelled=0.0,
        is_confirmed=False,
        is_visible=True,
    )


def _places(detections: Sequence[Detection], aspect: float) -> Array:
    """Boxes as centre and size in frame heights, shape (N, 4): a circle in the picture is a circle here."""
    edges = np.array([(d.box.left, d.box.top, d.box.right, d.box.bottom) for d in detections]).reshape(-1, 4)
    low, high = edges[:, :2], edges[:, 2:]
    stretch = np.array([aspect, 1.0])
    return np.concatenate([(low + high) / 2 * stretch, (high - low) * stretch], axis=1)


def _box(place: Array, aspect: float) -> Box | None:
    """The part inside the frame; None where its centre has left."""
    x, y, width, height = place[0] / aspect, place[1], place[2] / aspect, place[3]
    if not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0):
        return None
    return Box.clipped(float(x - width / 2), float(y - height / 2), float(x + width / 2), float(y + height / 2))


def _travelled(life: Life, place: Array) -> float:
    """Distance of the smoothed centre from its origin, in diagonals of the box."""
    away = np.hypot(place[0] - life.origin[0], place[1] - life.origin[1])
    return float(away / np.hypot(place[2], place[3]))
