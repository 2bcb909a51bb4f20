"""The in-memory twin of plans and tasks: for tests here and for those who build on it."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from credit.errors import GuardError
from credit.inspections.ports import TaskFilter
from credit.inspections.task import Plan, Task, TaskStep, require_step
from credit.ledger import SupervisionEntry
from credit.ledger_ports import LedgerBook
from domain.ids import EnterpriseId
from domain.scope import Scope


class InMemoryInspections:
    """InspectionBook in dictionaries under one lock, over ledger B. Any thread."""

    def __init__(self, ledgers: LedgerBook) -> None:
        self._ledgers = ledgers
        self._lock = threading.RLock()
        self._plans: list[Plan] = []
        self._tasks: dict[str, Task] = {}

    def add_plan(self, plan: Plan, tasks: Sequence[Task]) -> None:
        with self._lock:
            if self.with_lot(plan.period) & {each.enterprise_id for each in plan.entries}:
                raise GuardError("lot", "enterprises without a lot in the period", "one that has one")
            self._plans.append(plan)
            for task in tasks:
                self._tasks[task.task_id] = task

    def plans(self, limit: int) -> list[Plan]:
        with self._lock:
            return self._plans[::-1][:limit]

    def plan(self, plan_id: str) -> Plan | None:
        with self._lock:
            return next((each for each in self._plans if each.plan_id == plan_id), None)

    def with_lot(self, period: str) -> set[EnterpriseId]:
        with self._lock:
            return {entry.enterprise_id for each in self._plans if each.period == period for entry in each.entries}

    def add_task(self, task: Task) -> None:
        with self._lock:
            self._tasks[task.task_id] = task

    def add_step(self, step: TaskStep, result: SupervisionEntry | None = None) -> Task:
        with self._lock:
            found = self._tasks[step.task_id]
            require_step(found, step)
            if result is not None:
                self._ledgers.append((), (result,))
            taken = replace(found, steps=(*found.steps, step))
            self._tasks[step.task_id] = taken
            return taken

    def task(self, task_id: str, scope: Scope) -> Task | None:
        with self._lock:
            found = self._tasks.get(task_id)
        return found if found is not None and scope.allows(found.enterprise_id, None) else None

    def tasks(self, scope: Scope, wanted: TaskFilter, after: str | None, limit: int) -> list[Task]:
        with self._lock:
            found = sorted(self._tasks.values(), key=lambda each: each.task_id)
        return [
            each
            for each in found
            if scope.allows(each.enterprise_id, None)
            and (after is None or each.task_id > after)
            and (not wanted.states or each.state in wanted.states)
            and (wanted.assignee_id is None or each.assignee_id == wanted.assignee_id)
            and (wanted.period is None or each.period == wanted.period)
            and (wanted.due_before is None or each.due_on < wanted.due_before)
        ][:limit]
