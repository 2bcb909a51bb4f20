"""What one process may watch: leases taken, renewed and lost, and the cameras started and stopped by them."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import structlog

from alerts.errors import JournalError
from credit.ports import Registry
from domain.ids import CameraId
from domain.scope import Scope
from service.cluster.ports import Keeper
from service.cluster.sender import OutboxTurn
from service.cluster.settings import ClusterSettings
from service.cluster.statuses import document_of
from service.storage.cluster import SqlCluster
from service.storage.fenced import FencedJournal, camera_lease
from service.storage.leases import SqlLeases
from streams.ports import Fleet

log = structlog.get_logger(__name__)

# A camera that another group is to watch waits so long for the clips of its alerts.
_CLIP_SECONDS = 3.0
_WATCH_SECONDS = 0.25
_REFRESH_SECONDS = 60.0  # whatever changed without a new edition: hours and names of the site


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupIdentity:
    """`holder` names this process in this run, never used again."""

    group_id: str
    node: str
    holder: str
    capacity_ms: int


class CameraOwner:
    """Keeps one process in step with its placements: exactly one process watches a camera.

    Each turn renews the leases, lets go of what is lost or placed elsewhere, takes what is placed here and free, and
    writes how the cameras are. A second thread stops all cameras when the leases could not be renewed for
    `ClusterSettings.stop_seconds`, however the database hangs: nobody else can have taken them before. Alerts that are
    on their way are not lost by that: they are recorded once the database is back, unless somebody took the camera.
    """

    def __init__(
        self,
        identity: GroupIdentity,
        *,
        leases: SqlLeases,
        cluster: SqlCluster,
        registry: Registry,
        journal: FencedJournal,
        outbox_turn: OutboxTurn,
        keeper: Keeper,
        fleet: Fleet,
        take_up_evidence: Callable[[], None],
        heads_on: Callable[[CameraId], Mapping[str, int]],
        is_judged: Callable[[CameraId], bool],
        settings: ClusterSettings,
        clock: Callable[[], float],
    ) -> None:
        self._identity = identity
        self._leases = leases
        self._cluster = cluster
        self._registry = registry
        self._journal = journal
        self._outbox_turn = outbox_turn
        self._keeper = keeper
        self._fleet = fleet
        self._take_up_evidence = take_up_evidence
        self._heads_on = heads_on
        self._is_judged = is_judged
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._watched: dict[CameraId, tuple[int, int, int]] = {}
        self._renewed = clock()
        self._refreshed = clock()
        self._is_failing = False
        self._stopping = threading.Event()
        self._threads = (
            threading.Thread(target=self._run, name="camera-owner", daemon=True),
            threading.Thread(target=self._watch, name="lease-watch", daemon=True),
        )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let go of all cameras. The leases stay until `leave`: alerts may still be on their way. Idempotent."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5.0)
        self._let_go(list(self._watched), _CLIP_SECONDS)

    def leave(self) -> None:
        """Others may take over at once. Call when everything is recorded."""
        try:
            mine = {lease.name for lease in self._leases.held() if lease.holder == self._identity.holder}
            self._leases.give_up(mine, self._identity.holder)
            self._cluster.leave(self._identity.group_id, self._identity.holder)
        except JournalError as error:
            log.warning("leases_not_given_up", reason=error.reason)

    def watched(self) -> list[CameraId]:
        with self._lock:
            return sorted(self._watched)

    def turn(self) -> None:
        """One round; what the database refuses now is tried in the next. Called by one thread."""
        try:
            self._renew()
            wanted = {each.camera_id: each.edition for each in self._cluster.wanted_of(self._identity.group_id)}
            self._release(set(self.watched()) - set(wanted))
            self._gain(wanted)
            self._refresh(wanted)
            self._tell()
        except JournalError as error:
            if not self._is_failing:
                log.warning("camera_owner_failed", reason=error.reason)
            self._is_failing = True
        else:
            self._is_failing = False

    def stop_overdue(self) -> None:
        """Stop everything if the leases were not renewed in time. Any thread."""
        if self._clock() - self._renewed > self._settings.stop_seconds:
            overdue = self.watched()
            if overdue:
                log.error("leases_not_renewed", cameras=len(overdue))
                self._let_go(overdue, 0.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.turn()
            except Exception:  # a supervisor: without this thread the cameras' leases run out
                log.exception("camera_owner_stumbled")
            self._stopping.wait(self._settings.turn_seconds)

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_SECONDS):
            self.stop_overdue()

    def _renew(self) -> None:
        asked = self._clock()
        held = self._leases.renew(self._identity.holder, self._settings.lease_seconds)
        self._renewed = asked
        self._outbox_turn.renew()
        lost = [each for each in self.watched() if camera_lease(each) not in held]
        if lost:
            log.error("leases_lost", cameras=lost)
            self._let_go(lost, 0.0)
        identity = self._identity
        self._cluster.say_alive(
            identity.group_id, node=identity.node, holder=identity.holder, capacity_ms=identity.capacity_ms
        )

    def _release(self, unwanted: Collection[CameraId]) -> None:
        """Stop what was deleted or switched off, hand over what is placed elsewhere, then give the leases up."""
        for camera_id in unwanted:
            camera = self._registry.get_camera(camera_id, Scope.everything())
            if camera is None or not camera.is_watched:
                self._keeper.camera_deleted(camera_id)
                with self._lock:
                    self._watched.pop(camera_id, None)
            else:
                self._let_go([camera_id], _CLIP_SECONDS)
        self._leases.give_up({camera_lease(each) for each in unwanted}, self._identity.holder)

    def _gain(self, wanted: dict[CameraId, tuple[int, int, int]]) -> None:
        asked = self._clock()
        missing = {camera_lease(each): each for each in set(wanted) - set(self.watched())}
        taken = self._leases.take(set(missing), self._identity.holder, self._settings.lease_seconds)
        gained = sorted(missing[name] for name in taken)
        if not gained or self._clock() - asked > self._settings.stop_seconds:
            return
        self._journal.takes_over(gained)
        self._take_up_evidence()
        self._journal.takes_over(())
        for camera_id in gained:
            with self._lock:
                self._watched[camera_id] = wanted[camera_id]
            self._keeper.bring_up(camera_id)
        log.info("cameras_taken", group_id=self._identity.group_id, cameras=gained)

    def _refresh(self, wanted: dict[CameraId, tuple[int, int, int]]) -> None:
        is_due = self._clock() - self._refreshed > _REFRESH_SECONDS
        if is_due:
            self._refreshed = self._clock()
        for camera_id in self.watched():
            if is_due or self._watched.get(camera_id) != wanted[camera_id]:
                with self._lock:
                    self._watched[camera_id] = wanted[camera_id]
                self._keeper.bring_up(camera_id)

    def _tell(self) -> None:
        now = self._clock()
        documents = {}
        for status in self._fleet.statuses():
            frame = self._fleet.latest_frame(status.camera_id)
            age = None if frame is None else max(0.0, now - frame.clock)
            documents[status.camera_id] = document_of(
                status, age, self._heads_on(status.camera_id), is_judged=self._is_judged(status.camera_id)
            )
        self._cluster.write_statuses(self._identity.group_id, documents)

    def _let_go(self, camera_ids: Iterable[CameraId], wait_seconds: float) -> None:
        for camera_id in camera_ids:
            with self._lock:
                self._watched.pop(camera_id, None)
            self._keeper.camera_let_go(camera_id, wait_seconds)
