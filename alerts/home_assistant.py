"""Home Assistant finds cameras and sites by itself: discovery messages beside the retained states.

After https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery: a retained configuration on
`<prefix>/<component>/<object id>/config` names the state topic and how to read it.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from alerts.messages import ROOT, json_bytes
from alerts.ports import NameSource, PlaceNames
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.risk import RiskClass

_CAMERA = re.compile(re.escape(ROOT) + r"/sites/([^/]+)/cameras/([^/]+)/state")
_SUMMARY = re.compile(re.escape(ROOT) + r"/sites/([^/]+)/summary")
_OBJECT = re.compile(r"[^A-Za-z0-9_-]")


class RetainedBoard(Protocol):
    """Where retained states are shown. Any thread."""

    def retain(self, topic: str, payload: bytes) -> None: ...

    def clear(self, topic: str) -> None: ...


class DevicePart(BaseModel):
    """What Home Assistant shows as a device: a camera or a site."""

    model_config = ConfigDict(frozen=True)

    identifiers: list[str]
    name: str
    manufacturer: str = "Brightkitchen"
    via_device: str | None = None
    suggested_area: str | None = None


class OriginPart(BaseModel):
    """Who announces it."""

    model_config = ConfigDict(frozen=True)

    name: str = "Brightkitchen"
    support_url: str = "https://brightkitchen.example/docs"


class DiscoveryMessage(BaseModel):
    """One entity's configuration. Retained, and cleared with the state that it is about."""

    model_config = ConfigDict(frozen=True)

    name: str
    unique_id: str
    state_topic: str
    value_template: str
    device: DevicePart
    availability_topic: str
    device_class: str | None = None
    state_class: str | None = None
    options: list[str] | None = None
    json_attributes_topic: str | None = None
    entity_category: str | None = None
    availability_template: str = "{{ value_json.status }}"
    payload_available: str = "online"
    payload_not_available: str = "offline"
    qos: int = 1
    origin: OriginPart = OriginPart()


@dataclass(frozen=True, slots=True)
class Discovery:
    """A configuration and where it goes."""

    topic: str
    message: DiscoveryMessage


def discovery_topic(prefix: str, component: str, object_id: str) -> str:
    return f"{prefix}/{component}/{_OBJECT.sub('_', object_id)}/config"


class HomeAssistantBoard:
    """A board that announces each state to Home Assistant the first time it is shown, and takes that back with it.

    Any thread, like the board that it writes to. A name that changes is announced anew with the next state.
    """

    def __init__(self, board: RetainedBoard, names: NameSource, *, prefix: str, node: str) -> None:
        self._board = board
        self._names = names
        self._prefix = prefix
        self._available = f"{ROOT}/nodes/{node}/status"
        self._announced: dict[str, bytes] = {}

    def retain(self, topic: str, payload: bytes) -> None:
        for one in self._discoveries(topic):
            content = json_bytes(one.message.model_dump(exclude_none=True))
            if self._announced.get(one.topic) != content:
                self._announced[one.topic] = content
                self._board.retain(one.topic, content)
        self._board.retain(topic, payload)

    def clear(self, topic: str) -> None:
        for one in self._discoveries(topic):
            self._announced.pop(one.topic, None)
            self._board.clear(one.topic)
        self._board.clear(topic)

    def _discoveries(self, topic: str) -> list[Discovery]:
        found = _CAMERA.fullmatch(topic)
        if found is not None:
            site_id, camera_id = found.groups()
            names = self._names.names(EnterpriseId(""), SiteId(site_id), CameraId(camera_id))
            return camera_discoveries(
                self._prefix, topic, self._available, site_id=site_id, camera_id=camera_id, names=names
            )
        found = _SUMMARY.fullmatch(topic)
        if found is not None:
            return site_discoveries(self._prefix, topic, self._available, found.group(1))
        return []


def camera_discoveries(
    prefix: str, topic: str, available: str, *, site_id: str, camera_id: str, names: PlaceNames
) -> list[Discovery]:
    """Whether the camera is there, and what is wrong with it."""
    device = DevicePart(
        identifiers=[f"brightkitchen-camera-{camera_id}"],
        name=names.camera or camera_id,
        via_device=f"brightkitchen-site-{site_id}",
        suggested_area=names.site,
    )
    online = DiscoveryMessage(
        name="在线 online",
        unique_id=f"brightkitchen-{camera_id}-online",
        state_topic=topic,
        value_template="{{ 'ON' if value_json.state in ['online', 'degraded'] else 'OFF' }}",
        device=device,
        availability_topic=available,
        device_class="connectivity",
        entity_category="diagnostic",
    )
    state = DiscoveryMessage(
        name="状态 state",
        unique_id=f"brightkitchen-{camera_id}-state",
        state_topic=topic,
        value_template="{{ value_json.state }}",
        device=device,
        availability_topic=available,
        device_class="enum",
        options=["online", "degraded", "offline", "tampered"],
        json_attributes_topic=topic,
        entity_category="diagnostic",
    )
    return [
        Discovery(discovery_topic(prefix, "binary_sensor", f"brightkitchen_{camera_id}_online"), online),
        Discovery(discovery_topic(prefix, "sensor", f"brightkitchen_{camera_id}_state"), state),
    ]


def site_discoveries(prefix: str, topic: str, available: str, site_id: str) -> list[Discovery]:
    """Open alerts by class. They are leads, and no sensor calls them a finding."""
    device = DevicePart(identifiers=[f"brightkitchen-site-{site_id}"], name=f"明厨 {site_id}")
    return [
        Discovery(
            discovery_topic(prefix, "sensor", f"brightkitchen_{site_id}_open_{risk_class.lower()}"),
            DiscoveryMessage(
                name=f"未结束 AI 线索 {risk_class.value} open leads",
                unique_id=f"brightkitchen-{site_id}-open-{risk_class.lower()}",
                state_topic=topic,
                value_template=f"{{{{ value_json.open_alerts['{risk_class.value}'] }}}}",
                device=device,
                availability_topic=available,
                state_class="measurement",
            ),
        )
        for risk_class in RiskClass
    ]
