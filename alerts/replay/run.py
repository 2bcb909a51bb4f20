"""A log of looks judged again: what would have been raised, when and why, and what came near it. No live state."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.judgement import DoubtCause
from alerts.presence import PresenceRule
from alerts.replay.lines import CameraLine, ForgottenLine, GapLine, Line, LogLine, LookLine, observation
from alerts.replay.setting import ReplayError, ReplaySetting
from alerts.replay.sureness import Sureness
from alerts.rising import DueRise, Situation, due_rise
from alerts.rules import VOID_TRACK, CameraRules, Changes, RulesState, advance, fitted
from alerts.subjects import Subject
from domain.detection import Observation
from domain.ids import CameraId
from domain.risk import RiskClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a subject had reached, of what its rule asks for. Seconds of dwell, looks in the window, body lengths."""

    seconds: float
    needed_seconds: float
    looks: int
    needed_looks: int
    window_seconds: float
    travelled: float
    needed_travel: float

    @classmethod
    def by(cls, subject: Subject, rule: PresenceRule) -> "Reached":
        return cls(
            seconds=max(0.0, subject.last_lit - subject.started_lit),
            needed_seconds=rule.minimum_seconds,
            looks=len(subject.hits),
            needed_looks=rule.minimum_hits,
            window_seconds=rule.hits_window_seconds,
            travelled=subject.travelled,
            needed_travel=rule.minimum_travel,
        )

    @property
    def share(self) -> float:
        """Of what is missing most, in [0, 1]."""
        pairs = (
            (self.seconds, self.needed_seconds),
            (float(self.looks), float(self.needed_looks)),
            (self.travelled, self.needed_travel),
        )
        return min(min(1.0, have / needed) if needed > 0 else 1.0 for have, needed in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedRise:
    """The class that an alert would have had from `second` on, and why."""

    second: float
    due: DueRise


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedAlert:
    """An alert that would have been raised. `second` is that of the camera's log; `ended_at` None: it lasts.

    `risk_class` is the one that it had in the end. `last_second` is when the log last showed it or, if it ended, when
    that was known.
    """

    camera_id: CameraId
    camera_name: str
    code: str
    subject: str
    zone_name: str | None
    label: str
    confidence: float
    started_at: datetime
    raised_at: datetime
    started_second: float
    second: float
    reached: Reached
    risk_class: RiskClass
    ended_at: datetime | None = None
    last_second: float = 0.0
    rises: tuple[ReplayedRise, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """Of the subjects of a code on one camera that raised nothing, the one that came nearest."""

    camera_name: str
    code: str
    at: datetime
    second: float
    reached: Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSeen:
    """What the log holds of one camera. `judged` are its codes; `silent` are those that cannot be judged, and why."""

    camera_id: CameraId
    name: str
    looks: int
    seconds: float
    judged: tuple[str, ...]
    silent: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The outcome of one setting. `held_back` fell into a cool-down; `doubts` count looks by code and cause."""

    setting: str
    cameras: tuple[CameraSeen, ...]
    alerts: tuple[ReplayedAlert, ...]
    near_misses: tuple[NearMiss, ...]
    held_back: Mapping[str, int]
    doubts: Mapping[tuple[str, DoubtCause], int]
    lost_looks: int

    def of(self, code: str) -> list[ReplayedAlert]:
        return [each for each in self.alerts if each.code == code]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that was judged on some camera."""
        return tuple(sorted({code for camera in self.cameras for code in camera.judged}))


@dataclass(slots=True)
class _Camera:
    """One camera being replayed. Its seconds run on over restarts, by the wall clock."""

    line: CameraLine
    rules: CameraRules
    sureness: Sureness
    silent: Mapping[str, str]
    state: RulesState = field(default_factory=RulesState)
    looks: int = 0
    started_at: datetime | None = None
    last_at: datetime | None = None
    offset: float | None = None
    second: float = 0.0
    open: dict[tuple[str, str], ReplayedAlert] = field(default_factory=dict)
    waiting: dict[tuple[str, str], NearMiss] = field(default_factory=dict)
    nearest: dict[str, NearMiss] = field(default_factory=dict)
    raised: dict[str, list[datetime]] = field(default_factory=dict)

    def timed(self, observation: Observation) -> None:
        """Where the look stands in the camera's log; one that is not newer stands where the one before did."""
        if self.offset is None:
            gap = 0.0 if self.last_at is None else max(0.0, (observation.captured_at - self.last_at).total_seconds())
            self.offset = observation.clock - (self.second + gap)
            self.state = _restarted(self.state, gap, observation.clock)
        self.second = max(self.second, observation.clock - self.offset)
        self.last_at = observation.captured_at
        self.looks += 1

    def come_near(self, at: datetime) -> None:
        """Keep how far each subject got that is none yet, until it becomes one or is gone."""
        subjects = {(each.code, each.name): each for each in self.state.subjects}
        for key in [key for key in self.waiting if key not in subjects]:
            self._fell_short(self.waiting.pop(key))
        for key, subject in subjects.items():
            if subject.is_open or subject.is_suppressed:
                self.waiting.pop(key, None)
                continue
            reached, known = self.reached(subject), self.waiting.get(key)
            if known is None or reached.share > known.reached.share:
                self.waiting[key] = NearMiss(
                    camera_name=self.line.name, code=subject.code, at=at, second=self.second, reached=reached
                )

    def reached(self, subject: Subject) -> Reached:
        """Of what the rule asks for at the pace of this camera's looks."""
        return Reached.by(subject, fitted(self.rules.rules[subject.code], self.state.interval))

    def near_misses(self) -> list[NearMiss]:
        """The nearest of each code, with those that still wait where the log ends."""
        for miss in self.waiting.values():
            self._fell_short(miss)
        return list(self.nearest.values())

    def _fell_short(self, miss: NearMiss) -> None:
        known = self.nearest.get(miss.code)
        if known is None or miss.reached.share > known.reached.share:
            self.nearest[miss.code] = miss


class Replay:
    """Takes the lines of a log in their order. One thread at a time."""

    def __init__(self, setting: ReplaySetting) -> None:
        self._setting = setting
        self._catalogue = setting.catalogue
        self._log: LogLine | None = None
        self._cameras: dict[str, _Camera] = {}
        self._ended: list[ReplayedAlert] = []
        self._held_back: Counter[str] = Counter()
        self._doubts: Counter[tuple[str, DoubtCause]] = Counter()
        self._lost = 0

    def take(self, line: Line) -> None:
        """Raises ReplayError for a line that cannot be judged, or a log that lacks its beginning."""
        if isinstance(line, LogLine):
            self._begin(line)
        elif isinstance(line, GapLine):
            self._lost += line.looks
        elif isinstance(line, CameraLine):
            self._configure(line)
        elif isinstance(line, ForgottenLine):
            camera = self._camera(line.camera_id)
            camera.state = camera.state.forgotten()
            camera.sureness.forget()
        else:
            self._look(line)

    def finished(self) -> Replayed:
        """What came of all lines so far."""
        cameras = list(self._cameras.values())
        lasting = [alert for camera in cameras for alert in camera.open.values()]
        return Replayed(
            setting=self._setting.name,
            cameras=tuple(_seen(camera) for camera in cameras),
            alerts=tuple(sorted((*self._ended, *lasting), key=_in_order)),
            near_misses=tuple(miss for camera in cameras for miss in camera.near_misses()),
            held_back=dict(self._held_back),
            doubts=dict(self._doubts),
            lost_looks=self._lost,
        )

    def _begin(self, log: LogLine) -> None:
        self._setting.require_known(log)
        if self._log is not None and self._log.run != log.run:
            for camera in self._cameras.values():
                camera.offset = None
                camera.sureness.forget()
        self._log = log

    def _configure(self, line: CameraLine) -> None:
        log = self._begun()
        known = self._cameras.get(line.camera_id)
        rules, silent = self._setting.rules(line, log), self._setting.silent(line, log)
        if known is not None:
            known.line, known.rules, known.silent = line, rules, silent
            return
        sureness = Sureness(self._setting.tuning.thresholds)
        self._cameras[line.camera_id] = _Camera(line=line, rules=rules, sureness=sureness, silent=silent)

    def _begun(self) -> LogLine:
        if self._log is None:
            raise ReplayError("a detection log begins with a line that says how it came about, this one does not")
        return self._log

    def _camera(self, camera_id: str) -> _Camera:
        log = self._begun()
        camera = self._cameras.get(camera_id)
        if camera is None:
            raise ReplayError(f"camera {camera_id} is looked at before run {log.run} says what it is judged by")
        return camera

    def _look(self, line: LookLine) -> None:
        camera = self._camera(line.camera_id)
        try:
            seen = camera.sureness.judged(observation(line, self._begun()))
        except (ValueError, TypeError) as error:
            raise ReplayError(f"look {line.sequence} of camera {camera.line.name}: {error}") from error
        camera.timed(seen)
        camera.state, changes = advance(camera.rules, camera.state, seen)
        self._held_back.update(changes.suppressed)
        self._doubts.update(changes.doubts)
        self._note(camera, changes, seen)
        camera.come_near(seen.captured_at)

    def _note(self, camera: _Camera, changes: Changes, seen: Observation) -> None:
        for ended in changes.ended:
            alert = camera.open.pop((ended.code, ended.name), None)
            if alert is not None:
                self._ended.append(replace(alert, ended_at=ended.last_seen_at, last_second=camera.second))
        for key, alert in camera.open.items():
            camera.open[key] = replace(alert, last_second=camera.second)
        subjects = {(each.code, each.name): each for each in camera.state.open_subjects()} if changes.confirmed else {}
        for confirmed in changes.confirmed:
            key = (confirmed.code, confirmed.name)
            reached = camera.reached(subjects[key])
            sighting = confirmed.sightings[0]
            camera.open[key] = ReplayedAlert(
                camera_id=CameraId(camera.line.camera_id),
                camera_name=camera.line.name,
                code=confirmed.code,
                subject=confirmed.name,
                zone_name=confirmed.zone_name,
                label=sighting.label,
                confidence=sighting.confidence,
                started_at=confirmed.started_at,
                raised_at=confirmed.confirmed_at,
                started_second=camera.second - (seen.captured_at - confirmed.started_at) / timedelta(seconds=1),
                second=camera.second,
                reached=reached,
                risk_class=self._catalogue.entries[confirmed.code].risk.risk_class,
                last_second=camera.second,
            )
            camera.raised.setdefault(confirmed.code, []).append(confirmed.confirmed_at)
        self._rise(camera)

    def _rise(self, camera: _Camera) -> None:
        """By the rules of the catalogue, over what the log shows: nobody has dismissed anything here."""
        rules = self._catalogue.rises
        if not rules.keys() & {code for code, _ in camera.open}:
            return
        open_codes = [code for code, _ in camera.open]
        lasted = {(each.code, each.name): each.lit_seconds for each in camera.state.open_subjects()}
        for key, alert in camera.open.items():
            earlier = [at for at in camera.raised.get(alert.code, ()) if at < alert.raised_at]
            situation = Situation(
                raised_at=alert.raised_at,
                lasted_seconds=lasted.get(key),
                at_once=open_codes.count(alert.code),
                beside=frozenset(open_codes) - {alert.code},
                earlier=earlier,
            )
            due = due_rise(rules.get(alert.code, ()), alert.risk_class, situation)
            if due is not None:
                risen = ReplayedRise(second=camera.second, due=due)
                camera.open[key] = replace(alert, risk_class=due.to, rises=(*alert.rises, risen))


def replayed(lines: Iterable[Line], setting: ReplaySetting) -> Replayed:
    """A whole log by one setting. Raises ReplayError."""
    replay = Replay(setting)
    for line in lines:
        replay.take(line)
    return replay.finished()


def _restarted(state: RulesState, gap: float, clock: float) -> RulesState:
    """As alerts.rules.taken_up leaves it for a new process after `gap` seconds: what is open waits for its subject."""
    waiting = tuple(
        replace(
            subject,
            track_id=None if subject.track_id is None else VOID_TRACK,
            started_lit=0.0,
            last_lit=0.0,
            last_looked=0.0,
            hits=(),
            is_adopted=False,
        )
        for subject in state.open_subjects()
    )
    left = ((place, place.until - (state.clock or 0.0) - gap) for place in state.quiet)
    quiet = tuple(replace(place, until=clock + seconds) for place, seconds in left if seconds > 0)
    return RulesState(subjects=waiting, quiet=quiet)


def _seen(camera: _Camera) -> CameraSeen:
    return CameraSeen(
        camera_id=CameraId(camera.line.camera_id),
        name=camera.line.name,
        looks=camera.looks,
        seconds=camera.second,
        judged=tuple(sorted(camera.rules.rules)),
        silent=camera.silent,
    )


def _in_order(alert: ReplayedAlert) -> tuple[datetime, str, str, str]:
    return alert.raised_at, alert.camera_id, alert.code, alert.subject
