"""Zones of a camera: polygons in fractions of its picture."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.dependencies import CameraKeeper, Reader, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.routers.cameras import camera_in_scope, own_camera_in_scope
from api.schemas.registry import PointBody, ZoneBody, ZoneHoursBody, ZonePage, ZonePatch, ZoneView
from api.services import ApiServices
from api.tags import expected_version, version_tag
from api.zone_standing import asleep
from domain.geometry import Point, Polygon
from domain.ids import CameraId, ZoneId
from domain.scope import Scope
from domain.zone import Zone, ZoneType
from domain.zone_hours import ZoneHours

router = APIRouter(tags=["zones"])

IfMatch = Annotated[str | None, Header(description='The ETag the change was made from, such as "3".', max_length=100)]


def _polygon(corners: Sequence[PointBody]) -> Polygon:
    try:
        return Polygon(tuple(Point(corner.x, corner.y) for corner in corners))
    except ValueError as error:
        raise FieldError("body.corners", str(error), f"{len(corners)} corners") from error


def _hours(body: ZoneHoursBody | None, kind: ZoneType) -> ZoneHours | None:
    """Raises FieldError, also where the zone covers what must not be seen: that has no hours."""
    if body is None:
        return None
    if not kind.may_have_hours:
        expected = f"null, for what is {kind} is covered at all times"
        raise FieldError("body.hours", expected, f"a zone that holds {body.holds}")
    try:
        return body.zone_hours()
    except ValueError as error:
        raise FieldError("body.hours", str(error), "another value") from error


def _zone(services: ApiServices, zone_id: str, scope: Scope) -> Zone:
    """The zone, if its camera lies inside the scope. Raises NotFoundError."""
    zone = services.registry.get_zone(ZoneId(zone_id))
    if zone is None or services.registry.get_camera(zone.camera_id, scope) is None:
        raise NotFoundError("zone", zone_id)
    return zone


def _own_zone(services: ApiServices, zone_id: str, scope: Scope) -> Zone:
    """One that can be changed here. Raises NotFoundError and NodeCameraError."""
    zone = _zone(services, zone_id, scope)
    own_camera_in_scope(services, zone.camera_id, scope)
    return zone


@router.get("/cameras/{camera_id}/zones")
def list_zones(camera_id: PathId, caller: Reader, services: Services) -> ZonePage:
    camera = camera_in_scope(services, camera_id, caller.scope)
    zones = services.registry.list_zones(camera.camera_id)
    sleeping = asleep(services, camera.site_id, zones)
    return ZonePage(items=[ZoneView.of(zone, is_asleep=zone.zone_id in sleeping) for zone in zones])


@router.post("/cameras/{camera_id}/zones", status_code=201)
def add_zone(
    camera_id: PathId, body: ZoneBody, response: Response, caller: CameraKeeper, services: Services
) -> ZoneView:
    camera = own_camera_in_scope(services, camera_id, caller.scope)
    zone = Zone(
        zone_id=ZoneId(services.new_id()),
        camera_id=camera.camera_id,
        name=body.name,
        type=body.type,
        polygon=_polygon(body.corners),
        hours=_hours(body.hours, body.type),
    )
    services.registry.add_zone(zone)
    _tell(services, camera.camera_id)
    response.headers["Location"] = f"/api/v1/zones/{zone.zone_id}"
    return _shown(services, zone, response)


@router.get("/zones/{zone_id}")
def read_zone(zone_id: PathId, response: Response, caller: Reader, services: Services) -> ZoneView:
    return _shown(services, _zone(services, zone_id, caller.scope), response)


@router.patch("/zones/{zone_id}")
def change_zone(
    *,
    zone_id: PathId,
    body: ZonePatch,
    response: Response,
    caller: CameraKeeper,
    services: Services,
    if_match: IfMatch = None,
) -> ZoneView:
    """Change what was sent, if nobody changed it since the version named (else 412). `hours` null: it always holds."""
    zone = _own_zone(services, zone_id, caller.scope)
    kept = None if zone.hours is None else ZoneHoursBody.of(zone.hours)
    changed = replace(
        zone,
        name=body.name or zone.name,
        type=body.type or zone.type,
        polygon=zone.polygon if body.corners is None else _polygon(body.corners),
        hours=_hours(body.hours if "hours" in body.model_fields_set else kept, body.type or zone.type),
    )
    stored = services.registry.update_zone(changed, expected_version(if_match, body.version))
    _tell(services, zone.camera_id)
    return _shown(services, stored, response)


@router.delete("/zones/{zone_id}", status_code=204)
def delete_zone(zone_id: PathId, caller: CameraKeeper, services: Services, if_match: IfMatch = None) -> None:
    """Remove the zone, if nobody changed it since the version named (else 412)."""
    zone = _own_zone(services, zone_id, caller.scope)
    services.registry.delete_zone(zone.zone_id, expected_version(if_match, None))
    _tell(services, zone.camera_id)


def _tell(services: ApiServices, camera_id: CameraId) -> None:
    services.control.zones_changed(camera_id, services.registry.list_zones(camera_id))


def _shown(services: ApiServices, zone: Zone, response: Response) -> ZoneView:
    response.headers["ETag"] = version_tag(zone.version)
    camera = services.registry.get_camera(zone.camera_id, Scope.everything())
    is_asleep = camera is not None and bool(asleep(services, camera.site_id, [zone]))
    return ZoneView.of(zone, is_asleep=is_asleep)
