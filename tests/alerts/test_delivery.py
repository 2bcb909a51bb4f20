"""The publisher over twins: what it keeps, sends again and counts. Real brokers: test_outage.py."""

from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from alerts.bell import FeedBell
from alerts.delivery import OutboxPublisher
from alerts.errors import JournalError
from alerts.ports import MessageLink, OutboxMessage
from alerts.settings import MqttSettings
from alerts.testing import InMemoryBroker, InMemoryJournal
from tests.alerts.samples import EPOCH, sample_alert, sample_message, sample_step
from tests.support.mqtt import wait_until


class Post:
    """A journal with an outbox, a broker and the publisher between them."""

    def __init__(self, *, maximum_in_flight: int = 20, forget_seconds: float = 0.0, **broker: bool) -> None:
        self.journal = InMemoryJournal()
        self.broker = InMemoryBroker(**broker)
        self.seconds = 0.0
        self.bell = FeedBell()
        link: MessageLink = self.broker
        self.publisher = OutboxPublisher(
            outbox=self.journal,
            link=link,
            bell=self.bell,
            settings=MqttSettings(maximum_in_flight=maximum_in_flight),
            clock=lambda: self.seconds,
            now=self.now,
            forget_seconds=forget_seconds,
        )

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds)

    def raise_alerts(self, *numbers: int) -> None:
        for number in numbers:
            alert = sample_alert(number)
            self.journal.record(alert, sample_step(alert), [sample_message(alert)], 0)

    def work(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.publisher.work()

    def published(self) -> list[int]:
        """The numbers of the alerts in the order in which they were published."""
        expected = {sample_message(sample_alert(n)).payload: n for n in range(200)}
        return [expected[payload] for _, payload in self.broker.published]


def test_what_is_acknowledged_leaves_the_outbox() -> None:
    post = Post()
    post.raise_alerts(1, 2, 3)
    post.work(2)
    assert post.published() == [1, 2, 3]
    assert post.journal.depth() == 0


def test_what_is_not_acknowledged_stays_in_the_outbox() -> None:
    post = Post(acknowledges=False)
    post.raise_alerts(1)
    post.work(5)
    assert post.published() == [1]
    assert post.journal.depth() == 1
    post.broker.acknowledge_all()
    post.work(2)
    assert post.journal.depth() == 0


def test_no_more_than_the_limit_is_in_flight_and_the_order_is_kept() -> None:
    post = Post(maximum_in_flight=3, acknowledges=False)
    post.raise_alerts(*range(1, 9))
    post.work(3)
    assert post.published() == [1, 2, 3]
    post.broker.acknowledge_all()
    post.work(3)
    assert post.published() == [1, 2, 3, 4, 5, 6]
    for _ in range(3):
        post.broker.acknowledge_all()
        post.work(2)
    assert post.published() == list(range(1, 9))
    assert post.journal.depth() == 0


def test_nothing_is_sent_or_read_while_there_is_no_connection() -> None:
    post = Post(is_connected=False)
    post.raise_alerts(*range(1, 50))
    post.work(5)
    assert post.broker.published == []
    assert all(message.attempts == 0 for message in post.journal.pending(100))
    post.broker.connect()
    post.work(10)
    assert post.published() == list(range(1, 50))


def test_what_was_in_flight_when_the_connection_broke_is_sent_again_first() -> None:
    post = Post(acknowledges=False)
    post.raise_alerts(1, 2)
    post.work()
    post.broker.disconnect()
    post.raise_alerts(3)
    post.work()
    post.broker.connect()
    post.broker.acknowledges = True
    post.work(3)
    assert post.published() == [1, 2, 1, 2, 3]
    assert post.journal.depth() == 0


def test_what_was_sent_in_vain_is_counted_and_what_is_taken_at_once_costs_no_write_of_its_own() -> None:
    post = Post(acknowledges=False, forget_seconds=60.0)
    post.raise_alerts(1, 2)
    post.work()
    assert [message.attempts for message in post.journal.pending(10)] == [0, 0]
    post.broker.disconnect()
    post.work()
    assert [message.attempts for message in post.journal.pending(10)] == [1, 1]


def test_all_that_a_moment_s_answers_took_is_forgotten_together() -> None:
    post = Post(forget_seconds=0.25)
    post.raise_alerts(1)
    post.work(2)
    post.seconds = 0.2
    post.raise_alerts(2)
    post.work(2)
    assert (post.published(), post.journal.depth()) == ([1, 2], 2)
    post.seconds = 0.25
    post.work()
    assert (post.published(), post.journal.depth()) == ([1, 2], 0)


def test_a_publisher_that_stops_forgets_what_was_taken_before_it_goes() -> None:
    post = Post(forget_seconds=3600.0)
    post.raise_alerts(1, 2, 3)
    post.publisher.start()
    wait_until(lambda: len(post.broker.published) == 3)
    post.publisher.stop()
    assert post.journal.depth() == 0


def test_a_broker_away_for_a_day_costs_nothing_but_time() -> None:
    post = Post(is_connected=False)
    for hour in range(24):
        post.raise_alerts(hour)
        post.seconds += 3600
        post.work()
    assert REGISTRY.get_sample_value("brightkitchen_outbox_depth") == 24
    assert REGISTRY.get_sample_value("brightkitchen_outbox_oldest_seconds") == 24 * 3600 - 1
    post.broker.connect()
    post.seconds += 1
    post.work(5)
    post.seconds += 1
    post.work()
    assert post.published() == list(range(24))
    assert REGISTRY.get_sample_value("brightkitchen_outbox_depth") == 0
    assert REGISTRY.get_sample_value("brightkitchen_outbox_oldest_seconds") == 0


def test_a_refused_message_stays_and_does_not_hold_up_the_others() -> None:
    post = Post()
    alert = sample_alert(1, code="animal.pet")
    post.journal.record(alert, sample_step(alert), [sample_message(alert)], 0)
    post.broker.refuse_topics = {sample_message(alert).topic}
    post.raise_alerts(2)
    post.work(3)
    assert [message.topic for message in post.journal.pending(10)] == [sample_message(alert).topic]
    assert len(post.broker.published) == 2
    post.broker.refuse_topics = set()
    post.work(3)
    assert post.journal.depth() == 1
    post.seconds += 31
    post.work(3)
    assert post.journal.depth() == 0


def test_a_message_that_was_refused_once_and_then_taken_costs_nothing_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = Post()
    post.broker.refuse_topics = {sample_message(sample_alert(1)).topic}
    post.raise_alerts(1)
    post.work(2)
    post.broker.refuse_topics = set()
    post.seconds += 31
    post.work(3)
    assert post.journal.depth() == 0
    asked: list[int] = []

    def pending(limit: int, after: int = 0) -> list[OutboxMessage]:
        asked.append(after)
        return InMemoryJournal.pending(post.journal, limit, after)

    monkeypatch.setattr(post.journal, "pending", pending)
    post.work(3)
    assert asked
    assert all(after > 0 for after in asked)


def test_without_a_puback_for_too_long_the_connection_is_given_up() -> None:
    post = Post(acknowledges=False)
    post.raise_alerts(1)
    post.work()
    post.seconds += 31
    post.work()
    assert post.broker.reconnects == ["no PUBACK in time"]
    post.broker.acknowledges = True
    post.work(3)
    assert post.published() == [1, 1]
    assert post.journal.depth() == 0


def test_a_database_that_is_away_costs_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    post.raise_alerts(1, 2)
    post.work()

    def away(_ids: object) -> None:
        raise JournalError("locked", is_temporary=True)

    with monkeypatch.context() as patch:
        patch.setattr(post.journal, "acknowledge", away)
        post.work(5)
        assert post.published() == [1, 2]
    post.work()
    assert (post.journal.depth(), post.published()) == (0, [1, 2])


def test_the_latency_runs_from_the_picture_to_the_puback() -> None:
    def total() -> float:
        return REGISTRY.get_sample_value("brightkitchen_alert_latency_seconds_sum") or 0.0

    post = Post(acknowledges=False)
    post.raise_alerts(1)
    post.work()
    before = total()
    post.seconds = 0.25
    post.broker.acknowledge_all()
    post.work()
    assert total() - before == pytest.approx(0.25)


def test_the_bell_wakes_the_publisher_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.delivery._LOOK_SECONDS", 60.0)  # so that only the bell can be the cause
    post = Post()
    post.publisher.start()
    try:
        wait_until(lambda: REGISTRY.get_sample_value("brightkitchen_outbox_depth") == 0, what="its first look")
        post.raise_alerts(1)
        post.bell.ring()
        wait_until(lambda: post.journal.depth() == 0, what="the PUBACK")
    finally:
        post.publisher.stop()
        post.publisher.stop()
