"""Higher thresholds over looks that were written with lower ones. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from domain.detection import Observation, Track


class Sureness:
    """One camera's looks as a surer network would have reported them.

    A detection below its label's threshold is gone; a track counts as confirmed from the first look on in which its
    score reaches the threshold, as in detector.hysteresis. Which boxes were joined to which track stays as it was: a
    track that a weak box carried on is not cut.
    """

    def __init__(self, thresholds: Mapping[str, float]) -> None:
        self._thresholds = thresholds
        self._reached: set[int] = set()

    def forget(self) -> None:
        """Ids of tracks may come again."""
        self._reached.clear()

    def judged(self, observation: Observation) -> Observation:
        if not self._thresholds:
            return observation
        kept = tuple(d for d in observation.detections if d.confidence >= self._thresholds.get(d.label, 0.0))
        return replace(observation, detections=kept, tracks=tuple(map(self._track, observation.tracks)))

    def _track(self, track: Track) -> Track:
        threshold = self._thresholds.get(track.label)
        if threshold is None or not track.is_confirmed:
            return track
        if track.score >= threshold:
            self._reached.add(track.track_id)
        return track if track.track_id in self._reached else replace(track, is_confirmed=False)
