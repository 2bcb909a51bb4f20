"""Alerts, their steps, evidence and messages in SQL. Implements alerts.ports.AlertJournal."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, select, text, true, update
from sqlalchemy.exc import IntegrityError

from alerts.errors import AlertConflictError
from alerts.ports import AlertFilter, FeedEntry, NewMessage, OpenAlertCounts, PlaceNames, StepRecord
from domain.alert import Alert, Evidence
from domain.ids import AlertId, CameraId, EvidenceId, SiteId
from domain.scope import Scope
from service.storage.alert_rows import (
    alert_of,
    alert_values,
    entry_of,
    evidence_of,
    evidence_values,
    message_values,
    step_of,
    step_values,
)
from service.storage.database import Database
from service.storage.errors import violated
from service.storage.rows import (
    IS_ON_CLOCK,
    IS_OPEN,
    IS_PENDING,
    alert_steps,
    alerts,
    cameras,
    enterprises,
    evidence,
    outbox,
    sites,
)
from service.storage.scopes import within

LONGEST_PAGE = 1_000
LONGEST_LIST = 10_000

_OPEN_INDEX = "uq_alerts_open"
# One writer of steps at a time: this number is the queue's name within the database ("bkfeedid").
# Statements that every step needs are made once: to build one costs SQLAlchemy more than to run it.
_ALERT_BY_ID = select(alerts).where(alerts.c.alert_id == bindparam("wanted_id"))
_IS_TAKEN = select(alerts.c.alert_id).where(alerts.c.alert_id == bindparam("wanted_id"))
_EVIDENCE_OF_ONE = select(evidence).where(evidence.c.alert_id == bindparam("wanted_id")).order_by(evidence.c.position)
_NEW_ALERT = insert(alerts).values(
    enterprise_name=select(enterprises.c.name)
    .where(enterprises.c.enterprise_id == bindparam("of_enterprise"))
    .scalar_subquery(),
    site_name=select(sites.c.name).where(sites.c.site_id == bindparam("of_site")).scalar_subquery(),
    camera_name=select(cameras.c.name).where(cameras.c.camera_id == bindparam("of_camera")).scalar_subquery(),
)
_NEXT_ALERT = update(alerts).where(
    alerts.c.alert_id == bindparam("wanted_id"), alerts.c.sequence == bindparam("expected_sequence")
)
_NEW_STEP = insert(alert_steps).returning(alert_steps.c.feed_id)
_NEW_MESSAGE = insert(outbox)
_NEW_EVIDENCE = insert(evidence)
_NO_EVIDENCE = delete(evidence).where(evidence.c.alert_id == bindparam("wanted_id"))
FEED_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=int.from_bytes(b"bkfeedid", "big", signed=True))


class SqlAlertJournal:
    """Alerts in a database. Any thread.

    Feed ids and message ids become visible in order. SQLite has one writer at a time anyway. PostgreSQL hands
    out a sequence's numbers at once but shows rows at commit, so a reader that follows the feed could see 8
    before 7 and never come back for it: writers queue for a lock that is held until the commit.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> FeedEntry:
        """See the port. After a JournalError during the commit the step may be stored: trying again then conflicts."""
        with self._database.transaction() as connection:
            return self.write(connection, alert, step, messages, expected_sequence)

    def write(
        self,
        connection: Connection,
        alert: Alert,
        step: StepRecord,
        messages: Sequence[NewMessage],
        expected_sequence: int,
    ) -> FeedEntry:
        """`record` as a part of a transaction that writes more."""
        _require_match(alert, step)
        if self._database.is_postgresql:
            connection.execute(FEED_LOCK)
        self._store_alert(connection, alert, expected_sequence)
        self._store_evidence(connection, alert, is_new=expected_sequence == 0)
        feed_id = connection.execute(_NEW_STEP, step_values(step, alert)).scalar_one()
        if messages:
            connection.execute(_NEW_MESSAGE, [message_values(message) for message in messages])
        return FeedEntry(feed_id=feed_id, step=step)

    def read(self, connection: Connection, alert_id: AlertId) -> Alert | None:
        """`get` as a part of a transaction."""
        wanted = {"wanted_id": alert_id}
        row = connection.execute(_ALERT_BY_ID, wanted).first()
        if row is None:
            return None
        return alert_of(row, [evidence_of(piece) for piece in connection.execute(_EVIDENCE_OF_ONE, wanted)])

    def get(self, alert_id: AlertId, scope: Scope) -> Alert | None:
        with self._database.reading() as connection:
            alert = self.read(connection, alert_id)
        return alert if alert and scope.allows(alert.enterprise_id, alert.site_id) else None

    def search(self, wanted: AlertFilter, scope: Scope, before: AlertId | None, limit: int) -> list[Alert]:
        query = (
            select(alerts)
            .where(within(scope, alerts.c.enterprise_id, alerts.c.site_id), *conditions(wanted))
            .order_by(alerts.c.alert_id.desc())
            .limit(_page(limit))
        )
        return self._alerts(query if before is None else query.where(alerts.c.alert_id < before))

    def history(self, alert_id: AlertId) -> list[StepRecord]:
        query = (
            select(alert_steps)
            .where(alert_steps.c.alert_id == alert_id)
            .order_by(alert_steps.c.sequence)
            .limit(LONGEST_LIST)
        )
        with self._database.reading() as connection:
            return [step_of(row) for row in connection.execute(query)]

    def feed(self, after: int, scope: Scope, limit: int) -> list[FeedEntry]:
        query = (
            select(alert_steps)
            .where(alert_steps.c.feed_id > after, within(scope, alert_steps.c.enterprise_id, alert_steps.c.site_id))
            .order_by(alert_steps.c.feed_id)
            .limit(_page(limit))
        )
        with self._database.reading() as connection:
            return [entry_of(row) for row in connection.execute(query)]

    def newest_feed_id(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(select(func.coalesce(func.max(alert_steps.c.feed_id), 0))).scalar_one())

    def open_alerts(self, camera_id: CameraId) -> list[Alert]:
        """In order of raising. Sorted here: asked for an order, SQLite reads all alerts that the camera ever had."""
        query = select(alerts).where(alerts.c.camera_id == camera_id, alerts.c.ended_at.is_(None)).limit(LONGEST_LIST)
        return sorted(self._alerts(query), key=lambda alert: alert.alert_id)

    def open_cameras(self) -> list[CameraId]:
        query = (
            select(alerts.c.camera_id)
            .where(IS_OPEN, alerts.c.node_id.is_(None))
            .distinct()
            .order_by(alerts.c.camera_id)
        )
        with self._database.reading() as connection:
            return [CameraId(camera_id) for camera_id in connection.execute(query).scalars()]

    def pending_evidence(self) -> list[Alert]:
        pending = select(evidence.c.alert_id).where(IS_PENDING)
        return self._alerts(
            select(alerts)
            .where(alerts.c.alert_id.in_(pending), alerts.c.node_id.is_(None))
            .order_by(alerts.c.alert_id)
            .limit(LONGEST_LIST)
        )

    def evidence(self, evidence_id: EvidenceId) -> tuple[Alert, Evidence] | None:
        owner = select(evidence.c.alert_id).where(evidence.c.evidence_id == evidence_id).scalar_subquery()
        for alert in self._alerts(select(alerts).where(alerts.c.alert_id == owner)):
            for item in alert.evidence:
                if item.evidence_id == evidence_id:
                    return alert, item
        return None

    def open_counts(self, site_id: SiteId) -> OpenAlertCounts:
        query = (
            select(alerts.c.risk_class, func.count().label("open"))
            .where(alerts.c.site_id == site_id, alerts.c.ended_at.is_(None))
            .group_by(alerts.c.risk_class)
        )
        with self._database.reading() as connection:
            return OpenAlertCounts(by_class={row.risk_class: row.open for row in connection.execute(query)})

    def names(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, PlaceNames]:
        """The names of the day; they stay when a camera is renamed or deleted."""
        query = select(alerts.c.alert_id, alerts.c.enterprise_name, alerts.c.site_name, alerts.c.camera_name).where(
            alerts.c.alert_id.in_(list(alert_ids)[:LONGEST_PAGE])
        )
        with self._database.reading() as connection:
            return {
                AlertId(row.alert_id): PlaceNames(
                    enterprise=row.enterprise_name, site=row.site_name, camera=row.camera_name
                )
                for row in connection.execute(query)
            }

    def _alerts(self, query: Select[Any]) -> list[Alert]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            found = _evidence_of_alerts(connection, [row.alert_id for row in rows])
        return [alert_of(row, found.get(row.alert_id, ())) for row in rows]

    def _store_alert(self, connection: Connection, alert: Alert, expected_sequence: int) -> None:
        values = alert_values(alert)
        try:
            if expected_sequence == 0:
                is_stored = _insert_alert(connection, values)
            else:
                is_stored = _update_alert(connection, values, expected_sequence)
        except IntegrityError as error:
            if violated(error, alerts) != _OPEN_INDEX:
                raise
            raise AlertConflictError(
                alert.alert_id, expected_sequence=expected_sequence, found_sequence=None
            ) from error
        if not is_stored:
            found = connection.execute(select(alerts.c.sequence).where(alerts.c.alert_id == alert.alert_id)).scalar()
            raise AlertConflictError(alert.alert_id, expected_sequence=expected_sequence, found_sequence=found)

    @staticmethod
    def _store_evidence(connection: Connection, alert: Alert, *, is_new: bool) -> None:
        """Leave exactly the alert's evidence; pieces are few, so all are written again."""
        if not is_new:
            connection.execute(_NO_EVIDENCE, {"wanted_id": alert.alert_id})
        if alert.evidence:
            connection.execute(
                _NEW_EVIDENCE, [evidence_values(item, position) for position, item in enumerate(alert.evidence)]
            )


