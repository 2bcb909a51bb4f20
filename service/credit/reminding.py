"""The thread that tells people of dates: looks for those that come near, and sends what is due."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog

from alerts.errors import JournalError
from alerts.notify.reminding.reminders import Reminders

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
TAKE_IN_EVERY = timedelta(hours=1)
_STOP_SECONDS = 5.0

Seen = tuple[date, tuple[tuple[str, int], ...]]


class ReminderWatch:
    """One thread of its own. `work` is one round, for tests.

    Dates are looked for at the start, on each new day, when recipients were changed, and once an hour: a correction
    may be ordered at noon for the next day. Sending goes on every half minute, one recipient after another.
    """

    def __init__(
        self,
        reminders: Reminders,
        *,
        today: Callable[[], date],
        now: Callable[[], datetime],
        keep_days: float,
        may_work: Callable[[], bool] = lambda: True,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._reminders = reminders
        self._today = today
        self._now = now
        self._keep = timedelta(days=keep_days)
        self._may_work = may_work
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reminders", daemon=True)
        # The rest is touched by the working thread only.
        self._seen: Seen | None = None
        self._taken_in_at: datetime | None = None
        self._is_failing = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A message on its way is waited for no longer than its own time. Idempotent; any thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def work(self) -> None:
        """One round. Raises JournalError where the database is away."""
        if not self._may_work():
            self._seen = None
            return
        if self._is_time():
            entered = self._reminders.take_in()
            if entered:
                log.info("reminders_entered", count=entered)
            self._reminders.forget(self._now() - self._keep)
        self._reminders.send()

    def _is_time(self) -> bool:
        seen = (self._today(), tuple((one.recipient_id, one.version) for one in self._reminders.readers()))
        now = self._now()
        is_time = seen != self._seen or self._taken_in_at is None or now >= self._taken_in_at + TAKE_IN_EVERY
        if is_time:
            self._seen, self._taken_in_at = seen, now
        return is_time

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.work()
            except JournalError as error:
                self._seen = None
                if not self._is_failing:
                    log.warning("reminders_postponed", reason=error.reason)
                self._is_failing = True
            except Exception:  # a supervisor: without this thread nobody hears of a date
                log.exception("reminders_stumbled")
            else:
                self._is_failing = False
            self._stopping.wait(self._look_seconds)
