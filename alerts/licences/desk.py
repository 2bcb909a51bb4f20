"""From the dates of licences to alerts, and the way to the recorder."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from alerts import metrics
from alerts.catalogue import Catalogue
from alerts.licences.ports import Licence, LicenceBook
from alerts.licences.rule import (
    LicenceRule,
    LicenceStanding,
    LicenceStep,
    licence_note,
    licence_step,
    notice_days,
    standing_of,
)
from alerts.orders import EndOrder, RaiseOrder
from alerts.pipeline import REMOVED_NOTE
from alerts.ports import AlertJournal, CameraPlace
from alerts.recorder import Recorder
from domain.detection import ModelReference
from domain.ids import AlertId, CameraId, EnterpriseId, ViolationId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.violation import Violation

JUDGE_NAME = "registry"
SUBJECT = "licence"
_NOT_JUDGED_NOTE = "no longer judged here"


@dataclass(frozen=True, slots=True)
class _Place:
    place: CameraPlace
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class _Open:
    """An alert of this desk, on a camera that was configured here."""

    camera_id: CameraId
    enterprise_id: EnterpriseId
    code: str


@dataclass(frozen=True, slots=True)
class _Moment:
    """Now, by the wall of the site that an enterprise's days are counted at."""

    at: datetime
    day: date
    wall: time


