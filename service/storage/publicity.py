"""What enterprises let everybody see, in SQL. Implements credit.publicity.PublicConsents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select

from credit.publicity import PublicConsent, PublicExtent
from domain.ids import EnterpriseId, UserId
from service.storage.database import Database
from service.storage.publicity_rows import public_consents

LONGEST_LIST = 1_000


class SqlPublicConsents:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, consent: PublicConsent) -> None:
        values = {
            "enterprise_id": consent.enterprise_id,
            "extent": consent.extent,
            "at": consent.at,
            "user_id": consent.user_id,
            "user_name": consent.user_name,
            "reason": consent.reason,
        }
        with self._database.transaction() as connection:
            connection.execute(insert(public_consents).values(values))

    def history(self, enterprise_id: EnterpriseId, limit: int) -> Sequence[PublicConsent]:
        columns = public_consents.c
        query = (
            select(public_consents)
            .where(columns.enterprise_id == enterprise_id)
            .order_by(columns.number.desc())
            .limit(min(limit, LONGEST_LIST))
        )
        with self._database.reading() as connection:
            return [_consent(row) for row in connection.execute(query)]

    def standing(self) -> Mapping[EnterpriseId, PublicExtent]:
        columns = public_consents.c
        last = select(func.max(columns.number)).group_by(columns.enterprise_id)
        query = (
            select(columns.enterprise_id, columns.extent)
            .where(columns.number.in_(last), columns.extent != PublicExtent.NONE)
            .order_by(columns.enterprise_id)
        )
        with self._database.reading() as connection:
            return {EnterpriseId(row.enterprise_id): row.extent for row in connection.execute(query)}


def _consent(row: Row[Any]) -> PublicConsent:
    return PublicConsent(
        enterprise_id=EnterpriseId(row.enterprise_id),
        extent=row.extent,
        at=row.at,
        user_id=UserId(row.user_id),
        user_name=row.user_name,
        reason=row.reason,
    )
