"""Trials that people order: one after the other in the background, with their progress, and each act written down."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import structlog

from alerts.errors import AlertsError
from alerts.replay.trial import TrialOrder, TrialOutcome, TrialProgress
from domain.ids import UserId

log = structlog.get_logger(__name__)

MOST_WAITING = 8
MOST_KEPT = 40  # outcomes in memory; the oldest that is over goes


class TrialState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in {TrialState.DONE, TrialState.FAILED, TrialState.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One order and what came of it. `fault` says why it failed, `share` how far it is, in [0, 1]."""

    trial_id: str
    order: TrialOrder
    state: TrialState
    by: UserId
    by_name: str
    ordered_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    share: float = 0.0
    looks: int = 0
    fault: str = ""
    outcome: TrialOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpan:
    """What the detection log holds. `is_on`: looks are being written now. `thresholds` are those of its newest file."""

    is_on: bool
    begins_at: datetime | None
    ends_at: datetime | None
    size_bytes: int
    thresholds: dict[str, float]


class TrialCancelledError(AlertsError):
    """The trial was stopped before its end."""


class TrialsFullError(AlertsError):
    """As many trials wait as may."""

    def __init__(self) -> None:
        super().__init__(f"{MOST_WAITING} trials wait already: wait for one to end, or cancel one")


class TrialRun(Protocol):
    """One trial being judged. `finish` is called once, `cancel` from any other thread, at any time."""

    def finish(self, told: Callable[[TrialProgress], None]) -> TrialOutcome:
        """Blocks until it is over. Raises AlertsError where it came to nothing, TrialCancelledError after `cancel`."""
        ...

    def cancel(self) -> None: ...


class TrialRunner(Protocol):
    """Where trials are judged, without getting in the way of what watches cameras."""

    def begin(self, order: TrialOrder) -> TrialRun: ...

    def span(self) -> LogSpan: ...


class TrialBook(Protocol):
    """Where it is written down who tried what. Lines are only ever added. Never raises."""

    def note(self, act: str, trial: Trial, actor: str) -> None: ...


class TrialDesk:
    """Any thread. One trial is judged at a time, on a thread of the desk's own; what waits is done in its order.

    Outcomes live in memory: after a restart they are to be ordered again. The book outlives it.
    """

    def __init__(
        self, *, runner: TrialRunner, book: TrialBook, new_id: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._runner = runner
        self._book = book
        self._new_id = new_id
        self._now = now
        self._trials: dict[str, Trial] = {}
        self._condition = threading.Condition()
        self._run: TrialRun | None = None
        self._is_stopping = False
        self._thread = threading.Thread(target=self._work, name="trials", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Whatever is being judged is given up. Idempotent."""
        with self._condition:
            self._is_stopping = True
            run = self._run
            self._condition.notify_all()
        if run is not None:
            run.cancel()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def span(self) -> LogSpan:
        return self._runner.span()

    def order(self, order: TrialOrder, *, by: UserId, by_name: str) -> Trial:
        """Raises TrialsFullError."""
        trial = Trial(
            trial_id=self._new_id(),
            order=order,
            state=TrialState.WAITING,
            by=by,
            by_name=by_name,
            ordered_at=self._now(),
        )
        with self._condition:
            if sum(each.state is TrialState.WAITING for each in self._trials.values()) >= MOST_WAITING:
                raise TrialsFullError
            self._trials[trial.trial_id] = trial
            self._forget_old()
            self._condition.notify_all()
        self._book.note("ordered", trial, by_name)
        return trial

    def get(self, trial_id: str) -> Trial | None:
        with self._condition:
            return self._trials.get(trial_id)

    def list(self) -> list[Trial]:
        """Newest first."""
        with self._condition:
            return list(reversed(self._trials.values()))

    def cancel(self, trial_id: str, *, by_name: str) -> Trial | None:
        """None where there is no such trial; one that is over stays as it is."""
        with self._condition:
            trial = self._trials.get(trial_id)
            if trial is None or trial.state.is_over:
                return trial
            run = self._run if trial.state is TrialState.RUNNING else None
            cancelled = self._changed(trial_id, state=TrialState.CANCELLED, ended_at=self._now())
        if run is not None:
            run.cancel()
        self._book.note("cancelled", cancelled, by_name)
        return cancelled

    def _changed(self, trial_id: str, **changes: object) -> Trial:
        """Under the condition's lock."""
        changed = replace(self._trials[trial_id], **changes)  # type: ignore[arg-type]
        self._trials[trial_id] = changed
        return changed

    def _forget_old(self) -> None:
        over = [each.trial_id for each in self._trials.values() if each.state.is_over]
        for trial_id in over[: max(0, len(self._trials) - MOST_KEPT)]:
            del self._trials[trial_id]

    def _work(self) -> None:
        while (trial := self._next()) is not None:
            try:
                outcome = self._judge(trial)
            except TrialCancelledError:
                self._end(trial.trial_id, TrialState.CANCELLED)
            except AlertsError as error:
                self._end(trial.trial_id, TrialState.FAILED, fault=str(error))
            except Exception:
                log.exception("trial_broke", trial_id=trial.trial_id)
                self._end(trial.trial_id, TrialState.FAILED, fault="an internal fault; see the log of the service")
            else:
                self._end(trial.trial_id, TrialState.DONE, outcome=outcome, share=1.0, looks=outcome.looks)

    def _next(self) -> Trial | None:
        """The oldest that waits; None when the desk closes."""
        with self._condition:
            while not self._is_stopping:
                waiting = next((each for each in self._trials.values() if each.state is TrialState.WAITING), None)
                if waiting is not None:
                    return self._changed(waiting.trial_id, state=TrialState.RUNNING, started_at=self._now())
                self._condition.wait()
        return None

    def _judge(self, trial: Trial) -> TrialOutcome:
        run = self._runner.begin(trial.order)
        with self._condition:
            self._run = run
            is_unwanted = self._is_stopping or self._trials[trial.trial_id].state.is_over
        if is_unwanted:
            run.cancel()
        try:
            return run.finish(lambda progress: self._tell(trial.trial_id, progress))
        finally:
            with self._condition:
                self._run = None

    def _tell(self, trial_id: str, progress: TrialProgress) -> None:
        with self._condition:
            if not self._trials[trial_id].state.is_over:
                self._changed(trial_id, share=progress.share, looks=progress.looks)

    def _end(self, trial_id: str, state: TrialState, **changes: object) -> None:
        """What was cancelled meanwhile stays so."""
        with self._condition:
            if self._trials[trial_id].state.is_over:
                return
            ended = self._changed(trial_id, state=state, ended_at=self._now(), **changes)
        self._book.note(state.value, ended, "")
