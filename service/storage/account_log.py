"""The log of what was done to accounts, in SQL. Implements api.account_log.AccountLog."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, text

from api.account_log import AccountAct, AccountDeed, AccountEntry, DeedFilter, account_entry
from domain.ids import UserId
from service.storage.account_rows import account_entries
from service.storage.database import Database

LONGEST_PAGE = 1_000

# One writer at a time, or two entries would follow the same one; the lock's name within the database ("bkaccnts").
_LOCK_NAME = int.from_bytes(b"bkaccnts", "big", signed=True)
_LOG_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=_LOCK_NAME)


class SqlAccountLog:
    """The log over one database. Any thread; any number of processes. What changes accounts uses `note_deed`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, deed: AccountDeed) -> None:
        with self._database.transaction() as connection:
            note_deed(connection, deed)

    def deeds(self, wanted: DeedFilter, *, before: int | None, limit: int) -> list[AccountEntry]:
        query = select(account_entries)
        if wanted.person is not None:
            person = wanted.person
            query = query.where(or_(account_entries.c.actor_id == person, account_entries.c.user_id == person))
        if wanted.act is not None:
            query = query.where(account_entries.c.act == wanted.act)
        if wanted.since is not None:
            query = query.where(account_entries.c.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(account_entries.c.at < wanted.until)
        if before is not None:
            query = query.where(account_entries.c.number < before)
        query = query.order_by(account_entries.c.number.desc()).limit(max(1, min(limit, LONGEST_PAGE)))
        with self._database.reading() as connection:
            return [_entry_of(row) for row in connection.execute(query)]

    def last_logins(self) -> dict[UserId, datetime]:
        table = account_entries.c
        query = select(table.user_id, func.max(table.at)).where(table.act == AccountAct.LOGGED_IN)
        with self._database.reading() as connection:
            return {UserId(row[0]): row[1] for row in connection.execute(query.group_by(table.user_id))}

    def all_deeds(self, after: int, limit: int) -> list[AccountEntry]:
        with self._database.reading() as connection:
            return _page(connection, after, min(limit, LONGEST_PAGE))


def note_deed(connection: Connection, deed: AccountDeed | None) -> None:
    """Add an entry within a transaction that writes what it tells of; None adds nothing."""
    if deed is None:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_LOG_LOCK)
    newest = connection.execute(select(account_entries).order_by(account_entries.c.number.desc()).limit(1)).first()
    entry = account_entry(None if newest is None else _entry_of(newest), deed)
    connection.execute(insert(account_entries).values(**asdict(deed), number=entry.number, digest=entry.digest))


def all_deeds(connection: Connection) -> Iterator[AccountEntry]:
    """The whole log, from its first entry on, page by page."""
    after = 0
    while page := _page(connection, after, LONGEST_PAGE):
        yield from page
        after = page[-1].number


def _page(connection: Connection, after: int, limit: int) -> list[AccountEntry]:
    query = select(account_entries).where(account_entries.c.number > after).order_by(account_entries.c.number)
    return [_entry_of(row) for row in connection.execute(query.limit(limit))]


def _entry_of(row: Row[Any]) -> AccountEntry:
    known = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    number, digest = known.pop("number"), known.pop("digest")
    return AccountEntry(number=number, deed=AccountDeed(**known), digest=digest)
