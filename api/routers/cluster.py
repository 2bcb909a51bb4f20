"""How a cluster stands, for who sees everything. Nothing but "none" unless this is the head of one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.cluster import CameraMove, GroupStanding
from api.dependencies import MetricsReader, Services
from api.fields import Shown

router = APIRouter(tags=["nodes"])


class ClusterView(Shown):
    """Groups of cameras, the machines they run on, and what this head saw since `known_since`.

    `is_cluster` false: this process is no head of a cluster, and all else is empty.
    """

    now: datetime
    is_cluster: bool
    known_since: datetime | None
    groups: list[GroupStanding]
    without_room: Annotated[int, Field(description="Cameras that nobody watches: no group has room for them.")]
    unplaced: Annotated[list[str], Field(description="The first 200 of those.")]
    moves: Annotated[list[CameraMove], Field(description="The newest 200, newest first.")]


@router.get("/cluster")
def read_cluster(_: MetricsReader, services: Services) -> ClusterView:
    """Machines, groups, restarts, last signs of life, and cameras that were moved; empty where this is no cluster."""
    if services.cluster is None:
        return ClusterView(
            now=services.now(), is_cluster=False, known_since=None, groups=[], without_room=0, unplaced=[], moves=[]
        )
    found = services.cluster()
    return ClusterView(
        now=services.now(),
        is_cluster=True,
        known_since=found.known_since,
        groups=list(found.groups),
        without_room=found.without_room,
        unplaced=list(found.unplaced),
        moves=list(found.moves),
    )
