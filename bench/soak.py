"""`python -m bench.soak`: does the service grow? A day's work of a camera in minutes, and the slope of what it holds.

The whole service, accelerated: files that are analysed as fast as possible and raise alerts with evidence in their own
time; cameras that are lost and found every few seconds; cameras that are added and deleted; a broker that goes away;
people who read and review. What that amounts to is said in days of one camera, each kind of work by itself; the least
counts. Before each look garbage is collected and freed memory handed back (malloc_trim), so that what the allocator
keeps for later is not taken for growth.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx2

from bench import exposition, machine
from bench.chaos import FPS, HEIGHT, WIDTH, furnished, wayward_cameras
from bench.notes import Body, Notes
from bench.slope import Slope, slope
from bench.table import documented
from domain.credit_code import CreditCode
from tests.acceptance.service_process import ServiceProcess
from tests.support.alarms import alarm_in, seen_by
from tests.support.clips import make_clip
from tests.support.mqtt import HOST, Mosquitto
from tests.support.rtsp import RtspServer
from tests.support.wayward import Conduct, WaywardCamera

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "performance.md"
MARK = "soak"
_TOKEN = "token-of-the-benchmark"
# What one camera does in a day: five looks a second, and alerts and losses of a place with much trouble.
FRAMES_PER_DAY = 5 * 86_400
ALERTS_PER_DAY = 50
RECONNECTS_PER_DAY = 48
_WARM_UP_SHARE = 0.35
_NOTES = 120  # so many looks at the process, if time allows
_CHURN_SECONDS = 5.0
_OUTAGE_EVERY, _OUTAGE_SECONDS = 60.0, 5.0
FIGURES = ("resident_bytes", "containers", "files", "threads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done since the warm-up."""

    frames: float
    alerts: float
    reconnects: float
    cameras: int
    steps: float = 0.0

    @property
    def days(self) -> dict[str, float]:
        """Days of one camera, by kind of work."""
        return {
            "frames": self.frames / FRAMES_PER_DAY,
            "alerts": self.alerts / ALERTS_PER_DAY,
            "reconnects": self.reconnects / RECONNECTS_PER_DAY,
        }

    @property
    def least_days(self) -> float:
        return min(self.days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`slopes` are per second; `first` and `last` what the process held after the warm-up and in the end."""

    measured_at: str
    machine: machine.Machine
    seconds: float
    work: Work
    slopes: dict[str, Slope]
    first: Body
    last: Body
    database_bytes: int
    evidence_bytes: int

    @property
    def per_camera_day(self) -> Slope:
        """Bytes of resident memory."""
        return self.slopes["resident_bytes"].times(self.seconds / max(self.work.least_days, 1e-9))


class Kitchen:
    """The service at work, seen through its API."""

    def __init__(self, client: httpx2.Client, service: ServiceProcess, broker: Mosquitto) -> None:
        self.client = client
        self.service = service
        self.broker = broker
        self.wayward: list[WaywardCamera] = []
        self.added = 0
        enterprise = self._post("enterprises", {"name": "bench", "credit_code": str(CreditCode.generated(7))})
        self._site = self._post("sites", {"name": "bench", "enterprise_id": enterprise["enterprise_id"]})["site_id"]

    def add(self, location: str, *, is_fast: bool = False) -> str:
        self.added += 1
        source = {"location": location} | ({"pace": "fast", "loops": True} if is_fast else {})
        body = {"site_id": self._site, "name": f"camera-{self.added}", "source": source}
        return str(self._post("cameras", body)["camera_id"])

    def remove(self, camera_id: str) -> None:
        """Raises httpx2.HTTPError: a camera that stays would pass for growth."""
        place = f"/api/v1/cameras/{camera_id}"
        found = self.client.get(place)
        found.raise_for_status()
        self.client.delete(place, headers={"If-Match": found.headers["ETag"]}).raise_for_status()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(f"/api/v1/{path}", json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def read_and_review(self) -> None:
        """As people do all day: the lists, one alert with its picture, a verdict; conflicts are theirs to bear."""
        items = self.client.get("/api/v1/alerts", params={"limit": 50}).json()["items"]
        self.client.get("/api/v1/cameras/status")
        self.client.get("/")
        if not items:
            return
        alert = items[0]
        for piece in alert["evidence"]:
            if piece["kind"] == "clip":
                self.client.post(f"/api/v1/evidence/{piece['evidence_id']}/access", json={"reason": "soak"})
            self.client.get(f"/api/v1/evidence/{piece['evidence_id']}")
        verdict = {"reason": "seen", "expected_sequence": alert["sequence"]}
        self.client.post(f"/api/v1/alerts/{alert['alert_id']}/confirm", json=verdict)

    def work_done(self) -> tuple[float, float, float, float]:
        """Frames, alerts, reconnects, steps so far. Of cameras that were deleted nothing is counted."""
        totals = exposition.totals(self.service.url, _TOKEN)
        return (
            totals.get("brightkitchen_looks_total", 0.0),
            totals.get('brightkitchen_alerts_total{step="raised"}', 0.0),
            totals.get("brightkitchen_camera_reconnects_total", 0.0),
            totals.get("brightkitchen_alerts_total", 0.0),
        )


@contextmanager
def kitchen(folder: Path, notes: Notes, note_seconds: float) -> Iterator[Kitchen]:
    with ExitStack() as stack:
        alarm = alarm_in(folder / "clips")
        still = furnished()(0.0)
        quiet = make_clip(folder / "quiet.mp4", width=WIDTH, height=HEIGHT, fps=FPS, seconds=60.0, draw=lambda _: still)
        server, broker = stack.enter_context(RtspServer()), stack.enter_context(Mosquitto())
        service = stack.enter_context(
            ServiceProcess(
                folder / "data",
                program=("-m", "bench.watched_service", str(notes.path)),
                **seen_by(),
                BRIGHTKITCHEN_ALERTS__MQTT__HOST=HOST,
                BRIGHTKITCHEN_ALERTS__MQTT__PORT=str(broker.port),
                BRIGHTKITCHEN_API__METRICS_TOKEN=_TOKEN,
                BRIGHTKITCHEN_API__ASKS_FOR_PLACES="false",  # nobody is there to look at its made pictures
                BRIGHTKITCHEN_STREAMS__RECONNECT_FIRST_SECONDS="0.2",
                BRIGHTKITCHEN_STREAMS__RECONNECT_LONGEST_SECONDS="0.5",
                # Most of a day nothing moves: there frames are counted, and network calls are few.
                BRIGHTKITCHEN_DETECTOR__GATE__CALM_SECONDS="30",
                BENCH_TRIM="1",
                BENCH_NOTE_SECONDS=f"{note_seconds:.1f}",
            )
        )
        found = Kitchen(service.client(), service, broker)
        found.wayward = [stack.enter_context(camera) for camera in wayward_cameras(4, server, quiet)]
        for camera in found.wayward:
            found.add(camera.url)
        found.add(str(alarm.path), is_fast=True)
        found.add(str(quiet), is_fast=True)
        yield found


class Churn:
    """What goes on around: cameras come and go and are lost, the broker too, people read. On a thread of its own."""

    def __init__(self, at_work: Kitchen, quiet: str) -> None:
        self._kitchen = at_work
        self._quiet = quiet
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="churn", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(60)

    def _run(self) -> None:
        outage_at, guest = time.monotonic() + _OUTAGE_EVERY, None
        turn = 0
        while not self._is_over.wait(_CHURN_SECONDS / 2):
            turn += 1
            for camera in self._kitchen.wayward:
                camera.conduct = Conduct.CLOSES if turn % 2 else Conduct.GOOD
            with suppress(httpx2.HTTPError):  # the service is busy: the next turn comes
                if guest is not None:
                    self._kitchen.remove(guest)
                    guest = None  # gone, also where the next one cannot be added
                guest = self._kitchen.add(self._quiet, is_fast=True)
                self._kitchen.read_and_review()
            if time.monotonic() > outage_at:
                self._kitchen.broker.kill()
                self._is_over.wait(_OUTAGE_SECONDS)
                self._kitchen.broker.start()
                outage_at = time.monotonic() + _OUTAGE_EVERY


def measure(minutes: float, *, least_days: float, say: bool = True) -> Report:
    described = machine.describe()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        notes = Notes(folder / "notes.jsonl")
        note_seconds = min(10.0, max(1.0, 60 * minutes * (1 - _WARM_UP_SHARE) / _NOTES))
        with kitchen(folder, notes, note_seconds) as at_work, Churn(at_work, str(folder / "quiet.mp4")):
            began = time.monotonic()
            while time.monotonic() - began < 60 * minutes * _WARM_UP_SHARE:
                time.sleep(1)
            notes.read()
            bodies, before = [], at_work.work_done()
            start = time.monotonic()
            while (elapsed := time.monotonic() - began) < 60 * minutes:
                time.sleep(5)
                bodies += notes.read().bodies
                work = _work(before, at_work)
                if say and bodies:
                    print(_line(elapsed, bodies[-1], work), flush=True)
                if least_days and work.least_days >= least_days and elapsed > 60 * minutes / 2:
                    break
            seconds = time.monotonic() - start
            work = _work(before, at_work)
        if os.environ.get("BENCH_TRACE"):
            traced = notes.path.with_suffix(".memory.txt")
            (FOLDER / "out" / "soak.memory.txt").write_text(traced.read_text() if traced.exists() else "too short\n")
        return report_of(described, seconds, work, bodies, folder / "data")


def report_of(described: machine.Machine, seconds: float, work: Work, bodies: Sequence[Body], data: Path) -> Report:
    clocks = [body.clock for body in bodies]
    return Report(
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=described,
        seconds=seconds,
        work=work,
        slopes={name: slope(clocks, [getattr(body, name) for body in bodies]) for name in FIGURES},
        first=bodies[0],
        last=bodies[-1],
        database_bytes=sum(path.stat().st_size for path in data.glob("*.db*")),
        evidence_bytes=sum(path.stat().st_size for path in data.rglob("evidence/**/*") if path.is_file()),
    )


def _work(before: tuple[float, float, float, float], at_work: Kitchen) -> Work:
    frames, alerts, reconnects, steps = (now - was for now, was in zip(at_work.work_done(), before, strict=True))
    return Work(frames=frames, alerts=alerts, reconnects=reconnects, cameras=at_work.added, steps=steps)


def _line(elapsed: float, body: Body, work: Work) -> str:
    days = ", ".join(f"{name} {days:.2f}" for name, days in work.days.items())
    return (
        f"{elapsed:5.0f} s  {body.resident_bytes / 1e6:.0f} MB, {body.threads} threads, {body.files} files, "
        f"{body.containers} containers; camera-days: {days}"
    )


def table(report: Report) -> str:
    day = report.per_camera_day
    days = ", ".join(f"{name} {days:.1f}" for name, days in report.work.days.items())
    rows = [
        ("resident MB", *_ends(report, "resident_bytes", 1e6)),
        ("threads", *_ends(report, "threads")),
        ("open files", *_ends(report, "files")),
        ("objects that Python's collector tracks", *_ends(report, "containers")),
    ]
    lines = ["| | after the warm-up | in the end | per hour of the run (95 %) |", "| --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    verdict = "**grows**" if day.has_grown else "no growth beyond chance"
    per_step = report.database_bytes / report.work.steps / 1000 if report.work.steps else 0.0
    remark = (
        f"Memory: {verdict}, {day.value / 1e6:+.2f} MB ({day.low / 1e6:+.2f} to {day.high / 1e6:+.2f}) per camera-day. "
        f"{report.seconds / 60:.0f} minutes after the warm-up did the work of camera-days: {days}; "
        f"{report.work.cameras} cameras had come and gone. On disk: database {report.database_bytes / 1e6:.1f} MB, "
        f"{per_step:.1f} kB for each of {report.work.steps:.0f} steps of alerts, and evidence "
        f"{report.evidence_bytes / 1e6:.0f} MB, which nothing deletes by itself. {report.machine.processor}, "
        f"{report.machine.cores} cores; load {report.machine.load_at_start:.1f} at the start; {report.measured_at}."
    )
    return "\n".join([*lines, "", remark])


def _ends(report: Report, name: str, unit: float = 1.0) -> tuple[str, str, str]:
    hourly = report.slopes[name].times(3600 / unit)
    first, last = getattr(report.first, name) / unit, getattr(report.last, name) / unit
    return f"{first:.0f}", f"{last:.0f}", f"{hourly.value:+.1f} ({hourly.low:+.1f} to {hourly.high:+.1f})"


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="the longest time; a third of it is warm-up (60)")
    parser.add_argument(
        "--camera-hours",
        type=float,
        default=24.0,
        help="end when so much work is done after the warm-up (24; 0: never)",
    )
    parser.add_argument("--trace", action="store_true", help="trace memory: slow, and says where it came from")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    parser.add_argument("--out", type=Path, default=FOLDER / "out", help="folder of the report (bench/out)")
    given = parser.parse_args(words)
    given.out.mkdir(parents=True, exist_ok=True)
    if given.trace:
        os.environ["BENCH_TRACE"] = "1"
    report = measure(given.minutes, least_days=given.camera_hours / 24)
    path = given.out / "soak.json"
    path.write_text(json.dumps(asdict(report), indent=2, default=str) + "\n", encoding="utf-8")
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), table(report), MARK), encoding="utf-8")
    sys.stdout.write(f"\n{table(report)}\n\nwritten to {path}\n")


if __name__ == "__main__":
    main()
