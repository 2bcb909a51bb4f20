"""The demonstration's enterprises, sites, cameras and zones into the registry, as often as it is started."""

from dataclasses import replace

from credit.ports import Registry
from domain.credit_code import CreditCode
from domain.organisation import Camera, Enterprise, Site
from domain.scope import Scope
from domain.zone import Zone
from service.demo.cameras import ID_PREFIX, Demo, DemoSite

_EVERYTHING = Scope.everything()
_UNTOUCHED = 1  # the version of a zone that nobody has edited


def ensure_demo_cameras(registry: Registry, demo: Demo) -> list[Camera]:
    """All of it, there once however often it is called; cameras of an earlier demonstration go.

    A camera's path is brought up to date, for the package may have moved. Names and zones that a person edited stay as
    they are; a zone that a person deleted comes back.
    """
    return [camera for site in demo.sites for camera in _ensure_site(registry, site)]


def _ensure_site(registry: Registry, demo: DemoSite) -> list[Camera]:
    if registry.get_enterprise(demo.enterprise_id, _EVERYTHING) is None:
        registry.add_enterprise(
            Enterprise(
                enterprise_id=demo.enterprise_id,
                name=demo.enterprise.shown_name,
                # Valid, and in a region that is assigned to nobody.
                credit_code=CreditCode.generated(demo.number + 1),
                type=demo.type,
            )
        )
    if registry.get_site(demo.site_id, _EVERYTHING) is None:
        registry.add_site(Site(site_id=demo.site_id, enterprise_id=demo.enterprise_id, name=demo.shown_name))
    _remove_former(registry, demo)
    return [_ensure_camera(registry, each.camera(demo.site_id), each.registered_zones) for each in demo.cameras]


def _remove_former(registry: Registry, demo: DemoSite) -> None:
    """Cameras that an earlier demonstration made here; those that a person added have other ids."""
    wanted = {each.camera_id for each in demo.cameras}
    for camera in registry.list_cameras(_EVERYTHING, demo.site_id):
        if camera.camera_id.startswith(ID_PREFIX) and camera.camera_id not in wanted:
            registry.delete_camera(camera.camera_id)


def _ensure_camera(registry: Registry, wanted: Camera, zones: tuple[Zone, ...]) -> Camera:
    known = registry.get_camera(wanted.camera_id, _EVERYTHING)
    if known is None:
        registry.add_camera(wanted)
        known = wanted
    elif known.source != wanted.source:
        known = registry.update_camera(replace(known, source=wanted.source), expected_version=known.version)
    for zone in _former_zones(registry, zones, wanted):
        registry.delete_zone(zone.zone_id, expected_version=zone.version)
    for zone in zones:
        if registry.get_zone(zone.zone_id) is None:
            registry.add_zone(zone)
    return known


def _former_zones(registry: Registry, zones: tuple[Zone, ...], camera: Camera) -> list[Zone]:
    """Zones that an earlier version of the package made otherwise and nobody has edited."""
    return [
        zone
        for zone in registry.list_zones(camera.camera_id)
        if zone.zone_id.startswith(ID_PREFIX) and zone.version == _UNTOUCHED and zone not in zones
    ]
