import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from alerts.errors import JournalError
from alerts.ports import CameraPlace, PlaceNames
from credit.testing import InMemoryRegistry
from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.organisation import Camera, Source
from domain.place_check import PlaceCheck, PlaceStanding
from domain.schedule import Schedule
from domain.scope import Scope
from domain.zone import Zone, ZoneType
from service.bootstrap import ensure_local_cameras
from service.cameras import CameraKeeper
from service.identity import new_id
from streams.testing import InMemoryFleet
from tests.support.mqtt import wait_until

NATIONAL_DAY = date(2026, 10, 1)


class RecordingJudge:
    """Remembers by what each camera is judged; refuses while `is_away`."""

    def __init__(self) -> None:
        self.zones: dict[CameraId, list[str]] = {}
        self.names: dict[CameraId, PlaceNames | None] = {}
        self.unwatched_ended = 0
        self.places: dict[CameraId, CameraPlace] = {}
        self.schedules: dict[CameraId, Schedule] = {}
        self.is_away = False

    def configure(
        self,
        camera: Camera,
        zones: Iterable[Zone],
        place: CameraPlace,
        schedule: Schedule,
        names: PlaceNames | None = None,
    ) -> None:
        if self.is_away:
            raise JournalError("the database is away", is_temporary=True)
        self.zones[camera.camera_id] = [zone.name for zone in zones]
        self.places[camera.camera_id] = place
        self.schedules[camera.camera_id] = schedule
        self.names[camera.camera_id] = names

    def remove(self, camera_id: CameraId) -> None:
        self.zones.pop(camera_id, None)

    def let_go(self, camera_id: CameraId, wait_seconds: float) -> None:
        self.zones.pop(camera_id, None)

    def end_unwatched(self) -> None:
        self.unwatched_ended += 1


class Kitchen:
    """One registered camera and everything around its keeper."""

    def __init__(self) -> None:
        self.registry = InMemoryRegistry()
        self.fleet = InMemoryFleet()
        self.judge = RecordingJudge()
        self.forgotten: list[CameraId] = []
        self.lock = threading.Lock()
        [self.camera] = ensure_local_cameras(self.registry, ["rtsp://a/1"], new_id=new_id)
        self.keeper = CameraKeeper(
            registry=self.registry,
            fleet=self.fleet,
            judge=self.judge,
            forget_tracks=self.forgotten.append,
            retry_seconds=0.05,
            holidays=[NATIONAL_DAY],
        )

    @property
    def running(self) -> set[CameraId]:
        return {status.camera_id for status in self.fleet.statuses()}

    def save(self, camera: Camera) -> None:
        self.camera = self.registry.update_camera(camera, self.camera.version)
        self.keeper.camera_saved(self.camera)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


def test_the_start_starts_and_judges_every_enabled_camera(kitchen: Kitchen) -> None:
    assert [camera.camera_id for camera in kitchen.keeper.start_all()] == [kitchen.camera.camera_id]
    assert kitchen.running == {kitchen.camera.camera_id}
    assert kitchen.judge.places[kitchen.camera.camera_id].site_id == kitchen.camera.site_id


def test_a_camera_whose_heads_changed_is_judged_anew_where_it_is_watched_only(kitchen: Kitchen) -> None:
    camera_id = kitchen.camera.camera_id
    kitchen.keeper.heads_changed(camera_id)
    assert (kitchen.running, kitchen.judge.zones) == (set(), {})

    kitchen.keeper.start_all()
    kitchen.judge.zones.clear()
    kitchen.keeper.heads_changed(camera_id)
    assert set(kitchen.judge.zones) == {camera_id}


def test_a_camera_that_is_let_go_while_a_change_waits_is_not_started_again(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    kitchen.judge.is_away = True
    kitchen.keeper.camera_saved(kitchen.camera)
    waiting = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]

    kitchen.keeper.camera_let_go(kitchen.camera.camera_id, 0.0)
    kitchen.judge.is_away = False
    for timer in waiting:
        timer.join(60.0)

    assert (kitchen.running, kitchen.judge.zones) == (set(), {})


