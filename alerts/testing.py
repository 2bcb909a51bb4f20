"""In-memory twins of the ports: for tests here and for those who build on alerts."""

import hashlib
import io
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from alerts.errors import AlertConflictError, EvidenceCause, EvidenceNotFoundError, EvidenceStoreError
from alerts.evidence import refuse_bad_name
from alerts.ports import (
    SETTLED,
    AlertFilter,
    FeedEntry,
    NewMessage,
    OpenAlertCounts,
    OutboxMessage,
    SavedClip,
    StepRecord,
    StoredFile,
    VerdictCount,
)
from domain.alert import Alert, AlertState, Evidence, EvidenceState
from domain.geometry import Box
from domain.ids import AlertId, CameraId, EvidenceId, SiteId, UserId
from domain.scope import Scope


class InMemoryJournal:
    """AlertJournal and Outbox together; each method is one transaction under one lock. Any thread.

    `fail_next` are errors to raise, one per call of `record`, before anything is stored.
    """

    def __init__(self) -> None:
        self.fail_next: list[Exception] = []
        self._lock = threading.RLock()
        self._alerts: dict[AlertId, Alert] = {}
        self._feed: list[FeedEntry] = []
        self._messages: dict[int, OutboxMessage] = {}
        self._last_message_id = 0

    def record(
        self, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> FeedEntry:
        with self._lock:
            if self.fail_next:
                raise self.fail_next.pop(0)
            self._refuse_conflict(alert, expected_sequence)
            self._alerts[alert.alert_id] = alert
            entry = FeedEntry(feed_id=len(self._feed) + 1, step=step)
            self._feed.append(entry)
            for message in messages:
                self._enqueue(message)
            return entry

    def _refuse_conflict(self, alert: Alert, expected_sequence: int) -> None:
        stored = self._alerts.get(alert.alert_id)
        found = stored.sequence if stored else None
        if (found or 0) != expected_sequence:
            raise AlertConflictError(alert.alert_id, expected_sequence=expected_sequence, found_sequence=found)
        if stored is None and alert.is_open and any(_same_subject(alert, other) for other in self._alerts.values()):
            raise AlertConflictError(alert.alert_id, expected_sequence=0, found_sequence=None)

    def _enqueue(self, message: NewMessage) -> None:
        self._last_message_id += 1
        self._messages[self._last_message_id] = OutboxMessage(
            message_id=self._last_message_id,
            topic=message.topic,
            payload=message.payload,
            created_at=message.created_at,
            captured_at=message.captured_at,
            attempts=0,
        )

    def get(self, alert_id: AlertId, scope: Scope) -> Alert | None:
        with self._lock:
            alert = self._alerts.get(alert_id)
            return alert if alert and scope.allows(alert.enterprise_id, alert.site_id) else None

    def search(self, wanted: AlertFilter, scope: Scope, before: AlertId | None, limit: int) -> list[Alert]:
        with self._lock:
            found = [
                alert
                for alert_id, alert in sorted(self._alerts.items(), reverse=True)
                if scope.allows(alert.enterprise_id, alert.site_id)
                and (before is None or alert_id < before)
                and _is_wanted(alert, wanted)
            ]
            return found[:limit]

    def history(self, alert_id: AlertId) -> list[StepRecord]:
        with self._lock:
            return [entry.step for entry in self._feed if entry.step.alert_id == alert_id]

    def feed(self, after: int, scope: Scope, limit: int) -> list[FeedEntry]:
        with self._lock:
            return [entry for entry in self._feed[after:] if self.get(entry.step.alert_id, scope)][:limit]

    def newest_feed_id(self) -> int:
        with self._lock:
            return len(self._feed)

    def open_alerts(self, camera_id: CameraId) -> list[Alert]:
        with self._lock:
            return [a for a in self._alerts.values() if a.is_open and a.violation.camera_id == camera_id]

    def open_cameras(self) -> list[CameraId]:
        with self._lock:
            return sorted({a.violation.camera_id for a in self._alerts.values() if a.is_open and a.origin is None})

    def pending_evidence(self) -> list[Alert]:
        with self._lock:
            return [
                alert
                for alert in self._alerts.values()
                if alert.origin is None and any(piece.state is EvidenceState.PENDING for piece in alert.evidence)
            ]

    def evidence(self, evidence_id: EvidenceId) -> tuple[Alert, Evidence] | None:
        with self._lock:
            for alert in self._alerts.values():
                for piece in alert.evidence:
                    if piece.evidence_id == evidence_id:
                        return alert, piece
            return None

    def open_counts(self, site_id: SiteId) -> OpenAlertCounts:
        with self._lock:
            counts: dict[Any, int] = {}
            for alert in self._alerts.values():
                if alert.is_open and alert.site_id == site_id:
                    risk_class = alert.violation.risk_class
                    counts[risk_class] = counts.get(risk_class, 0) + 1
            return OpenAlertCounts(by_class=counts)

    def pending(self, limit: int, after: int = 0) -> list[OutboxMessage]:
        with self._lock:
            return [message for key, message in sorted(self._messages.items()) if key > after][:limit]

    def acknowledge(self, message_ids: Sequence[int]) -> None:
        with self._lock:
            for message_id in message_ids:
                self._messages.pop(message_id, None)

    def note_attempt(self, message_ids: Sequence[int]) -> None:
        with self._lock:
            for message_id in message_ids:
                message = self._messages.get(message_id)
                if message:
                    self._messages[message_id] = replace(message, attempts=message.attempts + 1)

    def depth(self) -> int:
        with self._lock:
            return len(self._messages)

    def oldest_created_at(self) -> datetime | None:
        with self._lock:
            return min((message.created_at for message in self._messages.values()), default=None)


def _same_subject(alert: Alert, other: Alert) -> bool:
    mine, theirs = alert.violation, other.violation
    return other.is_open and (mine.camera_id, mine.code, mine.subject) == (
        theirs.camera_id,
        theirs.code,
        theirs.subject,
    )


def _is_wanted(alert: Alert, wanted: AlertFilter) -> bool:
    violation = alert.violation
    return (
        wanted.enterprise_id in {None, alert.enterprise_id}
        and wanted.site_id in {None, alert.site_id}
        and wanted.camera_id in {None, violation.camera_id}
        and (not wanted.codes or violation.code in wanted.codes)
        and (not wanted.risk_classes or violation.risk_class in wanted.risk_classes)
        and (not wanted.states or alert.state in wanted.states)
        and (wanted.is_open is None or wanted.is_open == alert.is_open)
        and (not wanted.is_on_clock or (alert.life is not None and alert.state not in SETTLED))
        and _is_between(alert.local_day, wanted.day_from, wanted.day_to)
    )


def _is_between(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)


class InMemoryViewings:
    """Viewings in a dictionary. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: dict[tuple[AlertId, UserId], datetime] = {}

    def note(self, alert_id: AlertId, user_id: UserId, at: datetime) -> None:
        with self._lock:
            self._first.setdefault((alert_id, user_id), at)

    def first(self, alert_id: AlertId, user_id: UserId) -> datetime | None:
        with self._lock:
            return self._first.get((alert_id, user_id))


class JournalReviewRecords:
    """ReviewRecords over the alerts of an in-memory journal."""

    def __init__(self, journal: InMemoryJournal) -> None:
        self._journal = journal

    def verdict_counts(self, scope: Scope, day_from: date, day_to: date) -> Sequence[VerdictCount]:
        found: dict[tuple[str, CameraId], Counter[AlertState]] = {}
        for alert in self._alerts(scope, day_from, day_to):
            if alert.review is not None and alert.state is not AlertState.DISPUTED:
                key = alert.violation.code, alert.violation.camera_id
                found.setdefault(key, Counter())[alert.review.state] += 1
        return [
            VerdictCount(
                code=code,
                camera_id=camera_id,
                confirmed=counts[AlertState.CONFIRMED],
                dismissed=counts[AlertState.DISMISSED],
                unclear=counts[AlertState.UNCLEAR],
            )
            for (code, camera_id), counts in sorted(found.items())
        ]

    def reviewed_twice(self, scope: Scope, day_from: date, day_to: date) -> Sequence[Alert]:
        return [a for a in self._alerts(scope, day_from, day_to) if a.life is not None and len(a.life.verdicts) > 1]

    def _alerts(self, scope: Scope, day_from: date, day_to: date) -> Sequence[Alert]:
        return self._journal.search(AlertFilter(day_from=day_from, day_to=day_to), scope, None, 1_000_000)


class InMemoryEvidenceStore:
    """EvidenceStore in a dictionary. `fail_next` are causes to refuse with, one per save or adopt."""

    def __init__(self, scratch: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.fail_next: list[EvidenceCause] = []
        self._scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)

    def save(self, name: str, content: bytes) -> StoredFile:
        refuse_bad_name(name)
        if self.fail_next:
            raise EvidenceStoreError(name, self.fail_next.pop(0))
        if name in self.files:
            raise EvidenceStoreError(name, EvidenceCause.WRITE_FAILED)
        self.files[name] = content
        return StoredFile(name=name, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())

    def adopt(self, name: str, path: Path) -> StoredFile:
        refuse_bad_name(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise EvidenceStoreError(name, EvidenceCause.WRITE_FAILED) from error
        stored = self.save(name, content)
        path.unlink()
        return stored

    def scratch(self) -> Path:
        return self._scratch

    def open(self, name: str) -> BinaryIO:
        refuse_bad_name(name)
        if name not in self.files:
            raise EvidenceNotFoundError(name)
        return io.BytesIO(self.files[name])

    def delete(self, name: str) -> None:
        refuse_bad_name(name)
        self.files.pop(name, None)


@dataclass(slots=True)
class InMemoryClips:
    """ClipSource whose cameras have `content` for every moment, or nothing at all (None)."""

    content: bytes | None = b"clip"
    error: OSError | None = None
    asked: list[tuple[CameraId, float, float]] = field(default_factory=list)
    started_at: datetime | None = None

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> SavedClip | None:
        self.asked.append((camera_id, start_clock, end_clock))
        if self.error:
            raise self.error
        if self.content is None or self.started_at is None:
            return None
        path.write_bytes(self.content)
        return SavedClip(started_at=self.started_at, seconds=end_clock - start_clock, media_type="video/mp4")


@dataclass(slots=True)
class FixedFaces:
    """FaceFinder that finds the same faces in every picture, or fails."""

    boxes: tuple[Box, ...] = ()
    error: Exception | None = None

    def find(self, pixels: Any) -> Sequence[Box]:  # noqa: ARG002 - it does not look
        if self.error:
            raise self.error
        return self.boxes


class InMemoryBroker:
    """The link to a broker as the publisher sees it: what was published, and acknowledgements on demand.

    Any thread. `acknowledges` True answers each publish at once with a PUBACK.
    """

    def __init__(self, *, is_connected: bool = True, acknowledges: bool = True) -> None:
        self.published: list[tuple[str, bytes]] = []
        self.acknowledges = acknowledges
        self.refuse_topics: set[str] = set()
        self.reconnects: list[str] = []
        self._is_connected = is_connected
        self._connection = 1
        self._waiting: list[Callable[[bool], None]] = []

    @property
    def connection(self) -> int | None:
        return self._connection if self._is_connected else None

    def publish(self, topic: str, payload: bytes, answered: Callable[[bool], None]) -> bool:
        if not self._is_connected:
            return False
        self.published.append((topic, payload))
        if self.acknowledges or topic in self.refuse_topics:
            answered(topic not in self.refuse_topics)
        else:
            self._waiting.append(answered)
        return True

    def reconnect(self, reason: str) -> None:
        self.reconnects.append(reason)
        self.disconnect()
        self.connect()

    def acknowledge_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for answered in waiting:
            answered(True)

    def disconnect(self) -> None:
        """The connection breaks; what waited for its PUBACK waits in vain."""
        self._is_connected = False
        self._waiting = []

    def connect(self) -> None:
        self._is_connected = True
        self._connection += 1


def counting_ids(prefix: str = "0190aaaa-0000-7000-8000-") -> Callable[[], str]:
    """Ids that look like UUIDs of version 7 and count up from 1. One thread at a time."""
    numbers = iter(range(1, 10**9))
    lock = threading.Lock()

    def new_id() -> str:
        with lock:
            return f"{prefix}{next(numbers):012d}"

    return new_id
