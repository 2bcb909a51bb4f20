"""Keeps every receiver up to date with ledger C, for as long as it takes."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import structlog

from credit import metrics
from credit.push.courier import RecordCourier
from credit.push.ports import PushLedger, ReceiverBook

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
_MEASURE = timedelta(seconds=5)


class RecordPusher:
    """One thread that orders what is missing, and `run` that serves each receiver, one at a time each.

    It wakes every few seconds and whenever `woken` is set. What stands in the ledger is sent at least once; a process
    that is killed between the other side's answer and the ledger sends it again, under the same key and with the same
    bytes. `work` is one round, for tests.
    """

    def __init__(
        self,
        *,
        book: ReceiverBook,
        ledger: PushLedger,
        courier: RecordCourier,
        today: Callable[[], date],
        now: Callable[[], datetime],
        run: Callable[[Callable[[], None]], object],
        may_work: Callable[[], bool] = lambda: True,
        woken: threading.Event | None = None,
    ) -> None:
        self._book = book
        self._ledger = ledger
        self._courier = courier
        self._today = today
        self._now = now
        self._run_elsewhere = run
        self._may_work = may_work
        self._woken = woken or threading.Event()
        self._is_stopping = False
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._measure_at = datetime.min.replace(tzinfo=UTC)
        self._overdue = 0
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="record-pusher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; posts on their way are waited for no longer than their own time. Idempotent."""
        self._is_stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(LOOK_SECONDS * 2)

    def work(self) -> None:
        """One round: order what is missing, serve all receivers, measure."""
        if not self._may_work():
            return
        receivers = self._book.list_receivers()
        ordered = self._ledger.order_missing(receivers, self._today(), self._now())
        if ordered:
            log.info("record_deliveries_ordered", count=ordered)
        for receiver in receivers:
            with self._lock:
                if receiver.receiver_id in self._busy:
                    continue
                self._busy.add(receiver.receiver_id)
            try:
                self._run_elsewhere(self._errand(receiver.receiver_id))
            except BaseException:
                self._done(receiver.receiver_id)
                raise
        self._measure()

    def _errand(self, receiver_id: str) -> Callable[[], None]:
        return lambda: self.serve(receiver_id)

    def serve(self, receiver_id: str) -> None:
        """Send what is due to one receiver."""
        try:
            more = True
            while more and not self._is_stopping and self._may_work():
                receiver = self._book.get_receiver(receiver_id)
                more = receiver is not None and self._courier.serve(receiver)
        except Exception:  # a supervisor: one receiver must not take the others with it
            log.exception("receiver_stumbled", receiver_id=receiver_id)
        finally:
            self._done(receiver_id)

    def _done(self, receiver_id: str) -> None:
        with self._lock:
            self._busy.discard(receiver_id)

    def _run(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            try:
                self.work()
                self._is_failing = False
            except Exception:  # a supervisor: without this thread no withdrawal reaches anybody any more
                if not self._is_failing:
                    log.exception("record_pusher_stumbled")
                self._is_failing = True
            self._woken.wait(LOOK_SECONDS)

    def _measure(self) -> None:
        if self._now() < self._measure_at:
            return
        self._measure_at = self._now() + _MEASURE
        found = self._ledger.standing(self._today())
        oldest = found.oldest_ordered_at
        metrics.RECORD_WAITING.set(found.waiting)
        metrics.RECORD_OLDEST.set(max(0.0, (self._now() - oldest).total_seconds()) if oldest else 0.0)
        metrics.RECORD_OVERDUE.set(found.overdue)
        if found.overdue > self._overdue:
            log.error("withdrawals_overdue", count=found.overdue)
        self._overdue = found.overdue
