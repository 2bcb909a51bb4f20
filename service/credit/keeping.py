"""The thread that keeps ledgers and index up to date: follows alerts, counts hours, closes days, recomputes figures."""

import threading
import time
from collections.abc import Callable
from datetime import date, datetime

import structlog

from alerts.errors import JournalError
from credit.index_desk import IndexDesk, NumberedLedger
from service.credit.following import StepFollower
from service.credit.observing import Observer

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
GATHER_SECONDS = 1.0
STORE_EVERY_LOOKS = 10


class CreditKeeper:
    """One thread of its own. `work` is one round, for tests; nothing in it holds an alert up.

    Figures are kept for enterprises of which something is known: once a day, and again as soon as their facts change.
    After `wake` steps are followed within seconds; hours are counted by the round.
    """

    def __init__(
        self,
        *,
        follower: StepFollower,
        observer: Observer,
        index: IndexDesk,
        ledgers: NumberedLedger,
        now: Callable[[], datetime],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._follower = follower
        self._observer = observer
        self._index = index
        self._ledgers = ledgers
        self._now = now
        self._told = told
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="credit", daemon=True)
        # The rest is touched by the working thread only.
        self._rounds = 0
        self._done: tuple[date, tuple[int, int]] | None = None
        self._is_failing = False

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace_seconds: float = 10.0) -> None:
        """Store the hours counted so far, and end. Idempotent; any thread."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def wake(self) -> None:
        """There may be new steps of alerts. Any thread; does not block."""
        self._woken.set()

    def catch_up(self) -> int:
        """Follow new steps without a whole round; how many figures were kept. Raises JournalError."""
        self._follower.follow()
        return 0 if self._done is None else self.recompute(self._done[0])

    def work(self) -> int:
        """One round; how many figures were kept. Raises JournalError where the database is away."""
        self._observer.look()
        self._rounds += 1
        if self._rounds % STORE_EVERY_LOOKS == 0 or self._stopping.is_set():
            self._observer.store()
        self._follower.follow()
        today = self._index.profile.today(self._now())
        if self._done is None or self._done[0] != today:
            self._follower.expire()
            self._observer.close_days()
        return self.recompute(today)

    def recompute(self, today: date) -> int:
        """Keep the figure of each enterprise whose facts are others than those last told; how many were."""
        numbers = self._ledgers.newest_numbers()
        if self._done == (today, numbers):
            return 0
        since = (0, 0) if self._done is None or self._done[0] != today else self._done[1]
        kept = len(self._index.record_all(self._ledgers.enterprises_with_entries(since), today))
        self._done = (today, numbers)
        if kept:
            self._told()
            log.info("index_recomputed", day=today.isoformat(), figures=kept)
        return kept

    def _run(self) -> None:
        next_round = time.monotonic()
        while True:
            is_last = self._stopping.is_set()
            self._woken.clear()
            try:
                if is_last or time.monotonic() >= next_round:
                    next_round = time.monotonic() + LOOK_SECONDS
                    self.work()
                else:
                    self.catch_up()
                self._is_failing = False
            except JournalError as error:
                if not self._is_failing:
                    log.warning("credit_postponed", reason=error.reason)
                self._is_failing = True
            except Exception:  # a supervisor: without this thread no step reaches the ledgers any more
                log.exception("credit_stumbled")
            if is_last:
                return
            self._woken.wait(max(0.0, next_round - time.monotonic()))
            self._stopping.wait(GATHER_SECONDS)  # steps come in flocks: one round for all of them
