from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from credit.ports import Registry
from credit.testing import InMemoryRegistry
from domain.geometry import Polygon
from domain.ids import CameraId
from domain.organisation import Camera, Pace, Source
from domain.scope import Scope
from domain.zone import ZoneType
from service.demo.cameras import Corner, Demo
from service.demo.enrolment import ensure_demo_cameras
from service.storage.database import Database
from service.storage.migrate import upgrade
from service.storage.registry import SqlRegistry

EVERYTHING = Scope.everything()
LEFT: tuple[Corner, ...] = ((0.0, 0.1), (0.55, 0.1), (0.55, 1.0), (0.0, 1.0))
RIGHT: tuple[Corner, ...] = ((0.45, 0.1), (1.0, 0.1), (1.0, 1.0))


def demo(*clips: str, polygon: tuple[Corner, ...] = LEFT) -> Demo:
    zone = {"zh": "专间", "en": "special room", "type": "special_room", "polygon": polygon}
    cameras = [
        {"clip": clip, "number": ord(clip[0]) - ord("a") + 1, "zh": "库房", "en": clip, "zones": [zone]}
        for clip in clips
    ]
    site = {"number": 1, "zh": "后厨", "en": "kitchen", "enterprise": {"zh": "餐厅", "en": "restaurant"}}
    return Demo.model_validate(
        {"made_by": "us", "licence": "AGPL-3.0-or-later", "sites": [{**site, "type": "restaurant", "cameras": cameras}]}
    )


@pytest.fixture(params=["memory", "sqlite"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    if request.param == "memory":
        yield InMemoryRegistry()
        return
    database = Database(f"sqlite:///{tmp_path}/demo.db")
    upgrade(database)
    yield SqlRegistry(database)
    database.close()


def names(registry: Registry) -> list[str]:
    return [camera.name for camera in registry.list_cameras(EVERYTHING)]


def test_clips_are_played_like_cameras_with_the_zones_of_the_file(registry: Registry) -> None:
    [camera] = ensure_demo_cameras(registry, demo("door"))

    assert (camera.name, camera.source.pace, camera.source.loops) == ("库房 (door)", Pace.LIVE, True)
    assert camera.source.location.endswith("door.mp4")
    [zone] = registry.list_zones(camera.camera_id)
    assert (zone.name, zone.type) == ("专间 (special room)", ZoneType.SPECIAL_ROOM)
    assert zone.polygon == Polygon.of(LEFT)


def test_a_second_start_changes_nothing(registry: Registry) -> None:
    first = ensure_demo_cameras(registry, demo("attic", "door"))
    zones = [registry.list_zones(camera.camera_id) for camera in first]

    assert ensure_demo_cameras(registry, demo("attic", "door")) == first
    assert [registry.list_zones(camera.camera_id) for camera in first] == zones
    assert len(registry.list_enterprises(EVERYTHING, None, 10)) == len(registry.list_sites(EVERYTHING)) == 1


def test_cameras_follow_the_package_when_it_moves(registry: Registry) -> None:
    [before] = ensure_demo_cameras(registry, demo("door"))
    elsewhere = replace(before, source=replace(before.source, location="/old/door.mp4"))
    registry.update_camera(elsewhere, expected_version=before.version)

    [after] = ensure_demo_cameras(registry, demo("door"))

    assert (after.camera_id, after.source) == (before.camera_id, before.source)


def test_cameras_of_an_earlier_demonstration_go_and_those_of_people_stay(registry: Registry) -> None:
    [kept] = ensure_demo_cameras(registry, demo("door"))
    for number, name in ((101, "后厨夜间 (kitchen at night)"), (102, "粗加工间 (preparation room)")):
        former = CameraId(f"00000000-0000-7000-8000-{number:012d}")
        source = Source(location="/old/kitchen_at_night.mp4", loops=True)
        registry.add_camera(Camera(camera_id=former, site_id=kept.site_id, name=name, source=source))
    own = CameraId("019b0000-0000-7000-8000-000000000001")
    source = Source(location="rtsp://192.0.2.1/1")
    registry.add_camera(Camera(camera_id=own, site_id=kept.site_id, name="my own", source=source))

    ensure_demo_cameras(registry, demo("door"))

    assert sorted(names(registry)) == ["my own", "库房 (door)"]


def test_names_and_zones_that_a_person_edited_stay(registry: Registry) -> None:
    [camera] = ensure_demo_cameras(registry, demo("door"))
    registry.update_camera(replace(camera, name="my door"), expected_version=camera.version)
    [zone] = registry.list_zones(camera.camera_id)
    registry.update_zone(replace(zone, polygon=Polygon.of(RIGHT)), expected_version=zone.version)

    ensure_demo_cameras(registry, demo("door"))

    assert names(registry) == ["my door"]
    assert [each.polygon for each in registry.list_zones(camera.camera_id)] == [Polygon.of(RIGHT)]


def test_zones_that_nobody_edited_follow_the_package(registry: Registry) -> None:
    [camera] = ensure_demo_cameras(registry, demo("door"))

    ensure_demo_cameras(registry, demo("door", polygon=RIGHT))

    assert [each.polygon for each in registry.list_zones(camera.camera_id)] == [Polygon.of(RIGHT)]


def test_enterprises_bear_no_real_firms_code(registry: Registry) -> None:
    ensure_demo_cameras(registry, demo("door"))

    [enterprise] = registry.list_enterprises(EVERYTHING, None, 10)
    assert str(enterprise.credit_code).startswith("91000000")
