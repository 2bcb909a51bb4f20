"""A person looks at what a camera shows, before anything of it is analysed or kept."""

from dataclasses import replace
from typing import Any

import structlog
from fastapi import APIRouter, Response

from api.dependencies import CameraKeeper, PartsOf
from api.fields import PathId
from api.permissions import Permission
from api.routers.cameras import own_camera_in_scope
from api.schemas.registry import CameraView, PlaceBody
from api.tags import version_tag
from domain.place_check import PlaceCheck, PlaceStanding
from domain.zone import ZoneType

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/cameras", tags=["cameras"])

JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}, "description": "What it shows now."}}


@router.get("/{camera_id}/first-picture.jpg", response_class=Response, responses=JPEG)
def read_first_picture(camera_id: PathId, caller: CameraKeeper, parts: PartsOf) -> Response:
    """What the camera shows, also before it is watched; it is opened for one picture, which nobody keeps.

    The ETag is what `place` asks for. Needs the permission to see unmasked pictures too.
    """
    caller.require(Permission.SEE_UNMASKED)
    services = parts.services
    camera = own_camera_in_scope(services, camera_id, caller.scope)
    private = [zone.polygon for zone in services.registry.list_zones(camera.camera_id) if zone.type is ZoneType.PRIVATE]
    shown = parts.first_pictures.take(camera, private, caller.account.user_id)
    headers = {"ETag": f'"{shown.sha256}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(shown.content, media_type="image/jpeg", headers=headers)


@router.post("/{camera_id}/place")
def judge_place(
    camera_id: PathId, body: PlaceBody, response: Response, caller: CameraKeeper, parts: PartsOf
) -> CameraView:
    """Say that the camera shows no place that must not be watched, or that it does: then it never is.

    The picture must have been shown to the same account within a quarter of an hour.
    """
    caller.require(Permission.SEE_UNMASKED)
    services = parts.services
    camera = own_camera_in_scope(services, camera_id, caller.scope)
    parts.first_pictures.require_seen(camera.camera_id, caller.account.user_id, body.picture_sha256)
    place = PlaceCheck(
        standing=PlaceStanding(body.verdict),
        by=caller.account.name,
        at=services.now(),
        picture_sha256=body.picture_sha256,
        note=body.note,
    )
    stored = services.registry.update_camera(replace(camera, place=place), camera.version)
    services.control.camera_saved(stored)
    log.info("camera_place_judged", camera_id=camera_id, verdict=body.verdict, by=caller.account.name)
    response.headers["ETag"] = version_tag(stored.version)
    return CameraView.of(stored)
