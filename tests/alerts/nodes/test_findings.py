"""Findings of AI cameras: a real Mosquitto with the shipped rules, a real database, the fate of each message."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.publish import single
from pydantic import SecretStr

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.messages import AlertMessages
from alerts.nodes.findings import FindingDesk, FindingRefusedError
from alerts.nodes.listener import FindingListener, findings_topic, refused_topic
from alerts.nodes.ports import Node
from alerts.ports import AlertFilter
from alerts.settings import MqttSettings
from domain.ids import CameraId, NodeId
from domain.organisation import Source
from domain.risk import RiskClass
from domain.scope import Scope
from service.identity import new_id
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.migrate import upgrade
from service.storage.nodes import SqlNodes
from service.storage.registry import SqlRegistry
from tests.alerts.test_contract_documents import shipped
from tests.credit.samples import camera, enterprise, site
from tests.support.mqtt import HOST, Mosquitto, Subscriber, wait_until

EVERYTHING = Scope.everything()
NODE = NodeId("camera-9")
CATALOGUE = load_catalogue()


def now() -> datetime:
    return datetime(2026, 1, 5, 8, 0, 10, tzinfo=UTC)


def finding(**changes: Any) -> bytes:
    told = {
        "schema_version": "1",
        "finding_id": "f-1",
        "camera_id": "camera-1",
        "code": "pest.rodent",
        "started_at": "2026-01-05T16:00:00+08:00",
        "captured_at": "2026-01-05T16:00:02+08:00",
        "boxes": [{"label": "rat", "confidence": 0.9, "left": 0.1, "top": 0.2, "right": 0.3, "bottom": 0.4}],
    }
    return json.dumps({name: value for name, value in (told | changes).items() if value is not None}).encode()


class Place:
    """A centre's database with a site, a camera of a node and a camera of its own."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder}/brightkitchen.db")
        upgrade(self.database)
        self.journal = SqlAlertJournal(self.database)
        registry = SqlRegistry(self.database)
        registry.add_enterprise(enterprise())
        registry.add_site(site())
        registry.add_camera(camera(1, node_id=NODE, source=Source(location="node:camera-9")))
        registry.add_camera(camera(2))
        self.book = SqlNodes(self.database, new_id)
        for name in (NODE, NodeId("camera-8")):
            self.book.add(Node(node_id=name, token_sha256=name, credit_codes=None, is_active=True, created_at=now()))
        self.desk = FindingDesk(
            cameras=self.book,
            catalogue=CATALOGUE,
            journal=self.journal,
            messages=AlertMessages(CATALOGUE),
            bell=FeedBell(),
            now=now,
        )

    def alerts(self) -> list[Any]:
        return self.journal.search(AlertFilter(), EVERYTHING, None, 100)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "centre")
    yield made
    made.database.close()


def test_a_finding_becomes_a_lead_with_class_and_clauses_of_the_catalogue(place: Place) -> None:
    alert_id = place.desk.take(NODE, finding())

    [alert] = place.alerts()
    risk = CATALOGUE.risk("pest.rodent")
    assert risk is not None
    assert alert.alert_id == alert_id
    assert (alert.violation.risk_class, alert.violation.code_version) == (RiskClass.I, risk.version)
    assert alert.violation.clause_ids == tuple(clause.clause_id for clause in risk.clauses)
    assert (alert.violation.camera_id, alert.site_id) == (CameraId("camera-1"), "site-1")
    assert (alert.origin.node_id, alert.state.is_reviewed, alert.is_open) == (NODE, False, False)


def test_a_repetition_changes_nothing_and_what_lasts_is_ended_by_its_end(place: Place) -> None:
    place.desk.take(NODE, finding(lasts=True))
    place.desk.take(NODE, finding(lasts=True))
    [alert] = place.alerts()
    assert (alert.is_open, alert.sequence) == (True, 1)

    for _ in range(2):
        place.desk.take(NODE, finding(lasts=True, ended_at="2026-01-05T08:05:00Z"))
    [alert] = place.alerts()
    assert (alert.violation.ended_at, alert.sequence) == (datetime(2026, 1, 5, 8, 5, tzinfo=UTC), 2)


@pytest.mark.parametrize(
    ("node", "content", "reason", "named"),
    [
        ("nobody", finding(), "unknown_node", "nobody"),
        ("camera-9", finding(camera_id="camera-2"), "unknown_camera", "camera-2"),  # the centre's own camera
        ("camera-8", finding(), "unknown_camera", "camera-1"),  # another node's camera
        ("camera-9", finding(code="pest.dragon"), "unknown_code", "pest.dragon"),
        ("camera-9", finding(started_at="yesterday"), "invalid", "started_at"),
        ("camera-9", finding(started_at="2026-01-05T08:00:00"), "invalid", "started_at"),  # no time zone
        ("camera-9", finding(captured_at="2026-01-05T07:00:00Z"), "invalid", "captured_at"),
        ("camera-9", finding(boxes=[{"label": "rat"}]), "invalid", "boxes.0"),
        (
            "camera-9",
            finding(boxes=[{"label": "r", "confidence": 1, "left": 0.5, "top": 0, "right": 0.1, "bottom": 1}]),
            "invalid",
            "left",
        ),
        ("camera-9", b"\xff\x00", "invalid", "JSON"),
        ("camera-9", b"[]", "invalid", "body"),
    ],
)
def test_what_cannot_be_a_lead_is_refused_with_the_reason(
    place: Place, node: str, content: bytes, reason: str, named: str
) -> None:
    with pytest.raises(FindingRefusedError) as caught:
        place.desk.take(NodeId(node), content)

    assert caught.value.reason == reason
    assert named in caught.value.detail
    assert place.alerts() == []


@pytest.mark.integration
def test_no_message_of_an_ai_camera_is_missed_while_the_centre_is_away(place: Place, tmp_path: Path) -> None:
    """Through the shipped rules of Mosquitto: each camera under its own name only, refusals told to it alone."""
    accounts = {"brightkitchen": "b", "camera-9": "c", "camera-8": "d"}
    with Mosquitto(accounts, shipped(tmp_path)) as broker:

        def listener() -> FindingListener:
            settings = MqttSettings(host=HOST, port=broker.port, username="brightkitchen", password=SecretStr("b"))
            return FindingListener(settings, place.desk, node="centre", now=now)

        def send(content: bytes, node: str = "camera-9", topic: str = "camera-9") -> None:
            single(
                findings_topic(topic),
                content,
                qos=1,
                hostname=HOST,
                port=broker.port,
                auth={"username": node, "password": accounts[node]},
            )

        first = listener()
        first.start()
        with Subscriber(broker.port, refused_topic("camera-9"), username="camera-9", password="c") as camera_side:
            send(finding())
            wait_until(lambda: len(place.alerts()) == 1, 60, "the first finding")
            first.stop()

            send(finding(finding_id="f-2"))
            send(finding(finding_id="f-3"), node="camera-8")  # a forged name: the broker takes it nowhere
            second = listener()
            second.start()
            wait_until(lambda: len(place.alerts()) == 2, 60, "the finding that came meanwhile")
            send(finding(finding_id="f-4", code="pest.dragon"))
            [refusal] = [heard.json for heard in camera_side.wait_for(lambda heard: len(heard) == 1, 60)]
            assert (refusal["finding_id"], refusal["reason"]) == ("f-4", "unknown_code")
            second.stop()
    assert {alert.violation.subject for alert in place.alerts()} == {"finding-f-1", "finding-f-2"}
