"""What an index needs of many enterprises, in three questions for all of them.

Most of a recomputation is reading entries of ledger B: only the columns that count are asked for, and words that
repeat (clauses, figures) are read once.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Text, and_, case, cast, exists, func, or_, select
from sqlalchemy.types import TypeDecorator

from credit.counted_entry import PlainEntry
from credit.fold import Gathered, ObservedSum
from credit.ledger import AGELESS, SupervisionKind
from credit.records import PublicRecord
from domain.ids import EnterpriseId
from service.storage.credit_rows import public_records, supervision_entries
from service.storage.records import records_of

_REMEMBERED = 4_096  # texts; of clauses there are far fewer


class _Clauses(TypeDecorator[tuple[str, ...]]):
    """The text of a JSON list of words. The same text is the same tuple."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002 - SQLAlchemy's
        return _clauses_of(value or "[]")


class _Figures(TypeDecorator[Mapping[str, Any]]):
    """The text of a JSON object. The same text is the same mapping, which nobody may change."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, Any]:  # noqa: ARG002 - SQLAlchemy's
        return _figures_of(value or "{}")


@lru_cache(_REMEMBERED)
def _clauses_of(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(_REMEMBERED)
def _figures_of(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return found


def gathered(
    connection: Connection, enterprise_ids: Sequence[EnterpriseId], day_from: date, as_of: date
) -> dict[EnterpriseId, Gathered]:
    """One for each id, also where nothing is known; a part of a transaction."""
    entries: dict[str, list[PlainEntry]] = {each: [] for each in enterprise_ids}
    for row in connection.execute(_entries(enterprise_ids, day_from, as_of)).all():
        entries[row[0]].append(PlainEntry._make(row[1:]))
    records: dict[str, list[PublicRecord]] = {each: [] for each in enterprise_ids}
    for record in records_of(connection, public_records.c.enterprise_id.in_(enterprise_ids), limit=None):
        records[record.draft.enterprise_id].append(record)
    observed = _observed(connection, enterprise_ids, day_from, as_of)
    return {
        each: Gathered(
            enterprise_id=each,
            entries=entries[each],
            observed=observed.get(each, ObservedSum()),
            records=tuple(records[each]),
        )
        for each in enterprise_ids
    }


def _entries(enterprise_ids: Sequence[EnterpriseId], day_from: date, as_of: date) -> Any:
    """The columns of PlainEntry in its order, after the enterprise's id.

    A correction is read at any age: what it takes out may lie in the window, or be a level, which never grows old.
    """
    columns = supervision_entries.c
    special = {"clauses": cast(columns.clauses, _Clauses()), "figures": cast(columns.figures, _Figures())}
    wanted = [special.get(name, columns.get(name)) for name in PlainEntry._fields]
    return select(columns.enterprise_id, *wanted).where(
        columns.enterprise_id.in_(enterprise_ids),
        columns.kind != SupervisionKind.OBSERVED,
        columns.day <= as_of,
        or_(columns.day >= day_from, columns.kind.in_(sorted(AGELESS))),
    )


def _observed(
    connection: Connection, enterprise_ids: Sequence[EnterpriseId], day_from: date, as_of: date
) -> dict[str, ObservedSum]:
    """Of those that were ever observed."""
    columns, correction = supervision_entries.c, supervision_entries.alias()
    is_recent = columns.day >= day_from
    query = (
        select(
            columns.enterprise_id,
            func.min(columns.day).label("first_day"),
            func.coalesce(func.sum(case((is_recent, columns.observed_seconds), else_=0)), 0).label("observed"),
            func.coalesce(func.sum(case((is_recent, columns.open_seconds), else_=0)), 0).label("open"),
        )
        .where(
            columns.enterprise_id.in_(enterprise_ids),
            columns.kind == SupervisionKind.OBSERVED,
            columns.day <= as_of,
            ~exists().where(and_(correction.c.corrects == columns.entry_id, correction.c.day <= as_of)),
        )
        .group_by(columns.enterprise_id)
    )
    return {
        row.enterprise_id: ObservedSum(
            first_day=row.first_day, observed_seconds=int(row.observed), open_seconds=int(row.open)
        )
        for row in connection.execute(query)
    }
