"""In-memory twins of the ports: for tests here and for those who build on credit."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from credit.counts import Outcome, outcome, require_range
from credit.errors import (
    ChangedMeanwhileError,
    CreditCodeTakenError,
    ExternalIdTakenError,
    HeadOfficeError,
    NameTakenError,
    UnknownParentError,
    VersionConflictError,
)
from credit.ports import DailyCount
from domain.alert import Alert
from domain.ids import AlertId, CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Camera, Enterprise, Site
from domain.scope import Scope
from domain.zone import Zone

Named = TypeVar("Named", Site, Camera, Zone)


class InMemoryRegistry:
    """Registry in dictionaries; each method is one transaction under one lock. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._enterprises: dict[EnterpriseId, Enterprise] = {}
        self._sites: dict[SiteId, Site] = {}
        self._cameras: dict[CameraId, Camera] = {}
        self._zones: dict[ZoneId, Zone] = {}

    # Enterprises

    def add_enterprise(self, enterprise: Enterprise) -> None:
        with self._lock:
            _refuse_known("enterprise", enterprise.enterprise_id, self._enterprises)
            self._require_one_level(enterprise)
            self._put_enterprise(enterprise)

    def update_enterprise(self, enterprise: Enterprise, before: Enterprise | None = None) -> None:
        with self._lock:
            _require_known("enterprise", enterprise.enterprise_id, self._enterprises)
            if before is not None and self._enterprises[enterprise.enterprise_id] != before:
                raise ChangedMeanwhileError("enterprise", enterprise.enterprise_id)
            self._require_one_level(enterprise)
            self._put_enterprise(enterprise)

    def store_enterprises(
        self, added: Sequence[Enterprise], changed: Sequence[Enterprise], sites: Sequence[Site]
    ) -> None:
        with self._lock:
            before, sites_before = dict(self._enterprises), dict(self._sites)
            try:
                for enterprise in added:
                    _refuse_known("enterprise", enterprise.enterprise_id, self._enterprises)
                    self._put_enterprise(enterprise)
                for enterprise in changed:
                    _require_known("enterprise", enterprise.enterprise_id, self._enterprises)
                    self._put_enterprise(enterprise)
                for site in sites:
                    self.add_site(site)
            except Exception:
                self._enterprises, self._sites = before, sites_before
                raise

    def _require_one_level(self, enterprise: Enterprise) -> None:
        heads = {each.enterprise_id: each.head_office_id for each in self._enterprises.values()}
        own, head = enterprise.enterprise_id, enterprise.head_office_id
        if head is None or heads.get(own) == head:
            return
        if heads.get(head) is not None:
            raise HeadOfficeError("an enterprise that has no head office itself", head)
        if own in heads.values():
            raise HeadOfficeError("none: the enterprise is the head office of others itself", head)

    def _put_enterprise(self, enterprise: Enterprise) -> None:
        for other in self._enterprises.values():
            if other.credit_code == enterprise.credit_code and other.enterprise_id != enterprise.enterprise_id:
                raise CreditCodeTakenError(enterprise.credit_code.value)
        self._enterprises[enterprise.enterprise_id] = enterprise

    def get_enterprise(self, enterprise_id: EnterpriseId, scope: Scope) -> Enterprise | None:
        with self._lock:
            return self._enterprises.get(enterprise_id) if scope.allows(enterprise_id) else None

    def list_enterprises(self, scope: Scope, after: str | None, limit: int) -> list[Enterprise]:
        with self._lock:
            found = [
                enterprise
                for enterprise_id, enterprise in sorted(self._enterprises.items())
                if scope.allows(enterprise_id) and (after is None or enterprise_id > after)
            ]
            return found[:limit]

    # Sites

    def add_site(self, site: Site) -> None:
        with self._lock:
            _refuse_known("site", site.site_id, self._sites)
            self._put_site(site)

    def update_site(self, site: Site, before: Site | None = None) -> None:
        with self._lock:
            _require_known("site", site.site_id, self._sites)
            if before is not None and self._sites[site.site_id] != before:
                raise ChangedMeanwhileError("site", site.site_id)
            self._put_site(site)

    def _put_site(self, site: Site) -> None:
        _require_known("enterprise", site.enterprise_id, self._enterprises)
        neighbours = (other for other in self._sites.values() if other.enterprise_id == site.enterprise_id)
        _refuse_taken("site", site, neighbours, lambda one: one.site_id)
        self._sites[site.site_id] = site

    def get_site(self, site_id: SiteId, scope: Scope) -> Site | None:
        with self._lock:
            site = self._sites.get(site_id)
            return site if site and scope.allows(site.enterprise_id, site_id) else None

    def list_sites(self, scope: Scope, enterprise_id: EnterpriseId | None = None) -> list[Site]:
        with self._lock:
            found = [
                site
                for site in self._sites.values()
                if scope.allows(site.enterprise_id, site.site_id) and enterprise_id in {None, site.enterprise_id}
            ]
            return sorted(found, key=lambda site: (site.name, site.site_id))

    # Cameras

    def add_camera(self, camera: Camera) -> None:
        with self._lock:
            _refuse_known("camera", camera.camera_id, self._cameras)
            self._put_camera(camera)

    def update_camera(self, camera: Camera, expected_version: int) -> Camera:
        with self._lock:
            known = self._cameras.get(camera.camera_id)
            _require_version("camera", camera.camera_id, expected_version, known.version if known else None)
            stored = replace(camera, version=expected_version + 1)
            self._put_camera(stored)
            return stored

    def store_cameras(self, added: Sequence[Camera], changed: Sequence[Camera]) -> list[Camera]:
        with self._lock:
            before = dict(self._cameras)
            try:
                for camera in added:
                    self.add_camera(camera)
                return [*added, *(self.update_camera(camera, camera.version) for camera in changed)]
            except Exception:
                self._cameras = before
                raise

    def _put_camera(self, camera: Camera) -> None:
        _require_known("site", camera.site_id, self._sites)
        neighbours = (other for other in self._cameras.values() if other.site_id == camera.site_id)
        _refuse_taken("camera", camera, neighbours, lambda one: one.camera_id)
        for other in self._cameras.values():
            is_other = other.camera_id != camera.camera_id and other.site_id == camera.site_id
            if is_other and camera.external_id is not None and other.external_id == camera.external_id:
                raise ExternalIdTakenError("camera", camera.external_id)
        self._cameras[camera.camera_id] = camera

    def delete_camera(self, camera_id: CameraId) -> None:
        with self._lock:
            self._cameras.pop(camera_id, None)
            self._zones = {key: zone for key, zone in self._zones.items() if zone.camera_id != camera_id}

    def get_camera(self, camera_id: CameraId, scope: Scope) -> Camera | None:
        with self._lock:
            camera = self._cameras.get(camera_id)
            return camera if camera and self._allows(scope, camera) else None

    def list_cameras(self, scope: Scope, site_id: SiteId | None = None) -> list[Camera]:
        with self._lock:
            found = [
                camera
                for camera in self._cameras.values()
                if self._allows(scope, camera) and site_id in {None, camera.site_id}
            ]
            return sorted(found, key=lambda camera: (camera.name, camera.camera_id))

    def _allows(self, scope: Scope, camera: Camera) -> bool:
        return scope.allows(self._sites[camera.site_id].enterprise_id, camera.site_id)

    # Zones

    def list_zones(self, camera_id: CameraId) -> list[Zone]:
        with self._lock:
            found = [zone for zone in self._zones.values() if zone.camera_id == camera_id]
            return sorted(found, key=lambda zone: (zone.name, zone.zone_id))

    def add_zone(self, zone: Zone) -> None:
        with self._lock:
            _refuse_known("zone", zone.zone_id, self._zones)
            self._put_zone(zone)

    def update_zone(self, zone: Zone, expected_version: int) -> Zone:
        with self._lock:
            known = self._zones.get(zone.zone_id)
            _require_version("zone", zone.zone_id, expected_version, known.version if known else None)
            stored = replace(zone, version=expected_version + 1)
            self._put_zone(stored)
            return stored

    def _put_zone(self, zone: Zone) -> None:
        _require_known("camera", zone.camera_id, self._cameras)
        neighbours = (other for other in self._zones.values() if other.camera_id == zone.camera_id)
        _refuse_taken("zone", zone, neighbours, lambda one: one.zone_id)
        self._zones[zone.zone_id] = zone

    def delete_zone(self, zone_id: ZoneId, expected_version: int) -> None:
        with self._lock:
            known = self._zones.get(zone_id)
            _require_version("zone", zone_id, expected_version, known.version if known else None)
            del self._zones[zone_id]

    def get_zone(self, zone_id: ZoneId) -> Zone | None:
        with self._lock:
            return self._zones.get(zone_id)


