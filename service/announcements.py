"""Tells the broker how cameras and sites stand: retained states that outlive a subscriber's absence."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from alerts.errors import JournalError
from alerts.messages import CameraStateMessage, SiteSummaryMessage, camera_topic, summary_topic
from alerts.ports import AlertJournal, CameraPlaces
from domain.ids import CameraId, SiteId
from domain.risk import RiskClass
from service.ports import Board
from streams.ports import CameraCondition, Fleet, StreamStatus

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0


class Announcer:
    """Implements streams.ports.StatusListener: notes which cameras changed, and publishes on a thread of its own.

    Summaries of sites follow each change of a camera and each ring of the bell (`wake`), at most once a second.
    A camera of the registry that was removed loses its retained state. Where the database is away the change
    is kept and told later.
    """

    def __init__(
        self, *, board: Board, journal: AlertJournal, places: CameraPlaces, now: Callable[[], datetime]
    ) -> None:
        self._board = board
        self._journal = journal
        self._places = places
        self._now = now
        self._fleet: Fleet | None = None
        self._changed = threading.Condition()
        self._news: dict[CameraId, StreamStatus] = {}
        self._is_woken = False
        self._is_stopping = False
        self._sites: dict[CameraId, SiteId] = {}
        self._shown: dict[SiteId, tuple[dict[RiskClass, int], int, int]] = {}
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(LOOK_SECONDS * 5)

    def camera_changed(self, status: StreamStatus) -> None:
        with self._changed:
            self._news[status.camera_id] = status
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
                if not (self._news or self._is_woken or self._is_stopping):
                    self._changed.wait()
                if self._is_stopping:
                    return
                news, self._news, self._is_woken = self._news, {}, False
            try:
                self._tell(news)
                is_failing = False
            except JournalError as error:
                with self._changed:
                    self._news = news | self._news
                    self._is_woken = True
                if not is_failing:
                    log.warning("announcement_postponed", reason=error.reason)
                is_failing = True
            except Exception:  # a supervisor: one odd state must not silence the others
                log.exception("announcement_failed")
            with self._changed:
                if not self._is_stopping:
                    self._changed.wait_for(lambda: self._is_stopping, LOOK_SECONDS)

    def _tell(self, news: dict[CameraId, StreamStatus]) -> None:
        for camera_id, status in news.items():
            place = self._places.place(camera_id)
            if place is not None:
                self._sites[camera_id] = place.site_id
                self._show_camera(place.site_id, status)
        self._clear_removed()
        for site_id in set(self._sites.values()):
            self._show_site(site_id)

    def _show_camera(self, site_id: SiteId, status: StreamStatus) -> None:
        message = CameraStateMessage(
            site_id=site_id,
            camera_id=status.camera_id,
            state=status.condition.value,
            since=status.since,
            cause=status.cause,
        )
        self._board.retain(camera_topic(site_id, status.camera_id), message.as_bytes())

    def _clear_removed(self) -> None:
        assert self._fleet is not None
        running = {status.camera_id for status in self._fleet.statuses()}
        for camera_id in set(self._sites) - running:
            site_id = self._sites.pop(camera_id)
            self._board.clear(camera_topic(site_id, camera_id))

    def _show_site(self, site_id: SiteId) -> None:
        assert self._fleet is not None
        cameras = [s for s in self._fleet.statuses() if self._sites.get(s.camera_id) == site_id]
        online = sum(status.condition is CameraCondition.ONLINE for status in cameras)
        open_alerts = dict.fromkeys(RiskClass, 0) | self._journal.open_counts(site_id).by_class
        glance = (open_alerts, online, len(cameras))
        if self._shown.get(site_id) == glance:
            return
        message = SiteSummaryMessage(
            site_id=site_id,
            at=self._now(),
            open_alerts=open_alerts,
            cameras_online=online,
            cameras_total=len(cameras),
        )
        self._board.retain(summary_topic(site_id), message.as_bytes())
        self._shown[site_id] = glance
