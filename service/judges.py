"""All who judge a camera behind one door: the rules over what it sees, and those over the device itself."""

from collections.abc import Iterable, Sequence

from alerts.device_desk import DeviceDesk
from alerts.pipeline import AlertPipeline
from alerts.ports import CameraPlace, PlaceNames
from domain.alert import Alert
from domain.ids import CameraId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.zone import Zone
from service.asked_for import AskedFor
from service.guarded_parts import GuardedZones
from service.marked_zones import MarkedZones
from streams.ports import StreamState, StreamStatus


class Judges:
    """Implements service.ports.Judge. Any thread."""

    def __init__(
        self,
        pipeline: AlertPipeline,
        devices: DeviceDesk,
        marked: MarkedZones,
        guarded: GuardedZones | None = None,
        asked: AskedFor | None = None,
    ) -> None:
        self._asked = asked or AskedFor()
        self._pipeline = pipeline
        self._devices = devices
        self._marked = marked
        self._guarded = guarded or GuardedZones(lambda _camera_id, _zones: None)

    def configure(
        self,
        camera: Camera,
        zones: Iterable[Zone],
        place: CameraPlace,
        schedule: Schedule,
        names: PlaceNames | None = None,
    ) -> None:
        known = tuple(zones)
        self._guarded.configure(camera.camera_id, known)  # first: what must not be seen is black before anybody looks
        self._marked.configure(camera.camera_id, known, schedule)
        self._pipeline.configure(camera, known, place, schedule, names)
        self._devices.configure(camera, place, schedule)
        self._asked.configure(camera, known, place, schedule)

    def remove(self, camera_id: CameraId) -> None:
        """The pipeline goes after all that may have an alert open: it waits until what was ordered is written."""
        self._devices.remove(camera_id)
        self._asked.remove(camera_id)
        self._pipeline.remove(camera_id)
        self._marked.remove(camera_id)
        self._guarded.remove(camera_id)

    def let_go(self, camera_id: CameraId, wait_seconds: float) -> None:
        """In the order of `remove`, and for the same reason."""
        self._devices.let_go(camera_id)
        self._asked.let_go(camera_id)
        self._pipeline.let_go(camera_id, wait_seconds)

    def is_watched(self, camera_id: CameraId) -> bool:
        return self._pipeline.is_watched(camera_id)

    def lasted_seconds(self, alert: Alert) -> float | None:
        """As the rules over pictures saw it, or else the sensors."""
        seen = self._pipeline.lasted_seconds(alert)
        desk = self._asked.sensor_desk
        return desk.lasted_seconds(alert) if seen is None and desk is not None else seen

    def end_unwatched(self) -> None:
        self._pipeline.end_unwatched()

    def recording_ended(self, camera_id: CameraId) -> None:
        self._pipeline.recording_ended(camera_id)
        self._devices.recording_ended(camera_id)

    def seen(self, statuses: Sequence[StreamStatus]) -> None:
        """How all cameras are now. A recording that is over is no camera that is offline."""
        for status in statuses:
            if status.state is not StreamState.ENDED:
                self._devices.seen(status.camera_id, status.condition.value, status.cause, status.clock_offset_seconds)
