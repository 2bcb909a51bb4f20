"""The ledger of pushes keeps the contract on both databases, and its guards stand against raw SQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from alerts.errors import JournalError
from api.ports import Role
from credit.ledger_ports import RecordBook
from credit.push.ports import Answer
from service.storage.accounts import SqlAccounts
from service.storage.database import Database
from service.storage.pushes import SqlPushes
from service.storage.receivers import SqlReceivers
from service.storage.records import SqlRecords
from service.storage.registry import SqlRegistry
from tests.credit.entries import OFFICER, OPERATOR
from tests.credit.push.kit import Clock, Desk, PushBook, receiver
from tests.credit.push.push_contract import PushContract
from tests.credit.samples import enterprise
from tests.service.storage.test_ledger_guards import user


class SqlPushBook(SqlReceivers, SqlPushes):
    def __init__(self, database: Database) -> None:
        SqlReceivers.__init__(self, database)


def filled(database: Database) -> None:
    for number in (1, 2):
        SqlRegistry(database).add_enterprise(enterprise(number))
    for user_id, role in ((OFFICER, Role.REGULATOR), (OPERATOR, Role.OPERATOR)):
        SqlAccounts(database).add_user(user(user_id, role))


class TestSqlPushes(PushContract):
    @pytest.fixture
    def records(self, database: Database) -> RecordBook:
        filled(database)
        return SqlRecords(database)

    @pytest.fixture
    def book(self, records: RecordBook, database: Database) -> PushBook:
        return SqlPushBook(database)


def _attacks() -> Iterator[str]:
    """Each statement is a way around a guard."""
    yield "UPDATE record_receivers SET name = 'another'"
    yield "UPDATE record_receivers SET receiver_id = 'another'"
    yield "DELETE FROM record_receivers"
    yield "DELETE FROM record_pushes"
    yield "DELETE FROM record_push_answers"
    yield "UPDATE record_push_answers SET status = 204, is_taken = TRUE"
    for person in ("NULL", "'system'", f"'{OPERATOR}'"):
        yield f"UPDATE record_pushes SET state = 'given_up', reason = 'x', given_up_by = {person}"
    yield f"UPDATE record_pushes SET state = 'given_up', reason = ' ', given_up_by = '{OFFICER}'"
    yield "UPDATE record_pushes SET state = 'superseded', reason = NULL"
    yield "UPDATE record_pushes SET state = 'delivered', reason = 'x'"
    yield "UPDATE record_pushes SET subject_name = '别人'"
    yield "UPDATE record_pushes SET attempts = 0"


def test_receivers_reasons_and_answers_are_not_rewritten_by_raw_sql(database: Database) -> None:
    filled(database)
    clock, book = Clock(), SqlPushBook(database)
    book.add_receiver(receiver(1))
    Desk(SqlRecords(database), clock).publish(1)
    delivery_id = book.due(receiver(1), clock.now(), 1)[0].delivery.delivery_id
    book.begin(delivery_id, "示例", clock.now())
    book.refused(delivery_id, Answer(at=clock.now(), status=500, said=""), clock.now())

    stored = []
    for statement in _attacks():
        try:
            with database.transaction() as connection:
                connection.execute(text(statement))
        except JournalError:
            continue
        stored.append(statement)

    assert stored == []


def test_a_withdrawal_whose_order_somebody_prevented_is_ordered_all_the_same(database: Database) -> None:
    filled(database)
    clock, book = Clock(), SqlPushBook(database)
    book.add_receiver(receiver(1))
    desk = Desk(SqlRecords(database), clock)
    record_id = desk.publish(1)
    with database.transaction() as connection:
        of = " ON record_steps" if database.is_postgresql else ""
        connection.execute(text(f"DROP TRIGGER order_withdraw{of}"))
    desk.withdraw(record_id)

    assert book.order_missing(book.list_receivers(), clock.today(), clock.now()) == 1
    ends = [each for each in SqlRecords(database).deliveries(record_id) if each.due_on is not None]
    assert len(ends) == 1
