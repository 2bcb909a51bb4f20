"""What a request makes of a camera, once its fields have been checked."""

from dataclasses import replace
from typing import Any

from api.callers import Caller
from api.errors import FieldError
from api.fields import given
from api.schemas.registry import CameraBody, CameraPatch, SourcePatch
from api.services import ApiServices
from api.sources import require_allowed, shown_location
from credit.errors import UnknownParentError
from domain.ids import CameraId, SiteId
from domain.organisation import Camera, Pause, Source

ANALYSIS_FIELD = "body.analysis_location"


def new_camera(body: CameraBody, caller: Caller, services: ApiServices) -> Camera:
    """The camera that was sent, under a new id. Raises FieldError, ForbiddenError or UnknownParentError."""
    require_site(body.site_id, caller, services)
    require_allowed(body.source.location, caller, services.settings.source_schemes)
    if body.analysis_location is not None:
        require_allowed(body.analysis_location, caller, services.settings.source_schemes, ANALYSIS_FIELD)
    source = body.source
    camera = Camera(
        camera_id=CameraId(services.new_id()),
        site_id=SiteId(body.site_id),
        name=body.name,
        source=Source(location=source.location, transport=source.transport, pace=source.pace, loops=source.loops),
        analysed_fps=body.analysed_fps,
        codes=known_codes(body.codes, services),
        external_id=body.external_id,
        analysis_location=body.analysis_location,
    )
    camera = camera.asked_about() if services.settings.asks_for_places else camera
    return camera if body.is_enabled else camera.paused(pause_by(caller, services))


def changed_camera(camera: Camera, body: CameraPatch, caller: Caller, services: ApiServices) -> Camera:
    """The camera with what was sent. Raises FieldError, ForbiddenError or UnknownParentError."""
    sent = given(body)
    if body.site_id is not None:
        require_site(body.site_id, caller, services)
    source = camera.source if body.source is None else _changed_source(camera.source, body.source, caller, services)
    changed = replace(
        camera,
        site_id=camera.site_id if body.site_id is None else SiteId(body.site_id),
        name=body.name or camera.name,
        source=source,
        analysed_fps=body.analysed_fps or camera.analysed_fps,
        codes=known_codes(body.codes, services) if "codes" in sent else camera.codes,
        external_id=sent.get("external_id", camera.external_id),
        analysis_location=_analysis_location(camera, source, sent, caller, services),
    )
    if services.settings.asks_for_places:
        changed = changed.asked_again_after(camera)
    if body.is_enabled is None or body.is_enabled == camera.is_enabled:
        return changed
    return changed.resumed() if body.is_enabled else changed.paused(pause_by(caller, services))


def pause_by(caller: Caller, services: ApiServices, reason: str = "") -> Pause:
    return Pause(by=caller.account.name, at=services.now(), reason=reason)


def require_site(site_id: str, caller: Caller, services: ApiServices) -> None:
    """Raise UnknownParentError for a site that is none, or outside the caller's scope."""
    if services.registry.get_site(SiteId(site_id), caller.scope) is None:
        raise UnknownParentError("site", site_id)


def known_codes(codes: list[str] | None, services: ApiServices) -> frozenset[str] | None:
    """The codes. Raises FieldError for one that the catalogue does not have."""
    if codes is None:
        return None
    for code in codes:
        if services.code(code) is None:
            raise FieldError("body.codes", "codes of the catalogue (GET /api/v1/codes)", f"{code[:60]!r}")
    return frozenset(codes)


def _changed_source(source: Source, patch: SourcePatch, caller: Caller, services: ApiServices) -> Source:
    """The source with what was sent. The redacted location, sent back by a form, means: as it is."""
    location = source.location
    if patch.location is not None and patch.location not in {source.location, shown_location(source.location)}:
        require_allowed(patch.location, caller, services.settings.source_schemes)
        location = patch.location
    return Source(
        location=location,
        transport=patch.transport or source.transport,
        pace=patch.pace or source.pace,
        loops=source.loops if patch.loops is None else patch.loops,
    )


def _analysis_location(
    camera: Camera, source: Source, sent: dict[str, Any], caller: Caller, services: ApiServices
) -> str | None:
    """The smaller stream's address: as it is, as sent, or none where the camera behind it may be another one now."""
    known = camera.analysis_location
    if "analysis_location" not in sent:
        return known if source.location == camera.source.location else None
    wanted: str | None = sent["analysis_location"]
    if wanted is None or (known is not None and wanted in {known, shown_location(known)}):
        return known if wanted is not None else None
    require_allowed(wanted, caller, services.settings.source_schemes, ANALYSIS_FIELD)
    return wanted
