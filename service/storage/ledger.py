"""Reads the chain and what it is over, for whoever checks it. Nothing here writes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from alerts.audit import AlertState, SealedStep
from alerts.keeping.access import Access
from alerts.keeping.audit import TOLD, LedgerRow
from alerts.seals import Timestamp
from api.account_log import AccountEntry
from service.storage.accesses import all_accesses
from service.storage.account_log import all_deeds
from service.storage.database import Database
from service.storage.keeping_rows import deletions, erasures
from service.storage.rows import alert_steps, seal_timestamps, seals
from service.storage.seal_rows import (
    STEP_COLUMNS,
    alert_contents,
    bare,
    content,
    evidence_contents,
    life_documents,
    seal_columns,
    seal_of,
    seals_query,
    timestamp_of,
)
from service.storage.seals import unsealed_count

_PAGE = 500


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """The database as one moment shows it; open it with `snapshot`. One thread."""

    connection: Connection

    def start(self, since: datetime | None) -> tuple[int, str | None]:
        """Number and digest of the last seal before the instant; (0, None) for the beginning."""
        if since is None:
            return 0, None
        row = self.connection.execute(
            select(seals.c.number, seals.c.digest)
            .where(seals.c.sealed_at < since)
            .order_by(seals.c.number.desc())
            .limit(1)
        ).first()
        return (0, None) if row is None else (row.number, row.digest)

    def sealed_steps(self, after: int) -> Iterator[SealedStep]:
        """Seals above a number in order, each with its step as it is now."""
        while True:
            rows = self.connection.execute(
                seals_query().where(seals.c.number > after).order_by(seals.c.number).limit(_PAGE)
            ).all()
            if not rows:
                return
            page = [seal_of(seal_columns(row)) for row in rows]
            steps = {
                row.feed_id: content(row, STEP_COLUMNS)
                for row in self.connection.execute(
                    select(*bare(alert_steps, STEP_COLUMNS))
                    .select_from(alert_steps)
                    .where(alert_steps.c.feed_id.in_([seal.feed_id for seal in page]))
                )
            }
            yield from (SealedStep(seal=seal, step=steps.get(seal.feed_id)) for seal in page)
            after = page[-1].number

    def alert_states(self, alert_ids: Sequence[str]) -> Iterator[AlertState]:
        """The rows of the alerts as they are now."""
        for start in range(0, len(alert_ids), _PAGE):
            some = alert_ids[start : start + _PAGE]
            alerts, evidence = alert_contents(self.connection, some), evidence_contents(self.connection, some)
            lives = life_documents(self.connection, some)
            sequences: dict[str, list[int]] = {}
            for row in self.connection.execute(
                select(alert_steps.c.alert_id, alert_steps.c.sequence).where(alert_steps.c.alert_id.in_(some))
            ):
                sequences.setdefault(row.alert_id, []).append(row.sequence)
            for alert_id in some:
                yield AlertState(
                    alert_id=alert_id,
                    alert=alerts.get(alert_id),
                    evidence=evidence.get(alert_id, []),
                    sequences=sequences.get(alert_id, []),
                    life=lives.get(alert_id),
                )

    def deletions(self) -> Iterator[LedgerRow]:
        """The whole ledger of deletions."""
        after = ""
        columns = (*(column.name for column in deletions.columns), "erased_at")
        while True:
            rows = self.connection.execute(
                select(*bare(deletions, columns[:-1]), *bare(erasures, columns[-1:]))
                .select_from(deletions.outerjoin(erasures, erasures.c.deletion_id == deletions.c.deletion_id))
                .where(deletions.c.deletion_id > after)
                .order_by(deletions.c.deletion_id)
                .limit(_PAGE)
            ).all()
            if not rows:
                return
            for row in rows:
                known = content(row, columns)
                yield LedgerRow(
                    alert_id=known["alert_id"],
                    sequence=known["sequence"],
                    evidence_id=known["evidence_id"],
                    name=known["name"],
                    told={name: known[name] for name in TOLD},
                    is_erased=known["erased_at"] is not None,
                )
            after = rows[-1].deletion_id

    def accesses(self) -> Iterator[Access]:
        """The whole log of accesses to unmasked originals."""
        return all_accesses(self.connection)

    def account_entries(self) -> Iterator[AccountEntry]:
        """The whole log of what was done to accounts."""
        return all_deeds(self.connection)

    def digest_of(self, number: int) -> str | None:
        digest: str | None = self.connection.execute(select(seals.c.digest).where(seals.c.number == number)).scalar()
        return digest

    def newest_number(self) -> int:
        return int(self.connection.execute(select(func.coalesce(func.max(seals.c.number), 0))).scalar_one())

    def unsealed(self) -> int:
        return unsealed_count(self.connection)

    def timestamps(self) -> list[Timestamp]:
        rows = self.connection.execute(select(seal_timestamps).order_by(seal_timestamps.c.number))
        return [timestamp_of(row) for row in rows]


@contextmanager
def snapshot(database: Database) -> Iterator[SqlLedger]:
    """All that is read inside belongs to one moment."""
    with database.reading() as connection:
        yield SqlLedger(connection)
