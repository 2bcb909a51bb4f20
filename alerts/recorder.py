"""Puts confirmed violations on record: alert, step and message in one transaction; the evidence follows.

To look for faces takes a fifth of a second on 720p and half of one on 1080p, which nobody who is alerted should wait
for, be it for the still of another alert: stills are made on a thread of their own. Where the still is asked for first
(see EvidenceSettings), the alert goes first all the same when it had to wait.
"""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from alerts import life, metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError, JournalError
from alerts.exhibits import ClipOrder, ExhibitMaker, StillOrder
from alerts.messages import AlertMessages
from alerts.orders import CutOrder, EndOrder, PictureRoom, RaiseOrder
from alerts.ports import AlertJournal
from alerts.still_maker import StillMaker
from domain.alert import Alert, AlertStep, Evidence, EvidenceState
from domain.ids import AlertId, CameraId
from domain.scope import Scope

log = structlog.get_logger(__name__)

_RETRY_MINIMUM_SECONDS = 0.2
_RETRY_MAXIMUM_SECONDS = 10.0
# The last packets of a clip need a moment to reach the ring.
_CLIP_MARGIN_SECONDS = 0.5
# An alert that waited longer than this for its turn goes on record at once, and its still is made afterwards.
_PATIENCE_SECONDS = 1.0
# Of what the database refused for good so much is kept; all of it is in the log.
_MOST_SET_ASIDE = 1000
# So many steps that a stop lost are put into the log, one by one.
_MOST_NAMED = 100
_EVERYTHING = Scope.everything()
_LOG_NAMES = {
    AlertStep.RAISED: "alert_raised",
    AlertStep.UPDATED: "alert_updated",
    AlertStep.ENDED: "alert_ended",
}


@dataclass(frozen=True, slots=True)
class _Raise:
    alert: Alert
    note: str = ""

    @property
    def alert_id(self) -> AlertId:
        return self.alert.alert_id


@dataclass(frozen=True, slots=True)
class _Update:
    alert_id: AlertId
    evidence: tuple[Evidence, ...]


_Write = _Raise | EndOrder | _Update
_Order = RaiseOrder | EndOrder | _Update


