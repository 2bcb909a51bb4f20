"""At an edge: sends what the centre does not have yet, for as long as it takes."""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError, JournalError
from alerts.nodes.errors import CentreRefusalError, LineError
from alerts.nodes.files import FileSender
from alerts.nodes.outcomes import OutcomeTaker
from alerts.nodes.packing import parcel_of
from alerts.nodes.parcels import CameraReport, Heartbeat, HeartbeatAnswer, Inventory, QueueReport, StepAnswer
from alerts.nodes.ports import CentreLine, ForwardQueue, QueuedStep
from alerts.nodes.settings import CentreSettings
from domain.ids import AlertId

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
_LATER_SECONDS = 5.0
# So many of the alerts queued last go into each request, however long the queue before them is.
_NEWEST_ALERTS = 10
_MOST_BYTES = 200_000
_TAKEN_IN_AT_ONCE = 500
_TOO_LARGE = 413


class EdgeView(Protocol):
    """What the edge tells of itself. Any thread; raises JournalError."""

    def inventory(self) -> Inventory: ...

    def cameras(self) -> list[CameraReport]: ...


class Forwarder:
    """One thread between an edge's journal and its centre; it wakes at the bell and each second.

    A step leaves the queue only when the centre has answered that it is stored there. Steps of one alert are sent in
    order, and those of the latest alerts go first into each request, so that a long queue does not hold them up;
    evidence follows when no step waits. Without a line nothing is kept in memory. `work` is one round, for tests.
    """

    def __init__(
        self,
        *,
        queue: ForwardQueue,
        line: CentreLine,
        files: FileSender,
        outcomes: OutcomeTaker,
        view: EdgeView,
        bell: FeedBell,
        settings: CentreSettings,
        version: str,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        jitter: Callable[[], float] = lambda: random.uniform(0.75, 1.25),  # noqa: S311 - spreads tries, hides nothing
    ) -> None:
        self._queue = queue
        self._line = line
        self._files = files
        self._outcomes = outcomes
        self._view = view
        self._settings = settings
        self._version = version
        self._clock = clock
        self._now = now
        self._jitter = jitter
        self._changed = threading.Condition()
        self._is_woken = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="forwarder", daemon=True)
        # The rest is touched by the working thread only.
        self._retry_at = 0.0
        self._retry_seconds = settings.retry_minimum_seconds
        self._cause: str | None = "not tried yet"
        self._beat_at = 0.0
        self._measure_at = 0.0
        self._offset: tuple[float, float] | None = None
        self._batch_steps = settings.batch_steps
        bell.listen(self.wake)

    @property
    def cause(self) -> str | None:
        """What keeps us from the centre, in words without secrets; None while it answers. Any thread."""
        return self._cause

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is left stays in the queue. Idempotent."""
        with self._changed:
            self._is_stopping = self._is_woken = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(self._settings.timeout_seconds + _LOOK_SECONDS)

    def wake(self) -> None:
        """There may be something to send. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def work(self) -> bool:
        """One round: queue what is new, say that we are there, send some steps or else a part of a file.

        Tells whether there was something to send, so that the next round should follow at once.
        """
        has_more = is_behind = False
        try:
            is_behind = self._queue.take_in(_TAKEN_IN_AT_ONCE) == _TAKEN_IN_AT_ONCE
            if self._clock() >= self._retry_at:
                has_more = self._exchange()
            self._measure()
        except JournalError as error:
            log.warning("forward_queue_failed", reason=error.reason)
        except LineError as error:
            self._note_failure(error.reason, self._retry_seconds)
            self._retry_seconds = min(2 * self._retry_seconds, self._settings.retry_maximum_seconds)
        except CentreRefusalError as error:
            self._note_failure(str(error), max(self._settings.retry_maximum_seconds, self._retry_seconds))
        else:
            return is_behind or has_more
        return False

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._is_stopping:
                    break
            try:
                has_more = self.work()
            except Exception:
                # A supervisor: without this thread nothing reaches the centre any more.
                log.exception("forwarder_stumbled")
                has_more = False
            with self._changed:
                if not has_more:
                    self._changed.wait_for(lambda: self._is_woken, _LOOK_SECONDS)
                self._is_woken = False
        self._line.close()

    def _exchange(self) -> bool:
        if self._clock() >= self._beat_at:
            self._beat()
        has_more = self._send_steps() or self._files.send_some()
        self._note_success()
        return has_more

    # Signs of life

    def _beat(self) -> None:
        """Say that we are there, measure the clock, and bring over what changed on either side."""
        is_first = self._offset is None
        answer = self._measured_beat()
        if is_first:
            answer = self._measured_beat()  # now with the clock's offset, before the first alert goes out
        inventory = self._view.inventory()
        if answer.inventory != inventory.digest:
            self._send_inventory(inventory)
        self._take_outcomes(answer.newest_outcome)
        self._beat_at = self._clock() + self._settings.heartbeat_seconds

    def _measured_beat(self) -> HeartbeatAnswer:
        began, began_at = self._clock(), self._now()
        offset = self._offset
        answer = self._line.heartbeat(
            Heartbeat(
                version=self._version,
                sent_at=began_at,
                clock_offset_seconds=offset[0] if offset else None,
                clock_uncertainty_seconds=offset[1] if offset else None,
                cameras=self._view.cameras(),
                queue=self._queue_report(),
            )
        )
        half = (self._clock() - began) / 2
        self._offset = ((answer.time - began_at).total_seconds() - half, half)
        metrics.CLOCK_OFFSET.set(self._offset[0])
        return answer

    def _send_inventory(self, inventory: Inventory) -> None:
        """What the centre does not take (an enterprise that is not ours) holds up nothing else."""
        try:
            self._line.inventory(inventory)
        except CentreRefusalError as error:
            if error.is_about_us:
                raise
            log.error("inventory_refused_by_centre", reason=error.reason)  # noqa: TRY400 - the reason says it all
        else:
            log.info("inventory_sent", cameras=len(inventory.cameras))

    def _take_outcomes(self, newest: int) -> None:
        mark = self._queue.outcome_mark()
        if newest < mark:  # the centre was restored from a backup: its numbers begin anew
            mark = 0
        while mark < newest:
            found = self._line.outcomes(mark)
            for outcome in found.outcomes:
                try:
                    self._outcomes.take(outcome)
                except AlertConflictError:
                    log.warning("outcome_postponed", alert_id=outcome.alert_id)
                    return
            if found.next <= mark:
                break
            mark = found.next
            self._queue.move_outcome_mark(mark)

    # Steps

    def _send_steps(self) -> bool:
        batch = self._batch()
        if not batch:
            return False
        parcels = [parcel_of(one.alert, one.step, sends_clips=self._settings.sends_clips) for one in batch]
        sizes = [len(parcel.model_dump_json()) for parcel in parcels]
        fitting = max(1, sum(1 for place in range(len(sizes)) if sum(sizes[: place + 1]) <= _MOST_BYTES))
        batch, parcels = batch[:fitting], parcels[:fitting]
        try:
            answers = self._line.steps(parcels)
        except CentreRefusalError as error:
            if error.is_about_us:
                raise
            self._note_refused_batch(batch, error)
            return True
        self._note_answers(batch, answers)
        self._batch_steps = min(self._batch_steps + 1, self._settings.batch_steps)
        return True

    def _batch(self) -> list[QueuedStep]:
        """The latest alerts first, then the oldest steps; each alert's own in order."""
        now = self._now()
        oldest = self._queue.oldest(self._batch_steps, now)
        if len(oldest) < self._batch_steps:
            return oldest
        chosen = {one.queue_id: one for one in (*self._queue.newest(_NEWEST_ALERTS, now), *oldest)}
        by_alert: dict[AlertId, list[QueuedStep]] = {}
        for one in list(chosen.values())[: self._batch_steps]:
            by_alert.setdefault(one.alert.alert_id, []).append(one)
        return [one for steps in by_alert.values() for one in sorted(steps, key=lambda step: step.step.sequence)]

    def _note_answers(self, batch: Sequence[QueuedStep], answers: Sequence[StepAnswer]) -> None:
        done: list[int] = []
        for one, answer in zip(batch, answers, strict=True):
            metrics.FORWARDED.labels(answer.outcome).inc()
            if answer.outcome in {"taken", "known"}:
                done.append(one.queue_id)
            elif answer.outcome == "early":
                self._queue.queue_again(one.alert.alert_id, answer.wanted or 1)
            elif answer.outcome == "later":
                self._put_off([one], _LATER_SECONDS, answer.reason or "", is_refused=False)
                self._beat_at = 0.0  # the centre may lack our inventory
            else:
                self._put_off([one], self._settings.refused_retry_seconds, answer.reason or "", is_refused=True)
        if done:
            self._queue.sent(done)

    def _note_refused_batch(self, batch: Sequence[QueuedStep], error: CentreRefusalError) -> None:
        """A request was refused as a whole: smaller ones find the step that is the cause."""
        if len(batch) > 1:
            self._batch_steps = max(1, len(batch) // 2) if error.status == _TOO_LARGE else 1
            return
        self._put_off(batch, self._settings.refused_retry_seconds, error.reason, is_refused=True)

    def _put_off(self, steps: Sequence[QueuedStep], seconds: float, reason: str, *, is_refused: bool) -> None:
        if is_refused:
            for one in steps:
                log.error(
                    "step_refused_by_centre", alert_id=one.alert.alert_id, sequence=one.step.sequence, reason=reason
                )
        until = self._now() + timedelta(seconds=seconds)
        self._queue.put_off([one.queue_id for one in steps], until, reason, is_refused=is_refused)

    # How it stands

    def _note_success(self) -> None:
        metrics.CENTRE_UP.set(1)
        if self._cause is not None:
            log.info("centre_answers")
        self._cause = None
        self._retry_seconds = self._settings.retry_minimum_seconds

    def _note_failure(self, cause: str, seconds: float) -> None:
        metrics.CENTRE_UP.set(0)
        if cause != self._cause:
            log.error("centre_not_reached", reason=cause)
        self._cause = cause
        self._beat_at = 0.0
        self._retry_at = self._clock() + seconds * self._jitter()
        self._line.close()

    def _queue_report(self) -> QueueReport:
        depth = self._queue.depth()
        age = max(0.0, (self._now() - depth.oldest_at).total_seconds()) if depth.oldest_at else 0.0
        return QueueReport(
            steps=depth.steps,
            oldest_seconds=age,
            refused=depth.refused,
            evidence_files=depth.files,
            evidence_bytes=depth.file_bytes,
        )

    def _measure(self) -> None:
        if self._clock() < self._measure_at:
            return
        self._measure_at = self._clock() + _LOOK_SECONDS
        report = self._queue_report()
        metrics.FORWARD_DEPTH.set(report.steps)
        metrics.FORWARD_OLDEST.set(report.oldest_seconds)
        metrics.FORWARD_REFUSED.set(report.refused)
        metrics.FORWARD_WAITING_BYTES.set(report.evidence_bytes)
