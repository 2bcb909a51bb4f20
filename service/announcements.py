"""Tells the broker how cameras and sites stand: retained states that outlive a subscriber's absence."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from alerts.errors import JournalError
from alerts.messages import CameraStateMessage, SiteSummaryMessage
from alerts.ports import AlertJournal, CameraPlaces
from alerts.topics import camera_topic, summary_topic
from domain.ids import CameraId, SiteId
from domain.risk import RiskClass
from service.ports import Board
from streams.ports import CameraCondition, Fleet, StreamState, StreamStatus

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
CALM_SECONDS = 0.2  # between two looks, however much happens
STOPPED_CAUSE = "service_stopped"

_Glance = tuple[dict[RiskClass, int], int, int]
_Standing = tuple[CameraCondition, str | None, datetime]


class Announcer:
    """Implements streams.ports.StatusListener: on a thread of its own it keeps the board like the fleet.

    It looks at every camera once a second, and at once when one changes: a camera that never gave a picture is
    announced as much as one that lost them, and one that was removed loses its state, its site's summary with the last
    of them. Alerts are counted anew at each ring of the bell (`wake`). Where the database is away a look is tried
    again. `recording_ended` of `start` is called once for each camera whose file was played to its end; `seen` with all
    statuses at each look.
    """

    def __init__(
        self, *, board: Board, journal: AlertJournal, places: CameraPlaces, now: Callable[[], datetime]
    ) -> None:
        self._board = board
        self._journal = journal
        self._places = places
        self._now = now
        self._recording_ended: Callable[[CameraId], None] | None = None
        self._seen: Callable[[Sequence[StreamStatus]], None] | None = None
        self._fleet: Fleet | None = None
        self._changed = threading.Condition()
        self._is_changed = False
        self._is_woken = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        # The rest is touched by the announcing thread only, and by `stop` once that has ended.
        self._sites: dict[CameraId, SiteId] = {}
        self._standings: dict[CameraId, _Standing] = {}
        self._ended: set[CameraId] = set()
        self._open_alerts: dict[SiteId, dict[RiskClass, int]] = {}
        self._glances: dict[SiteId, _Glance] = {}

    def start(
        self,
        fleet: Fleet,
        recording_ended: Callable[[CameraId], None] | None = None,
        seen: Callable[[Sequence[StreamStatus]], None] | None = None,
    ) -> None:
        self._fleet = fleet
        self._recording_ended = recording_ended
        self._seen = seen
        self._thread.start()

    def stop(self) -> None:
        """End the thread and say of every camera that nobody looks through it any more. Idempotent."""
        with self._changed:
            is_first = not self._is_stopping
            self._is_stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(LOOK_SECONDS * 5)
            if is_first and not self._thread.is_alive():
                self._say_farewell()

    def camera_changed(self, status: StreamStatus) -> None:  # noqa: ARG002 - all are looked at
        with self._changed:
            self._is_changed = True
            self._changed.notify()

    def wake(self) -> None:
        """Alerts may have changed. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify()

    def _run(self) -> None:
        is_failing = False
        while True:
            with self._changed:
                if self._is_stopping:
                    return
                is_woken, self._is_woken, self._is_changed = self._is_woken, False, False
            if is_woken:
                self._open_alerts.clear()
            try:
                self._look()
                is_failing = False
            except JournalError as error:
                if not is_failing:
                    log.warning("announcement_postponed", reason=error.reason)
                is_failing = True
            except Exception:  # a supervisor: one odd state must not silence the others
                log.exception("announcement_failed")
            with self._changed:
                self._changed.wait_for(lambda: self._is_stopping, CALM_SECONDS)
                self._changed.wait_for(self._has_cause, LOOK_SECONDS - CALM_SECONDS)

    def _has_cause(self) -> bool:
        return self._is_changed or self._is_woken or self._is_stopping

    def _look(self) -> None:
        assert self._fleet is not None
        statuses = {status.camera_id: status for status in self._fleet.statuses()}
        if self._seen is not None:
            self._seen(tuple(statuses.values()))
        for camera_id in set(self._sites) - set(statuses):
            self._board.clear(camera_topic(self._sites.pop(camera_id), camera_id))
            self._standings.pop(camera_id, None)
            self._ended.discard(camera_id)
        for status in statuses.values():
            self._show_camera(status)
            self._note_end(status)
        for site_id in {*self._sites.values(), *self._glances}:
            self._show_site(site_id, [s for s in statuses.values() if self._sites.get(s.camera_id) == site_id])

    def _show_camera(self, status: StreamStatus) -> None:
        standing = (status.condition, status.cause, status.since)
        place = self._places.place(status.camera_id)
        if place is None:
            return
        before = self._sites.get(status.camera_id)
        if before == place.site_id and self._standings.get(status.camera_id) == standing:
            return
        if before not in {None, place.site_id}:  # it was given to another site: nothing of it stays at the old one
            self._board.clear(camera_topic(before, status.camera_id))
        self._sites[status.camera_id] = place.site_id
        message = CameraStateMessage(
            site_id=place.site_id,
            camera_id=status.camera_id,
            state=status.condition.value,
            since=status.since,
            cause=status.cause,
        )
        self._board.retain(camera_topic(place.site_id, status.camera_id), message.as_bytes())
        self._standings[status.camera_id] = standing

    def _note_end(self, status: StreamStatus) -> None:
        if status.state is not StreamState.ENDED:
            self._ended.discard(status.camera_id)
        elif status.camera_id not in self._ended:
            self._ended.add(status.camera_id)
            if self._recording_ended is not None:
                self._recording_ended(status.camera_id)

    def _show_site(self, site_id: SiteId, cameras: list[StreamStatus]) -> None:
        if not cameras:
            self._board.clear(summary_topic(site_id))
            self._glances.pop(site_id, None)
            return
        if site_id not in self._open_alerts:
            self._open_alerts[site_id] = dict.fromkeys(RiskClass, 0) | self._journal.open_counts(site_id).by_class
        online = sum(status.condition is CameraCondition.ONLINE for status in cameras)
        glance = (self._open_alerts[site_id], online, len(cameras))
        if self._glances.get(site_id) == glance:
            return
        self._retain_summary(site_id, glance)
        self._glances[site_id] = glance

    def _retain_summary(self, site_id: SiteId, glance: _Glance) -> None:
        open_alerts, online, total = glance
        message = SiteSummaryMessage(
            site_id=site_id, at=self._now(), open_alerts=open_alerts, cameras_online=online, cameras_total=total
        )
        self._board.retain(summary_topic(site_id), message.as_bytes())

    def _say_farewell(self) -> None:
        """A state that says "online" would stay at the broker for as long as the service is down."""
        for camera_id, site_id in self._sites.items():
            message = CameraStateMessage(
                site_id=site_id, camera_id=camera_id, state="offline", since=self._now(), cause=STOPPED_CAUSE
            )
            self._board.retain(camera_topic(site_id, camera_id), message.as_bytes())
        for site_id, (open_alerts, _online, total) in self._glances.items():
            self._retain_summary(site_id, (open_alerts, 0, total))
