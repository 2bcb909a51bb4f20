"""One EventNotificationAlert, from XML or JSON. Pure."""

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.geometry import Box

LONGEST_EVENT = 1024 * 1024
# Coordinates of detection targets are thousandths of the picture.
_SCALE = 1000.0


class EventError(ValueError):
    """A part that should be an event is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent:
    """What a device says. `type` is its word in small letters; `at` is its clock's time, None where it names none.

    `is_active` false ends what an earlier one began. `channel` is that of the picture: 1 on a camera.
    """

    type: str
    is_active: bool
    channel: int
    at: datetime | None
    target: str | None = None
    description: str = ""
    box: Box | None = None

    @property
    def is_heartbeat(self) -> bool:
        """Devices without news say every few seconds that no picture is lost."""
        return self.type == "videoloss" and not self.is_active


def read_event(media_type: str, content: bytes) -> DeviceEvent | None:
    """The event in a part; None for a part that is none (a picture). Raises EventError."""
    if media_type in {"application/xml", "text/xml"}:
        return _of_xml(content)
    if media_type in {"application/json", "text/json"}:
        return _of_json(content)
    return None


def _of_xml(content: bytes) -> DeviceEvent:
    if len(content) > LONGEST_EVENT:
        raise EventError(f"expected at most {LONGEST_EVENT} bytes, found {len(content)}")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise EventError("expected no document type and no entities")
    try:
        root = ET.fromstring(content.strip(b"\r\n\t \0"))  # noqa: S314 - without a document type nothing expands
    except (ET.ParseError, ValueError, LookupError) as error:
        raise EventError(f"expected XML: {error}") from None
    if _name(root) != "EventNotificationAlert":
        raise EventError(f"expected EventNotificationAlert, found {_name(root)[:60]!r}")
    told = {_name(child): (child.text or "").strip() for child in root}
    target = next((child for child in root.iter() if _name(child) == "TargetRect"), None)
    inner = {_name(child): (child.text or "").strip() for child in root.iter() if not len(child)}
    rectangle = {_name(child).lower(): child.text for child in target} if target is not None else {}
    return _event(told | {"detectionTarget": inner.get("detectionTarget", "")}, rectangle)


def _of_json(content: bytes) -> DeviceEvent:
    if len(content) > LONGEST_EVENT:
        raise EventError(f"expected at most {LONGEST_EVENT} bytes, found {len(content)}")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise EventError("expected JSON") from None
    if not isinstance(told, dict):
        raise EventError("expected a JSON object")
    inner = told.get("EventNotificationAlert", told)
    if not isinstance(inner, dict):
        raise EventError("expected EventNotificationAlert to be an object")
    rectangle = inner.get("TargetRect")
    return _event(inner, rectangle if isinstance(rectangle, dict) else {})


def _event(told: dict[str, Any], rectangle: dict[str, Any]) -> DeviceEvent:
    kind = str(told.get("eventType", "")).strip().lower()
    if not kind or len(kind) > 64 or not kind.isprintable():
        raise EventError("expected an eventType")
    state = str(told.get("eventState", "")).strip().lower()
    if state not in {"active", "inactive"}:
        raise EventError(f"expected eventState active or inactive, found {state[:20]!r}")
    target = str(told.get("detectionTarget") or "").strip().lower()
    return DeviceEvent(
        type=kind,
        is_active=state == "active",
        channel=_channel(told),
        at=_time(str(told.get("dateTime", ""))),
        target=target[:32] or None,
        description=_plain(str(told.get("eventDescription", ""))),
        box=_box(rectangle),
    )


def _channel(told: dict[str, Any]) -> int:
    """`dynChannelID` names the channel of a recorder's network camera, `channelID` all others."""
    for name in ("dynChannelID", "channelID"):
        text = str(told.get(name, "")).strip()
        if text.isascii() and text.isdigit() and len(text) <= 6:
            return int(text)
    return 1


def _time(text: str) -> datetime | None:
    """Devices write a time of the wall with or without its offset; without one nothing is known of it."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if at.tzinfo is None or not timedelta(hours=-15) < (at.utcoffset() or timedelta(0)) < timedelta(hours=15):
        return None
    return at


def _box(rectangle: dict[str, Any]) -> Box | None:
    """X, Y, width and height from the upper left corner; fractions or thousandths, as the devices write them."""
    try:
        values = [float(rectangle[name]) for name in ("x", "y", "width", "height")]
    except (KeyError, TypeError, ValueError):
        try:
            values = [float(rectangle[name]) for name in ("X", "Y", "width", "height")]
        except (KeyError, TypeError, ValueError):
            return None
    scale = _SCALE if max(values) > 1.0 else 1.0
    left, top, width, height = (value / scale for value in values)
    right, bottom = min(1.0, left + width), min(1.0, top + height)
    if not (0.0 <= left < right <= 1.0 and 0.0 <= top < bottom <= 1.0):
        return None
    return Box(left, top, right, bottom)


def _plain(text: str) -> str:
    return "".join(one for one in text if one.isprintable())[:200]


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
