"""Where nodes report to their centre. A node's token opens these routes and nothing else, for itself only."""

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request

from alerts.nodes.desk import IngestDesk
from alerts.nodes.findings import FindingMessage
from alerts.nodes.parcels import (
    EvidenceStanding,
    Heartbeat,
    HeartbeatAnswer,
    Inventory,
    Outcomes,
    StepAnswers,
    StepsParcel,
)
from alerts.nodes.ports import Node
from api.callers import Caller
from api.dependencies import Ingester, Services
from api.errors import NotLoggedInError
from api.fields import LARGEST_FEED_ID, PathId, Shown
from api.services import ApiServices
from domain.ids import EvidenceId


class FindingAnswer(Shown):
    """The alert that the finding is on record as."""

    alert_id: str


router = APIRouter(prefix="/ingest", tags=["ingest"])

# Nodes that come back all at once must not take every thread from people.
_writers = CapacityLimiter(4)


def _reporting(caller: Caller, services: ApiServices) -> tuple[IngestDesk, Node]:
    if services.ingest is None or caller.node is None:
        raise NotLoggedInError
    return services.ingest, caller.node


@router.post("/heartbeat")
def beat(body: Heartbeat, caller: Ingester, services: Services) -> HeartbeatAnswer:
    """The node is there; the answer has the centre's time and says what it knows of the node."""
    desk, node = _reporting(caller, services)
    return desk.heartbeat(node, body)


@router.put("/inventory", status_code=204)
def put_inventory(body: Inventory, caller: Ingester, services: Services) -> None:
    """All enterprises, sites and cameras of the node, without addresses. What is not in it any more is removed."""
    desk, node = _reporting(caller, services)
    desk.inventory(node, body)


@router.post("/steps")
def post_steps(body: StepsParcel, caller: Ingester, services: Services) -> StepAnswers:
    """Steps of alerts; each has an answer, given when it is stored. To send one again changes nothing."""
    desk, node = _reporting(caller, services)
    return StepAnswers(answers=desk.steps(node, body.steps))


@router.post("/findings")
def post_finding(body: FindingMessage, caller: Ingester, services: Services) -> FindingAnswer:
    """A violation that an AI camera or a foreign box saw: the same message as by MQTT, with the same guards.

    Answered when it is stored as an alert. To send it again changes nothing; one with `ended_at` ends what was begun
    with `lasts`.
    """
    _, node = _reporting(caller, services)
    if services.findings is None:
        raise NotLoggedInError
    return FindingAnswer(alert_id=services.findings.take(node.node_id, body.as_bytes()))


@router.get("/evidence/{evidence_id}")
def read_standing(evidence_id: PathId, caller: Ingester, services: Services) -> EvidenceStanding:
    """How much of a file has arrived."""
    desk, node = _reporting(caller, services)
    return desk.standing(node, EvidenceId(evidence_id))


@router.put("/evidence/{evidence_id}")
async def put_part(
    evidence_id: PathId,
    request: Request,
    caller: Ingester,
    services: Services,
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
) -> EvidenceStanding:
    """The next bytes of a file, from `offset` on. Once it is whole its SHA-256 must be the one that the alert names."""
    desk, node = _reporting(caller, services)
    content = await request.body()
    return await to_thread.run_sync(desk.take_part, node, EvidenceId(evidence_id), offset, content, limiter=_writers)


@router.get("/outcomes")
def read_outcomes(
    caller: Ingester, services: Services, after: Annotated[int, Query(ge=0, le=LARGEST_FEED_ID)] = 0
) -> Outcomes:
    """What people decided here about the node's alerts."""
    desk, node = _reporting(caller, services)
    return desk.outcomes(node, after)
