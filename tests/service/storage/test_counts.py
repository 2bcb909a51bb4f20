"""SqlCounts keeps the contract on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy import delete, insert

from credit.ports import CountSource
from domain.alert import Alert
from service.storage.alert_rows import alert_values
from service.storage.counts import SqlCounts
from service.storage.database import Database
from service.storage.rows import alerts as alert_table
from tests.credit.counts_contract import CountsContract, Put


class TestSqlCounts(CountsContract):
    @pytest.fixture
    def counts(self, database: Database) -> CountSource:
        return SqlCounts(database)

    @pytest.fixture
    def put(self, database: Database) -> Put:
        """Alerts in any state, without the steps that led there."""

        def put_all(alerts: Sequence[Alert]) -> None:
            with database.transaction() as connection:
                for alert in alerts:
                    connection.execute(delete(alert_table).where(alert_table.c.alert_id == alert.alert_id))
                    connection.execute(insert(alert_table).values(alert_values(alert)))

        return put_all
