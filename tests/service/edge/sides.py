"""An edge and a centre with real databases and stores, and real HTTP between them; only the cameras are missing."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from alerts import life
from alerts.bell import FeedBell
from alerts.catalogue import Catalogue, load_catalogue
from alerts.evidence import LocalEvidenceStore
from alerts.messages import AlertMessages
from alerts.nodes.desk import IngestDesk
from alerts.nodes.files import FileSender
from alerts.nodes.findings import FindingDesk
from alerts.nodes.forwarder import Forwarder
from alerts.nodes.line import HttpsLine
from alerts.nodes.outcomes import OutcomeTaker
from alerts.nodes.ports import CentreLine, Node
from alerts.nodes.settings import CentreSettings, IngestSettings
from alerts.places import KnownPlaces
from alerts.ports import AlertFilter
from alerts.review import ReviewDesk
from api.app import create_app
from api.keys import fingerprint, new_node_secret
from api.testing import ApiTwins, FakeClock, FakeFleet
from domain.alert import Alert, AlertStep, Evidence, EvidenceKind, EvidenceState
from domain.ids import AlertId, CameraId, EnterpriseId, EvidenceId, NodeId, SiteId, UserId
from domain.scope import Scope
from service.edge.view import RegistryView
from service.identity import new_id
from service.storage.arrivals import SqlArrivals
from service.storage.database import Database
from service.storage.forward_queue import SqlForwardQueue
from service.storage.journal import SqlAlertJournal
from service.storage.nodes import SqlNodes
from service.storage.registry import SqlRegistry
from tests.alerts.samples import sample_violation
from tests.api.live import served
from tests.credit.samples import camera, enterprise, site, zone

EVERYTHING = Scope.everything()
OFFICER, COOK = UserId("officer"), UserId("cook")
FIRM, SITE, CAMERA = EnterpriseId("enterprise-1"), SiteId("site-1"), CameraId("camera-1")
CATALOGUE: Catalogue = load_catalogue()


@dataclass
class Side:
    """What both sides have. `folder` holds a database with tables already."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.database = Database(f"sqlite:///{self.folder}/brightkitchen.db")
        self.journal = SqlAlertJournal(self.database)
        self.registry = SqlRegistry(self.database)
        self.store = LocalEvidenceStore(self.folder / "evidence", 0)
        self.bell = FeedBell()
        self.known = KnownPlaces()
        self.messages = AlertMessages(CATALOGUE, self.known)
        self.reviews = ReviewDesk(self.journal, self.messages, self.bell, self.clock.now)

    def alerts(self) -> dict[AlertId, Alert]:
        return {alert.alert_id: alert for alert in self.journal.search(AlertFilter(), EVERYTHING, None, 1_000)}

    def alert(self, alert_id: AlertId) -> Alert:
        found = self.journal.get(alert_id, EVERYTHING)
        assert found is not None
        return found

    def review(self, alert_id: AlertId, verdict: AlertStep, who: UserId, reason: str = "seen") -> Alert:
        reviewed = self.reviews.review(
            alert_id,
            verdict,
            actor=who,
            scope=EVERYTHING,
            expected_sequence=self.alert(alert_id).sequence,
            reason=reason,
        )
        assert reviewed is not None
        return reviewed

    def take(self, alert: Alert, step: AlertStep) -> Alert:
        record, message = self.messages.step(alert, step)
        self.journal.record(alert, record, [message], alert.sequence - 1)
        return alert

    def content(self, alert: Alert) -> dict[EvidenceKind, bytes]:
        found = {}
        for piece in alert.evidence:
            if piece.state is EvidenceState.STORED:
                with self.store.open(piece.name) as file:
                    found[piece.kind] = file.read()
        return found


class CentreSide(Side):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.book = SqlNodes(self.database, new_id)
        self.arrivals = SqlArrivals(self.database, self.journal, new_id)
        self.desk = IngestDesk(
            book=self.book,
            arrivals=self.arrivals,
            journal=self.journal,
            store=self.store,
            messages=self.messages,
            bell=self.bell,
            remember=self.known.remember,
            settings=IngestSettings(),
            now=self.clock.now,
        )

        self.findings = FindingDesk(
            cameras=self.book,
            catalogue=CATALOGUE,
            journal=self.journal,
            messages=self.messages,
            bell=self.bell,
            now=self.clock.now,
        )

    def add_node(self, name: str = "shop-1", *codes: str) -> str:
        """Its token."""
        secret = new_node_secret()
        self.book.add(
            Node(
                node_id=NodeId(name),
                token_sha256=fingerprint(secret),
                credit_codes=frozenset(codes) or None,
                is_active=True,
                created_at=self.clock.now(),
            )
        )
        return secret

    @contextmanager
    def served(self, port: int = 0) -> Iterator[str]:
        twins = ApiTwins(scratch=self.folder / "scratch", clock=self.clock)
        services = replace(
            twins.services(),
            registry=self.registry,
            journal=self.journal,
            evidence_store=self.store,
            review=self.reviews,
            ingest=self.desk,
            findings=self.findings,
        )
        with served(create_app(services), services.settings, port) as url:
            yield url


