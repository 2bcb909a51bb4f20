"""Deletes evidence that outlived its time, clears a disk that runs full, and writes down whatever it takes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError, AlertsError, EvidenceStoreError, JournalError
from alerts.keeping import disk
from alerts.keeping.decision import EXPENDABLE, STAGES, KeptCase, due, expendable
from alerts.keeping.deletion import PRESSURE_RULE, Deletion, Reason, Trigger, note_of, without
from alerts.keeping.policy import KeepingPolicy, KeepingRule
from alerts.keeping.ports import CaseFilter, DiskMeter, KeepingBook
from alerts.keeping.settings import KeepingSettings
from alerts.messages import AlertMessages, DeletionPart
from alerts.ports import EvidenceStore
from domain.alert import AlertStep, Evidence, EvidenceKind
from domain.ids import AlertId

log = structlog.get_logger(__name__)

_DOUBT_SECONDS = 86_400.0  # a clock that is doubted is believed after a day in which it went on evenly
_JUMP_SECONDS = 3600.0


class SpaceState(StrEnum):
    """How the disk of the evidence is. `cannot_clear`: it is full, and nothing is left that may be deleted."""

    UNKNOWN = "unknown"
    ENOUGH = "enough"
    CLEARING = "clearing"
    CANNOT_CLEAR = "cannot_clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingState:
    """How keeping stands. `is_clock_doubted`: nothing is deleted for now, for the clock may be wrong."""

    space: SpaceState
    is_clock_doubted: bool
    looked_at: datetime | None


class Warden:
    """One thread (`start`, `stop`). `work` is one round, for tests; `state` may be asked on any thread.

    First the step, the tombstones and the ledger's entries, in one transaction that fails where anybody took a step of
    the alert meanwhile; then the file. A process that is killed in between leaves an entry without `erased_at`, and the
    next round, of this process or another, deletes the file.
    """

    def __init__(
        self,
        *,
        book: KeepingBook,
        store: EvidenceStore,
        messages: AlertMessages,
        bell: FeedBell,
        policy: KeepingPolicy,
        settings: KeepingSettings,
        meter: DiskMeter | None,
        new_id: Callable[[], str],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._store = store
        self._messages = messages
        self._bell = bell
        self._policy = policy
        self._settings = settings
        self._meter = meter
        self._new_id = new_id
        self._clock = clock
        self._now = now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evidence-warden", daemon=True)
        self._state = KeepingState(space=SpaceState.UNKNOWN, is_clock_doubted=False, looked_at=None)
        # The rest is touched by the working thread only.
        self._retention_at = float("-inf")
        self._trusted_from: float | None = None  # on the monotonic clock; None before the first look
        self._offset: float | None = None
        self._failing: set[str] = set()

    @property
    def state(self) -> KeepingState:
        return self._state

    @property
    def policy(self) -> KeepingPolicy:
        return self._policy

    @property
    def settings(self) -> KeepingSettings:
        return self._settings

    @property
    def _is_wanted(self) -> bool:
        return self._settings.is_on or self._settings.clears_disk

    def start(self) -> None:
        """Switched off altogether there is no thread."""
        if self._is_wanted:
            self._thread.start()

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Idempotent; any thread. What was begun is finished by the next start."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def work(self) -> None:
        """One round: what was begun, what is due if it is time for it, the disk."""
        if not self._is_wanted:
            return
        self._guarded("erase", self._erase)
        if self._settings.is_on and self._clock() - self._retention_at >= self._settings.every_seconds:
            self._guarded("retention", self._retention)
        if self._settings.clears_disk and self._meter is not None:
            self._guarded("disk", lambda: self._look_at_disk(self._meter))  # type: ignore[arg-type]

    def _run(self) -> None:
        wait = min(self._settings.disk_every_seconds, self._settings.every_seconds)
        while not self._stopping.wait(wait):
            try:
                self.work()
            except Exception:
                # A supervisor: without this thread nothing is deleted any more.
                log.exception("warden_stumbled")

    # What has outlived its time

    def _retention(self) -> None:
        if self._doubts_clock():
            return
        for rule in self._policy.rules:
            wanted = CaseFilter(states=rule.states, classes=rule.classes, kinds=frozenset(EvidenceKind))
            if not self._go_through(wanted, self._delete_due):
                return
        self._retention_at = self._clock()

    def _go_through(self, wanted: CaseFilter, deal_with: Callable[[KeptCase], bool]) -> bool:
        """Small batches, oldest first, until all are seen or one says that it is enough; false where it was stopped."""
        after: AlertId | None = None
        while cases := self._book.cases(wanted, after, self._settings.batch):
            for case in cases:
                if self._stopping.is_set() or not deal_with(case):
                    return False
            self._erase()
            after = cases[-1].alert.alert_id
        return True

    def _delete_due(self, case: KeptCase) -> bool:
        found = due(case, self._policy, self._now())
        if found is not None:
            self._delete(case, found.pieces, self._by_rule(found.rule))
        return True

    def _by_rule(self, rule: KeepingRule) -> Reason:
        policy = self._policy
        return Reason(
            trigger=Trigger.RETENTION,
            rule=rule.rule_id,
            policy_version=policy.version,
            policy_sha256=policy.sha256,
            words=f"{rule.reason_zh} / {rule.reason_en}",
        )

    def _delete(self, case: KeptCase, pieces: tuple[Evidence, ...], reason: Reason) -> bool:
        """Put the deletion on record; the file follows. False where somebody was quicker: nothing was done then."""
        now, before = self._now(), case.alert
        alert = without(before, pieces, reason, now)
        part = DeletionPart(
            trigger=reason.trigger.value,
            rule=reason.rule,
            policy_version=reason.policy_version,
            policy_sha256=reason.policy_sha256,
            evidence_ids=[piece.evidence_id for piece in pieces],
        )
        record, message = self._messages.step(alert, AlertStep.UPDATED, note=note_of(pieces, reason), deletion=part)
        deletions = [self._entry(alert.sequence, piece, reason, now) for piece in pieces]
        try:
            self._book.delete(alert, record, [message], before.sequence, deletions)
        except AlertConflictError:
            return False
        self._bell.ring()
        for piece in pieces:
            metrics.EVIDENCE_DELETED.labels(piece.kind.value, reason.trigger.value).inc()
        log.info("evidence_deleted", alert_id=alert.alert_id, cause=reason.cause, pieces=len(pieces))
        return True

    def _entry(self, sequence: int, piece: Evidence, reason: Reason, now: datetime) -> Deletion:
        return Deletion(
            deletion_id=self._new_id(),
            alert_id=piece.alert_id,
            sequence=sequence,
            evidence_id=piece.evidence_id,
            kind=piece.kind,
            name=piece.name,
            size_bytes=piece.size_bytes or 0,
            sha256=piece.sha256 or "",
            trigger=reason.trigger,
            rule=reason.rule,
            policy_version=reason.policy_version,
            policy_sha256=reason.policy_sha256,
            decided_at=now,
        )

    def _erase(self) -> None:
        """Delete the files of what the ledger says is deleted."""
        while waiting := self._book.unerased(self._settings.batch):
            gone, error = [], None
            for deletion in waiting:
                try:
                    self._store.delete(deletion.name)
                    gone.append(deletion.deletion_id)
                except (EvidenceStoreError, OSError, ValueError) as failed:
                    error = failed if isinstance(failed, EvidenceStoreError | OSError) else OSError(str(failed))
            if gone:
                self._book.note_erased(gone, self._now())
            if error is not None:
                raise error  # the others wait for the next round

    # The clock

    def _doubts_clock(self) -> bool:
        """A wall clock that runs wild would have everything deleted at once; a day's wait costs nothing."""
        offset = self._now().timestamp() - self._clock()
        if self._trusted_from is None:
            newest = self._book.newest_record_at()
            gap = self._now() - newest if newest is not None else timedelta(0)
            is_odd = gap > timedelta(days=self._settings.largest_gap_days)
        else:
            is_odd = self._offset is not None and abs(offset - self._offset) > _JUMP_SECONDS
        if is_odd or self._trusted_from is None:
            self._trusted_from = self._clock() + (_DOUBT_SECONDS if is_odd else 0.0)
        if is_odd:
            log.warning("clock_doubted", wait_seconds=_DOUBT_SECONDS)
        self._offset = offset
        is_doubted = self._clock() < self._trusted_from
        self._told(is_clock_doubted=is_doubted)
        return is_doubted

    # The disk

    def _look_at_disk(self, meter: DiskMeter) -> None:
        space = meter.space()
        metrics.EVIDENCE_FREE_BYTES.set(space.free)
        if not disk.is_full(space, self._settings):
            self._told(space=SpaceState.ENOUGH)
            return
        was_hopeless = self._state.space is SpaceState.CANNOT_CLEAR
        if not was_hopeless:
            limit = disk.limit_bytes(space, self._settings)
            log.warning("evidence_disk_full", free_bytes=space.free, limit_bytes=limit)
            self._told(space=SpaceState.CLEARING)
        taken = self._clear(meter)
        space = meter.space()
        metrics.EVIDENCE_FREE_BYTES.set(space.free)
        is_cleared = not disk.is_full(space, self._settings)
        self._told(space=SpaceState.ENOUGH if is_cleared else SpaceState.CANNOT_CLEAR)
        if is_cleared:
            log.info("evidence_disk_cleared", free_bytes=space.free, alerts=taken)
        elif not was_hopeless or taken:
            # Nothing else may be deleted: what is left was not judged, or stands, or is held. People must make room.
            log.error("evidence_disk_cannot_be_cleared", free_bytes=space.free, alerts=taken)

    def _clear(self, meter: DiskMeter) -> int:
        """Take what may go, stage by stage, until there is room; how many alerts it was taken from."""
        taken = 0
        minimum_age = timedelta(seconds=self._settings.pressure_minimum_age_seconds)
        reason = Reason(
            trigger=Trigger.PRESSURE,
            rule=PRESSURE_RULE,
            policy_version=self._policy.version,
            policy_sha256=self._policy.sha256,
            words="磁盘空间不足 / the disk was full",
        )
        for kinds, risk_class in STAGES:

            def deal_with(case: KeptCase, kinds: frozenset[EvidenceKind] = kinds) -> bool:
                nonlocal taken
                pieces = expendable(case, kinds, self._now(), minimum_age)
                if pieces and self._delete(case, pieces, reason):
                    self._erase()
                    taken += 1
                space = meter.space()
                return space.free < disk.wanted_bytes(space, self._settings)

            wanted = CaseFilter(states=EXPENDABLE, classes=frozenset({risk_class}), kinds=kinds)
            if not self._go_through(wanted, deal_with):
                break
        return taken

    def _told(self, *, space: SpaceState | None = None, is_clock_doubted: bool | None = None) -> None:
        known = self._state
        self._state = KeepingState(
            space=known.space if space is None else space,
            is_clock_doubted=known.is_clock_doubted if is_clock_doubted is None else is_clock_doubted,
            looked_at=self._now(),
        )
        metrics.EVIDENCE_SPACE.set({SpaceState.CLEARING: 1, SpaceState.CANNOT_CLEAR: 2}.get(self._state.space, 0))
        metrics.CLOCK_DOUBTED.set(self._state.is_clock_doubted)

    def _guarded(self, what: str, step: Callable[[], None]) -> None:
        """One line when it begins to fail and one when it works again."""
        try:
            step()
        except (AlertsError, OSError) as error:
            metrics.KEEPING_FAILURES.labels(what).inc()
            if what not in self._failing:
                reason = error.reason if isinstance(error, JournalError) else str(error)
                log.warning("keeping_failed", what=what, reason=reason)
            self._failing.add(what)
        else:
            if what in self._failing:
                log.info("keeping_recovered", what=what)
            self._failing.discard(what)
