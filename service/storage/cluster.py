"""How cameras are spread over groups, and how they are there. PostgreSQL only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from domain.ids import CameraId
from domain.place_check import PlaceStanding
from service.storage.database import Database
from service.storage.rows import camera_groups, camera_statuses, cameras, placements, zones


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A process that takes cameras. `age_seconds` since it last said that it lives, by the database's clock."""

    group_id: str
    node: str
    holder: str
    capacity_ms: int
    age_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCamera:
    """What a group is to watch. `edition` changes whenever the camera or its zones do."""

    camera_id: CameraId
    edition: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """What a group last said of a camera, and how long ago by the database's clock."""

    camera_id: CameraId
    group_id: str
    status: Mapping[str, Any]
    age_seconds: float


# Mirror of Camera.is_watched, beside `is_enabled`.
MAY_BE_WATCHED = cameras.c.place.in_([each for each in PlaceStanding if each.may_be_watched])


class SqlCluster:
    """Groups, placements and statuses. Any thread; every method is one transaction and may raise JournalError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Groups

    def say_alive(self, group_id: str, *, node: str, holder: str, capacity_ms: int) -> None:
        values = {"node": node, "holder": holder, "capacity_ms": capacity_ms, "seen_at": func.clock_timestamp()}
        statement = insert(camera_groups).values(group_id=group_id, **values)
        with self._database.transaction() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=[camera_groups.c.group_id], set_=values))

    def groups(self) -> list[GroupRow]:
        query = select(camera_groups, _age(camera_groups.c.seen_at)).order_by(camera_groups.c.group_id)
        with self._database.reading() as connection:
            return [
                GroupRow(
                    group_id=row.group_id,
                    node=row.node,
                    holder=row.holder,
                    capacity_ms=row.capacity_ms,
                    age_seconds=float(row.age),
                )
                for row in connection.execute(query)
            ]

    def forget_groups(self, silent_seconds: float) -> None:
        """Forget those that have been silent for so long: their machine is gone."""
        silent = camera_groups.c.seen_at < func.clock_timestamp() - timedelta(seconds=silent_seconds)
        with self._database.transaction() as connection:
            connection.execute(delete(camera_groups).where(silent))

    def leave(self, group_id: str, holder: str) -> None:
        """The group ends as it should: nobody needs to wait for it to fall silent."""
        mine = (camera_groups.c.group_id == group_id) & (camera_groups.c.holder == holder)
        with self._database.transaction() as connection:
            connection.execute(delete(camera_groups).where(mine))

    # Placements

    def enabled_cameras(self) -> dict[CameraId, float]:
        """All cameras that are to be watched, with their analysed pictures per second."""
        columns = select(cameras.c.camera_id, cameras.c.analysed_fps)
        query = columns.where(cameras.c.is_enabled, MAY_BE_WATCHED, cameras.c.node_id.is_(None))
        with self._database.reading() as connection:
            return {CameraId(row.camera_id): row.analysed_fps for row in connection.execute(query)}

    def placements(self) -> dict[CameraId, str | None]:
        """The group of each camera; None where there is no room for it."""
        with self._database.reading() as connection:
            return {CameraId(row.camera_id): row.group_id for row in connection.execute(select(placements))}

    def place(self, wanted: Mapping[CameraId, str | None]) -> None:
        """Leave exactly these placements; a camera that was deleted meanwhile is passed over."""
        with self._database.transaction() as connection:
            present = {row.camera_id: row.group_id for row in connection.execute(select(placements))}
            gone = set(present) - set(wanted)
            if gone:
                connection.execute(delete(placements).where(placements.c.camera_id.in_(gone)))
            changed = {each: group for each, group in wanted.items() if each not in present or present[each] != group}
            _store_placements(connection, changed)

    def wanted_of(self, group_id: str) -> list[WantedCamera]:
        """The enabled cameras that are placed in the group."""
        edition = func.coalesce(func.sum(zones.c.version), 0), func.count(zones.c.zone_id)
        query = (
            select(cameras.c.camera_id, cameras.c.version, edition[0].label("zones"), edition[1].label("zone_count"))
            .join(placements, placements.c.camera_id == cameras.c.camera_id)
            .outerjoin(zones, zones.c.camera_id == cameras.c.camera_id)
            .where(placements.c.group_id == group_id, cameras.c.is_enabled, MAY_BE_WATCHED)
            .group_by(cameras.c.camera_id, cameras.c.version)
            .order_by(cameras.c.camera_id)
        )
        with self._database.reading() as connection:
            return [
                WantedCamera(camera_id=CameraId(row.camera_id), edition=(row.version, int(row.zones), row.zone_count))
                for row in connection.execute(query)
            ]

    # Statuses

    def write_statuses(self, group_id: str, statuses: Mapping[CameraId, Mapping[str, Any]]) -> None:
        """How the group's cameras are now; one that was deleted meanwhile is passed over."""
        if not statuses:
            return
        with self._database.transaction() as connection:
            known = _known(connection, statuses)
            rows = [
                {"camera_id": each, "group_id": group_id, "written_at": func.clock_timestamp(), "status": dict(status)}
                for each, status in sorted(statuses.items())
                if each in known
            ]
            if rows:
                statement = insert(camera_statuses).values(rows)
                fresh = {name: statement.excluded[name] for name in ("group_id", "written_at", "status")}
                connection.execute(
                    statement.on_conflict_do_update(index_elements=[camera_statuses.c.camera_id], set_=fresh)
                )

    def statuses(self) -> list[StatusRow]:
        query = select(camera_statuses, _age(camera_statuses.c.written_at)).order_by(camera_statuses.c.camera_id)
        with self._database.reading() as connection:
            return [
                StatusRow(
                    camera_id=CameraId(row.camera_id),
                    group_id=row.group_id,
                    status=row.status,
                    age_seconds=float(row.age),
                )
                for row in connection.execute(query)
            ]


def _age(moment: Any) -> Any:
    return func.extract("epoch", func.clock_timestamp() - moment).label("age")


def _known(connection: Connection, camera_ids: Collection[str]) -> set[str]:
    """Those that exist; their rows are kept from being deleted until the commit."""
    query = select(cameras.c.camera_id).where(cameras.c.camera_id.in_(camera_ids)).with_for_update(key_share=True)
    return set(connection.execute(query).scalars())


def _store_placements(connection: Connection, changed: Mapping[CameraId, str | None]) -> None:
    known = _known(connection, changed) if changed else set()
    rows: Sequence[dict[str, Any]] = [
        {"camera_id": each, "group_id": group} for each, group in sorted(changed.items()) if each in known
    ]
    if rows:
        statement = insert(placements).values(rows)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[placements.c.camera_id], set_={"group_id": statement.excluded.group_id}
            )
        )
