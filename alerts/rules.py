"""The rules of one camera: `(state, observation) -> (state, changes)`, without clock, log or I/O.

Between two pictures nothing happens: no picture means "unknown", which neither starts nor ends a violation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Self

from alerts.attire import AttireRule, judge_attire
from alerts.awake import is_awake
from alerts.catalogue import Catalogue
from alerts.combination import CombinationRule, judge_combination
from alerts.judgement import Breach, Doubt, DoubtCause, judge, without_doubles
from alerts.looked_at import LookedAt
from alerts.presence import PresenceRule, SubjectKind
from alerts.state_rule import Attendance, StateRule, attendance, judge_states
from alerts.subjects import (
    LOOK_SECONDS,
    Confirmed,
    Ended,
    Moment,
    QuietPlace,
    Subject,
    track_subject,
    zone_subject,
)
from domain.detection import Observation
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.zone import Zone

# A camera that is looked at seldom needs more patience than the catalogue's seconds: in looks.
_GRACE_LOOKS = 2.5
# The usual time between two looks is the median of so many: a gate that opens is followed within three looks.
_INTERVALS = 5
ASLEEP_NOTE = "zone not looked at any more"
RULE_ASLEEP_NOTE = "not judged at this hour"
NOT_JUDGED_NOTE = "no longer judged here"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRules:
    """What is judged on one camera. `run` tells apart the subjects of two processes (a few random letters)."""

    rules: Mapping[str, PresenceRule]
    zones: tuple[Zone, ...]
    schedule: Schedule
    run: str
    blind_after_seconds: float = 20.0

    @classmethod
    def of(
        cls,
        camera: Camera,
        zones: Iterable[Zone],
        schedule: Schedule,
        catalogue: Catalogue,
        usable_labels: frozenset[str],
        *,
        run: str,
        blind_after_seconds: float = 20.0,
        taught_codes: frozenset[str] = frozenset(),
    ) -> Self:
        """The rules that the camera asks for, as far as the network or its taught heads can see what they need."""
        return cls(
            rules=catalogue.rules_for(camera.codes, usable_labels, taught_codes),
            zones=tuple(zone for zone in zones if zone.type.is_place),
            schedule=schedule,
            run=run,
            blind_after_seconds=blind_after_seconds,
        )


def fitted(rule: PresenceRule, interval: float) -> PresenceRule:
    """The rule for looks that usually come this many seconds apart, be it by design, at night or under load.

    Gaps of two looks are always forgiven, and the hits fit into their window.
    """
    grace, window = _GRACE_LOOKS * interval, (rule.minimum_hits + 1) * interval
    if grace <= rule.grace_seconds and window <= rule.hits_window_seconds:
        return rule
    return replace(
        rule,
        grace_seconds=max(rule.grace_seconds, grace),
        hits_window_seconds=max(rule.hits_window_seconds, window),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesState:
    """All that is remembered of one camera between two pictures."""

    clock: float | None = None
    lit: float = 0.0
    looked: float = 0.0
    intervals: tuple[float, ...] = ()
    subjects: tuple[Subject, ...] = ()
    quiet: tuple[QuietPlace, ...] = ()
    attended: Attendance = field(default_factory=dict)

    @property
    def interval(self) -> float:
        """Seconds that usually pass between two looks; 0 where none is known yet."""
        return median(self.intervals) if self.intervals else 0.0

    def open_subjects(self) -> tuple[Subject, ...]:
        return tuple(subject for subject in self.subjects if subject.is_open)

    def forgotten(self) -> "RulesState":
        """The tracks are void: what was about to be confirmed is dropped, what is open waits for its subject."""
        return replace(
            self,
            subjects=tuple(
                replace(subject, track_id=None if subject.track_id is None else VOID_TRACK)
                for subject in self.subjects
                if subject.is_open
            ),
        )


# A followed subject whose track was declared void; no tracker gives a negative id.
VOID_TRACK = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one picture changed. `doubts` and `suppressed` are there to be counted."""

    confirmed: tuple[Confirmed, ...] = ()
    ended: tuple[Ended, ...] = ()
    doubts: tuple[tuple[str, DoubtCause], ...] = ()
    suppressed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Look:
    """One picture being judged: collects the next subjects and the changes."""

    now: Moment
    rules: CameraRules
    places: LookedAt
    quiet: list[QuietPlace]
    subjects: list[Subject] = field(default_factory=list)
    confirmed: list[Confirmed] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    doubts: list[tuple[str, DoubtCause]] = field(default_factory=list)
    suppressed: list[str] = field(default_factory=list)


