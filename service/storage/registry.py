"""Enterprises, sites, cameras and zones in SQL. Implements credit.ports.Registry."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit.errors import (
    ChangedMeanwhileError,
    CreditCodeTakenError,
    ExternalIdTakenError,
    HeadOfficeError,
    NameTakenError,
    UnknownParentError,
    VersionConflictError,
)
from domain.ids import CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Camera, Enterprise, Site
from domain.scope import Scope
from domain.zone import Zone
from service.storage.database import Database
from service.storage.errors import FOREIGN_KEY, violated
from service.storage.registry_rows import (
    camera_of,
    camera_values,
    enterprise_of,
    enterprise_values,
    site_of,
    site_values,
    zone_of,
    zone_values,
)
from service.storage.rows import cameras, enterprises, sites, zones
from service.storage.scopes import within

LONGEST_PAGE = 1_000
LONGEST_LIST = 10_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What the errors of one table are about."""

    table: Table
    kind: str
    key: str
    parent: str | None = None
    parent_key: str | None = None


_ENTERPRISE = _Kind(table=enterprises, kind="enterprise", key="enterprise_id")
_SITE = _Kind(table=sites, kind="site", key="site_id", parent="enterprise", parent_key="enterprise_id")
_CAMERA = _Kind(table=cameras, kind="camera", key="camera_id", parent="site", parent_key="site_id")
_ZONE = _Kind(table=zones, kind="zone", key="zone_id", parent="camera", parent_key="camera_id")


