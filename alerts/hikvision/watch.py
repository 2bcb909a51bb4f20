"""What a device says, second by second, becomes findings with a beginning and an end. Pure but for the sink."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from alerts import metrics
from alerts.hikvision.event import DeviceEvent
from alerts.hikvision.files import Meaning, Meanings
from alerts.nodes.findings import FindingRefusedError
from domain.alert import Alert
from domain.geometry import Box
from domain.ids import CameraId, NodeId

log = structlog.get_logger(__name__)

PREFIX = "isapi"
# A device whose clock is further off is not believed: the moment of arrival counts.
_MOST_CLOCK_OFF = timedelta(minutes=5)

Take = Callable[[NodeId, bytes], object]
Insist = Callable[[Callable[[], object]], object]


@dataclass(slots=True)
class _Standing:
    """A finding that lasts. `heard_clock` is when it was last said, on the monotonic clock."""

    finding_id: str
    camera_id: CameraId
    code: str
    started_at: datetime
    last_at: datetime
    ends_after_seconds: float
    heard_clock: float


@dataclass(slots=True, kw_only=True)
class DeviceWatch:
    """One device's events, on one thread. `take` is the finding desk.

    A finding begins with the first event and ends when it was not said again for the mapping's time, dated by the last
    event. While the device is not heard nothing ends: `heard_again` gives everything its time anew.
    """

    node_id: NodeId
    cameras: Mapping[int, CameraId]
    meanings: Meanings
    take: Take
    clock: Callable[[], float]
    now: Callable[[], datetime]
    insist: Insist = field(default=lambda act: act())
    """Calls until nothing temporary is in the way: a device says many things only once."""
    _standing: dict[tuple[CameraId, str], _Standing] = field(default_factory=dict, init=False)
    _unknown: set[str] = field(default_factory=set, init=False)
    _is_clock_told: bool = field(default=False, init=False)

    def resume(self, alerts: Iterable[Alert]) -> None:
        """Take up what an earlier process left open: open alerts of the device's cameras."""
        for alert in alerts:
            violation = alert.violation
            finding_id = violation.subject.removeprefix("finding-")
            is_ours = alert.origin is not None and alert.origin.node_id == self.node_id
            if not is_ours or not finding_id.startswith(PREFIX):
                continue
            lines = [line for line in self.meanings.lines if line.code == violation.code]
            self._standing[violation.camera_id, violation.code] = _Standing(
                finding_id=finding_id,
                camera_id=violation.camera_id,
                code=violation.code,
                started_at=violation.started_at,
                last_at=violation.last_seen_at,
                ends_after_seconds=max((line.ends_after_seconds for line in lines), default=300.0),
                heard_clock=self.clock(),
            )

    def heard_again(self) -> None:
        """A connection stands: what was said before it had no chance to be said again until now."""
        for standing in self._standing.values():
            standing.heard_clock = self.clock()

    def hear(self, event: DeviceEvent) -> None:
        """One event, in the order in which they came."""
        if not event.is_active:
            metrics.DEVICE_EVENTS.labels(self.node_id, "heartbeat" if event.is_heartbeat else "inactive").inc()
            return
        meaning, camera_id = self.meanings.of(event), self.cameras.get(event.channel)
        if meaning is None or camera_id is None:
            self._note_unknown(event, has_meaning=meaning is not None)
            return
        at = self._time_of(event)
        standing = self._standing.get((camera_id, meaning.code))
        if standing is not None:
            standing.heard_clock, standing.last_at = self.clock(), max(standing.last_at, at)
            metrics.DEVICE_EVENTS.labels(self.node_id, "lasting").inc()
            return
        self._begin(event, meaning, camera_id, at)

    def end_what_is_over(self) -> None:
        """Call now and then while the device is heard."""
        for key, standing in list(self._standing.items()):
            if self.clock() - standing.heard_clock >= standing.ends_after_seconds:
                self._send(standing, ended_at=standing.last_at.isoformat())
                del self._standing[key]

    def _begin(self, event: DeviceEvent, meaning: Meaning, camera_id: CameraId, at: datetime) -> None:
        finding_id = f"{PREFIX}-{event.type[:32]}-{event.channel}-{int(at.timestamp() * 1000)}"
        standing = _Standing(
            finding_id=finding_id,
            camera_id=camera_id,
            code=meaning.code,
            started_at=at,
            last_at=at,
            ends_after_seconds=meaning.ends_after_seconds,
            heard_clock=self.clock(),
        )
        boxes = [_box_part(event, event.box)] if event.box is not None else []
        if self._send(standing, lasts=True, boxes=boxes):
            self._standing[camera_id, meaning.code] = standing
            metrics.DEVICE_EVENTS.labels(self.node_id, "begun").inc()

    def _send(self, standing: _Standing, **more: Any) -> bool:
        told = {
            "finding_id": standing.finding_id,
            "camera_id": standing.camera_id,
            "code": standing.code,
            "started_at": standing.started_at.isoformat(),
            "captured_at": standing.started_at.isoformat(),
            "model": {"name": f"hikvision-isapi:{self.node_id}", "version": self.meanings.version, "sha256": ""},
            **more,
        }
        try:
            content = json.dumps(told).encode()
            self.insist(lambda: self.take(self.node_id, content))
        except FindingRefusedError as error:
            metrics.DEVICE_EVENTS.labels(self.node_id, "refused").inc()
            if f"{standing.code} {error.reason}" not in self._unknown:
                self._unknown.add(f"{standing.code} {error.reason}")
                log.error("device_event_refused", node=self.node_id, reason=error.reason, detail=error.detail)  # noqa: TRY400
            return False
        return True

    def _time_of(self, event: DeviceEvent) -> datetime:
        now = self.now()
        if event.at is None or abs(event.at - now) > _MOST_CLOCK_OFF:
            if event.at is not None and not self._is_clock_told:
                self._is_clock_told = True
                log.warning(
                    "device_clock_not_believed", node=self.node_id, offset_seconds=(event.at - now).total_seconds()
                )
            return now
        return event.at.astimezone(now.tzinfo)

    def _note_unknown(self, event: DeviceEvent, *, has_meaning: bool) -> None:
        metrics.DEVICE_EVENTS.labels(self.node_id, "unknown_channel" if has_meaning else "unmapped").inc()
        key = f"{event.type}/{event.target}/{event.channel if has_meaning else ''}"
        if key not in self._unknown and len(self._unknown) < 1000:
            self._unknown.add(key)
            log.info(
                "device_event_without_meaning",
                node=self.node_id,
                type=event.type,
                target=event.target,
                channel=event.channel,
                description=event.description,
            )


def _box_part(event: DeviceEvent, box: Box) -> dict[str, Any]:
    """Devices tell no score."""
    return {
        "label": event.target or event.type,
        "confidence": 1.0,
        "left": box.left,
        "top": box.top,
        "right": box.right,
        "bottom": box.bottom,
    }
