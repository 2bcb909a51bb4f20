"""The chain of seals in SQL. Implements alerts.ports.SealBook."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from alerts.ports import PackCopy
from alerts.seals import ORIGIN, Proof, Seal, SealDraft, Timestamp, entry, extend
from domain.ids import AlertId
from service.storage.database import Database
from service.storage.journal import FEED_LOCK
from service.storage.rows import alert_steps, pack_copies, seal_timestamps, seals
from service.storage.seal_rows import (
    STEP_COLUMNS,
    alert_contents,
    bare,
    content,
    evidence_contents,
    seal_columns,
    seal_of,
    seals_query,
    timestamp_of,
    timestamp_values,
    unsealed_query,
)

LONGEST_BATCH = 500
# A proof names each entry between an alert's first one and the next time stamp by its checksum: 65 bytes each.
MOST_LINKS = 100_000


class SqlSeals:
    """Seals over one database. Any thread; any number of processes may seal the same database at once.

    A batch is one transaction under the lock that writers of steps queue for: no step, no alert and no other
    batch comes between what is read and what is written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def seal(self, *, after: int, limit: int, now: datetime) -> list[Seal]:
        """Seal steps above the feed id that have no seal yet, oldest first; what was sealed (empty: nothing left)."""
        query = unsealed_query(min(limit, LONGEST_BATCH))
        with self._database.reading() as connection:
            if connection.execute(query, {"after": after}).first() is None:
                return []
        with self._database.transaction() as connection:
            if self._database.is_postgresql:
                connection.execute(FEED_LOCK)
            rows = [content(row, STEP_COLUMNS) for row in connection.execute(query, {"after": after})]
            made = extend(_newest(connection), _drafts(connection, rows), now)
            if made:
                connection.execute(insert(seals), [asdict(seal) for seal in made])
        return made

    def newest(self) -> Seal | None:
        with self._database.reading() as connection:
            return _newest(connection)

    def add_timestamp(self, timestamp: Timestamp) -> None:
        """Keep a time stamp; a second one of the same seal is dropped (another process was quicker)."""
        with self._database.transaction() as connection:
            known = select(seal_timestamps.c.number).where(seal_timestamps.c.number == timestamp.number)
            if connection.execute(known).first() is None:
                connection.execute(insert(seal_timestamps), timestamp_values(timestamp))

    def timestamps(self) -> list[Timestamp]:
        query = select(seal_timestamps).order_by(seal_timestamps.c.number)
        with self._database.reading() as connection:
            return [timestamp_of(row) for row in connection.execute(query)]

    def proof(self, alert_id: AlertId) -> Proof | None:
        """See the port."""
        with self._database.reading() as connection:
            return _proof(connection, alert_id)

    def note_copy(self, copy: PackCopy) -> None:
        with self._database.transaction() as connection:
            connection.execute(insert(pack_copies), asdict(copy))

    def copies(self, alert_id: AlertId) -> list[PackCopy]:
        query = select(pack_copies).where(pack_copies.c.alert_id == alert_id).order_by(pack_copies.c.copy_id)
        with self._database.reading() as connection:
            return [PackCopy(**row._mapping) for row in connection.execute(query.limit(LONGEST_BATCH))]  # noqa: SLF001 - SQLAlchemy's public name


def _newest(connection: Connection) -> Seal | None:
    row = connection.execute(seals_query().order_by(seals.c.number.desc()).limit(1)).first()
    return None if row is None else seal_of(seal_columns(row))


def _drafts(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[SealDraft]:
    alert_ids = sorted({row["alert_id"] for row in rows})
    alerts, evidence = alert_contents(connection, alert_ids), evidence_contents(connection, alert_ids)
    drafts = []
    for row in rows:
        alert = alerts.get(row["alert_id"])
        is_latest = alert is not None and alert["sequence"] == row["sequence"]
        drafts.append(
            SealDraft(
                feed_id=row["feed_id"],
                alert_id=row["alert_id"],
                step=row,
                alert=alert if is_latest else None,
                evidence=evidence.get(row["alert_id"], []) if is_latest else None,
            )
        )
    return drafts


def _proof(connection: Connection, alert_id: AlertId) -> Proof | None:
    own = [
        seal_of(seal_columns(row))
        for row in connection.execute(seals_query().where(seals.c.alert_id == alert_id).order_by(seals.c.number))
    ]
    if not own:
        return None
    first, last = own[0].number, own[-1].number
    stamp = connection.execute(
        select(seal_timestamps).where(seal_timestamps.c.number >= last).order_by(seal_timestamps.c.number).limit(1)
    ).first()
    end = last if stamp is None else stamp.number
    is_cut = end - first >= MOST_LINKS
    end = min(end, first + MOST_LINKS - 1)
    links = connection.execute(
        select(seals.c.entry_sha256).where(seals.c.number.between(first, end)).order_by(seals.c.number)
    ).scalars()
    before = connection.execute(select(seals.c.digest).where(seals.c.number == first - 1)).scalar()
    steps = {
        row.feed_id: content(row, STEP_COLUMNS)
        for row in connection.execute(
            select(*bare(alert_steps, STEP_COLUMNS)).select_from(alert_steps).where(alert_steps.c.alert_id == alert_id)
        )
    }
    return Proof(
        first=first,
        before=before or ORIGIN,
        links=tuple(links),
        entries={
            seal.number: entry(
                seal.number, seal.sealed_at, steps[seal.feed_id], seal.alert_sha256, seal.evidence_sha256
            )
            for seal in own
            if seal.feed_id in steps and seal.number <= end
        },
        timestamps=(timestamp_of(stamp),) if stamp is not None and not is_cut else (),
        unsealed=len(steps.keys() - {seal.feed_id for seal in own}),
        is_cut=is_cut,
    )


def unsealed_count(connection: Connection) -> int:
    """Steps that have no seal yet."""
    counted = select(func.count()).select_from(alert_steps)
    missing = text("NOT EXISTS (SELECT 1 FROM seals WHERE seals.feed_id = alert_steps.feed_id)")
    return int(connection.execute(counted.where(missing)).scalar_one())
