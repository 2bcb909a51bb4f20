"""`python -m bench.chaos`: fifty cameras of which ten die, hang or send garbage while the others keep their frame age.

The real service, a real RTSP server, cameras that misbehave by a schedule drawn from a seed
(`tests/support/wayward.py`). Calm and chaotic spans take turns in one run, so that neighbours weigh on both alike.
Pictures are small and few: it is isolation that is measured, not load.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import httpx2
import numpy as np

from bench import machine
from bench.figures import Quantiles, quantiles_of
from bench.notes import Notes
from bench.table import documented
from bench.trials import Meter, TrialError
from domain.credit_code import CreditCode
from domain.frame import Pixels
from tests.acceptance.service_process import ServiceProcess
from tests.support.clips import Draw, make_clip
from tests.support.mqtt import HOST, Mosquitto
from tests.support.rtsp import RtspServer
from tests.support.wayward import (
    JPEG_CONDUCTS,
    RTSP_CONDUCTS,
    Conduct,
    WaywardCamera,
    WaywardJpegCamera,
    WaywardRtspCamera,
    noise_picture,
)

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "performance.md"
MARK = "chaos"
WIDTH, HEIGHT, FPS = 192, 108, 5
LOOKS_PER_SECOND = 2.0
_JPEG_SHARE = 0.3  # of the cameras that misbehave; the others speak RTSP
_TURN_SECONDS = (4.0, 15.0)  # how long a conduct lasts
_GOOD_SHARE = 0.2  # of the turns in a chaotic span, so that there is something to lose again
_START_SECONDS = 120.0
_RECOVERY_SECONDS = 90.0  # the longest wait between two tries, and some
_OVERHEAD_SECONDS = 60.0  # of the budget, for start and recovery
# A network that looks at small pictures, at all of them, so that looks are as many as pictures that are due.
_SERVICE = {
    "BRIGHTKITCHEN_DETECTOR__LONGEST_SIDE_PX": "128",
    "BRIGHTKITCHEN_DETECTOR__GATE__IS_ON": "false",
    "BRIGHTKITCHEN_STREAMS__RECONNECT_LONGEST_SECONDS": "10",
    "BRIGHTKITCHEN_STREAMS__SIGHT__IS_ON": "false",  # the made pictures show no place, which it would tell
    "BENCH_TRIM": "1",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` seconds after the beginning of a span on, a camera behaves so."""

    at: float
    camera: int
    conduct: Conduct


