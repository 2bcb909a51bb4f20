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
from service.storage.registry import SqlRegistry
from service.storage.rows import alert_steps, alerts, outbox
from service.storage.situation import SqlSituation
from service.storage.snapshots import SqlSnapshots
from tests.api.situation_contract import Books, SituationContract, check_counts_agree_with_the_list
from tests.credit.samples import enterprise

KEY = "sqlite_autoindex_enterprises_1"


def books_of(database: Database) -> Books:
    return Books(
        situation=SqlSituation(database),
        journal=SqlAlertJournal(database),
        snapshots=SqlSnapshots(database),
        registry=SqlRegistry(database),
    )


class TestSqlSituation(SituationContract):
    @pytest.fixture
    def books(self, database: Database) -> Books:
        SqlRegistry(database).store_enterprises([enterprise(1), enterprise(2)], [], [])
        return books_of(database)


def test_figures_and_list_hold_the_same_alerts(database: Database) -> None:
    def emptied() -> Books:
        with database.transaction() as connection:
            for table in (outbox, alert_steps, alerts):
                connection.execute(delete(table))
        return books_of(database)

    check_counts_agree_with_the_list(emptied)


def test_what_waits_and_the_colours_are_told_from_indexes_without_looking_at_all_rows(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    upgrade(database)
    plans: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    SqlSituation(database).by_place(AlertFilter(states=TO_REVIEW), Scope.everything())

    assert any("COVERING INDEX ix_alerts_to_review" in step for step in plans), plans
    plans.clear()
    SqlSituation(database).colours(Scope.everything())
    assert [step for step in plans if step.startswith("SCAN")] == ["SCAN enterprises USING COVERING INDEX " + KEY], (
        plans
    )
    database.close()
