"""Makes open alerts more urgent where the catalogue says so: one thread that follows the journal.

Its memory is only a memory: what rose stands in the alert's life and is written in the one transaction of the step. A
restart makes nothing rise twice, nor do two processes over one database: the slower one meets the conflict.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from alerts import metrics
from alerts.errors import AlertConflictError, JournalError
from alerts.life import rise
from alerts.ports import AlertFilter
from alerts.rising import RiseRule, Situation, due_rise
from alerts.step_taker import StepTaker
from domain.alert import Alert, AlertState
from domain.ids import AlertId, CameraId
from domain.life import RiseCause
from domain.scope import Scope

log = structlog.get_logger(__name__)

_PAGE = 500
_WHOLE_LOOK_SECONDS = 3600.0
_EVERYTHING = Scope.everything()
_Key = tuple[CameraId, str]


class Lasting(Protocol):
    """Who watches the subjects of alerts. Any thread; never waits for long."""

    def is_watched(self, camera_id: CameraId) -> bool:
        """This process judges the camera; another one sees to those of others."""
        ...

    def lasted_seconds(self, alert: Alert) -> float | None:
        """How long the alert's subject was there, as far as it was seen (or read); None: nobody here can say."""
        ...


class Riser:
    """One thread. `work` is one round, for tests. Alerts that a node raised rise at the node."""

    def __init__(
        self,
        steps: StepTaker,
        rules: Mapping[str, tuple[RiseRule, ...]],
        lasting: Lasting,
        *,
        clock: Callable[[], float],
        wait_seconds: float = 5.0,
    ) -> None:
        self._steps = steps
        self._rules = rules
        self._lasting = lasting
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._minded = rules.keys() | {code for each in rules.values() for rule in each for code in rule.beside}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="riser", daemon=True)
        # The rest is touched by the working thread only.
        self._open: dict[AlertId, Alert] = {}
        self._earlier: dict[AlertId, tuple[datetime, ...]] = {}
        self._place = 0
        self._whole_look_at = float("-inf")
        self._is_failing = False

    def start(self) -> None:
        """Without any rule in the catalogue there is nothing to do."""
        if self._rules:
            self._thread.start()

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Idempotent; any thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(grace_seconds)

    def work(self) -> int:
        """One round; how many alerts rose. Raises JournalError."""
        if self._clock() - self._whole_look_at >= _WHOLE_LOOK_SECONDS:
            self._look_at_all()
        else:
            self._look_at_news()
        return sum(self._judge(alert) for alert in list(self._open.values()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.work()
            except JournalError as error:
                if not self._is_failing:
                    log.warning("rises_not_judged", reason=error.reason)
                self._is_failing = True
            except Exception:
                # A supervisor: without this thread nothing becomes more urgent.
                log.exception("riser_stumbled")
            else:
                self._is_failing = False
            self._stopping.wait(self._wait_seconds)

    def _look_at_all(self) -> None:
        place = self._steps.journal.newest_feed_id()
        wanted, before = AlertFilter(is_open=True, codes=frozenset(self._minded)), None
        found: dict[AlertId, Alert] = {}
        while page := self._steps.journal.search(wanted, _EVERYTHING, before, _PAGE):
            found.update((alert.alert_id, alert) for alert in page if _counts(alert))
            before = page[-1].alert_id
        self._open, self._place, self._whole_look_at = found, place, self._clock()
        self._earlier.clear()

    def _look_at_news(self) -> None:
        while page := self._steps.journal.feed(self._place, _EVERYTHING, _PAGE):
            news = {entry.step.alert_id: entry.step.payload for entry in page}
            for alert_id, payload in news.items():
                if payload.get("code") in self._minded:
                    self._refresh(alert_id)
            self._place = page[-1].feed_id

    def _refresh(self, alert_id: AlertId) -> None:
        """The alert as it is now. A verdict about it is one about those of its code and camera too: see `_others`."""
        self._open.pop(alert_id, None)
        alert = self._steps.journal.get(alert_id, _EVERYTHING)
        if alert is None:
            return
        key = _key(alert)
        for other in [other for other in self._earlier if other in self._open and _key(self._open[other]) == key]:
            del self._earlier[other]
        self._earlier.pop(alert_id, None)
        if alert.is_open and _counts(alert):
            self._open[alert_id] = alert

    def _judge(self, alert: Alert) -> bool:
        violation = alert.violation
        rules = self._rules.get(violation.code, ())
        if not rules or alert.state.is_reviewed or not self._lasting.is_watched(violation.camera_id):
            return False
        due = due_rise(rules, violation.risk_class, self._situation(alert, rules))
        taken = rise(alert, due, now=self._steps.now()) if due else None
        if taken is None or due is None:
            return False
        try:
            self._open[alert.alert_id] = self._steps.record(taken, None)
        except AlertConflictError:
            self._refresh(alert.alert_id)  # somebody took a step meanwhile, or another process made it rise
            return False
        metrics.RISES.labels(due.to.value, due.cause.value).inc()
        return True

    def _situation(self, alert: Alert, rules: Iterable[RiseRule]) -> Situation:
        camera_id, code = _key(alert)
        beside = [other.violation.code for other in self._open.values() if other.violation.camera_id == camera_id]
        causes = {rule.cause for rule in rules}
        return Situation(
            raised_at=alert.raised_at,
            lasted_seconds=self._lasting.lasted_seconds(alert) if RiseCause.LASTS in causes else None,
            at_once=beside.count(code),
            beside=frozenset(beside) - {code},
            earlier=self._others(alert, rules) if RiseCause.REPEATS in causes else (),
        )

    def _others(self, alert: Alert, rules: Iterable[RiseRule]) -> tuple[datetime, ...]:
        """When those before it of its code were raised at its camera; kept until one of them takes a step."""
        known = self._earlier.get(alert.alert_id)
        if known is None:
            camera_id, code = _key(alert)
            days = max(rule.within_days for rule in rules)
            wanted = AlertFilter(
                camera_id=camera_id,
                codes=frozenset({code}),
                # A day more: the site's calendar day may lie beside that of the instant.
                day_from=alert.local_day - timedelta(days=days + 1),
            )
            found = self._steps.journal.search(wanted, _EVERYTHING, alert.alert_id, _PAGE)
            known = self._earlier[alert.alert_id] = tuple(each.raised_at for each in found if _counts(each))
        return known


def _key(alert: Alert) -> _Key:
    return alert.violation.camera_id, alert.violation.code


def _counts(alert: Alert) -> bool:
    """It is this installation's own, and no person has said that it is nothing, or that it cannot be judged."""
    is_denied = alert.review is not None and alert.review.state in {AlertState.DISMISSED, AlertState.UNCLEAR}
    return alert.origin is None and not is_denied
