"""In-memory twins of the HTTP side's ports, and all of them together: for tests here and for those who build on api."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from alerts.bell import FeedBell
from alerts.catalogue import SHIPPED, Catalogue, CatalogueFolder, load_catalogue, read_folder
from alerts.faults import Faults
from alerts.follow_up import FollowUpDesk
from alerts.keeping.holds import HoldDesk
from alerts.keeping.policy import load_policy
from alerts.keeping.testing import InMemoryAccessLog, InMemoryKeeping
from alerts.keeping.warden import KeepingState, SpaceState
from alerts.messages import AlertMessages
from alerts.notify.desk import RecipientDesk
from alerts.notify.recipient import Channel
from alerts.notify.reminding.testing import InMemoryNotices
from alerts.notify.secret_box import SecretBox
from alerts.notify.testing import InMemoryLedger, RecordingSender
from alerts.pack_key import PackKey
from alerts.packing import PackDesk
from alerts.ports import AlertFilter, FaceFinder, PlaceNames
from alerts.replay.testing import InMemoryBook, ScriptedTrials
from alerts.replay.trial_desk import TrialDesk
from alerts.review import ReviewDesk
from alerts.seal_testing import InMemorySeals
from alerts.sensors.desk import SensorDesk
from alerts.terms import LifeTerms
from alerts.testing import (
    InMemoryEvidenceStore,
    InMemoryJournal,
    InMemoryViewings,
    JournalReviewRecords,
    counting_ids,
)
from api.account_testing import InMemoryAccounts
from api.cluster import ClusterStanding
from api.credit_testing import credit_twins
from api.factor_desk import FactorBox, SecondFactorDesk
from api.ports import HealthProbe, Look, UsedHeads
from api.services import ApiServices, KeepingParts, LifeDesks, RuleParts, code_entries
from api.settings import ApiSettings
from api.situation_testing import InMemorySituation
from api.system import DatabaseStanding, SystemReport
from credit.applications.testing import GivenReader, InMemoryPapers
from credit.extracts.testing import InMemoryGrants
from credit.ledger_testing import InMemoryLedgers
from credit.ports import DailyCount
from credit.publicity_testing import InMemoryConsents
from credit.push.testing import InMemoryPushes, RecordingLine
from credit.testing import InMemoryCounts, InMemoryRegistry
from detector.head_testing import make_desk
from domain.frame import Frame, Picture
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.organisation import Camera, Source
from domain.schedule import Schedule
from domain.scope import Scope
from domain.zone import Zone
from streams.errors import CameraUnreachableError
from streams.ports import Clip, StreamStatus

# Hashing as cheap as argon2 allows: tests log in hundreds of times.
# A search of the network asks nobody.
CHEAP_SETTINGS = ApiSettings(
    console="plain",
    password_memory_kib=8,
    password_iterations=1,
    discovery_seconds=0.05,
    discovery_targets=("127.0.0.1:9",),
)


@cache
def shipped_folder() -> CatalogueFolder:
    """All that the shipped catalogue says."""
    return read_folder(SHIPPED, Faults())


class FakeFleet:
    """A fleet whose pictures and statuses are put in by hand. Any thread."""

    def __init__(self) -> None:
        self.frames: dict[CameraId, Frame] = {}
        self.known: dict[CameraId, StreamStatus] = {}

    def add(self, camera: Camera) -> None:
        """Cameras are started by nobody here."""

    def remove(self, camera_id: CameraId) -> None:
        self.frames.pop(camera_id, None)
        self.known.pop(camera_id, None)

    def statuses(self) -> list[StreamStatus]:
        return list(self.known.values())

    def status(self, camera_id: CameraId) -> StreamStatus | None:
        return self.known.get(camera_id)

    def latest_frame(self, camera_id: CameraId) -> Frame | None:
        return self.frames.get(camera_id)

    def save_clip(
        self,
        camera_id: CameraId,  # noqa: ARG002 - it keeps no packets
        start_clock: float,  # noqa: ARG002
        end_clock: float,  # noqa: ARG002
        path: Path,  # noqa: ARG002
    ) -> Clip | None:
        return None


class InMemoryHeadUse:
    """A HeadUse whose answers are put in by hand."""

    def __init__(self) -> None:
        self.known: dict[CameraId, UsedHeads] = {}

    def used_on(self, camera_id: CameraId) -> UsedHeads | None:
        return self.known.get(camera_id)


class InMemoryLooks:
    """A LookSource whose looks are put in by hand."""

    def __init__(self) -> None:
        self.known: dict[CameraId, Look] = {}
        self.watched: set[CameraId] = set()

    def watch(self, camera_id: CameraId, until_clock: float) -> None:  # noqa: ARG002 - until the test is over
        self.watched.add(camera_id)

    def latest(self, camera_id: CameraId) -> Look | None:
        return self.known.get(camera_id)


class RecordingCameraControl:
    """Remembers what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def camera_saved(self, camera: Camera) -> None:
        self.told.append(("saved", camera))

    def camera_deleted(self, camera_id: CameraId) -> None:
        self.told.append(("deleted", camera_id))

    def zones_changed(self, camera_id: CameraId, zones: list[Zone]) -> None:
        self.told.append(("zones", (camera_id, list(zones))))


