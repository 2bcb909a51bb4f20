"""Deletions of evidence and legal holds in SQL. Implements alerts.keeping.ports.KeepingBook and HoldBook."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from alerts.errors import AlertConflictError
from alerts.keeping.decision import KeptCase
from alerts.keeping.deletion import Deletion
from alerts.keeping.ports import CaseFilter, Hold
from alerts.ports import NewMessage, StepRecord
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.ids import AlertId, EvidenceId
from domain.scope import Scope
from service.storage.alert_rows import alert_of, evidence_of
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.keeping_rows import IS_STANDING, deletions, erasures, legal_holds
from service.storage.rows import alert_steps, alerts, evidence, forward_files
from service.storage.scopes import within

LONGEST_PAGE = 1_000

_NOT_A_COLUMN = frozenset({"erased_at"})


class SqlKeeping:
    """The ledger and the holds over one database. Any thread; any number of processes.

    `forwards`: this is an edge, and what its centre does not have yet may not be deleted. Where it sends no clips
    (`sends_clips` False) it is their only keeper, and does not wait for anybody.
    """

    def __init__(
        self, database: Database, journal: SqlAlertJournal, *, forwards: bool = False, sends_clips: bool = True
    ) -> None:
        self._database = database
        self._journal = journal
        self._forwards = forwards
        self._kept_kinds = frozenset() if sends_clips else frozenset({EvidenceKind.CLIP})

    def cases(self, wanted: CaseFilter, after: AlertId | None, limit: int) -> list[KeptCase]:
        """See the port."""
        has_pieces = exists().where(
            evidence.c.alert_id == alerts.c.alert_id,
            evidence.c.state == EvidenceState.STORED,
            evidence.c.kind.in_(sorted(wanted.kinds)),
        )
        query = (
            select(alerts)
            .where(
                alerts.c.state.in_(sorted(wanted.states)),
                alerts.c.risk_class.in_(sorted(wanted.classes)),
                alerts.c.ended_at.is_not(None),
                ~_is_held(),
                has_pieces,
            )
            .order_by(alerts.c.alert_id)
            .limit(min(limit, LONGEST_PAGE))
        )
        with self._database.reading() as connection:
            rows = connection.execute(query if after is None else query.where(alerts.c.alert_id > after)).all()
            return self._cases(connection, rows)

    def delete(
        self,
        alert: Alert,
        step: StepRecord,
        messages: Sequence[NewMessage],
        expected_sequence: int,
        deletions_made: Sequence[Deletion],
    ) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            self._journal.write(connection, alert, step, messages, expected_sequence)
            if connection.execute(select(_is_held_by(alert.alert_id))).scalar():
                raise AlertConflictError(alert.alert_id, expected_sequence=expected_sequence, found_sequence=None)
            connection.execute(insert(deletions), [_values(each, alert) for each in deletions_made])

    def unerased(self, limit: int) -> list[Deletion]:
        return self._deletions(
            _ledger().where(erasures.c.erased_at.is_(None)).order_by(deletions.c.deletion_id).limit(_page(limit))
        )

    def note_erased(self, deletion_ids: Sequence[str], at: datetime) -> None:
        with self._database.transaction() as connection:
            there = set(
                connection.execute(
                    select(erasures.c.deletion_id).where(erasures.c.deletion_id.in_(deletion_ids))
                ).scalars()
            )
            new = [{"deletion_id": each, "erased_at": at} for each in deletion_ids if each not in there]
            if new:
                connection.execute(insert(erasures), new)

    def deletions(self, scope: Scope, before: str | None, limit: int) -> list[Deletion]:
        query = _ledger().where(within(scope, deletions.c.enterprise_id, deletions.c.site_id))
        if before is not None:
            query = query.where(deletions.c.deletion_id < before)
        return self._deletions(query.order_by(deletions.c.deletion_id.desc()).limit(_page(limit)))

    def deletions_of(self, alert_id: AlertId) -> list[Deletion]:
        return self._deletions(
            _ledger().where(deletions.c.alert_id == alert_id).order_by(deletions.c.deletion_id).limit(LONGEST_PAGE)
        )

    def newest_record_at(self) -> datetime | None:
        query = select(alert_steps.c.at).order_by(alert_steps.c.feed_id.desc()).limit(1)
        with self._database.reading() as connection:
            newest: datetime | None = connection.execute(query).scalar()
            return newest

    # Holds

    def standing(self, alert_id: AlertId) -> Hold | None:
        query = select(legal_holds).where(legal_holds.c.alert_id == alert_id, IS_STANDING)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _hold_of(row)

    def holds(self, scope: Scope, limit: int) -> list[Hold]:
        query = (
            select(legal_holds)
            .where(IS_STANDING, within(scope, legal_holds.c.enterprise_id, legal_holds.c.site_id))
            .order_by(legal_holds.c.hold_id.desc())
            .limit(_page(limit))
        )
        with self._database.reading() as connection:
            return [_hold_of(row) for row in connection.execute(query)]

    def set_hold(
        self, hold: Hold, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> None:
        with self._database.transaction() as connection:
            self._journal.write(connection, alert, step, messages, expected_sequence)
            try:
                connection.execute(insert(legal_holds).values(**asdict(hold)))
            except IntegrityError as error:  # somebody set one in the same moment
                raise AlertConflictError(
                    alert.alert_id, expected_sequence=expected_sequence, found_sequence=None
                ) from error

    def lift_hold(
        self, hold: Hold, alert: Alert, step: StepRecord, messages: Sequence[NewMessage], expected_sequence: int
    ) -> None:
        with self._database.transaction() as connection:
            self._journal.write(connection, alert, step, messages, expected_sequence)
            lifted = connection.execute(
                update(legal_holds)
                .where(legal_holds.c.hold_id == hold.hold_id, IS_STANDING)
                .values(lifted_by=hold.lifted_by, lifted_at=hold.lifted_at, lift_reason=hold.lift_reason)
            )
            if lifted.rowcount != 1:
                raise AlertConflictError(alert.alert_id, expected_sequence=expected_sequence, found_sequence=None)

    def _cases(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[KeptCase]:
        alert_ids = [row.alert_id for row in rows]
        pieces: dict[str, list[Any]] = {}
        theirs = select(evidence).where(evidence.c.alert_id.in_(alert_ids))
        for row in connection.execute(theirs.order_by(evidence.c.alert_id, evidence.c.position)):
            pieces.setdefault(row.alert_id, []).append(evidence_of(row))
        closed = {
            row.alert_id: row.at
            for row in connection.execute(
                select(alert_steps.c.alert_id, func.max(alert_steps.c.at, type_=alert_steps.c.at.type).label("at"))
                .where(alert_steps.c.alert_id.in_(alert_ids), alert_steps.c.step == AlertStep.CLOSED)
                .group_by(alert_steps.c.alert_id)
            )
        }
        received = self._received(connection, alert_ids)
        return [
            KeptCase(
                alert=alert_of(row, pieces.get(row.alert_id, ())),
                closed_at=closed.get(row.alert_id) if row.state is AlertState.CLOSED else None,
                awaited=frozenset(
                    piece.evidence_id for piece in pieces.get(row.alert_id, ()) if self._is_awaited(piece, received)
                ),
            )
            for row in rows
        ]

    def _received(self, connection: Connection, alert_ids: Sequence[str]) -> frozenset[EvidenceId]:
        """Pieces that the centre has said it holds."""
        if not self._forwards:
            return frozenset()
        query = select(forward_files.c.evidence_id).where(
            forward_files.c.alert_id.in_(alert_ids), forward_files.c.sent_at.is_not(None)
        )
        return frozenset(EvidenceId(each) for each in connection.execute(query).scalars())

    def _is_awaited(self, piece: Any, received: frozenset[EvidenceId]) -> bool:
        return self._forwards and piece.kind not in self._kept_kinds and piece.evidence_id not in received

    def _deletions(self, query: Select[Any]) -> list[Deletion]:
        with self._database.reading() as connection:
            return [_deletion_of(row) for row in connection.execute(query)]


def _is_held() -> ColumnElement[bool]:
    return exists().where(and_(legal_holds.c.alert_id == alerts.c.alert_id, legal_holds.c.lifted_at.is_(None)))


def _is_held_by(alert_id: AlertId) -> ColumnElement[bool]:
    return exists().where(and_(legal_holds.c.alert_id == alert_id, legal_holds.c.lifted_at.is_(None)))


def _ledger() -> Select[Any]:
    return select(deletions, erasures.c.erased_at).outerjoin(
        erasures, erasures.c.deletion_id == deletions.c.deletion_id
    )


def _values(deletion: Deletion, alert: Alert) -> dict[str, Any]:
    values = {name: value for name, value in asdict(deletion).items() if name not in _NOT_A_COLUMN}
    return {**values, "enterprise_id": alert.enterprise_id, "site_id": alert.site_id}


def _deletion_of(row: Row[Any]) -> Deletion:
    known = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    for name in ("enterprise_id", "site_id"):
        known.pop(name)
    return Deletion(**known)


def _hold_of(row: Row[Any]) -> Hold:
    return Hold(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _page(limit: int) -> int:
    return max(1, min(limit, LONGEST_PAGE))
