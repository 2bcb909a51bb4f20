"""When a track is believed: not for one good look, and not lost for one bad one.

The score of a track is the median of its recent looks, where a look that missed it counts as zero. Recent looks
are those of the last `score_seconds` (2 s), the newest `score_looks` (10) of them at most, and never fewer than the
newest `confirming_sightings` (3) as far as the track has them, so that a camera at one frame per second can
confirm anything at all. The looks begin with the first sighting: what was before the track says nothing.

A track is confirmed at the look at which it has been seen `confirming_sightings` times and its score is at or
above its label's threshold, and stays confirmed. At 5 frames per second a rat is confirmed by three sightings in
a row after 0.4 s, by sightings 1, 3 and 5 after 0.8 s, and never by three sightings in ten looks.
"""

from dataclasses import dataclass
from statistics import median

from detector.settings import TrackerSettings


@dataclass(frozen=True, slots=True)
class Look:
    """One frame as one track met it; confidence 0 means that it was missed."""

    clock: float
    confidence: float


def remembered(looks: tuple[Look, ...], look: Look, settings: TrackerSettings) -> tuple[Look, ...]:
    """The looks that still count after one more, oldest first."""
    newest = (*looks, look)[-settings.score_looks :]
    fresh = sum(each.clock >= look.clock - settings.score_seconds for each in newest)
    return newest[-max(fresh, settings.confirming_sightings) :]


def score(looks: tuple[Look, ...]) -> float:
    """Median confidence of the looks that count; for an even number the mean of the middle two."""
    return min(1.0, float(median(look.confidence for look in looks)))
