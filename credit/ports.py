"""The registry of who is watched, and the counts of what was found there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.ids import CameraId, EnterpriseId, SiteId, ZoneId
from domain.organisation import Camera, Enterprise, Site
from domain.scope import Scope
from domain.zone import Zone


class Registry(Protocol):
    """Enterprises, sites, cameras and zones. Every method is one transaction; any thread.

    `get_*` and `list_*` return only what the scope allows; what lies outside is None or absent, never an error.
    Lists are in name order. `add_*` and `update_*` raise the errors of `credit.errors`: NameTakenError (two cameras of
    a site, two zones of a camera or two sites of an enterprise with one name), CreditCodeTakenError,
    UnknownParentError, and for updates VersionConflictError where `version` is not the stored one.
    """

    def add_enterprise(self, enterprise: Enterprise) -> None: ...
    def update_enterprise(self, enterprise: Enterprise, before: Enterprise | None = None) -> None:
        """With `before` only if it still is as that; raises ChangedMeanwhileError where it is not.

        This and `add_enterprise` raise HeadOfficeError for a new head office that has one itself, or for one of an
        enterprise that is the head office of others.
        """
        ...

    def store_enterprises(
        self, added: Sequence[Enterprise], changed: Sequence[Enterprise], sites: Sequence[Site]
    ) -> None:
        """Add and change many and add sites, all or none. Head offices are taken as they are."""
        ...

    def get_enterprise(self, enterprise_id: EnterpriseId, scope: Scope) -> Enterprise | None: ...
    def list_enterprises(self, scope: Scope, after: str | None, limit: int) -> list[Enterprise]:
        """In order of id, after the given id."""
        ...

    def add_site(self, site: Site) -> None: ...
    def update_site(self, site: Site, before: Site | None = None) -> None:
        """As for enterprises."""
        ...

    def get_site(self, site_id: SiteId, scope: Scope) -> Site | None: ...
    def list_sites(self, scope: Scope, enterprise_id: EnterpriseId | None = None) -> list[Site]: ...

    def add_camera(self, camera: Camera) -> None: ...
    def update_camera(self, camera: Camera, expected_version: int) -> Camera:
        """Store the camera with its version one higher, and return it."""
        ...

    def store_cameras(self, added: Sequence[Camera], changed: Sequence[Camera]) -> list[Camera]:
        """Add and change many, all or none; each of `changed` has the version that it was read at. All as stored."""
        ...

    def delete_camera(self, camera_id: CameraId) -> None:
        """The camera and its zones go; alerts and evidence that it gave rise to stay."""
        ...

    def get_camera(self, camera_id: CameraId, scope: Scope) -> Camera | None: ...
    def list_cameras(self, scope: Scope, site_id: SiteId | None = None) -> list[Camera]: ...

    def list_zones(self, camera_id: CameraId) -> list[Zone]: ...
    def add_zone(self, zone: Zone) -> None: ...
    def update_zone(self, zone: Zone, expected_version: int) -> Zone: ...
    def delete_zone(self, zone_id: ZoneId, expected_version: int) -> None: ...
    def get_zone(self, zone_id: ZoneId) -> Zone | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCount:
    """Findings of one enterprise (or site), code and day (the site's calendar day).

    `detected` is all alerts raised. Of these `confirmed`, `dismissed` and `unclear` were judged by a person and
    `unreviewed` were not. Only `confirmed` may count towards anything.
    """

    enterprise_id: EnterpriseId
    site_id: SiteId
    code: str
    day: date
    detected: int
    confirmed: int
    dismissed: int
    unclear: int
    unreviewed: int


class CountSource(Protocol):
    """Counted from the alerts themselves at each question, so figures and alerts cannot drift apart."""

    def daily_counts(
        self, enterprise_id: EnterpriseId, scope: Scope, day_from: date, day_to: date
    ) -> Sequence[DailyCount]:
        """Ordered by day, site and code; both days belong to the range."""
        ...