class JournalCounts:
    """CountSource over the alerts of an in-memory journal."""

    def __init__(self, journal: InMemoryJournal) -> None:
        self._journal = journal

    def daily_counts(
        self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date
    ) -> Sequence[DailyCount]:
        alerts = self._journal.search(AlertFilter(enterprise_id=enterprise_id), scope, None, 1_000_000)
        return InMemoryCounts(alerts).daily_counts(enterprise_id, scope, day_from, day_to)


class RegistryNames:
    """NameSource that looks in the registry at each question."""

    def __init__(self, registry: InMemoryRegistry) -> None:
        self._registry = registry

    def names(self, enterprise_id: EnterpriseId, site_id: SiteId, camera_id: CameraId) -> PlaceNames:
        everything = Scope.everything()
        enterprise = self._registry.get_enterprise(enterprise_id, everything)
        site = self._registry.get_site(site_id, everything)
        camera = self._registry.get_camera(camera_id, everything)
        return PlaceNames(
            enterprise=enterprise.name if enterprise else None,
            site=site.name if site else None,
            camera=camera.name if camera else None,
        )


class RegistryHours:
    """SiteHours that look in the registry at each question and know no holidays."""

    def __init__(self, registry: InMemoryRegistry) -> None:
        self._registry = registry

    def schedule(self, site_id: SiteId) -> Schedule | None:
        site = self._registry.get_site(site_id, Scope.everything())
        return site.schedule if site else None


class FakeClock:
    """A wall clock and a monotonic one that move together, and only when told to."""

    def __init__(self, now: datetime = datetime(2026, 1, 5, 8, 0, tzinfo=UTC), clock: float = 1000.0) -> None:
        self._now = now
        self._clock = clock

    def now(self) -> datetime:
        return self._now

    def clock(self) -> float:
        return self._clock

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._clock += seconds


