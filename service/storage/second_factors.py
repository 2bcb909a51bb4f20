"""Second factors in SQL. Implements api.factor_ports.SecondFactors."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from api.account_log import AccountDeed
from api.factor_ports import SecondFactor
from credit.errors import UnknownParentError
from domain.ids import UserId
from service.storage.account_log import note_deed
from service.storage.account_rows import recovery_codes, second_factors
from service.storage.database import Database
from service.storage.rows import sessions, users


class SqlSecondFactors:
    """Second factors over one database. Any thread; any number of processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, user_id: UserId) -> SecondFactor | None:
        with self._database.reading() as connection:
            row = connection.execute(select(second_factors).where(second_factors.c.user_id == user_id)).first()
            if row is None:
                return None
            left = select(func.count()).select_from(recovery_codes)
            unused = recovery_codes.c.used_at.is_(None) & (recovery_codes.c.user_id == user_id)
            count = connection.execute(left.where(unused)).scalar_one()
        return SecondFactor(**row._mapping, recovery_left=count)  # noqa: SLF001 - SQLAlchemy's public name

    def offer(self, user_id: UserId, sealed: str, now: datetime) -> bool:
        mine = second_factors.c.user_id == user_id
        with self._database.transaction() as connection:
            if connection.execute(select(users.c.user_id).where(users.c.user_id == user_id)).first() is None:
                raise UnknownParentError("user", user_id)
            connection.execute(delete(second_factors).where(mine, second_factors.c.confirmed_at.is_(None)))
            if connection.execute(select(second_factors.c.user_id).where(mine)).first() is not None:
                return False
            connection.execute(
                insert(second_factors).values(user_id=user_id, sealed=sealed, created_at=now, last_step=0)
            )
        return True

    def confirm(
        self, user_id: UserId, sealed: str, *, step: int, codes: Collection[str], now: datetime, deed: AccountDeed
    ) -> bool:
        offered = (
            (second_factors.c.user_id == user_id)
            & second_factors.c.confirmed_at.is_(None)
            & (second_factors.c.sealed == sealed)
        )
        with self._database.transaction() as connection:
            taken = connection.execute(update(second_factors).where(offered).values(confirmed_at=now, last_step=step))
            if taken.rowcount == 0:
                return False
            _store_codes(connection, user_id, codes)
            note_deed(connection, deed)
        return True

    def use_step(self, user_id: UserId, step: int) -> bool:
        fresh = (
            (second_factors.c.user_id == user_id)
            & second_factors.c.confirmed_at.is_not(None)
            & (second_factors.c.last_step < step)
        )
        with self._database.transaction() as connection:
            return connection.execute(update(second_factors).where(fresh).values(last_step=step)).rowcount == 1

    def use_recovery(self, user_id: UserId, code_sha256: str, now: datetime, deed: AccountDeed) -> bool:
        unused = (
            (recovery_codes.c.user_id == user_id)
            & (recovery_codes.c.code_sha256 == code_sha256)
            & recovery_codes.c.used_at.is_(None)
        )
        with self._database.transaction() as connection:
            if connection.execute(update(recovery_codes).where(unused).values(used_at=now)).rowcount != 1:
                return False
            note_deed(connection, deed)
        return True

    def renew_recovery(self, user_id: UserId, codes: Collection[str], deed: AccountDeed) -> None:
        with self._database.transaction() as connection:
            _store_codes(connection, user_id, codes)
            note_deed(connection, deed)

    def remove(self, user_id: UserId, deed: AccountDeed) -> bool:
        with self._database.transaction() as connection:
            connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
            gone = connection.execute(delete(second_factors).where(second_factors.c.user_id == user_id)).rowcount
            if gone == 0:
                return False
            connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
            note_deed(connection, deed)
        return True


def _store_codes(connection: Connection, user_id: UserId, codes: Collection[str]) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "code_sha256": code} for code in sorted(codes)]
    if rows:
        connection.execute(insert(recovery_codes), rows)
