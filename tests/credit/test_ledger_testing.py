import pytest

from credit.ledger_testing import InMemoryLedgers
from tests.credit.ledger_contract import Book, LedgerContract


class TestInMemoryLedgers(LedgerContract):
    @pytest.fixture
    def book(self) -> Book:
        return InMemoryLedgers()
