"""The link to a real Mosquitto."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from pydantic import SecretStr

from alerts.errors import BrokerUnreachableError
from alerts.mqtt import LinkState, LinkStatus, MqttLink
from alerts.settings import MqttSettings, MqttVersion, TlsSettings
from tests.support.mqtt import HOST, Mosquitto, Subscriber, free_port, wait_until

pytestmark = pytest.mark.integration
REPOSITORY = Path(__file__).resolve().parents[2]


def link_settings(port: int, **changes: object) -> MqttSettings:
    quick = {"host": HOST, "port": port, "retry_minimum_seconds": 0.02, "retry_maximum_seconds": 0.1}
    return MqttSettings.model_validate(quick | changes)


@contextmanager
def linked(port: int, **changes: object) -> Iterator[MqttLink]:
    link = MqttLink(link_settings(port, **changes), node="n1", version="1.2", now=lambda: datetime.now(UTC))
    link.start()
    try:
        yield link
    finally:
        link.stop()


def connected(link: MqttLink) -> None:
    wait_until(lambda: link.connection is not None, what="the connection")


def send(link: MqttLink, topic: str, payload: bytes) -> bool:
    """Publish and wait for the PUBACK; whether the broker took it."""
    answers: list[bool] = []
    assert link.publish(topic, payload, answers.append)
    wait_until(lambda: bool(answers), what="the PUBACK")
    return answers[0]


@pytest.mark.parametrize("version", list(MqttVersion))
def test_a_message_is_published_and_acknowledged(version: MqttVersion) -> None:
    with Mosquitto() as broker, Subscriber(broker.port) as subscriber, linked(broker.port, version=version) as link:
        connected(link)
        assert send(link, "brightkitchen/v1/test", "鼠".encode())
        subscriber.wait_for(lambda heard: any(h.payload == "鼠".encode() for h in heard))
        assert link.status.state is LinkState.CONNECTED


def test_the_node_says_online_at_connect_and_offline_at_a_stop() -> None:
    with Mosquitto() as broker:
        with linked(broker.port) as link:
            connected(link)
            with Subscriber(broker.port) as subscriber:
                (heard,) = subscriber.wait_for(lambda heard: len(heard) == 1)
                assert (heard.topic, heard.is_retained) == ("brightkitchen/v1/nodes/n1/status", True)
                assert (heard.json["status"], heard.json["version"]) == ("online", "1.2")
        with Subscriber(broker.port) as subscriber:
            (heard,) = subscriber.wait_for(lambda heard: len(heard) == 1)
            assert (heard.json["status"], heard.is_retained) == ("offline", True)
        assert link.status.state is LinkState.STOPPED
        assert not link.publish("brightkitchen/v1/test", b"", lambda _taken: None)


def test_the_last_will_speaks_when_the_process_is_killed() -> None:
    child = textwrap.dedent(
        """
        import sys, time
        from datetime import UTC, datetime
        from alerts.mqtt import MqttLink
        from alerts.settings import MqttSettings
        link = MqttLink(
            MqttSettings(host="127.0.0.1", port=int(sys.argv[1])), node="n7", version="1", now=lambda: datetime.now(UTC)
        )
        link.start()
        time.sleep(60)
        """
    )
    with Mosquitto() as broker, Subscriber(broker.port) as subscriber:
        process = subprocess.Popen([sys.executable, "-c", child, str(broker.port)], cwd=REPOSITORY)
        try:
            subscriber.wait_for(lambda heard: len(heard) == 1, seconds=30)
            os.kill(process.pid, signal.SIGKILL)
            heard = subscriber.wait_for(lambda heard: len(heard) == 2)
        finally:
            process.kill()
            process.wait()
        assert [h.json["status"] for h in heard] == ["online", "offline"]
        with Subscriber(broker.port) as late:
            (kept,) = late.wait_for(lambda heard: len(heard) == 1)
            assert (kept.topic, kept.json["status"]) == ("brightkitchen/v1/nodes/n7/status", "offline")


def test_the_board_is_shown_again_after_a_broker_lost_its_memory() -> None:
    states = {"brightkitchen/v1/sites/s1/cameras/c1/state": b"1", "brightkitchen/v1/sites/s1/summary": b"2"}

    def retained(port: int) -> dict[str, bytes]:
        """What a newcomer is told once the whole board is at the broker, which is a moment after the connect."""
        with Subscriber(port) as early:
            early.wait_for(lambda heard: len({h.topic for h in heard}) >= 3)
        with Subscriber(port) as subscriber:
            heard = subscriber.wait_for(lambda heard: len(heard) >= 3)
        assert all(h.is_retained for h in heard)
        return {h.topic: h.payload for h in heard if "nodes" not in h.topic}

    with Mosquitto() as broker, linked(broker.port) as link:
        connected(link)
        link.retain("brightkitchen/v1/sites/s1/summary", b"1")
        for topic, payload in states.items():
            link.retain(topic, payload)
        assert retained(broker.port) == states
        broker.kill()
        wait_until(lambda: link.connection is None, what="the loss to be noticed")
        broker.start()
        connected(link)
        assert retained(broker.port) == states


def test_a_cleared_state_is_gone_from_the_broker() -> None:
    with Mosquitto() as broker, linked(broker.port) as link:
        connected(link)
        link.retain("brightkitchen/v1/sites/s1/summary", b"1")
        link.clear("brightkitchen/v1/sites/s1/summary")
        assert send(link, "brightkitchen/v1/after", b"")
        with Subscriber(broker.port) as subscriber:
            heard = subscriber.wait_for(lambda heard: len(heard) >= 1)
            assert [h.topic for h in heard] == ["brightkitchen/v1/nodes/n1/status"]


@pytest.mark.parametrize("version", list(MqttVersion))
def test_a_wrong_password_is_a_named_state_and_is_retried_slowly(version: MqttVersion) -> None:
    with Mosquitto({"kitchen": "right"}) as broker:
        seen: list[LinkStatus] = []
        link = MqttLink(
            link_settings(
                broker.port, version=version, username="kitchen", password="wrong", refused_retry_seconds=3600
            ),
            node="n1",
            version="1",
            now=lambda: datetime.now(UTC),
        )
        link.listen(seen.append)
        link.start()
        wait_until(lambda: link.status.state is LinkState.REFUSED, what="the refusal")
        assert link.connection is None
        assert link.status.cause in {"Not authorized", "Bad user name or password"}
        assert "wrong" not in repr(link.status)
        link.stop()
        assert [status.state for status in seen] == [LinkState.REFUSED, LinkState.STOPPED]


def test_the_right_password_lets_in() -> None:
    account = {"username": "kitchen", "password": SecretStr("right")}
    with Mosquitto({"kitchen": "right"}) as broker, linked(broker.port, **account) as link:
        connected(link)


def test_nobody_at_the_port_is_a_named_state_that_ends_when_somebody_comes() -> None:
    broker = Mosquitto()
    with linked(broker.port) as link:
        wait_until(lambda: link.status.state is LinkState.UNREACHABLE, what="the failure")
        assert link.status.cause == "Connection refused"
        with broker:
            connected(link)
            assert link.status.cause is None


def test_a_name_that_no_host_can_have_is_a_named_state() -> None:
    with linked(1883, host="broker..example") as link:
        wait_until(lambda: link.status.state is LinkState.UNREACHABLE, what="the failure")
        assert link.status.cause is not None


def test_somebody_who_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        with linked(silent.getsockname()[1], connect_timeout_seconds=0.2) as link:
            wait_until(lambda: link.status.state is LinkState.UNREACHABLE, what="the failure")
            assert link.status.cause == "no answer to CONNECT"


def test_two_links_of_one_node_do_not_throw_each_other_out() -> None:
    with Mosquitto() as broker, linked(broker.port) as first, linked(broker.port) as second:
        connected(first)
        connected(second)
        number = first.connection
        assert send(second, "brightkitchen/v1/test", b"")
        assert send(first, "brightkitchen/v1/test", b"")
        assert first.connection == number


def test_a_broker_that_allows_less_in_flight_gets_less() -> None:
    with (
        Mosquitto(extra="max_inflight_messages 3") as broker,
        Subscriber(broker.port) as subscriber,
        linked(broker.port) as link,
    ):
        wait_until(lambda: (link.connection or 0) >= 2, what="the second connection")
        answers: list[bool] = []
        for number in range(50):
            assert link.publish("brightkitchen/v1/burst", str(number).encode(), answers.append)
        wait_until(lambda: len(answers) == 50, what="all PUBACKs")
        assert all(answers)
        subscriber.wait_for(lambda _heard: len(subscriber.on("burst")) == 50)
        assert [heard.payload for heard in subscriber.on("burst")] == [str(n).encode() for n in range(50)]


def test_a_topic_that_the_broker_forbids_is_answered_as_refused(tmp_path: Path) -> None:
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite brightkitchen/v1/nodes/#\n")
    rules.chmod(0o600)
    with Mosquitto(extra=f"acl_file {rules}") as broker, linked(broker.port) as link:
        connected(link)
        assert not send(link, "brightkitchen/v1/sites/s1/alerts/pest.rodent", b"{}")


def test_a_dead_connection_can_be_given_up() -> None:
    with Mosquitto() as broker, linked(broker.port) as link:
        connected(link)
        first = link.connection
        link.reconnect("test")
        wait_until(lambda: link.connection not in {None, first}, what="the next connection")


# TLS ------------------------------------------------------------------------------------------------------------


def make_certificates(folder: Path) -> None:
    """An authority, and a server's certificate for localhost signed by it."""

    def openssl(*arguments: object) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=folder)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", "/CN=Test CA", "-keyout", "ca.key",
            "-out", "ca.crt", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out",
            "server.csr")  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", 2,
            "-out", "server.crt", "-extfile", "names")  # fmt: skip