def schedule(kinds: Sequence[Sequence[Conduct]], seconds: float, chance: random.Random) -> list[Turn]:
    """A span's turns in the order of time; `kinds` are the conducts that each camera is capable of."""
    turns = []
    for camera, conducts in enumerate(kinds):
        at = chance.uniform(0.0, 2.0)
        while at < seconds:
            conduct = Conduct.GOOD if chance.random() < _GOOD_SHARE else chance.choice(conducts)
            turns.append(Turn(at, camera, conduct))
            at += chance.uniform(*_TURN_SECONDS)
    return sorted(turns, key=lambda turn: turn.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What was measured in one span; all but `reconnects` and the last three about the good cameras.

    `offline` are looks at a good camera's status that found it neither online nor degraded.
    """

    kind: str
    seconds: float
    age: Quantiles | None
    slowest_looks_per_second: float
    longest_silence_seconds: float
    offline: int
    reconnects: int
    resident_bytes: int
    threads: int
    cpu_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    measured_at: str
    machine: machine.Machine
    seed: int
    good: int
    wayward: int
    spans: tuple[Span, ...]
    returned: int
    return_seconds: float
    abandoned_threads: int
    causes: Mapping[str, int]

    @property
    def is_kept(self) -> bool:
        """Nobody of the good was lost, and ninety-five of a hundred of their pictures were younger than a second."""
        chaotic = [span for span in self.spans if span.kind == "chaos"]
        return self.returned == self.wayward and all(
            span.offline == 0 and span.age is not None and span.age.p95 < 1.0 for span in chaotic
        )


class Kitchens:
    """The service and its fifty cameras, seen through its API."""

    def __init__(self, client: httpx2.Client, good: list[str], wayward: list[WaywardCamera], notes: Notes) -> None:
        self._client = client
        self.wayward = wayward
        self.notes = notes
        ids = _add_cameras(client, [*good, *(camera.url for camera in wayward)])
        self.good_ids = frozenset(ids[: len(good)])
        self.wayward_ids = frozenset(ids[len(good) :])

    def statuses(self) -> dict[str, dict[str, Any]]:
        answer = self._client.get("/api/v1/cameras/status")
        answer.raise_for_status()
        return {item["camera_id"]: item for item in answer.json()["items"]}

    def abandoned_threads(self) -> int:
        lines = self._client.get("/metrics").text.splitlines()
        [value] = [line.split()[-1] for line in lines if line.startswith("brightkitchen_abandoned_camera_threads ")]
        return int(float(value))


def _add_cameras(client: httpx2.Client, locations: list[str]) -> list[str]:
    """Their ids in order, all in one site."""

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = client.post(f"/api/v1/{path}", json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    enterprise = post("enterprises", {"name": "bench", "credit_code": str(CreditCode.generated(7))})
    site = post("sites", {"name": "bench", "enterprise_id": enterprise["enterprise_id"]})
    return [
        post(
            "cameras",
            {
                "site_id": site["site_id"],
                "name": f"camera-{number}",
                "source": {"location": location, "transport": "tcp"},
                "analysed_fps": LOOKS_PER_SECOND,
            },
        )["camera_id"]
        for number, location in enumerate(locations)
    ]


@contextmanager
def kitchens(good: int, wayward: int) -> Iterator[tuple[Kitchens, ServiceProcess]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        clip = make_clip(folder / "clip.mp4", width=WIDTH, height=HEIGHT, fps=FPS, seconds=8.0, draw=furnished())
        server, spoilt = stack.enter_context(RtspServer()), stack.enter_context(RtspServer())
        urls = [server.add(f"camera{number}", clip) for number in range(good)]
        cameras = [stack.enter_context(camera) for camera in wayward_cameras(wayward, spoilt, clip)]
        broker = stack.enter_context(Mosquitto())
        notes = Notes(folder / "notes.jsonl")
        service = stack.enter_context(
            ServiceProcess(
                folder / "data",
                program=("-m", "bench.watched_service", str(notes.path)),
                BRIGHTKITCHEN_ALERTS__MQTT__HOST=HOST,
                BRIGHTKITCHEN_ALERTS__MQTT__PORT=str(broker.port),
                **_SERVICE,
            )
        )
        yield Kitchens(service.client(), urls, cameras, notes), service


def furnished() -> Draw:
    """Something that a camera could show: edges everywhere, and a square that crosses it."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(30, 220, (HEIGHT // 12, WIDTH // 12, 3), dtype=np.uint8)
    room = np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)

    def draw(seconds: float) -> Pixels:
        pixels = room.copy()
        left = int(seconds / 8.0 * (WIDTH - 20))
        pixels[40:60, left : left + 20] = (40, 200, 250)
        return pixels

    return draw


def wayward_cameras(count: int, server: RtspServer, clip: Path) -> list[WaywardCamera]:
    jpegs = round(count * _JPEG_SHARE)
    pictures = [noise_picture(WIDTH, HEIGHT, seed) for seed in range(5)]
    larger = [noise_picture(2 * WIDTH, 2 * HEIGHT, seed) for seed in range(5)]
    cameras: list[WaywardCamera] = [WaywardJpegCamera(pictures, larger, fps=FPS) for _ in range(jpegs)]
    for number in range(count - jpegs):
        server.add(f"wayward{number}", clip)
        cameras.append(WaywardRtspCamera(lambda: server.port, f"wayward{number}"))
    return cameras


