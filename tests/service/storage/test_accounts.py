"""SqlAccounts keeps the contract on both databases, as the twin does, and what SQL adds to it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.account_testing import InMemoryAccounts
from api.ports import Accounts
from domain.ids import UserId
from service.storage.accounts import SqlAccounts
from service.storage.database import Database
from service.storage.rows import users
from tests.alerts.samples import EPOCH
from tests.service.storage.accounts_contract import AccountsContract, token, user


class TestSqlAccounts(AccountsContract):
    @pytest.fixture
    def accounts(self, database: Database) -> Accounts:
        return SqlAccounts(database)


class TestInMemoryAccounts(AccountsContract):
    @pytest.fixture
    def accounts(self) -> Accounts:
        return InMemoryAccounts()


def test_an_earlier_use_that_is_noted_late_does_not_replace_the_latest(database: Database) -> None:
    accounts = SqlAccounts(database)
    accounts.add_user(user())
    accounts.add_token(token())
    for seconds in (40, 5):
        accounts.note_token_use("token-1", EPOCH + timedelta(seconds=seconds))

    (found,) = accounts.list_tokens(UserId("user-1"))
    assert found.last_used_at == EPOCH + timedelta(seconds=40)


def test_a_row_does_not_show_the_password_hash(database: Database) -> None:
    SqlAccounts(database).add_user(user())

    with database.reading() as connection:
        row = connection.execute(select(users)).first()

    assert row is not None
    assert "geheim" not in repr(row)
