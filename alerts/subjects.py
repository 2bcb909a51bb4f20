"""Who or what breaks a rule, followed over time: dwell with short gaps forgiven, quiet places after an end.

A camera has three clocks, all in seconds and all driven by its pictures:
`clock` is the monotonic clock; `lit` stands still while no pictures come (an outage is nobody's dwell);
`looked` grows with each picture by at most `LOOK_SECONDS` or the usual time between two looks, so that only looks
that did not show a subject, and never an outage, end a violation.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from alerts.judgement import Breach, is_same_thing
from alerts.presence import PresenceRule, SubjectKind
from domain.detection import Track
from domain.geometry import Box
from domain.ids import ZoneId
from domain.violation import Sighting
from domain.zone import Zone

LOOK_SECONDS = 1.0
PICTURE = "picture"
# Differences of clocks are sums of floats: 0.2 five times must count as 1.0.
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One picture's time on the camera's clocks; `aspect` is its width divided by its height."""

    at: datetime
    clock: float
    lit: float
    looked: float
    aspect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject of one code, before or during its violation.

    `name` identifies it within (camera, code). `track_id` is the track it is followed by, None for a zone and
    while nobody follows it. `started_lit` and `hits` belong to the present run of sightings, which a gap longer than
    the rule's grace ends. `is_adopted` is false for an open alert of an earlier process until somebody
    is recognised as its subject.
    """

    code: str
    name: str
    track_id: int | None
    zone_id: ZoneId | None
    zone_name: str | None
    box: Box
    origin: Box
    travelled: float
    started_at: datetime
    started_lit: float
    last_seen_at: datetime
    last_lit: float
    last_looked: float
    hits: tuple[float, ...]
    is_open: bool = False
    is_adopted: bool = True
    is_suppressed: bool = False

    @classmethod
    def begun(cls, code: str, name: str, breach: Breach, now: Moment, *, track_id: int | None) -> Self:
        box = breach.track.box
        return cls(
            code=code,
            name=name,
            track_id=track_id,
            zone_id=breach.zone.zone_id if breach.zone else None,
            zone_name=breach.zone.name if breach.zone else None,
            box=box,
            origin=box,
            travelled=breach.track.travelled,
            started_at=now.at,
            started_lit=now.lit,
            last_seen_at=now.at,
            last_lit=now.lit,
            last_looked=now.looked,
            hits=(now.lit,),
        )

    def seen(self, breach: Breach, now: Moment, rule: PresenceRule) -> Self:
        """The subject after one more sighting; a gap beyond the grace time starts its run anew."""
        run = self
        if not self.is_open and now.lit - self.last_lit > rule.grace_seconds + _EPSILON:
            run = replace(self, started_at=now.at, started_lit=now.lit, hits=(), travelled=0.0, origin=breach.track.box)
        box = breach.track.box
        oldest = now.lit - rule.hits_window_seconds - _EPSILON
        return replace(
            run,
            track_id=None if self.track_id is None else breach.track.track_id,
            box=box,
            travelled=max(run.travelled, breach.track.travelled, lengths_between(run.origin, box, now.aspect)),
            zone_id=breach.zone.zone_id if breach.zone and not self.is_open else run.zone_id,
            zone_name=breach.zone.name if breach.zone and not self.is_open else run.zone_name,
            last_seen_at=now.at,
            last_lit=now.lit,
            last_looked=now.looked,
            hits=(*(hit for hit in run.hits if hit >= oldest), now.lit),
            is_adopted=True,
        )

    def doubted(self, now: Moment) -> Self:
        """It is there but cannot be judged: neither a sighting nor an absence."""
        return replace(self, last_looked=now.looked)

    def is_due(self, rule: PresenceRule, now: Moment) -> bool:
        """Long enough, often enough and moved enough to be a violation."""
        return (
            now.lit - self.started_lit >= rule.minimum_seconds - _EPSILON
            and len(self.hits) >= rule.minimum_hits
            and self.travelled >= rule.minimum_travel - _EPSILON
        )

    @property
    def lit_seconds(self) -> float:
        """From the first look at it to the last, without outages; after a restart counted from its first look there."""
        return max(0.0, self.last_lit - self.started_lit)

    def is_over(self, rule: PresenceRule, now: Moment) -> bool:
        """Looked for long enough and not seen."""
        return now.looked - self.last_looked > rule.end_after_seconds + _EPSILON

    def is_forgotten(self, rule: PresenceRule, now: Moment) -> bool:
        """Not yet a violation, and gone for longer than the grace time."""
        return not self.is_open and now.lit - self.last_lit > rule.grace_seconds + _EPSILON

    def may_be(self, breach: Breach, rule: PresenceRule, now: Moment) -> bool:
        """A track new to us may be this subject: near it and soon after, or after a restart in the same zone."""
        box = breach.track.box
        if not self.is_adopted:
            zone_id = breach.zone.zone_id if breach.zone else None
            return zone_id == self.zone_id or is_same_thing(box, self.box)
        if now.lit - self.last_lit > rule.reattach_seconds + _EPSILON:
            return False
        return is_near(self.box, box, rule, now.aspect)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPlace:
    """Where a violation ended not long ago: the same subject raises nothing there before `until` (clock)."""

    code: str
    name: str
    box: Box
    until: float

    def covers(self, subject: Subject, rule: PresenceRule, aspect: float) -> bool:
        if subject.code != self.code:
            return False
        if rule.subject is SubjectKind.ZONE:
            return subject.name == self.name
        return subject.name == self.name or any(
            is_near(self.box, box, rule, aspect) for box in (subject.box, subject.origin)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A subject's violation begins."""

    code: str
    name: str
    zone_id: ZoneId | None
    zone_name: str | None
    started_at: datetime
    confirmed_at: datetime
    confirmed_clock: float
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A subject's violation is over; it was last seen at `last_seen_at`. `note` says why if it was not seen to end."""

    code: str
    name: str
    last_seen_at: datetime
    note: str = ""


def zone_subject(zone: Zone | None) -> str:
    """The name of the subject of a rule about zones; without zones it is the whole picture."""
    return f"zone-{zone.zone_id}" if zone else PICTURE


def track_subject(run: str, track: Track) -> str:
    """The name of a subject that begins with this track; `run` makes it unique beyond the life of the process."""
    return f"track-{run}-{track.track_id}"


def lengths_between(box: Box, other: Box, aspect: float) -> float:
    """Distance of two centres in diagonals of the larger box, with the frame's aspect ratio taken into account."""
    a, b = box.center, other.center
    distance = math.hypot((a.x - b.x) * aspect, a.y - b.y)
    return distance / max(math.hypot(each.width * aspect, each.height) for each in (box, other))


def is_near(box: Box, other: Box, rule: PresenceRule, aspect: float) -> bool:
    return is_same_thing(other, box) or lengths_between(box, other, aspect) <= rule.reattach_lengths
