"""What a node watches, written into the centre's registry within one transaction.

A node's ids are its own: two edges that were set up alike name different cameras alike. So each id is kept where it is
free, and replaced where it is taken; `node_places` remembers which stands for which. An enterprise is known by its
credit code, a site that people entered at the centre by its name within the enterprise.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from alerts.nodes.errors import InventoryRefusedError
from alerts.nodes.parcels import CameraPart, EnterprisePart, Inventory, SitePart, ZonePart
from alerts.nodes.ports import Node
from domain.credit_code import CreditCode, CreditCodeError
from domain.geometry import Polygon
from domain.ids import CameraId, EnterpriseId, NodeId, SiteId, ZoneId
from domain.organisation import Camera, Enterprise, Site, Source
from domain.text import LONGEST_NAME
from domain.zone import Zone
from service.storage.node_rows import node_places
from service.storage.registry_rows import camera_values, enterprise_values, site_values, zone_values
from service.storage.rows import cameras, enterprises, sites, zones

ATTACHED = "attached_site"


class _Kind(NamedTuple):
    word: str
    table: Table
    key: Column[Any]


_ENTERPRISE = _Kind("enterprise", enterprises, enterprises.c.enterprise_id)
_SITE = _Kind("site", sites, sites.c.site_id)
_CAMERA = _Kind("camera", cameras, cameras.c.camera_id)
_ZONE = _Kind("zone", zones, zones.c.zone_id)


def known_place(connection: Connection, node_id: NodeId, kind: str, foreign_id: str) -> str | None:
    """Our id for what a node calls by its own."""
    found = connection.execute(
        select(node_places.c.own_id).where(
            node_places.c.node_id == node_id, node_places.c.kind == kind, node_places.c.foreign_id == foreign_id
        )
    ).scalar()
    return None if found is None else str(found)


def new_place(connection: Connection, node_id: NodeId, kind: _Kind, foreign_id: str, new_id: Callable[[], str]) -> str:
    """A new id of ours for it: the node's own where nothing else bears it."""
    is_taken = connection.execute(select(kind.key).where(kind.key == foreign_id)).first() is not None
    is_meant = connection.execute(
        select(node_places.c.node_id).where(node_places.c.kind == kind.word, node_places.c.own_id == foreign_id)
    ).first()
    own_id = new_id() if is_taken or is_meant is not None else foreign_id
    _remember(connection, node_id, kind.word, foreign_id, own_id)
    return own_id


def camera_place(connection: Connection, node_id: NodeId, foreign_id: str, new_id: Callable[[], str]) -> str:
    """Our id of a node's camera, also of one that the node has deleted meanwhile."""
    return known_place(connection, node_id, "camera", foreign_id) or new_place(
        connection, node_id, _CAMERA, foreign_id, new_id
    )


def _remember(connection: Connection, node_id: NodeId, kind: str, foreign_id: str, own_id: str) -> None:
    connection.execute(insert(node_places).values(node_id=node_id, kind=kind, foreign_id=foreign_id, own_id=own_id))


