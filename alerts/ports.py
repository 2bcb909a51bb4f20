"""What alerting needs from outside: a journal in a database, a place for evidence, a broker, clips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from alerts.seals import Proof, Seal, Timestamp
from domain.alert import Alert, AlertState, AlertStep, Evidence, EvidenceKind
from domain.geometry import Polygon
from domain.ids import AlertId, CameraId, EnterpriseId, EvidenceId, SiteId, UserId
from domain.risk import RiskClass
from domain.schedule import Schedule
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One row of an alert's history. `actor_id` is the account of the person who did it; None is the machine."""

    alert_id: AlertId
    sequence: int
    step: AlertStep
    at: datetime
    actor_id: UserId | None
    note: str
    payload: dict[str, Any]
    """The message as it goes out by MQTT and SSE (JSON-ready): consumers see the same in both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A step as the feed hands it out; `feed_id` grows with each step of any alert and is the SSE id."""

    feed_id: int
    step: StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be sent for as long as it takes. `captured_at` starts the latency clock (None: no frame)."""

    topic: str
    payload: bytes
    created_at: datetime
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    message_id: int
    topic: str
    payload: bytes
    created_at: datetime
    captured_at: datetime | None
    attempts: int  # in vain


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts a list asks for; an empty field asks for all. Days are the site's own calendar days."""

    enterprise_id: EnterpriseId | None = None
    site_id: SiteId | None = None
    camera_id: CameraId | None = None
    codes: frozenset[str] = frozenset()
    risk_classes: frozenset[RiskClass] = frozenset()
    states: frozenset[AlertState] = frozenset()
    is_open: bool | None = None
    day_from: date | None = None
    day_to: date | None = None
    is_on_clock: bool = False
    """Only alerts that somebody owes something: with a life, and in none of the states that end it."""


