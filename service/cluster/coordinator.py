"""Who watches what: looks at the groups that live and writes where each camera belongs. One coordinator at a time."""

import threading
from collections.abc import Callable

import structlog

from alerts.errors import JournalError
from domain.ids import CameraId
from service.cluster.diary import ClusterDiary
from service.cluster.ports import NodeActors
from service.cluster.sender import OUTBOX_LEASE, OutboxTurn
from service.cluster.settings import ClusterSettings
from service.storage.cluster import GroupRow, SqlCluster
from service.storage.leases import SqlLeases
from streams.placement import Load, Plan, Room, plan

log = structlog.get_logger(__name__)

COORDINATOR_LEASE = "coordinator"
_FORGET_SECONDS = 600.0


class Coordinator:
    """Plans while it holds the coordinator's lease, so a second one only waits. `turn` is one round, for one thread.

    A group that does not report counts as dead and its cameras are placed elsewhere; they are watched there once their
    leases have run out. The groups go on with their cameras while no coordinator runs.
    """

    def __init__(
        self,
        *,
        leases: SqlLeases,
        cluster: SqlCluster,
        actors: NodeActors,
        outbox_turn: OutboxTurn,
        settings: ClusterSettings,
        holder: str,
        diary: ClusterDiary | None = None,
    ) -> None:
        self._leases = leases
        self._cluster = cluster
        self._actors = actors
        self._outbox_turn = outbox_turn
        self._settings = settings
        self._holder = holder
        self._diary = diary
        self._said: object = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="coordinator", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(10.0)
        try:
            self._leases.give_up({COORDINATOR_LEASE, OUTBOX_LEASE}, self._holder)
        except JournalError as error:
            log.warning("leases_not_given_up", reason=error.reason)

    def turn(self) -> Plan | None:
        """Look and plan; None where another coordinator is at work."""
        self._outbox_turn.renew()
        if not self._leases.take({COORDINATOR_LEASE}, self._holder, self._settings.lease_seconds):
            return None
        self._actors.ensure()
        living = [group for group in self._cluster.groups() if group.age_seconds <= self._settings.silent_seconds]
        wanted = self._cluster.enabled_cameras()
        placed = self._cluster.placements()
        present = {each: group for each, group in placed.items() if group is not None}
        found = plan(
            [Load(camera_id=each, cost_ms=self._settings.cost_ms(fps)) for each, fps in wanted.items()],
            [Room(room_id=group.group_id, capacity_ms=group.capacity_ms) for group in living],
            present,
        )
        chosen: dict[CameraId, str | None] = {**found.rooms, **dict.fromkeys(found.unplaced)}
        self._cluster.place(chosen)
        if self._diary is not None:
            self._diary.note(living, placed, chosen)
        self._cluster.forget_groups(_FORGET_SECONDS)
        self._say(found, living)
        return found

    def _say(self, found: Plan, living: list[GroupRow]) -> None:
        said = (found.unplaced, tuple(group.group_id for group in living))
        if found.moved or said != self._said:
            log.info("cameras_placed", cameras=len(found.rooms), moved=len(found.moved), groups=list(said[1]))
            if found.unplaced:
                log.warning("cameras_not_placed", count=len(found.unplaced), cameras=list(found.unplaced[:20]))
        self._said = said

    def _run(self) -> None:
        is_failing = False
        while not self._stopping.is_set():
            try:
                self.turn()
                is_failing = False
            except JournalError as error:
                if not is_failing:
                    log.warning("coordinator_failed", reason=error.reason)
                is_failing = True
            except Exception:  # a supervisor: without this thread no camera finds a new place
                log.exception("coordinator_stumbled")
            self._stopping.wait(self._settings.turn_seconds)


def living_groups(cluster: SqlCluster, silent_seconds: float) -> Callable[[], str | None]:
    """For readiness: None while at least one group lives."""

    def fault() -> str | None:
        ages = [group.age_seconds for group in cluster.groups()]
        return None if any(age <= silent_seconds for age in ages) else "no process watches cameras"

    return fault
