"""Ledgers A and B in SQL. Implements credit.ledger_ports.LedgerBook."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, exists, insert, select, update

from credit.chain import Link, first_broken, link
from credit.fold import Gathered
from credit.ledger import LEADS, SUPERVISION, LeadEntry, LeadKind, SupervisionEntry
from credit.ledger_ports import LedgerCount, TracedEntry
from credit.records import RECORD_STEPS, RECORDS
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.storage.credit_rows import (
    lead_entries,
    ledger_marks,
    public_records,
    record_steps,
    supervision_entries,
)
from service.storage.database import Database
from service.storage.gathering import gathered
from service.storage.lead_counting import counted
from service.storage.ledger_rows import (
    guarded,
    last_link,
    lead_of,
    lead_values,
    link_of,
    record_of,
    step_of,
    supervision_of,
    supervision_values,
    take_turn,
)
from service.storage.scopes import within

E = TypeVar("E", LeadEntry, SupervisionEntry)

LONGEST_PAGE = 1_000
_AT_ONCE = 500

TABLES: Mapping[str, Table] = {
    LEADS: lead_entries,
    SUPERVISION: supervision_entries,
    RECORDS: public_records,
    RECORD_STEPS: record_steps,
}


class SqlLedgers:
    """Any thread; any number of processes: whoever extends a chain queues for a lock that is held until the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        leads: Sequence[LeadEntry] = (),
        supervision: Sequence[SupervisionEntry] = (),
        *,
        mark: tuple[str, int] | None = None,
    ) -> None:
        with self._database.transaction() as connection:
            take_turn(self._database, connection)
            new_leads = _new(connection, lead_entries, leads)
            _insert(connection, lead_entries, list(_linked_leads(connection, new_leads)))
            new = _new(connection, supervision_entries, supervision)
            _insert(connection, supervision_entries, list(_linked_supervision(connection, new)))
            if mark is not None:
                _set_mark(connection, *mark)

    def mark(self, name: str) -> int:
        query = select(ledger_marks.c.value).where(ledger_marks.c.name == name)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar() or 0)

    def leads(self, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int) -> list[tuple[int, LeadEntry]]:
        return [(row.number, lead_of(row)) for row in self._page(lead_entries, enterprise_id, scope, after, limit)]

    def supervision(
        self, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int
    ) -> list[tuple[int, SupervisionEntry]]:
        rows = self._page(supervision_entries, enterprise_id, scope, after, limit)
        return [(row.number, supervision_of(row)) for row in rows]

    def _page(
        self, table: Table, enterprise_id: EnterpriseId, scope: Scope, after: int, limit: int
    ) -> Sequence[Row[Any]]:
        query = (
            select(table)
            .where(
                table.c.enterprise_id == enterprise_id,
                table.c.number > after,
                within(scope, table.c.enterprise_id, table.c.site_id),
            )
            .order_by(table.c.number)
            .limit(min(limit, LONGEST_PAGE))
        )
        with self._database.reading() as connection:
            return connection.execute(query).all()

    def traced(self, enterprise_id: EnterpriseId, entry_id: str, scope: Scope) -> TracedEntry | None:
        columns = supervision_entries.c
        query = (
            select(supervision_entries)
            .where(columns.enterprise_id == enterprise_id, within(scope, columns.enterprise_id, columns.site_id))
            .order_by(columns.number)
            .limit(LONGEST_PAGE)
        )
        with self._database.reading() as connection:
            row = connection.execute(query.where(columns.entry_id == entry_id)).first()
            if row is None:
                return None
            case_id, corrects = row.case_id, row.corrects
            about: Sequence[Row[Any]] = ()
            if case_id is not None:
                about = connection.execute(query.where(columns.case_id == case_id)).all()
            meant = {entry_id, *(each.entry_id for each in about)}
            later = connection.execute(query.where(columns.corrects.in_(meant))).all()
            wrong = None if corrects is None else connection.execute(query.where(columns.entry_id == corrects)).first()
        return TracedEntry(
            place=link_of(row),
            entry=supervision_of(row),
            case=tuple(_numbered(each) for each in about),
            corrected=None if wrong is None else _numbered(wrong),
            corrections=tuple(_numbered(each) for each in later),
        )

    def gather(
        self, enterprise_ids: Sequence[EnterpriseId], day_from: date, as_of: date
    ) -> Mapping[EnterpriseId, Gathered]:
        with self._database.reading() as connection:
            return gathered(connection, enterprise_ids, day_from, as_of)

    def counts(self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date) -> list[LedgerCount]:
        with self._database.reading() as connection:
            found = counted(connection, enterprise_id, scope, (day_from, day_to))
        return [
            LedgerCount(day=day, site_id=site_id, code=code, **figures)
            for (day, site_id, code), figures in sorted(found.items())
        ]

    def open_leads(self, before: datetime, limit: int) -> list[LeadEntry]:
        later = lead_entries.alias()
        query = (
            select(lead_entries)
            .where(
                lead_entries.c.kind == LeadKind.DETECTED,
                lead_entries.c.at < before,
                ~exists().where(later.c.alert_id == lead_entries.c.alert_id, later.c.kind != LeadKind.DETECTED),
            )
            .order_by(lead_entries.c.number)
            .limit(min(limit, LONGEST_PAGE))
        )
        with self._database.reading() as connection:
            return [lead_of(row) for row in connection.execute(query)]

    def first_broken(self, ledger: str) -> int | None:
        """Raises KeyError for a ledger that is none."""
        with self._database.reading() as connection:
            return first_broken(ledger, _contents(connection, ledger))

    def newest_numbers(self) -> tuple[int, int]:
        """The last entries of supervision and of the records' steps."""
        with self._database.reading() as connection:
            return last_link(connection, supervision_entries).number, last_link(connection, record_steps).number

    def enterprises_with_entries(self, after: tuple[int, int] = (0, 0)) -> list[EnterpriseId]:
        supervised, stepped = after
        records = select(public_records.c.enterprise_id)
        if stepped:
            later = select(record_steps.c.record_id).where(record_steps.c.number > stepped)
            records = records.where(public_records.c.record_id.in_(later))
        query = (
            select(supervision_entries.c.enterprise_id).where(supervision_entries.c.number > supervised).union(records)
        )
        with self._database.reading() as connection:
            return [EnterpriseId(each) for each in sorted(connection.execute(query).scalars())]


