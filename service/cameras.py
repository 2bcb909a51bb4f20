"""Keeps what runs in step with what the registry says: one door for the start and for every later change."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import structlog

from alerts.errors import JournalError
from alerts.ports import CameraPlace, PlaceNames, SavedClip
from credit.ports import Registry
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Source
from domain.scope import Scope
from domain.zone import Zone
from service.ports import Judge
from streams.ports import Fleet

log = structlog.get_logger(__name__)

RETRY_SECONDS = 5.0  # after the database could not say what a camera is to be judged by


class CameraKeeper:
    """Implements api.ports.CameraControl. Any thread; changes are applied one after the other.

    A camera is judged before its first picture comes: rules are set before it is started. Where the database
    is away at that moment the change is tried again until it is there; the camera runs on as it was.
    `holidays` are those of the jurisdiction; sites that keep them are closed then.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        fleet: Fleet,
        judge: Judge,
        forget_tracks: Callable[[CameraId], None],
        retry_seconds: float = RETRY_SECONDS,
        holidays: Collection[date] = (),
    ) -> None:
        self._registry = registry
        self._fleet = fleet
        self._judge = judge
        self._forget_tracks = forget_tracks
        self._turn = threading.Lock()
        self._sources: dict[CameraId, Source] = {}
        self._sites: dict[CameraId, SiteId] = {}
        self._retries: dict[str, threading.Timer] = {}
        self._retry_seconds = retry_seconds
        self._is_stopped = False
        self._holidays = frozenset(holidays)

    def start_all(self) -> list[Camera]:
        """Start every enabled camera of the registry, and return them. Raises JournalError without a database."""
        cameras = [camera for camera in self._registry.list_cameras(Scope.everything()) if _is_watched_here(camera)]
        for camera in cameras:
            with self._turn:
                self._apply(camera, self._registry.list_zones(camera.camera_id))
        self._judge.end_unwatched()
        return cameras

    def stop(self) -> None:
        """No more changes and no more tries. Idempotent."""
        with self._turn:
            self._is_stopped = True
            for timer in self._retries.values():
                timer.cancel()

    def camera_saved(self, camera: Camera) -> None:
        self._try(camera.camera_id)

    def camera_deleted(self, camera_id: CameraId) -> None:
        with self._turn:
            self._withdraw(camera_id)

    def place_changed(self, place: Scope) -> None:
        """A site or an enterprise has another name, time zone or opening hours: its cameras are judged by them."""
        try:
            cameras = self._registry.list_cameras(place)
        except JournalError as error:
            with self._turn:
                self._postpone(str(place), error, lambda: self.place_changed(place))
            return
        for camera in cameras:
            self._try(camera.camera_id)

    def heads_changed(self, camera_id: CameraId) -> None:
        """Other heads than before judge the camera. One that is not watched here is left alone: it may be elsewhere."""
        with self._turn:
            if camera_id in self._sources:
                self._bring_up(camera_id)

    def camera_let_go(self, camera_id: CameraId, wait_seconds: float) -> None:
        """Watch the camera no more: another process does. Its open alerts stay open; their clips may take so long."""
        with self._turn:
            self._forget_try(camera_id)
            self._judge.let_go(camera_id, wait_seconds)
            self._fleet.remove(camera_id)
            self._forget_tracks(camera_id)
            self._sources.pop(camera_id, None)

    def bring_up(self, camera_id: CameraId) -> None:
        """Bring one camera to what the registry says now."""
        self._try(camera_id)

    def zones_changed(self, camera_id: CameraId, zones: list[Zone]) -> None:  # noqa: ARG002 - read anew with the rest
        self._try(camera_id)

    def _try(self, camera_id: CameraId) -> None:
        """Bring one camera to what the registry says now, whatever the change was."""
        with self._turn:
            self._bring_up(camera_id)

    def _try_again(self, camera_id: CameraId) -> None:
        """As `_try`, unless the camera was let go while the timer waited for its turn."""
        with self._turn:
            if camera_id in self._retries:
                self._bring_up(camera_id)

    def _bring_up(self, camera_id: CameraId) -> None:
        if self._is_stopped:
            return
        self._forget_try(camera_id)
        try:
            camera = self._registry.get_camera(camera_id, Scope.everything())
            if camera is None or not _is_watched_here(camera):
                self._withdraw(camera_id)
            else:
                self._apply(camera, self._registry.list_zones(camera_id))
        except JournalError as error:
            self._postpone(camera_id, error, lambda: self._try_again(camera_id))

    def _forget_try(self, what: str) -> None:
        earlier = self._retries.pop(what, None)
        if earlier is not None:
            earlier.cancel()

    def _postpone(self, what: str, error: JournalError, again: Callable[[], None]) -> None:
        if self._is_stopped:
            return
        log.warning("camera_change_postponed", changed=what, reason=error.reason)
        timer = threading.Timer(self._retry_seconds, again)
        timer.daemon = True
        self._forget_try(what)
        self._retries[what] = timer
        timer.start()

    def _apply(self, camera: Camera, zones: Sequence[Zone]) -> None:
        site = self._registry.get_site(camera.site_id, Scope.everything())
        if site is None:  # deleted in the same moment
            return
        enterprise = self._registry.get_enterprise(site.enterprise_id, Scope.everything())
        if self._sites.get(camera.camera_id, site.site_id) != site.site_id:
            self._judge.remove(camera.camera_id)  # what is open belongs to the place that it was seen at
        self._sites[camera.camera_id] = site.site_id
        self._judge.configure(
            camera,
            zones,
            CameraPlace(enterprise_id=site.enterprise_id, site_id=site.site_id, timezone=site.schedule.timezone),
            site.schedule.closed_on(self._holidays),
            PlaceNames(enterprise=enterprise.name if enterprise else None, site=site.name, camera=camera.name),
        )
        source = camera.analysed_source
        if self._sources.get(camera.camera_id, source) != source:
            self._forget_tracks(camera.camera_id)
        self._sources[camera.camera_id] = source
        self._fleet.add(replace(camera, source=source))

    def _withdraw(self, camera_id: CameraId) -> None:
        self._judge.remove(camera_id)  # first: clips of its alerts are made of packets that go with the camera
        self._fleet.remove(camera_id)
        self._forget_tracks(camera_id)
        self._sources.pop(camera_id, None)
        self._sites.pop(camera_id, None)


def _is_watched_here(camera: Camera) -> bool:
    return camera.is_watched and camera.node_id is None


class FleetClips:
    """Implements alerts.ports.ClipSource with the packet rings of the fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def save_clip(self, camera_id: CameraId, start_clock: float, end_clock: float, path: Path) -> SavedClip | None:
        clip = self._fleet.save_clip(camera_id, start_clock, end_clock, path)
        if clip is None:
            return None
        return SavedClip(started_at=clip.started_at, seconds=clip.seconds, media_type=clip.media_type)
