"""What a network reported over a clip, label by label: moments with sure detections, and confirmed tracks."""

from collections import defaultdict
from dataclasses import dataclass, replace

from domain.detection import Observation, Track
from domain.frame import Frame
from domain.ids import CameraId


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSpan:
    """A confirmed track: when it was first seen, confirmed and last seen, in seconds of the clip's clock."""

    label: str
    first: float
    confirmed: float
    last: float


class LabelSightings:
    """An observation sink for one clip (see detector.ports.ObservationSink). One thread at a time."""

    def __init__(self) -> None:
        self._moments: dict[str, list[float]] = defaultdict(list)
        self._tracks: dict[tuple[int, int], TrackSpan] = {}
        self._forgotten = 0

    def observe(self, observation: Observation, frame: Frame) -> None:  # noqa: ARG002 - pixels do not matter here
        for label in {each.label for each in observation.detections}:
            self._moments[label].append(observation.clock)
        for track in observation.tracks:
            if track.is_confirmed and track.is_visible:
                self._follow(track, observation.clock)

    def forget(self, camera_id: CameraId) -> None:  # noqa: ARG002 - there is one clip
        """Ids of tracks may come again."""
        self._forgotten += 1

    def _follow(self, track: Track, clock: float) -> None:
        key = (self._forgotten, track.track_id)
        known = self._tracks.get(key)
        self._tracks[key] = (
            replace(known, last=clock)
            if known
            else TrackSpan(label=track.label, first=track.first_seen_clock, confirmed=clock, last=clock)
        )

    def moments(self, label: str) -> list[float]:
        """When at least one detection of a label reached its threshold, in order."""
        return list(self._moments[label])

    def tracks(self, label: str) -> list[TrackSpan]:
        """In order of their confirmation."""
        return [each for each in self._tracks.values() if each.label == label]
