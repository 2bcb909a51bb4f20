"""Plans and tasks of inspections in SQL. Implements credit.inspections.ports.InspectionBook.

The guards stand in the database as well (migrations/repair_guards.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from credit.chain import link
from credit.errors import GuardError, TaskStepError
from credit.inspections.ports import TaskFilter
from credit.inspections.task import Plan, PlanEntry, Task, TaskState, TaskStep, require_step
from credit.ledger import SUPERVISION, SupervisionEntry
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.storage.credit_rows import supervision_entries
from service.storage.database import Database
from service.storage.ledger_rows import guarded, last_link, supervision_values, take_turn
from service.storage.repair_rows import inspection_lots, inspection_plans, inspection_steps, inspection_tasks
from service.storage.scopes import within

LONGEST_LIST = 1_000


class SqlInspections:
    """Any thread; whoever writes queues for the lock of the ledgers, which is held until the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_plan(self, plan: Plan, tasks: Sequence[Task]) -> None:
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            if _with_lot(connection, plan.period) & {each.enterprise_id for each in plan.entries}:
                raise GuardError("lot", "enterprises without a lot in the period", "one that has one")
            with guarded():
                connection.execute(
                    insert(inspection_plans).values(
                        plan_id=plan.plan_id,
                        period=plan.period,
                        seed=plan.seed,
                        made_by=plan.made_by,
                        made_at=plan.made_at,
                    )
                )
                connection.execute(insert(inspection_lots), [_lot_values(plan, each) for each in plan.entries])
                for task in tasks:
                    connection.execute(insert(inspection_tasks).values(_task_values(task)))

    def plans(self, limit: int) -> list[Plan]:
        query = select(inspection_plans).order_by(inspection_plans.c.made_at.desc()).limit(min(limit, LONGEST_LIST))
        with self._database.reading() as connection:
            return _plans(connection, connection.execute(query).all())

    def plan(self, plan_id: str) -> Plan | None:
        query = select(inspection_plans).where(inspection_plans.c.plan_id == plan_id)
        with self._database.reading() as connection:
            return next(iter(_plans(connection, connection.execute(query).all())), None)

    def with_lot(self, period: str) -> set[EnterpriseId]:
        with self._database.reading() as connection:
            return _with_lot(connection, period)

    def add_task(self, task: Task) -> None:
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            with guarded():
                connection.execute(insert(inspection_tasks).values(_task_values(task)))

    def add_step(self, step: TaskStep, result: SupervisionEntry | None = None) -> Task:
        mine = inspection_tasks.c.task_id == step.task_id
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            found = _tasks(connection, mine)
            if not found:
                raise TaskStepError(step.task_id, step=step.state.value, state="not there")
            require_step(found[0], step)
            values: dict[str, Any] = {"state": step.state}
            if step.assignee_id is not None:
                values["assignee_id"] = step.assignee_id
            with guarded():
                if result is not None:
                    place = link(SUPERVISION, last_link(connection, supervision_entries), result.content())
                    connection.execute(insert(supervision_entries).values(supervision_values(result, place)))
                connection.execute(insert(inspection_steps).values(_step_values(step)))
                connection.execute(update(inspection_tasks).where(mine).values(**values))
            (taken,) = _tasks(connection, mine)
        return taken

    def task(self, task_id: str, scope: Scope) -> Task | None:
        with self._database.reading() as connection:
            return next(iter(_tasks(connection, inspection_tasks.c.task_id == task_id, _visible(scope))), None)

    def tasks(self, scope: Scope, wanted: TaskFilter, after: str | None, limit: int) -> list[Task]:
        columns = inspection_tasks.c
        conditions = [_visible(scope)]
        if wanted.states:
            conditions.append(columns.state.in_(wanted.states))
        if wanted.assignee_id is not None:
            conditions.append(columns.assignee_id == wanted.assignee_id)
        if wanted.period is not None:
            conditions.append(columns.period == wanted.period)
        if wanted.due_before is not None:
            conditions.append(columns.due_on < wanted.due_before)
        if after is not None:
            conditions.append(columns.task_id > after)
        with self._database.reading() as connection:
            return _tasks(connection, *conditions, limit=limit)


