"""Alerts: the list, the feed, one alert, and what people say about it."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response

from alerts.ports import AlertFilter
from alerts.told_words import ToldState
from api.alert_views import Naming, detail_of, found, stepped
from api.cursors import cursor_after, item_before
from api.dependencies import Acknowledger, Judge, PartsOf, Reader, Services
from api.errors import FieldError
from api.feed import FeedResponse
from api.fields import LARGEST_FEED_ID, PathId, QueryId
from api.schemas.alerts import AlertDetail, AlertPage, AlertView, VerdictBody
from api.schemas.situation import AlertFiguresView
from domain.alert import AlertState
from domain.ids import AlertId, CameraId, EnterpriseId, SiteId
from domain.risk import RiskClass

router = APIRouter(prefix="/alerts", tags=["alerts"])

Codes = Annotated[list[str], Query(alias="code", max_length=100)]
Classes = Annotated[list[RiskClass], Query(alias="class", max_length=10)]
FEED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "Server-sent events."}
}
States = Annotated[list[ToldState], Query(alias="state", max_length=20)]
Stages = Annotated[list[AlertState], Query(alias="stage", max_length=20)]


def wanted_alerts(
    *,
    enterprise_id: QueryId | None = None,
    site_id: QueryId | None = None,
    camera_id: QueryId | None = None,
    code: Codes = [],  # noqa: B006 - FastAPI copies it
    risk_class: Classes = [],  # noqa: B006 - FastAPI copies it
    state: States = [],  # noqa: B006 - FastAPI copies it
    stage: Stages = [],  # noqa: B006 - FastAPI copies it
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    day_from: date | None = None,
    day_to: date | None = None,
) -> AlertFilter:
    """Which alerts a request asks for: `stage` by the words of `life`, `state` by those of the field beside it."""
    return AlertFilter(
        enterprise_id=None if enterprise_id is None else EnterpriseId(enterprise_id),
        site_id=None if site_id is None else SiteId(site_id),
        camera_id=None if camera_id is None else CameraId(camera_id),
        codes=frozenset(code),
        risk_classes=frozenset(risk_class),
        states=frozenset(stage) | {each for each in AlertState if each.told.value in state},
        is_open=is_open,
        day_from=day_from,
        day_to=day_to,
    )


Wanted = Annotated[AlertFilter, Depends(wanted_alerts)]


@router.get("")
def list_alerts(
    *,
    caller: Reader,
    services: Services,
    wanted: Wanted,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AlertPage:
    """Newest first. Days are the sites' own calendar days. `next` is the address of the following page.

    `stage` asks for states by the words of `life`, `state` by those of the field beside it.
    """
    alerts = services.journal.search(wanted, caller.scope, _place(cursor), limit + 1)
    naming = Naming(services, caller.scope)
    items = [AlertView.of(alert, naming.around(alert)) for alert in alerts[:limit]]
    following = _next_page(wanted, alerts[limit - 1].alert_id, limit) if len(alerts) > limit else None
    return AlertPage(items=items, next=following)


@router.get("/figures")
def count_alerts(caller: Reader, services: Services, wanted: Wanted) -> AlertFiguresView:
    """How many alerts the list with the same filter holds, by class and state, without reading them."""
    return AlertFiguresView.of(services.situation.by_place(wanted, caller.scope))


def _place(cursor: str | None) -> AlertId | None:
    if cursor is None:
        return None
    place = item_before(cursor)
    if place is None:
        raise FieldError("query.cursor", "the cursor of an earlier answer", "another text")
    return AlertId(place)


def _next_page(wanted: AlertFilter, last: AlertId, limit: int) -> str:
    """The address of the page after `last`, with the same filters."""
    pairs: list[tuple[str, object]] = [
        ("enterprise_id", wanted.enterprise_id),
        ("site_id", wanted.site_id),
        ("camera_id", wanted.camera_id),
        *(("code", code) for code in sorted(wanted.codes)),
        *(("class", risk_class) for risk_class in sorted(wanted.risk_classes)),
        *(("stage", state) for state in sorted(wanted.states)),
        ("open", None if wanted.is_open is None else str(wanted.is_open).lower()),
        ("day_from", wanted.day_from),
        ("day_to", wanted.day_to),
        ("limit", limit),
        ("cursor", cursor_after(last)),
    ]
    return "/api/v1/alerts?" + urlencode([(name, str(value)) for name, value in pairs if value is not None])


@router.get("/feed", response_class=Response, responses=FEED)
async def follow_alerts(
    caller: Reader,
    parts: PartsOf,
    after: Annotated[int | None, Query(ge=0, le=LARGEST_FEED_ID)] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> FeedResponse:
    """Every step of every alert inside one's scope, as server-sent events.

    `id` is the place in the feed, `event` the step's name, `data` the payload that goes out by MQTT. It resumes after
    Last-Event-ID, else after `after`, else begins now. Comments are signs of life. Nothing between is lost.
    """
    place = after
    if last_event_id is not None and last_event_id.isdecimal() and int(last_event_id) <= LARGEST_FEED_ID:
        place = int(last_event_id)
    if place is None:
        place = await parts.feeds.newest()
    parts.feeds.enter()
    return FeedResponse(parts.feeds, caller, place)


@router.get("/{alert_id}")
def read_alert(alert_id: PathId, caller: Reader, services: Services) -> AlertDetail:
    """One alert with its evidence and history."""
    return detail_of(services, found(services.journal.get(AlertId(alert_id), caller.scope), alert_id), caller)


@router.post("/{alert_id}/acknowledge")
def acknowledge(alert_id: PathId, body: VerdictBody, caller: Acknowledger, services: Services) -> AlertDetail:
    """Say that a person has seen it and looks after it. It stays a lead."""
    return stepped(services, services.review.acknowledge, alert_id, body, caller)


@router.post("/{alert_id}/confirm")
def confirm(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the violation is real. Only confirmed alerts count.

    Where the class asks for two reviewers, the first verdict of any kind is told to nobody until the second has spoken.
    """
    return stepped(services, services.review.confirm, alert_id, body, caller)


@router.post("/{alert_id}/dismiss")
def dismiss(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the machine was wrong, and why."""
    return stepped(services, services.review.dismiss, alert_id, body, caller)


@router.post("/{alert_id}/unclear")
def find_unclear(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the evidence does not allow a verdict."""
    return stepped(services, services.review.unclear, alert_id, body, caller)
