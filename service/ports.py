"""What the wiring's own parts need of what they wire."""

from collections.abc import Iterable
from typing import Protocol

from alerts.ports import CameraPlace, PlaceNames
from domain.ids import CameraId
from domain.organisation import Camera
from domain.schedule import Schedule
from domain.zone import Zone


class Judge(Protocol):
    """Who applies the rules to a camera; `alerts.pipeline.AlertPipeline` is the real one. Any thread."""

    def configure(
        self,
        camera: Camera,
        zones: Iterable[Zone],
        place: CameraPlace,
        schedule: Schedule,
        names: PlaceNames | None = None,
    ) -> None: ...

    def remove(self, camera_id: CameraId) -> None: ...

    def let_go(self, camera_id: CameraId, wait_seconds: float) -> None:
        """Another process judges the camera from now on. Wait so long for clips that need its packets."""
        ...

    def end_unwatched(self) -> None:
        """End what an earlier process left open on cameras that are not configured now. Raises JournalError."""
        ...


class Board(Protocol):
    """Retained states at the broker; `alerts.mqtt.MqttLink` is the real one. Any thread."""

    def retain(self, topic: str, payload: bytes) -> None: ...

    def clear(self, topic: str) -> None: ...
