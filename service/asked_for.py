"""What watches beside the rules over pictures: the log of looks and sensors where somebody asked, and licences."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.ports import CameraPlace
from alerts.sensors.desk import SensorDesk
from alerts.sensors.listener import SensorListener
from detector.ports import ObservationSink
from domain.ids import CameraId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.zone import Zone
from service.detection_log import DetectionLog, LoggedLooks
from service.licences import LicenceWatch
from service.sensors import Sensors


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """Log and sensors are None unless the settings name them. Any thread."""

    look_log: DetectionLog | None = None
    sensors: Sensors | None = None
    licences: LicenceWatch | None = None

    @property
    def sensor_desk(self) -> SensorDesk | None:
        return self.sensors.desk if self.sensors else None

    @property
    def threads(self) -> list[DetectionLog | SensorListener | LicenceWatch]:
        """What is to be started and stopped."""
        parts = (self.look_log, self.sensors.listener if self.sensors else None, self.licences)
        return [part for part in parts if part is not None]

    def logged(self, sink: ObservationSink) -> ObservationSink:
        """The sink, with each look put on the log before it is judged."""
        return LoggedLooks(sink, self.look_log) if self.look_log else sink

    def configure(self, camera: Camera, zones: Sequence[Zone], place: CameraPlace, schedule: Schedule) -> None:
        """Raises JournalError where the database cannot be read."""
        if self.sensors is not None:
            self.sensors.desk.configure(camera, place, schedule)
        if self.look_log is not None:
            self.look_log.configure(camera, zones, schedule)
        if self.licences is not None:
            self.licences.desk.configure(camera, place, schedule)
            self.licences.wake()

    def remove(self, camera_id: CameraId) -> None:
        if self.sensors is not None:
            self.sensors.desk.remove(camera_id)
        if self.look_log is not None:
            self.look_log.remove(camera_id)
        if self.licences is not None:
            self.licences.desk.remove(camera_id)
            self.licences.wake()

    def let_go(self, camera_id: CameraId) -> None:
        if self.sensors is not None:
            self.sensors.desk.let_go(camera_id)
        if self.look_log is not None:
            self.look_log.remove(camera_id)
        if self.licences is not None:
            self.licences.desk.let_go(camera_id)
