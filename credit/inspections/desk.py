"""Where officers draw plans, take tasks and enter what they found. Any thread; each step is one transaction."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime

from credit.errors import GuardError, NotAnOfficerError
from credit.inspections.ports import InspectionBook
from credit.inspections.task import Plan, Task, TaskState, TaskStep, first_day, plan_of, require_step, task_of
from credit.ledger import SupervisionEntry, SupervisionKind
from credit.profile import Colour
from credit.record_desk import Officer
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope


class InspectionDesk:
    """`None` is returned for what lies outside the scope. Raises GuardError, TaskStepError, NotAnOfficerError."""

    def __init__(
        self,
        *,
        book: InspectionBook,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        today: Callable[[], date],
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self.book = book
        self._new_id = new_id
        self._now = now
        self._today = today
        self._nonce = nonce

    def draw(
        self, officer: Officer, enterprises: Sequence[tuple[EnterpriseId, Colour | None]], *, period: str, seed: str
    ) -> Plan:
        """Draw among those that have no lot in the period yet; the drawn become tasks.

        To the officer's seed the service adds letters of its own, so nobody can try seeds until a name is left out.
        The whole seed is kept and shown: everybody can repeat the draw. Raises GuardError.
        """
        _require_officer(officer)
        if not seed.strip():
            raise GuardError("seed", "a text that says something", "nothing")
        if first_day(period) < self._today().replace(day=1):
            raise GuardError("period", "this month or a later one", period)
        with_lot = self.book.with_lot(period)
        plan = plan_of(
            [each for each in enterprises if each[0] not in with_lot],
            plan_id=self._new_id(),
            period=period,
            seed=f"{seed.strip()}#{self._nonce()}",
            made_by=officer.user_id,
            made_at=self._now(),
        )
        self.book.add_plan(plan, [task_of(plan, entry, self._new_id()) for entry in plan.drawn])
        return plan

    def add(self, officer: Officer, enterprise_id: EnterpriseId, *, due_on: date, reason: str) -> Task:
        """An inspection that was not drawn, for a reason that everybody sees (a complaint, say)."""
        _require_officer(officer)
        if due_on < self._today():
            raise GuardError("due_on", f"a day from {self._today()} on", due_on.isoformat())
        task = Task(
            task_id=self._new_id(),
            enterprise_id=enterprise_id,
            period=f"{due_on:%Y-%m}",
            plan_id=None,
            reason=reason.strip(),
            due_on=due_on,
            created_by=officer.user_id,
            created_at=self._now(),
        )
        self.book.add_task(task)
        return task

    def assign(self, task_id: str, officer: Officer, scope: Scope, *, assignee: Officer, reason: str) -> Task | None:
        """Who is to go must be an officer as well. A change of who goes needs a reason."""
        _require_officer(officer)
        _require_officer(assignee)
        found = self.book.task(task_id, scope)
        if found is None:
            return None
        step = self._step(found, TaskState.ASSIGNED, officer, reason=reason, assignee_id=assignee.user_id)
        require_step(found, step)
        return self.book.add_step(step)

    def drop(self, task_id: str, officer: Officer, scope: Scope, *, reason: str) -> Task | None:
        """It is not carried out, for a reason that stays with it."""
        _require_officer(officer)
        found = self.book.task(task_id, scope)
        if found is None:
            return None
        step = self._step(found, TaskState.DROPPED, officer, reason=reason)
        require_step(found, step)
        return self.book.add_step(step)

    def finish(
        self, task_id: str, officer: Officer, scope: Scope, *, score: float, day: date, reason: str
    ) -> Task | None:
        """What the assigned officer found on a day, out of 100, into ledger B: the index follows by itself."""
        _require_officer(officer)
        found = self.book.task(task_id, scope)
        if found is None:
            return None
        first, today = found.created_at.date(), self._today()
        if not first <= day <= today:
            raise GuardError("day", f"a day from {first} to {today}", day.isoformat())
        entry_id = f"task:{task_id}"
        step = self._step(found, TaskState.DONE, officer, reason=reason, score=score, entry_id=entry_id)
        require_step(found, step)
        entry = SupervisionEntry(
            entry_id=entry_id,
            enterprise_id=found.enterprise_id,
            kind=SupervisionKind.INSPECTION,
            day=day,
            at=step.at,
            actor_id=officer.user_id,
            figures={"score_tenths": round(score * 10)},
            reason=reason.strip(),
        )
        return self.book.add_step(step, entry)

    def _step(
        self,
        found: Task,
        state: TaskState,
        officer: Officer,
        *,
        reason: str,
        assignee_id: UserId | None = None,
        score: float | None = None,
        entry_id: str | None = None,
    ) -> TaskStep:
        return TaskStep(
            task_id=found.task_id,
            sequence=found.next_sequence,
            state=state,
            actor_id=officer.user_id,
            at=self._now(),
            reason=reason.strip(),
            assignee_id=assignee_id,
            score=score,
            entry_id=entry_id,
        )


def _require_officer(officer: Officer) -> None:
    if not officer.is_officer:
        raise NotAnOfficerError
