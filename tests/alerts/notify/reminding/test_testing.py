"""The twin keeps what the contract promises."""

import pytest

from alerts.notify.reminding.testing import InMemoryNotices
from tests.alerts.notify.reminding.notice_contract import NoticeContract


class TestInMemoryNotices(NoticeContract):
    @pytest.fixture
    def notices(self) -> InMemoryNotices:
        return InMemoryNotices()
