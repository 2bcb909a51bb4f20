"""An MQTT broker inside this process, so that the service can be tried out without installing one."""

import asyncio
import errno
import hmac
import socket
import threading
from dataclasses import dataclass
from typing import Any

import structlog
from amqtt.broker import Broker
from amqtt.plugins.base import BaseAuthPlugin
from pydantic import SecretStr

from alerts.errors import BrokerUnreachableError
from alerts.settings import EmbeddedBrokerSettings, MqttSettings, MqttVersion

log = structlog.get_logger(__name__)

_HOST = "127.0.0.1"
_START_SECONDS = 10.0


class OneAccountPlugin(BaseAuthPlugin):  # type: ignore[misc] # amqtt is not typed for us
    """Lets in whoever knows the one user name and password; nobody else."""

    @dataclass
    class Config:
        """What amqtt fills in from the broker's configuration."""

        username: str = ""
        password: str = ""

    async def authenticate(self, *, session: Any) -> bool:
        """Compare in constant time; without a name or a password nobody is let in."""
        given = (session.username or "", session.password or "")
        wanted = (self.config.username, self.config.password)
        if not all(wanted) or not all(given):
            return False
        matches = [hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, wanted, strict=True)]
        return all(matches)


class EmbeddedBroker:
    """amqtt on its own thread and event loop, on 127.0.0.1 only, never without user name and password.

    It speaks MQTT 3.1.1 and forgets everything when it stops: the board of retained states is shown again by each
    link that connects, and no subscriber's queue survives. `start` and `stop` are called from one thread.
    """

    def __init__(self, settings: EmbeddedBrokerSettings, *, username: str, password: SecretStr) -> None:
        if not username or not password.get_secret_value():
            raise ValueError("the embedded broker needs a user name and a password")
        self._settings = settings
        self._username = username
        self._password = password
        self._port: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="embedded-broker", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens. Raises RuntimeError before it was started."""
        if self._port is None:
            raise RuntimeError("the embedded broker has not been started")
        return self._port

    def start(self) -> None:
        """Return once it listens. Raises BrokerUnreachableError if the port is taken or it does not start."""
        _refuse_taken_port(self._settings.port)
        self._thread.start()
        self._started.wait(_START_SECONDS)
        address = f"{_HOST}:{self._settings.port}"
        if self._failure is not None:
            raise BrokerUnreachableError(address, f"it cannot be started: {self._failure}") from self._failure
        if self._port is None:
            raise BrokerUnreachableError(address, "it did not start in time")
        log.info("embedded_broker_started", port=self._port)

    def stop(self) -> None:
        """Idempotent."""
        if self._loop is not None and self._stopped is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(_START_SECONDS)

    def link_settings(self, base: MqttSettings) -> MqttSettings:
        """The settings of a link to this broker: its address and account, MQTT 3.1.1, no TLS."""
        return base.model_copy(
            update={
                "host": _HOST,
                "port": self.port,
                "version": MqttVersion.V311,
                "username": self._username,
                "password": self._password,
                "tls": None,
            }
        )

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - handed to start()
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        broker = Broker(self._config())
        await broker.start()
        try:
            # amqtt does not tell which port the kernel chose.
            server = broker._servers["default"].instance  # noqa: SLF001
            self._port = int(server.sockets[0].getsockname()[1])
            self._started.set()
            await self._stopped.wait()
        finally:
            await broker.shutdown()

    def _config(self) -> dict[str, Any]:
        return {
            "listeners": {"default": {"type": "tcp", "bind": f"{_HOST}:{self._settings.port}"}},
            "plugins": {
                f"{__name__}.{OneAccountPlugin.__name__}": {
                    "username": self._username,
                    "password": self._password.get_secret_value(),
                }
            },
        }


def _refuse_taken_port(port: int) -> None:
    """Raise BrokerUnreachableError if somebody listens there: amqtt would log a page about it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            reason = "the port is taken" if error.errno == errno.EADDRINUSE else error.strerror
            raise BrokerUnreachableError(f"{_HOST}:{port}", f"cannot listen: {reason}") from error
