import threading

import pytest
from sqlalchemy import text

from alerts.errors import JournalError
from alerts.ports import CameraPlace
from domain.ids import CameraId, EnterpriseId, SiteId
from service.storage.camera_places import LONGEST_MEMORY_SECONDS, SqlCameraPlaces
from service.storage.database import Database
from service.storage.registry import SqlRegistry
from tests.credit.registry_contract import fill
from tests.credit.samples import camera

FIRST = CameraId("camera-1")
PLACE = CameraPlace(enterprise_id=EnterpriseId("enterprise-1"), site_id=SiteId("site-1"), timezone="America/New_York")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_camera_has_the_place_of_its_site(database: Database) -> None:
    fill(SqlRegistry(database))
    places = SqlCameraPlaces(database)

    assert places.place(FIRST) == PLACE
    assert places.place(CameraId("no")) is None


def test_a_change_of_the_registry_is_seen_at_once(database: Database) -> None:
    places = SqlCameraPlaces(database)
    registry = SqlRegistry(database, on_change=places.forget)
    fill(registry)
    assert places.place(FIRST) == PLACE
    registry.update_camera(camera(1, of=2), 1)

    moved = places.place(FIRST)
    registry.delete_camera(FIRST)

    assert moved is not None
    assert moved.site_id == "site-2"
    assert places.place(FIRST) is None


def test_a_change_by_another_process_is_seen_within_a_minute(database: Database) -> None:
    clock = Clock()
    places = SqlCameraPlaces(database, clock)
    registry = SqlRegistry(database)
    fill(registry)
    places.place(FIRST)
    registry.delete_camera(FIRST)

    clock.seconds = LONGEST_MEMORY_SECONDS - 1
    assert places.place(FIRST) == PLACE
    clock.seconds = LONGEST_MEMORY_SECONDS
    assert places.place(FIRST) is None


def test_a_known_place_is_given_while_the_database_is_away(database: Database) -> None:
    clock = Clock()
    places = SqlCameraPlaces(database, clock)
    fill(SqlRegistry(database))
    places.place(FIRST)
    with database.transaction() as connection:
        connection.execute(text("ALTER TABLE cameras RENAME TO elsewhere"))
    clock.seconds = 2 * LONGEST_MEMORY_SECONDS

    assert places.place(FIRST) == PLACE
    with pytest.raises(JournalError):
        places.place(CameraId("camera-2"))


def test_what_was_read_before_a_change_is_not_remembered_after_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = SqlCameraPlaces(database)
    registry = SqlRegistry(database, on_change=places.forget)
    fill(registry)
    read, may_return = threading.Event(), threading.Event()
    real_read = places._read

    def slow_read(camera_id: CameraId) -> CameraPlace | None:
        found = real_read(camera_id)
        read.set()
        may_return.wait(10)
        return found

    monkeypatch.setattr(places, "_read", slow_read)
    reader = threading.Thread(target=places.place, args=(FIRST,))
    reader.start()
    read.wait(10)
    registry.delete_camera(FIRST)
    may_return.set()
    reader.join()

    assert places.place(FIRST) is None
