"""The twin keeps what the contract promises."""

import pytest

from alerts.notify.testing import InMemoryLedger
from alerts.testing import InMemoryJournal
from tests.alerts.notify.ledger_contract import Kept, LedgerContract


class TestInMemoryLedger(LedgerContract):
    @pytest.fixture
    def kept(self) -> Kept:
        journal = InMemoryJournal()
        ledger = InMemoryLedger(journal)
        return Kept(ledger, ledger, journal)