class Recorder:
    """One thread between the rules and the database.

    `raise_alert` and `end_alert` may be called from any thread and never wait. All the rest happens on the
    recorder's thread (`start`), or in `work`, which tests call instead; only stills that follow their alerts are made
    on a second thread, which hands them back to this one. What waits for a database that is away is
    small, for it holds no pictures; it waits in order and without limit. The memory of pictures that wait for their
    turn is bounded by `room`. What the database refuses for good is logged, counted and kept aside in `set_aside`.
    """

    def __init__(
        self,
        *,
        journal: AlertJournal,
        exhibits: ExhibitMaker,
        messages: AlertMessages,
        bell: FeedBell,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        room: PictureRoom | None = None,
        still_follows: bool = False,
    ) -> None:
        self.set_aside: deque[RaiseOrder | _Write] = deque(maxlen=_MOST_SET_ASIDE)
        self._journal = journal
        self._exhibits = exhibits
        self._messages = messages
        self._bell = bell
        self._clock = clock
        self._now = now
        self._room = room or PictureRoom()
        self._patience_seconds = -1.0 if still_follows else _PATIENCE_SECONDS
        self._changed = threading.Condition()
        self._inbox: deque[tuple[_Order | CutOrder, float]] = deque()
        self._ending: set[AlertId] = set()  # ordered to end, and the database does not know it yet
        self._is_stopping = False
        self._is_abandoned = False
        self._is_started = False
        self._thread = threading.Thread(target=self._run, name="alert-recorder", daemon=True)
        self._stills = StillMaker(self._finished, self._made)
        # The rest is touched by the working thread only.
        self._writes: deque[_Write] = deque()
        self._clips: list[tuple[float, str, ClipOrder]] = []
        self._aliases: dict[AlertId, AlertId] = {}
        self._retry_at = 0.0
        self._retry_seconds = _RETRY_MINIMUM_SECONDS
        self._failing_since: float | None = None

    def raise_alert(self, order: RaiseOrder) -> None:
        self._put(replace(order, frame=self._room.enter(order.frame) if order.frame else None))

    def end_alert(self, order: EndOrder) -> None:
        with self._changed:
            self._ending.add(order.alert_id)
        self._put(order)

    def left_open(self, camera_id: CameraId) -> list[Alert]:
        """The camera's open alerts, without those whose end waits to be written: who took one up would lose it.

        Any thread. Raises JournalError if the database cannot be read.
        """
        with self._changed:
            ending = frozenset(self._ending)  # before the database is asked: an end that is written between is in both
        return [alert for alert in self._journal.open_alerts(camera_id) if alert.alert_id not in ending]

    def cut_clips(self, camera_id: CameraId, wait_seconds: float) -> None:
        """Make the camera's clips now, before its packets are gone; wait so long for that at most. Any thread."""
        order = CutOrder(camera_id=camera_id)
        self._put(order)
        if self._is_started and threading.current_thread() is not self._thread:
            order.is_done.wait(wait_seconds)

    def resume(self) -> None:
        """Call before the first alert: evidence that an earlier process was still making is missing now.

        Raises JournalError if the database cannot be read.
        """
        for alert in self._journal.pending_evidence():
            self._put(_Update(alert.alert_id, self._exhibits.interrupted(alert.evidence)))

    def start(self) -> None:
        self._is_started = True
        self._stills.start()
        self._thread.start()

    def stop(self, grace_seconds: float) -> None:
        """Put on record what is on its way, for at most the grace time; clips end where they are. Idempotent."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self._stills.stop()
        if self._is_started:
            self._thread.join(grace_seconds)
        with self._changed:
            self._is_abandoned = True
            left = [*tuple(self._writes), *(order for order, _ in self._inbox if not isinstance(order, CutOrder))]
            unmade = len(self._clips) + self._stills.unmade
        if left or unmade:
            log.error("alert_steps_lost", count=len(left), evidence_unmade=unmade, grace_seconds=grace_seconds)
        for step in left[:_MOST_NAMED]:
            # The line is all that is left of it: whoever reads it can put it on record by hand.
            log.error("alert_step_lost", alert_id=step.alert_id, step=type(step).__name__, write=step)

    def work(self, *, at_once: bool = False) -> float | None:
        """Do what is due; return the seconds until something else will be, None if nothing waits.

        `at_once` makes clips of what there is now and tries the database without waiting.
        """
        while not self._is_abandoned and self._do_next(at_once=at_once):
            self._flush(at_once=at_once)
        self._flush(at_once=at_once)
        return self._seconds_to_wait()

    def _do_next(self, *, at_once: bool) -> bool:
        """What must not wait comes first: alerts, then clips before their packets are gone, then stills."""
        waiting = self._next_order()
        if waiting is not None:
            self._take(*waiting)
        elif self._clips and (at_once or self._clips[0][0] <= self._clock()):
            self._make_clip()
        else:
            # While it runs the other thread makes them; what that leaves when it stops is made here.
            return (at_once or not self._is_started) and self._stills.make_next()
        return True

    def _take(self, order: _Order | CutOrder, since: float) -> None:
        if isinstance(order, CutOrder):
            self._cut_clips(order.camera_id)
            order.is_done.set()
            return
        try:
            self._prepare(order, is_late=self._clock() - since > self._patience_seconds)
        except Exception as error:  # noqa: BLE001 - a supervisor: one bad order must not take the others with it
            self._put_aside(replace(order, frame=None) if isinstance(order, RaiseOrder) else order, error)

    def _put(self, order: _Order | CutOrder) -> None:
        with self._changed:
            self._inbox.append((order, self._clock()))
            self._changed.notify()

    def _next_order(self) -> tuple[_Order | CutOrder, float] | None:
        with self._changed:
            return self._inbox.popleft() if self._inbox else None

    def _run(self) -> None:
        while True:
            with self._changed:
                is_last = self._is_stopping
            try:
                wait = self.work(at_once=is_last)
            except Exception:
                # A supervisor: this thread is the only way of an alert to the database and must not die.
                log.exception("alert_recorder_stumbled")
                wait = 1.0
            with self._changed:
                has_work = bool(self._inbox or self._writes or self._clips or self._stills.unmade)
                if is_last and (self._is_abandoned or not has_work):
                    return
                if not self._inbox and not (self._is_stopping and not is_last):
                    self._changed.wait(_RETRY_MINIMUM_SECONDS if is_last else wait)

    def _prepare(self, order: _Order, *, is_late: bool) -> None:
        if not isinstance(order, RaiseOrder):
            self._writes.append(order)
            return
        if order.observation is None:
            self._writes.append(_Raise(order.alert(()), order.note))
            return
        alert_id, violation, raised_at = order.alert_id, order.violation, order.raised_at
        still = self._exhibits.still_order(alert_id, violation, order.observation, order.frame, raised_at)
        clip = self._exhibits.clip_order(alert_id, violation.camera_id, order.observation.clock, raised_at)
        pieces = (still.still, still.boxes)
        if is_late:
            self._stills.put(still)
        else:
            pieces = self._finished(still)
        self._writes.append(_Raise(order.alert((*pieces, clip.evidence) if clip else pieces), order.note))
        if clip:
            due = self._clip_due(clip, order.observation.clock) + _CLIP_MARGIN_SECONDS
            heapq.heappush(self._clips, (due, str(clip.evidence.evidence_id), clip))

    def _clip_due(self, clip: ClipOrder, confirmed_clock: float) -> float:
        """When the clip's last moment has passed.

        The clock of a file that is analysed as fast as possible runs ahead of ours: its clips would wait for hours, and
        more and more of them.
        """
        return min(clip.end_clock, self._clock() + clip.end_clock - confirmed_clock)

    def _finished(self, order: StillOrder) -> tuple[Evidence, Evidence]:
        try:
            return self._exhibits.still_and_boxes(order)
        finally:
            self._room.leave(order.observation)

    def _made(self, order: StillOrder, pieces: tuple[Evidence, ...]) -> None:
        self._put(_Update(order.still.alert_id, pieces))

    def _make_clip(self) -> None:
        due, _, order = heapq.heappop(self._clips)
        self._finish_clip(order, due)

    def _finish_clip(self, order: ClipOrder, due: float) -> None:
        clip = self._exhibits.clip(order, is_cut_short=self._clock() < due)
        self._writes.append(_Update(order.evidence.alert_id, (clip,)))

    def _cut_clips(self, camera_id: CameraId) -> None:
        for due, _, clip in [waiting for waiting in self._clips if waiting[2].camera_id == camera_id]:
            self._finish_clip(clip, due)
        self._clips = [waiting for waiting in self._clips if waiting[2].camera_id != camera_id]
        heapq.heapify(self._clips)

    def _flush(self, *, at_once: bool) -> None:
        """Write in order until nothing is left or the database is away."""
        metrics.UNRECORDED.set(len(self._writes))
        if not at_once and self._clock() < self._retry_at:
            return
        while self._writes:
            try:
                self._apply(self._writes[0])
            except JournalError as error:
                if error.is_temporary:
                    self._note_failure(error)
                    return
                self._put_aside(self._done_with_first(), error)
            except AlertConflictError as error:
                # Somebody was quicker several times in a row: as good as a database that is away.
                self._note_failure(error)
                return
            except Exception as error:  # noqa: BLE001 - a supervisor, see _run
                self._put_aside(self._done_with_first(), error)
            else:
                self._note_success()
                self._done_with_first()
            metrics.UNRECORDED.set(len(self._writes))

    def _done_with_first(self) -> _Write:
        write = self._writes.popleft()
        if isinstance(write, EndOrder):
            with self._changed:
                self._ending.discard(write.alert_id)
        return write

    def _apply(self, write: _Write) -> None:
        match write:
            case _Raise(alert, note):
                self._apply_raise(alert, note)
            case EndOrder():
                self._advance(write.alert_id, AlertStep.ENDED, lambda alert: self._ended(alert, write), write.note)
            case _Update(alert_id, evidence):
                self._advance(alert_id, AlertStep.UPDATED, lambda alert: self._updated(alert, evidence), "")

    def _apply_raise(self, alert: Alert, note: str) -> None:
        try:
            self._record(alert, AlertStep.RAISED, note)
            metrics.ALERT_SPANS.labels("recorded").observe(max(0.0, (self._now() - alert.raised_at).total_seconds()))
        except AlertConflictError:
            if self._journal.get(alert.alert_id, _EVERYTHING) is not None:
                return  # an earlier try went through although its answer was lost
            violation = alert.violation
            for other in self._journal.open_alerts(violation.camera_id):
                if (other.violation.code, other.violation.subject) == (violation.code, violation.subject):
                    self._aliases[alert.alert_id] = other.alert_id
                    log.warning("alert_stood_already", alert_id=alert.alert_id, standing_alert_id=other.alert_id)
                    return
            raise

    def _advance(self, alert_id: AlertId, step: AlertStep, advance: Callable[[Alert], Alert | None], note: str) -> None:
        """One more step on the alert as it stands now; people may take steps of their own at the same time."""
        for is_last_try in (False, False, True):
            alert = self._journal.get(self._aliases.get(alert_id, alert_id), _EVERYTHING)
            stepped = advance(alert) if alert else None
            if stepped is None:
                return
            try:
                self._record(stepped, step, note)
            except AlertConflictError:
                if is_last_try:
                    raise
            else:
                return

    def _ended(self, alert: Alert, order: EndOrder) -> Alert | None:
        if not alert.is_open:
            return None
        return life.end(alert, last_seen_at=order.last_seen_at, ended_at=order.last_seen_at, now=self._now())

    def _updated(self, alert: Alert, evidence: Sequence[Evidence]) -> Alert | None:
        pending = {piece.evidence_id for piece in alert.evidence if piece.state is EvidenceState.PENDING}
        news = [piece for piece in evidence if piece.evidence_id in pending]
        return life.update(alert, news, now=self._now()) if news else None

    def _record(self, alert: Alert, step: AlertStep, note: str) -> None:
        record, message = self._messages.step(alert, step, note=note)
        self._journal.record(alert, record, [message], alert.sequence - 1)
        self._bell.ring()
        metrics.ALERTS.labels(alert.site_id, alert.violation.code, step.value).inc()
        log.info(
            _LOG_NAMES[step],
            alert_id=alert.alert_id,
            code=alert.violation.code,
            camera_id=alert.violation.camera_id,
            sequence=alert.sequence,
        )

    def _note_failure(self, error: Exception) -> None:
        metrics.JOURNAL_FAILURES.labels("temporary").inc()
        if self._failing_since is None:
            self._failing_since = self._clock()
            log.error("alert_journal_failed", reason=str(error), waiting=len(self._writes))
        self._retry_at = self._clock() + self._retry_seconds
        self._retry_seconds = min(2 * self._retry_seconds, _RETRY_MAXIMUM_SECONDS)

    def _note_success(self) -> None:
        if self._failing_since is not None:
            log.info("alert_journal_recovered", outage_seconds=round(self._clock() - self._failing_since, 3))
        self._failing_since = None
        self._retry_at, self._retry_seconds = 0.0, _RETRY_MINIMUM_SECONDS

    def _put_aside(self, write: RaiseOrder | _Write, error: Exception) -> None:
        self.set_aside.append(write)
        metrics.JOURNAL_FAILURES.labels("permanent").inc()
        metrics.SET_ASIDE.set(len(self.set_aside))
        log.error(
            "alert_step_set_aside", alert_id=write.alert_id, step=type(write).__name__, reason=str(error), write=write
        )

    def _seconds_to_wait(self) -> float | None:
        times = [self._clips[0][0]] if self._clips else []
        if self._writes:
            times.append(self._retry_at)
        return max(0.0, min(times) - self._clock()) if times else None
