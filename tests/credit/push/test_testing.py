"""The in-memory twin keeps the contract."""

import pytest

from credit.ledger_testing import InMemoryLedgers
from credit.push.testing import InMemoryPushes
from tests.credit.push.kit import PushBook
from tests.credit.push.push_contract import PushContract


class TestInMemoryPushes(PushContract):
    @pytest.fixture
    def records(self) -> InMemoryLedgers:
        return InMemoryLedgers()

    @pytest.fixture
    def book(self, records: InMemoryLedgers) -> PushBook:
        return InMemoryPushes(records)