class LicenceDesk:
    """`configure`, `remove` and `let_go` may be called from any thread, `look` from one at a time.

    An alert of it has no evidence, and belongs to the enterprise's bearer (see Licence): only the process that watches
    that camera raises one, and none while one is open on any camera of the enterprise. An open alert outlives the
    process. An enterprise of which no camera was configured here is not looked at.
    """

    def __init__(
        self,
        book: LicenceBook,
        *,
        catalogue: Catalogue,
        journal: AlertJournal,
        recorder: Recorder,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._catalogue = catalogue
        self._rules: Mapping[str, LicenceRule] = catalogue.judged_licence_rules
        self._notice_days = notice_days(self._rules.values())
        self._journal = journal
        self._recorder = recorder
        self._new_id = new_id
        self._now = now
        self._lock = threading.Lock()
        self._places: dict[CameraId, _Place] = {}
        self._open: dict[AlertId, _Open] = {}
        self._judged: dict[tuple[EnterpriseId, str], date] = {}
        self._looked: dict[EnterpriseId, date] = {}
        self._standings: dict[EnterpriseId, LicenceStanding] = {}

    def configure(self, camera: Camera, place: CameraPlace, schedule: Schedule) -> None:
        """Begin to look at the licence of a camera's enterprise, or look again: something about it is otherwise now.

        Raises JournalError if the camera is new here and the database cannot be read; nothing has changed then.
        """
        with self._lock:
            is_known = camera.camera_id in self._places
        open_alerts = [] if is_known else self._recorder.left_open(camera.camera_id)
        with self._lock:
            self._places[camera.camera_id] = _Place(place, schedule)
            for alert in open_alerts:
                if alert.violation.code in self._catalogue.licence_rules:
                    self._open[alert.alert_id] = _Open(camera.camera_id, place.enterprise_id, alert.violation.code)
            self._look_again_at(place.enterprise_id)

    def remove(self, camera_id: CameraId) -> None:
        """The camera goes: what was open on it has ended, and the next look may raise it on another camera."""
        with self._lock:
            for alert_id in self._leave(camera_id):
                self._end(alert_id, REMOVED_NOTE)

    def let_go(self, camera_id: CameraId) -> None:
        """Another process watches the camera now: what is open stays open."""
        with self._lock:
            self._leave(camera_id)

    def look(self) -> None:
        """Judge what is due, and end what is over. Raises JournalError if the database cannot be read."""
        with self._lock:
            enterprises: dict[EnterpriseId, _Place] = {}
            for _, found in sorted(self._places.items()):
                enterprises.setdefault(found.place.enterprise_id, found)
        for enterprise_id, found in enterprises.items():
            moment = self._moment(found.schedule)
            if self._is_due(enterprise_id, moment):
                self._judge(enterprise_id, moment)
        counts = Counter(self.standings().values())
        for standing in LicenceStanding:
            metrics.LICENCES.labels(standing.value).set(counts[standing])

    def standings(self) -> dict[EnterpriseId, LicenceStanding]:
        """What the last look knew of each enterprise that is judged by this process."""
        with self._lock:
            return dict(self._standings)

    def _moment(self, schedule: Schedule) -> _Moment:
        at = self._now()
        return _Moment(at, schedule.local_day(at), schedule.local_time(at))

    def _is_due(self, enterprise_id: EnterpriseId, moment: _Moment) -> bool:
        with self._lock:
            if any(each.enterprise_id == enterprise_id for each in self._open.values()):
                return True
            return self._looked.get(enterprise_id) != moment.day or any(
                moment.wall >= rule.judged_at and self._judged.get((enterprise_id, code)) != moment.day
                for code, rule in self._rules.items()
            )

    def _judge(self, enterprise_id: EnterpriseId, moment: _Moment) -> None:
        licence = self._book.licence(enterprise_id)
        if licence is None:
            return
        elsewhere = self._open_elsewhere(licence)
        with self._lock:
            self._end_what_is_over(enterprise_id, licence, moment)
            bearer = self._places.get(licence.bearer) if licence.bearer is not None else None
            if licence.bearer is None or bearer is None or bearer.place.enterprise_id != enterprise_id:
                self._standings.pop(enterprise_id, None)
            else:
                self._standings[enterprise_id] = standing_of(licence.valid_to, moment.day, self._notice_days)
                self._raise_what_is_due(licence.bearer, bearer, licence, moment, elsewhere)
            self._looked[enterprise_id] = moment.day
            for code, rule in self._rules.items():
                # What is open elsewhere may end in a moment, and then this process has its turn still.
                if moment.wall >= rule.judged_at and code not in elsewhere:
                    self._judged[enterprise_id, code] = moment.day

    def _open_elsewhere(self, licence: Licence) -> frozenset[str]:
        """Codes of which an alert is open on a camera of the enterprise that another process watches."""
        with self._lock:
            others = [camera_id for camera_id in licence.cameras if camera_id not in self._places]
        found = (alert.violation.code for camera_id in others for alert in self._journal.open_alerts(camera_id))
        return frozenset(found) & self._rules.keys()

    def _end_what_is_over(self, enterprise_id: EnterpriseId, licence: Licence, moment: _Moment) -> None:
        mine = [(alert_id, each.code) for alert_id, each in self._open.items() if each.enterprise_id == enterprise_id]
        for alert_id, code in mine:
            rule = self._rules.get(code)
            if rule is None:
                self._end(alert_id, _NOT_JUDGED_NOTE)
            elif self._step(rule, licence, moment, is_open=True, is_judged=False) is LicenceStep.ENDED:
                self._end(alert_id, f"有效期至 (valid to) {licence.valid_to}")

    def _raise_what_is_due(
        self, camera_id: CameraId, place: _Place, licence: Licence, moment: _Moment, elsewhere: frozenset[str]
    ) -> None:
        enterprise_id = place.place.enterprise_id
        is_open = elsewhere | {each.code for each in self._open.values() if each.enterprise_id == enterprise_id}
        for code, rule in self._rules.items():
            is_judged = self._judged.get((enterprise_id, code)) == moment.day
            if code in is_open or licence.valid_to is None:
                continue
            if self._step(rule, licence, moment, is_open=False, is_judged=is_judged) is LicenceStep.RAISED:
                note = licence_note(licence.number, licence.valid_to, moment.day)
                self._raise(camera_id, place, code, moment, note)

    def _step(
        self, rule: LicenceRule, licence: Licence, moment: _Moment, *, is_open: bool, is_judged: bool
    ) -> LicenceStep | None:
        return licence_step(
            rule, licence.valid_to, day=moment.day, at=moment.wall, is_open=is_open, is_judged=is_judged
        )

    def _raise(self, camera_id: CameraId, place: _Place, code: str, moment: _Moment, note: str) -> None:
        alert_id = AlertId(self._new_id())
        self._open[alert_id] = _Open(camera_id, place.place.enterprise_id, code)
        risk = self._catalogue.entries[code].risk
        violation = Violation(
            violation_id=ViolationId(self._new_id()),
            camera_id=camera_id,
            zone_id=None,
            zone_name=None,
            code=code,
            code_version=risk.version,
            risk_class=risk.risk_class,
            clause_ids=self._catalogue.clause_ids(code, moment.day),
            subject=SUBJECT,
            started_at=moment.at,
            confirmed_at=moment.at,
            last_seen_at=moment.at,
            ended_at=None,
            sightings=(),
            model=ModelReference(name=JUDGE_NAME, version=risk.version, sha256=""),
        )
        self._recorder.raise_alert(
            RaiseOrder(
                alert_id=alert_id,
                violation=violation,
                place=place.place,
                observation=None,
                frame=None,
                raised_at=moment.at,
                note=note,
            )
        )

    def _end(self, alert_id: AlertId, note: str) -> None:
        self._open.pop(alert_id, None)
        self._recorder.end_alert(EndOrder(alert_id=alert_id, last_seen_at=self._now(), note=note))

    def _leave(self, camera_id: CameraId) -> list[AlertId]:
        """Forget a camera; returns the alerts that were open on it, which are forgotten by whoever asks."""
        found = self._places.pop(camera_id, None)
        if found is not None:
            self._look_again_at(found.place.enterprise_id)
        mine = [alert_id for alert_id, each in self._open.items() if each.camera_id == camera_id]
        for alert_id in mine:
            del self._open[alert_id]
        return mine

    def _look_again_at(self, enterprise_id: EnterpriseId) -> None:
        """The bearer or the dates may be others now, so the day's turn is taken again."""
        self._looked.pop(enterprise_id, None)
        self._standings.pop(enterprise_id, None)
        for code in self._rules:
            self._judged.pop((enterprise_id, code), None)
