"""Leases: who may act for what, until when. PostgreSQL only; its clock is the only one that counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.errors import JournalError
from service.storage.database import Database
from service.storage.rows import leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """`epoch` grows by one with each change of the holder."""

    name: str
    holder: str
    epoch: int
    expires_at: datetime


class LeaseLostError(JournalError):
    """Somebody else holds the lease now: what was to be written under it must not be written. Final."""

    def __init__(self, name: str, holder: str) -> None:
        super().__init__(f"the lease {name} is not held by {holder} any more", is_temporary=False)
        self.name = name
        self.holder = holder


class SqlLeases:
    """Leases in a database. Any thread; every method is one transaction and raises JournalError without a database.

    `holder` names one process in one run, never used again. A lease that has run out still belongs to its holder until
    somebody takes it: the holder may renew it, and what it writes under `fence` until then is written by the only
    one who could. Taking waits for such a write to end, and every later one is refused.
    """

    def __init__(self, database: Database) -> None:
        """Raises ValueError for another database than PostgreSQL."""
        if not database.is_postgresql:
            raise ValueError("leases need PostgreSQL")
        self._database = database

    def take(self, names: Collection[str], holder: str, seconds: float) -> set[str]:
        """Take what is free, has run out, or is ours already; return what is ours now. Renews it too."""
        if not names:
            return set()
        values = [
            {"name": name, "holder": holder, "epoch": 1, "expires_at": _from_now(seconds)} for name in sorted(names)
        ]
        statement = insert(leases).values(values)
        taken = statement.excluded
        query = statement.on_conflict_do_update(
            index_elements=[leases.c.name],
            set_={
                "holder": taken.holder,
                "expires_at": taken.expires_at,
                "epoch": leases.c.epoch + case((leases.c.holder == taken.holder, 0), else_=1),
            },
            where=or_(leases.c.holder == taken.holder, leases.c.expires_at < func.clock_timestamp()),
        ).returning(leases.c.name)
        with self._database.transaction() as connection:
            return set(connection.execute(query).scalars())

    def renew(self, holder: str, seconds: float) -> set[str]:
        """Prolong all that this holder has, and return the names."""
        query = (
            update(leases)
            .where(leases.c.holder == holder)
            .values(expires_at=_from_now(seconds))
            .returning(leases.c.name)
        )
        with self._database.transaction() as connection:
            return set(connection.execute(query).scalars())

    def give_up(self, names: Collection[str], holder: str) -> None:
        """Others may take them at once. What is not ours stays as it is."""
        if names:
            with self._database.transaction() as connection:
                connection.execute(delete(leases).where(leases.c.name.in_(names), leases.c.holder == holder))

    def held(self, prefix: str = "") -> list[Lease]:
        """All leases that have not run out, by name."""
        query = (
            select(leases)
            .where(leases.c.expires_at >= func.clock_timestamp(), leases.c.name.startswith(prefix, autoescape=True))
            .order_by(leases.c.name)
        )
        with self._database.reading() as connection:
            return [
                Lease(name=row.name, holder=row.holder, epoch=row.epoch, expires_at=row.expires_at)
                for row in connection.execute(query)
            ]


def fence(connection: Connection, name: str, holder: str) -> None:
    """Within a transaction: go on only if the holder has the lease, and keep it from being taken until the commit.

    Raises LeaseLostError.
    """
    query = select(leases.c.holder).where(leases.c.name == name).with_for_update(read=True)
    if connection.execute(query).scalar() != holder:
        raise LeaseLostError(name, holder)


def _from_now(seconds: float) -> Any:
    return func.clock_timestamp() + timedelta(seconds=seconds)
