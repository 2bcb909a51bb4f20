"""From the picture to a subscriber through a real Mosquitto that goes away and comes back."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.bell import FeedBell
from alerts.delivery import OutboxPublisher
from alerts.errors import EvidenceCause
from alerts.mqtt import MqttLink
from alerts.testing import InMemoryEvidenceStore, InMemoryJournal
from domain.alert import EvidenceKind
from tests.alerts.kit import EVERYTHING, Kit
from tests.alerts.samples import sample_alert, sample_message, sample_step
from tests.alerts.scenes import rat
from tests.alerts.test_mqtt import connected, link_settings
from tests.support.mqtt import Heard, Mosquitto, Proxy, Subscriber, wait_until

pytestmark = pytest.mark.integration


@contextmanager
def delivering(journal: InMemoryJournal, port: int, bell: FeedBell | None = None) -> Iterator[MqttLink]:
    """Link and publisher running between the journal's outbox and the broker."""
    settings = link_settings(port)
    link = MqttLink(settings, node="n1", version="1", now=lambda: datetime.now(UTC))
    publisher = OutboxPublisher(
        outbox=journal,
        link=link,
        bell=bell or FeedBell(),
        settings=settings,
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
    )
    link.start()
    publisher.start()
    try:
        yield link
    finally:
        publisher.stop()
        link.stop()


def keys(heard: list[Heard]) -> list[tuple[str, int]]:
    """Alert id and sequence of each message about an alert, as they came."""
    return [(h.json["alert_id"], h.json["sequence"]) for h in heard if "/alerts/" in h.topic]


def raise_alerts(journal: InMemoryJournal, *numbers: int) -> list[tuple[str, int]]:
    for number in numbers:
        alert = sample_alert(number)
        journal.record(alert, sample_step(alert), [sample_message(alert)], 0)
    return [(sample_alert(number).alert_id, 1) for number in numbers]


def emptied(journal: InMemoryJournal) -> None:
    wait_until(lambda: journal.depth() == 0, seconds=30, what="the outbox to be empty")


def lost(link: MqttLink) -> None:
    wait_until(lambda: link.connection is None, what="the loss to be noticed")


def test_alerts_raised_while_the_broker_is_away_arrive_once_and_in_order(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    kit.watch()
    with (
        Mosquitto() as broker,
        Proxy(broker.port) as proxy,
        Subscriber(broker.port) as subscriber,
        delivering(kit.journal, proxy.port, kit.bell) as link,
    ):
        kit.rat_alert()
        subscriber.wait_for(lambda heard: len(keys(heard)) == 1)
        emptied(kit.journal)
        proxy.is_shut = True
        broker.stop()
        lost(link)
        for number in range(10):  # ten minutes of a kitchen without a broker
            kit.see(rat(0.1 + 0.4 * (number % 3), track_id=10 + number), seconds=20)
            kit.see(seconds=40)
            kit.recorder.work()
        recorded = [(e.step.alert_id, e.step.sequence) for e in kit.journal.feed(0, EVERYTHING, 1000)]
        assert kit.journal.depth() == len(recorded) - 1 > 5
        broker.start()
        subscriber.wait_subscribed(2)  # the broker kept nothing: its readers must be back before the messages are
        proxy.is_shut = False
        emptied(kit.journal)
        subscriber.wait_for(lambda heard: len(keys(heard)) >= len(recorded))
        assert keys(subscriber.heard) == recorded
        payloads = [heard.json for heard in subscriber.on("/alerts/")]
        assert payloads == [entry.step.payload for entry in kit.journal.feed(0, EVERYTHING, 1000)]


def test_a_lost_puback_is_made_good_by_sending_again() -> None:
    """The broker takes the message and forwards it; the connection breaks before its PUBACK reaches us."""
    journal = InMemoryJournal()
    with (
        Mosquitto() as broker,
        Proxy(broker.port) as proxy,
        Subscriber(broker.port) as subscriber,
        delivering(journal, proxy.port) as link,
    ):
        connected(link)
        subscriber.wait_for(lambda heard: len(heard) == 1)
        proxy.swallows_answers = True
        (key,) = raise_alerts(journal, 1)
        subscriber.wait_for(lambda heard: keys(heard) == [key])
        assert journal.depth() == 1
        proxy.swallows_answers = False
        proxy.cut()
        emptied(journal)
        subscriber.wait_for(lambda heard: len(keys(heard)) == 2)
        first, second = subscriber.on("/alerts/")
        assert first.payload == second.payload
        assert [message.attempts for message in journal.pending(10)] == []


def test_a_broker_killed_in_the_middle_of_a_burst_gets_all_that_it_did_not_acknowledge() -> None:
    journal = InMemoryJournal()
    with Mosquitto() as broker, Proxy(broker.port) as proxy, delivering(journal, proxy.port) as link:
        connected(link)
        with Subscriber(broker.port, is_lasting=False) as first:
            wanted = raise_alerts(journal, *range(1, 201))
            first.wait_for(lambda heard: len(keys(heard)) > 20)
            proxy.swallows_answers = True  # or a quick machine has sent all of them before the kill
            wanted += raise_alerts(journal, *range(201, 401))
            proxy.is_shut = True
            broker.kill()
        lost(link)
        wait_until(lambda: journal.depth() < 400, what="PUBACKs to be taken in")
        unacknowledged = [json.loads(message.payload)["alert_id"] for message in journal.pending(400)]
        assert 0 < len(unacknowledged) < 400
        broker.start()
        with Subscriber(broker.port) as second:
            proxy.is_shut = proxy.swallows_answers = False
            emptied(journal)
            second.wait_for(lambda heard: len(keys(heard)) >= len(unacknowledged))
            assert [alert_id for alert_id, _ in keys(second.heard)] == unacknowledged
        assert [(alert_id, 1) for alert_id in unacknowledged] == wanted[-len(unacknowledged) :]


def test_a_killed_service_sends_the_rest_when_it_is_back() -> None:
    journal = InMemoryJournal()
    wanted = raise_alerts(journal, *range(1, 6))
    with Mosquitto() as broker, Subscriber(broker.port) as subscriber:
        with delivering(journal, broker.port):
            subscriber.wait_for(lambda heard: len(set(keys(heard))) == 5)
            wait_until(lambda: journal.depth() == 0, what="the outbox to be empty")
        wanted += raise_alerts(journal, 6, 7)
        with delivering(journal, broker.port):
            subscriber.wait_for(lambda heard: len(set(keys(heard))) == 7)
        assert keys(subscriber.heard) == wanted


def test_a_full_disk_does_not_keep_an_alert_from_its_readers(tmp_path: Path) -> None:
    store = InMemoryEvidenceStore(tmp_path / "scratch")
    store.fail_next = [EvidenceCause.DISK_FULL] * 3
    kit = Kit(tmp_path, store=store)
    kit.watch()
    with Mosquitto() as broker, Subscriber(broker.port) as subscriber, delivering(kit.journal, broker.port, kit.bell):
        alert = kit.rat_alert()
        subscriber.wait_for(lambda heard: len(keys(heard)) == 1)
        (heard,) = subscriber.on("/alerts/")
        assert heard.json["alert_id"] == alert.alert_id
        causes = {piece["kind"]: piece["cause"] for piece in heard.json["evidence"]}
        assert causes == {"still": "disk_full", "boxes": "disk_full", "clip": None}
        assert kit.evidence(EvidenceKind.STILL) == ("missing", "disk_full")