class SqlRegistry:
    """The registry in a database. Any thread.

    `on_change` is called after each attempt to change something (after a lost connection nobody knows whether
    it was stored), in the thread that made it; it must be quick. `listen` tells of changed sites and enterprises.
    """

    def __init__(self, database: Database, on_change: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_change = on_change
        self._listeners: list[Callable[[Scope], None]] = []

    def listen(self, listener: Callable[[Scope], None]) -> None:
        """Call the listener after a site or an enterprise was changed, in the thread that did it, with its scope."""
        self._listeners.append(listener)

    # Enterprises

    def add_enterprise(self, enterprise: Enterprise) -> None:
        with self._changing() as connection:
            _require_one_level(connection, enterprise)
            self._insert(connection, _ENTERPRISE, enterprise_values(enterprise))

    def update_enterprise(self, enterprise: Enterprise, before: Enterprise | None = None) -> None:
        with self._changing() as connection:
            _require_one_level(connection, enterprise)
            self._put(connection, _ENTERPRISE, enterprise_values(enterprise), before, enterprise_of)
        self._tell(Scope(enterprise_ids=frozenset({enterprise.enterprise_id})))

    def store_enterprises(
        self, added: Sequence[Enterprise], changed: Sequence[Enterprise], sites: Sequence[Site]
    ) -> None:
        with self._changing() as connection:
            for enterprise in added:
                self._insert(connection, _ENTERPRISE, enterprise_values(enterprise))
            for enterprise in changed:
                values = enterprise_values(enterprise)
                with _refusals(_ENTERPRISE, values):
                    one = enterprises.c.enterprise_id == enterprise.enterprise_id
                    connection.execute(update(enterprises).where(one).values(values))
            for site in sites:
                self._insert(connection, _SITE, site_values(site))
        self._tell(Scope(enterprise_ids=frozenset(each.enterprise_id for each in changed)))

    def get_enterprise(self, enterprise_id: EnterpriseId, scope: Scope) -> Enterprise | None:
        query = select(enterprises).where(
            enterprises.c.enterprise_id == enterprise_id, within(scope, enterprises.c.enterprise_id, None)
        )
        return self._one(query, enterprise_of)

    def list_enterprises(self, scope: Scope, after: str | None, limit: int) -> list[Enterprise]:
        query = (
            select(enterprises)
            .where(within(scope, enterprises.c.enterprise_id, None))
            .order_by(enterprises.c.enterprise_id)
            .limit(min(limit, LONGEST_PAGE))
        )
        return self._list(query if after is None else query.where(enterprises.c.enterprise_id > after), enterprise_of)

    # Sites

    def add_site(self, site: Site) -> None:
        self._add(_SITE, site_values(site))

    def update_site(self, site: Site, before: Site | None = None) -> None:
        with self._changing() as connection:
            self._put(connection, _SITE, site_values(site), before, site_of)
        self._tell(Scope(site_ids=frozenset({site.site_id})))

    def get_site(self, site_id: SiteId, scope: Scope) -> Site | None:
        query = select(sites).where(sites.c.site_id == site_id, within(scope, sites.c.enterprise_id, sites.c.site_id))
        return self._one(query, site_of)

    def list_sites(self, scope: Scope, enterprise_id: EnterpriseId | None = None) -> list[Site]:
        query = select(sites).where(within(scope, sites.c.enterprise_id, sites.c.site_id))
        if enterprise_id is not None:
            query = query.where(sites.c.enterprise_id == enterprise_id)
        return self._list(query.order_by(sites.c.name, sites.c.site_id).limit(LONGEST_LIST), site_of)

    # Cameras

    def add_camera(self, camera: Camera) -> None:
        self._add(_CAMERA, camera_values(camera))

    def update_camera(self, camera: Camera, expected_version: int) -> Camera:
        stored = replace(camera, version=expected_version + 1)
        self._update_version(_CAMERA, camera_values(stored), expected_version)
        return stored

    def store_cameras(self, added: Sequence[Camera], changed: Sequence[Camera]) -> list[Camera]:
        stored = [*added, *(replace(camera, version=camera.version + 1) for camera in changed)]
        with self._changing() as connection:
            for camera in stored[: len(added)]:
                self._insert(connection, _CAMERA, camera_values(camera))
            for camera in stored[len(added) :]:
                self._put_version(connection, _CAMERA, camera_values(camera), camera.version - 1)
        return stored

    def delete_camera(self, camera_id: CameraId) -> None:
        with self._changing() as connection:
            connection.execute(delete(cameras).where(cameras.c.camera_id == camera_id))

    def get_camera(self, camera_id: CameraId, scope: Scope) -> Camera | None:
        return self._one(_cameras(scope).where(cameras.c.camera_id == camera_id), camera_of)

    def list_cameras(self, scope: Scope, site_id: SiteId | None = None) -> list[Camera]:
        query = _cameras(scope)
        if site_id is not None:
            query = query.where(cameras.c.site_id == site_id)
        return self._list(query.order_by(cameras.c.name, cameras.c.camera_id).limit(LONGEST_LIST), camera_of)

    # Zones

    def list_zones(self, camera_id: CameraId) -> list[Zone]:
        query = select(zones).where(zones.c.camera_id == camera_id)
        return self._list(query.order_by(zones.c.name, zones.c.zone_id).limit(LONGEST_LIST), zone_of)

    def add_zone(self, zone: Zone) -> None:
        self._add(_ZONE, zone_values(zone))

    def update_zone(self, zone: Zone, expected_version: int) -> Zone:
        stored = replace(zone, version=expected_version + 1)
        self._update_version(_ZONE, zone_values(stored), expected_version)
        return stored

    def delete_zone(self, zone_id: ZoneId, expected_version: int) -> None:
        with self._changing() as connection:
            condition = (zones.c.zone_id == zone_id) & (zones.c.version == expected_version)
            if connection.execute(delete(zones).where(condition)).rowcount == 0:
                raise _version_conflict(connection, _ZONE, zone_id, expected_version)

    def get_zone(self, zone_id: ZoneId) -> Zone | None:
        return self._one(select(zones).where(zones.c.zone_id == zone_id), zone_of)

    # What they share

    def _tell(self, changed: Scope) -> None:
        for listener in self._listeners:
            listener(changed)

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        try:
            with self._database.transaction() as connection:
                yield connection
        finally:
            self._on_change()

    def _add(self, kind: _Kind, values: dict[str, Any]) -> None:
        with self._changing() as connection:
            self._insert(connection, kind, values)

    def _insert(self, connection: Connection, kind: _Kind, values: dict[str, Any]) -> None:
        with _refusals(kind, values):
            connection.execute(insert(kind.table).values(values))

    def _put(
        self, connection: Connection, kind: _Kind, values: dict[str, Any], before: T | None, build: Callable[[Any], T]
    ) -> None:
        with _refusals(kind, values):
            if before is not None:  # locked where the database has such locks: two may have read the same
                query = select(kind.table).where(_is_it(kind, values[kind.key])).with_for_update()
                row = connection.execute(query).first()
                if row is None or build(row) != before:
                    raise ChangedMeanwhileError(kind.kind, values[kind.key])
            stored = connection.execute(update(kind.table).where(_is_it(kind, values[kind.key])).values(values))
            if stored.rowcount == 0:
                raise UnknownParentError(kind.kind, values[kind.key])

    def _update_version(self, kind: _Kind, values: dict[str, Any], expected_version: int) -> None:
        with self._changing() as connection:
            self._put_version(connection, kind, values, expected_version)

    def _put_version(self, connection: Connection, kind: _Kind, values: dict[str, Any], expected_version: int) -> None:
        with _refusals(kind, values):
            condition = _is_it(kind, values[kind.key]) & (kind.table.c.version == expected_version)
            if connection.execute(update(kind.table).where(condition).values(values)).rowcount == 0:
                raise _version_conflict(connection, kind, values[kind.key], expected_version)

    def _one(self, query: Select[Any], build: Callable[[Any], T]) -> T | None:
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else build(row)

    def _list(self, query: Select[Any], build: Callable[[Any], T]) -> list[T]:
        with self._database.reading() as connection:
            return [build(row) for row in connection.execute(query)]


def _require_one_level(connection: Connection, enterprise: Enterprise) -> None:
    """Raise HeadOfficeError for a new head office that has one itself, or of an enterprise that is one for others.

    Both rows stay locked, in the order of their ids: whoever joins chains at this moment comes before or after.
    """
    own, head = enterprise.enterprise_id, enterprise.head_office_id
    if head is None:
        return
    column = enterprises.c.enterprise_id
    both = select(column, enterprises.c.head_office_id).where(column.in_((own, head))).order_by(column)
    heads = {row.enterprise_id: row.head_office_id for row in connection.execute(both.with_for_update())}
    if heads.get(own) == head:
        return
    if heads.get(head) is not None:
        raise HeadOfficeError("an enterprise that has no head office itself", head)
    if connection.execute(select(column).where(enterprises.c.head_office_id == own).limit(1)).first() is not None:
        raise HeadOfficeError("none: the enterprise is the head office of others itself", head)


def _cameras(scope: Scope) -> Select[Any]:
    return (
        select(cameras)
        .join(sites, sites.c.site_id == cameras.c.site_id)
        .where(within(scope, sites.c.enterprise_id, sites.c.site_id))
    )


def _is_it(kind: _Kind, item_id: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = kind.table.c[kind.key] == item_id
    return condition


def _version_conflict(connection: Connection, kind: _Kind, item_id: str, expected_version: int) -> VersionConflictError:
    found = connection.execute(select(kind.table.c.version).where(_is_it(kind, item_id))).scalar()
    return VersionConflictError(kind.kind, item_id, expected_version=expected_version, found_version=found)


@contextmanager
def _refusals(kind: _Kind, values: dict[str, Any]) -> Iterator[None]:
    """Turn a broken constraint into the error that says what was wrong with the entry."""
    try:
        yield
    except IntegrityError as error:
        broken = violated(error, kind.table)
        if broken == FOREIGN_KEY and kind.parent and kind.parent_key:
            raise UnknownParentError(kind.parent, values[kind.parent_key]) from error
        if broken == "uq_enterprises_credit_code":
            raise CreditCodeTakenError(values["credit_code"]) from error
        if broken == "uq_cameras_site_id_external_id":
            raise ExternalIdTakenError(kind.kind, values["external_id"]) from error
        if broken is not None and broken.endswith("_name"):
            raise NameTakenError(kind.kind, values["name"]) from error
        if broken == kind.table.primary_key.name:
            raise ValueError(f"the {kind.kind} id {values[kind.key]} is in use") from error
        raise
