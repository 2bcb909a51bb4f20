"""A cluster without machines: processes are objects, time is set by hand, the database is real."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from api.testing import FakeFleet
from domain.ids import CameraId
from service.bootstrap import ensure_local_cameras
from service.cluster.coordinator import Coordinator
from service.cluster.owner import CameraOwner, GroupIdentity
from service.cluster.ports import Keeper
from service.cluster.sender import OutboxTurn
from service.cluster.settings import ClusterSettings
from service.identity import new_id
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.fenced import FencedJournal
from service.storage.leases import SqlLeases
from service.storage.registry import SqlRegistry
from service.storage.rows import camera_groups, leases
from streams.ports import CameraCondition, Fleet, StreamProperties, StreamState, StreamStatus


@dataclass
class HandClock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


class RecordingKeeper:
    """Remembers what runs and how it ended."""

    def __init__(self) -> None:
        self.running: set[CameraId] = set()
        self.brought_up: list[CameraId] = []
        self.ended: list[CameraId] = []
        self.let_go: list[CameraId] = []

    def bring_up(self, camera_id: CameraId) -> None:
        self.running.add(camera_id)
        self.brought_up.append(camera_id)

    def camera_deleted(self, camera_id: CameraId) -> None:
        self.running.discard(camera_id)
        self.ended.append(camera_id)

    def camera_let_go(self, camera_id: CameraId, wait_seconds: float) -> None:
        self.running.discard(camera_id)
        self.let_go.append(camera_id)


class NoMachines:
    """NodeActors where nothing is started."""

    def __init__(self) -> None:
        self.ensured = 0

    def ensure(self) -> None:
        self.ensured += 1

    def living_nodes(self) -> list[str]:
        return []


class Process:
    """One group's process, driven by hand. `owner.turn()` is its life; without it the process is dead."""

    def __init__(
        self,
        database: Database,
        group_id: str,
        capacity_ms: int = 1000,
        *,
        keeper: Keeper | None = None,
        fleet: Fleet | None = None,
        heads_on: Callable[[CameraId], Mapping[str, int]] = lambda _: {},
    ) -> None:
        self.clock = HandClock()
        self.keeper = RecordingKeeper()
        self.fleet = FakeFleet()
        self.settings = ClusterSettings()
        self.holder = f"{group_id}.{new_id()[-8:]}"
        self.journal = FencedJournal(database, self.holder)
        self.evidence_taken_up = 0
        leases = SqlLeases(database)
        self.turn_to_send = OutboxTurn(leases, self.holder, self.settings, clock=self.clock)
        self.owner = CameraOwner(
            GroupIdentity(group_id=group_id, node="node", holder=self.holder, capacity_ms=capacity_ms),
            leases=leases,
            cluster=SqlCluster(database),
            registry=SqlRegistry(database),
            journal=self.journal,
            outbox_turn=self.turn_to_send,
            keeper=keeper or self.keeper,
            fleet=fleet or self.fleet,
            take_up_evidence=self._take_up,
            heads_on=heads_on,
            is_judged=lambda _: True,
            settings=self.settings,
            clock=self.clock,
        )

    def _take_up(self) -> None:
        self.evidence_taken_up += 1


class Head:
    """A coordinator driven by hand."""

    def __init__(self, database: Database, name: str = "head") -> None:
        self.clock = HandClock()
        self.machines = NoMachines()
        self.settings = ClusterSettings()
        leases = SqlLeases(database)
        self.turn_to_send = OutboxTurn(leases, name, self.settings, clock=self.clock)
        self.coordinator = Coordinator(
            leases=leases,
            cluster=SqlCluster(database),
            actors=self.machines,
            outbox_turn=self.turn_to_send,
            settings=self.settings,
            holder=name,
        )


def add_cameras(database: Database, count: int) -> list[CameraId]:
    locations = [f"rtsp://camera-{number}.example/1" for number in range(count)]
    return [camera.camera_id for camera in ensure_local_cameras(SqlRegistry(database), locations, new_id=new_id)]


def run_out(database: Database, holder: str) -> None:
    """The time of all leases of a process that renews none any more."""
    with database.transaction() as connection:
        gone = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(leases).where(leases.c.holder == holder).values(expires_at=gone))


def fall_silent(database: Database, group_id: str) -> None:
    """A group that has not reported for a minute."""
    with database.transaction() as connection:
        long_ago = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(update(camera_groups).where(camera_groups.c.group_id == group_id).values(seen_at=long_ago))


def online(camera_id: CameraId) -> StreamStatus:
    return StreamStatus(
        camera_id=camera_id,
        state=StreamState.RUNNING,
        condition=CameraCondition.ONLINE,
        since=datetime(2026, 11, 27, 1, tzinfo=UTC),
        cause=None,
        detail="rtsp://admin:word@camera.example/1",
        properties=StreamProperties(codec="h264", width_px=640, height_px=360, declared_fps=15.0),
        last_frame_at=datetime(2026, 11, 27, 2, tzinfo=UTC),
        frames_decoded=10,
        frames_analysed=5,
        frames_dropped=1,
        reconnects=0,
    )