def conducts_of(camera: WaywardCamera) -> tuple[Conduct, ...]:
    return JPEG_CONDUCTS if isinstance(camera, WaywardJpegCamera) else RTSP_CONDUCTS


class Chaos:
    """Carries the whole out."""

    def __init__(self, watched: Kitchens, pid: int, seed: int) -> None:
        self._watched = watched
        self._pid = pid
        self._chance = random.Random(seed)
        self.causes: dict[str, int] = {}

    def wait_for_all(self, seconds: float) -> float:
        """Until every camera gives pictures, whatever they show; how long that took. TrialError after so long."""
        began = time.monotonic()
        while away := self.away():
            if time.monotonic() - began > seconds:
                raise TrialError(f"{len(away)} cameras give no picture after {seconds:.0f} s: {away}")
            time.sleep(0.5)
        return time.monotonic() - began

    def behave(self) -> None:
        for camera in self._watched.wayward:
            camera.conduct = Conduct.GOOD

    def away(self) -> dict[str, str | None]:
        return {
            name: status["cause"]
            for name, status in self._watched.statuses().items()
            if status["condition"] == "offline"
        }

    def span(self, kind: str, seconds: float) -> Span:
        turns = self._turns(kind, seconds)
        self._watched.notes.read()
        before, meter, began = self._watched.statuses(), Meter(self._pid), time.monotonic()
        offline = 0
        while (elapsed := time.monotonic() - began) < seconds:
            while turns and turns[0].at <= elapsed:
                turn = turns.pop(0)
                self._watched.wayward[turn.camera].conduct = turn.conduct
            offline += self._look()
            time.sleep(0.25)
        after, usage, notes = self._watched.statuses(), meter.usage(), self._watched.notes.read()
        good, body = self._watched.good_ids, notes.bodies[-1]
        return Span(
            kind=kind,
            seconds=usage.seconds,
            age=quantiles_of([age for name in good for age in notes.ages.get(name, ())]),
            slowest_looks_per_second=min(len(notes.ages.get(name, ())) for name in good) / usage.seconds,
            longest_silence_seconds=max(notes.silence_seconds(name) for name in good),
            offline=offline,
            reconnects=sum(after[name]["reconnects"] - before[name]["reconnects"] for name in after),
            resident_bytes=body.resident_bytes,
            threads=body.threads,
            cpu_ms=1000 * usage.cpu_seconds / usage.seconds / len(after),
        )

    def _turns(self, kind: str, seconds: float) -> list[Turn]:
        if kind == "calm":
            return []
        return schedule([conducts_of(camera) for camera in self._watched.wayward], seconds, self._chance)

    def _look(self) -> int:
        statuses = self._watched.statuses()
        for name in self._watched.wayward_ids:
            if statuses[name]["condition"] == "offline":
                cause = statuses[name]["cause"] or "none"
                self.causes[cause] = self.causes.get(cause, 0) + 1
        return sum(statuses[name]["condition"] not in {"online", "degraded"} for name in self._watched.good_ids)


def measure(*, good: int, wayward: int, minutes: float, rounds: int, seed: int) -> Report:
    seconds = max(10.0, (60.0 * minutes - _OVERHEAD_SECONDS) / (2 * rounds))
    described = machine.describe()
    with kitchens(good, wayward) as (watched, service):
        chaos = Chaos(watched, service.pid, seed)
        chaos.wait_for_all(_START_SECONDS)
        spans: list[Span] = []
        took = 0.0
        for _ in range(rounds):
            for kind in ("calm", "chaos"):
                spans.append(chaos.span(kind, seconds))
                say(spans[-1])
            chaos.behave()
            took = max(took, chaos.wait_for_all(_RECOVERY_SECONDS))
        return Report(
            measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=described,
            seed=seed,
            good=good,
            wayward=wayward,
            spans=tuple(spans),
            returned=wayward - len(chaos.away()),
            return_seconds=took,
            abandoned_threads=watched.abandoned_threads(),
            causes=chaos.causes,
        )