def _require_match(alert: Alert, step: StepRecord) -> None:
    if (step.alert_id, step.sequence) != (alert.alert_id, alert.sequence):
        raise ValueError(
            f"the step must be the alert's latest: alert {alert.alert_id} is at {alert.sequence}, "
            f"the step is {step.sequence} of {step.alert_id}"
        )


def _insert_alert(connection: Connection, values: dict[str, Any]) -> bool:
    """Store a new alert with the names of its day, unless it is there. Only one writer is in here at a time."""
    if connection.execute(_IS_TAKEN, {"wanted_id": values["alert_id"]}).first() is not None:
        return False
    places = {
        "of_enterprise": values["enterprise_id"],
        "of_site": values["site_id"],
        "of_camera": values["camera_id"],
    }
    connection.execute(_NEW_ALERT, values | places)
    return True


def _update_alert(connection: Connection, values: dict[str, Any], expected_sequence: int) -> bool:
    asked = {"wanted_id": values["alert_id"], "expected_sequence": expected_sequence}
    return connection.execute(_NEXT_ALERT, values | asked).rowcount == 1


def _evidence_of_alerts(connection: Connection, alert_ids: Sequence[str]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for start in range(0, len(alert_ids), LONGEST_PAGE):
        query = (
            select(evidence)
            .where(evidence.c.alert_id.in_(alert_ids[start : start + LONGEST_PAGE]))
            .order_by(evidence.c.alert_id, evidence.c.position)
        )
        for row in connection.execute(query):
            found.setdefault(row.alert_id, []).append(evidence_of(row))
    return found


def conditions(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    """A filter as conditions on the table of alerts."""
    columns = alerts.c
    pairs: list[tuple[object, Any]] = [
        (wanted.enterprise_id, columns.enterprise_id == wanted.enterprise_id),
        (wanted.site_id, columns.site_id == wanted.site_id),
        (wanted.camera_id, columns.camera_id == wanted.camera_id),
        (wanted.codes or None, columns.code.in_(sorted(wanted.codes))),
        (wanted.risk_classes or None, columns.risk_class.in_(sorted(wanted.risk_classes))),
        (wanted.states or None, columns.state.in_(sorted(wanted.states))),
        (wanted.is_open, columns.ended_at.is_(None) if wanted.is_open else columns.ended_at.is_not(None)),
        (wanted.day_from, columns.local_day >= wanted.day_from if wanted.day_from else true()),
        (wanted.day_to, columns.local_day <= wanted.day_to if wanted.day_to else true()),
        (wanted.is_on_clock or None, IS_ON_CLOCK),
    ]
    return [condition for asked, condition in pairs if asked is not None]


def _page(limit: int) -> int:
    if limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}")
    return min(limit, LONGEST_PAGE)
