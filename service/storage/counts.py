"""Counts straight from the alerts. Implements credit.ports.CountSource."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select

from credit.counts import Outcome, require_range
from credit.ports import DailyCount
from domain.alert import AlertState
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.storage.database import Database
from service.storage.rows import alerts
from service.storage.scopes import within


class SqlCounts:
    """Counted anew at each question, on the index of enterprise and day. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def daily_counts(
        self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date
    ) -> Sequence[DailyCount]:
        require_range(day_from, day_to)
        columns = alerts.c
        grouping = (columns.local_day, columns.site_id, columns.code)
        query = (
            select(
                *grouping,
                func.count().label("detected"),
                *(number_of(outcome).label(outcome.value) for outcome in Outcome),
            )
            .where(
                columns.enterprise_id == enterprise_id,
                columns.local_day.between(day_from, day_to),
                within(scope, columns.enterprise_id, columns.site_id),
            )
            .group_by(*grouping)
            .order_by(*grouping)
        )
        with self._database.reading() as connection:
            return [
                DailyCount(
                    enterprise_id=enterprise_id,
                    site_id=row.site_id,
                    code=row.code,
                    day=row.local_day,
                    detected=row.detected,
                    confirmed=row.confirmed,
                    dismissed=row.dismissed,
                    unclear=row.unclear,
                    unreviewed=row.unreviewed,
                )
                for row in connection.execute(query)
            ]


def number_of(outcome: Outcome) -> ColumnElement[Any]:
    """How many alerts of a group have this outcome."""
    return func.sum(case((_outcome() == outcome.value, 1), else_=0))


def _outcome() -> ColumnElement[str]:
    """credit.counts.outcome as SQL; a test holds the two together for every state."""
    columns = alerts.c
    open_verdicts = [state for state in AlertState if not state.is_reviewed]
    return case(
        (columns.review_state.is_(None) | columns.review_state.in_(open_verdicts), literal(Outcome.UNREVIEWED.value)),
        (columns.state == AlertState.DISPUTED, literal(Outcome.UNCLEAR.value)),
        (columns.review_state == AlertState.CONFIRMED, literal(Outcome.CONFIRMED.value)),
        (columns.review_state == AlertState.DISMISSED, literal(Outcome.DISMISSED.value)),
        else_=literal(Outcome.UNCLEAR.value),
    )