class InventoryWriter:
    """Writes one inventory. Raises InventoryRefusedError, upon which the transaction must not be committed."""

    def __init__(self, connection: Connection, node: Node, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._node = node
        self._node_id = node.node_id
        self._new_id = new_id

    def write(self, inventory: Inventory) -> None:
        try:
            firms = {part.enterprise_id: self._enterprise(part) for part in inventory.enterprises}
            places = {part.site_id: self._site(part, firms) for part in inventory.sites}
            kept = [self._camera(part, places) for part in inventory.cameras]
        except KeyError as error:
            raise InventoryRefusedError(
                "inventory", "each site's enterprise and each camera's site", str(error)
            ) from error
        except ValueError as error:
            raise InventoryRefusedError("inventory", "valid entries", str(error)) from error
        self._remove_others(kept)

    def _enterprise(self, part: EnterprisePart) -> EnterpriseId:
        try:
            code = CreditCode(part.credit_code)
        except CreditCodeError as error:
            raise InventoryRefusedError("enterprises.credit_code", "a valid credit code", part.credit_code) from error
        allowed = self._node.credit_codes
        if allowed is not None and code.value not in allowed:
            raise InventoryRefusedError("enterprises.credit_code", f"one of {', '.join(sorted(allowed))}", code.value)
        own_id = known_place(self._connection, self._node_id, "enterprise", part.enterprise_id)
        same = self._connection.execute(
            select(enterprises.c.enterprise_id).where(enterprises.c.credit_code == code.value)
        ).scalar()
        if same is not None:
            if own_id is None:
                _remember(self._connection, self._node_id, "enterprise", part.enterprise_id, str(same))
            elif own_id != same:
                raise InventoryRefusedError("enterprises.credit_code", "the code that was reported first", code.value)
            return EnterpriseId(str(same))
        if own_id is not None:
            raise InventoryRefusedError("enterprises.credit_code", "the code that was reported first", code.value)
        own_id = new_place(self._connection, self._node_id, _ENTERPRISE, part.enterprise_id, self._new_id)
        firm = Enterprise(enterprise_id=EnterpriseId(own_id), name=part.name, credit_code=code, type=part.type)
        self._connection.execute(insert(enterprises).values(enterprise_values(firm)))
        return firm.enterprise_id

    def _site(self, part: SitePart, firms: dict[str, EnterpriseId]) -> SiteId:
        firm = firms[part.enterprise_id]
        known = known_place(self._connection, self._node_id, "site", part.site_id)
        if known is None:
            attached = self._attached_site(firm, part)
            if attached is not None:
                return attached
        own_id = known or new_place(self._connection, self._node_id, _SITE, part.site_id, self._new_id)
        site = Site(
            site_id=SiteId(own_id),
            enterprise_id=firm,
            name=self._free_name(_SITE, sites.c.enterprise_id, firm, part.name, own_id),
            schedule=part.schedule.schedule(),
        )
        self._store(_SITE, own_id, site_values(site))
        return site.site_id

    def _attached_site(self, firm: EnterpriseId, part: SitePart) -> SiteId | None:
        """The site that people entered at the centre for this one; its name and hours stay theirs."""
        known = known_place(self._connection, self._node_id, ATTACHED, part.site_id)
        own_id = known or self._entered_site(firm, part.name)
        if own_id is not None and known is None:
            _remember(self._connection, self._node_id, ATTACHED, part.site_id, own_id)
        return None if own_id is None else SiteId(own_id)

    def _entered_site(self, firm: EnterpriseId, name: str) -> str | None:
        """A site of that name which no node has claimed."""
        meant = select(node_places.c.own_id).where(node_places.c.kind.in_(("site", ATTACHED)))
        found = self._connection.execute(
            select(sites.c.site_id).where(
                sites.c.enterprise_id == firm, sites.c.name == name, sites.c.site_id.not_in(meant)
            )
        ).scalar()
        return None if found is None else str(found)

    def _camera(self, part: CameraPart, places: dict[str, SiteId]) -> CameraId:
        site_id = places[part.site_id]
        own_id = camera_place(self._connection, self._node_id, part.camera_id, self._new_id)
        before = self._connection.execute(select(cameras.c.version).where(cameras.c.camera_id == own_id)).scalar()
        camera = Camera(
            camera_id=CameraId(own_id),
            site_id=site_id,
            name=self._free_name(_CAMERA, cameras.c.site_id, site_id, part.name, own_id),
            source=Source(location=f"node:{self._node_id}"),
            analysed_fps=part.analysed_fps,
            is_enabled=part.is_enabled,
            codes=None if part.codes is None else frozenset(part.codes),
            version=(before or 0) + 1,
            node_id=self._node_id,
        )
        self._store(_CAMERA, own_id, camera_values(camera))
        self._zones(camera.camera_id, part.zones)
        return camera.camera_id

    def _zones(self, camera_id: CameraId, parts: Sequence[ZonePart]) -> None:
        self._connection.execute(delete(zones).where(zones.c.camera_id == camera_id))
        for part in parts:
            known = known_place(self._connection, self._node_id, "zone", part.zone_id)
            own_id = known or new_place(self._connection, self._node_id, _ZONE, part.zone_id, self._new_id)
            zone = Zone(
                zone_id=ZoneId(own_id),
                camera_id=camera_id,
                name=part.name,
                type=part.type,
                polygon=Polygon.of(part.corners),
                hours=None if part.hours is None else part.hours.zone_hours(),
            )
            self._connection.execute(insert(zones).values(zone_values(zone)))

    def _store(self, kind: _Kind, own_id: str, values: dict[str, Any]) -> None:
        if self._connection.execute(update(kind.table).where(kind.key == own_id).values(values)).rowcount == 0:
            self._connection.execute(insert(kind.table).values(values))

    def _free_name(self, kind: _Kind, parent: Column[Any], parent_id: str, name: str, own_id: str) -> str:
        """The name, followed by the node's where another entry beside it is called so."""
        ending = f" ({self._node_id})"
        for tried in (name, name[: LONGEST_NAME - len(ending)] + ending):
            others = select(kind.key).where(parent == parent_id, kind.table.c.name == tried, kind.key != own_id)
            if self._connection.execute(others).first() is None:
                return tried
        raise InventoryRefusedError(f"{kind.word}.name", "a name that is free", name)

    def _remove_others(self, kept: Sequence[CameraId]) -> None:
        own = select(cameras.c.camera_id).where(cameras.c.node_id == self._node_id)
        for camera_id in set(self._connection.execute(own).scalars()) - set(kept):
            self._connection.execute(delete(cameras).where(cameras.c.camera_id == camera_id))
