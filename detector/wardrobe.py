"""What is remembered of the clothes of one camera's tracked persons: whom to look at next, and what looks add up to.

Pure: a state, tracks and a clock go in, the next state and the tracks with their attire come out. One look says little,
so several are weighed: something is present or absent only if more than half of the latest looks say so, those that
could not tell included. A track that is gone is forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from detector.attire import Reading
from detector.settings import AttireSettings
from domain.attire import Attire, Wearing
from domain.detection import Track

PERSON_LABEL = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one person: when, and what it said of each attribute."""

    clock: float
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """The latest looks by track id, oldest first, and when each track was last tried."""

    looks: Mapping[int, tuple[Look, ...]] = field(default_factory=dict)
    tried: Mapping[int, float] = field(default_factory=dict)

    def kept(self, tracks: Sequence[Track]) -> "Wardrobe":
        """Without tracks that are gone."""
        alive = {track.track_id for track in tracks}
        return Wardrobe(
            {track_id: looks for track_id, looks in self.looks.items() if track_id in alive},
            {track_id: clock for track_id, clock in self.tried.items() if track_id in alive},
        )

    def due(self, tracks: Sequence[Track], clock: float, settings: AttireSettings) -> list[Track]:
        """Persons in view who were not looked at for the interval; those who have waited longest come first.

        All of them: the caller takes as many as a frame may cost.
        """
        waits = [
            (clock - self.tried.get(track.track_id, -float("inf")), track)
            for track in tracks
            if track.label == PERSON_LABEL and track.is_confirmed and track.is_visible
        ]
        late = [(wait, track) for wait, track in waits if wait >= settings.interval_seconds]
        return [track for _, track in sorted(late, key=lambda each: (-each[0], each[1].track_id))]

    def trying(self, tracks: Sequence[Track], clock: float) -> "Wardrobe":
        """These are being looked at. Noted first: a look that fails must not be repeated with every frame."""
        return replace(self, tried={**self.tried, **{track.track_id: clock for track in tracks}})

    def taken_in(
        self, tracks: Sequence[Track], readings: Sequence[tuple[Reading, ...]], clock: float, settings: AttireSettings
    ) -> "Wardrobe":
        """With one more look at each of these tracks."""
        looks = dict(self.looks)
        for track, read in zip(tracks, readings, strict=True):
            known = looks.get(track.track_id, ())
            looks[track.track_id] = (*known, Look(clock=clock, readings=read))[-settings.votes :]
        return replace(self, looks=looks)

    def dressed(self, tracks: Sequence[Track], clock: float, settings: AttireSettings) -> tuple[Track, ...]:
        """The tracks with what they wear now; looks that are too old count no more."""
        return tuple(
            replace(track, attire=voted(self._fresh(track.track_id, clock, settings), settings))
            if track.track_id in self.looks
            else track
            for track in tracks
        )

    def _fresh(self, track_id: int, clock: float, settings: AttireSettings) -> list[Look]:
        return [look for look in self.looks[track_id] if clock - look.clock <= settings.memory_seconds]


def voted(looks: Sequence[Look], settings: AttireSettings) -> tuple[Attire, ...]:
    """The answer of the majority for each attribute; unclear without one, and while there are too few looks."""
    if not looks:
        return ()
    names = [reading.attribute for reading in looks[-1].readings]
    return tuple(_elected(name, place, looks, settings) for place, name in enumerate(names))


def _elected(name: str, place: int, looks: Sequence[Look], settings: AttireSettings) -> Attire:
    readings = [look.readings[place] for look in looks]
    for state in (Wearing.PRESENT, Wearing.ABSENT):
        votes = [reading.confidence for reading in readings if reading.state is state]
        if len(readings) >= settings.minimum_votes and 2 * len(votes) > len(readings):
            return Attire(
                attribute=name, state=state, confidence=sum(votes) / len(votes), judged_at_clock=looks[-1].clock
            )
    return Attire(attribute=name, state=Wearing.UNCLEAR, confidence=0.0, judged_at_clock=looks[-1].clock)
