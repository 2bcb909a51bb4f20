"""Attacks on the ledgers with raw SQL, by somebody who may write to the database: every one must be refused.

The first row of each test is one that is right, so that an attack differs from it in the one thing that is wrong.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, text, update

from alerts.errors import JournalError
from api.ports import Role, User
from credit.chain import FIRST, link
from credit.errors import CreditError, DocumentKnownError, GuardError, NotAnOfficerError
from credit.ledger import LEADS, SUPERVISION, LeadKind, SupervisionKind
from credit.records import RECORD_STEPS, RECORDS, Outcome, Procedure, RecordKind, RecordStep, RecordStepKind
from domain.credit_code import CreditCode
from domain.ids import UserId
from domain.scope import Scope
from service.storage.accounts import SqlAccounts
from service.storage.credit_rows import (
    lead_entries,
    public_records,
    record_deliveries,
    record_steps,
    supervision_entries,
)
from service.storage.database import Database
from service.storage.ledger_rows import (
    guarded,
    last_link,
    lead_values,
    record_values,
    step_values,
    supervision_values,
)
from service.storage.ledgers import SqlLedgers
from service.storage.records import SqlRecords
from service.storage.registry import SqlRegistry
from tests.credit.entries import NOW, OFFICER, OPERATOR, SECOND, TODAY, case, draft, lead, noted, observed, record
from tests.credit.samples import enterprise

EVERYTHING = Scope.everything()


def user(user_id: str, role: Role, *, is_active: bool = True) -> User:
    return User(
        user_id=UserId(user_id),
        name=user_id,
        password_hash="!",
        role=role,
        scope=EVERYTHING,
        is_active=is_active,
        must_change_password=False,
        created_at=NOW,
    )


@pytest.fixture
def filled(database: Database) -> Database:
    """Two enterprises, people of each role, one case up to its correction, one record that was published."""
    registry, accounts = SqlRegistry(database), SqlAccounts(database)
    registry.add_enterprise(enterprise(1))
    registry.add_enterprise(enterprise(2))
    for account in (
        user(OFFICER, Role.REGULATOR),
        user(SECOND, Role.REGULATOR),
        user(OPERATOR, Role.OPERATOR),
        user("user-admin", Role.ADMIN),
        user("user-retired", Role.REGULATOR, is_active=False),
        user("system-account", Role.VIEWER),
    ):
        accounts.add_user(account)
    ledgers, records = SqlLedgers(database), SqlRecords(database)
    ledgers.append(
        [lead(1), lead(1, LeadKind.CONFIRMED, sequence=2)],
        [case(1), case(1, SupervisionKind.RECTIFIED, sequence=3), observed()],
    )
    records.add_record(record(1))
    records.add_record(record(2))
    records.add_step(step(1, RecordStepKind.FINAL), ())
    records.add_step(step(1, RecordStepKind.PUBLISHED), ["信用示例网", "示例公示系统"])
    return database


def step(number: int, kind: RecordStepKind, **changes: Any) -> RecordStep:
    values: dict[str, Any] = {
        "record_id": f"record-{number}",
        "kind": kind,
        "officer_id": OFFICER,
        "at": NOW,
        "reason": "示例" if kind in {RecordStepKind.WITHDRAWN, RecordStepKind.REPAIRED} else "",
        "basis": "示例依据" if kind is RecordStepKind.PUBLISHED else "",
        "decided_on": TODAY if kind in {RecordStepKind.WITHDRAWN, RecordStepKind.REPAIRED} else None,
        "ends_on": TODAY + timedelta(days=90) if kind is RecordStepKind.PUBLISHED else None,
    }
    return RecordStep(**(values | changes))


Attack = tuple[Table, dict[str, Any]]


def survivors(database: Database, attacks: Mapping[str, Attack]) -> list[str]:
    """Names of the attacks that were stored although each should have been refused."""
    stored = []
    for name, (table, values) in attacks.items():
        try:
            with database.transaction() as connection:
                last = last_link(connection, table) if "number" in table.c else None
                chained = {} if last is None else {"number": last.number + 1, "previous": last.digest}
                row = values | chained | values.get("chain", {})
                row.pop("chain", None)
                connection.execute(insert(table).values(row))
        except JournalError:
            continue
        stored.append(name)
    return stored


def lead_row(**changes: Any) -> dict[str, Any]:
    return lead_values(lead(7), link(LEADS, FIRST, lead(7).content())) | changes


def supervision_row(entry: Any, **changes: Any) -> dict[str, Any]:
    return supervision_values(entry, link(SUPERVISION, FIRST, entry.content())) | changes


def record_row(**changes: Any) -> dict[str, Any]:
    one = record(9)
    return record_values(one, link(RECORDS, FIRST, one.content())) | changes


def step_row(one: RecordStep, **changes: Any) -> dict[str, Any]:
    return step_values(one, link(RECORD_STEPS, FIRST, one.content())) | changes


def test_what_is_right_is_stored(filled: Database) -> None:
    """The counterpart of every attack below."""
    right: dict[str, Attack] = {
        "lead": (lead_entries, lead_row()),
        "case": (supervision_entries, supervision_row(case(7))),
        "verified": (supervision_entries, supervision_row(case(1, SupervisionKind.VERIFIED, sequence=4))),
        "inspection": (
            supervision_entries,
            supervision_row(noted(SupervisionKind.INSPECTION, {"score_tenths": 900})),
        ),
        "record": (public_records, record_row()),
        "final": (record_steps, step_row(step(2, RecordStepKind.FINAL))),
        "published": (record_steps, step_row(step(2, RecordStepKind.PUBLISHED))),
    }

    assert survivors(filled, right) == list(right)


def test_ledger_a_refuses_verdicts_of_nobody(filled: Database) -> None:
    verdict = {"kind": LeadKind.DISMISSED}
    attacks: dict[str, Attack] = {
        "a verdict without a person": (lead_entries, lead_row(**verdict, actor_id=None)),
        "a verdict of an empty id": (lead_entries, lead_row(**verdict, actor_id="  ")),
        "a verdict of the system": (lead_entries, lead_row(**verdict, actor_id="System")),
        "a verdict of an unknown account": (lead_entries, lead_row(**verdict, actor_id="user-invented")),
        "the same step again": (lead_entries, lead_row(entry_id="alert-0001:1")),
    }

    assert survivors(filled, attacks) == []


def test_ledger_b_refuses_what_no_person_confirmed_and_verifiers_of_their_own_work(filled: Database) -> None:
    verified = case(1, SupervisionKind.VERIFIED, sequence=4)
    inspection = noted(SupervisionKind.INSPECTION, {"score_tenths": 900})
    order = noted(SupervisionKind.BURDEN, {"dimension": "R5", "weight_tenths": 10})
    correction = noted(SupervisionKind.CORRECTION, {}, reason="示例", corrects="alert-0001:2")
    table = supervision_entries
    attacks: dict[str, Attack] = {
        "confirmed by nobody": (table, supervision_row(case(7), actor_id=None)),
        "confirmed by the system": (table, supervision_row(case(7), actor_id="system")),
        "confirmed by an unknown account": (table, supervision_row(case(7), actor_id="user-invented")),
        "confirmed without a code": (table, supervision_row(case(7), code=None)),
        "confirmed without a case": (table, supervision_row(case(7), case_id=None)),
        "corrected before anybody confirmed": (
            table,
            supervision_row(case(8, SupervisionKind.RECTIFIED, sequence=3)),
        ),
        "verified by the submitter": (table, supervision_row(verified, actor_id=OPERATOR)),
        "verified with another submitter's name": (table, supervision_row(verified, submitter_id=SECOND)),
        "verified with no submitter": (table, supervision_row(verified, submitter_id=None)),
        "verified by nobody": (table, supervision_row(verified, actor_id=None)),
        "inspected by an operator": (table, supervision_row(inspection, actor_id=OPERATOR)),
        "inspected by an administrator": (table, supervision_row(inspection, actor_id="user-admin")),
        "inspected by a retired officer": (table, supervision_row(inspection, actor_id="user-retired")),
        "an order entered by an operator": (table, supervision_row(order, actor_id=OPERATOR)),
        "a correction without a reason": (table, supervision_row(correction, reason=" ")),
        "a correction of nothing": (table, supervision_row(correction, corrects="nothing")),
        "a correction of another enterprise's": (table, supervision_row(correction, enterprise_id="enterprise-2")),
        "no correction that corrects": (table, supervision_row(observed(), entry_id="x", corrects="alert-0001:2")),
    }

    assert survivors(filled, attacks) == []


def test_ledger_c_refuses_everything_without_a_document_or_an_officer(filled: Database) -> None:
    table = public_records
    attacks: dict[str, Attack] = {
        "no number of a document": (table, record_row(document_no=None)),
        "an empty number of a document": (table, record_row(document_no=" ")),
        "no authority": (table, record_row(authority_name=None)),
        "an empty authority": (table, record_row(authority_name="")),
        "no code of the authority": (table, record_row(authority_code=None)),
        "half a code of the authority": (table, record_row(authority_code="91000000")),
        "no day of the decision": (table, record_row(decision_date=None)),
        "a decision of next week": (table, record_row(decision_date=TODAY + timedelta(days=7))),
        "no officer": (table, record_row(officer_id=None)),
        "the system as officer": (table, record_row(officer_id="system")),
        "an account named like the system": (table, record_row(officer_id="system-account")),
        "an operator as officer": (table, record_row(officer_id=OPERATOR)),
        "an administrator as officer": (table, record_row(officer_id="user-admin")),
        "a retired officer": (table, record_row(officer_id="user-retired")),
        "no clause": (table, record_row(clauses=[])),
        "no facts": (table, record_row(facts="")),
        "no outcome": (table, record_row(outcomes="")),
        "another enterprise's code": (table, record_row(credit_code=CreditCode.generated(2).value)),
        "an unknown enterprise": (table, record_row(enterprise_id="enterprise-9")),
        "a penalty without a procedure": (table, record_row(procedure=Procedure.NONE)),
        "the same document again": (table, record_row(document_no=draft(1).document_no)),
        "a correction of nothing": (table, record_row(corrects="record-99")),
    }

    assert survivors(filled, attacks) == []


def test_what_may_not_be_published_is_not(filled: Database) -> None:
    records = SqlRecords(filled)
    records.add_record(record(3, procedure=Procedure.SIMPLE))
    records.add_record(record(4, outcomes=(Outcome.WARNING,), fine_yuan=None))
    records.add_record(record(5, kind=RecordKind.INTERVIEW, procedure=Procedure.NONE))
    records.add_record(record(6))
    for number in (3, 4, 5):
        records.add_step(step(number, RecordStepKind.FINAL), ())
    records.add_step(step(6, RecordStepKind.FINAL), ())
    records.add_step(step(6, RecordStepKind.CONTESTED), ())
    table, published = record_steps, RecordStepKind.PUBLISHED
    delivery = {"delivery_id": "d", "receiver": "somebody", "action": "publish", "ordered_at": NOW}
    attacks: dict[str, Attack] = {
        "a simple procedure": (table, step_row(step(3, published))),
        "a warning alone": (table, step_row(step(4, published))),
        "an interview": (table, step_row(step(5, published))),
        "one that is contested": (table, step_row(step(6, published))),
        "one that is not final": (table, step_row(step(2, published))),
        "without a basis in law": (table, step_row(step(2, published), basis=" ")),
        "without an end": (table, step_row(step(2, published), ends_on=None)),
        "a second time": (table, step_row(step(1, published))),
        "by the system": (table, step_row(step(2, published), officer_id="system")),
        "by an operator": (table, step_row(step(2, published), officer_id=OPERATOR)),
        "by an administrator": (table, step_row(step(2, published), officer_id="user-admin")),
        "to a receiver without publication": (record_deliveries, {**delivery, "record_id": "record-2"}),
    }

    assert survivors(filled, attacks) == []


def test_a_withdrawal_by_raw_sql_orders_itself_at_every_receiver_within_three_days(filled: Database) -> None:
    withdrawn = step(1, RecordStepKind.WITHDRAWN, decided_on=TODAY - timedelta(days=1))

    assert survivors(filled, {"withdrawn": (record_steps, step_row(withdrawn))}) == ["withdrawn"]

    ordered = [each for each in SqlRecords(filled).deliveries("record-1") if each.action == "withdraw"]
    assert sorted(each.receiver for each in ordered) == ["信用示例网", "示例公示系统"]
    assert {each.due_on for each in ordered} == {date(2026, 11, 22)}
    late = {"delivery_id": "d", "record_id": "record-1", "receiver": "third", "ordered_at": NOW}
    attacks: dict[str, Attack] = {
        "published after it was withdrawn": (record_steps, step_row(step(1, RecordStepKind.PUBLISHED))),
        "withdrawn twice": (record_steps, step_row(withdrawn)),
        "settled after it was withdrawn": (record_steps, step_row(step(1, RecordStepKind.FINAL))),
        "told after the third day": (
            record_deliveries,
            {**late, "action": "withdraw", "due_on": date(2026, 11, 23)},
        ),
        "told some day": (record_deliveries, {**late, "action": "withdraw", "due_on": None}),
        "published to one more": (record_deliveries, {**late, "action": "publish"}),
    }
    assert survivors(filled, attacks) == []


@pytest.mark.parametrize(
    "changes",
    [{"reason": " "}, {"decided_on": None}, {"decided_on": TODAY + timedelta(days=5)}, {"officer_id": OPERATOR}],
    ids=["no reason", "no day", "a day to come", "no officer"],
)
def test_a_withdrawal_needs_reason_day_and_officer(filled: Database, changes: dict[str, Any]) -> None:
    row = step_row(step(1, RecordStepKind.WITHDRAWN), **changes)

    assert survivors(filled, {"withdrawn": (record_steps, row)}) == []


def _statements(is_postgresql: bool) -> Iterator[str]:
    for table in ("lead_entries", "supervision_entries", "public_records", "record_steps"):
        yield f"UPDATE {table} SET digest = '{'0' * 64}' WHERE number = 1"
        yield f"UPDATE {table} SET number = number + 100"
        yield f"DELETE FROM {table} WHERE number = 1"
        yield f"DELETE FROM {table}"
        if is_postgresql:
            yield f"TRUNCATE {table} CASCADE"
        else:
            yield f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE number = 1"
    yield "UPDATE supervision_entries SET kind = 'dismissed'"
    yield "UPDATE public_records SET procedure = 'ordinary'"
    yield "DELETE FROM record_deliveries"
    yield "UPDATE record_deliveries SET receiver = 'nobody'"
    yield "UPDATE record_deliveries SET delivered_at = NULL, confirmation = 'x'"
    yield "UPDATE record_deliveries SET confirmation = 'x'"


def test_what_was_written_is_neither_changed_nor_deleted_nor_replaced(filled: Database) -> None:
    before = _dump(filled)
    stored = []
    for statement in _statements(filled.is_postgresql):
        try:
            with filled.transaction() as connection:
                connection.execute(text(statement))
        except JournalError:
            continue
        stored.append(statement)

    assert stored == []
    assert _dump(filled) == before


def _dump(database: Database) -> list[Any]:
    with database.reading() as connection:
        return [
            connection.execute(table.select()).all()
            for table in (lead_entries, supervision_entries, public_records, record_steps, record_deliveries)
        ]


def test_a_row_that_does_not_follow_the_last_one_is_refused(filled: Database) -> None:
    gaps = {"number": 99}, {"previous": "f" * 64}, {"digest": "short"}, {"number": 1}
    attacks: dict[str, Attack] = {
        f"{table.name} {gap}": (table, {**row, "chain": gap})
        for table, row in (
            (lead_entries, lead_row()),
            (supervision_entries, supervision_row(case(7))),
            (public_records, record_row()),
            (record_steps, step_row(step(2, RecordStepKind.FINAL))),
        )
        for gap in gaps
    }

    assert survivors(filled, attacks) == []


def test_a_confirmed_delivery_stays_as_it_is(filled: Database) -> None:
    records = SqlRecords(filled)
    first = records.deliveries("record-1")[0]
    assert records.confirm_delivery(first.delivery_id, EVERYTHING, "receipt 1", NOW) is not None

    with pytest.raises(GuardError, match="delivered_once"):
        records.confirm_delivery(first.delivery_id, EVERYTHING, "receipt 2", NOW)
    with pytest.raises(JournalError), filled.transaction() as connection:
        connection.execute(update(record_deliveries).values(confirmation="receipt 3", delivered_at=NOW))


# What the database says is said in our words


def test_guards_of_the_database_are_translated(filled: Database) -> None:
    def broken(table: Table, row: dict[str, Any]) -> CreditError:
        with filled.reading() as connection:
            last = last_link(connection, table)
        values = row | {"number": last.number + 1, "previous": last.digest}
        with pytest.raises(CreditError) as caught, filled.transaction() as connection, guarded("示例号"):
            connection.execute(insert(table).values(values))
        return caught.value

    assert isinstance(broken(public_records, record_row(officer_id=OPERATOR)), NotAnOfficerError)
    assert isinstance(broken(public_records, record_row(document_no=draft(1).document_no)), DocumentKnownError)
    found = broken(supervision_entries, supervision_row(case(7), actor_id=None))
    assert isinstance(found, GuardError)
    assert found.guard in {"person", "account"}
