"""Rules of kind "combination": so many of a thing at once in one place, or a thing while nobody is near it.

A pot on the fire and nobody there for three minutes; three cockroaches in one picture. That somebody is missing is the
one thing that a network never reports: so whoever might be there, even if it is not sure, keeps the rule from judging.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.judgement import Breach, Doubt, DoubtCause, judge
from alerts.presence import PresenceRule
from alerts.state_rule import is_near
from domain.detection import Observation, Track
from domain.geometry import Box
from domain.ids import ZoneId
from domain.zone import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationRule(PresenceRule):
    """A presence rule that needs company, or its absence.

    It is broken where at least `minimum_count` subjects stand in one zone (or in the picture, without zones), and only
    by those that nobody of `without_labels` is near: closer than `near_heights` times the height of that one's box,
    sideways or up and down; 0.6 is about one metre from somebody who stands upright. Somebody who comes near ends the
    run of sightings as a gap does: a visit shorter than `grace_seconds` leaves the dwell as it is.
    """

    minimum_count: int = 1
    without_labels: frozenset[str] = frozenset()
    near_heights: float = 0.6

    def __post_init__(self) -> None:
        # A dataclass with slots is made anew: `super()` without its class would mean the one before.
        PresenceRule.__post_init__(self)
        if self.minimum_count < 1:
            raise ValueError(f"minimum_count must be at least 1, got {self.minimum_count}")

    @property
    def needed_labels(self) -> frozenset[str]:
        """A network that does not know persons cannot say that nobody is there."""
        return self.labels | self.with_labels | self.competing_labels | self.without_labels


def judge_combination(
    rule: CombinationRule, observation: Observation, zones: Sequence[Zone], asleep: Sequence[Zone] = ()
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    """Judge every subject together with who is near it and how many there are in its zone."""
    present, unclear = judge(rule, observation, zones, asleep)
    sure, unsure = _company(rule, observation)
    aspect = observation.width_px / observation.height_px
    alone: list[Breach] = []
    doubts: list[Doubt] = []
    for breach in present:
        box = breach.track.box
        if _is_any_near(sure, box, rule.near_heights, aspect):
            continue
        if _is_any_near(unsure, box, rule.near_heights, aspect):
            cause = DoubtCause.PERHAPS_ATTENDED
            doubts.append(Doubt(track_id=breach.track.track_id, zone=breach.zone, cause=cause))
        else:
            alone.append(breach)
    doubts += unclear
    return _enough(rule.minimum_count, alone, doubts)


def _company(rule: CombinationRule, observation: Observation) -> tuple[list[Box], list[Box]]:
    """Who is there for sure, and who may be: a track that is not seen now or not confirmed, a box without a track."""
    tracks = [track for track in observation.tracks if track.label in rule.without_labels]
    sure = [track.box for track in tracks if _is_sure(track)]
    unsure = [track.box for track in tracks if not _is_sure(track)]
    unsure += [each.box for each in observation.detections if each.label in rule.without_labels]
    return sure, unsure


def _is_sure(track: Track) -> bool:
    return track.is_confirmed and track.is_visible


def _is_any_near(boxes: Iterable[Box], subject: Box, heights: float, aspect: float) -> bool:
    return any(is_near(box, subject, heights, aspect) for box in boxes)


def _enough(
    minimum: int, alone: Sequence[Breach], doubts: Sequence[Doubt]
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    """Zone by zone: enough for sure break the rule; enough only with those in doubt are in doubt all together."""
    breaches: list[Breach] = []
    unclear: list[Doubt] = []
    places = [*(_zone_id(each.zone) for each in alone), *(_zone_id(each.zone) for each in doubts)]
    for place in dict.fromkeys(places):
        here = [each for each in alone if _zone_id(each.zone) == place]
        open_here = [each for each in doubts if _zone_id(each.zone) == place]
        if len(here) >= minimum:
            breaches += here
            unclear += open_here
        elif len(here) + len(open_here) >= minimum:
            cause = open_here[0].cause
            unclear += [Doubt(track_id=each.track.track_id, zone=each.zone, cause=cause) for each in here]
            unclear += open_here
    return tuple(breaches), tuple(unclear)


def _zone_id(zone: Zone | None) -> ZoneId | None:
    return zone.zone_id if zone else None
