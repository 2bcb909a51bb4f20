"""Counts per enterprise and site, and the risk codes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from alerts.ports import AlertFilter
from api.dependencies import Reader, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.schemas.counts import CodePage, CodeView, CountsView, OverallCountsView
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass

router = APIRouter(tags=["counts"])

MOST_DAYS = 366
MOST_SITES = 500

DayFrom = Annotated[date, Query(alias="from", description="First day, of the sites' own calendars.")]
DayTo = Annotated[date, Query(alias="to", description="Last day; it belongs to the range.")]


def _require_range(day_from: date, day_to: date) -> None:
    days = (day_to - day_from).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise FieldError("query.to", f"a day 0 to {MOST_DAYS - 1} days after from", f"{days - 1} days after it")


@router.get("/counts")
def count_everything(  # noqa: PLR0917 - filters of a query
    day_from: DayFrom,
    day_to: DayTo,
    caller: Reader,
    services: Services,
    enterprise_id: Annotated[str | None, Query(max_length=64)] = None,
    site_id: Annotated[str | None, Query(max_length=64)] = None,
    code: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 - FastAPI copies it
    risk_class: Annotated[list[RiskClass], Query(alias="class", max_length=4)] = [],  # noqa: B006
) -> OverallCountsView:
    """Alerts of all that one may see, by day and code and by site. Only what a person confirmed counts.

    At most 500 sites are told; the sums are over all.
    """
    _require_range(day_from, day_to)
    wanted = AlertFilter(
        enterprise_id=EnterpriseId(enterprise_id) if enterprise_id else None,
        site_id=SiteId(site_id) if site_id else None,
        codes=frozenset(code),
        risk_classes=frozenset(risk_class),
    )
    days = services.situation.by_day(caller.scope, day_from, day_to, wanted)
    sites = services.situation.by_site(caller.scope, day_from, day_to, wanted)
    return OverallCountsView.of(days, sites, MOST_SITES, day_from, day_to)


@router.get("/enterprises/{enterprise_id}/counts")
def count_enterprise(
    enterprise_id: PathId, day_from: DayFrom, day_to: DayTo, caller: Reader, services: Services
) -> CountsView:
    """Alerts of the enterprise by site, code and day. Only those that a person confirmed count towards anything."""
    _require_range(day_from, day_to)
    if services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope) is None:
        raise NotFoundError("enterprise", enterprise_id)
    counts = services.counts.daily_counts(EnterpriseId(enterprise_id), caller.scope, day_from, day_to)
    return CountsView.of(counts, day_from, day_to)


@router.get("/sites/{site_id}/counts")
def count_site(site_id: PathId, day_from: DayFrom, day_to: DayTo, caller: Reader, services: Services) -> CountsView:
    """The same for one site; open to accounts of one site, which do not see the whole enterprise."""
    _require_range(day_from, day_to)
    site = services.registry.get_site(SiteId(site_id), caller.scope)
    if site is None:
        raise NotFoundError("site", site_id)
    counts = services.counts.daily_counts(site.enterprise_id, caller.scope, day_from, day_to)
    return CountsView.of([count for count in counts if count.site_id == site.site_id], day_from, day_to)


@router.get("/codes")
def list_codes(_: Reader, services: Services) -> CodePage:
    """All risk codes, those that cannot be detected here included, with the reason."""
    today = services.now().date()
    return CodePage(items=[CodeView.of(entry, services.clauses, today) for entry in services.catalogue])
