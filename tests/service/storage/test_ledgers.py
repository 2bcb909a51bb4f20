"""The ledgers keep the contract on both databases, and what is changed behind their back is found."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from api.ports import Role
from credit.index_desk import IndexDesk
from credit.ledger import SUPERVISION
from service.storage.accounts import SqlAccounts
from service.storage.credit_books import SqlCreditBooks
from service.storage.database import Database
from service.storage.outbox import SqlOutbox
from service.storage.registry import SqlRegistry
from tests.credit.entries import FIRM, NOW, OFFICER, OPERATOR, SECOND, TODAY, case, observed
from tests.credit.figures import PROFILE
from tests.credit.ledger_contract import Book, LedgerContract
from tests.credit.samples import enterprise
from tests.service.storage.test_ledger_guards import user


@pytest.fixture
def book(database: Database) -> Book:
    for number in (1, 2):
        SqlRegistry(database).add_enterprise(enterprise(number))
    for user_id, role in ((OFFICER, Role.REGULATOR), (SECOND, Role.REGULATOR), (OPERATOR, Role.OPERATOR)):
        SqlAccounts(database).add_user(user(user_id, role))
    return SqlCreditBooks(database)


class TestSqlLedgers(LedgerContract):
    @pytest.fixture
    def book(self, book: Book) -> Book:
        return book


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE supervision_entries SET code = 'floor.litter' WHERE number = 2",
        "UPDATE supervision_entries SET observed_seconds = 99 WHERE number = 3",
        "DELETE FROM supervision_entries WHERE number = 2",
    ],
)
def test_whoever_takes_the_triggers_away_first_is_found_by_the_chain(
    database: Database, book: Book, statement: str
) -> None:
    book.append([], [case(1), case(2), observed(), case(3)])
    assert book.first_broken(SUPERVISION) is None
    with database.transaction() as connection:
        for event in ("update", "delete"):
            name = f"guard_supervision_entries_append_only_{event}"
            of = " ON supervision_entries" if database.is_postgresql else ""
            connection.execute(text(f"DROP TRIGGER {name}{of}"))
        connection.execute(text(statement))

    assert book.first_broken(SUPERVISION) in {2, 3}


def test_changes_of_colour_go_out_with_the_snapshot(database: Database, book: Book) -> None:
    book.append([], [observed(TODAY - timedelta(days=days)) for days in range(120)])
    desk = IndexDesk(ledgers=book, snapshots=book, profile=PROFILE, now=lambda: NOW)
    desk.record(FIRM, TODAY)
    desk.record(FIRM, TODAY)

    (message,) = SqlOutbox(database).pending(10)
    assert message.topic == "brightkitchen/v1/enterprises/enterprise-1/credit"
    assert b'"colour":"green","colour_before":null' in message.payload
