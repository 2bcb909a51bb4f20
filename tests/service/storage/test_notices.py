"""Reminders in both databases."""

import pytest

from service.storage.database import Database
from service.storage.notices import SqlNotices
from tests.alerts.notify.reminding.notice_contract import NoticeContract


class TestSqlNotices(NoticeContract):
    @pytest.fixture
    def notices(self, database: Database) -> SqlNotices:
        return SqlNotices(database)
