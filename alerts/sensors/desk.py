"""From readings of sensors to alerts, and the way to the recorder."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts import metrics
from alerts.awake import is_awake
from alerts.catalogue import Catalogue
from alerts.orders import EndOrder, RaiseOrder
from alerts.ports import CameraPlace
from alerts.recorder import Recorder
from alerts.sensors.rule import SensorStanding, SensorState, SensorStep, advance_sensor, state_of
from alerts.sensors.sensors_file import Sensor
from domain.alert import Alert
from domain.detection import ModelReference
from domain.ids import AlertId, CameraId, ViolationId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.violation import Violation

JUDGE_NAME = "sensor"
REMOVED_NOTE = "camera removed"


def subject_of(sensor: Sensor) -> str:
    return f"sensor-{sensor.sensor_id}"


@dataclass(slots=True)
class _Place:
    """A camera's place and hours, which are those of its sensors."""

    place: CameraPlace
    schedule: Schedule


class SensorDesk:
    """`reading` may be called from any thread and returns in milliseconds; so may all others.

    An alert of a sensor has no evidence. A sensor whose camera was not configured raises nothing. An open alert
    outlives the process; its cool-down and what was about to be raised do not.
    """

    def __init__(
        self,
        sensors: Iterable[Sensor],
        *,
        catalogue: Catalogue,
        recorder: Recorder,
        new_id: Callable[[], str],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._sensors: Mapping[str, Sensor] = {each.sensor_id: each for each in sensors}
        self._rules = catalogue.sensor_rules
        self._catalogue = catalogue
        self._recorder = recorder
        self._new_id = new_id
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._places: dict[CameraId, _Place] = {}
        self._standings: dict[str, SensorStanding] = {}
        self._alert_ids: dict[str, AlertId] = {}

    @property
    def sensors(self) -> Mapping[str, Sensor]:
        """All that the file names, by id."""
        return self._sensors

    def configure(self, camera: Camera, place: CameraPlace, schedule: Schedule) -> None:
        """Begin to judge the sensors of a camera's place, or judge them by other hours.

        Raises JournalError if the camera is new here and the database cannot be read; nothing has changed then.
        """
        with self._lock:
            is_known = camera.camera_id in self._places
        open_alerts = [] if is_known else self._recorder.left_open(camera.camera_id)
        with self._lock:
            self._places[camera.camera_id] = _Place(place, schedule)
            for alert in open_alerts:
                self._take_up(alert)

    def remove(self, camera_id: CameraId) -> None:
        """The camera goes, and its sensors are judged no more: what was open has ended."""
        with self._lock:
            self._places.pop(camera_id, None)
            for sensor in self._of(camera_id):
                self._end(sensor, self._standings.pop(sensor.sensor_id, SensorStanding()), REMOVED_NOTE)

    def let_go(self, camera_id: CameraId) -> None:
        """Another process judges them now: what is open stays open."""
        with self._lock:
            self._places.pop(camera_id, None)
            for sensor in self._of(camera_id):
                self._standings.pop(sensor.sensor_id, None)
                self._alert_ids.pop(sensor.sensor_id, None)

    def reading(self, sensor_id: str, value: float | None) -> None:
        """A sensor was read now; None: it sent something that is no number, which is no data."""
        sensor = self._sensors[sensor_id]
        metrics.SENSOR_READINGS.labels(sensor_id, "unreadable" if value is None else "read").inc()
        if value is None:
            return
        clock, at = self._clock(), self._now()
        metrics.SENSOR_READ_AT.labels(sensor_id).set(at.timestamp())
        with self._lock:
            place = self._places.get(sensor.camera_id)
            if place is None:
                return
            rule = self._rules[sensor.code]
            standing, step = advance_sensor(
                rule,
                sensor.allowed,
                self._standings.get(sensor_id, SensorStanding()),
                value,
                clock=clock,
                at=at,
                is_awake=is_awake(rule, place.schedule, at),
            )
            self._standings[sensor_id] = standing
            if step is SensorStep.RAISED:
                self._raise(sensor, standing, value, place, at)
            elif step is SensorStep.ENDED:
                self._end(sensor, standing, f"{value:g} {sensor.unit}".strip())

    def states(self) -> dict[str, SensorState]:
        """What is known of each sensor now. Silence is no data, also while an alert is open."""
        clock = self._clock()
        with self._lock:
            return {
                sensor_id: state_of(self._rules[sensor.code], self._standings.get(sensor_id, SensorStanding()), clock)
                for sensor_id, sensor in self._sensors.items()
            }

    def lasted_seconds(self, alert: Alert) -> float | None:
        """Seconds between readings out of range, in this process; None: no alert of a sensor that is judged here."""
        violation = alert.violation
        with self._lock:
            for sensor in self._of(violation.camera_id):
                if (sensor.code, subject_of(sensor)) == (violation.code, violation.subject):
                    standing = self._standings.get(sensor.sensor_id)
                    return standing.out_seconds if standing is not None and standing.is_open else None
        return None

    def _of(self, camera_id: CameraId) -> list[Sensor]:
        return [sensor for sensor in self._sensors.values() if sensor.camera_id == camera_id]

    def _take_up(self, alert: Alert) -> None:
        violation = alert.violation
        for sensor in self._of(violation.camera_id):
            if (sensor.code, subject_of(sensor)) == (violation.code, violation.subject):
                self._standings[sensor.sensor_id] = SensorStanding(
                    is_open=True, is_out=True, out_at=violation.started_at, last_out_at=violation.last_seen_at
                )
                self._alert_ids[sensor.sensor_id] = alert.alert_id
                return
        if violation.code in self._rules:  # of a sensor that is named no more
            order = EndOrder(alert_id=alert.alert_id, last_seen_at=violation.last_seen_at, note="sensor removed")
            self._recorder.end_alert(order)

    def _raise(self, sensor: Sensor, standing: SensorStanding, value: float, place: _Place, at: datetime) -> None:
        alert_id = AlertId(self._new_id())
        self._alert_ids[sensor.sensor_id] = alert_id
        risk = self._catalogue.entries[sensor.code].risk
        violation = Violation(
            violation_id=ViolationId(self._new_id()),
            camera_id=sensor.camera_id,
            zone_id=None,
            zone_name=sensor.name,
            code=sensor.code,
            code_version=risk.version,
            risk_class=risk.risk_class,
            clause_ids=self._catalogue.clause_ids(sensor.code, place.schedule.local_day(at)),
            subject=subject_of(sensor),
            started_at=standing.out_at or at,
            confirmed_at=at,
            last_seen_at=at,
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
                raised_at=at,
                note=f"{sensor.name}: {value:g} {sensor.unit}".rstrip() + f" ({sensor.allowed})",
            )
        )

    def _end(self, sensor: Sensor, standing: SensorStanding, note: str) -> None:
        alert_id = self._alert_ids.pop(sensor.sensor_id, None)
        if alert_id is not None:
            last_seen_at = standing.last_out_at or self._now()
            self._recorder.end_alert(EndOrder(alert_id=alert_id, last_seen_at=last_seen_at, note=note))
