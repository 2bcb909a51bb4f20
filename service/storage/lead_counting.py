"""Where leads stand now, counted by the database: `credit.lead_counts` in two questions.

Leads are many, so they are grouped where they lie; cases are what people confirmed, few enough to be read.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, select

from credit.lead_counts import LEAD_FIGURES, CaseStep, Figures, Place, merged, of_cases
from credit.ledger import OF_A_CASE, LeadKind
from domain.ids import AlertId, EnterpriseId, SiteId
from domain.scope import Scope
from service.storage.credit_rows import lead_entries, supervision_entries
from service.storage.scopes import within

Days = tuple[date, date]


def counted(connection: Connection, enterprise_id: EnterpriseId, scope: Scope, days: Days) -> Mapping[Place, Figures]:
    """By day, site and code; both days belong to the range. A part of a transaction."""
    steps = [
        CaseStep(
            case_id=AlertId(row.case_id),
            sequence=row.sequence,
            kind=row.kind,
            place=(row.day, SiteId(row.site_id), row.code),
            is_corrected=row.is_corrected,
        )
        for row in connection.execute(_steps(enterprise_id, scope, days))
    ]
    leads: dict[Place, Figures] = {}
    for row in connection.execute(_leads(enterprise_id, scope, days)):
        figures = {"detected": row.detected, **{name: getattr(row, name) for name in LEAD_FIGURES.values()}}
        leads[row.day, SiteId(row.site_id), row.code] = figures
    return merged(of_cases(steps), leads)


def _steps(enterprise_id: EnterpriseId, scope: Scope, days: Days) -> Any:
    columns, correction = supervision_entries.c, supervision_entries.alias()
    is_corrected = exists().where(
        correction.c.corrects == columns.entry_id, correction.c.enterprise_id == enterprise_id
    )
    return select(
        columns.case_id,
        columns.sequence,
        columns.kind,
        columns.day,
        columns.site_id,
        columns.code,
        is_corrected.label("is_corrected"),
    ).where(
        columns.enterprise_id == enterprise_id,
        columns.day.between(*days),
        columns.kind.in_(sorted(OF_A_CASE)),
        columns.site_id.is_not(None),
        columns.code.is_not(None),
        within(scope, columns.enterprise_id, columns.site_id),
    )


def _leads(enterprise_id: EnterpriseId, scope: Scope, days: Days) -> Any:
    """Each lead by its last entry. One that is a case adds to `detected` alone, for the case says how it stands."""
    columns, about = lead_entries.c, supervision_entries.alias()
    is_case = exists().where(
        about.c.case_id == columns.alert_id,
        about.c.enterprise_id == enterprise_id,
        about.c.kind.in_(sorted(OF_A_CASE)),
    )
    newest_first = func.row_number().over(partition_by=columns.alert_id, order_by=columns.number.desc())
    entries = (
        select(
            columns.day,
            columns.site_id,
            columns.code,
            columns.kind,
            is_case.label("is_case"),
            newest_first.label("place"),
        )
        .where(
            columns.enterprise_id == enterprise_id,
            columns.day.between(*days),
            within(scope, columns.enterprise_id, columns.site_id),
        )
        .subquery()
    )
    grouping = (entries.c.day, entries.c.site_id, entries.c.code)

    def sum_of(kind: LeadKind) -> Any:
        is_meant = and_(entries.c.kind == kind, ~entries.c.is_case)
        return func.sum(case((is_meant, 1), else_=0)).label(LEAD_FIGURES[kind])

    return (
        select(*grouping, func.count().label("detected"), *map(sum_of, LEAD_FIGURES))
        .where(entries.c.place == 1)
        .group_by(*grouping)
    )
