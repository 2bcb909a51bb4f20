"""Steps that nodes send, taken into the centre's alerts. Implements alerts.nodes.ports.ArrivalJournal."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from alerts.errors import AlertConflictError
from alerts.nodes.merging import NODE_ACTOR
from alerts.nodes.parcels import OutcomePart, Outcomes, StepAnswer, StepParcel
from alerts.nodes.ports import NodePlace, Settle, Settlement
from domain.alert import Alert, AlertStep, Evidence
from domain.ids import AlertId, CameraId, EnterpriseId, EvidenceId, NodeId, SiteId, ZoneId
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.node_places import ATTACHED, camera_place, known_place
from service.storage.rows import alert_steps, alerts, sites


class SqlArrivals:
    """Arrivals in a database, in the same tables as everybody's alerts. Any thread."""

    def __init__(self, database: Database, journal: SqlAlertJournal, new_id: Callable[[], str]) -> None:
        self._database = database
        self._journal = journal
        self._new_id = new_id

    def take(self, node_id: NodeId, parcels: Sequence[StepParcel], settle: Settle) -> list[StepAnswer]:
        with self._database.transaction() as connection:
            places = _Places(connection, node_id, self._new_id)
            return [self._take_one(connection, places, parcel, settle) for parcel in parcels]

    def awaited(self, node_id: NodeId, evidence_id: EvidenceId) -> tuple[Alert, Evidence] | None:
        found = self._journal.evidence(evidence_id)
        if found is None or found[0].origin is None or found[0].origin.node_id != node_id:
            return None
        return found

    def outcomes(self, node_id: NodeId, after: int, limit: int) -> Outcomes:
        query = (
            select(
                alert_steps.c.feed_id,
                alert_steps.c.at,
                alert_steps.c.actor_id,
                alert_steps.c.alert_id,
                alerts.c.state,
                alerts.c.reviewer_id,
                alerts.c.reviewed_at,
                alerts.c.review_reason,
            )
            .join(alerts, alerts.c.alert_id == alert_steps.c.alert_id)
            .where(alerts.c.node_id == node_id, alert_steps.c.feed_id > after, _is_outcome())
            .order_by(alert_steps.c.feed_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            newest = connection.execute(select(func.coalesce(func.max(alert_steps.c.feed_id), 0))).scalar_one()
        # Read at one moment: what came after that has a higher number, for feed ids become visible in order.
        return Outcomes(
            outcomes=[_outcome(row) for row in rows],
            next=rows[-1].feed_id if len(rows) == limit else max(newest, after),
        )

    def _take_one(self, connection: Connection, places: "_Places", parcel: StepParcel, settle: Settle) -> StepAnswer:
        place = places.of(parcel)
        if place is None:
            return _answer(parcel, "later", "the site is not known yet: send the inventory")
        try:
            settlement = settle(parcel, place, self._journal.read(connection, AlertId(parcel.alert_id)))
            if settlement.alert is not None:
                with connection.begin_nested():
                    self._store(connection, settlement)
        except AlertConflictError:
            return _answer(parcel, "later", "another alert of the same subject is still open")
        except IntegrityError:
            return _answer(parcel, "refused", "an id of it belongs to something else")
        return settlement.answer

    def _store(self, connection: Connection, settlement: Settlement) -> None:
        alert = settlement.alert
        assert alert is not None
        if settlement.step is not None:
            self._journal.write(connection, alert, settlement.step, settlement.messages, alert.sequence - 1)
        elif alert.origin is not None:
            connection.execute(
                update(alerts).where(alerts.c.alert_id == alert.alert_id).values(node_sequence=alert.origin.sequence)
            )


class _Places:
    """Where a node's alerts belong, looked up once for each site, camera and zone of one transaction."""

    def __init__(self, connection: Connection, node_id: NodeId, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._node_id = node_id
        self._new_id = new_id
        self._known: dict[tuple[str, str, str | None], NodePlace | None] = {}

    def of(self, parcel: StepParcel) -> NodePlace | None:
        """None where the site is not known yet."""
        key = (parcel.site_id, parcel.camera_id, parcel.zone_id)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, site: str, camera: str, zone: str | None) -> NodePlace | None:
        connection, node_id = self._connection, self._node_id
        site_id = known_place(connection, node_id, "site", site) or known_place(connection, node_id, ATTACHED, site)
        if site_id is None:
            return None
        firm = connection.execute(select(sites.c.enterprise_id).where(sites.c.site_id == site_id)).scalar()
        if firm is None:
            return None
        zone_id = zone and (known_place(connection, node_id, "zone", zone) or zone)
        return NodePlace(
            enterprise_id=EnterpriseId(firm),
            site_id=SiteId(site_id),
            camera_id=CameraId(camera_place(connection, node_id, camera, self._new_id)),
            zone_id=ZoneId(zone_id) if zone_id else None,
        )


def _answer(parcel: StepParcel, outcome: str, reason: str) -> StepAnswer:
    return StepAnswer.model_validate(
        {"alert_id": parcel.alert_id, "sequence": parcel.sequence, "outcome": outcome, "reason": reason}
    )


def _is_outcome() -> ColumnElement[bool]:
    """A person's step at the centre; or a node's that the centre overruled: the node is to hear what stands."""
    is_of_node = alert_steps.c.actor_id.startswith(NODE_ACTOR, autoescape=True)
    return and_(alert_steps.c.actor_id.is_not(None), or_(~is_of_node, alert_steps.c.step == AlertStep.UPDATED))


def _outcome(row: Any) -> OutcomePart:
    return OutcomePart(
        outcome_id=row.feed_id,
        alert_id=row.alert_id,
        state=row.state.told,  # an older edge knows no other words
        reason=row.review_reason or "",
        reviewer_id=row.reviewer_id or row.actor_id,
        decided_at=row.reviewed_at or row.at,
    )
