"""The situation: figures over all places of one's scope for pages that are looked at, not worked through."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from alerts.clocks import OWED_IN
from alerts.ports import AlertFilter
from api.alert_views import Naming
from api.callers import Caller
from api.conditions import condition_at
from api.cursors import cursor_after, item_before
from api.dependencies import Parts, PartsOf, Reader
from api.errors import FieldError
from api.figure_ports import PlaceCount, WatchedCamera
from api.permissions import Permission
from api.schemas.alerts import AlertView
from api.schemas.situation import (
    ClassCountsView,
    DayView,
    DutyCountView,
    FirmFiguresPage,
    FirmFiguresView,
    OwedPage,
    OwedView,
    RegionPage,
    RegionView,
    ShadesView,
    SightView,
    SituationView,
)
from api.services import ApiServices
from api.situation import TO_REVIEW, FirmFigures, Sight, by_class, by_region, firms, owed, shades
from domain.alert import Alert, AlertState
from domain.ids import AlertId, SiteId
from domain.life import Duty
from domain.organisation import Enterprise
from domain.scope import Scope

router = APIRouter(prefix="/situation", tags=["situation"])

MOST_CAMERAS = 10_000  # looked at for one answer
MOST_ON_CLOCK = 2_000  # alerts whose clocks are read for one answer
_PAGE = 1_000

NO_REGION = "none"


@router.get("")
def read_situation(
    caller: Reader,
    parts: PartsOf,
    days: Annotated[int, Query(ge=1, le=92, description="Days of the trend, up to and with tomorrow.")] = 14,
) -> SituationView:
    """What waits for a person, what the cameras show of the places, colours, and what became of the last days' alerts.

    Tomorrow is among the days, for some sites' calendars are ahead of this one's.
    """
    services = parts.services
    waiting = services.situation.by_place(AlertFilter(states=TO_REVIEW), caller.scope)
    cameras = services.situation.watched(caller.scope, MOST_CAMERAS)
    sights = _sights(parts, cameras)
    figures = _firms(parts, caller, sights, waiting)
    last = services.now().date() + timedelta(days=1)
    return SituationView(
        as_of=services.now(),
        to_review=ClassCountsView.of(by_class(waiting)),
        oldest_raised_at=min((count.oldest_raised_at for count in waiting), default=None),
        cameras=SightView.of(sum(sights.values(), Sight())),
        is_all_cameras=len(cameras) < MOST_CAMERAS,
        enterprises=len(figures),
        shades=ShadesView.of(shades(figures)),
        days=[
            DayView.of(each) for each in services.situation.by_day(caller.scope, last - timedelta(days=days - 1), last)
        ],
    )


@router.get("/regions")
def list_regions(caller: Reader, parts: PartsOf) -> RegionPage:
    """The regions of one's enterprises with their figures: leaves of a tree whose branches are the first digits."""
    return RegionPage(items=[RegionView.of(each) for each in by_region(_firms(parts, caller))])


@router.get("/enterprises")
def list_firm_figures(
    caller: Reader,
    parts: PartsOf,
    region: Annotated[
        str | None, Query(pattern="^([0-9]{2,6}|none)$", description="Its first digits, or `none` without one.")
    ] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FirmFiguresPage:
    """Enterprises with their figures, in order of id."""
    before = None if cursor is None else item_before(cursor)
    if cursor is not None and before is None:
        raise FieldError("query.cursor", "the cursor of an earlier answer", "another text")
    wanted = [
        each
        for each in _firms(parts, caller)
        if _is_in(each, region) and (before is None or each.enterprise_id > before)
    ]
    following = None
    if len(wanted) > limit:
        asked = "" if region is None else f"region={region}&"
        following = (
            f"/api/v1/situation/enterprises?{asked}limit={limit}&cursor={cursor_after(wanted[limit - 1].enterprise_id)}"
        )
    return FirmFiguresPage(items=[FirmFiguresView.of(each) for each in wanted[:limit]], next=following)


def _is_in(firm: FirmFigures, region: str | None) -> bool:
    if region is None:
        return True
    return firm.region is None if region == NO_REGION else (firm.region or "").startswith(region)


@router.get("/dues")
def list_dues(
    *,
    caller: Reader,
    parts: PartsOf,
    duty: Annotated[list[Duty], Query(max_length=10)] = [],  # noqa: B006 - FastAPI copies it
    overdue: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> OwedPage:
    """What somebody owes alerts and until when, the most pressing first; `duty` asks for some duties only."""
    services = parts.services
    duties = frozenset(duty) or frozenset(Duty)
    alerts = _on_clock(services, caller.scope, duties)
    found = owed(alerts, services.desks.terms, services.desks.hours, duties=duties, now=services.now())
    shown = [one for one in found if overdue is None or one.is_overdue is overdue][:limit]
    naming = Naming(services, caller.scope)
    return OwedPage(
        items=[OwedView.of(one, AlertView.of(one.alert, naming.around(one.alert))) for one in shown],
        duties=[
            DutyCountView(
                duty=each,
                owed=sum(one.due.duty is each for one in found),
                overdue=sum(one.due.duty is each and one.is_overdue for one in found),
            )
            for each in Duty
            if each in duties
        ],
        is_all=len(alerts) < MOST_ON_CLOCK,
    )


def _on_clock(services: ApiServices, scope: Scope, duties: frozenset[Duty]) -> list[Alert]:
    states: frozenset[AlertState] = frozenset().union(*(OWED_IN[duty] for duty in duties))
    wanted = AlertFilter(is_on_clock=True, states=states)
    found: list[Alert] = []
    before: AlertId | None = None
    while len(found) < MOST_ON_CLOCK and (page := services.journal.search(wanted, scope, before, _PAGE)):
        found += page
        before = page[-1].alert_id
    return found[:MOST_ON_CLOCK]


def _firms(
    parts: Parts,
    caller: Caller,
    sights: dict[SiteId, Sight] | None = None,
    waiting: Sequence[PlaceCount] | None = None,
) -> list[FirmFigures]:
    services, scope = parts.services, caller.scope
    may_see_colours = Permission.READ_CREDIT in caller.permissions
    if sights is None:
        sights = _sights(parts, services.situation.watched(scope, MOST_CAMERAS))
    return firms(
        list(_enterprises(services, scope)),
        services.registry.list_sites(scope),
        services.situation.by_place(AlertFilter(states=TO_REVIEW), scope) if waiting is None else waiting,
        sights,
        services.situation.colours(scope) if may_see_colours else None,
    )


def _enterprises(services: ApiServices, scope: Scope) -> Iterator[Enterprise]:
    after: str | None = None
    while page := services.registry.list_enterprises(scope, after, _PAGE):
        yield from page
        after = page[-1].enterprise_id


def _sights(parts: Parts, cameras: Sequence[WatchedCamera]) -> dict[SiteId, Sight]:
    """What can be known through each site's cameras now."""
    fleet, clock = parts.services.fleet, parts.services.clock()
    statuses = {status.camera_id: status for status in fleet.statuses()}
    found: dict[SiteId, Sight] = {}
    for camera in cameras:
        frame = fleet.latest_frame(camera.camera_id)
        has_picture = frame is not None and clock - frame.clock <= parts.stills.limit_seconds(camera)
        condition = condition_at(camera.standing, statuses.get(camera.camera_id), is_enabled=camera.is_enabled)
        before = found.get(camera.site_id, Sight())
        found[camera.site_id] = before.with_camera(condition, has_picture=has_picture)
    return found
