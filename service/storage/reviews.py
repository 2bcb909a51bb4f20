"""When evidence was opened and what was judged, in SQL. Implements alerts.ports.Viewings and ReviewRecords."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from alerts.ports import VerdictCount
from domain.alert import Alert, AlertState
from domain.ids import AlertId, CameraId, UserId
from domain.scope import Scope
from service.storage.alert_rows import alert_of
from service.storage.database import Database
from service.storage.rows import alerts, viewings
from service.storage.scopes import within

LONGEST_LIST = 10_000
_TWO_VOICES = {
    False: text("json_array_length(life, '$.verdicts') > 1"),
    True: text("jsonb_array_length(life -> 'verdicts') > 1"),
}


class SqlViewings:
    """Any thread, any process: the earliest look that was written down stays."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, alert_id: AlertId, user_id: UserId, at: datetime) -> None:
        """A later look changes nothing, nor does one that another request of the same person was quicker to note."""
        if self.first(alert_id, user_id) is not None:
            return
        insert = postgresql.insert if self._database.is_postgresql else sqlite.insert
        values = {"alert_id": alert_id, "user_id": user_id, "first_at": at}
        with self._database.transaction() as connection:
            connection.execute(insert(viewings).values(values).on_conflict_do_nothing())

    def first(self, alert_id: AlertId, user_id: UserId) -> datetime | None:
        query = select(viewings.c.first_at).where(viewings.c.alert_id == alert_id, viewings.c.user_id == user_id)
        with self._database.reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found


class SqlReviewRecords:
    """Counted anew at each question. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verdict_counts(self, scope: Scope, day_from: date, day_to: date) -> Sequence[VerdictCount]:
        """See the port."""
        columns = alerts.c
        query = (
            select(
                columns.code,
                columns.camera_id,
                *(_number_of(state).label(state.value) for state in _STANDING),
            )
            .where(
                columns.review_state.in_(_STANDING),
                columns.state != AlertState.DISPUTED,
                columns.local_day.between(day_from, day_to),
                within(scope, columns.enterprise_id, columns.site_id),
            )
            .group_by(columns.code, columns.camera_id)
            .order_by(columns.code, columns.camera_id)
        )
        with self._database.reading() as connection:
            return [
                VerdictCount(
                    code=row.code,
                    camera_id=CameraId(row.camera_id),
                    confirmed=row.confirmed,
                    dismissed=row.dismissed,
                    unclear=row.unclear,
                )
                for row in connection.execute(query)
            ]

    def reviewed_twice(self, scope: Scope, day_from: date, day_to: date) -> Sequence[Alert]:
        """See the port."""
        columns = alerts.c
        query = (
            select(alerts)
            .where(
                columns.life.is_not(None),
                _TWO_VOICES[self._database.is_postgresql],
                columns.local_day.between(day_from, day_to),
                within(scope, columns.enterprise_id, columns.site_id),
            )
            .order_by(columns.alert_id.desc())
            .limit(LONGEST_LIST)
        )
        with self._database.reading() as connection:
            return [alert_of(row, ()) for row in connection.execute(query)]


_STANDING = (AlertState.CONFIRMED, AlertState.DISMISSED, AlertState.UNCLEAR)


def _number_of(state: AlertState) -> Any:
    return func.sum(case((alerts.c.review_state == state, 1), else_=0))
