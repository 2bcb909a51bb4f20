"""Alerts as JSON events in the manner of ONVIF Profile M, beside our own messages.

After the ONVIF Core Specification, "MQTT": topic `<prefix>/onvif-ej/<topic of the event>`, payload with `UtcTime`,
`Source` and `Data`. Our rules are not ONVIF's: the topic below `RuleEngine` is our own. No ONVIF client was tried.
"""

import json
import threading
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from alerts import metrics
from alerts.messages import NOTICE, json_bytes
from alerts.ports import MessageLink
from domain.alert import AlertStep

_STATES = {AlertStep.RAISED: "true", AlertStep.ENDED: "false"}
TOPIC = "{prefix}/onvif-ej/RuleEngine/Brightkitchen/{code}"


class OnvifSource(BaseModel):
    """What the event is about; `VideoSource` is the camera's id and `Rule` the code of the risk catalogue."""

    model_config = ConfigDict(frozen=True)

    VideoSource: str
    Rule: str


class OnvifData(BaseModel):
    """Values are texts, as in ONVIF's own examples. `Notice` belongs on every screen that shows the event."""

    model_config = ConfigDict(frozen=True)

    State: Annotated[str, Field(pattern="^(true|false)$", description="true: it began; false: it is over")]
    AlertId: str
    Sequence: str
    Class: str
    SiteId: str
    Reviewed: str
    Notice: str


class OnvifEvent(BaseModel):
    """A violation began or ended. Acknowledgements and verdicts are in our own messages only."""

    model_config = ConfigDict(frozen=True)

    UtcTime: str
    Source: OnvifSource
    Data: OnvifData


def onvif_event(payload: dict[str, Any]) -> OnvifEvent | None:
    """The event of an alert's message; None for steps that are none."""
    state = _STATES.get(AlertStep(payload["step"]))
    if state is None:
        return None
    return OnvifEvent(
        UtcTime=payload["captured_at"] if payload["step"] == AlertStep.RAISED else payload["ended_at"],
        Source=OnvifSource(VideoSource=payload["camera_id"], Rule=payload["code"]),
        Data=OnvifData(
            State=state,
            AlertId=payload["alert_id"],
            Sequence=str(payload["sequence"]),
            Class=payload["class"],
            SiteId=payload["site_id"],
            Reviewed=str(payload["reviewed"]).lower(),
            Notice=payload["notice"] or ("" if payload["reviewed"] else NOTICE),
        ),
    )


def onvif_topic(prefix: str, code: str) -> str:
    return TOPIC.format(prefix=prefix, code=code)


class OnvifLink:
    """A MessageLink that sends the ONVIF event with each alert's message; any thread.

    A message counts as taken once the broker has answered both, so an event is sent at least once, like the message.
    """

    def __init__(self, link: MessageLink, *, prefix: str) -> None:
        self._link = link
        self._prefix = prefix

    @property
    def connection(self) -> int | None:
        return self._link.connection

    def reconnect(self, reason: str) -> None:
        self._link.reconnect(reason)

    def publish(self, topic: str, payload: bytes, answered: Callable[[bool], None]) -> bool:
        extra = self._extra(payload)
        if extra is None:
            return self._link.publish(topic, payload, answered)
        pair = _Pair(answered)
        return self._link.publish(*extra, pair.event_answered) and self._link.publish(topic, payload, pair.answer)

    def _extra(self, payload: bytes) -> tuple[str, bytes] | None:
        try:
            told = json.loads(payload)
            event = onvif_event(told)
        except (ValueError, KeyError, TypeError):
            return None
        if event is None:
            return None
        return onvif_topic(self._prefix, told["code"]), json_bytes(event.model_dump())


class _Pair:
    """Answers for the message once both are answered. Any thread.

    Where the broker refuses the event (an ACL), that is counted and the message is none the worse.
    """

    def __init__(self, answered: Callable[[bool], None]) -> None:
        self._answered = answered
        self._lock = threading.Lock()
        self._is_event_done = False
        self._was_taken: bool | None = None

    def event_answered(self, was_taken: bool) -> None:
        metrics.PUBLISHED.labels("onvif" if was_taken else "onvif_refused").inc()
        with self._lock:
            self._is_event_done = True
            taken = self._was_taken
        if taken is not None:
            self._answered(taken)

    def answer(self, was_taken: bool) -> None:
        with self._lock:
            self._was_taken = was_taken
            is_complete = self._is_event_done
        if is_complete:
            self._answered(was_taken)
