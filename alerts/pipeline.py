"""From observations to alerts: the rules of every camera, and the way to the recorder."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from alerts import metrics
from alerts.attire import network_behind
from alerts.catalogue import Catalogue
from alerts.orders import EndOrder, RaiseOrder
from alerts.places import KnownPlaces
from alerts.ports import AlertFilter, AlertJournal, CameraPlace, PlaceNames
from alerts.recorder import Recorder
from alerts.rules import CameraRules, Changes, RulesState, advance
from alerts.subjects import Confirmed
from alerts.taking_up import taken_up
from domain.alert import Alert
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import AlertId, CameraId, ViolationId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.scope import Scope
from domain.violation import Violation
from domain.zone import Zone

log = structlog.get_logger(__name__)

# So many ended alerts of a camera are looked through for cool-downs that still run.
_RECENT_ALERTS = 200
# A camera that is removed waits so long for the clips of its alerts.
_CUT_SECONDS = 3.0
REMOVED_NOTE = "camera removed"
RECORDING_ENDED_NOTE = "recording ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """One camera: what is judged, what is remembered, and the alert of each open subject.

    `is_over`: it played a recording that has ended; nothing that is open can be seen to end.
    """

    rules: CameraRules
    state: RulesState
    place: CameraPlace
    alert_ids: dict[tuple[str, str], AlertId]
    is_over: bool = False


class AlertPipeline:
    """detector.ports.ObservationSink: `observe` and `forget` run on the inference thread and return in milliseconds.

    `configure` and `remove` may be called from any other thread; the first `configure` of a camera reads from
    the database what an earlier process left open. A camera that was not configured raises nothing.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        usable_labels: frozenset[str],
        journal: AlertJournal,
        recorder: Recorder,
        places: KnownPlaces,
        new_id: Callable[[], str],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        blind_after_seconds: float = 20.0,
        taught_codes: Callable[[CameraId], frozenset[str]] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._usable_labels = usable_labels
        self._journal = journal
        self._recorder = recorder
        self._places = places
        self._new_id = new_id
        self._clock = clock
        self._now = now
        self._blind_after_seconds = blind_after_seconds
        self._taught_codes = taught_codes
        # The end of an id is its random part: subjects of this process are told from those of earlier ones by it.
        self._run = new_id()[-8:]
        self._lock = threading.Lock()
        self._watched: dict[CameraId, _Watched] = {}

    def resume(self) -> None:
        """Call before `start`. Raises JournalError if the database cannot be read."""
        self._recorder.resume()

    def start(self) -> None:
        self._recorder.start()

    def stop(self, grace_seconds: float) -> None:
        self._recorder.stop(grace_seconds)

    def configure(
        self,
        camera: Camera,
        zones: Iterable[Zone],
        place: CameraPlace,
        schedule: Schedule,
        names: PlaceNames | None = None,
    ) -> None:
        """Begin to judge a camera, or judge it by other zones, codes or hours from the next picture on.

        Raises JournalError if the camera is new here and the database cannot be read; nothing has changed then.
        """
        rules = CameraRules.of(
            camera,
            zones,
            schedule,
            self._catalogue,
            self._usable_labels,
            run=self._run,
            blind_after_seconds=self._blind_after_seconds,
            taught_codes=self._taught_codes(camera.camera_id) if self._taught_codes else frozenset(),
        )
        self._places.remember(camera.camera_id, names or PlaceNames(camera=camera.name))
        with self._lock:
            known = self._watched.get(camera.camera_id)
            if known is not None:
                self._watched[camera.camera_id] = replace(known, rules=rules, place=place, is_over=False)
                return
        watched = self._taken_up(camera.camera_id, rules, place)
        with self._lock:
            self._watched.setdefault(camera.camera_id, watched)
        log.info("camera_rules_set", camera_id=camera.camera_id, codes=sorted(rules.rules), zones=len(rules.zones))

    def remove(self, camera_id: CameraId) -> None:
        """Judge the camera no more: what was open has ended, for nobody looks any longer.

        Call it before the camera's packets are gone: waits a moment for clips that would need them.
        """
        with self._lock:
            watched = self._watched.pop(camera_id, None)
            if watched is None:
                return
            self._end_open(watched, REMOVED_NOTE)
        self._recorder.cut_clips(camera_id, _CUT_SECONDS)
        log.info("camera_rules_removed", camera_id=camera_id)

    def let_go(self, camera_id: CameraId, wait_seconds: float = _CUT_SECONDS) -> None:
        """Judge the camera no more, because another process does: what is open stays open for that one to take up."""
        with self._lock:
            watched = self._watched.pop(camera_id, None)
        if watched is not None:
            self._recorder.cut_clips(camera_id, wait_seconds)
            log.info("camera_rules_let_go", camera_id=camera_id)

    def recording_ended(self, camera_id: CameraId) -> None:
        """The camera's recording was played to its end: what is open there ends with it.

        That goes for its last pictures too, which may still be on their way. A live camera that is silent ends nothing.
        """
        with self._lock:
            watched = self._watched.get(camera_id)
            if watched is not None and not watched.is_over:
                self._watched[camera_id] = self._closed(replace(watched, is_over=True))

    def end_unwatched(self) -> None:
        """End what an earlier process left open on cameras that are not watched: removed or paused meanwhile.

        Call once all cameras are configured. Raises JournalError if the database cannot be read.
        """
        with self._lock:
            watched = set(self._watched)
        for camera_id in self._journal.open_cameras():
            if camera_id not in watched:
                for alert in self._journal.open_alerts(camera_id):
                    last_seen_at = alert.violation.last_seen_at
                    order = EndOrder(alert_id=alert.alert_id, last_seen_at=last_seen_at, note=REMOVED_NOTE)
                    self._recorder.end_alert(order)

    def observe(self, observation: Observation, frame: Frame) -> None:
        with self._lock:
            watched = self._watched.get(observation.camera_id)
            if watched is None:
                return
            state, changes = advance(watched.rules, watched.state, observation)
            watched = replace(watched, state=state)
            self._hand_over(watched, changes, observation, frame)
            self._watched[observation.camera_id] = self._closed(watched) if watched.is_over else watched
        _count(changes)

    def is_watched(self, camera_id: CameraId) -> bool:
        """The camera is judged here. Any thread."""
        with self._lock:
            return camera_id in self._watched

    def lasted_seconds(self, alert: Alert) -> float | None:
        """Seconds with pictures from the first look at the alert's subject to the last, in this process. Any thread."""
        violation = alert.violation
        with self._lock:
            watched = self._watched.get(violation.camera_id)
        subjects = watched.state.open_subjects() if watched else ()
        key = violation.code, violation.subject
        return next((each.lit_seconds for each in subjects if (each.code, each.name) == key), None)

    def forget(self, camera_id: CameraId) -> None:
        with self._lock:
            watched = self._watched.get(camera_id)
            if watched is not None:
                self._watched[camera_id] = replace(watched, state=watched.state.forgotten())

    def _closed(self, watched: _Watched) -> _Watched:
        """The camera with nothing open any more."""
        self._end_open(watched, RECORDING_ENDED_NOTE)
        waiting = tuple(subject for subject in watched.state.subjects if not subject.is_open)
        return replace(watched, state=replace(watched.state, subjects=waiting), alert_ids={})

    def _end_open(self, watched: _Watched, note: str) -> None:
        for subject in watched.state.open_subjects():
            alert_id = watched.alert_ids.get((subject.code, subject.name))
            if alert_id is not None:
                self._recorder.end_alert(EndOrder(alert_id=alert_id, last_seen_at=subject.last_seen_at, note=note))

    def _taken_up(self, camera_id: CameraId, rules: CameraRules, place: CameraPlace) -> _Watched:
        # Alerts about the camera as a device, of a sensor or a licence are no pictures' business: their desks take
        # them up.
        others = self._catalogue.codes_without_pictures
        open_alerts = [each for each in self._recorder.left_open(camera_id) if each.violation.code not in others]
        recent = self._journal.search(
            AlertFilter(camera_id=camera_id, is_open=False), Scope.everything(), None, _RECENT_ALERTS
        )
        return _Watched(
            rules=rules,
            state=taken_up(rules, open_alerts, recent, clock=self._clock(), now=self._now()),
            place=place,
            alert_ids={(alert.violation.code, alert.violation.subject): alert.alert_id for alert in open_alerts},
        )

    def _hand_over(self, watched: _Watched, changes: Changes, observation: Observation, frame: Frame) -> None:
        for ended in changes.ended:
            alert_id = watched.alert_ids.pop((ended.code, ended.name), None)
            if alert_id is not None:
                self._recorder.end_alert(EndOrder(alert_id=alert_id, last_seen_at=ended.last_seen_at, note=ended.note))
        for confirmed in changes.confirmed:
            alert_id, now = AlertId(self._new_id()), self._now()
            metrics.ALERT_SPANS.labels("seen").observe(max(0.0, (now - observation.captured_at).total_seconds()))
            watched.alert_ids[confirmed.code, confirmed.name] = alert_id
            self._recorder.raise_alert(
                RaiseOrder(
                    alert_id=alert_id,
                    violation=self._violation(confirmed, observation, watched.rules.schedule),
                    place=watched.place,
                    observation=observation,
                    frame=frame,
                    raised_at=now,
                )
            )

    def _violation(self, confirmed: Confirmed, observation: Observation, schedule: Schedule) -> Violation:
        risk = self._catalogue.entries[confirmed.code].risk
        day = schedule.local_day(confirmed.confirmed_at)
        return Violation(
            violation_id=ViolationId(self._new_id()),
            camera_id=observation.camera_id,
            zone_id=confirmed.zone_id,
            zone_name=confirmed.zone_name,
            code=confirmed.code,
            code_version=risk.version,
            risk_class=risk.risk_class,
            clause_ids=self._catalogue.clause_ids(confirmed.code, day),
            subject=confirmed.name,
            started_at=confirmed.started_at,
            confirmed_at=confirmed.confirmed_at,
            last_seen_at=confirmed.confirmed_at,
            ended_at=None,
            sightings=confirmed.sightings,
            model=network_behind(self._catalogue.entries[confirmed.code].rule, observation),
        )


def _count(changes: Changes) -> None:
    for code, cause in changes.doubts:
        metrics.ABSTENTIONS.labels(code, cause.value).inc()
    for code in changes.suppressed:
        metrics.SUPPRESSIONS.labels(code).inc()
