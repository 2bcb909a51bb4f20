"""A real Mosquitto for tests, and a subscriber that writes down all it hears."""

import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

HOST = "127.0.0.1"


def free_port() -> int:
    """A TCP port that was free a moment ago, chosen by the kernel."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], seconds: float = 60.0, what: str = "the condition") -> None:
    """Poll a real server until something holds; AssertionError after the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.01)


class Mosquitto:
    """A Mosquitto on a port that stays the same over stop and start. It keeps nothing on disk.

    `accounts` (name to password) makes it refuse everybody else; without them it lets in anybody.
    `extra` are further lines of its configuration.
    """

    def __init__(self, accounts: dict[str, str] | None = None, extra: str = "") -> None:
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="mosquitto-"))
        self._process: subprocess.Popen[bytes] | None = None
        lines = [f"listener {self.port} {HOST}", "persistence false", "user root", "max_queued_messages 10000", extra]
        if accounts is None:
            lines.append("allow_anonymous true")
        else:
            passwords = self._folder / "passwords"
            passwords.touch(mode=0o600)
            for name, password in accounts.items():
                subprocess.run(["mosquitto_passwd", "-b", passwords, name, password], check=True, capture_output=True)
            lines += ["allow_anonymous false", f"password_file {passwords}"]
        (self._folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Return once it listens."""
        binary = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen(
            [binary, "-c", self._folder / "mosquitto.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._listens, what="mosquitto to listen")

    def stop(self) -> None:
        self._end("terminate")

    def kill(self) -> None:
        """SIGKILL: nothing in flight is answered any more."""
        self._end("kill")

    def _end(self, verb: str) -> None:
        if self._process is not None:
            getattr(self._process, verb)()
            self._process.wait(10)
            self._process = None

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "mosquitto ended at once"
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0


@dataclass(frozen=True)
class Heard:
    topic: str
    payload: bytes
    is_retained: bool

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.payload)
        return content


class Subscriber:
    """Subscribes at QoS 1 and writes down what it hears; reconnects by itself with a lasting session."""

    def __init__(
        self,
        port: int,
        topic: str = "brightkitchen/#",
        *,
        username: str | None = None,
        password: str | None = None,
        is_lasting: bool = True,
    ) -> None:
        self._lock = threading.Lock()
        self._heard: list[Heard] = []
        self._subscriptions = 0
        self._topic = topic
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"subscriber-{free_port()}-{id(self)}",
            clean_session=not is_lasting,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        self._client.reconnect_delay_set(1, 1)
        if username is not None:
            self._client.username_pw_set(username, password)
        self._client.on_connect = lambda client, *_: client.subscribe(self._topic, qos=1)
        self._client.on_subscribe = self._note_subscription
        self._client.on_message = self._hear
        self._port = port

    def __enter__(self) -> Self:
        self._client.connect(HOST, self._port)
        self._client.loop_start()
        self.wait_subscribed(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait_subscribed(self, times: int) -> None:
        """Wait until the broker has answered so many subscriptions: 2 after it was away once."""
        wait_until(lambda: self._subscriptions >= times, what=f"subscription number {times}")

    @property
    def heard(self) -> list[Heard]:
        with self._lock:
            return list(self._heard)

    def on(self, part: str) -> list[Heard]:
        """What was heard on topics that contain the part."""
        return [heard for heard in self.heard if part in heard.topic]

    def wait_for(self, condition: Callable[[list[Heard]], bool], seconds: float = 60.0) -> list[Heard]:
        wait_until(lambda: condition(self.heard), seconds, what="messages")
        return self.heard

    def _note_subscription(self, *_answer: object) -> None:
        self._subscriptions += 1

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._lock:
            self._heard.append(Heard(message.topic, bytes(message.payload), message.retain))


class Proxy:
    """A TCP proxy in front of a broker that can be shut, cut, and made to swallow all that the broker answers."""

    def __init__(self, target_port: int) -> None:
        self.swallows_answers = False
        self.is_shut = False
        self._target_port = target_port
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._spawn(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)

    def cut(self) -> None:
        """Break every connection there is."""
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _spawn(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self.is_shut:
                    raise ConnectionRefusedError
                broker = socket.create_connection((HOST, self._target_port), 5)
            except OSError:
                client.close()
                continue
            broker.settimeout(None)
            self._sockets += [client, broker]
            self._spawn(self._pump, client, broker, False)
            self._spawn(self._pump, broker, client, True)

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while content := source.recv(65536):
                if not (is_answer and self.swallows_answers):
                    sink.sendall(content)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
        source.close()
