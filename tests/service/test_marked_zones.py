from dataclasses import replace
from datetime import UTC, datetime, time

from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.schedule import OpenHours, Schedule
from domain.zone import Zone, ZoneType
from domain.zone_hours import Holds, ZoneHours
from service.marked_zones import MarkedZones

CAMERA = CameraId("camera-1")


def zone(kind: ZoneType, *corners: tuple[float, float]) -> Zone:
    return Zone(zone_id=ZoneId(kind.value), camera_id=CAMERA, name=kind.value, type=kind, polygon=Polygon.of(corners))


STORAGE = zone(ZoneType.STORAGE, (0.1, 0.6), (0.5, 0.5), (0.4, 0.9))
COOKING = zone(ZoneType.COOKING, (0.5, 0.1), (0.9, 0.1), (0.9, 0.4))


def test_only_zones_of_the_marked_types_are_told_by_the_box_around_them() -> None:
    marked = MarkedZones([ZoneType.STORAGE])
    marked.configure(CAMERA, [STORAGE, COOKING])
    assert marked.boxes(CAMERA) == (Box(0.1, 0.5, 0.5, 0.9),)
    assert marked.boxes(CameraId("another")) == ()


def test_a_change_of_zones_and_a_removed_camera_are_taken_over() -> None:
    marked = MarkedZones([ZoneType.STORAGE])
    marked.configure(CAMERA, [STORAGE])
    marked.configure(CAMERA, [COOKING])
    assert marked.boxes(CAMERA) == ()
    marked.configure(CAMERA, [STORAGE])
    marked.remove(CAMERA)
    assert marked.boxes(CAMERA) == ()


def test_a_zone_that_sleeps_gets_no_closer_looks() -> None:
    noon = datetime(2026, 1, 5, 4, tzinfo=UTC)  # a Monday
    kitchen = Schedule(hours=(OpenHours(weekday=0, start=time(9), end=time(21)),))
    marked = MarkedZones([ZoneType.STORAGE], lambda: noon)

    shown = []
    for holds in Holds:
        marked.configure(CAMERA, [replace(STORAGE, hours=ZoneHours(holds=holds))], kitchen)
        shown.append(len(marked.boxes(CAMERA)))

    assert shown == [1, 0]