def advance(rules: CameraRules, state: RulesState, observation: Observation) -> tuple[RulesState, Changes]:
    """Take one picture into account. One that is not newer than the one before changes nothing."""
    elapsed = 0.0 if state.clock is None else observation.clock - state.clock
    if state.clock is not None and elapsed <= 0:
        return state, Changes()
    is_outage = elapsed > rules.blind_after_seconds
    if elapsed and not is_outage:
        state = replace(state, intervals=(*state.intervals, elapsed)[-_INTERVALS:])
    now = Moment(
        at=observation.captured_at,
        clock=observation.clock,
        lit=state.lit + (0.0 if is_outage else elapsed),
        looked=state.looked + min(elapsed, max(LOOK_SECONDS, state.interval)),
        aspect=observation.width_px / observation.height_px,
    )
    fitting = {code: fitted(rule, state.interval) for code, rule in rules.rules.items()}
    look = _Look(
        now=now,
        rules=replace(rules, rules=fitting),
        places=LookedAt.at(rules.zones, rules.schedule, now.at, observation.region_states),
        quiet=[place for place in state.quiet if place.until > now.clock],
    )
    survivors = _survivors(rules, state.subjects, elapsed if is_outage else 0.0)
    attended: dict[str, float] = {}
    for code, rule in fitting.items():
        subjects = [subject for subject in survivors if subject.code == code]
        if isinstance(rule, StateRule):
            attended |= attendance(code, rule, state.attended, observation, now.lit)
        breaches, doubts = _judged(look, code, rule, observation, attended)
        look.doubts.extend((code, doubt.cause) for doubt in doubts)
        _follow(look, code, subjects, breaches, doubts)
    for subject in survivors:
        if subject.code not in rules.rules and subject.is_open:
            look.ended.append(replace(_ended(subject), note=NOT_JUDGED_NOTE))
    following = RulesState(
        clock=now.clock,
        lit=now.lit,
        looked=now.looked,
        intervals=state.intervals,
        subjects=tuple(look.subjects),
        quiet=tuple(look.quiet),
        attended=attended,
    )
    return following, Changes(
        confirmed=tuple(look.confirmed),
        ended=tuple(look.ended),
        doubts=tuple(look.doubts),
        suppressed=tuple(look.suppressed),
    )


