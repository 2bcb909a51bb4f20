"""Alerts: the list, the feed, one alert, and what people say about it."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from alerts.ports import AlertFilter
from api.callers import Caller
from api.cursors import cursor_after, item_before
from api.dependencies import Acknowledger, Judge, PartsOf, Reader, Services
from api.errors import FieldError, NotFoundError
from api.feed import FeedResponse
from api.fields import LARGEST_FEED_ID, PathId, QueryId
from api.ports import ReviewStep
from api.schemas.alerts import AlertDetail, AlertPage, AlertView, Surroundings, VerdictBody
from api.services import ApiServices
from domain.alert import Alert, AlertState
from domain.ids import AlertId, CameraId, EnterpriseId, SiteId, UserId
from domain.risk import RiskClass
from domain.scope import Scope

router = APIRouter(prefix="/alerts", tags=["alerts"])

Codes = Annotated[list[str], Query(alias="code", max_length=100)]
Classes = Annotated[list[RiskClass], Query(alias="class", max_length=10)]
FEED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "Server-sent events."}
}
States = Annotated[list[AlertState], Query(alias="state", max_length=20)]


class _Naming:
    """Looks up the names that alerts are told with, each once per answer."""

    def __init__(self, services: ApiServices, scope: Scope) -> None:
        self._services = services
        self._scope = scope
        self._places: dict[str, str | None] = {}
        self._accounts: dict[UserId, str] = {}

    def around(self, alert: Alert, actors: Iterable[UserId | None] = ()) -> Surroundings:
        for actor in (alert.review.reviewer_id if alert.review else None, *actors):
            self._learn_account(actor)
        return Surroundings(
            entry=self._services.code(alert.violation.code),
            register=self._services.clauses,
            enterprise_name=self._enterprise(alert.enterprise_id),
            site_name=self._site(alert.site_id),
            camera_name=self._camera(alert.violation.camera_id),
            account_names=self._accounts,
        )

    def _learn_account(self, user_id: UserId | None) -> None:
        if user_id is not None and user_id not in self._accounts:
            user = self._services.accounts.get_user(user_id)
            if user is not None:
                self._accounts[user_id] = user.name

    def _enterprise(self, enterprise_id: EnterpriseId) -> str | None:
        if enterprise_id not in self._places:
            found = self._services.registry.get_enterprise(enterprise_id, self._scope)
            self._places[enterprise_id] = found.name if found else None
        return self._places[enterprise_id]

    def _site(self, site_id: SiteId) -> str | None:
        if site_id not in self._places:
            found = self._services.registry.get_site(site_id, self._scope)
            self._places[site_id] = found.name if found else None
        return self._places[site_id]

    def _camera(self, camera_id: CameraId) -> str | None:
        if camera_id not in self._places:
            found = self._services.registry.get_camera(camera_id, self._scope)
            self._places[camera_id] = found.name if found else None
        return self._places[camera_id]


@router.get("")
def list_alerts(
    *,
    caller: Reader,
    services: Services,
    enterprise_id: QueryId | None = None,
    site_id: QueryId | None = None,
    camera_id: QueryId | None = None,
    code: Codes = [],  # noqa: B006 - FastAPI copies it
    risk_class: Classes = [],  # noqa: B006 - FastAPI copies it
    state: States = [],  # noqa: B006 - FastAPI copies it
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    day_from: date | None = None,
    day_to: date | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AlertPage:
    """Newest first. Days are the sites' own calendar days. `next` is the address of the following page."""
    wanted = AlertFilter(
        enterprise_id=None if enterprise_id is None else EnterpriseId(enterprise_id),
        site_id=None if site_id is None else SiteId(site_id),
        camera_id=None if camera_id is None else CameraId(camera_id),
        codes=frozenset(code),
        risk_classes=frozenset(risk_class),
        states=frozenset(state),
        is_open=is_open,
        day_from=day_from,
        day_to=day_to,
    )
    found = services.journal.search(wanted, caller.scope, _place(cursor), limit + 1)
    naming = _Naming(services, caller.scope)
    items = [AlertView.of(alert, naming.around(alert)) for alert in found[:limit]]
    following = _next_page(wanted, found[limit - 1].alert_id, limit) if len(found) > limit else None
    return AlertPage(items=items, next=following)


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
        *(("state", state) for state in sorted(wanted.states)),
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


def _alert(services: ApiServices, alert_id: str, scope: Scope) -> Alert:
    return _found(services.journal.get(AlertId(alert_id), scope), alert_id)


def _found(alert: Alert | None, alert_id: str) -> Alert:
    if alert is None:
        raise NotFoundError("alert", alert_id)
    return alert


def _detail(services: ApiServices, alert: Alert, scope: Scope) -> AlertDetail:
    history = services.journal.history(alert.alert_id)
    around = _Naming(services, scope).around(alert, (step.actor_id for step in history))
    return AlertDetail.told(alert, around, history)


@router.get("/{alert_id}")
def read_alert(alert_id: PathId, caller: Reader, services: Services) -> AlertDetail:
    """One alert with its evidence and history."""
    return _detail(services, _alert(services, alert_id, caller.scope), caller.scope)


def _stepped(services: ApiServices, step: ReviewStep, alert_id: str, body: VerdictBody, caller: Caller) -> AlertDetail:
    """Take one step of a person's review, and tell how the alert stands then."""
    alert = step(
        AlertId(alert_id),
        actor=caller.account.user_id,
        scope=caller.scope,
        expected_sequence=body.expected_sequence,
        reason=body.reason,
    )
    return _detail(services, _found(alert, alert_id), caller.scope)


@router.post("/{alert_id}/acknowledge")
def acknowledge(alert_id: PathId, body: VerdictBody, caller: Acknowledger, services: Services) -> AlertDetail:
    """Say that a person has seen it and looks after it. It stays a lead."""
    return _stepped(services, services.review.acknowledge, alert_id, body, caller)


@router.post("/{alert_id}/confirm")
def confirm(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the violation is real. Only confirmed alerts count."""
    return _stepped(services, services.review.confirm, alert_id, body, caller)


@router.post("/{alert_id}/dismiss")
def dismiss(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the machine was wrong, and why."""
    return _stepped(services, services.review.dismiss, alert_id, body, caller)


@router.post("/{alert_id}/unclear")
def find_unclear(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the evidence does not allow a verdict."""
    return _stepped(services, services.review.unclear, alert_id, body, caller)