def say(span: Span) -> None:
    age = (
        f"{span.age.p50 * 1000:.0f} / {span.age.p95 * 1000:.0f} / {span.age.p99 * 1000:.0f} ms" if span.age else "none"
    )
    print(
        f"{span.kind:<6} age {age}, slowest {span.slowest_looks_per_second:.2f} looks/s, silence at most "
        f"{span.longest_silence_seconds:.1f} s, offline {span.offline}, reconnects {span.reconnects}, "
        f"{span.resident_bytes / 1e6:.0f} MB, {span.threads} threads",
        flush=True,
    )


def table(report: Report) -> str:
    columns = {kind: [span for span in report.spans if span.kind == kind] for kind in ("calm", "chaos")}
    rows = [
        ("frame age of the good, p50 / p95 / p99 ms", _age),
        ("looks per second, the slowest of the good", lambda s: f"{min(e.slowest_looks_per_second for e in s):.2f}"),
        ("longest silence of a good camera, s", lambda s: f"{max(e.longest_silence_seconds for e in s):.1f}"),
        ("looks that found a good camera offline", lambda s: f"{sum(e.offline for e in s)}"),
        ("reconnects", lambda s: f"{sum(e.reconnects for e in s)}"),
        ("CPU-ms per camera-second", lambda s: f"{statistics.median(e.cpu_ms for e in s):.1f}"),
        ("resident MB at the end of each span", lambda s: ", ".join(f"{e.resident_bytes / 1e6:.0f}" for e in s)),
        ("threads at the end of each span", lambda s: ", ".join(str(e.threads) for e in s)),
    ]
    lines = [f"| {report.good} good cameras beside {report.wayward} | calm | chaos |", "| --- | --- | --- |"]
    lines += [f"| {name} | {shown(columns['calm'])} | {shown(columns['chaos'])} |" for name, shown in rows]
    causes = ", ".join(f"{cause} {count}" for cause, count in sorted(report.causes.items()))
    remark = (
        f"{'Kept' if report.is_kept else '**Not kept**'}: {report.returned} of {report.wayward} wayward cameras gave "
        f"pictures again {report.return_seconds:.0f} s after they behaved; threads left behind: "
        f"{report.abandoned_threads}; causes told while they were away (looks): {causes or 'none'}. "
        f"{len(report.spans) // 2} spans of each kind of {report.spans[0].seconds:.0f} s, seed {report.seed}; "
        f"{report.machine.processor}, {report.machine.cores} cores; load {report.machine.load_at_start:.1f} at the "
        f"start; {report.measured_at}."
    )
    return "\n".join([*lines, "", remark])


def _age(spans: Sequence[Span]) -> str:
    """Medians over the spans."""
    ages = [span.age for span in spans if span.age]
    cells = [statistics.median(getattr(age, name) for age in ages) * 1000 for name in ("p50", "p95", "p99")]
    return " / ".join(f"{cell:.0f}" for cell in cells)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=8.0, help="the whole, start and recovery included (8)")
    parser.add_argument("--good", type=int, default=40, help="cameras that behave (40)")
    parser.add_argument("--wayward", type=int, default=10, help="cameras that do not (10)")
    parser.add_argument("--rounds", type=int, default=2, help="a calm and a chaotic span each (2)")
    parser.add_argument("--seed", type=int, default=20260105, help="of the schedule")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    parser.add_argument("--out", type=Path, default=FOLDER / "out", help="folder of the report (bench/out)")
    given = parser.parse_args(words)
    report = measure(
        good=given.good, wayward=given.wayward, minutes=given.minutes, rounds=given.rounds, seed=given.seed
    )
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / "chaos.json"
    path.write_text(json.dumps(asdict(report), indent=2, default=str) + "\n", encoding="utf-8")
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), table(report), MARK), encoding="utf-8")
    sys.stdout.write(f"\n{table(report)}\n\nwritten to {path}\n")


if __name__ == "__main__":
    main()
