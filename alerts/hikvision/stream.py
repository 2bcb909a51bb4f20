"""Follows one device's alertStream: a GET with digest authentication whose answer never ends."""

import random
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import httpx2
import structlog

from alerts import metrics
from alerts.errors import JournalError
from alerts.hikvision.event import EventError, read_event
from alerts.hikvision.files import Device
from alerts.hikvision.parts import PartError, PartReader, boundary_of
from alerts.hikvision.watch import DeviceWatch

log = structlog.get_logger(__name__)

PATH = "/ISAPI/Event/notification/alertStream"
# Devices send a heartbeat every ten seconds or oftener.
SILENCE_SECONDS = 40.0
_CONNECT_SECONDS = 10.0
_RETRY_SECONDS = (1.0, 60.0)
# A few wrong passwords in a row make a device lock the account out for half an hour.
_REFUSED_SECONDS = 900.0
_GOOD_SECONDS = 60.0
_STOP_SECONDS = 3.0


class StreamFault(Exception):  # noqa: N818 - a state of the line, told in its words
    """The stream ended or cannot be had. `is_refusal`: name and password, or the right to hear, are wanting."""

    def __init__(self, reason: str, *, is_refusal: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_refusal = is_refusal


class AlertStream:
    """A thread for each device. `start` and `stop` from any thread; the rest happens on its own."""

    def __init__(
        self,
        device: Device,
        watch: DeviceWatch,
        *,
        silence_seconds: float = SILENCE_SECONDS,
        retry_seconds: tuple[float, float] = _RETRY_SECONDS,
        refused_seconds: float = _REFUSED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),  # noqa: S311 - spreads tries, hides nothing
    ) -> None:
        self._device = device
        self._watch = watch
        self._silence_seconds = silence_seconds
        self._retry_seconds = retry_seconds
        self._refused_seconds = refused_seconds
        self._clock = clock
        self._jitter = jitter
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cause: str | None = "not tried yet"
        watch.insist = self._insist
        self._thread = threading.Thread(target=self._run, name=f"isapi-{device.node_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        wait, longest = self._retry_seconds
        while not self._stopping.is_set():
            began = self._clock()
            try:
                self._follow()
                fault = StreamFault("the device ended the stream")
            except StreamFault as error:
                fault = error
            except JournalError as error:
                fault = StreamFault(f"the database cannot take it: {error.reason}")
            except Exception as error:  # a supervisor: whatever a device sends, we connect again
                log.exception("device_stream_stumbled", node=self._device.node_id)
                fault = StreamFault(type(error).__name__)
            metrics.DEVICE_UP.labels(self._device.node_id).set(0)
            if self._stopping.is_set():
                return
            self._note(fault)
            if self._clock() - began > _GOOD_SECONDS:
                wait = self._retry_seconds[0]
            self._stopping.wait((self._refused_seconds if fault.is_refusal else wait) * self._jitter())
            wait = min(2 * wait, longest)

    def _insist(self, act: Callable[[], object]) -> object:
        """While the database is away the device is not read any further; what it said waits here."""
        wait, longest = self._retry_seconds
        while True:
            try:
                return act()
            except JournalError as error:
                if not error.is_temporary or self._stopping.is_set():
                    raise
                log.warning("device_event_postponed", node=self._device.node_id, reason=error.reason)
            self._stopping.wait(wait)
            wait = min(2 * wait, longest)

    def _note(self, fault: StreamFault) -> None:
        if fault.reason != self._cause:
            log.warning("device_stream_lost", node=self._device.node_id, reason=fault.reason)
        self._cause = fault.reason

    def _follow(self) -> None:
        """One connection from begin to end."""
        device = self._device
        auth = httpx2.DigestAuth(device.username, device.password.get_secret_value())
        timeout = httpx2.Timeout(self._silence_seconds, connect=_CONNECT_SECONDS)
        try:
            with (
                httpx2.Client(auth=auth, verify=self._tls(), trust_env=False, timeout=timeout) as client,
                client.stream("GET", device.url + PATH, headers={"Accept": "multipart/mixed"}) as answer,
            ):
                self._hear(answer)
        except httpx2.TimeoutException:
            raise StreamFault("nothing was heard for too long") from None
        except (httpx2.HTTPError, OSError) as error:
            raise StreamFault(_words(error)) from None
        finally:
            with self._lock:
                self._socket = None

    def _hear(self, answer: httpx2.Response) -> None:
        if answer.status_code in {401, 403}:
            raise StreamFault(f"it answers {answer.status_code}: name, password or right", is_refusal=True)
        if answer.status_code != 200:
            raise StreamFault(f"it answers {answer.status_code}")
        try:
            reader = PartReader(boundary_of(answer.headers.get("content-type", "")))
        except PartError as error:
            raise StreamFault(str(error)) from None
        with self._lock:
            self._socket = _socket_of(answer)
            if self._stopping.is_set():
                return
        log.info("device_stream_followed", node=self._device.node_id)
        self._cause = None
        metrics.DEVICE_UP.labels(self._device.node_id).set(1)
        self._watch.heard_again()
        for content in answer.iter_raw():
            if self._stopping.is_set():
                return
            self._take(reader, content)

    def _take(self, reader: PartReader, content: bytes) -> None:
        try:
            parts = reader.feed(content)
        except PartError as error:
            raise StreamFault(str(error)) from None
        for part in parts:
            try:
                event = read_event(part.media_type, part.content)
            except EventError as error:
                metrics.DEVICE_EVENTS.labels(self._device.node_id, "unreadable").inc()
                log.debug("device_event_unreadable", node=self._device.node_id, reason=str(error))
                continue
            if event is not None:
                self._watch.hear(event)
        self._watch.end_what_is_over()

    def _tls(self) -> ssl.SSLContext | bool:
        if not self._device.checks_certificate:
            return False
        try:
            return ssl.create_default_context(cafile=self._device.ca_file)
        except OSError as error:
            raise StreamFault(f"ca_file cannot be used: {type(error).__name__}") from None


def _socket_of(answer: httpx2.Response) -> socket.socket | None:
    stream = answer.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream is not None else None
    return found if isinstance(found, socket.socket) else None


def _words(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
