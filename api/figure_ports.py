"""What the pages for a quick look need from the database: figures over many places, counted where they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from alerts.ports import AlertFilter
from credit.profile import Colour
from domain.alert import AlertState
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass
from domain.scope import Scope


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
class ToldColour:
    """How an enterprise stood in the last figure that was kept. `colour` is None where `standing` is not "known"."""

    standing: str
    colour: Colour | None


class SituationBook(Protocol):
    """Every method is one transaction; any thread."""

    def by_place(self, wanted: AlertFilter, scope: Scope) -> Sequence[PlaceCount]:
        """All alerts that a list with this filter would hold, counted; in order of enterprise, site, class, state."""
        ...

    def by_day(self, scope: Scope, day_from: date, day_to: date) -> Sequence[DayCount]:
        """By the sites' own days, in order of day and code; both days belong to the range."""
        ...

    def colours(self, scope: Scope) -> Mapping[EnterpriseId, ToldColour]:
        """Of the enterprises that the scope shows as a whole; one without a figure is not in it."""
        ...
