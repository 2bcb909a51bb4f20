"""The nodes of a centre, as people see them."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field

from alerts.nodes.ports import Node
from api.dependencies import MetricsReader, Services
from api.fields import Page, Shown

router = APIRouter(tags=["nodes"])


class NodeView(Shown):
    """A machine that reports here. Without a fresh sign of life nothing is known of what it watches."""

    node_id: str
    is_active: bool
    has_line: bool
    last_seen_at: datetime | None
    version: str | None
    cameras: int
    clock_offset_seconds: Annotated[float | None, Field(description="What its clock lacks to the centre's.")]
    clock_uncertainty_seconds: Annotated[float | None, Field(description="Of that offset, either way.")]
    waiting_steps: int | None
    oldest_waiting_seconds: float | None
    refused: int | None
    waiting_evidence_bytes: int | None
    credit_codes: Annotated[list[str] | None, Field(description="Enterprises it may report for; null: any.")]

    @classmethod
    def of(cls, node: Node, now: datetime, silent_after_seconds: float) -> Self:
        report = node.report
        seen = node.last_seen_at
        return cls(
            node_id=node.node_id,
            is_active=node.is_active,
            has_line=seen is not None and now - seen <= timedelta(seconds=silent_after_seconds),
            last_seen_at=seen,
            version=report.version if report else None,
            cameras=len(report.cameras) if report else 0,
            clock_offset_seconds=report.clock_offset_seconds if report else None,
            clock_uncertainty_seconds=report.clock_uncertainty_seconds if report else None,
            waiting_steps=report.queue.steps if report else None,
            oldest_waiting_seconds=report.queue.oldest_seconds if report else None,
            refused=report.queue.refused if report else None,
            waiting_evidence_bytes=report.queue.evidence_bytes if report else None,
            credit_codes=None if node.credit_codes is None else sorted(node.credit_codes),
        )


class NodePage(Page):
    items: list[NodeView]


@router.get("/nodes")
def list_nodes(_: MetricsReader, services: Services) -> NodePage:
    """All nodes by name; none where this is no centre."""
    desk = services.ingest
    if desk is None:
        return NodePage(items=[])
    silent = desk.silent_after_seconds
    return NodePage(items=[NodeView.of(node, services.now(), silent) for node in desk.nodes()])
