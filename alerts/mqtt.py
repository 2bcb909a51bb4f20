"""The connection to an MQTT broker, kept for as long as the service runs."""

import secrets
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from alerts import metrics
from alerts.errors import BrokerUnreachableError
from alerts.messages import NodeStatusMessage
from alerts.settings import MqttSettings, MqttVersion, TlsSettings
from alerts.topics import node_topic

log = structlog.get_logger(__name__)

# A connection that lived this long was a good one: the next wait begins small again.
_GOOD_CONNECTION_SECONDS = 10.0
_FAREWELL_SECONDS = 2.0


class LinkState(StrEnum):
    CONNECTING = "connecting"
    CONNECTED = "connected"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """How it stands with the broker. `cause` is in words, without secrets; None while all is well."""

    state: LinkState
    since: datetime
    cause: str | None = None


class _Connection:
    """One connection from CONNECT to its end; never used again afterwards, so nothing old can be sent twice.

    paho calls the `_on_*` methods on its network thread. `publish` may be called from any thread. No lock of ours
    is held while paho is called: it calls back with a lock of its own held.
    """

    def __init__(self, client: Client, number: int) -> None:
        self.client = client
        self.number = number
        self.changed = threading.Condition()
        self.outcome: ReasonCode | None = None
        self.allowed_in_flight: int | None = None
        self.end: str | None = None
        self._waiting: dict[int, Callable[[bool], None]] = {}
        self._early: dict[int, bool] = {}
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish

    @property
    def is_up(self) -> bool:
        with self.changed:
            return self.outcome is not None and not self.outcome.is_failure and self.end is None

    def publish(self, topic: str, payload: bytes, answered: Callable[[bool], None], *, is_retained: bool) -> bool:
        if not self.is_up:
            return False
        sent = self.client.publish(topic, payload, qos=1, retain=is_retained)
        if sent.rc is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        with self.changed:
            if sent.mid not in self._early:
                self._waiting[sent.mid] = answered
                return True
            was_taken = self._early.pop(sent.mid)
        answered(was_taken)
        return True

    def close(self, reason: str) -> None:
        with self.changed:
            self.end = self.end or reason
            self.changed.notify_all()

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        with self.changed:
            self.outcome = code
            self.allowed_in_flight = getattr(properties, "ReceiveMaximum", None)
            self.changed.notify_all()

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self.close(str(code))

    def _on_publish(
        self, _client: Client, _data: Any, mid: int, code: ReasonCode, _properties: Properties | None
    ) -> None:
        was_taken = not code.is_failure
        with self.changed:
            answered = self._waiting.pop(mid, None)
            if answered is None:  # the PUBACK was quicker than the return of publish()
                self._early[mid] = was_taken
                return
        answered(was_taken)


