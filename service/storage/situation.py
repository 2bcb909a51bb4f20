"""Figures over many places, counted by the database. Implements api.figure_ports.SituationBook."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, func, select

from alerts.ports import AlertFilter
from api.figure_ports import EVERY_ALERT, DayCount, PlaceCount, SiteCount, ToldColour, WatchedCamera
from credit.counts import Outcome, require_range
from domain.alert import AlertState
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.storage.counts import number_of
from service.storage.credit_rows import index_snapshots
from service.storage.database import Database
from service.storage.journal import conditions
from service.storage.rows import IS_TO_REVIEW, alerts, cameras, enterprises, sites
from service.storage.scopes import within

_TO_REVIEW = frozenset(state for state in AlertState if not state.is_reviewed)


class SqlSituation:
    """Counted anew at each question. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def watched(self, scope: Scope, limit: int) -> Sequence[WatchedCamera]:
        columns = cameras.c
        query = (
            select(columns.camera_id, columns.site_id, columns.analysed_fps, columns.is_enabled, columns.place)
            .join(sites, sites.c.site_id == columns.site_id)
            .where(within(scope, sites.c.enterprise_id, sites.c.site_id))
            .order_by(columns.camera_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [
                WatchedCamera(
                    camera_id=camera_id, site_id=site_id, analysed_fps=fps, is_enabled=is_enabled, standing=place
                )
                for camera_id, site_id, fps, is_enabled, place in connection.execute(query).all()
            ]

    def by_place(self, wanted: AlertFilter, scope: Scope) -> Sequence[PlaceCount]:
        columns = alerts.c
        grouping = (columns.enterprise_id, columns.site_id, columns.risk_class, columns.state)
        query = (
            select(*grouping, func.count().label("number"), func.min(columns.raised_at).label("oldest_raised_at"))
            .where(within(scope, columns.enterprise_id, columns.site_id), *conditions(wanted))
            .group_by(*grouping)
            .order_by(*grouping)
        )
        if wanted.states and wanted.states <= _TO_REVIEW:
            query = query.where(IS_TO_REVIEW)  # in the words of the index, which holds only these
        with self._database.reading() as connection:
            return [PlaceCount(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - its documented name

    def by_day(
        self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter = EVERY_ALERT
    ) -> Sequence[DayCount]:
        query = _judged((alerts.c.local_day, alerts.c.code), scope, (day_from, day_to), wanted)
        with self._database.reading() as connection:
            return [
                DayCount(
                    day=row.local_day,
                    code=row.code,
                    confirmed=row.confirmed,
                    dismissed=row.dismissed,
                    unclear=row.unclear,
                    unreviewed=row.unreviewed,
                )
                for row in connection.execute(query)
            ]

    def by_site(
        self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter = EVERY_ALERT
    ) -> Sequence[SiteCount]:
        query = _judged((alerts.c.enterprise_id, alerts.c.site_id), scope, (day_from, day_to), wanted)
        with self._database.reading() as connection:
            return [SiteCount(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - its documented name

    def colours(self, scope: Scope) -> Mapping[EnterpriseId, ToldColour]:
        query = (
            select(enterprises.c.enterprise_id, _newest("standing"), _newest("colour"))
            .where(within(scope, enterprises.c.enterprise_id, None))
            .order_by(enterprises.c.enterprise_id)
        )
        with self._database.reading() as connection:
            return {
                EnterpriseId(row.enterprise_id): ToldColour(standing=row.standing, colour=row.colour)
                for row in connection.execute(query).all()
                if row.standing is not None
            }


def _judged(
    grouping: tuple[ColumnElement[Any], ...], scope: Scope, days: tuple[date, date], wanted: AlertFilter
) -> Select[Any]:
    """Alerts of some days by what people made of them, for each group; in order of the groups."""
    require_range(*days)
    columns = alerts.c
    return (
        select(*grouping, *(number_of(outcome).label(outcome.value) for outcome in Outcome))
        .where(
            columns.local_day.between(*days),
            within(scope, columns.enterprise_id, columns.site_id),
            *conditions(wanted),
        )
        .group_by(*grouping)
        .order_by(*grouping)
    )


def _newest(name: str) -> Label[Any]:
    """A column of an enterprise's last figure: one look into the key, however many figures were ever kept."""
    columns = index_snapshots.alias().c
    return (
        select(columns[name])
        .where(columns.enterprise_id == enterprises.c.enterprise_id)
        .order_by(columns.day.desc(), columns.made_at.desc())
        .limit(1)
        .correlate(enterprises)
        .scalar_subquery()
        .label(name)
    )
