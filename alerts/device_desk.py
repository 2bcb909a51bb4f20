"""From the conditions of cameras to alerts about devices, and the way to the recorder."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from alerts.awake import is_awake
from alerts.catalogue import Catalogue
from alerts.device_rule import DeviceRule, DeviceStanding, DeviceStep, advance_device
from alerts.orders import EndOrder, RaiseOrder
from alerts.pipeline import REMOVED_NOTE
from alerts.ports import CameraPlace
from alerts.recorder import Recorder
from domain.alert import Alert
from domain.detection import ModelReference
from domain.ids import AlertId, CameraId, ViolationId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.violation import Violation

SUBJECT = "camera"
# Who judged: no network did, so there is no file with a checksum.
JUDGE_NAME = "camera-watch"


@dataclass(slots=True, kw_only=True)
class _Device:
    place: CameraPlace
    schedule: Schedule
    rules: Mapping[str, DeviceRule]
    standings: dict[str, DeviceStanding] = field(default_factory=dict)
    alert_ids: dict[str, AlertId] = field(default_factory=dict)
    is_over: bool = False


class DeviceDesk:
    """Judges cameras as devices, by the codes whose rule is of kind "device". Any thread; only `configure` may wait.

    An alert of it has no evidence: where there is no picture there is nothing to show. A camera that was not
    configured raises nothing. An open alert outlives the process; its cool-down does not.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        recorder: Recorder,
        new_id: Callable[[], str],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._catalogue = catalogue
        self._recorder = recorder
        self._new_id = new_id
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._devices: dict[CameraId, _Device] = {}

    def configure(self, camera: Camera, place: CameraPlace, schedule: Schedule) -> None:
        """Begin to judge a camera, or judge it by other codes or hours.

        Raises JournalError if the camera is new here and the database cannot be read; nothing has changed then.
        """
        rules = self._catalogue.device_rules_for(camera.codes)
        with self._lock:
            known = self._devices.get(camera.camera_id)
            if known is not None:
                known.place, known.schedule, known.rules, known.is_over = place, schedule, rules, False
                return
        open_alerts = self._recorder.left_open(camera.camera_id)
        device = _Device(place=place, schedule=schedule, rules=rules)
        for alert in open_alerts:
            if alert.violation.code in self._catalogue.device_codes:
                device.standings[alert.violation.code] = self._taken_up(alert)
                device.alert_ids[alert.violation.code] = alert.alert_id
        with self._lock:
            self._devices.setdefault(camera.camera_id, device)

    def remove(self, camera_id: CameraId) -> None:
        """Judge the camera no more: what was open has ended, for nobody looks any longer."""
        with self._lock:
            device = self._devices.pop(camera_id, None)
            if device is not None:
                self._end(device, tuple(device.alert_ids), REMOVED_NOTE)

    def let_go(self, camera_id: CameraId) -> None:
        """Judge the camera no more, because another process does: what is open stays open."""
        with self._lock:
            self._devices.pop(camera_id, None)

    def recording_ended(self, camera_id: CameraId) -> None:
        """The camera is a recording that was played to its end: that it is silent now is no fault."""
        with self._lock:
            device = self._devices.get(camera_id)
            if device is not None and not device.is_over:
                device.is_over = True
                self._end(device, tuple(device.alert_ids), "recording ended")

    def seen(self, camera_id: CameraId, condition: str, cause: str | None, clock_offset: float | None = None) -> None:
        """How the camera is now; to be said about once a second. `cause` goes with the alert as its note.

        `clock_offset`: the camera's own clock less ours in seconds, where it is known; the note of an alert about that.
        """
        clock, at = self._clock(), self._now()
        with self._lock:
            device = self._devices.get(camera_id)
            if device is None or device.is_over:
                return
            self._end(device, tuple(set(device.alert_ids) - set(device.rules)), "no longer judged here")
            for code, rule in device.rules.items():
                standing, step = advance_device(
                    rule,
                    device.standings.get(code, DeviceStanding()),
                    condition,
                    clock=clock,
                    at=at,
                    is_awake=is_awake(rule, device.schedule, at),
                    clock_offset=clock_offset,
                )
                if step is DeviceStep.ENDED:
                    self._end(device, (code,), "")
                device.standings[code] = standing
                if step is DeviceStep.RAISED:
                    is_clock = rule.clock_offset_seconds is not None
                    note = f"clock {clock_offset:+.0f} s" if is_clock and clock_offset is not None else cause or ""
                    self._raise(device, camera_id, code, standing, note)

    def _taken_up(self, alert: Alert) -> DeviceStanding:
        clock, violation = self._clock(), alert.violation
        return DeviceStanding(
            is_open=True,
            broken_since=clock,
            broken_at=violation.started_at,
            last_broken=clock,
            last_broken_at=violation.last_seen_at,
        )

    def _raise(self, device: _Device, camera_id: CameraId, code: str, standing: DeviceStanding, note: str) -> None:
        alert_id = AlertId(self._new_id())
        device.alert_ids[code] = alert_id
        at = self._now()
        self._recorder.raise_alert(
            RaiseOrder(
                alert_id=alert_id,
                violation=self._violation(camera_id, code, standing, at, device.schedule.local_day(at)),
                place=device.place,
                observation=None,
                frame=None,
                raised_at=at,
                note=note,
            )
        )

    def _violation(
        self, camera_id: CameraId, code: str, standing: DeviceStanding, at: datetime, day: date
    ) -> Violation:
        risk = self._catalogue.entries[code].risk
        return Violation(
            violation_id=ViolationId(self._new_id()),
            camera_id=camera_id,
            zone_id=None,
            zone_name=None,
            code=code,
            code_version=risk.version,
            risk_class=risk.risk_class,
            clause_ids=self._catalogue.clause_ids(code, day),
            subject=SUBJECT,
            started_at=standing.broken_at or at,
            confirmed_at=at,
            last_seen_at=standing.last_broken_at or at,
            ended_at=None,
            sightings=(),
            model=ModelReference(name=JUDGE_NAME, version=risk.version, sha256=""),
        )

    def _end(self, device: _Device, codes: Iterable[str], note: str) -> None:
        for code in codes:
            standing = device.standings.pop(code, DeviceStanding())
            alert_id = device.alert_ids.pop(code, None)
            if alert_id is not None:
                last_seen_at = standing.last_broken_at or self._now()
                self._recorder.end_alert(EndOrder(alert_id=alert_id, last_seen_at=last_seen_at, note=note))
