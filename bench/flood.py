"""`python -m bench.flood`: a flood of alerts through journal, outbox and a real broker, and whether it keeps up.

Each alert is put on record by the service's own recorder (SQLite, synchronous=FULL), takes further steps, and leaves by
the service's own publisher to a Mosquitto, where a subscriber writes down when it heard which step. All of it, the
flood's maker and the subscriber too, shares the processors that it is pinned to (two unless said otherwise). With
`--webhook` a signed webhook is sent for each step as well.

Latency is from the moment the step was handed to the recorder to the subscriber's callback.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from paho.mqtt.client import Client, MQTTMessage

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.delivery import OutboxPublisher
from alerts.exhibits import ExhibitMaker
from alerts.messages import AlertMessages
from alerts.mqtt import MqttLink
from alerts.notify.desk import RecipientForm
from alerts.notify.ports import Destination
from alerts.notify.recipient import Channel, Reach, Wishes
from alerts.notify.settings import NotifySettings
from alerts.orders import EndOrder, RaiseOrder
from alerts.ports import CameraPlace
from alerts.recorder import Recorder
from alerts.settings import EvidenceSettings, MqttSettings
from alerts.testing import FixedFaces, InMemoryClips, InMemoryEvidenceStore
from bench import machine
from bench.figures import Quantiles, quantiles_of
from domain.ids import AlertId, CameraId, EnterpriseId, SiteId, ViolationId
from domain.risk import RiskClass
from domain.scope import Scope
from domain.violation import Violation
from service.identity import new_id
from service.notifying import start_notifier, telling
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.migrate import upgrade
from service.storage.outbox import SqlOutbox
from tests.alerts.samples import sample_violation
from tests.support.hooks import HookServer
from tests.support.mqtt import HOST, Heard, Mosquitto, Subscriber

FOLDER = Path(__file__).resolve().parent
PLACE = CameraPlace(enterprise_id=EnterpriseId("enterprise-1"), site_id=SiteId("site-1"), timezone="Asia/Shanghai")
SECRET = "whsec_" + "QUJD" * 8
_LASTS_SECONDS = 2.0  # an alert's violation
_DRAIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`steps` were handed in; `missing`, `repeated` and `disordered` are counted at the subscriber."""

    measured_at: str
    machine: machine.Machine
    processors: int
    seconds: float
    alerts_per_minute: float
    wanted_per_minute: float
    steps: int
    missing: int
    repeated: int
    disordered: int
    latency: Quantiles | None
    slowest_seconds: float
    deepest_outbox: int
    drain_seconds: float
    cpu_ms_per_alert: float
    webhooks: int | None

    @property
    def is_kept(self) -> bool:
        """Everything arrived, in order, and what was still on its way at the end took no more than five seconds."""
        return (
            self.missing == 0
            and self.disordered == 0
            and self.drain_seconds <= 5.0
            and self.alerts_per_minute >= 0.98 * self.wanted_per_minute
        )

    def lines(self) -> list[str]:
        age = self.latency
        shown = f"{age.p50 * 1000:.0f} / {age.p95 * 1000:.0f} / {age.p99 * 1000:.0f} ms" if age else "–"
        lines = [
            (
                f"{self.alerts_per_minute:.0f} alerts a minute for {self.seconds:.0f} s on {self.processors} "
                f"processors ({self.steps} steps; asked for {self.wanted_per_minute:.0f})"
            ),
            f"recorder to subscriber p50 / p95 / p99: {shown}, slowest {self.slowest_seconds:.2f} s",
            (
                f"missing {self.missing}, repeated {self.repeated}, out of order {self.disordered}; deepest outbox "
                f"{self.deepest_outbox}, drained {self.drain_seconds:.2f} s after the last"
            ),
            (
                f"{self.cpu_ms_per_alert:.1f} CPU-ms an alert (maker and subscriber included); "
                f"load {self.machine.load_at_start:.1f} at the start"
            ),
        ]
        if self.webhooks is not None:
            lines.append(f"{self.webhooks} webhooks taken")
        return [*lines, "KEPT UP" if self.is_kept else "DID NOT KEEP UP"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a subscriber made of the keys (alert, sequence) that it heard, in their order."""

    missing: int
    repeated: int
    disordered: int


def tally(wanted: set[tuple[str, int]], heard: Sequence[tuple[str, int]]) -> Tally:
    """First arrivals must be in the order of each alert's sequence; repetitions are counted and otherwise fine."""
    times = Counter(heard)
    highest: dict[str, int] = {}
    disordered = 0
    for alert_id, sequence in dict.fromkeys(heard):
        disordered += sequence < highest.get(alert_id, 0)
        highest[alert_id] = max(sequence, highest.get(alert_id, 0))
    return Tally(len(wanted - set(times)), sum(times.values()) - len(times), disordered)


class Ear(Subscriber):
    """A subscriber that writes down when it heard."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "brightkitchen/v1/sites/+/alerts/#")
        self.times: list[tuple[str, int, float]] = []

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        at = time.monotonic()
        heard = Heard(message.topic, bytes(message.payload), message.retain)
        told = heard.json
        self.times.append((told["alert_id"], told["sequence"], at))


@dataclass(frozen=True, slots=True)
class Line:
    """Everything between the rules and the subscriber."""

    recorder: Recorder
    journal: SqlAlertJournal
    outbox: SqlOutbox
    ear: Ear
    hooks: HookServer | None


@contextmanager
def line(folder: Path, *, has_webhook: bool) -> Iterator[Line]:
    database = Database(f"sqlite:///{folder}/flood.db")
    upgrade(database)
    journal, outbox, bell = SqlAlertJournal(database), SqlOutbox(database), FeedBell()
    catalogue = load_catalogue()
    with ExitStack() as stack:
        stack.callback(database.close)
        broker = stack.enter_context(Mosquitto())
        ear = stack.enter_context(Ear(broker.port))
        mqtt = MqttSettings(host=HOST, port=broker.port)
        link = MqttLink(mqtt, node="bench", version="0", now=lambda: datetime.now(UTC))
        publisher = OutboxPublisher(
            outbox=outbox,
            link=link,
            bell=bell,
            settings=mqtt,
            clock=time.monotonic,
            now=lambda: datetime.now(UTC),
        )
        link.listen(lambda _status: publisher.wake())
        recorder = Recorder(
            journal=journal,
            exhibits=ExhibitMaker(
                store=InMemoryEvidenceStore(folder / "scratch"),
                clips=InMemoryClips(),
                faces=FixedFaces(),
                settings=EvidenceSettings(minimum_free_bytes=0),
                new_id=new_id,
            ),
            messages=AlertMessages(catalogue),
            bell=bell,
            clock=time.monotonic,
            now=lambda: datetime.now(UTC),
            still_follows=True,
        )
        hooks = stack.enter_context(HookServer()) if has_webhook else None
        if hooks is not None:
            settings = NotifySettings(allows_plain_http=True, allowed_networks=("127.0.0.0/8",))
            parts = telling(settings, folder, database)
            desk = start_notifier(
                parts, journal=journal, catalogue=catalogue, bell=bell, now=lambda: datetime.now(UTC), stack=stack
            )
            form = RecipientForm(
                name="bench",
                channel=Channel.WEBHOOK,
                reach=Reach(everything=True),
                wishes=Wishes(),
                destination=Destination(hooks.url("/hook", HOST), SECRET),
            )
            desk.add(form, Scope.everything())
        for start, stop in (
            (link.start, link.stop),
            (publisher.start, publisher.stop),
            (recorder.start, lambda: recorder.stop(10.0)),
        ):
            start()
            stack.callback(stop)
        yield Line(recorder, journal, outbox, ear, hooks)


class Flood:
    """Hands alerts to the recorder at an even pace; each ends some seconds later."""

    def __init__(self, at: Line, per_minute: float, seconds: float) -> None:
        self._at = at
        self._gap = 60.0 / per_minute
        self._seconds = seconds
        self.handed: dict[tuple[str, int], float] = {}
        self.alerts = 0
        self.deepest = 0

    def run(self) -> float:
        """Returns how long it took to hand everything in."""
        began = time.monotonic()
        lasting: list[tuple[float, AlertId]] = []
        number = 0
        while (now := time.monotonic()) - began < self._seconds:
            while lasting and lasting[0][0] <= now:
                self._end(lasting.pop(0)[1])
            if now >= began + number * self._gap:
                lasting.append((now + _LASTS_SECONDS, self._raise(number)))
                number += 1
                if number % 50 == 0:
                    self.deepest = max(self.deepest, self._at.outbox.depth())
            else:
                time.sleep(max(0.0, min(0.01, began + number * self._gap - now)))
        handed_in = time.monotonic() - began
        for _, alert_id in lasting:
            self._end(alert_id)
        self.alerts = number
        return handed_in

    def _raise(self, number: int) -> AlertId:
        now, alert_id = datetime.now(UTC), AlertId(new_id())
        violation: Violation = replace(
            sample_violation(number),
            violation_id=ViolationId(new_id()),
            camera_id=CameraId(f"camera-{number % 40}"),
            risk_class=RiskClass.II,
            started_at=now,
            confirmed_at=now,
            last_seen_at=now,
        )
        order = RaiseOrder(
            alert_id=alert_id, violation=violation, place=PLACE, raised_at=now, observation=None, frame=None
        )
        self.handed[alert_id, 1] = time.monotonic()
        self._at.recorder.raise_alert(order)
        return alert_id

    def _end(self, alert_id: AlertId) -> None:
        self.handed[alert_id, 2] = time.monotonic()
        self._at.recorder.end_alert(EndOrder(alert_id=alert_id, last_seen_at=datetime.now(UTC)))


def measure(per_minute: float, seconds: float, *, processors: int, has_webhook: bool, folder: Path) -> Report:
    """Pins this process and what it starts to so many processors."""
    chosen = sorted(os.sched_getaffinity(0))[:processors]
    os.sched_setaffinity(0, chosen)
    described = machine.describe()
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="flood-") as scratch,
        line(Path(scratch), has_webhook=has_webhook) as at,
    ):
        cpu_before = time.process_time()
        flood = Flood(at, per_minute, seconds)
        took = flood.run()
        finished = time.monotonic()
        _wait(lambda: len({one[:2] for one in at.ear.times}) >= len(flood.handed))
        _wait(lambda: at.hooks is None or len(at.hooks.taken) >= len(flood.handed))
        drained = max((one[2] for one in at.ear.times), default=finished) - finished
        cpu = time.process_time() - cpu_before
        heard = list(at.ear.times)
        webhooks = None if at.hooks is None else len(at.hooks.taken)
    first: dict[tuple[str, int], float] = {}
    for alert_id, sequence, when in heard:
        first.setdefault((alert_id, sequence), when)
    waits = [when - flood.handed[key] for key, when in first.items() if key in flood.handed]
    counted = tally(set(flood.handed), [(alert_id, sequence) for alert_id, sequence, _ in heard])
    return Report(
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=described,
        processors=len(chosen),
        seconds=took,
        alerts_per_minute=flood.alerts / took * 60.0,
        wanted_per_minute=per_minute,
        steps=len(flood.handed),
        missing=counted.missing,
        repeated=counted.repeated,
        disordered=counted.disordered,
        latency=quantiles_of(waits),
        slowest_seconds=max(waits, default=0.0),
        deepest_outbox=flood.deepest,
        drain_seconds=max(0.0, drained),
        cpu_ms_per_alert=cpu * 1000.0 / max(1, flood.alerts),
        webhooks=webhooks,
    )


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def arguments_of(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.flood", description=__doc__)
    parser.add_argument("--per-minute", type=float, default=1000.0, help="alerts a minute (1000)")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (600)")
    parser.add_argument("--processors", type=int, default=2, help="processors to be pinned to (2)")
    parser.add_argument("--webhook", action="store_true", help="also send a signed webhook for each step")
    parser.add_argument("--out", type=Path, default=FOLDER / "out", help="folder of the report (bench/out)")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    arguments = arguments_of(words)
    structlog.configure(processors=[lambda *_: (_ for _ in ()).throw(structlog.DropEvent())])
    arguments.out.mkdir(parents=True, exist_ok=True)
    report = measure(
        arguments.per_minute,
        arguments.seconds,
        processors=arguments.processors,
        has_webhook=arguments.webhook,
        folder=arguments.out,
    )
    path = arguments.out / "flood.json"
    path.write_text(json.dumps(asdict(report), indent=2) + "\n", encoding="utf-8")
    print("\n".join([*report.lines(), f"written to {path}"]))
    sys.exit(0 if report.is_kept else 1)


if __name__ == "__main__":
    main()
