"""Applications in both databases, and attacks on them with raw SQL."""

from typing import Any

import pytest
from sqlalchemy import insert, text, update

from alerts.errors import JournalError
from api.ports import Role
from credit.applications.application import ApplicationState
from credit.errors import NotAnOfficerError
from service.storage.accounts import SqlAccounts
from service.storage.applications import SqlApplications
from service.storage.database import Database
from service.storage.records import SqlRecords
from service.storage.registry import SqlRegistry
from service.storage.repair_rows import repair_applications, repair_materials, repair_steps
from tests.credit.applications_contract import EVERYTHING, WANG, ApplicationContract, Side
from tests.credit.entries import NOW, OFFICER, OPERATOR, SECOND, TODAY
from tests.credit.samples import enterprise
from tests.service.storage.test_ledger_guards import user


@pytest.fixture
def side(database: Database) -> Side:
    SqlRegistry(database).add_enterprise(enterprise(1))
    SqlRegistry(database).add_enterprise(enterprise(2))
    accounts = SqlAccounts(database)
    for account in (
        user(OFFICER, Role.REGULATOR),
        user(SECOND, Role.REGULATOR),
        user(OPERATOR, Role.OPERATOR),
        user("user-admin", Role.ADMIN),
    ):
        accounts.add_user(account)
    found = Side(SqlApplications(database), SqlRecords(database))
    found.publish()
    return found


class TestSqlApplications(ApplicationContract):
    """The fixture is the one of this module."""


def row(application_id: str, sequence: int, state: str, actor: str, **changes: Any) -> dict[str, Any]:
    values = {
        "application_id": application_id,
        "sequence": sequence,
        "state": ApplicationState(state),
        "actor_id": actor,
        "at": NOW,
        "reason": "示例",
        "document_no": "",
        "decided_on": None,
    }
    return values | changes


def test_the_database_refuses_what_the_code_would(side: Side, database: Database) -> None:
    made = side.accepted().application_id
    decided = {"document_no": "示例 1 号", "decided_on": TODAY}
    attacks = {
        "granted by the enterprise": row(made, 4, "granted", OPERATOR, **decided),
        "granted by an administrator": row(made, 4, "granted", "user-admin", **decided),
        "granted without the record's step": row(made, 4, "granted", SECOND, **decided),
        "refused without a document": row(made, 4, "refused", SECOND),
        "refused without a reason": row(made, 4, "refused", SECOND, reason=" ", **decided),
        "withdrawn by the officer who accepted": row(made, 4, "withdrawn", OFFICER),
        "a number left out": row(made, 5, "withdrawn", OPERATOR),
        "a number twice": row(made, 3, "withdrawn", OPERATOR),
        "back to filed": row(made, 4, "filed", OPERATOR),
        "by the machine": row(made, 4, "withdrawn", "system"),
        "by nobody we know": row(made, 4, "withdrawn", "user-unknown"),
    }
    stored = []
    for name, values in attacks.items():
        try:
            with database.transaction() as connection:
                connection.execute(insert(repair_steps).values(values))
        except JournalError:
            continue
        stored.append(name)

    assert stored == []
    with database.transaction() as connection:
        connection.execute(insert(repair_steps).values(row(made, 4, "refused", SECOND, **decided)))


def test_what_happened_is_neither_changed_nor_deleted(side: Side, database: Database) -> None:
    side.accepted()
    for statement in (
        update(repair_steps).values(reason="anders"),
        repair_steps.delete(),
        update(repair_applications).values(record_id="record-2"),
        repair_applications.delete(),
        update(repair_materials).values(sha256="0" * 64),
        repair_materials.delete(),
    ):
        with pytest.raises(JournalError), database.transaction() as connection:
            connection.execute(statement)


def test_a_step_whose_record_step_is_refused_is_not_kept(side: Side, database: Database) -> None:
    made = side.accepted()
    with database.transaction() as connection:
        connection.execute(text("UPDATE users SET role = 'viewer' WHERE user_id = :one"), {"one": SECOND})

    with pytest.raises(NotAnOfficerError):
        side.desk.decide(made.application_id, WANG, EVERYTHING, side.decision())

    kept = side.book.application(made.application_id, EVERYTHING)
    assert kept is not None
    assert kept.state is ApplicationState.ACCEPTED
    assert side.standing().value == "published"
