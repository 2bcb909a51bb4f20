"""SqlSecondFactors and SqlAccountLog keep their contract on both databases, as the twin does."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from alerts.audit import Fault
from api.account_log import account_faults
from api.account_testing import InMemoryAccounts
from service.storage.account_log import SqlAccountLog
from service.storage.accounts import SqlAccounts
from service.storage.database import Database
from service.storage.second_factors import SqlSecondFactors
from tests.service.storage.accounts_contract import deed, user
from tests.service.storage.second_factors_contract import Both, SecondFactorsContract


class TestSqlSecondFactors(SecondFactorsContract):
    @pytest.fixture
    def make(self, database: Database) -> Callable[[], Both]:
        return lambda: (SqlAccounts(database), SqlSecondFactors(database), SqlAccountLog(database))


class TestInMemorySecondFactors(SecondFactorsContract):
    @pytest.fixture
    def make(self) -> Callable[[], Both]:
        twin = InMemoryAccounts()
        return lambda: (twin, twin, twin)


def test_an_entry_that_somebody_wrote_into_or_took_out_is_found(database: Database) -> None:
    accounts, log = SqlAccounts(database), SqlAccountLog(database)
    accounts.add_user(user())
    for number in range(1, 6):
        accounts.update_user(user(name=f"name {number}"), deed=deed(number))
    assert list(account_faults(log.all_deeds(0, 100))) == []

    with database.transaction() as connection:
        connection.execute(text("UPDATE account_entries SET detail = 'nothing' WHERE number = 2"))
        connection.execute(text("DELETE FROM account_entries WHERE number = 4"))

    faults = [(finding.fault, finding.place) for finding in account_faults(log.all_deeds(0, 100))]
    assert faults == [
        (Fault.ACCOUNT_ENTRY_CHANGED, "account_entries 2"),
        (Fault.ACCOUNT_ENTRY_MISSING, "account_entries 5"),
    ]


def test_what_fails_leaves_no_entry(database: Database) -> None:
    accounts = SqlAccounts(database)
    accounts.add_user(user(1))
    accounts.add_user(user(2))

    with pytest.raises(Exception, match="王 1"):
        accounts.update_user(user(2, name="王 1"), deed=deed())

    assert SqlAccountLog(database).all_deeds(0, 9) == []
