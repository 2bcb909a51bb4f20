"""The log of who looked at unmasked originals, in SQL. Implements alerts.keeping.ports.AccessLog."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from alerts.keeping.access import Access, NewAccess, entered
from domain.ids import EvidenceId, UserId
from domain.scope import Scope
from service.storage.database import Database
from service.storage.keeping_rows import accesses
from service.storage.scopes import within

LONGEST_PAGE = 1_000

# One writer at a time, or two entries would follow the same one; the lock's name within the database ("bkaccess").
_LOCK_NAME = int.from_bytes(b"bkaccess", "big", signed=True)
_ACCESS_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=_LOCK_NAME)


class SqlAccessLog:
    """The log over one database. Any thread; any number of processes. Entries are added and never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, access: NewAccess) -> Access:
        with self._database.transaction() as connection:
            if self._database.is_postgresql:
                connection.execute(_ACCESS_LOCK)
            entry = entered(_newest(connection), access)
            connection.execute(insert(accesses).values(**asdict(access), number=entry.number, digest=entry.digest))
        return entry

    def latest(self, user_id: UserId, evidence_id: EvidenceId, since: datetime) -> Access | None:
        query = (
            select(accesses)
            .where(accesses.c.user_id == user_id, accesses.c.evidence_id == evidence_id, accesses.c.at >= since)
            .order_by(accesses.c.at.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else access_of(row)

    def accesses(
        self,
        scope: Scope,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 500,
    ) -> list[Access]:
        query = select(accesses).where(within(scope, accesses.c.enterprise_id, accesses.c.site_id))
        if since is not None:
            query = query.where(accesses.c.at >= since)
        if until is not None:
            query = query.where(accesses.c.at < until)
        if before is not None:
            query = query.where(accesses.c.number < before)
        query = query.order_by(accesses.c.number.desc()).limit(max(1, min(limit, LONGEST_PAGE)))
        with self._database.reading() as connection:
            return [access_of(row) for row in connection.execute(query)]


def _newest(connection: Connection) -> Access | None:
    row = connection.execute(select(accesses).order_by(accesses.c.number.desc()).limit(1)).first()
    return None if row is None else access_of(row)


def all_accesses(connection: Connection) -> Iterator[Access]:
    """The whole log, from its first entry on, page by page."""
    after = 0
    while True:
        query = select(accesses).where(accesses.c.number > after).order_by(accesses.c.number).limit(LONGEST_PAGE)
        page = [access_of(row) for row in connection.execute(query)]
        if not page:
            return
        yield from page
        after = page[-1].number


def access_of(row: Row[Any]) -> Access:
    known = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    number, digest = known.pop("number"), known.pop("digest")
    return Access(number=number, access=NewAccess(**known), digest=digest)
