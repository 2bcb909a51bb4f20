"""SqlGrants keeps the contract on both databases, and both refuse what raw SQL tries."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from alerts.errors import JournalError
from api.ports import Role
from credit.errors import GuardError
from credit.extracts.grant import LONGEST_DAYS
from credit.extracts.ports import GrantBook
from service.storage.accounts import SqlAccounts
from service.storage.database import Database
from service.storage.extract_rows import extract_grants, extract_reads
from service.storage.extracts import SqlGrants
from tests.credit.entries import FIRM, NOW, OFFICER, OPERATOR
from tests.credit.extracts_contract import OTHER_FIRM, GrantBookContract, grant
from tests.service.storage.test_ledger_guards import user

GRANT: dict[str, Any] = {
    "grant_id": "grant-8",
    "enterprise_id": FIRM,
    "receiver": "示例银行（虚构）",
    "purpose": "审核",
    "has_index": True,
    "has_records": False,
    "days": 30,
    "given_at": NOW,
    "given_by": OPERATOR,
    "giver_name": "店长",
    "secret_sha256": "8" * 64,
}


@pytest.fixture
def people(database: Database) -> Database:
    for account in (
        user(OPERATOR, Role.OPERATOR),
        user(OFFICER, Role.REGULATOR),
        user("user-admin", Role.ADMIN),
        user("user-retired", Role.OPERATOR, is_active=False),
    ):
        SqlAccounts(database).add_user(account)
    return database


class TestSqlGrants(GrantBookContract):
    @pytest.fixture
    def book(self, people: Database) -> GrantBook:
        return SqlGrants(people)


def stored(database: Database, statement: Any) -> bool:
    try:
        with database.transaction() as connection:
            connection.execute(statement)
    except JournalError:
        return False
    return True


def test_only_an_active_operator_gives_a_grant_that_is_whole_and_ends_within_a_year(people: Database) -> None:
    attacks: dict[str, dict[str, Any]] = {
        "by an officer": {"given_by": OFFICER},
        "by an administrator": {"given_by": "user-admin"},
        "by somebody who left": {"given_by": "user-retired"},
        "by nobody": {"given_by": "user-9"},
        "for more than a year": {"days": LONGEST_DAYS + 1},
        "without an end": {"days": None},
        "of nothing": {"has_index": False},
        "to nobody": {"receiver": " "},
        "for no purpose": {"purpose": ""},
        "with the secret itself": {"secret_sha256": "bkx_secret"},
        "withdrawn before it was given": {"withdrawn_at": NOW, "withdrawer_name": "店长"},
    }

    survivors = [
        name for name, change in attacks.items() if stored(people, insert(extract_grants).values(GRANT | change))
    ]

    assert survivors == []
    assert stored(people, insert(extract_grants).values(GRANT))


def test_of_a_grant_nothing_is_changed_but_its_withdrawal_and_nothing_is_deleted(people: Database) -> None:
    book = SqlGrants(people)
    book.add(grant())
    book.note_read("grant-1", NOW, "192.0.2.1")
    before = book.get("grant-1")
    gone = {"withdrawn_at": NOW + timedelta(days=1), "withdrawer_name": "店长"}
    changes: dict[str, dict[str, Any]] = {
        "longer": {"days": 300},
        "later": {"given_at": NOW + timedelta(days=9)},
        "another receiver": {"receiver": "别人"},
        "another purpose": {"purpose": "营销"},
        "another enterprise": {"enterprise_id": OTHER_FIRM},
        "another secret": {"secret_sha256": "9" * 64},
        "less": {"has_records": False},
        "another giver": {"given_by": OFFICER},
        "longer while withdrawing": gone | {"days": 300},
        "withdrawn before it was given": gone | {"withdrawn_at": NOW - timedelta(days=1)},
    }
    statements = {name: update(extract_grants).values(change) for name, change in changes.items()} | {
        "deleted": delete(extract_grants),
        "read deleted": delete(extract_reads),
        "read rewritten": update(extract_reads).values(address="192.0.2.2"),
    }

    survivors = [name for name, statement in statements.items() if stored(people, statement)]

    assert survivors == []
    assert book.get("grant-1") == before
    assert stored(people, update(extract_grants).values(gone))
    assert not stored(people, update(extract_grants).values(withdrawn_at=None, withdrawer_name=None))


def test_a_read_is_not_noted_for_a_grant_that_is_over_or_withdrawn_whoever_writes_it(people: Database) -> None:
    book = SqlGrants(people)
    book.add(grant(1))
    book.add(grant(2))
    book.withdraw("grant-2", NOW, "店长")
    row = {"grant_id": "grant-1", "at": NOW, "address": "192.0.2.1"}
    attacks: dict[str, dict[str, Any]] = {
        "over": {"at": NOW + timedelta(days=30)},
        "withdrawn": {"grant_id": "grant-2"},
        "unknown": {"grant_id": "grant-9"},
    }

    survivors = [name for name, change in attacks.items() if stored(people, insert(extract_reads).values(row | change))]

    assert survivors == []
    assert stored(people, insert(extract_reads).values(row))


def test_the_guards_word_reaches_whoever_gives_a_grant_as_an_officer(people: Database) -> None:
    with pytest.raises(GuardError, match="enterprise"):
        SqlGrants(people).add(grant(given_by=OFFICER))
