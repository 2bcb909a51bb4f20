"""What was seen last through each camera, for people who look on: it stands in the way of nothing."""

from api.ports import Look
from detector.ports import ObservationSink
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId


class LatestLooks:
    """Implements detector.ports.ObservationSink in front of another one, and api.ports.LookSource.

    On the inference thread it costs two looks into dictionaries. The picture is kept for cameras that somebody
    watches only: of the others it would be memory for nobody. Any thread may ask.
    """

    def __init__(self, sink: ObservationSink) -> None:
        self._sink = sink
        self._looks: dict[CameraId, Look] = {}
        self._watched_until: dict[CameraId, float] = {}

    def observe(self, observation: Observation, frame: Frame) -> None:
        is_watched = self._watched_until.get(observation.camera_id, 0.0) >= frame.clock
        self._looks[observation.camera_id] = Look(observation=observation, frame=frame if is_watched else None)
        self._sink.observe(observation, frame)

    def forget(self, camera_id: CameraId) -> None:
        self._looks.pop(camera_id, None)
        self._sink.forget(camera_id)

    def watch(self, camera_id: CameraId, until_clock: float) -> None:
        self._watched_until[camera_id] = until_clock

    def latest(self, camera_id: CameraId) -> Look | None:
        return self._looks.get(camera_id)
