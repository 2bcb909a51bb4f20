"""The step that adds attire to tracks: looks at persons who are due, few of them per frame, and lets them vote."""

from collections.abc import Sequence
from dataclasses import dataclass

from detector import metrics
from detector.attire import AttireReader, Reading
from detector.settings import AttireSettings
from detector.wardrobe import Wardrobe
from domain.detection import ModelReference, Track
from domain.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Dressed:
    """What became of one frame. With an `error`, what earlier looks said stands, and the next try waits its interval.

    `looks` is how many persons were looked at, or would have been.
    """

    wardrobe: Wardrobe
    tracks: tuple[Track, ...]
    looks: int
    error: Exception | None


class Dresser:
    """An attire network at work on one inference thread. It keeps nothing between calls.

    Without persons who are due it costs nothing; else it converts the picture once and looks at up to
    `crops_per_frame` persons in one batch. The others wait for the next frame, so that a crowd cannot stall the
    thread; they are counted. Attributes that are too weak for rules are dropped here: shown beside a person on the
    video wall or written beside an alert they would be taken for findings.
    """

    def __init__(self, reader: AttireReader, reference: ModelReference, settings: AttireSettings) -> None:
        self.reference = reference
        self._reader = reader
        self._settings = settings

    def dress(self, wardrobe: Wardrobe, frame: Frame, tracks: Sequence[Track]) -> Dressed:
        """Take one frame into account."""
        settings, clock = self._settings, frame.clock
        wardrobe = wardrobe.kept(tracks)
        waiting = wardrobe.due(tracks, clock, settings)
        chosen = waiting[: settings.crops_per_frame]
        metrics.ATTIRE_POSTPONED.inc(len(waiting) - len(chosen))
        wardrobe = wardrobe.trying(chosen, clock)
        error: Exception | None = None
        try:
            readings = self._readings(frame, chosen)
        except Exception as found:  # noqa: BLE001 - a supervisor: clothes must not cost the persons themselves
            error = found
        else:
            wardrobe = wardrobe.taken_in(chosen, readings, clock, settings)
        return Dressed(
            wardrobe=wardrobe,
            tracks=wardrobe.dressed(tracks, clock, settings),
            looks=len(chosen),
            error=error,
        )

    def _readings(self, frame: Frame, chosen: Sequence[Track]) -> list[tuple[Reading, ...]]:
        if not chosen:
            return []
        usable = self._reader.usable_attributes
        read = self._reader.read(frame.picture.bgr(), [track.box for track in chosen])
        readings = [tuple(each for each in row if each.attribute in usable) for row in read]
        for reading in (each for row in readings for each in row):
            metrics.ATTIRE_READINGS.labels(reading.attribute, reading.state.value).inc()
        return readings
