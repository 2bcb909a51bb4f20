"""What inspections need from outside: a book of plans and tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from credit.inspections.task import Plan, Task, TaskState, TaskStep
from credit.ledger import SupervisionEntry
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks are meant; what is None or empty is not asked for."""

    states: tuple[TaskState, ...] = ()
    assignee_id: UserId | None = None
    period: str | None = None
    due_before: date | None = None


class InspectionBook(Protocol):
    """Every method is one transaction; any thread. Raises GuardError, TaskStepError and NotAnOfficerError."""

    def add_plan(self, plan: Plan, tasks: Sequence[Task]) -> None:
        """Raises GuardError where an enterprise has a lot in the period already."""
        ...

    def plans(self, limit: int) -> list[Plan]:
        """Newest first, with all entries."""
        ...

    def plan(self, plan_id: str) -> Plan | None: ...
    def with_lot(self, period: str) -> set[EnterpriseId]:
        """Who has been through a draw of the period, drawn or not."""
        ...

    def add_task(self, task: Task) -> None: ...
    def add_step(self, step: TaskStep, result: SupervisionEntry | None = None) -> Task:
        """Store the step, and the entry of ledger B with it or not at all."""
        ...

    def task(self, task_id: str, scope: Scope) -> Task | None: ...
    def tasks(self, scope: Scope, wanted: TaskFilter, after: str | None, limit: int) -> list[Task]:
        """By id, after an id."""
        ...
