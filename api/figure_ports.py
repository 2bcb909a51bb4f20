"""What the pages for a quick look need from the database: figures over many places, counted where they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from alerts.ports import AlertFilter
from credit.profile import Colour
from domain.alert import AlertState
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.organisation import Camera
from domain.place_check import PlaceStanding
from domain.risk import RiskClass
from domain.scope import Scope

EVERY_ALERT = AlertFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """How many alerts of one site, class and state there are, and when the first of them was raised."""

    enterprise_id: EnterpriseId
    site_id: SiteId
    risk_class: RiskClass
    state: AlertState
    number: int
    oldest_raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Alerts of one calendar day and code over all places of a scope, by `credit.counts.Outcome`."""

    day: date
    code: str
    confirmed: int
    dismissed: int
    unclear: int
    unreviewed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCount:
    """Alerts of one site over some days, by `credit.counts.Outcome`."""

    enterprise_id: EnterpriseId
    site_id: SiteId
    confirmed: int
    dismissed: int
    unclear: int
    unreviewed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldColour:
    """How an enterprise stood in the last figure that was kept. `colour` is None where `standing` is not "known"."""

    standing: str
    colour: Colour | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedCamera:
    """What must be known of a camera to tell whether it sees: where it is, whether and how often it is looked at."""

    camera_id: CameraId
    site_id: SiteId
    analysed_fps: float
    is_enabled: bool
    standing: PlaceStanding

    @classmethod
    def of(cls, camera: Camera) -> "WatchedCamera":
        return cls(
            camera_id=camera.camera_id,
            site_id=camera.site_id,
            analysed_fps=camera.analysed_fps,
            is_enabled=camera.is_enabled,
            standing=camera.place.standing,
        )


class SituationBook(Protocol):
    """Every method is one transaction; any thread."""

    def watched(self, scope: Scope, limit: int) -> Sequence[WatchedCamera]:
        """The cameras of the scope in order of id, at most so many."""
        ...

    def by_place(self, wanted: AlertFilter, scope: Scope) -> Sequence[PlaceCount]:
        """All alerts that a list with this filter would hold, counted; in order of enterprise, site, class, state."""
        ...

    def by_day(
        self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter = EVERY_ALERT
    ) -> Sequence[DayCount]:
        """By the sites' own days, in order of day and code; both days belong to the range."""
        ...

    def by_site(
        self, scope: Scope, day_from: date, day_to: date, wanted: AlertFilter = EVERY_ALERT
    ) -> Sequence[SiteCount]:
        """The same alerts by site, in order of enterprise and site."""
        ...

    def colours(self, scope: Scope) -> Mapping[EnterpriseId, ToldColour]:
        """Of the enterprises that the scope shows as a whole; one without a figure is not in it."""
        ...
