from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.zone import Zone, ZoneType
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