def _judged(
    look: _Look, code: str, rule: PresenceRule, observation: Observation, attended: Attendance
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    if not is_awake(rule, look.rules.schedule, look.now.at):
        return (), ()
    zones, asleep = look.places.zones, look.places.asleep
    if isinstance(rule, StateRule):
        return judge_states(code, rule, look.places.seen(observation), attended, look.now.lit)
    if isinstance(rule, AttireRule):
        return judge_attire(rule, observation, zones, asleep)
    if isinstance(rule, CombinationRule):
        return judge_combination(rule, observation, zones, asleep)
    return judge(rule, observation, zones, asleep)


def _survivors(rules: CameraRules, subjects: Sequence[Subject], outage_seconds: float) -> list[Subject]:
    """Who outlives an outage: open violations, and what takes longer than the outage to be one anyway."""
    return [
        subject
        for subject in subjects
        if subject.is_open
        or (subject.code in rules.rules and rules.rules[subject.code].minimum_seconds >= outage_seconds)
    ]


def _follow(
    look: _Look, code: str, subjects: Sequence[Subject], breaches: Sequence[Breach], doubts: Sequence[Doubt]
) -> None:
    """One rule's subjects after the picture."""
    rule = look.rules.rules[code]
    if rule.subject is SubjectKind.ZONE:
        pairs, newcomers, doubted = _match_zones(subjects, breaches, doubts)
    else:
        pairs, newcomers, doubted = _match_tracks(subjects, breaches, doubts, rule, look.now)
    for subject in subjects:
        breach = pairs.get(subject.name)
        if breach is not None:
            _seen(look, rule, subject.seen(breach, look.now, rule), breach)
        elif subject.name in doubted:
            look.subjects.append(subject.doubted(look.now))
        else:
            _missed(look, rule, subject)
    taken = {subject.name for subject in subjects}
    for breach in newcomers:
        is_zone = rule.subject is SubjectKind.ZONE
        name = zone_subject(breach.zone) if is_zone else track_subject(look.rules.run, breach.track)
        if name in taken:  # the subject that began with this track is followed by another one by now
            name = f"{name}-{look.now.clock:.3f}"
        track_id = None if is_zone else breach.track.track_id
        _seen(look, rule, Subject.begun(code, name, breach, look.now, track_id=track_id), breach)


def _match_zones(
    subjects: Sequence[Subject], breaches: Sequence[Breach], doubts: Sequence[Doubt]
) -> tuple[dict[str, Breach], list[Breach], set[str]]:
    by_zone: dict[str, Breach] = {}
    for breach in breaches:
        name = zone_subject(breach.zone)
        known = by_zone.get(name)
        # The zone's sightings are those of all that break the rule there.
        by_zone[name] = replace(known, sightings=(*known.sightings, *breach.sightings)) if known else breach
    known_names = {subject.name for subject in subjects}
    newcomers = [breach for name, breach in by_zone.items() if name not in known_names]
    return by_zone, newcomers, {zone_subject(doubt.zone) for doubt in doubts}


def _match_tracks(
    subjects: Sequence[Subject],
    breaches: Sequence[Breach],
    doubts: Sequence[Doubt],
    rule: PresenceRule,
    now: Moment,
) -> tuple[dict[str, Breach], list[Breach], set[str]]:
    """Breaches by subject: first those whose track is known, then strays to the nearest subject that fits."""
    known = frozenset(subject.track_id for subject in subjects)
    by_track = {breach.track.track_id: breach for breach in without_doubles(breaches, known)}
    doubted_tracks = {doubt.track_id for doubt in doubts}
    pairs = {s.name: by_track.pop(s.track_id) for s in subjects if s.track_id is not None and s.track_id in by_track}
    doubted = {s.name for s in subjects if s.track_id in doubted_tracks}
    waiting = [s for s in subjects if s.name not in pairs and s.name not in doubted]
    options = sorted(
        (s.is_adopted, _distance(s, breach), s.name, breach.track.track_id)
        for s in waiting
        for breach in by_track.values()
        if s.may_be(breach, rule, now)
    )
    for _, _, name, track_id in options:
        if name not in pairs and track_id in by_track:
            pairs[name] = by_track.pop(track_id)
    return pairs, list(by_track.values()), doubted


def _distance(subject: Subject, breach: Breach) -> float:
    return subject.box.center.distance(breach.track.box.center)


def _seen(look: _Look, rule: PresenceRule, subject: Subject, breach: Breach) -> None:
    if subject.is_open or not subject.is_due(rule, look.now):
        look.subjects.append(subject)
        return
    if any(place.covers(subject, rule, look.now.aspect) for place in look.quiet):
        if not subject.is_suppressed:
            look.suppressed.append(subject.code)
        look.subjects.append(replace(subject, is_suppressed=True))
        return
    look.subjects.append(replace(subject, is_open=True))
    look.confirmed.append(
        Confirmed(
            code=subject.code,
            name=subject.name,
            zone_id=subject.zone_id,
            zone_name=subject.zone_name,
            started_at=subject.started_at,
            confirmed_at=look.now.at,
            confirmed_clock=look.now.clock,
            sightings=breach.sightings,
        )
    )


def _missed(look: _Look, rule: PresenceRule, subject: Subject) -> None:
    if subject.is_open and look.places.leaves_unseen(subject, rule):
        # Nobody saw it end. No cool-down: where it goes on when the zone wakes, it is told again.
        look.ended.append(replace(_ended(subject), note=ASLEEP_NOTE))
    elif subject.is_open and not is_awake(rule, look.rules.schedule, look.now.at):
        look.ended.append(replace(_ended(subject), note=RULE_ASLEEP_NOTE))  # nobody saw it end either
    elif subject.is_open and subject.is_over(rule, look.now):
        look.ended.append(_ended(subject))
        until = look.now.clock + rule.cool_down_seconds
        look.quiet.append(QuietPlace(code=subject.code, name=subject.name, box=subject.box, until=until))
    elif not subject.is_forgotten(rule, look.now):
        look.subjects.append(subject)


def _ended(subject: Subject) -> Ended:
    return Ended(code=subject.code, name=subject.name, last_seen_at=subject.last_seen_at)
