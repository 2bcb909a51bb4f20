"""A centre's nodes and what they watch, in SQL. Implements alerts.nodes.ports.NodeBook."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from alerts.nodes.errors import NodeNameTakenError
from alerts.nodes.parcels import Heartbeat, Inventory
from alerts.nodes.ports import Node
from alerts.ports import CameraPlace, PlaceNames
from domain.ids import CameraId, NodeId
from service.storage.database import Database
from service.storage.node_places import InventoryWriter
from service.storage.node_rows import node_places, nodes
from service.storage.rows import cameras, enterprises, sites

LONGEST_LIST = 10_000


class SqlNodes:
    """Nodes in a database. Any thread. `on_change` is called after the registry was changed by an inventory."""

    def __init__(
        self, database: Database, new_id: Callable[[], str], on_change: Callable[[], None] = lambda: None
    ) -> None:
        self._database = database
        self._new_id = new_id
        self._on_change = on_change

    def add(self, node: Node) -> None:
        with self._database.transaction() as connection:
            try:
                connection.execute(insert(nodes).values(_node_values(node)))
            except IntegrityError as error:
                raise NodeNameTakenError(node.node_id) from error

    def change_token(self, node_id: NodeId, token_sha256: str) -> bool:
        return self._change(node_id, token_sha256=token_sha256, is_active=True)

    def shut_out(self, node_id: NodeId) -> bool:
        return self._change(node_id, is_active=False)

    def get(self, node_id: NodeId) -> Node | None:
        with self._database.reading() as connection:
            row = connection.execute(select(nodes).where(nodes.c.node_id == node_id)).first()
        return None if row is None else _node_of(row)

    def find_by_token(self, token_sha256: str) -> Node | None:
        query = select(nodes).where(nodes.c.token_sha256 == token_sha256, nodes.c.is_active)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _node_of(row)

    def list_nodes(self) -> list[Node]:
        with self._database.reading() as connection:
            rows = connection.execute(select(nodes).order_by(nodes.c.node_id).limit(LONGEST_LIST))
            return [_node_of(row) for row in rows]

    def note_report(self, node_id: NodeId, report: Heartbeat, at: datetime) -> None:
        self._change(node_id, report=report.model_dump(mode="json"), last_seen_at=at)

    def take_inventory(self, node: Node, inventory: Inventory) -> None:
        try:
            with self._database.transaction() as connection:
                InventoryWriter(connection, node, self._new_id).write(inventory)
                connection.execute(
                    update(nodes).where(nodes.c.node_id == node.node_id).values(inventory_digest=inventory.digest)
                )
        finally:
            self._on_change()

    def camera_ids(self, node_id: NodeId) -> dict[str, CameraId]:
        is_its_own = (
            (node_places.c.own_id == cameras.c.camera_id)
            & (node_places.c.kind == "camera")
            & (node_places.c.node_id == node_id)
        )
        query = (
            select(node_places.c.foreign_id, cameras.c.camera_id)
            .join(node_places, is_its_own, isouter=True)
            .where(cameras.c.node_id == node_id, cameras.c.is_enabled)
        )
        with self._database.reading() as connection:
            return {row.foreign_id or row.camera_id: CameraId(row.camera_id) for row in connection.execute(query)}

    def is_known(self, node_id: NodeId) -> bool:
        node = self.get(node_id)
        return node is not None and node.is_active

    def place_of(self, node_id: NodeId, camera_id: CameraId) -> CameraPlace | None:
        query = (
            select(sites.c.enterprise_id, sites.c.site_id, sites.c.schedule)
            .join(cameras, cameras.c.site_id == sites.c.site_id)
            .where(cameras.c.camera_id == camera_id, cameras.c.node_id == node_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return CameraPlace(enterprise_id=row.enterprise_id, site_id=row.site_id, timezone=row.schedule["timezone"])

    def camera_names(self) -> dict[CameraId, PlaceNames]:
        query = (
            select(
                cameras.c.camera_id,
                cameras.c.name.label("camera"),
                sites.c.name.label("site"),
                enterprises.c.name.label("enterprise"),
            )
            .join(sites, sites.c.site_id == cameras.c.site_id)
            .join(enterprises, enterprises.c.enterprise_id == sites.c.enterprise_id)
            .where(cameras.c.node_id.is_not(None))
        )
        with self._database.reading() as connection:
            return {
                CameraId(row.camera_id): PlaceNames(enterprise=row.enterprise, site=row.site, camera=row.camera)
                for row in connection.execute(query)
            }

    def _change(self, node_id: NodeId, **values: Any) -> bool:
        with self._database.transaction() as connection:
            return _changed(connection, node_id, values)


def _changed(connection: Connection, node_id: NodeId, values: dict[str, Any]) -> bool:
    return connection.execute(update(nodes).where(nodes.c.node_id == node_id).values(values)).rowcount == 1


def _node_values(node: Node) -> dict[str, Any]:
    return {
        "node_id": node.node_id,
        "token_sha256": node.token_sha256,
        "credit_codes": None if node.credit_codes is None else sorted(node.credit_codes),
        "is_active": node.is_active,
        "created_at": node.created_at,
        "last_seen_at": node.last_seen_at,
        "inventory_digest": node.inventory_digest,
        "report": node.report.model_dump(mode="json") if node.report else None,
    }


def _node_of(row: Row[Any]) -> Node:
    return Node(
        node_id=NodeId(row.node_id),
        token_sha256=row.token_sha256,
        credit_codes=None if row.credit_codes is None else frozenset(row.credit_codes),
        is_active=row.is_active,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        inventory_digest=row.inventory_digest,
        report=None if row.report is None else Heartbeat.model_validate(row.report),
    )
