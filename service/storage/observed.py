"""Seconds of pictures by camera and day, until the day is entered into ledger B."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select, update

from domain.ids import CameraId, EnterpriseId, SiteId
from service.storage.credit_rows import observed_time
from service.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Seconds of one camera's day that are to be added."""

    enterprise_id: EnterpriseId
    site_id: SiteId
    camera_id: CameraId
    day: date
    observed_seconds: int
    open_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedDay:
    """The sum of one site's day over its cameras."""

    enterprise_id: EnterpriseId
    site_id: SiteId
    day: date
    observed_seconds: int
    open_seconds: int
    cameras: int


class SqlObservedTime:
    """Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, seconds: list[Observation]) -> None:
        if not seconds:
            return
        columns = observed_time.c
        with self._database.transaction() as connection:
            for each in seconds:
                changed = connection.execute(
                    update(observed_time)
                    .where(
                        columns.site_id == each.site_id,
                        columns.camera_id == each.camera_id,
                        columns.day == each.day,
                    )
                    .values(
                        observed_seconds=columns.observed_seconds + each.observed_seconds,
                        open_seconds=columns.open_seconds + each.open_seconds,
                    )
                )
                if changed.rowcount == 0:
                    connection.execute(
                        insert(observed_time).values(
                            enterprise_id=each.enterprise_id,
                            site_id=each.site_id,
                            camera_id=each.camera_id,
                            day=each.day,
                            observed_seconds=each.observed_seconds,
                            open_seconds=each.open_seconds,
                        )
                    )

    def days_before(self, day: date) -> list[ObservedDay]:
        """Days before the given one that are not entered yet, oldest first."""
        columns = observed_time.c
        query = (
            select(
                columns.enterprise_id,
                columns.site_id,
                columns.day,
                func.sum(columns.observed_seconds).label("observed"),
                func.sum(columns.open_seconds).label("open"),
                func.count().label("cameras"),
            )
            .where(columns.day < day)
            .group_by(columns.enterprise_id, columns.site_id, columns.day)
            .order_by(columns.day, columns.site_id)
        )
        with self._database.reading() as connection:
            return [
                ObservedDay(
                    enterprise_id=row.enterprise_id,
                    site_id=row.site_id,
                    day=row.day,
                    observed_seconds=int(row.observed),
                    open_seconds=int(row.open),
                    cameras=row.cameras,
                )
                for row in connection.execute(query)
            ]

    def forget(self, site_id: SiteId, day: date) -> None:
        columns = observed_time.c
        with self._database.transaction() as connection:
            connection.execute(delete(observed_time).where(columns.site_id == site_id, columns.day == day))