@dataclass
class EdgeSide(Side):
    """`line` may be replaced before `forwarder` is asked for."""

    url: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.settings = CentreSettings(
            url=self.url, token=SecretStr(self.token), part_bytes=65_536, batch_steps=50, timeout_seconds=30
        )
        self.queue = SqlForwardQueue(self.database)
        self.line: CentreLine = HttpsLine(self.settings, SecretStr(self.token))
        self.fleet = FakeFleet()
        self._raised = 0

    def enter_cameras(self) -> None:
        self.registry.add_enterprise(enterprise())
        self.registry.add_site(site())
        self.registry.add_camera(camera(1, is_enabled=True))
        self.registry.add_zone(zone())

    def forwarder(self) -> Forwarder:
        return Forwarder(
            queue=self.queue,
            line=self.line,
            files=FileSender(
                queue=self.queue, line=self.line, store=self.store, settings=self.settings, now=self.clock.now
            ),
            outcomes=OutcomeTaker(self.journal, self.messages, self.bell, self.clock.now),
            view=RegistryView(self.registry, self.fleet),
            bell=self.bell,
            settings=self.settings,
            version="1",
            clock=self.clock.clock,
            now=self.clock.now,
            jitter=lambda: 1.0,
        )

    def raise_alert(self, *, clip: bytes = b"", still: bytes = b"a still", is_over: bool = False) -> Alert:
        """A new alert with its still, and a clip where there is one to be."""
        self._raised += 1
        self.clock.advance(1)
        alert_id = AlertId(new_id())
        pieces = [self.stored(alert_id, EvidenceKind.STILL, still)]
        if clip:
            pieces.append(self.stored(alert_id, EvidenceKind.CLIP, clip))
        alert = life.raise_alert(
            sample_violation(self._raised, camera_id=CAMERA, violation_id=new_id()),
            alert_id=alert_id,
            enterprise_id=FIRM,
            site_id=SITE,
            local_day=self.clock.now().date(),
            evidence=pieces,
            now=self.clock.now(),
        )
        self.take(alert, AlertStep.RAISED)
        return self.end(alert) if is_over else alert

    def raise_many(self, count: int) -> None:
        """Alerts without files that were raised and ended, a minute apart, all in one transaction."""
        with self.database.transaction() as connection:
            for _ in range(count):
                self._raised += 1
                self.clock.advance(60)
                now = self.clock.now()
                alert = life.raise_alert(
                    sample_violation(self._raised, camera_id=CAMERA, violation_id=new_id()),
                    alert_id=AlertId(new_id()),
                    enterprise_id=FIRM,
                    site_id=SITE,
                    local_day=now.date(),
                    evidence=(),
                    now=now,
                )
                ended = life.end(alert, last_seen_at=now, ended_at=now, now=now)
                for stepped, step in ((alert, AlertStep.RAISED), (ended, AlertStep.ENDED)):
                    record, message = self.messages.step(stepped, step)
                    self.journal.write(connection, stepped, record, [message], stepped.sequence - 1)

    def end(self, alert: Alert) -> Alert:
        now = self.clock.now()
        return self.take(life.end(alert, last_seen_at=now, ended_at=now, now=now), AlertStep.ENDED)

    def stored(self, alert_id: AlertId, kind: EvidenceKind, content: bytes) -> Evidence:
        evidence_id = EvidenceId(new_id())
        name = f"2026/01/05/{alert_id}/{evidence_id}"
        self.store.save(name, content)
        return Evidence(
            evidence_id=evidence_id,
            alert_id=alert_id,
            kind=kind,
            state=EvidenceState.STORED,
            name=name,
            media_type="video/mp4" if kind is EvidenceKind.CLIP else "image/jpeg",
            created_at=self.clock.now(),
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )


def send_all(forwarder: Forwarder, edge: EdgeSide, rounds: int = 500) -> None:
    """Rounds until nothing is left that could be sent now."""
    for _ in range(rounds):
        if not forwarder.work():
            return
    raise AssertionError(f"still busy after {rounds} rounds, {edge.queue.depth()} left")


def wait_out(edge: EdgeSide, seconds: float = 400.0) -> None:
    """Let so much time pass at the edge that everything may be tried again."""
    edge.clock.advance(timedelta(seconds=seconds).total_seconds())


def folder_with_tables(template: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    shutil.copyfile(template, folder / "brightkitchen.db")
    return folder
