"""What a network says about one frame, and the same subject over many frames."""

from dataclasses import dataclass
from datetime import datetime

from domain.attire import Attire
from domain.frame import require_utc
from domain.geometry import Box
from domain.ids import CameraId
from domain.region import RegionState


def _require_score(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be in [0, 1], got {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One box with label and confidence in one frame."""

    label: str
    confidence: float
    box: Box

    def __post_init__(self) -> None:
        _require_score("confidence", self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The same subject over frames of one camera, as it stands at the frame's time.

    `track_id` is unique per camera while the process lives. `score` is the median of the recent confidences,
    where a frame that missed the subject counts as zero. `travelled` is the largest distance of the centre
    from where the track began, in diagonals of its own box (a "body length").
    `is_confirmed` turns true once the score has reached the label's threshold and then stays.
    `is_visible` is false while the track is only predicted: the subject was not seen in this frame.
    `attire` is what a person wears; empty for everything else, and as long as nobody looked.
    """

    track_id: int
    label: str
    box: Box
    confidence: float
    score: float
    first_seen_at: datetime
    first_seen_clock: float
    last_seen_clock: float
    hits: int
    travelled: float
    is_confirmed: bool
    is_visible: bool
    attire: tuple[Attire, ...] = ()

    def __post_init__(self) -> None:
        require_utc("first_seen_at", self.first_seen_at)
        _require_score("score", self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReference:
    """Which network said it: enough to find the very file again."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that was seen in one frame: every detection, and the tracks after it was taken into account.

    `region_states` are those of regions with a live head; empty where there is none.
    `model` found the boxes, `attire_model` judged what the tracked persons wear (None: nobody did).
    """

    camera_id: CameraId
    sequence: int
    captured_at: datetime
    clock: float
    detections: tuple[Detection, ...]
    tracks: tuple[Track, ...]
    model: ModelReference
    width_px: int
    height_px: int
    region_states: tuple[RegionState, ...] = ()
    attire_model: ModelReference | None = None

    def __post_init__(self) -> None:
        require_utc("captured_at", self.captured_at)