def _with_lot(connection: Connection, period: str) -> set[EnterpriseId]:
    query = select(inspection_lots.c.enterprise_id).where(inspection_lots.c.period == period)
    return {EnterpriseId(each) for each in connection.execute(query).scalars()}


def _plans(connection: Connection, rows: Sequence[Row[Any]]) -> list[Plan]:
    entries: dict[str, list[PlanEntry]] = defaultdict(list)
    query = (
        select(inspection_lots)
        .where(inspection_lots.c.plan_id.in_([row.plan_id for row in rows]))
        .order_by(inspection_lots.c.lot, inspection_lots.c.enterprise_id)
    )
    for row in connection.execute(query):
        entries[row.plan_id].append(
            PlanEntry(enterprise_id=row.enterprise_id, colour=row.colour, chance=row.chance, lot=row.lot)
        )
    return [
        Plan(
            plan_id=row.plan_id,
            period=row.period,
            seed=row.seed,
            made_by=row.made_by,
            made_at=row.made_at,
            entries=tuple(entries[row.plan_id]),
        )
        for row in rows
    ]


def _tasks(connection: Connection, *conditions: ColumnElement[bool], limit: int = LONGEST_LIST) -> list[Task]:
    rows = connection.execute(
        select(inspection_tasks).where(*conditions).order_by(inspection_tasks.c.task_id).limit(min(limit, LONGEST_LIST))
    ).all()
    steps: dict[str, list[TaskStep]] = defaultdict(list)
    query = (
        select(inspection_steps)
        .where(inspection_steps.c.task_id.in_([row.task_id for row in rows]))
        .order_by(inspection_steps.c.sequence)
    )
    for row in connection.execute(query):
        steps[row.task_id].append(_step_of(row))
    return [_task_of(row, tuple(steps[row.task_id])) for row in rows]


def _visible(scope: Scope) -> ColumnElement[bool]:
    return within(scope, inspection_tasks.c.enterprise_id, None)


def _lot_values(plan: Plan, entry: PlanEntry) -> dict[str, Any]:
    return {
        "period": plan.period,
        "enterprise_id": entry.enterprise_id,
        "plan_id": plan.plan_id,
        "colour": entry.colour,
        "chance": entry.chance,
        "lot": entry.lot,
    }


def _task_values(task: Task) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "enterprise_id": task.enterprise_id,
        "period": task.period,
        "plan_id": task.plan_id,
        "reason": task.reason,
        "due_on": task.due_on,
        "created_by": task.created_by,
        "created_at": task.created_at,
        "state": TaskState.OPEN,
        "assignee_id": None,
    }


def _task_of(row: Row[Any], steps: tuple[TaskStep, ...]) -> Task:
    return Task(
        task_id=row.task_id,
        enterprise_id=row.enterprise_id,
        period=row.period,
        plan_id=row.plan_id,
        reason=row.reason,
        due_on=row.due_on,
        created_by=row.created_by,
        created_at=row.created_at,
        steps=steps,
    )


def _step_values(step: TaskStep) -> dict[str, Any]:
    return {
        "task_id": step.task_id,
        "sequence": step.sequence,
        "state": step.state,
        "actor_id": step.actor_id,
        "at": step.at,
        "reason": step.reason,
        "assignee_id": step.assignee_id,
        "score": step.score,
        "entry_id": step.entry_id,
    }


def _step_of(row: Row[Any]) -> TaskStep:
    return TaskStep(
        task_id=row.task_id,
        sequence=row.sequence,
        state=row.state,
        actor_id=row.actor_id,
        at=row.at,
        reason=row.reason,
        assignee_id=row.assignee_id,
        score=row.score,
        entry_id=row.entry_id,
    )