@dataclass(kw_only=True)
class ApiTwins:
    """All ports of the HTTP side in memory. `scratch` is a folder for the evidence store."""

    scratch: Path
    settings: ApiSettings = CHEAP_SETTINGS
    catalogue: Catalogue = field(default_factory=load_catalogue)
    terms: LifeTerms = field(default_factory=LifeTerms)
    """Plain ones: one reviewer, no viewing time, no clock. The shipped ones are `catalogue.terms`."""
    usable_labels: frozenset[str] = frozenset({"rodent", "cat", "dog", "person", "cigarette"})
    clock: FakeClock = field(default_factory=FakeClock)
    registry: InMemoryRegistry = field(default_factory=InMemoryRegistry)
    ledgers: InMemoryLedgers = field(default_factory=InMemoryLedgers)
    journal: InMemoryJournal = field(default_factory=InMemoryJournal)
    bell: FeedBell = field(default_factory=FeedBell)
    consents: InMemoryConsents = field(default_factory=InMemoryConsents)
    grants: InMemoryGrants = field(default_factory=InMemoryGrants)
    people: FaceFinder | None = None
    accounts: InMemoryAccounts = field(default_factory=InMemoryAccounts)
    fleet: FakeFleet = field(default_factory=FakeFleet)
    control: RecordingCameraControl = field(default_factory=RecordingCameraControl)
    looks: InMemoryLooks = field(default_factory=InMemoryLooks)
    head_use: InMemoryHeadUse = field(default_factory=InMemoryHeadUse)
    sensors: SensorDesk | None = None
    papers: InMemoryPapers = field(default_factory=InMemoryPapers)
    reader: GivenReader = field(default_factory=GivenReader)
    probes: tuple[HealthProbe, ...] = ()
    cluster: Callable[[], ClusterStanding] | None = None
    views: dict[str, Picture] = field(default_factory=dict)
    keeping_state: KeepingState = field(
        default_factory=lambda: KeepingState(space=SpaceState.ENOUGH, is_clock_doubted=False, looked_at=None)
    )

    system: SystemReport = field(
        default_factory=lambda: SystemReport(
            version="0",
            python="3",
            node="node-1",
            role="standalone",
            started_at=datetime(2026, 1, 5, 7, 0, tzinfo=UTC),
            broker=None,
            outbox=None,
            database=DatabaseStanding(kind="memory", size_bytes=None, fault=None),
            disk=None,
            networks=(),
        )
    )

    def __post_init__(self) -> None:
        self.new_id = counting_ids()
        self.evidence_store = InMemoryEvidenceStore(self.scratch)
        self.messages = AlertMessages(self.catalogue, RegistryNames(self.registry))
        self.heads = make_desk(self.scratch / "heads", now=self.clock.now)
        self.seals = InMemorySeals(self.journal)
        self.packs = PackDesk(
            journal=self.journal,
            store=self.evidence_store,
            seals=self.seals,
            messages=self.messages,
            key=PackKey("A" * 43),
            software="brightkitchen",
            node="node-1",
            new_id=self.new_id,
            now=self.clock.now,
        )
        self.pushes = InMemoryPushes(self.ledgers)
        self.record_line = RecordingLine(now=self.clock.now)
        self.credit = credit_twins(
            self.ledgers,
            self.registry,
            pushes=self.pushes,
            line=self.record_line,
            grants=self.grants,
            papers=self.papers,
            reader=self.reader,
            new_id=self.new_id,
            now=self.clock.now,
        )
        self.ledger = InMemoryLedger(self.journal)
        self.notices = InMemoryNotices()
        self.sender = RecordingSender()
        self.recipients = RecipientDesk(
            book=self.ledger,
            ledger=self.ledger,
            notices=self.notices,
            senders=dict.fromkeys(Channel, self.sender),
            box=SecretBox("key"),
            new_id=self.new_id,
            now=self.clock.now,
        )
        self.viewings = InMemoryViewings()
        self.desk = ReviewDesk(
            self.journal,
            self.messages,
            self.bell,
            self.clock.now,
            terms=self.terms,
            viewings=self.viewings,
        )
        self.follow_up = FollowUpDesk(self.desk.steps, self.evidence_store, self.new_id)
        self.trial_runner, self.trial_book = ScriptedTrials(self.catalogue), InMemoryBook()
        self.trials = TrialDesk(runner=self.trial_runner, book=self.trial_book, new_id=self.new_id, now=self.clock.now)
        self.keeping_book = InMemoryKeeping(self.journal)
        self.accesses = InMemoryAccessLog()
        self.policy = load_policy()
        self.holds = HoldDesk(
            journal=self.journal,
            book=self.keeping_book,
            messages=self.messages,
            bell=self.bell,
            new_id=self.new_id,
            now=self.clock.now,
        )

    def first_picture(self, source: Source) -> Picture:
        """What an unwatched source shows; `views` is put in by hand, by location."""
        found = self.views.get(source.location)
        if found is None:
            raise CameraUnreachableError("rtsp://camera")
        return found

    def services(self) -> ApiServices:
        return ApiServices(
            registry=self.registry,
            counts=JournalCounts(self.journal),
            situation=InMemorySituation(self.journal, self.ledgers, self.registry),
            consents=self.consents,
            people=self.people,
            credit=self.credit,
            journal=self.journal,
            evidence_store=self.evidence_store,
            packs=self.packs,
            keeping=KeepingParts(
                policy=self.policy,
                is_on=True,
                state=lambda: self.keeping_state,
                ledger=self.keeping_book,
                holds=self.holds,
                accesses=self.accesses,
            ),
            first_picture=self.first_picture,
            review=self.desk,
            desks=LifeDesks(
                follow_up=self.follow_up,
                viewings=self.viewings,
                records=JournalReviewRecords(self.journal),
                terms=self.terms,
                hours=RegistryHours(self.registry),
            ),
            bell=self.bell,
            accounts=self.accounts,
            rules=RuleParts(catalogue=self.catalogue, folder=shipped_folder(), trials=self.trials),
            system=lambda: self.system,
            account_log=self.accounts,
            factors=SecondFactorDesk(self.accounts, FactorBox("key"), self.clock.now),
            fleet=self.fleet,
            control=self.control,
            heads=self.heads,
            recipients=self.recipients,
            catalogue=code_entries(self.catalogue, self.usable_labels),
            clauses=self.catalogue.register,
            probes=self.probes,
            now=self.clock.now,
            clock=self.clock.clock,
            new_id=self.new_id,
            settings=self.settings,
            looks=self.looks,
            head_use=self.head_use,
            cluster=self.cluster,
            sensors=self.sensors,
            licence_notice_days=self.catalogue.licence_notice_days,
        )
