"""The fleet of a centre as people and MQTT see it: its own cameras, and those that nodes watch."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from alerts import metrics
from alerts.errors import JournalError
from alerts.nodes.parcels import CameraReport
from alerts.nodes.ports import Node, NodeBook
from domain.frame import Frame
from domain.ids import CameraId
from domain.organisation import Camera
from streams.ports import CameraCondition, Clip, Fleet, StreamState, StreamStatus

log = structlog.get_logger(__name__)

SILENT_CAUSE = "node_silent"
FINDINGS_ONLY_CAUSE = "findings_only"
NOT_TOLD_CAUSE = "not_told"  # the node is heard, and says nothing of the camera
_LOOK_SECONDS = 1.0


class NodeFleet:
    """Implements streams.ports.Fleet over the centre's own fleet. Any thread.

    A node's camera is as the node last said, for as long as the node is heard; then it is offline with the cause
    `node_silent` since that last sign of life; a node that never gave one (an AI camera that sends findings only) tells
    nothing of its cameras. It never has a picture here. The database is asked once a second.
    """

    def __init__(
        self,
        own: Fleet,
        book: NodeBook,
        *,
        silent_after_seconds: float,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._own = own
        self._book = book
        self._silent_after = timedelta(seconds=silent_after_seconds)
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._others: dict[CameraId, StreamStatus] = {}
        self._silent: set[str] = set()

    def add(self, camera: Camera) -> None:
        self._own.add(camera)

    def remove(self, camera_id: CameraId) -> None:
        self._own.remove(camera_id)

    def statuses(self) -> list[StreamStatus]:
        return [*self._own.statuses(), *self._of_nodes().values()]

    def status(self, camera_id: CameraId) -> StreamStatus | None:
        return self._own.status(camera_id) or self._of_nodes().get(camera_id)

    def latest_frame(self, camera_id: CameraId) -> Frame | None:
        return self._own.latest_frame(camera_id)

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> Clip | None:
        return self._own.save_clip(camera_id, start_clock, end_clock, path)

    def _of_nodes(self) -> dict[CameraId, StreamStatus]:
        with self._lock:
            if self._clock() - self._looked_at >= _LOOK_SECONDS:
                self._looked_at = self._clock()
                try:
                    self._others = self._look()
                except JournalError as error:
                    log.warning("nodes_not_read", reason=error.reason)
            return dict(self._others)

    def _look(self) -> dict[CameraId, StreamStatus]:
        found: dict[CameraId, StreamStatus] = {}
        for node in self._book.list_nodes():
            is_silent = self._tell(node)
            ids = self._book.camera_ids(node.node_id)
            told = {report.camera_id: report for report in (node.report.cameras if node.report else ())}
            for foreign_id, camera_id in ids.items():
                found[camera_id] = _status(camera_id, node, told.get(foreign_id), is_silent=is_silent)
        return found

    def _tell(self, node: Node) -> bool:
        """Measure the node, and say once that it fell silent or came back. Tells whether it is silent."""
        if node.last_seen_at is None:
            return True
        silence = self._now() - node.last_seen_at
        is_silent = silence > self._silent_after
        metrics.NODE_UP.labels(node.node_id).set(0 if is_silent else 1)
        metrics.NODE_SEEN.labels(node.node_id).set(max(0.0, silence.total_seconds()))
        if node.report is not None:
            waited = node.report.queue.oldest_seconds + (silence.total_seconds() if is_silent else 0.0)
            metrics.NODE_LAG.labels(node.node_id).set(max(0.0, waited))
        if is_silent and node.node_id not in self._silent:
            self._silent.add(node.node_id)
            log.error("node_silent", node=node.node_id, last_seen_at=node.last_seen_at)
        elif not is_silent and node.node_id in self._silent:
            self._silent.discard(node.node_id)
            log.info("node_heard_again", node=node.node_id)
        return is_silent


def _status(camera_id: CameraId, node: Node, report: CameraReport | None, *, is_silent: bool) -> StreamStatus:
    """`report` None: the node says nothing of the camera. What a node that is silent now said before counts no more."""
    report = None if is_silent else report
    unknown = NOT_TOLD_CAUSE if not is_silent else SILENT_CAUSE if node.last_seen_at else FINDINGS_ONLY_CAUSE
    condition = CameraCondition.OFFLINE if report is None else CameraCondition(report.condition)
    is_running = condition is not CameraCondition.OFFLINE
    return StreamStatus(
        camera_id=camera_id,
        state=StreamState.RUNNING if is_running else StreamState.WAITING,
        condition=condition,
        since=report.since if report else (node.last_seen_at or node.created_at),
        cause=report.cause if report else unknown,
        detail=None,
        properties=None,
        last_frame_at=None,
        frames_decoded=0,
        frames_analysed=0,
        frames_dropped=0,
        reconnects=0,
    )
