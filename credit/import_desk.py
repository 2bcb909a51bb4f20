"""Tables of cameras against the registry: what they come to, and storing it, all or none."""

from collections.abc import Iterable
from dataclasses import dataclass

from credit.camera_import import Importer, Plan, plan
from credit.camera_sheet import Sheet, SheetRow, read_sheet
from credit.ports import Registry
from domain.ids import SiteId
from domain.organisation import Camera, Site
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What became of a table. `stored` are the cameras as they lie in the registry now; none if nothing was stored."""

    plan: Plan
    is_stored: bool
    stored: tuple[Camera, ...] = ()


def import_cameras(
    registry: Registry,
    content: bytes,
    scope: Scope,
    importer: Importer,
    *,
    most_rows: int,
    is_dry_run: bool,
    skips_faulty: bool,
) -> Import:
    """Read the table and store what it says, unless it is a dry run or has a fault that shall not be skipped.

    Raises the errors of Registry.store_cameras where somebody else was quicker with a name or a change.
    """
    sheet = read_sheet(content, most_rows=most_rows)
    sites = {site.site_id: site for site in registry.list_sites(scope)} | _named(registry, sheet.rows, scope)
    planned = plan(sheet, list(sites.values()), _cameras(registry, sheet, sites.values(), scope), importer)
    if is_dry_run or not sheet.rows or (planned.faults and not skips_faulty):
        return Import(plan=planned, is_stored=False)
    stored = registry.store_cameras(planned.added, planned.changed) if planned.added or planned.changed else []
    return Import(plan=planned, is_stored=True, stored=tuple(stored))


def _named(registry: Registry, rows: Iterable[SheetRow], scope: Scope) -> dict[SiteId, Site]:
    """Sites that the table names by id: lists end somewhere, and theirs may lie behind."""
    named = {SiteId(row.cells["site_id"]) for row in rows if "site_id" in row.cells}
    return {site_id: site for site_id in named if (site := registry.get_site(site_id, scope)) is not None}


def _cameras(registry: Registry, sheet: Sheet, sites: Iterable[Site], scope: Scope) -> list[Camera]:
    """All cameras that the scope shows, and every one of the sites that the table names, however many there are."""
    wanted = {row.cells.get("site_id") or row.cells.get("site") for row in sheet.rows}
    found = {camera.camera_id: camera for camera in registry.list_cameras(scope)}
    for site in sites:
        if site.site_id in wanted or site.name in wanted:
            found |= {camera.camera_id: camera for camera in registry.list_cameras(scope, site.site_id)}
    return list(found.values())
