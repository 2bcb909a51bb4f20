from collections.abc import Sequence

from domain.geometry import Polygon
from domain.ids import CameraId, ZoneId
from domain.zone import Zone, ZoneType
from service.guarded_parts import GuardedZones

CAMERA = CameraId("camera-1")
HALF = Polygon.of([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)])


def zone(kind: ZoneType) -> Zone:
    return Zone(zone_id=ZoneId(kind.value), camera_id=CAMERA, name=kind.value, type=kind, polygon=HALF)


def test_the_fleet_is_told_of_private_parts_and_of_no_others_at_each_change() -> None:
    told: list[tuple[CameraId, Sequence[Polygon]]] = []
    guarded = GuardedZones(lambda camera_id, zones: told.append((camera_id, zones)))

    guarded.configure(CAMERA, [zone(ZoneType.COOKING), zone(ZoneType.SCREEN)])
    assert (guarded.has_private(CAMERA), guarded.screens(CAMERA)) == (False, (HALF,))
    guarded.configure(CAMERA, [zone(ZoneType.PRIVATE)])
    assert (guarded.has_private(CAMERA), guarded.screens(CAMERA)) == (True, ())
    guarded.configure(CAMERA, [])
    assert not guarded.has_private(CAMERA)

    assert told == [(CAMERA, ()), (CAMERA, (HALF,)), (CAMERA, ())]


def test_a_camera_that_is_removed_is_never_told_to_be_shown_whole() -> None:
    told: list[Sequence[Polygon]] = []
    guarded = GuardedZones(lambda _camera_id, zones: told.append(zones))
    guarded.configure(CAMERA, [zone(ZoneType.PRIVATE)])
    guarded.remove(CAMERA)
    assert told == [(HALF,)]
    assert not guarded.has_private(CAMERA)
