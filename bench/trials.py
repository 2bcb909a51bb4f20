"""Runs one system on some cameras for some seconds, and measures it from outside."""

import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from paho.mqtt.client import Client, MQTTMessage

from bench import exposition
from bench.cameras import serving
from bench.figures import Quantiles, Trial, quantiles, quantiles_of
from bench.processes import cpu_seconds, family, machine_seconds, resident_bytes
from tests.acceptance.service_process import ServiceProcess
from tests.support.mqtt import HOST, Mosquitto, Subscriber
from tests.support.shared import REPOSITORY

SERVICE = "brightkitchen"
PEER_PYTHON = REPOSITORY / ".venv-bench" / "bin" / "python"
PEER_PROGRAM = REPOSITORY / "bench" / "naive_peer.py"
_METRICS_TOKEN = "token-of-the-benchmark"
_START_SECONDS = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How long to wait after every camera has been looked at once, and how long to measure then."""

    warm_up_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTimes:
    """From the capture of the confirming picture: to the subscriber's ear (single values), to the PUBACK (buckets)."""

    arrival: Quantiles | None
    puback: Quantiles | None


class TrialError(Exception):
    """A system did not come to look at all its cameras."""


class Ear(Subscriber):
    """A subscriber that notes when alerts arrive."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "brightkitchen/v1/sites/+/alerts/#", is_lasting=False)
        self.delays: list[float] = []

    def _hear(self, client: Client, data: Any, message: MQTTMessage) -> None:
        now = time.time()
        alert = json.loads(message.payload)
        if alert["step"] == "raised":
            self.delays.append(now - datetime.fromisoformat(alert["captured_at"]).timestamp())
        super()._hear(client, data, message)


def service_trial(
    files: list[Path], cameras: int, window: Window, *, environment: Mapping[str, str] | None = None
) -> tuple[Trial, AlertTimes]:
    """The real service as a subprocess, with a real broker and a subscriber; its data folder is thrown away.

    `environment`: settings of the service besides; None as its users start it.
    """
    with ExitStack() as stack:
        urls = stack.enter_context(serving(files, cameras))
        broker = stack.enter_context(Mosquitto())
        ear = stack.enter_context(Ear(broker.port))
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        service = stack.enter_context(
            ServiceProcess(
                data,
                cameras=urls,
                BRIGHTKITCHEN_ALERTS__MQTT__HOST=HOST,
                BRIGHTKITCHEN_ALERTS__MQTT__PORT=str(broker.port),
                BRIGHTKITCHEN_API__METRICS_TOKEN=_METRICS_TOKEN,
                **(environment or {}),
            )
        )
        url = service.url
        first = exposition.read(url, _METRICS_TOKEN)

        def looks() -> dict[str, float]:
            return exposition.read(url, _METRICS_TOKEN).looks

        _until(lambda: sum(count > 0 for count in looks().values()) == cameras, SERVICE)
        time.sleep(window.warm_up_seconds)
        before, meter = exposition.read(url, _METRICS_TOKEN), Meter(service.pid)
        time.sleep(window.seconds)
        end, usage = exposition.read(url, _METRICS_TOKEN), meter.usage()
        counted, whole = end.since(before), end.since(first)
        trial = usage.trial(
            SERVICE,
            [count / usage.seconds for count in counted.looks.values()],
            age=quantiles(counted.age),
            drops=counted.drops,
            spared_share=counted.spared_share,
        )
        return trial, AlertTimes(arrival=quantiles_of(ear.delays), puback=quantiles(whole.alert_latency))


def peer_trial(command: Sequence[str], name: str, files: list[Path], cameras: int, window: Window) -> Trial:
    """The peer as a subprocess: `command` and the cameras' addresses. It says its looks once a second."""
    with serving(files, cameras) as urls, _talking([*command, *urls]) as peer:
        _until(lambda: len(peer.looks) == cameras and all(peer.looks), name, peer.has_ended)
        time.sleep(window.warm_up_seconds)
        peer.next_line()
        before, meter = list(peer.looks), Meter(peer.process.pid)
        began = time.monotonic()
        while time.monotonic() - began < window.seconds:
            peer.next_line()
        after, usage = list(peer.looks), meter.usage()
    rates = [(end - start) / usage.seconds for start, end in zip(before, after, strict=True)]
    return usage.trial(name, rates)


def peer_command(weights: Path, size: int) -> list[str]:
    return [str(PEER_PYTHON), str(PEER_PROGRAM), "watch", str(weights), "--size", str(size)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    seconds: float
    cpu_seconds: float
    around_cpu_seconds: float
    others_share: float
    resident_bytes: int

    def trial(
        self,
        system: str,
        rates: Sequence[float],
        *,
        age: Quantiles | None = None,
        drops: dict[str, float] | None = None,
        spared_share: float | None = None,
    ) -> Trial:
        share = 1000 / self.seconds / len(rates)
        return Trial(
            system=system,
            cameras=len(rates),
            seconds=self.seconds,
            rates=tuple(rates),
            cpu_ms=self.cpu_seconds * share,
            around_cpu_ms=self.around_cpu_seconds * share,
            others_share=self.others_share,
            resident_bytes=self.resident_bytes,
            age=age,
            drops=drops,
            spared_share=spared_share,
        )


class Meter:
    """Reads what a process and its children use from now on, and what the rest of the benchmark uses beside it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._began = self._read()

    def usage(self) -> Usage:
        used = self._read() - self._began
        return Usage(
            seconds=float(used[0]),
            cpu_seconds=float(used[1]),
            around_cpu_seconds=float(used[2]),
            others_share=max(0.0, float((used[3] - used[1] - used[2]) / max(used[4], 0.01))),
            resident_bytes=resident_bytes(family(self._pid)),
        )

    def _read(self) -> npt.NDArray[np.float64]:
        """Seconds: on the clock, of the system, around it, of all processes, of all processors."""
        system, everything = family(self._pid), family(os.getpid())
        counted = cpu_seconds(system), cpu_seconds(everything - system)
        return np.array([time.monotonic(), *counted, *machine_seconds()])


_LOOKS = re.compile(r'\{"looks": \[[0-9, ]*\]\}')


class _Talker:
    """A process that prints {"looks": [...]} again and again; its newest line is kept."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.looks: list[int] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            # Ultralytics writes to the same output from its own threads, in the middle of a line at times.
            counted = _LOOKS.search(line)
            if counted:
                with self._news:
                    self.looks = json.loads(counted.group())["looks"]
                    self._news.notify_all()

    def next_line(self) -> None:
        with self._news:
            if not self._news.wait(timeout=20):
                raise TrialError("the peer says nothing any more")

    def close(self) -> None:
        """After the process has ended."""
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def has_ended(self) -> bool:
        return self.process.poll() is not None


@contextmanager
def _talking(command: list[str]) -> Iterator[_Talker]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    talker = _Talker(process)
    try:
        yield talker
    finally:
        process.kill()
        process.wait(10)
        talker.close()


def _until(is_ready: Callable[[], bool], system: str, has_ended: Callable[[], bool] = lambda: False) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_ready():
        if has_ended():
            raise TrialError(f"{system} ended before it had looked at every camera")
        if time.monotonic() > deadline:
            raise TrialError(f"{system} had not looked at every camera after {_START_SECONDS:.0f} s")
        time.sleep(0.25)
