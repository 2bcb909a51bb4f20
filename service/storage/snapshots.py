"""Snapshots of the index in SQL. Implements credit.ledger_ports.SnapshotBook."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, insert, select

from credit.colour import Held
from credit.ledger_ports import Message, Snapshot
from credit.profile import Colour
from domain.ids import EnterpriseId
from service.storage.credit_rows import index_snapshots
from service.storage.database import Database
from service.storage.journal import FEED_LOCK
from service.storage.rows import outbox

LONGEST_LIST = 1_000


class SqlSnapshots:
    """Only ever added; the message of a change of colour goes into the outbox in the same transaction. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_snapshot(self, snapshot: Snapshot, message: Message | None) -> None:
        self.add_snapshots([(snapshot, message)])

    def add_snapshots(self, told: Sequence[tuple[Snapshot, Message | None]]) -> None:
        if not told:
            return
        messages = [
            {"topic": message[0], "payload": message[1], "created_at": snapshot.made_at, "attempts": 0}
            for snapshot, message in told
            if message is not None
        ]
        with self._database.transaction() as connection:
            connection.execute(insert(index_snapshots), [_values(snapshot) for snapshot, _ in told])
            if messages:
                if self._database.is_postgresql:
                    connection.execute(FEED_LOCK)  # message ids must become visible in order
                statement = insert(outbox)
                for message in messages:  # one after the other: their order is that of their ids
                    connection.execute(statement, message)

    def latest_snapshot(self, enterprise_id: EnterpriseId) -> Snapshot | None:
        return self.latest_snapshots([enterprise_id]).get(enterprise_id)

    def latest_snapshots(self, enterprise_ids: Sequence[EnterpriseId]) -> Mapping[EnterpriseId, Snapshot]:
        columns = index_snapshots.c
        days = (
            select(columns.enterprise_id, func.max(columns.day).label("day"))
            .where(columns.enterprise_id.in_(enterprise_ids))
            .group_by(columns.enterprise_id)
            .subquery()
        )
        query = (
            select(index_snapshots)
            .join(days, and_(columns.enterprise_id == days.c.enterprise_id, columns.day == days.c.day))
            .order_by(columns.enterprise_id, columns.made_at)  # the last of a day stays
        )
        with self._database.reading() as connection:
            return {EnterpriseId(row.enterprise_id): _snapshot(row) for row in connection.execute(query)}

    def snapshots(self, enterprise_id: EnterpriseId, limit: int) -> list[Snapshot]:
        columns = index_snapshots.c
        query = (
            select(index_snapshots)
            .where(columns.enterprise_id == enterprise_id)
            .order_by(columns.day.desc(), columns.made_at.desc())
            .limit(min(limit, LONGEST_LIST))
        )
        with self._database.reading() as connection:
            return [_snapshot(row) for row in connection.execute(query)]

    def daily_snapshots(self, enterprise_id: EnterpriseId, until: date, limit: int) -> list[Snapshot]:
        columns = index_snapshots.c
        place = func.row_number().over(partition_by=columns.day, order_by=columns.made_at.desc()).label("place")
        ranked = (
            select(index_snapshots, place)
            .where(columns.enterprise_id == enterprise_id, columns.day <= until)
            .subquery()
        )
        query = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.day.desc())
        with self._database.reading() as connection:
            return [_snapshot(row) for row in connection.execute(query.limit(min(limit, LONGEST_LIST)))]


def _values(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "enterprise_id": snapshot.enterprise_id,
        "day": snapshot.day,
        "made_at": snapshot.made_at,
        "profile_label": snapshot.profile_label,
        "inputs_sha256": snapshot.inputs_sha256,
        "standing": snapshot.standing,
        "value": snapshot.value,
        "low": snapshot.low,
        "high": snapshot.high,
        "grade": snapshot.grade,
        "colour": snapshot.colour,
        "held": None if snapshot.held is None else _held_document(snapshot.held),
        "supervision_number": snapshot.supervision_number,
        "record_step_number": snapshot.record_step_number,
    }


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(
        enterprise_id=row.enterprise_id,
        day=row.day,
        made_at=row.made_at,
        profile_label=row.profile_label,
        inputs_sha256=row.inputs_sha256,
        standing=row.standing,
        value=row.value,
        low=row.low,
        high=row.high,
        grade=row.grade,
        colour=row.colour,
        held=None if row.held is None else _held_of(row.held, row.day),
        supervision_number=row.supervision_number,
        record_step_number=row.record_step_number,
    )


def _held_document(held: Held) -> dict[str, str | None]:
    return {
        "colour": held.colour.value,
        "since": held.since.isoformat(),
        "leaning": None if held.leaning is None else held.leaning.value,
        "leaning_since": None if held.leaning_since is None else held.leaning_since.isoformat(),
        "leaning_days": str(held.leaning_days),
        "leaning_until": None if held.leaning_until is None else held.leaning_until.isoformat(),
    }


def _held_of(document: Mapping[str, str | None], day: date) -> Held:
    colour, began = Colour(str(document["colour"])), date.fromisoformat(str(document["since"]))
    leaning, since = document["leaning"], document["leaning_since"]
    if leaning is None or since is None:
        return Held(colour=colour, since=began)
    first, until = date.fromisoformat(since), document.get("leaning_until")
    return Held(
        colour=colour,
        since=began,
        leaning=Colour(leaning),
        leaning_since=first,
        # Documents of before days were counted: the calendar's days up to this snapshot.
        leaning_days=int(document.get("leaning_days") or (day - first).days + 1),
        leaning_until=day if until is None else date.fromisoformat(until),
    )
