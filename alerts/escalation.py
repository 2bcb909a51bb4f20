"""Says whose time is over: one thread that keeps a timetable of all alerts that somebody owes something.

The timetable is only a memory. What was told stands in the alert's life and is written in the same transaction as the
step, so a restart tells nothing twice, nor do two processes over one database: the slower one meets the conflict.
"""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from alerts import metrics
from alerts.clocks import Due, dues, untold
from alerts.errors import AlertConflictError, AlertStepError, JournalError
from alerts.life import mark_overdue
from alerts.ports import AlertFilter, SiteHours
from alerts.step_taker import StepTaker
from domain.alert import Alert
from domain.ids import AlertId
from domain.scope import Scope

log = structlog.get_logger(__name__)

_PAGE = 500
# Opening hours, holidays and terms may change without a step of any alert: all is computed anew now and then.
_WHOLE_LOOK_SECONDS = 3600.0
_EVERYTHING = Scope.everything()


class Escalator:
    """One thread. `work` is one round, for tests. Each round looks at what has changed and at what has become due."""

    def __init__(
        self, steps: StepTaker, hours: SiteHours, *, clock: Callable[[], float], wait_seconds: float = 15.0
    ) -> None:
        self._steps = steps
        self._hours = hours
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="escalator", daemon=True)
        # The rest is touched by the working thread only.
        self._timetable: dict[AlertId, datetime] = {}
        self._place = 0
        self._whole_look_at = float("-inf")
        self._is_failing = False

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Idempotent; any thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def work(self) -> int:
        """One round; how many times were told to be over. Raises JournalError."""
        if self._clock() - self._whole_look_at >= _WHOLE_LOOK_SECONDS:
            self._look_at_all()
        else:
            self._look_at_news()
        now = self._steps.now()
        return sum(self._tell(alert_id) for alert_id, due_at in list(self._timetable.items()) if due_at <= now)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.work()
            except JournalError as error:
                if not self._is_failing:
                    log.warning("escalation_failed", reason=error.reason)
                self._is_failing = True
            except Exception:
                # A supervisor: without this thread nobody hears that a time is over.
                log.exception("escalator_stumbled")
            else:
                if self._is_failing:
                    log.info("escalation_recovered")
                self._is_failing = False
            self._stopping.wait(self._wait_seconds)

    def _look_at_all(self) -> None:
        place = self._steps.journal.newest_feed_id()
        timetable: dict[AlertId, datetime] = {}
        wanted, before = AlertFilter(is_on_clock=True), None
        while page := self._steps.journal.search(wanted, _EVERYTHING, before, _PAGE):
            for alert in page:
                self._enter(timetable, alert)
            before = page[-1].alert_id
        self._timetable, self._place, self._whole_look_at = timetable, place, self._clock()

    def _look_at_news(self) -> None:
        """What has made a step since the last round, the escalator's own steps included."""
        while page := self._steps.journal.feed(self._place, _EVERYTHING, _PAGE):
            for alert_id in {entry.step.alert_id for entry in page}:
                self._timetable.pop(alert_id, None)
                alert = self._steps.journal.get(alert_id, _EVERYTHING)
                if alert is not None:
                    self._enter(self._timetable, alert)
            self._place = page[-1].feed_id

    def _enter(self, timetable: dict[AlertId, datetime], alert: Alert) -> None:
        left = self._untold(alert)
        if left and left[0].due_at is not None:
            timetable[alert.alert_id] = left[0].due_at

    def _untold(self, alert: Alert) -> tuple[Due, ...]:
        terms = self._steps.terms.of(alert.violation.risk_class)
        if alert.life is None or not terms.deadlines:
            return ()
        return untold(alert, dues(alert, terms, self._hours.schedule(alert.site_id)))

    def _tell(self, alert_id: AlertId) -> int:
        """Tell all of an alert's times that are over, each as a step of its own."""
        told = 0
        alert = self._steps.journal.get(alert_id, _EVERYTHING)
        self._timetable.pop(alert_id, None)
        while alert is not None:
            now = self._steps.now()
            over = [due for due in self._untold(alert) if due.due_at is not None and due.due_at <= now]
            if not over:
                self._enter(self._timetable, alert)
                return told
            # Until it is on record it stays in the timetable: whatever happens, the next round looks again.
            self._timetable[alert_id] = now
            try:
                alert = self._steps.record(mark_overdue(alert, over[0], now=now), None)
            except (AlertConflictError, AlertStepError):
                return told  # somebody took a step meanwhile, or another process has told it
            self._timetable.pop(alert_id, None)
            told += 1
            metrics.OVERDUE.labels(alert.violation.risk_class.value, over[0].duty.value).inc()
        return told
