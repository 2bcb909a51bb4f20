"""SqlPublicConsents keeps the contract on both databases."""

import pytest

from credit.publicity import PublicConsents
from service.storage.database import Database
from service.storage.publicity import SqlPublicConsents
from tests.credit.publicity_contract import PublicConsentsContract


class TestSqlPublicConsents(PublicConsentsContract):
    @pytest.fixture
    def consents(self, database: Database) -> PublicConsents:
        return SqlPublicConsents(database)
