"""SqlSituation keeps the contract on both databases."""

from typing import Any

import pytest
from sqlalchemy import delete, event

from alerts.ports import AlertFilter
from api.situation import TO_REVIEW
from domain.scope import Scope
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.migrate import upgrade
from service.storage.rows import alert_steps, alerts, outbox
from service.storage.situation import SqlSituation
from service.storage.snapshots import SqlSnapshots
from tests.api.situation_contract import Books, SituationContract, check_counts_agree_with_the_list


def books_of(database: Database) -> Books:
    return Books(situation=SqlSituation(database), journal=SqlAlertJournal(database), snapshots=SqlSnapshots(database))


class TestSqlSituation(SituationContract):
    @pytest.fixture
    def books(self, database: Database) -> Books:
        return books_of(database)


def test_figures_and_list_hold_the_same_alerts(database: Database) -> None:
    def emptied() -> Books:
        with database.transaction() as connection:
            for table in (outbox, alert_steps, alerts):
                connection.execute(delete(table))
        return books_of(database)

    check_counts_agree_with_the_list(emptied)


def test_what_waits_is_counted_from_an_index_that_holds_nothing_else(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    upgrade(database)
    plans: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    SqlSituation(database).by_place(AlertFilter(states=TO_REVIEW), Scope.everything())

    assert any("COVERING INDEX ix_alerts_to_review" in step for step in plans), plans
    database.close()