def test_an_encrypted_connection_is_made_only_to_a_trusted_broker(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    files = "\n".join(
        (f"cafile {tmp_path}/ca.crt", f"certfile {tmp_path}/server.crt", f"keyfile {tmp_path}/server.key")
    )
    with Mosquitto(extra=files) as broker:
        trusted = TlsSettings(ca_file=tmp_path / "ca.crt")
        with linked(broker.port, host="localhost", tls=trusted) as link:
            connected(link)
            assert send(link, "brightkitchen/v1/test", b"x")
        with linked(broker.port, host="127.0.0.1", tls=trusted) as link:
            wait_until(lambda: link.status.state is LinkState.REFUSED, what="the refusal of another name")
        any_name = TlsSettings(ca_file=tmp_path / "ca.crt", checks_host_name=False)
        with linked(broker.port, host="127.0.0.1", tls=any_name) as link:
            connected(link)
        with linked(broker.port, host="localhost", tls=TlsSettings()) as link:
            wait_until(lambda: link.status.state is LinkState.REFUSED, what="the refusal")
            assert "certificate" in (link.status.cause or "")


def test_a_tls_file_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    settings = link_settings(free_port(), tls=TlsSettings(ca_file=tmp_path / "nothing.crt"))
    with pytest.raises(BrokerUnreachableError, match="a TLS file cannot be used"):
        MqttLink(settings, node="n1", version="1", now=lambda: datetime.now(UTC))


def test_without_a_host_there_is_no_link() -> None:
    with pytest.raises(ValueError, match="host"):
        MqttLink(MqttSettings(), node="n1", version="1", now=lambda: datetime.now(UTC))


def test_the_client_id_is_unique_unless_it_is_set() -> None:
    def client_id(**changes: object) -> str:
        link = MqttLink(link_settings(1, **changes), node="n1", version="1", now=lambda: datetime.now(UTC))
        return link.client_id

    assert client_id() != client_id()
    assert client_id().startswith("brightkitchen-n1-")
    assert client_id(client_id="fixed") == "fixed"


def test_a_stop_at_the_very_moment_of_a_connect_ends_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    with Mosquitto() as broker:
        link = MqttLink(link_settings(broker.port), node="n1", version="1", now=lambda: datetime.now(UTC))
        new_client = link._new_client

        def interrupted() -> Client:
            link._stopping.set()  # stop() looked for a connection just before there was one
            return new_client()

        monkeypatch.setattr(link, "_new_client", interrupted)
        link.start()
        wait_until(lambda: not link._thread.is_alive(), 5, what="the link to end")
        link.stop()
        assert link.connection is None
