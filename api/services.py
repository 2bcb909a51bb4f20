"""All that the HTTP side is given: ports, clocks and settings. The composition root fills it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alerts.catalogue import Availability, Catalogue, CatalogueFolder, Origin
from alerts.keeping.holds import HoldDesk
from alerts.keeping.policy import KeepingPolicy
from alerts.keeping.ports import AccessLog, KeepingBook
from alerts.keeping.warden import KeepingState
from alerts.nodes.desk import IngestDesk
from alerts.nodes.findings import FindingDesk
from alerts.notify.desk import RecipientDesk
from alerts.packing import PackDesk
from alerts.ports import AlertJournal, EvidenceStore, FaceFinder, ReviewRecords, SiteHours, Viewings
from alerts.replay.trial_desk import TrialDesk
from alerts.rising import RiseRule
from alerts.sensors.desk import SensorDesk
from alerts.terms import LifeTerms
from api.account_log import AccountLog
from api.cluster import ClusterStanding
from api.factor_desk import SecondFactorDesk
from api.figure_ports import SituationBook
from api.ports import (
    Accounts,
    Bell,
    CameraControl,
    FollowUp,
    HeadUse,
    HealthProbe,
    LookSource,
    NoHeadUse,
    NoLooks,
    Review,
)
from api.settings import ApiSettings
from api.system import SystemReport
from credit.applications.desk import ApplicationDesk
from credit.applications.ports import DraftWriter
from credit.date_desk import DateDesk
from credit.extracts.desk import ExtractDesk
from credit.index_desk import IndexDesk
from credit.inspections.desk import InspectionDesk
from credit.ledger_ports import LedgerBook, RecordBook
from credit.peer_desk import PeerDesk
from credit.ports import CountSource, Registry
from credit.publicity import PublicConsents
from credit.push.desk import PushDesk
from credit.record_desk import RecordDesk
from credit.reporting.report_desk import ReportDesk
from detector.head_desk import HeadDesk
from domain.clause import ClauseRegister
from domain.frame import Picture
from domain.organisation import Source
from domain.risk import RiskCode
from streams.ports import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """A risk code, and whether this installation can see it.

    `taught` is how it stands on cameras with a live head for it; None where no head can be taught for the code.
    """

    risk: RiskCode
    availability: Availability
    taught: Availability | None = None
    notify: str = ""
    credit_condition: str = ""
    rises: tuple[RiseRule, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def on_camera(self, taught_codes: Collection[str]) -> Availability:
        """How the code stands on a camera with live heads for these codes."""
        return self.taught if self.taught is not None and self.risk.code in taught_codes else self.availability


def code_entries(catalogue: Catalogue, usable_labels: Collection[str]) -> tuple[CodeEntry, ...]:
    """All codes of the catalogue as a network offers them that tells these labels well enough."""
    return tuple(
        CodeEntry(
            risk=entry.risk,
            availability=entry.availability(usable_labels),
            taught=entry.availability(usable_labels, {entry.risk.code}) if entry.taught_rule else None,
            notify=entry.notify,
            credit_condition=entry.credit_condition,
            rises=entry.judged_rises,
            origins=entry.origins,
        )
        for entry in catalogue
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingParts:
    """How long evidence is kept, what is held, what was deleted, and who looked. `is_on`: the policy is applied."""

    policy: KeepingPolicy
    is_on: bool
    state: Callable[[], KeepingState]
    ledger: KeepingBook
    holds: HoldDesk
    accesses: AccessLog


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeDesks:
    """What the routes about an alert's life use beside its review. Any thread."""

    follow_up: FollowUp
    viewings: Viewings
    records: ReviewRecords
    terms: LifeTerms
    hours: SiteHours


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditParts:
    """The ledgers, and the desks over them."""

    index: IndexDesk
    records: RecordDesk
    ledgers: LedgerBook
    record_book: RecordBook
    peers: PeerDesk
    applications: ApplicationDesk
    inspections: InspectionDesk
    writers: Mapping[str, DraftWriter]
    """How a draft is written, by the suffix of its file."""
    reports: ReportDesk
    pushes: PushDesk
    extracts: ExtractDesk
    dates: DateDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParts:
    """The catalogue in service with its rules, all that its folder says, and where numbers of rules are tried.

    `trials` is None where no detection log can be (the head of a cluster: its members watch).
    """

    catalogue: Catalogue
    folder: CatalogueFolder
    trials: TrialDesk | None = None
    longest_trial_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """Everything the routes use. The ports may be called from any thread, `bell` on the event loop only.

    `now` is the wall clock (aware UTC), `clock` the monotonic clock in seconds that frames are stamped with.
    """

    registry: Registry
    counts: CountSource
    situation: SituationBook
    credit: CreditParts
    consents: PublicConsents
    journal: AlertJournal
    evidence_store: EvidenceStore
    packs: PackDesk
    keeping: KeepingParts
    first_picture: Callable[[Source], Picture]
    """Opens a source for one picture of it. Blocks for some seconds; raises streams.errors.StreamError."""
    review: Review
    desks: LifeDesks
    bell: Bell
    accounts: Accounts
    rules: RuleParts
    system: Callable[[], SystemReport]
    """How the process stands. Reads the database and the disk; raises nothing."""
    account_log: AccountLog
    factors: SecondFactorDesk
    fleet: Fleet
    control: CameraControl
    heads: HeadDesk
    recipients: RecipientDesk
    catalogue: tuple[CodeEntry, ...]
    clauses: ClauseRegister
    probes: tuple[HealthProbe, ...]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    new_id: Callable[[], str]
    settings: ApiSettings
    looks: LookSource = field(default_factory=NoLooks)
    head_use: HeadUse = field(default_factory=NoHeadUse)
    people: FaceFinder | None = None
    """Finds whole persons and faces, to hide them from strangers; any thread. None: strangers see no pictures."""
    ingest: IngestDesk | None = None
    """Where nodes report; None unless this is a centre."""
    findings: FindingDesk | None = None
    """Where AI cameras report; None unless this is a centre."""
    cluster: Callable[[], ClusterStanding] | None = None
    """How the cluster stands; None unless this is its head. Reads the database; raises JournalError."""
    sensors: SensorDesk | None = None
    """Where readings go; None unless a file names sensors."""
    licence_notice_days: int | None = None
    """So many days before its last day a licence counts as about to end; None: the catalogue does not say."""

    def code(self, code: str) -> CodeEntry | None:
        return next((entry for entry in self.catalogue if entry.risk.code == code), None)

    def code_names(self) -> dict[str, tuple[str, str]]:
        """Chinese and English names of all risk codes."""
        return {entry.risk.code: (entry.risk.name_zh, entry.risk.name_en) for entry in self.catalogue}
