"""Listens at the broker for readings. What was sent while nobody listened is lost, and counts as no data."""

import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from alerts.mqtt import tls_context
from alerts.sensors.payload import value_of
from alerts.sensors.sensors_file import Sensor
from alerts.settings import MqttSettings, MqttVersion

log = structlog.get_logger(__name__)

_STOP_SECONDS = 5.0


class SensorListener:
    """One thread with a connection of its own. Retained messages are passed over: nobody knows how old they are.

    `take` gets the sensor's id and its number, None where a message holds none; it is called on this thread.
    """

    def __init__(
        self,
        settings: MqttSettings,
        sensors: Iterable[Sensor],
        take: Callable[[str, float | None], None],
        *,
        client_id: str,
    ) -> None:
        """Raises ValueError without a host, and BrokerUnreachableError if a TLS file cannot be used."""
        if settings.host is None:
            raise ValueError("a broker's host is needed to connect to it")
        self._host: str = settings.host
        self._settings = settings
        self._take = take
        self._client_id = client_id
        self._by_topic: dict[str, list[Sensor]] = defaultdict(list)
        for sensor in sensors:
            self._by_topic[sensor.topic].append(sensor)
        self._tls = tls_context(settings.tls, f"{settings.host}:{settings.port}") if settings.tls else None
        self._stopping = threading.Event()
        self._client: Client | None = None
        self._thread = threading.Thread(target=self._run, name="sensor-listener", daemon=True)

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
                self._client = client = self._new_client()
                client.connect(self._host, self._settings.port, self._settings.keepalive_seconds)
                wait = self._settings.retry_minimum_seconds
                client.loop_forever(retry_first_connection=False)
            except (OSError, ssl.SSLError) as error:
                log.warning("sensor_listener_without_broker", reason=error.strerror or type(error).__name__)
            except Exception:  # a supervisor: whatever a broker sends, we connect again
                log.exception("sensor_listener_stumbled")
            self._stopping.wait(wait)
            wait = min(2 * wait, self._settings.retry_maximum_seconds)

    def _new_client(self) -> Client:
        settings = self._settings
        is_v5 = settings.version is MqttVersion.V5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = settings.connect_timeout_seconds
        if settings.username is not None:
            password = settings.password.get_secret_value() if settings.password else None
            client.username_pw_set(settings.username, password)
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
            log.error("sensor_listener_refused", reason=str(code))
            return
        client.subscribe([(topic, 1) for topic in self._by_topic])
        log.info("sensors_listened_for", topics=len(self._by_topic))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.retain:
            return
        for sensor in self._by_topic.get(message.topic, ()):
            try:
                self._take(sensor.sensor_id, value_of(bytes(message.payload), sensor.field))
            except Exception:  # a supervisor: one reading must not keep the others from being judged
                log.exception("reading_lost", sensor=sensor.sensor_id)
