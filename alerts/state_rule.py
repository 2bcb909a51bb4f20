"""Rules of kind "state": a region that people taught a head for stands as it must not stand, for long enough.

The bin's lid is open, the rodent guard is gone. What a region's states are called is the head's business; which of them
is the breach, too. This module knows dwell and legitimate use: somebody who stands at the bin may have it open.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.hours_file import read_hours
from alerts.judgement import Breach, Doubt, DoubtCause
from alerts.marked_yaml import Marked
from alerts.presence import ActiveWhen, PresenceRule, SubjectKind
from domain.detection import Observation, Track
from domain.geometry import Box
from domain.ids import ZoneId
from domain.region import RegionState
from domain.violation import Sighting
from domain.zone import Zone, ZoneType

KIND = "state"
PERSON_LABEL = "person"
REGION_LABEL = "region_state"
"""What a state rule has as its label: no network is asked for it."""

Attendance = Mapping[str, float]
"""When (`lit` clock of the camera) somebody was last near a region, by head."""

# The track of a region: it has no place among those of moving things, which count from 1.
_REGION_TRACK = -1
_EDGE_REACH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule(PresenceRule):
    """Dwell of a region's state. The timing is that of a presence rule whose subject is the region.

    While somebody is near, and for `unattended_seconds` after, nothing is judged: a visit that is together shorter than
    `grace_seconds` leaves the dwell as it is, a longer one begins it anew. Near is closer than `near_heights` times
    the height of the person's box, sideways or up and down: 0.6 is about one metre for somebody who stands upright.
    """

    labels: frozenset[str] = frozenset({REGION_LABEL})
    minimum_hits: int = 1
    hits_window_seconds: float = 60.0
    subject: SubjectKind = SubjectKind.ZONE
    unattended_seconds: float = 0.0
    near_heights: float = 0.6

    @property
    def needed_labels(self) -> frozenset[str]:
        """Nothing of the network that detects: without persons nobody is ever near."""
        return frozenset()


def attendance(
    code: str, rule: StateRule, before: Attendance, observation: Observation, lit: float
) -> dict[str, float]:
    """When somebody was last near each of the code's regions that is judged now."""
    people = [track for track in observation.tracks if _is_person(track)]
    aspect = observation.width_px / observation.height_px
    after = {}
    for region in observation.region_states:
        if region.code != code:
            continue
        if any(is_near(person.box, region.box, rule.near_heights, aspect) for person in people):
            after[region.head_id] = lit
        elif region.head_id in before:
            after[region.head_id] = before[region.head_id]
    return after


def judge_states(
    code: str, rule: StateRule, observation: Observation, attended: Attendance, lit: float
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    """Judge every region whose head is about this code."""
    breaches: list[Breach] = []
    doubts: list[Doubt] = []
    for region in observation.region_states:
        if region.code != code or not (region.state is None or region.is_breach):
            continue
        zone = _zone(region, observation)
        if region.state is None:
            doubts.append(Doubt(track_id=_REGION_TRACK, zone=zone, cause=DoubtCause.UNKNOWN_STATE))
        elif lit - attended.get(region.head_id, -math.inf) < rule.unattended_seconds:
            doubts.append(Doubt(track_id=_REGION_TRACK, zone=zone, cause=DoubtCause.IN_USE))
        else:
            breaches.append(_breach(region, zone, observation))
    return tuple(breaches), tuple(doubts)


def is_near(person: Box, region: Box, heights: float, aspect: float) -> bool:
    """The gap between both boxes is at most so many heights of the person; `aspect` is the frame's width by height."""
    across = max(0.0, region.left - person.right, person.left - region.right) * aspect
    along = max(0.0, region.top - person.bottom, person.top - region.bottom)
    return math.hypot(across, along) <= heights * person.height + _EDGE_REACH


STATE_NEEDED = ("kind", "minimum_seconds", "grace_seconds", "end_after_seconds", "cool_down_seconds")
STATE_NUMBERS = (*STATE_NEEDED[1:], "unattended_seconds", "near_heights")
STATE_FIELDS = (*STATE_NEEDED, *STATE_NUMBERS[-2:], "active", "hours")


def read_state_rule(marked: Marked) -> StateRule:
    """The rule of kind "state" of a catalogue's file. Raises CatalogueError."""
    fields = marked.fields(STATE_FIELDS, STATE_NEEDED)
    if fields["kind"].text() != KIND:
        raise fields["kind"].fail(f"the kind {KIND}")
    given: dict[str, object] = {name: fields[name].number() for name in STATE_NUMBERS if name in fields}
    if "active" in fields:
        given["active"] = fields["active"].choice(ActiveWhen)
    if "hours" in fields:
        given["hours"] = read_hours(fields["hours"])
    return StateRule(**given)  # type: ignore[arg-type]  # the names are those of its fields


def _is_person(track: Track) -> bool:
    return track.label == PERSON_LABEL and track.is_visible


def _zone(region: RegionState, observation: Observation) -> Zone:
    """The region as the place of an alert: people know it by its head's name."""
    return Zone(
        zone_id=ZoneId(region.head_id),
        camera_id=observation.camera_id,
        name=region.name,
        type=ZoneType.OTHER,
        polygon=region.region,
    )


def _breach(region: RegionState, zone: Zone, observation: Observation) -> Breach:
    assert region.state is not None
    track = Track(
        track_id=_REGION_TRACK,
        label=region.state,
        box=region.box,
        confidence=region.confidence,
        score=region.confidence,
        first_seen_at=observation.captured_at,
        first_seen_clock=observation.clock,
        last_seen_clock=observation.clock,
        hits=1,
        travelled=0.0,
        is_confirmed=True,
        is_visible=True,
    )
    sighting = Sighting(label=region.state, box=region.box, confidence=region.confidence)
    return Breach(track=track, zone=zone, sightings=(sighting,))
