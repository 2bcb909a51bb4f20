"""Cameras that are changed while others run: with the real fleet, and sources that never end."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credit.testing import InMemoryRegistry
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Pause, Site, Source
from domain.scope import Scope
from service.bootstrap import ensure_local_cameras
from service.cameras import CameraKeeper
from service.identity import new_id
from streams.fleet import CameraFleet
from streams.settings import StreamSettings
from streams.sources.ports import OpenSource
from streams.testing import RecordingListener, ScriptedSource, make_packet
from tests.service.test_cameras import RecordingJudge
from tests.streams.cameras import QUICK, wait_for

MAIN, OTHER = "rtsp://a/main", "rtsp://b/main"


class EndlessOpener:
    """Opens cameras that never end, and counts how often each address was opened."""

    def __init__(self) -> None:
        self.opened: Counter[str] = Counter()
        self._lock = threading.Lock()

    def open(self, source: Source, settings: StreamSettings) -> OpenSource:
        with self._lock:
            self.opened[source.location] += 1
        camera, stamp = ScriptedSource([], fps=10), 0.0

        def read() -> object:
            nonlocal stamp
            time.sleep(0.02)
            stamp += 0.1
            return make_packet(stamp)

        camera.read = read  # type: ignore[assignment,method-assign]  # this twin never ends
        return camera


class Place:
    """Two running cameras: the one that is changed, and the one that must not notice."""

    def __init__(self, fleet: CameraFleet, opener: EndlessOpener) -> None:
        self.opener, self.fleet = opener, fleet
        self.registry = InMemoryRegistry()
        self.judge = RecordingJudge()
        self.camera, self.other = ensure_local_cameras(self.registry, [MAIN, OTHER], new_id=new_id)
        self.forgotten: list[CameraId] = []
        self.keeper = self.new_keeper()
        self.keeper.start_all()
        wait_for(lambda: self.sequence(self.camera) > 0 and self.sequence(self.other) > 0)

    def new_keeper(self) -> CameraKeeper:
        return CameraKeeper(
            registry=self.registry, fleet=self.fleet, judge=self.judge, forget_tracks=self.forgotten.append
        )

    def sequence(self, camera: Camera) -> int:
        frame = self.fleet.latest_frame(camera.camera_id)
        return frame.sequence if frame else 0

    def save(self, camera: Camera) -> None:
        self.camera = self.registry.update_camera(camera, self.camera.version)
        self.keeper.camera_saved(self.camera)


@pytest.fixture
def place() -> object:
    opener = EndlessOpener()
    with CameraFleet(QUICK, RecordingListener(), opener=opener, jitter=lambda: 0.0) as fleet:
        yield Place(fleet, opener)


def paused(place: Place) -> Camera:
    return place.camera.paused(Pause(by="chef", at=datetime(2026, 1, 5, tzinfo=UTC)))


def moved(place: Place) -> Camera:
    [known] = place.registry.list_sites(Scope.everything())
    site = Site(site_id=SiteId("site-new"), enterprise_id=known.enterprise_id, name="二号店")
    place.registry.add_site(site)
    return replace(place.camera, site_id=site.site_id)


CHANGES: dict[str, Callable[[Place], Camera]] = {
    "address": lambda place: replace(place.camera, source=Source(location="rtsp://a/new")),
    "smaller stream": lambda place: replace(place.camera, analysis_location="rtsp://a/sub"),
    "rate": lambda place: replace(place.camera, analysed_fps=1.0),
    "name": lambda place: replace(place.camera, name="pantry"),
    "site": moved,
    "pause": paused,
}
OPENED = {"address": {MAIN: 1, "rtsp://a/new": 1}, "smaller stream": {MAIN: 1, "rtsp://a/sub": 1}}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_one_camera_leaves_the_others_connection_and_pictures_alone(place: Place, change: str) -> None:
    before = place.sequence(place.other)
    place.save(CHANGES[change](place))
    wanted = {OTHER: 1, **OPENED.get(change, {MAIN: 1})}
    wait_for(lambda: dict(place.opener.opened) == wanted)
    after = place.sequence(place.other)

    assert after >= before
    wait_for(lambda: place.sequence(place.other) > after)
    status = place.fleet.status(place.other.camera_id)
    assert status is not None
    assert (status.reconnects, place.opener.opened[OTHER]) == (0, 1)
    assert place.other.camera_id not in place.forgotten


def test_deleting_one_camera_leaves_the_others_alone(place: Place) -> None:
    place.registry.delete_camera(place.camera.camera_id)
    place.keeper.camera_deleted(place.camera.camera_id)
    after = place.sequence(place.other)

    wait_for(lambda: place.sequence(place.other) > after)
    assert place.fleet.status(place.camera.camera_id) is None
    assert place.opener.opened[OTHER] == 1


def test_a_changed_rate_is_taken_over_without_a_new_connection(place: Place) -> None:
    place.save(replace(place.camera, analysed_fps=10.0))
    before = place.sequence(place.camera)

    wait_for(lambda: place.sequence(place.camera) > before + 3)
    assert place.opener.opened[MAIN] == 1


def test_a_paused_camera_stays_paused_after_a_restart_and_comes_back_when_resumed(place: Place) -> None:
    place.save(paused(place))
    assert place.fleet.status(place.camera.camera_id) is None
    assert place.fleet.latest_frame(place.camera.camera_id) is None

    place.keeper = place.new_keeper()  # a new process finds it in the registry
    assert [camera.camera_id for camera in place.keeper.start_all()] == [place.other.camera_id]
    assert place.camera.camera_id not in place.judge.zones

    place.save(place.camera.resumed())
    wait_for(lambda: place.sequence(place.camera) > 0)
    assert place.camera.camera_id in place.judge.zones


def test_what_is_open_ends_before_a_camera_is_judged_at_another_site(place: Place) -> None:
    told: list[str] = []
    remove, configure = place.judge.remove, place.judge.configure
    place.judge.remove = lambda camera_id: (told.append("removed"), remove(camera_id))[1]  # type: ignore[method-assign,func-returns-value]
    place.judge.configure = lambda *args: (told.append("configured"), configure(*args))[1]  # type: ignore[method-assign,func-returns-value]
    place.save(moved(place))

    assert told == ["removed", "configured"]
    assert place.judge.places[place.camera.camera_id].site_id == "site-new"
