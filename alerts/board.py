"""What is known now, as retained states on the broker: cameras and sites at a glance."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, Protocol

from alerts.messages import CameraStateMessage, SiteSummaryMessage, camera_topic, summary_topic
from domain.ids import CameraId, SiteId
from domain.risk import RiskClass

CameraState = Literal["online", "degraded", "offline", "tampered"]


class RetainingLink(Protocol):
    """Where retained states go; `alerts.mqtt.MqttLink`."""

    def retain(self, topic: str, payload: bytes) -> None: ...

    def clear(self, topic: str) -> None: ...


class StateBoard:
    """Publishes states when they change, and only then. Any thread; nothing here waits for the broker."""

    def __init__(self, link: RetainingLink, now: Callable[[], datetime]) -> None:
        self._link = link
        self._now = now
        self._lock = threading.Lock()
        self._shown: dict[str, object] = {}

    def camera(
        self, site_id: SiteId, camera_id: CameraId, state: CameraState, since: datetime, cause: str | None = None
    ) -> None:
        message = CameraStateMessage(site_id=site_id, camera_id=camera_id, state=state, since=since, cause=cause)
        self._show(camera_topic(site_id, camera_id), message, message.as_bytes())

    def camera_removed(self, site_id: SiteId, camera_id: CameraId) -> None:
        self._clear(camera_topic(site_id, camera_id))

    def summary(
        self, site_id: SiteId, open_alerts: Mapping[RiskClass, int], *, cameras_online: int, cameras_total: int
    ) -> None:
        """The site's figures; classes without an open alert are named with 0."""
        counts = {risk_class: open_alerts.get(risk_class, 0) for risk_class in RiskClass}
        message = SiteSummaryMessage(
            site_id=site_id,
            at=self._now(),
            open_alerts=counts,
            cameras_online=cameras_online,
            cameras_total=cameras_total,
        )
        self._show(summary_topic(site_id), (counts, cameras_online, cameras_total), message.as_bytes())

    def site_removed(self, site_id: SiteId) -> None:
        self._clear(summary_topic(site_id))

    def _show(self, topic: str, state: object, payload: bytes) -> None:
        with self._lock:
            if self._shown.get(topic) == state:
                return
            self._shown[topic] = state
            self._link.retain(topic, payload)

    def _clear(self, topic: str) -> None:
        with self._lock:
            self._shown.pop(topic, None)
            self._link.clear(topic)
