"""Does looking on slow the analysis down? One service, its cameras, and viewers that come and go.

`python -m bench.wall` starts the real service on RTSP cameras, measures looks per second with nobody looking on, then
with viewers of the wall's feed, in turns, and prints both. `--json FILE` writes the figures.
"""

import argparse
import json
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench import exposition, machine
from bench.cameras import Content, available_content, clips, serving
from bench.figures import quantiles
from bench.trials import Meter
from tests.acceptance.service_process import ServiceProcess, wait_for

_TOKEN = "token-of-the-benchmark"
_START_SECONDS = 240.0  # the machine may have other work


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One stretch: looks per second over all cameras, the service's processor milliseconds per second, bytes sent."""

    viewers: int
    looks_per_second: float
    cpu_ms_per_second: float
    age_p95_ms: float | None
    bytes_per_second: float
    others_share: float


class Viewers:
    """So many clients of the feed that read as fast as they are sent to."""

    def __init__(self, url: str, cookie: str, cameras: Sequence[str], count: int) -> None:
        self.received = 0
        self._stopped = threading.Event()
        self._turn = threading.Lock()
        query = "&".join(f"camera_id={camera}" for camera in cameras)
        self._request = (f"GET /api/v1/live/feed?{query} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n").encode()
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._threads = [threading.Thread(target=self._look, daemon=True) for _ in range(count)]

    @contextmanager
    def looking(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in self._threads:
                thread.join(10)

    def _look(self) -> None:
        with suppress(OSError), socket.create_connection(self._address, timeout=1) as opened:
            opened.sendall(self._request)
            while not self._stopped.is_set():
                with suppress(TimeoutError):
                    size = len(opened.recv(1 << 18))
                    with self._turn:
                        self.received += size


def measure(content: Content, cameras: int, viewers: int, turns: int, seconds: float) -> list[Phase]:
    with ExitStack() as stack:
        out = Path(__file__).parent / "out" / "clips"
        urls = stack.enter_context(serving(clips(content, out), cameras))
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        service = stack.enter_context(ServiceProcess(data, cameras=urls, BRIGHTKITCHEN_API__METRICS_TOKEN=_TOKEN))
        wait_for(lambda: service.logged("service_started"), _START_SECONDS, "the service to start")
        client = service.client()
        ids = [camera["camera_id"] for camera in client.get("/api/v1/cameras").json()["items"]]
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        _until_all_are_looked_at(service.url, cameras)
        return [_phase(service, cookie, ids, count, seconds) for _ in range(turns) for count in (0, viewers)]


def _phase(service: ServiceProcess, cookie: str, cameras: Sequence[str], count: int, seconds: float) -> Phase:
    crowd = Viewers(service.url, cookie, cameras[:16], count)
    with crowd.looking():
        time.sleep(2.0)
        before, meter, received = exposition.read(service.url, _TOKEN), Meter(service.pid), crowd.received
        time.sleep(seconds)
        usage, counted = meter.usage(), exposition.read(service.url, _TOKEN).since(before)
        age = quantiles(counted.age)
        phase = Phase(
            viewers=count,
            looks_per_second=sum(counted.looks.values()) / usage.seconds,
            cpu_ms_per_second=1000 * usage.cpu_seconds / usage.seconds,
            age_p95_ms=age.p95 * 1000 if age else None,
            bytes_per_second=(crowd.received - received) / usage.seconds,
            others_share=usage.others_share,
        )
    print(line_of(phase), flush=True)
    return phase


def _until_all_are_looked_at(url: str, cameras: int) -> None:
    deadline = time.monotonic() + 120
    while sum(count > 0 for count in exposition.read(url, _TOKEN).looks.values()) < cameras:
        if time.monotonic() > deadline:
            raise SystemExit("not every camera was looked at within 120 s")
        time.sleep(0.5)


def line_of(phase: Phase) -> str:
    age = f"{phase.age_p95_ms:.0f} ms" if phase.age_p95_ms is not None else "unknown"
    return (
        f"{phase.viewers:>3} viewers: {phase.looks_per_second:6.2f} looks/s, {phase.cpu_ms_per_second:6.0f} CPU-ms/s, "
        f"age p95 {age}, {phase.bytes_per_second / 1e6:.2f} MB/s, others used {phase.others_share:.0%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Content, choices=list(Content), default=available_content())
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--viewers", type=int, default=16)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--json", type=Path, default=None)
    given = parser.parse_args()
    phases = measure(given.content, given.cameras, given.viewers, given.turns, given.seconds)
    alone, watched = (
        statistics.median(phase.looks_per_second for phase in phases if (phase.viewers > 0) is is_watched)
        for is_watched in (False, True)
    )
    share = watched / alone
    print(f"looks per second, median: {alone:.2f} alone, {watched:.2f} with {given.viewers} viewers ({share:.1%})")
    if given.json is not None:
        figures = {"machine": asdict(machine.describe()), "phases": [asdict(phase) for phase in phases]}
        given.json.write_text(json.dumps(figures, indent=2, default=str), encoding="utf-8")


if __name__ == "__main__":
    main()
