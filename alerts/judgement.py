"""What one rule makes of one observation: who breaks it, who cannot be judged."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.presence import PresenceRule
from domain.detection import Observation, Track
from domain.geometry import Box
from domain.violation import Sighting
from domain.zone import Zone, ZoneType

# Two boxes that share this much (IoU) claim to be the same thing; one that lies this much inside the other, too.
SAME_THING_OVERLAP = 0.3
SAME_THING_SHARE = 0.7
# A rival box counts if the network is at least this sure of it, relative to the subject's confidence.
RIVAL_CONFIDENCE = 0.5
# A face belongs to a person whose box holds this share of it.
PARENT_SHARE = 0.8
# A box this close to the frame's edge is cut by it: networks draw such boxes up to a pixel or two off.
EDGE_PX = 2.0


class DoubtCause(StrEnum):
    """Why a subject cannot be judged."""

    TOO_SMALL = "too_small"
    CUT_BY_EDGE = "cut_by_edge"
    COMPETING = "competing"
    LOOK_ALIKE = "look_alike"
    UNCLEAR_PLACE = "unclear_place"
    UNKNOWN_STATE = "unknown_state"  # of a region with a taught head
    IN_USE = "in_use"  # somebody is, or just was, at such a region
    UNCLEAR_ATTIRE = "unclear_attire"
    PERHAPS_ATTENDED = "perhaps_attended"  # somebody may be near, and it is not sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A track that breaks the rule in this frame; `zone` is where it stands, if that has a name."""

    track: Track
    zone: Zone | None
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A track that might break the rule but cannot be judged: neither a violation nor its absence."""

    track_id: int
    zone: Zone | None
    cause: DoubtCause


def judge(
    rule: PresenceRule, observation: Observation, zones: Sequence[Zone], asleep: Sequence[Zone] = ()
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    """Judge every confirmed track that is visible in the frame and has one of the rule's labels.

    `zones` are those that hold now, `asleep` the places that are not looked at (`alerts.looked_at`). What stands in one
    that sleeps and in none that holds is not judged, by no rule; that a place is of an excluded type is so at any hour.
    """
    breaches: list[Breach] = []
    doubts: list[Doubt] = []
    tracks = [track for track in observation.tracks if track.is_confirmed and track.is_visible]
    for track in tracks:
        if track.label in rule.labels:
            verdict = _judge_track(rule, track, tracks, observation, zones, asleep=asleep)
            if isinstance(verdict, Breach):
                breaches.append(verdict)
            elif verdict is not None:
                doubts.append(verdict)
    return tuple(breaches), tuple(doubts)


def _judge_track(
    rule: PresenceRule,
    track: Track,
    tracks: Sequence[Track],
    observation: Observation,
    zones: Sequence[Zone],
    *,
    asleep: Sequence[Zone],
) -> Breach | Doubt | None:
    places = _standing_boxes(rule, track, tracks)
    if any(zone.type is ZoneType.IGNORED and any(map(zone.contains, (track.box, *places))) for zone in zones):
        return None
    companions = [t for t in tracks if t.label in rule.with_labels and _holds(t.box, track.box, rule.with_share)]
    if rule.with_labels and not companions:
        return None
    found = [_zone_of(rule, place, zones, asleep) for place in places]
    applicable = [zone for applies, zone in found if applies]
    if not applicable:
        return None
    zone = applicable[0]
    if any(not applies or other is not zone for applies, other in found):
        return Doubt(track_id=track.track_id, zone=zone, cause=DoubtCause.UNCLEAR_PLACE)
    cause = _doubt_about(rule, track, observation)
    if cause is not None:
        return Doubt(track_id=track.track_id, zone=zone, cause=cause)
    return Breach(track=track, zone=zone, sightings=tuple(map(_sighting, (track, *companions))))


def _standing_boxes(rule: PresenceRule, track: Track, tracks: Iterable[Track]) -> list[Box]:
    """The boxes whose feet may tell where the subject stands: those around it, or its own."""
    if rule.stands_with is None:
        return [track.box]
    around = [t.box for t in tracks if t.label == rule.stands_with and _holds(t.box, track.box, PARENT_SHARE)]
    return around or [track.box]


def _holds(outer: Box, inner: Box, share: float) -> bool:
    return inner.share_inside(outer) >= share


def _zone_of(rule: PresenceRule, place: Box, zones: Sequence[Zone], asleep: Sequence[Zone]) -> tuple[bool, Zone | None]:
    """Whether the rule applies where the box stands, and the smallest zone there that matters to it."""
    around = [zone for zone in zones if zone.type is not ZoneType.IGNORED and zone.contains(place)]
    resting = [zone for zone in asleep if zone.contains(place)]
    if any(zone.type in rule.excluded_zone_types for zone in (*around, *resting)):
        return False, None
    if resting and not around:
        return False, None
    if rule.zone_types:
        around = [zone for zone in around if zone.type in rule.zone_types]
        if not around:
            return False, None
    return True, min(around, key=lambda zone: (zone.polygon.area, zone.zone_id), default=None)


def _doubt_about(rule: PresenceRule, track: Track, observation: Observation) -> DoubtCause | None:
    box, width, height = track.box, observation.width_px, observation.height_px
    if min(box.width * width, box.height * height) < rule.minimum_side_px:
        return DoubtCause.TOO_SMALL
    if rule.abstains_at_edge and (
        min(box.left, 1.0 - box.right) * width < EDGE_PX or min(box.top, 1.0 - box.bottom) * height < EDGE_PX
    ):
        return DoubtCause.CUT_BY_EDGE
    if _has_rival(track, observation, rule.competing_labels):
        return DoubtCause.COMPETING
    if _has_rival(track, observation, rule.veto_labels):
        return DoubtCause.LOOK_ALIKE
    return None


def _has_rival(track: Track, observation: Observation, labels: frozenset[str]) -> bool:
    return any(
        detection.label in labels
        and detection.confidence >= RIVAL_CONFIDENCE * track.confidence
        and is_same_thing(track.box, detection.box)
        for detection in observation.detections
    )


def is_same_thing(box: Box, other: Box) -> bool:
    return box.overlap(other) >= SAME_THING_OVERLAP or box.share_inside(other) >= SAME_THING_SHARE


def _sighting(track: Track) -> Sighting:
    return Sighting(label=track.label, box=track.box, confidence=track.confidence)


def without_doubles(breaches: Sequence[Breach], known: Container[int | None]) -> list[Breach]:
    """One breach of what the network calls two things at once (a cat that is a dog too), that of a known track first.

    Otherwise an animal whose name changes would be a new subject each time that both names are told together: its dwell
    would begin anew, and it could raise two alerts. Two of one label are two: rats that sit close together.
    """
    kept: list[Breach] = []
    for breach in sorted(breaches, key=lambda each: (each.track.track_id not in known, -each.track.score)):
        is_known = breach.track.track_id in known
        if is_known or not any(_is_double(breach.track, other.track) for other in kept):
            kept.append(breach)
    return kept


def _is_double(track: Track, other: Track) -> bool:
    return track.label != other.label and is_same_thing(track.box, other.box)
