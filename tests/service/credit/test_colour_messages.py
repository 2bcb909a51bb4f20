"""Changes of colour as they are really published are what AsyncAPI and the JSON Schema promise."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.bell import FeedBell
from alerts.delivery import OutboxPublisher
from alerts.mqtt import MqttLink
from api.passwords import Passwords
from api.testing import ApiTwins
from credit.index import Standing
from credit.ledger_ports import Snapshot
from credit.messages import NOTICE_ZH, ColourMessage, colour_topic
from credit.profile import Colour
from domain.ids import EnterpriseId
from service.credit.wiring import index_desk
from service.demo.history import DemoHistory
from service.demo.year import demo_enterprise_id
from service.folder import DataFolder
from service.settings import load_settings
from service.store import Store, open_store
from tests.alerts.test_mqtt import link_settings
from tests.support.contract import problem_of, problems_of
from tests.support.mqtt import Mosquitto, Subscriber, wait_until

ADDRESS = colour_topic(EnterpriseId("enterprise-1"))
figures = st.none() | st.floats(0.0, 100.0)
colours = st.none() | st.sampled_from(Colour)


def now() -> datetime:
    return datetime.now(UTC)


def snapshot(**changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "enterprise_id": EnterpriseId("enterprise-1"),
        "day": date(2026, 11, 20),
        "made_at": datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        "profile_label": "cn-national@1",
        "inputs_sha256": "ab" * 32,
        "standing": "known",
        "value": 93.26,
        "low": 88.0,
        "high": 96.0,
        "grade": "A",
        "colour": Colour.GREEN,
        "held": None,
        "supervision_number": 1,
        "record_step_number": 0,
    }
    return Snapshot(**(values | changes))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings = load_settings(data=tmp_path / "var")
    found = open_store(settings, DataFolder(settings.data))
    yield found
    found.database.close()


@given(
    value=figures,
    low=figures,
    high=figures,
    grade=st.none() | st.text(max_size=3),
    colour=colours,
    before=colours,
    standing=st.sampled_from(Standing),
    minutes=st.integers(0, 10**6),
)
def test_whatever_figure_is_kept_its_message_keeps_the_contract(
    before: Colour | None, minutes: int, **changes: Any
) -> None:
    kept = snapshot(**changes, made_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes, microseconds=7))

    assert problem_of(ADDRESS, ColourMessage.of(kept, before).as_bytes()) is None


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"colour": "purple"}, "purple"),
        ({"index": 101.0}, "101"),
        ({"inputs_sha256": "ab"}, "ab"),
        ({"enterprise_id": None}, "None"),
    ],
)
def test_a_message_that_breaks_the_contract_is_noticed(wrong: dict[str, Any], problem: str) -> None:
    good = json.loads(ColourMessage.of(snapshot(), None).as_bytes())

    assert problem in str(problem_of(ADDRESS, json.dumps(good | wrong).encode()))


@pytest.mark.integration
def test_the_changes_of_colour_that_a_broker_hears_keep_the_contract(store: Store) -> None:
    DemoHistory(store, Passwords(ApiTwins.settings), index_desk(store, now), now, count=2).work()
    address = colour_topic(demo_enterprise_id(1))  # the first has opened lately and has no colour yet

    with Mosquitto() as broker, Subscriber(broker.port, "brightkitchen/v1/#") as subscriber:
        settings = link_settings(broker.port)
        link = MqttLink(settings, node="n1", version="1", now=now)
        publisher = OutboxPublisher(
            outbox=store.outbox, link=link, bell=FeedBell(), settings=settings, clock=time.monotonic, now=now
        )
        link.start()
        publisher.start()
        try:
            wait_until(lambda: link.connection is not None, 60, "the connection")
            subscriber.wait_for(lambda heard: any(one.topic == address for one in heard), 60)
        finally:
            publisher.stop()
            link.stop()
        heard = subscriber.on("/credit")

    assert problems_of(heard) == []
    assert {one.topic for one in heard} == {address}
    assert {one.json["notice"] for one in heard} == {NOTICE_ZH}
    assert not any(one.is_retained for one in heard)