def _refuse_known(kind: str, item_id: str, known: Iterable[str]) -> None:
    if item_id in known:
        raise ValueError(f"the {kind} id {item_id} is in use")


def _require_known(kind: str, item_id: str, known: Iterable[str]) -> None:
    if item_id not in known:
        raise UnknownParentError(kind, item_id)


def _refuse_taken(kind: str, item: Named, neighbours: Iterable[Named], id_of: Callable[[Named], str]) -> None:
    if any(other.name == item.name and id_of(other) != id_of(item) for other in neighbours):
        raise NameTakenError(kind, item.name)


def _require_version(kind: str, item_id: str, expected: int, found: int | None) -> None:
    if found != expected:
        raise VersionConflictError(kind, item_id, expected_version=expected, found_version=found)


class InMemoryCounts:
    """CountSource over alerts that are put in by hand. Any thread."""

    def __init__(self, alerts: Iterable[Alert] = ()) -> None:
        self._lock = threading.Lock()
        self._alerts: dict[AlertId, Alert] = {}
        for alert in alerts:
            self.put(alert)

    def put(self, alert: Alert) -> None:
        """Add the alert, or replace it by its latest state."""
        with self._lock:
            self._alerts[alert.alert_id] = alert

    def daily_counts(
        self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date
    ) -> Sequence[DailyCount]:
        require_range(day_from, day_to)
        with self._lock:
            wanted = [
                alert
                for alert in self._alerts.values()
                if alert.enterprise_id == enterprise_id
                and scope.allows(alert.enterprise_id, alert.site_id)
                and day_from <= alert.local_day <= day_to
            ]
        groups: dict[tuple[date, SiteId, str], Counter[Outcome]] = {}
        for alert in wanted:
            key = (alert.local_day, alert.site_id, alert.violation.code)
            groups.setdefault(key, Counter())[outcome(alert)] += 1
        return [_daily_count(enterprise_id, key, groups[key]) for key in sorted(groups)]


def _daily_count(enterprise_id: EnterpriseId, key: tuple[date, SiteId, str], figures: Counter[Outcome]) -> DailyCount:
    day, site_id, code = key
    return DailyCount(
        enterprise_id=enterprise_id,
        site_id=site_id,
        code=code,
        day=day,
        detected=figures.total(),
        confirmed=figures[Outcome.CONFIRMED],
        dismissed=figures[Outcome.DISMISSED],
        unclear=figures[Outcome.UNCLEAR],
        unreviewed=figures[Outcome.UNREVIEWED],
    )
