"""Cameras: what they are, how they are, and their newest picture."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from api.callers import Caller
from api.dependencies import CameraKeeper, Parts, PartsOf, Reader, Services, Unmasked
from api.errors import FieldError, NotFoundError
from api.fields import PathId, QueryId, given
from api.permissions import Permission
from api.schemas.registry import (
    CameraBody,
    CameraPage,
    CameraPatch,
    CameraStatusPage,
    CameraStatusView,
    CameraView,
    PropertiesView,
    SourcePatch,
)
from api.services import ApiServices
from api.sources import FIELD, LOCAL, scheme_of, shown_location
from api.tags import expected_version, version_tag
from credit.errors import UnknownParentError, VersionConflictError
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Source
from domain.scope import Scope
from streams.ports import StreamStatus

router = APIRouter(tags=["cameras"])

IfMatch = Annotated[str | None, Header(description='The ETag the change was made from, such as "3".', max_length=100)]
JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}, "description": "The newest picture."}}


def camera_in_scope(services: ApiServices, camera_id: str, scope: Scope) -> Camera:
    """Raises NotFoundError."""
    camera = services.registry.get_camera(CameraId(camera_id), scope)
    if camera is None:
        raise NotFoundError("camera", camera_id)
    return camera


@router.get("/cameras")
def list_cameras(caller: Reader, services: Services, site_id: QueryId | None = None) -> CameraPage:
    """In order of name. Locations are shown without their credentials."""
    wanted = None if site_id is None else SiteId(site_id)
    return CameraPage(items=[CameraView.of(camera) for camera in services.registry.list_cameras(caller.scope, wanted)])


@router.post("/cameras", status_code=201)
def add_camera(body: CameraBody, response: Response, caller: CameraKeeper, services: Services) -> CameraView:
    """Add a camera; the service starts on it at once, and its status tells how that goes."""
    if services.registry.get_site(SiteId(body.site_id), caller.scope) is None:
        raise UnknownParentError("site", body.site_id)
    _require_source_allowed(body.source.location, caller, services)
    camera = Camera(
        camera_id=CameraId(services.new_id()),
        site_id=SiteId(body.site_id),
        name=body.name,
        source=Source(
            location=body.source.location,
            transport=body.source.transport,
            pace=body.source.pace,
            loops=body.source.loops,
        ),
        analysed_fps=body.analysed_fps,
        is_enabled=body.is_enabled,
        codes=_known_codes(body.codes, services),
    )
    services.registry.add_camera(camera)
    services.control.camera_saved(camera)
    response.headers["Location"] = f"/api/v1/cameras/{camera.camera_id}"
    return _shown(camera, response)


def _require_source_allowed(location: str, caller: Caller, services: ApiServices) -> None:
    """Raise FieldError or ForbiddenError. A path makes the server read its own files: administrators only."""
    scheme = scheme_of(location)
    allowed = services.settings.source_schemes
    if scheme not in allowed:
        raise FieldError(FIELD, f"a source of the kind {', '.join(sorted(allowed))}", scheme)
    if scheme in LOCAL:
        caller.require(Permission.USE_LOCAL_SOURCES)


def _known_codes(codes: list[str] | None, services: ApiServices) -> frozenset[str] | None:
    if codes is None:
        return None
    for code in codes:
        if services.code(code) is None:
            raise FieldError("body.codes", "codes of the catalogue (GET /api/v1/codes)", f"{code[:60]!r}")
    return frozenset(codes)


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
    camera = camera_in_scope(services, camera_id, caller.scope)
    version = expected_version(if_match, body.version)
    sent = given(body)
    changed = replace(
        camera,
        name=body.name or camera.name,
        source=camera.source if body.source is None else _changed_source(camera.source, body.source, caller, services),
        analysed_fps=body.analysed_fps or camera.analysed_fps,
        is_enabled=camera.is_enabled if body.is_enabled is None else body.is_enabled,
        codes=_known_codes(body.codes, services) if "codes" in sent else camera.codes,
    )
    stored = services.registry.update_camera(changed, version)
    services.control.camera_saved(stored)
    return _shown(stored, response)


def _changed_source(source: Source, patch: SourcePatch, caller: Caller, services: ApiServices) -> Source:
    """The source with what was sent. The redacted location, sent back by a form, means: as it is."""
    location = source.location
    if patch.location is not None and patch.location not in {source.location, shown_location(source.location)}:
        _require_source_allowed(patch.location, caller, services)
        location = patch.location
    return Source(
        location=location,
        transport=patch.transport or source.transport,
        pace=patch.pace or source.pace,
        loops=source.loops if patch.loops is None else patch.loops,
    )


@router.delete("/cameras/{camera_id}", status_code=204)
def delete_camera(camera_id: PathId, caller: CameraKeeper, services: Services, if_match: IfMatch = None) -> None:
    """Remove the camera with its zones. Alerts and evidence that it gave rise to stay."""
    camera = camera_in_scope(services, camera_id, caller.scope)
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
    return CameraStatusView(
        camera_id=camera.camera_id,
        state=status.state if status else "stopped",
        condition=status.condition if status else "offline",
        since=status.since if status else None,
        cause=status.cause if status else (None if camera.is_enabled else "disabled"),
        detail=shown_location(status.detail) if status and status.detail else None,
        has_fresh_picture=age is not None and age <= parts.stills.limit_seconds(camera),
        last_frame_at=frame.captured_at if frame else (status.last_frame_at if status else None),
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
        is_idle=status.is_idle if status else False,
    )


def _shown(camera: Camera, response: Response) -> CameraView:
    response.headers["ETag"] = version_tag(camera.version)
    return CameraView.of(camera)
