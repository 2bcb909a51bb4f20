"""Snapshots of the index in SQL. Implements credit.ledger_ports.SnapshotBook."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select

from credit.colour import Held
from credit.ledger_ports import Snapshot
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

    def add_snapshot(self, snapshot: Snapshot, message: tuple[str, bytes] | None) -> None:
        with self._database.transaction() as connection:
            connection.execute(insert(index_snapshots).values(_values(snapshot)))
            if message is not None:
                if self._database.is_postgresql:
                    connection.execute(FEED_LOCK)  # message ids must become visible in order
                topic, payload = message
                connection.execute(
                    insert(outbox).values(topic=topic, payload=payload, created_at=snapshot.made_at, attempts=0)
                )

    def latest_snapshot(self, enterprise_id: EnterpriseId) -> Snapshot | None:
        return next(iter(self.snapshots(enterprise_id, 1)), None)

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
        held=None if row.held is None else _held_of(row.held),
        supervision_number=row.supervision_number,
        record_step_number=row.record_step_number,
    )


def _held_document(held: Held) -> dict[str, str | None]:
    return {
        "colour": held.colour.value,
        "since": held.since.isoformat(),
        "leaning": None if held.leaning is None else held.leaning.value,
        "leaning_since": None if held.leaning_since is None else held.leaning_since.isoformat(),
    }


def _held_of(document: Mapping[str, str | None]) -> Held:
    leaning, since = document["leaning"], document["leaning_since"]
    return Held(
        colour=Colour(str(document["colour"])),
        since=date.fromisoformat(str(document["since"])),
        leaning=None if leaning is None else Colour(leaning),
        leaning_since=None if since is None else date.fromisoformat(since),
    )
