"""Grants of extracts and their reads in SQL. Implements credit.extracts.ports.GrantBook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from credit.errors import GuardError
from credit.extracts.grant import ExtractPart, ExtractRead, Grant, GrantDraft
from domain.ids import EnterpriseId, UserId
from service.storage.database import Database
from service.storage.extract_rows import extract_grants, extract_reads
from service.storage.ledger_rows import guarded

LONGEST_LIST = 1_000


class SqlGrants:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, grant: Grant) -> None:
        draft = grant.draft
        values = {
            "grant_id": grant.grant_id,
            "enterprise_id": grant.enterprise_id,
            "receiver": draft.receiver,
            "purpose": draft.purpose,
            "has_index": ExtractPart.INDEX in draft.parts,
            "has_records": ExtractPart.RECORDS in draft.parts,
            "days": draft.days,
            "given_at": grant.given_at,
            "given_by": grant.given_by,
            "giver_name": grant.giver_name,
            "secret_sha256": grant.secret_sha256,
        }
        with self._database.transaction() as connection, guarded():
            connection.execute(insert(extract_grants).values(values))

    def find(self, secret_sha256: str) -> Grant | None:
        return self._one(extract_grants.c.secret_sha256 == secret_sha256)

    def get(self, grant_id: str) -> Grant | None:
        return self._one(extract_grants.c.grant_id == grant_id)

    def grants(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[Grant]:
        columns = extract_grants.c
        query = (
            select(extract_grants)
            .where(columns.enterprise_id == enterprise_id, *([] if before is None else [columns.number < before]))
            .order_by(columns.number.desc())
            .limit(min(limit, LONGEST_LIST))
        )
        with self._database.reading() as connection:
            return [_grant(row) for row in connection.execute(query)]

    def withdraw(self, grant_id: str, at: datetime, name: str) -> Grant | None:
        columns = extract_grants.c
        with self._database.transaction() as connection, guarded():
            connection.execute(
                update(extract_grants)
                .where(columns.grant_id == grant_id, columns.withdrawn_at.is_(None))
                .values(withdrawn_at=at, withdrawer_name=name)
            )
        return self.get(grant_id)

    def note_read(self, grant_id: str, at: datetime, address: str) -> None:
        columns = extract_grants.c
        with self._database.transaction() as connection, guarded():
            # Locked: a withdrawal at the same moment comes wholly before the read or wholly after it.
            query = select(columns.grant_id).where(columns.grant_id == grant_id).with_for_update()
            if connection.execute(query).first() is None:
                raise GuardError("standing", "a grant that stands", "none")
            connection.execute(insert(extract_reads).values(grant_id=grant_id, at=at, address=address))

    def reads(self, enterprise_id: EnterpriseId, before: int | None, limit: int) -> Sequence[ExtractRead]:
        columns = extract_reads.c
        query = (
            select(extract_reads, extract_grants.c.receiver)
            .join(extract_grants, extract_grants.c.grant_id == columns.grant_id)
            .where(
                extract_grants.c.enterprise_id == enterprise_id,
                *([] if before is None else [columns.number < before]),
            )
            .order_by(columns.number.desc())
            .limit(min(limit, LONGEST_LIST))
        )
        with self._database.reading() as connection:
            return [
                ExtractRead(
                    grant_id=row.grant_id, receiver=row.receiver, at=row.at, address=row.address, number=row.number
                )
                for row in connection.execute(query)
            ]

    def _one(self, condition: ColumnElement[bool]) -> Grant | None:
        with self._database.reading() as connection:
            row = connection.execute(select(extract_grants).where(condition)).first()
        return None if row is None else _grant(row)


def _grant(row: Row[Any]) -> Grant:
    parts = {ExtractPart.INDEX: row.has_index, ExtractPart.RECORDS: row.has_records}
    return Grant(
        grant_id=row.grant_id,
        enterprise_id=EnterpriseId(row.enterprise_id),
        draft=GrantDraft(
            receiver=row.receiver,
            purpose=row.purpose,
            parts=frozenset(part for part, is_in in parts.items() if is_in),
            days=row.days,
        ),
        given_at=row.given_at,
        given_by=UserId(row.given_by),
        giver_name=row.giver_name,
        secret_sha256=row.secret_sha256,
        number=row.number,
        withdrawn_at=row.withdrawn_at,
        withdrawer_name=row.withdrawer_name,
    )