# The states in which nobody owes an alert anything any more.
SETTLED = frozenset({AlertState.DISMISSED, AlertState.UNCLEAR, AlertState.VERIFIED, AlertState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlertCounts:
    """For the site's summary topic."""

    by_class: dict[RiskClass, int]


class AlertJournal(Protocol):
    """The database side of alerts. Every method is one transaction and may be called from any thread."""

    def record(
        self, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> FeedEntry:
        """Store the alert as it is after the step, the step, its evidence rows and its outbox messages: all or none.

        `expected_sequence` is the stored alert's sequence before the step, 0 for a new alert.
        Raises AlertConflictError if the stored sequence differs (somebody else was quicker; for a new alert:
        it is there already, or an open alert has the same camera, code and subject), and JournalError
        (`is_temporary`) where the database could not take it.
        """
        ...

    def get(self, alert_id: AlertId, scope: Scope) -> Alert | None: ...

    def search(self, wanted: AlertFilter, scope: Scope, before: AlertId | None, limit: int) -> list[Alert]:
        """Newest first (ids are UUIDv7: their order is that of raising). `before` is the last id of the page before."""
        ...

    def history(self, alert_id: AlertId) -> list[StepRecord]: ...

    def feed(self, after: int, scope: Scope, limit: int) -> list[FeedEntry]:
        """Steps with a higher feed id, ascending. Ids become visible in order: what is skipped never comes."""
        ...

    def newest_feed_id(self) -> int: ...

    def open_alerts(self, camera_id: CameraId) -> list[Alert]:
        """Alerts whose violation has no end yet, for taking up where a killed process left off."""
        ...

    def open_cameras(self) -> list[CameraId]:
        """Cameras that such alerts of this installation are about, whether they still exist or not."""
        ...

    def pending_evidence(self) -> list[Alert]:
        """Alerts of this installation with evidence still `pending`: after a crash nobody is making it any more."""
        ...

    def evidence(self, evidence_id: EvidenceId) -> tuple[Alert, Evidence] | None: ...

    def open_counts(self, site_id: SiteId) -> OpenAlertCounts: ...


class Viewings(Protocol):
    """When reviewers first opened the evidence of alerts. Every method is one transaction; any thread."""

    def note(self, alert_id: AlertId, user_id: UserId, at: datetime) -> None:
        """A later look changes nothing."""
        ...

    def first(self, alert_id: AlertId, user_id: UserId) -> datetime | None: ...


class SiteHours(Protocol):
    """Opening hours of sites, with the jurisdiction's holidays. Any thread."""

    def schedule(self, site_id: SiteId) -> Schedule | None:
        """None for a site that is gone: all time counts then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCount:
    """How many alerts of a code at a camera have a verdict that stands."""

    code: str
    camera_id: CameraId
    confirmed: int
    dismissed: int
    unclear: int


class ReviewRecords(Protocol):
    """What was judged, for quality assurance. Days are the sites' own. Any thread."""

    def verdict_counts(self, scope: Scope, day_from: date, day_to: date) -> Sequence[VerdictCount]:
        """By code and camera; disputes that are not decided count as nothing."""
        ...

    def reviewed_twice(self, scope: Scope, day_from: date, day_to: date) -> Sequence[Alert]:
        """Alerts with verdicts of at least two reviewers, or a decided dispute; 10 000 at most, the newest."""
        ...


class Outbox(Protocol):
    """Messages that wait for their PUBACK, oldest first. Any thread."""

    def pending(self, limit: int, after: int = 0) -> list[OutboxMessage]:
        """The oldest messages with an id above `after`."""

    def acknowledge(self, message_ids: Sequence[int]) -> None:
        """The broker has them: forget them."""

    def note_attempt(self, message_ids: Sequence[int]) -> None:
        """They were sent in vain: refused, or their connection broke before the PUBACK."""

    def depth(self) -> int: ...

    def oldest_created_at(self) -> datetime | None: ...


class MessageLink(Protocol):
    """A connection to a broker, as far as sending is concerned. Any thread."""

    @property
    def connection(self) -> int | None:
        """A number that differs for each connection; None while there is none."""

    def publish(self, topic: str, payload: bytes, answered: Callable[[bool], None]) -> bool:
        """Send at QoS 1 now, or return False: nothing is kept for later.

        `answered` is called once, on the network thread, with the PUBACK: True if the broker took the message,
        False if it refused it. If the connection breaks first it is never called.
        """
        ...

    def reconnect(self, reason: str) -> None:
        """Give up the present connection, which seems to be dead, and make a new one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    name: str
    size_bytes: int
    sha256: str


class EvidenceFiles(Protocol):
    """Evidence to be read. Any thread."""

    def open(self, name: str) -> BinaryIO:
        """Raises EvidenceNotFoundError."""
        ...


class EvidenceStore(Protocol):
    """Files by name ("2026/11/23/<alert>/<evidence>.jpg"). Any thread."""

    def save(self, name: str, content: bytes) -> StoredFile:
        """Write whole or not at all, and flushed to the disk. Raises EvidenceStoreError (with `cause`)."""
        ...

    def adopt(self, name: str, path: Path) -> StoredFile:
        """Take over a finished local file (it is moved). Raises EvidenceStoreError."""
        ...

    def scratch(self) -> Path:
        """A folder for files that are still being made, on the same disk; emptied at the start."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Raises EvidenceNotFoundError."""
        ...

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedClip:
    started_at: datetime
    seconds: float
    media_type: str


class ClipSource(Protocol):
    """Cameras as far as evidence is concerned."""

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> SavedClip | None: ...


class FaceFinder(Protocol):
    """Finds what must be blurred in a still. Called on the evidence thread only."""

    def find(self, pixels: Any) -> Sequence[Any]:
        """Boxes (domain.geometry.Box) of faces and heads in a BGR picture of shape (height, width, 3)."""
        ...


class GuardedParts(Protocol):
    """What people drew into a camera's picture because it must not be seen. Any thread; never waits."""

    def has_private(self, camera_id: CameraId) -> bool:
        """It has parts that nobody may see: its own packets must not be kept."""
        ...

    def screens(self, camera_id: CameraId) -> Sequence[Polygon]:
        """Screens and boards, to be made unreadable in stills."""
        ...


class CameraPlaces(Protocol):
    """Which enterprise and site a camera belongs to, and the site's calendar."""

    def place(self, camera_id: CameraId) -> "CameraPlace | None": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPlace:
    enterprise_id: EnterpriseId
    site_id: SiteId
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNames:
    """What people call the places of an alert; None where the name is not known."""

    enterprise: str | None = None
    site: str | None = None
    camera: str | None = None


class NameSource(Protocol):
    """Names for messages. Any thread; it answers from memory or says that it does not know."""

    def names(self, enterprise_id: EnterpriseId, site_id: SiteId, camera_id: CameraId) -> PlaceNames: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCopy:
    """A copy of an alert's evidence that somebody took: who, when, what. `user_id` is None at the machine itself."""

    copy_id: str
    alert_id: AlertId
    user_id: UserId | None
    made_at: datetime
    has_clip: bool
    sha256: str


class SealBook(Protocol):
    """The chain of seals over the steps of alerts. Every method is one transaction; any thread, any process."""

    def seal(self, *, after: int, limit: int, now: datetime) -> list[Seal]:
        """Seal steps above the feed id that have no seal yet, oldest first; what was sealed (empty: nothing left)."""
        ...

    def newest(self) -> Seal | None: ...

    def add_timestamp(self, timestamp: Timestamp) -> None:
        """Keep a time stamp; a second one of the same seal is dropped."""
        ...

    def proof(self, alert_id: AlertId) -> Proof | None:
        """The alert's sealed steps with the links up to the next time stamp, else to the last; None: no seal.

        A run that would be too long is cut (`is_cut`), and the entries beyond it are left out.
        """
        ...

    def note_copy(self, copy: PackCopy) -> None: ...

    def copies(self, alert_id: AlertId) -> list[PackCopy]:
        """Who took copies of the alert's evidence, oldest first."""
        ...


class AnchorPlace(Protocol):
    """Somewhere outside the database that remembers a seal. Called on the sealer's thread."""

    @property
    def name(self) -> str:
        """A short word for logs and figures."""
        ...

    def keep(self, seal: Seal) -> None:
        """Raises AnchorError, or JournalError where it is kept in the database too."""
        ...


class StateBoard(Protocol):
    """Retained messages."""

    def retain(self, topic: str, payload: bytes) -> None: ...


__all__ = [
    "SETTLED",
    "AlertFilter",
    "AlertJournal",
    "AnchorPlace",
    "CameraPlace",
    "CameraPlaces",
    "ClipSource",
    "EvidenceFiles",
    "EvidenceKind",
    "EvidenceStore",
    "FaceFinder",
    "FeedEntry",
    "GuardedParts",
    "MessageLink",
    "NameSource",
    "NewMessage",
    "OpenAlertCounts",
    "Outbox",
    "OutboxMessage",
    "PackCopy",
    "PlaceNames",
    "ReviewRecords",
    "SavedClip",
    "SealBook",
    "SiteHours",
    "StateBoard",
    "StepRecord",
    "StoredFile",
    "VerdictCount",
    "Viewings",
]
