"""The embedded broker: what the service relies on must work with it, or be said not to."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from alerts.broker import EmbeddedBroker
from alerts.errors import BrokerUnreachableError
from alerts.mqtt import LinkState, MqttLink
from alerts.settings import EmbeddedBrokerSettings, MqttSettings, MqttVersion
from tests.alerts.kit import Kit
from tests.alerts.test_mqtt import connected, send
from tests.support.mqtt import HOST, Subscriber, wait_until

pytestmark = pytest.mark.integration
REPOSITORY = Path(__file__).resolve().parents[2]
NAME, PASSWORD = "brightkitchen", "a-password-of-this-test"


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(EmbeddedBrokerSettings(port=0), username=NAME, password=SecretStr(PASSWORD))
    broker.start()
    yield broker
    broker.stop()
    broker.stop()


@pytest.fixture
def link(broker: EmbeddedBroker, tmp_path: Path) -> Iterator[MqttLink]:
    link = MqttLink(broker.link_settings(MqttSettings()), node="n1", version="1", now=Kit(tmp_path).now)
    link.start()
    connected(link)
    yield link
    link.stop()


def subscriber(broker: EmbeddedBroker) -> Subscriber:
    return Subscriber(broker.port, username=NAME, password=PASSWORD)


def test_it_listens_on_this_machine_only(broker: EmbeddedBroker, link: MqttLink) -> None:
    assert link.connection is not None
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {HOST}
    for address in addresses:
        with socket.socket() as probe:
            assert probe.connect_ex((address, broker.port)) != 0 or str(address).startswith("127.")


@pytest.mark.parametrize(
    "account",
    [{}, {"username": NAME}, {"username": NAME, "password": "wrong"}, {"username": "x", "password": PASSWORD}],
)
def test_nobody_gets_in_without_name_and_password(
    broker: EmbeddedBroker, account: dict[str, str], tmp_path: Path
) -> None:
    settings = MqttSettings.model_validate({"host": HOST, "port": broker.port, "version": MqttVersion.V311, **account})
    link = MqttLink(settings, node="n1", version="1", now=Kit(tmp_path).now)
    link.start()
    wait_until(lambda: link.status.state is LinkState.REFUSED, what="the refusal")
    try:
        assert not link.publish("brightkitchen/v1/test", b"let me in", lambda _is_taken: None)
    finally:
        link.stop()


def test_messages_of_quality_one_arrive_and_are_acknowledged(broker: EmbeddedBroker, link: MqttLink) -> None:
    with subscriber(broker) as ear:
        for number in range(100):
            assert send(link, "brightkitchen/v1/test", str(number).encode())
        ear.wait_for(lambda _heard: len(ear.on("test")) == 100)
        assert [heard.payload for heard in ear.on("test")] == [str(number).encode() for number in range(100)]


def test_states_are_retained_and_can_be_cleared(broker: EmbeddedBroker, link: MqttLink) -> None:
    link.retain("brightkitchen/v1/sites/s1/summary", b"old")
    link.retain("brightkitchen/v1/sites/s1/summary", b"new")
    link.retain("brightkitchen/v1/sites/s2/summary", b"gone")
    link.clear("brightkitchen/v1/sites/s2/summary")
    assert send(link, "brightkitchen/v1/after", b"")
    with subscriber(broker) as ear:
        ear.wait_for(lambda heard: len(heard) >= 2)
        assert {(h.topic, h.payload) for h in ear.on("summary")} == {("brightkitchen/v1/sites/s1/summary", b"new")}
        assert all(heard.is_retained for heard in ear.heard)


def test_the_last_will_speaks_when_the_process_is_killed(broker: EmbeddedBroker) -> None:
    child = textwrap.dedent(
        """
        import os, sys, time
        from datetime import UTC, datetime
        from alerts.mqtt import MqttLink
        from alerts.settings import MqttSettings
        settings = MqttSettings(
            host="127.0.0.1", port=int(sys.argv[1]), version="3.1.1", username=sys.argv[2], password=os.environ["P"]
        )
        MqttLink(settings, node="n7", version="1", now=lambda: datetime.now(UTC)).start()
        time.sleep(60)
        """
    )
    with subscriber(broker) as ear:
        process = subprocess.Popen(
            [sys.executable, "-c", child, str(broker.port), NAME], cwd=REPOSITORY, env=os.environ | {"P": PASSWORD}
        )
        try:
            ear.wait_for(lambda _heard: len(ear.on("nodes/n7")) == 1, seconds=30)
            os.kill(process.pid, signal.SIGKILL)
            ear.wait_for(lambda _heard: len(ear.on("nodes/n7")) == 2)
        finally:
            process.kill()
            process.wait()
        assert [heard.json["status"] for heard in ear.on("nodes/n7")] == ["online", "offline"]
    with subscriber(broker) as late:
        # amqtt may hand out a retained state twice: it goes through every subscriber's topics, not only the new one's.
        late.wait_for(lambda _heard: len(late.on("nodes/n7")) >= 1)
        assert {heard.json["status"] for heard in late.on("nodes/n7")} == {"offline"}


def test_a_port_that_is_taken_is_a_clear_error(broker: EmbeddedBroker) -> None:
    second = EmbeddedBroker(EmbeddedBrokerSettings(port=broker.port), username=NAME, password=SecretStr(PASSWORD))
    with pytest.raises(BrokerUnreachableError, match=f"{HOST}:{broker.port}: cannot listen: the port is taken"):
        second.start()
    second.stop()


def test_without_an_account_there_is_no_broker() -> None:
    with pytest.raises(ValueError, match="user name and a password"):
        EmbeddedBroker(EmbeddedBrokerSettings(), username="x", password=SecretStr(""))


def test_after_a_stop_the_port_is_free(broker: EmbeddedBroker, link: MqttLink) -> None:
    broker.stop()
    wait_until(lambda: link.connection is None, what="the loss to be noticed")
    with socket.socket() as probe:
        assert probe.connect_ex((HOST, broker.port)) != 0
