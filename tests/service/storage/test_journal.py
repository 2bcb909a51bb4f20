"""SqlAlertJournal and SqlOutbox keep the contract on both databases, and what SQL adds to it."""

import pytest

from alerts.ports import AlertJournal, Outbox
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.outbox import SqlOutbox
from tests.alerts.journal_contract import JournalContract


class TestSqlAlertJournal(JournalContract):
    @pytest.fixture
    def journal(self, database: Database) -> AlertJournal:
        return SqlAlertJournal(database)

    @pytest.fixture
    def outbox(self, database: Database) -> Outbox:
        return SqlOutbox(database)