def test_a_paused_camera_is_neither_played_nor_judged(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    kitchen.save(replace(kitchen.camera, is_enabled=False))
    assert kitchen.running == set()
    assert kitchen.judge.zones == {}


def test_a_deleted_camera_ends_everywhere(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    kitchen.registry.delete_camera(kitchen.camera.camera_id)
    kitchen.keeper.camera_deleted(kitchen.camera.camera_id)
    assert kitchen.running == set()
    assert kitchen.judge.zones == {}


def test_another_source_voids_the_tracks_and_another_name_does_not(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    kitchen.save(replace(kitchen.camera, name="pantry"))
    assert kitchen.forgotten == []
    kitchen.save(replace(kitchen.camera, source=Source(location="rtsp://a/2")))
    assert kitchen.forgotten == [kitchen.camera.camera_id]


def test_a_new_zone_is_judged_by_from_then_on(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    zone = Zone(
        zone_id=ZoneId(new_id()),
        camera_id=kitchen.camera.camera_id,
        name="serving",
        type=ZoneType.SERVING,
        polygon=Polygon.whole_frame(),
    )
    kitchen.registry.add_zone(zone)
    kitchen.keeper.zones_changed(kitchen.camera.camera_id, [zone])
    assert kitchen.judge.zones[kitchen.camera.camera_id] == ["serving"]


def test_a_change_that_finds_the_database_away_is_made_once_it_is_back(kitchen: Kitchen) -> None:
    kitchen.judge.is_away = True
    kitchen.save(replace(kitchen.camera, name="pantry"))
    assert kitchen.running == set()
    kitchen.judge.is_away = False
    wait_until(lambda: kitchen.running == {kitchen.camera.camera_id}, what="the camera to be started")
    kitchen.keeper.stop()


def test_nothing_is_started_after_the_stop(kitchen: Kitchen) -> None:
    kitchen.keeper.stop()
    kitchen.keeper.camera_saved(kitchen.camera)
    assert kitchen.running == set()


def test_a_site_with_another_name_and_time_zone_is_judged_by_them_at_once(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    [site] = kitchen.registry.list_sites(Scope.everything())
    kitchen.registry.update_site(replace(site, name="二号店", schedule=Schedule(timezone="Asia/Urumqi")))
    kitchen.keeper.place_changed(Scope(site_ids=frozenset({site.site_id})))
    names = kitchen.judge.names[kitchen.camera.camera_id]
    assert names is not None
    assert names.site == "二号店"
    assert kitchen.judge.places[kitchen.camera.camera_id].timezone == "Asia/Urumqi"


def test_a_site_that_keeps_holidays_is_judged_as_closed_on_them(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    [site] = kitchen.registry.list_sites(Scope.everything())
    before = kitchen.judge.schedules[kitchen.camera.camera_id]

    kitchen.registry.update_site(replace(site, schedule=Schedule(keeps_holidays=True)))
    kitchen.keeper.place_changed(Scope(site_ids=frozenset({site.site_id})))

    assert before.on(NATIONAL_DAY) != ()
    assert kitchen.judge.schedules[kitchen.camera.camera_id].on(NATIONAL_DAY) == ()


def test_a_place_that_changes_while_the_database_is_away_is_looked_at_again(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    kitchen.judge.zones.clear()
    kitchen.judge.is_away = True
    kitchen.keeper.place_changed(Scope.everything())
    assert kitchen.judge.zones == {}
    kitchen.judge.is_away = False
    wait_until(lambda: bool(kitchen.judge.zones), what="the change")
    kitchen.keeper.stop()


def test_the_start_ends_what_was_left_open_on_cameras_that_are_gone(kitchen: Kitchen) -> None:
    kitchen.keeper.start_all()
    assert kitchen.judge.unwatched_ended == 1


def test_a_removed_camera_is_there_until_the_clips_of_its_alerts_are_made(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    kitchen.keeper.start_all()
    running_at_removal: list[set[CameraId]] = []
    monkeypatch.setattr(kitchen.judge, "remove", lambda _id: running_at_removal.append(kitchen.running))
    kitchen.keeper.camera_deleted(kitchen.camera.camera_id)
    assert running_at_removal == [{kitchen.camera.camera_id}]
    assert kitchen.running == set()


@pytest.mark.parametrize("standing", [PlaceStanding.AWAITED, PlaceStanding.FORBIDDEN])
def test_a_camera_whose_place_nobody_confirmed_is_neither_opened_nor_judged(
    kitchen: Kitchen, standing: PlaceStanding
) -> None:
    who = {} if standing is PlaceStanding.AWAITED else {"by": "li", "at": datetime(2026, 1, 5, tzinfo=UTC)}
    camera = replace(kitchen.camera, place=PlaceCheck(standing=standing, **who))  # type: ignore[arg-type]
    kitchen.registry.update_camera(camera, camera.version)

    assert kitchen.keeper.start_all() == []
    assert kitchen.fleet.statuses() == []
    assert kitchen.judge.zones == {}


def test_a_camera_is_watched_from_the_moment_its_place_is_confirmed(kitchen: Kitchen) -> None:
    waiting = kitchen.registry.update_camera(kitchen.camera.asked_about(), kitchen.camera.version)
    kitchen.keeper.start_all()
    place = PlaceCheck(standing=PlaceStanding.CONFIRMED, by="li", at=datetime(2026, 1, 5, tzinfo=UTC))
    stored = kitchen.registry.update_camera(replace(waiting, place=place), waiting.version)
    kitchen.keeper.camera_saved(stored)

    assert [status.camera_id for status in kitchen.fleet.statuses()] == [kitchen.camera.camera_id]
    assert kitchen.camera.camera_id in kitchen.judge.zones


def test_cameras_of_the_command_line_are_excused(kitchen: Kitchen) -> None:
    assert kitchen.camera.place.standing is PlaceStanding.EXCUSED
    assert kitchen.camera.is_watched
