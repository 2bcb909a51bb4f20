"""Listens at the centre's broker for findings. A message is acknowledged once it is stored or refused."""

import re
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from alerts import metrics
from alerts.errors import AlertsError
from alerts.mqtt import tls_context
from alerts.nodes.findings import FindingDesk, FindingRefusedError, RefusalMessage
from alerts.settings import MqttSettings, MqttVersion
from alerts.topics import ROOT
from domain.ids import NodeId

log = structlog.get_logger(__name__)

FINDINGS_FILTER = f"{ROOT}/ingest/+/violations"
_TOPIC = re.compile(re.escape(ROOT) + r"/ingest/([A-Za-z0-9_-]{1,64})/violations")
# The broker keeps what comes while the centre is away, for so long.
_SESSION_SECONDS = 14 * 24 * 3600
_STOP_SECONDS = 5.0


def findings_topic(node_id: str) -> str:
    return f"{ROOT}/ingest/{node_id}/violations"


def refused_topic(node_id: str) -> str:
    return f"{ROOT}/ingest/{node_id}/refused"


class FindingListener:
    """One thread with a connection of its own and a lasting session, so that nothing is missed while we are away.

    Where the database cannot take a finding the connection is given up and made again: the broker then sends what was
    not acknowledged once more.
    """

    def __init__(self, settings: MqttSettings, desk: FindingDesk, *, node: str, now: Callable[[], datetime]) -> None:
        """Raises ValueError without a host, and BrokerUnreachableError if a TLS file cannot be used."""
        if settings.host is None:
            raise ValueError("a broker's host is needed to connect to it")
        self._host: str = settings.host
        self._settings = settings
        self._desk = desk
        self._now = now
        self._client_id = f"brightkitchen-ingest-{node}"
        self._tls = tls_context(settings.tls, f"{settings.host}:{settings.port}") if settings.tls else None
        self._stopping = threading.Event()
        self._client: Client | None = None
        self._thread = threading.Thread(target=self._run, name="finding-listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        client = self._client
        if client is not None:
            client.disconnect()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        wait = self._settings.retry_minimum_seconds
        while not self._stopping.is_set():
            try:
                client = self._connected()
                wait = self._settings.retry_minimum_seconds
                client.loop_forever(retry_first_connection=False)
            except (OSError, ssl.SSLError) as error:
                log.warning("finding_listener_without_broker", reason=error.strerror or type(error).__name__)
            except Exception:  # a supervisor: whatever a broker sends, we connect again
                log.exception("finding_listener_stumbled")
            self._stopping.wait(wait)
            wait = min(2 * wait, self._settings.retry_maximum_seconds)

    def _connected(self) -> Client:
        self._client = client = self._new_client()
        if self._settings.version is MqttVersion.V5:
            lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho is not typed here
            lasting.SessionExpiryInterval = _SESSION_SECONDS
            client.connect(
                self._host,
                self._settings.port,
                self._settings.keepalive_seconds,
                clean_start=False,
                properties=lasting,
            )
        else:
            client.connect(self._host, self._settings.port, self._settings.keepalive_seconds)
        return client

    def _new_client(self) -> Client:
        settings = self._settings
        is_v5 = settings.version is MqttVersion.V5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if is_v5 else False,
            protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = settings.connect_timeout_seconds
        if settings.username is not None:
            client.username_pw_set(
                settings.username, settings.password.get_secret_value() if settings.password else None
            )
        if self._tls is not None:
            client.tls_set_context(self._tls)
            client.tls_insecure_set(not self._tls.check_hostname)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        if code.is_failure:
            log.error("finding_listener_refused", reason=str(code))
            return
        client.subscribe(FINDINGS_FILTER, qos=1)
        log.info("findings_listened_for", topic=FINDINGS_FILTER)

    def _on_message(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        found = _TOPIC.fullmatch(message.topic)
        try:
            if found is not None:
                self._take(client, NodeId(found.group(1)), bytes(message.payload))
        except AlertsError as error:
            log.warning("finding_postponed", reason=str(error))
            client.disconnect()
            return
        except Exception:  # a supervisor: a message that breaks us must not come again for ever
            metrics.FINDINGS.labels("failed").inc()
            log.exception("finding_lost", topic=message.topic, content=bytes(message.payload[:2000]))
        client.ack(message.mid, message.qos)

    def _take(self, client: Client, node_id: NodeId, content: bytes) -> None:
        try:
            self._desk.take(node_id, content)
        except FindingRefusedError as error:
            log.warning("finding_refused", node=node_id, reason=error.reason, detail=error.detail)
            refusal = RefusalMessage(
                node=node_id,
                finding_id=error.finding_id,
                reason=error.reason,
                detail=error.detail,
                refused_at=self._now(),
            )
            client.publish(refused_topic(node_id), refusal.as_bytes(), qos=1)
