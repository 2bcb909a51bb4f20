"""How a cluster stands, as its head knows it: processes that watch cameras, where they run, what was moved."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CameraId


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStanding:
    """A process that watches cameras on one machine. `silent_seconds` since it last said that it lives.

    `cameras` are placed in it; where `is_living` is false they are about to be placed elsewhere. `restarts` are those
    that this head saw, the last one at `restarted_at`.
    """

    group_id: str
    machine: str
    is_living: bool
    silent_seconds: float
    capacity_ms: int
    cameras: int
    restarts: int
    restarted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraMove:
    """A camera that was placed elsewhere. None: it had no room, or has none."""

    camera_id: CameraId
    from_group: str | None
    to_group: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStanding:
    """All groups, by id. `without_room` counts cameras that nobody watches, `unplaced` names the first of them.

    `moves` are the newest, newest first. Moves and restarts are what this head saw since `known_since`: it keeps them
    in memory, and while another head has the turn it sees none.
    """

    groups: tuple[GroupStanding, ...]
    without_room: int
    unplaced: tuple[CameraId, ...]
    moves: tuple[CameraMove, ...]
    known_since: datetime
