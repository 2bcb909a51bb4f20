"""Plans and tasks in both databases, and attacks on them with raw SQL."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from alerts.errors import JournalError
from api.ports import Role
from credit.inspections.task import TaskState
from service.storage.accounts import SqlAccounts
from service.storage.credit_books import SqlCreditBooks
from service.storage.database import Database
from service.storage.inspections import SqlInspections
from service.storage.registry import SqlRegistry
from service.storage.repair_rows import inspection_lots, inspection_plans, inspection_steps, inspection_tasks
from tests.credit.entries import NOW, OFFICER, OPERATOR, SECOND, TODAY
from tests.credit.inspections_contract import InspectionContract, Office
from tests.credit.samples import enterprise
from tests.service.storage.test_ledger_guards import user


@pytest.fixture
def office(database: Database) -> Office:
    SqlRegistry(database).add_enterprise(enterprise(1))
    SqlRegistry(database).add_enterprise(enterprise(2))
    for account in (
        user(OFFICER, Role.REGULATOR),
        user(SECOND, Role.REGULATOR),
        user(OPERATOR, Role.OPERATOR),
    ):
        SqlAccounts(database).add_user(account)
    return Office(SqlInspections(database), SqlCreditBooks(database))


class TestSqlInspections(InspectionContract):
    """The fixture is the one of this module."""


def step(task_id: str, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "task_id": task_id,
        "sequence": 2,
        "state": TaskState.DROPPED,
        "actor_id": OFFICER,
        "at": NOW,
        "reason": "示例",
    }
    return values | changes


def test_the_database_refuses_what_the_code_would(office: Office, database: Database) -> None:
    task = office.assigned()
    done = {"state": TaskState.DONE, "score": 90.0, "entry_id": "task:none"}
    added: dict[str, Any] = {
        "task_id": "task-x",
        "enterprise_id": "enterprise-1",
        "period": "2026-11",
        "plan_id": None,
        "reason": "示例",
        "due_on": TODAY,
        "created_by": OFFICER,
        "created_at": NOW,
        "state": TaskState.OPEN,
    }
    attacks = {
        "dropped without a reason": (inspection_steps, step(task.task_id, reason=" ")),
        "dropped by the enterprise": (inspection_steps, step(task.task_id, actor_id=OPERATOR)),
        "a number left out": (inspection_steps, step(task.task_id, sequence=3)),
        "done without an entry of ledger B": (inspection_steps, step(task.task_id, actor_id=SECOND, **done)),
        "done by somebody else": (inspection_steps, step(task.task_id, **done)),
        "assigned to the enterprise": (
            inspection_steps,
            step(task.task_id, state=TaskState.ASSIGNED, assignee_id=OPERATOR),
        ),
        "added without a reason": (inspection_tasks, added | {"reason": " "}),
        "added by the enterprise": (inspection_tasks, added | {"created_by": OPERATOR}),
        "said to be drawn": (inspection_tasks, added | {"plan_id": "plan-none"}),
        "a second lot": (
            inspection_lots,
            {"period": "2026-11", "enterprise_id": "enterprise-1", "plan_id": task.plan_id, "chance": 0.1, "lot": 0.9},
        ),
    }
    stored = []
    for name, (table, values) in attacks.items():
        try:
            with database.transaction() as connection:
                connection.execute(insert(table).values(values))
        except JournalError:
            continue
        stored.append(name)

    assert stored == []


def test_draws_and_reasons_are_neither_changed_nor_deleted(office: Office, database: Database) -> None:
    office.assigned()
    for statement in (
        update(inspection_plans).values(seed="another"),
        inspection_plans.delete(),
        update(inspection_lots).values(lot=0.99),
        inspection_lots.delete(),
        update(inspection_tasks).values(reason="anders"),
        update(inspection_tasks).values(due_on=TODAY.replace(day=30)),
        inspection_tasks.delete(),
        update(inspection_steps).values(reason="anders"),
        inspection_steps.delete(),
    ):
        with pytest.raises(JournalError), database.transaction() as connection:
            connection.execute(statement)