def _numbered(row: Row[Any]) -> tuple[int, SupervisionEntry]:
    return row.number, supervision_of(row)


def _new(connection: Connection, table: Table, entries: Sequence[E]) -> list[E]:
    """Those that are not there yet, each once."""
    known: set[str] = set()
    ids = [entry.entry_id for entry in entries]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        known.update(connection.execute(select(table.c.entry_id).where(table.c.entry_id.in_(some))).scalars())
    return list({entry.entry_id: entry for entry in entries if entry.entry_id not in known}.values())


def _linked_leads(connection: Connection, entries: Iterable[LeadEntry]) -> Iterator[dict[str, Any]]:
    last = last_link(connection, lead_entries)
    for entry in entries:
        last = link(LEADS, last, entry.content())
        yield lead_values(entry, last)


def _linked_supervision(connection: Connection, entries: Iterable[SupervisionEntry]) -> Iterator[dict[str, Any]]:
    last = last_link(connection, supervision_entries)
    for entry in entries:
        last = link(SUPERVISION, last, entry.content())
        yield supervision_values(entry, last)


def _insert(connection: Connection, table: Table, values: list[dict[str, Any]]) -> None:
    """One after the other: each row's trigger looks at the one before."""
    statement = insert(table)
    with guarded():
        for row in values:
            connection.execute(statement, row)  # as parameters: `values` costs twice as much


def _set_mark(connection: Connection, name: str, value: int) -> None:
    moved = connection.execute(update(ledger_marks).where(ledger_marks.c.name == name).values(value=value))
    if moved.rowcount == 0:
        connection.execute(insert(ledger_marks).values(name=name, value=value))


def _contents(connection: Connection, ledger: str) -> Iterator[tuple[Link, Mapping[str, Any]]]:
    """A whole ledger in order, page by page: places in the chain with what is hashed."""
    table, after = TABLES[ledger], 0
    while True:
        rows = connection.execute(
            select(table).where(table.c.number > after).order_by(table.c.number).limit(LONGEST_PAGE)
        ).all()
        if not rows:
            return
        yield from ((link_of(row), _content(ledger, row)) for row in rows)
        after = rows[-1].number


def _content(ledger: str, row: Row[Any]) -> Mapping[str, Any]:
    if ledger == LEADS:
        return lead_of(row).content()
    if ledger == SUPERVISION:
        return supervision_of(row).content()
    return record_of(row, ()).content() if ledger == RECORDS else step_of(row).content()
