"""Beginnings and ends of alerts as ONVIF's JSON events, beside the messages and never instead of them."""

import json
import time
from datetime import UTC, datetime

import pytest

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.delivery import OutboxPublisher
from alerts.messages import NOTICE, AlertMessages
from alerts.mqtt import MqttLink
from alerts.onvif_events import OnvifLink, onvif_event
from alerts.testing import InMemoryBroker, InMemoryJournal
from domain.alert import Alert, AlertStep
from tests.alerts.samples import ended_alert, sample_alert
from tests.alerts.test_mqtt import link_settings
from tests.support.mqtt import Mosquitto, Subscriber, wait_until

MESSAGES = AlertMessages(load_catalogue())
EVENT_TOPIC = "onvif/onvif-ej/RuleEngine/Brightkitchen/pest.rodent"


def sent(alert: Alert, step: AlertStep) -> tuple[str, bytes]:
    _, message = MESSAGES.step(alert, step)
    return message.topic, message.payload


def test_a_violation_that_begins_and_ends_is_two_events_of_one_alert() -> None:
    begun = onvif_event(json.loads(sent(sample_alert(), AlertStep.RAISED)[1]))
    over = onvif_event(json.loads(sent(ended_alert(sample_alert()), AlertStep.ENDED)[1]))

    assert begun is not None
    assert over is not None
    assert (begun.Data.State, over.Data.State) == ("true", "false")
    assert begun.Source == over.Source
    assert begun.Data.AlertId == over.Data.AlertId
    assert begun.UtcTime < over.UtcTime
    assert begun.Data.Notice == over.Data.Notice == NOTICE


@pytest.mark.parametrize("step", [one for one in AlertStep if one not in {AlertStep.RAISED, AlertStep.ENDED}])
def test_what_people_do_is_no_event(step: AlertStep) -> None:
    broker = InMemoryBroker()

    assert OnvifLink(broker, prefix="onvif").publish(*sent(sample_alert(), step), lambda _taken: None)

    assert len(broker.published) == 1


def test_the_message_counts_as_taken_once_both_are_acknowledged() -> None:
    broker = InMemoryBroker(acknowledges=False)
    answers: list[bool] = []
    link = OnvifLink(broker, prefix="onvif")

    assert link.publish(*sent(sample_alert(), AlertStep.RAISED), answers.append)

    assert [topic for topic, _ in broker.published] == [EVENT_TOPIC, "brightkitchen/v1/sites/site-1/alerts/pest.rodent"]
    assert answers == []
    broker.acknowledge_all()
    assert answers == [True]


@pytest.mark.parametrize(
    ("refused", "expected"), [(EVENT_TOPIC, True), ("brightkitchen/v1/sites/site-1/alerts/pest.rodent", False)]
)
def test_a_refused_event_leaves_the_message_as_it_is(refused: str, expected: bool) -> None:
    broker = InMemoryBroker()
    broker.refuse_topics = {refused}
    answers: list[bool] = []

    OnvifLink(broker, prefix="onvif").publish(*sent(sample_alert(), AlertStep.RAISED), answers.append)

    assert answers == [expected]


def test_without_a_connection_nothing_is_sent() -> None:
    broker = InMemoryBroker(is_connected=False)
    link = OnvifLink(broker, prefix="onvif")

    assert not link.publish(*sent(sample_alert(), AlertStep.RAISED), lambda _taken: None)
    assert (link.connection, broker.published) == (None, [])


def test_a_payload_of_something_else_is_sent_as_it_is() -> None:
    broker = InMemoryBroker()

    OnvifLink(broker, prefix="onvif").publish("a/b", b"no json", lambda _taken: None)

    assert broker.published == [("a/b", b"no json")]


@pytest.mark.integration
def test_more_alerts_than_may_be_in_flight_all_arrive_with_their_events() -> None:
    """Two messages for each place in flight: the client queues what the broker may not be sent yet."""
    journal = InMemoryJournal()
    for number in range(1, 61):
        alert = sample_alert(number)
        record, message = MESSAGES.step(alert, AlertStep.RAISED)
        journal.record(alert, record, [message], 0)
    with Mosquitto(extra="max_inflight_messages 5") as broker, Subscriber(broker.port, "#") as subscriber:
        settings = link_settings(broker.port, maximum_in_flight=10)
        link = MqttLink(settings, node="n1", version="1", now=lambda: datetime.now(UTC))
        publisher = OutboxPublisher(
            outbox=journal,
            link=OnvifLink(link, prefix="onvif"),
            bell=FeedBell(),
            settings=settings,
            clock=time.monotonic,
            now=lambda: datetime.now(UTC),
        )
        link.start()
        publisher.start()
        try:
            wait_until(lambda: journal.depth() == 0, seconds=30, what="the outbox to be empty")
            subscriber.wait_for(lambda _heard: len(subscriber.on("/alerts/")) == 60 == len(subscriber.on("onvif-ej")))
        finally:
            publisher.stop()
            link.stop()

    order = [one.json["alert_id"] for one in subscriber.on("/alerts/")]
    assert order == sorted(order)
