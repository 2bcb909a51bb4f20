"""Notices which heads are live, whoever put them live: another process, another machine, the command line."""

import threading
from collections.abc import Callable

import structlog

from alerts.errors import JournalError
from api.ports import UsedHeads
from detector.head_desk import HeadDesk
from domain.ids import CameraId
from streams.ports import Fleet

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0


class LocalHeadUse:
    """Implements api.ports.HeadUse for the cameras of one process."""

    def __init__(self, desk: HeadDesk, own: Fleet, name: str) -> None:
        self._desk = desk
        self._own = own
        self._name = name

    def used_on(self, camera_id: CameraId) -> UsedHeads | None:
        if self._own.status(camera_id) is None:
            return None
        return UsedHeads(watched_by=self._name, versions=self._desk.live_versions_on(camera_id))


class HeadWatch:
    """Keeps a desk in step with what all share, once a second; `judged_anew` is told each camera whose heads changed.

    While the database is away the heads that were read last go on to judge. `look` is one round, for one thread.
    """

    def __init__(self, desk: HeadDesk, judged_anew: Callable[[CameraId], None]) -> None:
        self._desk = desk
        self._judged_anew = judged_anew
        self._is_failing = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="head-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def look(self) -> None:
        """Raises JournalError."""
        for camera_id in sorted(self._desk.follow()):
            log.info("heads_changed", camera_id=camera_id, live=self._desk.live_versions_on(camera_id))
            self._judged_anew(camera_id)

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                self.look()
                self._is_failing = False
            except JournalError as error:
                if not self._is_failing:
                    log.warning("heads_not_read", reason=error.reason)
                self._is_failing = True
            except Exception:  # a supervisor: without this thread what people teach is used after a restart only
                log.exception("head_watch_stumbled")
