"""Counts per enterprise and site, and the risk codes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Reader, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.schemas.counts import CodePage, CodeView, CountsView
from domain.ids import EnterpriseId, SiteId

router = APIRouter(tags=["counts"])

MOST_DAYS = 366

DayFrom = Annotated[date, Query(alias="from", description="First day, of the sites' own calendars.")]
DayTo = Annotated[date, Query(alias="to", description="Last day; it belongs to the range.")]


def _require_range(day_from: date, day_to: date) -> None:
    days = (day_to - day_from).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise FieldError("query.to", f"a day 0 to {MOST_DAYS - 1} days after from", f"{days - 1} days after it")


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
