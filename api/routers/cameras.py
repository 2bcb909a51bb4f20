"""Cameras: what they are, how they are, and their newest picture."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Header, Response

from api.callers import Caller
from api.camera_changes import changed_camera, new_camera, pause_by
from api.conditions import cause_of, condition_of
from api.dependencies import CameraKeeper, Parts, PartsOf, Reader, Services, Unmasked
from api.errors import NodeCameraError, NotFoundError
from api.fields import PathId, QueryId
from api.schemas.registry import (
    CameraBody,
    CameraPage,
    CameraPatch,
    CameraStatusPage,
    CameraStatusView,
    CameraView,
    PauseBody,
    PauseView,
    PropertiesView,
)
from api.services import ApiServices
from api.sources import shown_location
from api.tags import expected_version, version_tag
from credit.errors import VersionConflictError
from domain.ids import CameraId, SiteId
from domain.organisation import Camera
from domain.scope import Scope
from streams.ports import StreamStatus

log = structlog.get_logger(__name__)

router = APIRouter(tags=["cameras"])

IfMatch = Annotated[str | None, Header(description='The ETag the change was made from, such as "3".', max_length=100)]
JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}, "description": "The newest picture."}}


def camera_in_scope(services: ApiServices, camera_id: str, scope: Scope) -> Camera:
    """Raises NotFoundError."""
    camera = services.registry.get_camera(CameraId(camera_id), scope)
    if camera is None:
        raise NotFoundError("camera", camera_id)
    return camera


def own_camera_in_scope(services: ApiServices, camera_id: str, scope: Scope) -> Camera:
    """One that can be changed here. Raises NotFoundError and NodeCameraError."""
    camera = camera_in_scope(services, camera_id, scope)
    if camera.node_id is not None:
        raise NodeCameraError(camera_id, camera.node_id)
    return camera


@router.get("/cameras")
def list_cameras(caller: Reader, services: Services, site_id: QueryId | None = None) -> CameraPage:
    """In order of name. Locations are shown without their credentials."""
    wanted = None if site_id is None else SiteId(site_id)
    return CameraPage(items=[CameraView.of(camera) for camera in services.registry.list_cameras(caller.scope, wanted)])


@router.post("/cameras", status_code=201)
def add_camera(body: CameraBody, response: Response, caller: CameraKeeper, services: Services) -> CameraView:
    """Add a camera; the service starts on it at once, and its status tells how that goes."""
    camera = new_camera(body, caller, services)
    services.registry.add_camera(camera)
    services.control.camera_saved(camera)
    response.headers["Location"] = f"/api/v1/cameras/{camera.camera_id}"
    return _shown(camera, response)


@router.get("/cameras/status")
def list_statuses(caller: Reader, parts: PartsOf, site_id: QueryId | None = None) -> CameraStatusPage:
    """How every camera is now."""
    wanted = None if site_id is None else SiteId(site_id)
    cameras = parts.services.registry.list_cameras(caller.scope, wanted)
    known = {status.camera_id: status for status in parts.services.fleet.statuses()}
    return CameraStatusPage(items=[_status(camera, known.get(camera.camera_id), parts) for camera in cameras])


@router.get("/cameras/{camera_id}")
def read_camera(camera_id: PathId, response: Response, caller: Reader, services: Services) -> CameraView:
    return _shown(camera_in_scope(services, camera_id, caller.scope), response)


@router.patch("/cameras/{camera_id}")
def change_camera(
    *,
    camera_id: PathId,
    body: CameraPatch,
    response: Response,
    caller: CameraKeeper,
    services: Services,
    if_match: IfMatch = None,
) -> CameraView:
    """Change what was sent, if nobody changed it since the version named (else 412)."""
    camera = own_camera_in_scope(services, camera_id, caller.scope)
    version = expected_version(if_match, body.version)
    changed = changed_camera(camera, body, caller, services)
    stored = services.registry.update_camera(changed, version)
    services.control.camera_saved(stored)
    _note_switch(camera, stored, caller)
    return _shown(stored, response)


@router.post("/cameras/{camera_id}/pause")
def pause_camera(
    camera_id: PathId, body: PauseBody, response: Response, caller: CameraKeeper, services: Services
) -> CameraView:
    """Stop looking through the camera until it is resumed, also after a restart. What is open there ends.

    A camera that is paused already keeps who paused it, when and why.
    """
    camera = camera_in_scope(services, camera_id, caller.scope)
    if camera.pause is not None:
        return _shown(camera, response)
    return _switched(camera, camera.paused(pause_by(caller, services, body.reason)), response, caller, services)


@router.post("/cameras/{camera_id}/resume")
def resume_camera(camera_id: PathId, response: Response, caller: CameraKeeper, services: Services) -> CameraView:
    """Look through a paused camera again."""
    camera = camera_in_scope(services, camera_id, caller.scope)
    if camera.is_enabled:
        return _shown(camera, response)
    return _switched(camera, camera.resumed(), response, caller, services)


def _switched(camera: Camera, wanted: Camera, response: Response, caller: Caller, services: ApiServices) -> CameraView:
    stored = services.registry.update_camera(wanted, camera.version)
    services.control.camera_saved(stored)
    _note_switch(camera, stored, caller)
    return _shown(stored, response)


def _note_switch(before: Camera, after: Camera, caller: Caller) -> None:
    """Who paused and who resumed stays in the log, also once the next pause has taken the place of this one."""
    if before.is_enabled != after.is_enabled:
        name = "camera_resumed" if after.is_enabled else "camera_paused"
        reason = after.pause.reason if after.pause else None
        log.info(name, camera_id=after.camera_id, by=caller.account.name, reason=reason)


@router.delete("/cameras/{camera_id}", status_code=204)
def delete_camera(camera_id: PathId, caller: CameraKeeper, services: Services, if_match: IfMatch = None) -> None:
    """Remove the camera with its zones. Alerts and evidence that it gave rise to stay."""
    camera = own_camera_in_scope(services, camera_id, caller.scope)
    version = expected_version(if_match, None)
    if version != camera.version:
        raise VersionConflictError("camera", camera_id, expected_version=version, found_version=camera.version)
    services.registry.delete_camera(camera.camera_id)
    services.control.camera_deleted(camera.camera_id)


@router.get("/cameras/{camera_id}/status")
def read_status(camera_id: PathId, caller: Reader, parts: PartsOf) -> CameraStatusView:
    """How the camera is now; without a fresh picture nothing is known of the place."""
    camera = camera_in_scope(parts.services, camera_id, caller.scope)
    return _status(camera, parts.services.fleet.status(camera.camera_id), parts)


@router.get("/cameras/{camera_id}/still.jpg", response_class=Response, responses=JPEG)
def read_still(camera_id: PathId, caller: Unmasked, parts: PartsOf) -> Response:
    """The newest picture, small; 503 if there is no fresh one. Headers tell when it was taken and how old it is."""
    camera = camera_in_scope(parts.services, camera_id, caller.scope)
    still = parts.stills.still(camera, parts.services.clock())
    headers = {
        "X-Captured-At": still.captured_at.isoformat(),
        "X-Frame-Age-Seconds": f"{still.age_seconds:.2f}",
        "Cache-Control": "no-store",
    }
    return Response(still.content, media_type="image/jpeg", headers=headers)


def _status(camera: Camera, status: StreamStatus | None, parts: Parts) -> CameraStatusView:
    frame = parts.services.fleet.latest_frame(camera.camera_id)
    age = None if frame is None else max(0.0, parts.services.clock() - frame.clock)
    known = status.properties if status else None
    last_at = frame.captured_at if frame else (status.last_frame_at if status else None)
    if age is None and last_at is not None:  # no longer held: by the wall clock, which is what it was stamped with
        age = max(0.0, (parts.services.now() - last_at).total_seconds())
    return CameraStatusView(
        camera_id=camera.camera_id,
        state=status.state if status else "stopped",
        condition=condition_of(camera, status),
        pause=None if camera.pause is None else PauseView.of(camera.pause),
        since=status.since if status else (camera.pause.at if camera.pause else None),
        cause=cause_of(camera, status),
        detail=shown_location(status.detail) if status and status.detail else None,
        has_fresh_picture=frame is not None and age is not None and age <= parts.stills.limit_seconds(camera),
        last_frame_at=last_at,
        frame_age_seconds=age,
        properties=None
        if known is None
        else PropertiesView(
            codec=known.codec,
            width_px=known.width_px,
            height_px=known.height_px,
            declared_fps=known.declared_fps,
            decoder=known.decoder,
        ),
        frames_decoded=status.frames_decoded if status else 0,
        frames_analysed=status.frames_analysed if status else 0,
        frames_dropped=status.frames_dropped if status else 0,
        reconnects=status.reconnects if status else 0,
        analysed_fps=status.analysed_fps if status else None,
        is_slowed=status.is_slowed if status else False,
        is_idle=status.is_idle if status else False,
        clock_offset_seconds=status.clock_offset_seconds if status else None,
    )


def _shown(camera: Camera, response: Response) -> CameraView:
    response.headers["ETag"] = version_tag(camera.version)
    return CameraView.of(camera)