class MqttLink:
    """alerts.ports.MessageLink over paho, with a board of retained states that every new connection shows again.

    Its own thread connects, waits and connects again for ever, with growing waits; a refusal (wrong password,
    not authorised) is retried slowly and named in `status`. All methods may be called from any thread. On the
    broker, `nodes/{node}/status` says whether we are there: online after each connect, offline at a stop, and offline
    as the last will.
    """

    def __init__(
        self,
        settings: MqttSettings,
        *,
        node: str,
        version: str,
        now: Callable[[], datetime],
        jitter: Callable[[], float] | None = None,
    ) -> None:
        """Raises ValueError without a host, and BrokerUnreachableError if a TLS file cannot be used."""
        if settings.host is None:
            raise ValueError("a broker's host is needed to connect to it")
        self._settings = settings
        self._address = f"{settings.host}:{settings.port}"
        self._host: str = settings.host
        self._now = now
        # Many nodes that lose one broker must not come back all at the same moment.
        self._jitter = jitter or (lambda: 0.75 + secrets.randbelow(500) / 1000)
        self._tls = tls_context(settings.tls, self._address) if settings.tls else None
        self.client_id = settings.client_id or f"brightkitchen-{node}-{secrets.token_hex(4)}"
        self._status_topic = node_topic(node)
        since = now()
        self._online = NodeStatusMessage(node=node, status="online", version=version, since=since).as_bytes()
        self._offline = NodeStatusMessage(node=node, status="offline", version=version, since=since).as_bytes()
        self._changed = threading.Lock()
        self._stopping = threading.Event()
        self._showing = threading.Lock()  # one state of the board is sent before the next
        self._board: dict[str, bytes] = {}
        self._connection: _Connection | None = None
        self._connections = 0
        self._in_flight = settings.maximum_in_flight
        self._status = LinkStatus(state=LinkState.CONNECTING, since=since)
        self._listeners: list[Callable[[LinkStatus], None]] = []
        self._thread = threading.Thread(target=self._run, name="mqtt-link", daemon=True)

    @property
    def status(self) -> LinkStatus:
        with self._changed:
            return self._status

    @property
    def connection(self) -> int | None:
        connection = self._live()
        return connection.number if connection else None

    def listen(self, listener: Callable[[LinkStatus], None]) -> None:
        """Call the listener at each change of state, on the link's thread; it must not block."""
        with self._changed:
            self._listeners.append(listener)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Say offline, disconnect, end the thread. Idempotent."""
        connection = self._live()
        if connection is not None and not self._stopping.is_set():
            self._say_farewell(connection)
        self._stopping.set()
        with self._changed:
            current = self._connection
        if current is not None:
            current.close("stopped")
        if self._thread.is_alive():
            self._thread.join(self._settings.connect_timeout_seconds + _FAREWELL_SECONDS)
        self._set_state(LinkState.STOPPED)

    def publish(self, topic: str, payload: bytes, answered: Callable[[bool], None]) -> bool:
        connection = self._live()
        return connection is not None and connection.publish(topic, payload, answered, is_retained=False)

    def reconnect(self, reason: str) -> None:
        connection = self._live()
        if connection is not None:
            connection.close(reason)

    def retain(self, topic: str, payload: bytes) -> None:
        """Put a state on the board: it is sent now if we are connected, and again after every connect."""
        with self._showing:
            self._board[topic] = payload
            connection = self._live()
            if connection is not None:
                connection.publish(topic, payload, _note_retained, is_retained=True)

    def clear(self, topic: str) -> None:
        """Take a state off the board and off the broker (a removed camera)."""
        with self._showing:
            self._board.pop(topic, None)
            connection = self._live()
            if connection is not None:
                connection.publish(topic, b"", _note_retained, is_retained=True)

    def _live(self) -> _Connection | None:
        """The connection, once its board has been shown."""
        with self._changed:
            connection = self._connection if self._status.state is LinkState.CONNECTED else None
        return connection if connection is not None and connection.is_up else None

    def _run(self) -> None:
        wait = self._settings.retry_minimum_seconds
        while not self._stopping.is_set():
            began = time.monotonic()
            state, cause = self._connect_and_stay()
            if self._stopping.is_set():
                return
            self._set_state(state, cause)
            if time.monotonic() - began > _GOOD_CONNECTION_SECONDS:
                wait = self._settings.retry_minimum_seconds
            pause = self._settings.refused_retry_seconds if state is LinkState.REFUSED else wait
            self._stopping.wait(pause * self._jitter())
            wait = min(2 * wait, self._settings.retry_maximum_seconds)

    def _connect_and_stay(self) -> tuple[LinkState, str]:
        """One connection from begin to end; returns how and why it ended."""
        with self._changed:
            self._connections += 1
            connection = _Connection(self._new_client(), self._connections)
            self._connection = connection
        if self._stopping.is_set():  # `stop` may have looked for a connection to close just before
            connection.close("stopped")
        try:
            connection.client.connect(self._host, self._settings.port, self._settings.keepalive_seconds)
        except ssl.SSLCertVerificationError as error:
            metrics.BROKER_CONNECTS.labels("refused").inc()
            return LinkState.REFUSED, f"its certificate is not trusted: {error.verify_message}"
        except (OSError, ValueError) as error:  # ValueError: a name that no host can have
            metrics.BROKER_CONNECTS.labels("unreachable").inc()
            words = error.strerror if isinstance(error, OSError) else None
            return LinkState.UNREACHABLE, words or str(error) or type(error).__name__
        connection.client.loop_start()
        try:
            return self._stay(connection)
        except Exception as error:
            # A supervisor: whatever a broker sends, we connect again.
            log.exception("broker_connection_stumbled", broker=self._address)
            return LinkState.UNREACHABLE, type(error).__name__
        finally:
            with self._changed:
                self._connection = None
            connection.close("closed")
            connection.client.disconnect()
            connection.client.loop_stop()
            metrics.BROKER_UP.set(0)

    def _stay(self, connection: _Connection) -> tuple[LinkState, str]:
        with connection.changed:
            connection.changed.wait_for(
                lambda: connection.outcome is not None or connection.end is not None,
                self._settings.connect_timeout_seconds,
            )
            outcome, end = connection.outcome, connection.end
        if end is not None and self._stopping.is_set():
            return LinkState.STOPPED, end
        if outcome is None:
            metrics.BROKER_CONNECTS.labels("unreachable").inc()
            return LinkState.UNREACHABLE, end or "no answer to CONNECT"
        if outcome.is_failure:
            metrics.BROKER_CONNECTS.labels("refused").inc()
            return LinkState.REFUSED, str(outcome)
        metrics.BROKER_CONNECTS.labels("connected").inc()
        if connection.allowed_in_flight is not None and connection.allowed_in_flight < self._in_flight:
            # paho cannot lower its limit on an open connection, and to exceed the broker's is a protocol error.
            self._in_flight = connection.allowed_in_flight
            return LinkState.CONNECTING, f"the broker allows {self._in_flight} messages in flight"
        self._show_board(connection)
        with connection.changed:
            connection.changed.wait_for(lambda: connection.end is not None)
            return LinkState.UNREACHABLE, connection.end or ""

    def _show_board(self, connection: _Connection) -> None:
        """Say that we are online, show every state, and only then let messages through."""
        with self._showing:
            connection.publish(self._status_topic, self._online, _note_retained, is_retained=True)
            for topic, payload in self._board.items():
                connection.publish(topic, payload, _note_retained, is_retained=True)
            metrics.BROKER_UP.set(1)
            self._set_state(LinkState.CONNECTED)
        log.info("broker_connected", broker=self._address, client_id=self.client_id, retained=len(self._board) + 1)

    def _say_farewell(self, connection: _Connection) -> None:
        said = threading.Event()
        if connection.publish(self._status_topic, self._offline, lambda _ok: said.set(), is_retained=True):
            said.wait(_FAREWELL_SECONDS)

    def _set_state(self, state: LinkState, cause: str | None = None) -> None:
        with self._changed:
            before = self._status
            if (before.state, before.cause) == (state, cause):
                return
            self._status = LinkStatus(state=state, since=self._now(), cause=cause)
            status, listeners = self._status, tuple(self._listeners)
        if cause is not None:
            log.warning("broker_connection_lost", broker=self._address, state=state.value, cause=cause)
        for listener in listeners:
            listener(status)

    def _new_client(self) -> Client:
        settings = self._settings
        is_v5 = settings.version is MqttVersion.V5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id,
            clean_session=None if is_v5 else True,
            protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = settings.connect_timeout_seconds
        client.max_inflight_messages_set(self._in_flight)
        client.will_set(self._status_topic, self._offline, qos=1, retain=True)
        if settings.username is not None:
            password = settings.password.get_secret_value() if settings.password else None
            client.username_pw_set(settings.username, password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
            client.tls_insecure_set(not self._tls.check_hostname)  # or paho checks the name once more by itself
        return client


def _note_retained(was_taken: bool) -> None:
    metrics.PUBLISHED.labels("retained" if was_taken else "retained_refused").inc()


def tls_context(settings: TlsSettings, broker: str) -> ssl.SSLContext:
    """Raises BrokerUnreachableError if a file cannot be used."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.certificate_file is not None:
            context.load_cert_chain(settings.certificate_file, settings.key_file)
    except OSError as error:
        raise BrokerUnreachableError(broker, f"a TLS file cannot be used: {error}") from error
    context.check_hostname = settings.checks_host_name
    context.sslsocket_class = _TidySocket
    return context


class _TidySocket(ssl.SSLSocket):
    """Closes itself when the handshake fails; paho forgets to, and we try again for ever."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except (OSError, ValueError):
            self.close()
            raise
