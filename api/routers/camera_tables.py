"""Cameras as tables: import from CSV, and export."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response

from api.callers import Caller
from api.dependencies import CameraKeeper, Reader, Services
from api.errors import CameraTableError, FieldError, ForbiddenError
from api.schemas.camera_import import CameraImportView
from api.services import ApiServices
from api.sources import require_allowed, shown_location
from credit.camera_import import Importer, Refusal
from credit.camera_sheet import write_sheet
from credit.import_desk import import_cameras
from credit.ports import Registry
from domain.organisation import Camera, Site
from domain.scope import Scope

log = structlog.get_logger(__name__)

router = APIRouter(tags=["cameras"])

CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "The table."}}
CSV_BODY = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/cameras/import", openapi_extra=CSV_BODY)
def import_camera_table(
    content: Annotated[bytes, Depends(_body)],
    caller: CameraKeeper,
    services: Services,
    dry_run: Annotated[bool, Query(description="Only tell what would be done.")] = True,
    skip_faulty: Annotated[bool, Query(description="Store the other rows although some are wrong.")] = False,
) -> CameraImportView:
    """Add and change cameras from CSV: without a fault all at once, with one nothing (unless `skip_faulty`).

    Columns: camera_id, external_id, site_id or site, name, location, transport, analysed_fps, is_enabled, codes,
    analysis_location. The same table twice changes nothing. Begin with a dry run; that is the default.
    """
    done = import_cameras(
        services.registry,
        content,
        caller.scope,
        _importer(caller, services),
        most_rows=services.settings.import_rows,
        is_dry_run=dry_run,
        skips_faulty=skip_faulty,
    )
    if not dry_run and not done.is_stored:
        raise CameraTableError([asdict(fault) for fault in done.plan.faults])
    for camera in done.stored:
        services.control.camera_saved(camera)
    if done.stored:
        log.info("cameras_imported", by=caller.account.name, cameras=len(done.stored), faults=len(done.plan.faults))
    return CameraImportView.of(done)


@router.get("/cameras/export.csv", response_class=Response, responses=CSV)
def export_camera_table(caller: Reader, services: Services) -> Response:
    """All cameras that one may see, as the import reads them; addresses without their logins."""
    content = export_table(services.registry, caller.scope)
    headers = {"Content-Disposition": 'attachment; filename="cameras.csv"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def export_table(registry: Registry, scope: Scope) -> bytes:
    """The cameras inside the scope as CSV."""
    sites = {site.site_id: site for site in registry.list_sites(scope)}
    own = (camera for camera in registry.list_cameras(scope) if camera.node_id is None)
    return write_sheet(_cells(camera, sites.get(camera.site_id)) for camera in own)


def _importer(caller: Caller, services: ApiServices) -> Importer:
    def refusal(location: str) -> Refusal | None:
        try:
            require_allowed(location, caller, services.settings.source_schemes)
        except FieldError as error:
            return error.expected, error.found
        except ForbiddenError:
            return "an address in the network (files and devices: administrators)", "a file or a device"
        return None

    return Importer(
        by=caller.account.name,
        at=services.now(),
        new_id=services.new_id,
        refusal=refusal,
        shown_address=shown_location,
        known_codes=frozenset(entry.risk.code for entry in services.catalogue),
        asks_for_places=services.settings.asks_for_places,
    )


def _cells(camera: Camera, site: Site | None) -> Mapping[str, str]:
    smaller = camera.analysis_location
    return {
        "camera_id": camera.camera_id,
        "external_id": camera.external_id or "",
        "site_id": camera.site_id,
        "site": site.name if site else "",
        "name": camera.name,
        "location": shown_location(camera.source.location),
        "transport": camera.source.transport.value,
        "analysed_fps": f"{camera.analysed_fps:g}",
        "is_enabled": "yes" if camera.is_enabled else "no",
        "codes": " ".join(sorted(camera.codes or ())),
        "analysis_location": "" if smaller is None else shown_location(smaller),
    }
