"""Everything that a subscriber hears of a whole day's doings is what AsyncAPI and the JSON Schemas promise."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.delivery import OutboxPublisher
from alerts.home_assistant import HomeAssistantBoard
from alerts.messages import (
    AlertMessages,
    CameraStateMessage,
    SealMessage,
    SiteSummaryMessage,
    camera_topic,
    seal_topic,
    summary_topic,
)
from alerts.mqtt import MqttLink
from alerts.nodes.findings import FindingDesk
from alerts.nodes.listener import FindingListener, findings_topic
from alerts.onvif_events import OnvifLink
from alerts.ports import AlertFilter, CameraPlace, MessageLink
from alerts.review import ReviewDesk
from alerts.settings import MqttVersion
from domain.ids import CameraId, NodeId, UserId
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.kit import PLACE, Kit
from tests.alerts.test_mqtt import link_settings
from tests.support.contract import channels_of, problem_of, problems_of
from tests.support.mqtt import Mosquitto, Subscriber, wait_until

EVERYTHING = Scope.everything()
PERSON = UserId("user-1")


class OneNode:
    """NodeCameras: one AI camera at the kit's place."""

    def is_known(self, node_id: NodeId) -> bool:
        return node_id == "ai-1"

    def place_of(self, node_id: NodeId, camera_id: CameraId) -> CameraPlace | None:
        return PLACE if camera_id == "camera-9" else None


def finding(**changes: Any) -> bytes:
    at = datetime.now(UTC)
    told = {
        "finding_id": "f-1",
        "camera_id": "camera-9",
        "code": "smoke.person",
        "started_at": (at - timedelta(seconds=5)).isoformat(),
        "captured_at": at.isoformat(),
    }
    return json.dumps(told | changes).encode()


@pytest.mark.integration
@pytest.mark.parametrize("version", list(MqttVersion))
def test_every_message_of_alerts_reviews_findings_and_states_keeps_the_contract(
    tmp_path: Path, version: MqttVersion
) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    settings = link_settings(1, version=version)
    with Mosquitto() as broker, Subscriber(broker.port, "#") as subscriber:
        settings = settings.model_copy(update={"port": broker.port})
        link = MqttLink(settings, node="n1", version="1", now=lambda: datetime.now(UTC))
        used: MessageLink = OnvifLink(link, prefix="onvif")
        publisher = OutboxPublisher(
            outbox=kit.journal,
            link=used,
            bell=kit.bell,
            settings=settings,
            clock=time.monotonic,
            now=lambda: datetime.now(UTC),
        )
        messages = AlertMessages(load_catalogue(), kit.places)
        desk = FindingDesk(
            cameras=OneNode(),
            catalogue=load_catalogue(),
            journal=kit.journal,
            messages=messages,
            bell=FeedBell(),
            now=lambda: datetime.now(UTC),
        )
        listener = FindingListener(settings, desk, node="n1", now=lambda: datetime.now(UTC))
        parts = (link, publisher, listener)
        for part in parts:
            part.start()
        try:
            wait_until(lambda: link.connection is not None, what="the connection")
            alert = kit.rat_alert()
            kit.pass_time(30)
            kit.see(seconds=120)
            kit.recorder.work()
            review = ReviewDesk(kit.journal, messages, kit.bell, kit.now)
            standing = kit.journal.get(alert.alert_id, EVERYTHING)
            assert standing is not None
            acknowledged = review.acknowledge(
                alert.alert_id, actor=PERSON, scope=EVERYTHING, expected_sequence=standing.sequence
            )
            assert acknowledged is not None
            review.confirm(alert.alert_id, actor=PERSON, scope=EVERYTHING, expected_sequence=acknowledged.sequence)
            send_findings(link)
            board = HomeAssistantBoard(link, kit.places, prefix="homeassistant", node="n1")
            announced(board)
            link.retain(
                seal_topic("n1"),
                SealMessage(node="n1", number=1, digest="ab" * 32, sealed_at=datetime.now(UTC)).as_bytes(),
            )
            wait_until(lambda: kit.journal.depth() == 0, what="the outbox to be empty")
            subscriber.wait_for(lambda heard: len(channels_of(heard)) == 9)
        finally:
            for part in reversed(parts):
                part.stop()
        subscriber.wait_for(lambda heard: any(b'"offline"' in one.payload for one in heard))
        heard = subscriber.heard

    assert problems_of(heard) == []
    steps = {one.json["step"] for one in heard if "/alerts/" in one.topic}
    assert steps >= {"raised", "updated", "ended", "acknowledged", "confirmed"}
    assert len(kit.journal.search(AlertFilter(), EVERYTHING, None, 10)) == 2


def send_findings(link: MqttLink) -> None:
    """One that is taken and one that is refused."""
    answered: list[bool] = []
    assert link.publish(findings_topic("ai-1"), finding(), answered.append)
    assert link.publish(findings_topic("ai-1"), finding(finding_id="f-2", code="no.such_code"), answered.append)
    wait_until(lambda: answered == [True, True], what="PUBACKs")


def announced(board: HomeAssistantBoard) -> None:
    """A camera and its site, and a camera that is taken back."""
    now = datetime.now(UTC)
    for camera, state in (("camera-1", "online"), ("camera-1", "tampered"), ("camera-2", "offline")):
        message = CameraStateMessage.model_validate(
            {"site_id": "site-1", "camera_id": camera, "state": state, "since": now, "cause": "covered"}
        )
        board.retain(camera_topic("site-1", camera), message.as_bytes())
    board.clear(camera_topic("site-1", "camera-2"))
    summary = SiteSummaryMessage(
        site_id="site-1", at=now, open_alerts=dict.fromkeys(RiskClass, 0), cameras_online=1, cameras_total=1
    )
    board.retain(summary_topic("site-1"), summary.as_bytes())


@pytest.mark.parametrize(
    ("topic", "payload", "problem"),
    [
        ("brightkitchen/v1/sites/s/alerts/pest.rodent", b"{}", "is a required property"),
        ("brightkitchen/v1/sites/s/alarms/pest.rodent", b"{}", "no channel"),
        ("brightkitchen/v1/nodes/n/status", b'{"node":"n","status":"asleep","version":"1","since":"x"}', "asleep"),
    ],
)
def test_a_message_that_breaks_the_contract_is_noticed(topic: str, payload: bytes, problem: str) -> None:
    assert problem in str(problem_of(topic, payload))
