"""Enterprises and sites. Neither is ever deleted here: what was found there stays on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Response

from alerts.licences.rule import standing_of
from api.cursors import cursor_after, item_before
from api.dependencies import CreditReader, Reader, Registrar, Services
from api.errors import FieldError, NotFoundError, TagConflictError
from api.fields import PathId, QueryId, given
from api.schemas.enterprises import (
    ContactBody,
    ContactsView,
    EnterpriseBody,
    EnterprisePage,
    EnterprisePatch,
    EnterpriseView,
    LicenceView,
)
from api.schemas.registry import SiteBody, SitePage, SitePatch, SiteView
from api.services import ApiServices
from api.tags import content_tag, matches
from credit.errors import HeadOfficeError
from domain.credit_code import CreditCode
from domain.ids import EnterpriseId, SiteId
from domain.organisation import Contact, Enterprise, Site
from domain.schedule import Schedule
from domain.scope import Scope

router = APIRouter(tags=["registry"])

IfMatch = Annotated[str | None, Header(description="The ETag the change was made from.", max_length=100)]


def _enterprise(services: ApiServices, enterprise_id: str, scope: Scope) -> Enterprise:
    enterprise = services.registry.get_enterprise(EnterpriseId(enterprise_id), scope)
    if enterprise is None:
        raise NotFoundError("enterprise", enterprise_id)
    return enterprise


def _site(services: ApiServices, site_id: str, scope: Scope) -> Site:
    site = services.registry.get_site(SiteId(site_id), scope)
    if site is None:
        raise NotFoundError("site", site_id)
    return site


@router.get("/enterprises")
def list_enterprises(
    caller: Reader,
    services: Services,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EnterprisePage:
    """In order of id, page by page."""
    after = None if cursor is None else item_before(cursor)
    if cursor is not None and after is None:
        raise FieldError("query.cursor", "the cursor of an earlier answer", "another text")
    found = services.registry.list_enterprises(caller.scope, after, limit + 1)
    following = None
    if len(found) > limit:
        place = cursor_after(found[limit - 1].enterprise_id)
        following = f"/api/v1/enterprises?{urlencode({'cursor': place, 'limit': limit})}"
    return EnterprisePage(items=[EnterpriseView.of(one) for one in found[:limit]], next=following)


@router.post("/enterprises", status_code=201)
def add_enterprise(body: EnterpriseBody, response: Response, _: Registrar, services: Services) -> EnterpriseView:
    """Raises 409 for a credit code that another enterprise has, 422 for one that is none."""
    enterprise = Enterprise(
        enterprise_id=EnterpriseId(services.new_id()),
        name=body.name,
        credit_code=CreditCode.parse(body.credit_code),
        type=body.type,
        licence_no=body.licence_no,
        licence_valid_to=body.licence_valid_to,
        region=body.region,
        head_office_id=_head_office(services, body.head_office_id),
        contacts=_contacts(body.contacts),
    )
    with _told_of_its_field():
        services.registry.add_enterprise(enterprise)
    response.headers["Location"] = f"/api/v1/enterprises/{enterprise.enterprise_id}"
    return _shown_enterprise(enterprise, response)


@router.get("/enterprises/{enterprise_id}")
def read_enterprise(enterprise_id: PathId, response: Response, caller: Reader, services: Services) -> EnterpriseView:
    return _shown_enterprise(_enterprise(services, enterprise_id, caller.scope), response)


@router.patch("/enterprises/{enterprise_id}")
def change_enterprise(
    *,
    enterprise_id: PathId,
    body: EnterprisePatch,
    response: Response,
    caller: Registrar,
    services: Services,
    if_match: IfMatch = None,
) -> EnterpriseView:
    """Change what was sent. With If-Match only if nobody changed it since."""
    enterprise = _enterprise(services, enterprise_id, caller.scope)
    if if_match is not None and not matches(if_match, content_tag(EnterpriseView.of(enterprise))):
        raise TagConflictError("enterprise", enterprise_id)
    changed = replace(
        enterprise,
        name=body.name or enterprise.name,
        credit_code=enterprise.credit_code if body.credit_code is None else CreditCode.parse(body.credit_code),
        type=body.type or enterprise.type,
        contacts=enterprise.contacts if body.contacts is None else _contacts(body.contacts),
    )
    sent = given(body)
    for name in ("licence_no", "licence_valid_to", "region"):
        if name in sent:
            changed = replace(changed, **{name: sent[name]})
    if "head_office_id" in sent:
        if body.head_office_id == enterprise_id:
            raise FieldError("body.head_office_id", "another enterprise", "the same")
        changed = replace(changed, head_office_id=_head_office(services, body.head_office_id))
    with _told_of_its_field():
        services.registry.update_enterprise(changed, None if if_match is None else enterprise)
    return _shown_enterprise(changed, response)


@contextmanager
def _told_of_its_field() -> Iterator[None]:
    """The registry looks at head offices where it writes; raises FieldError for one that it refuses."""
    try:
        yield
    except HeadOfficeError as error:
        raise FieldError("body.head_office_id", error.expected, error.found) from error


def _head_office(services: ApiServices, head_office_id: str | None) -> EnterpriseId | None:
    """Raises FieldError unless it is an enterprise."""
    if head_office_id is None:
        return None
    head = services.registry.get_enterprise(EnterpriseId(head_office_id), Scope.everything())
    if head is None:
        raise FieldError("body.head_office_id", "an enterprise that has no head office itself", "another id")
    return head.enterprise_id


def _contacts(bodies: list[ContactBody]) -> tuple[Contact, ...]:
    return tuple(Contact(name=each.name, duty=each.duty, phone=each.phone, email=each.email) for each in bodies)


@router.get("/enterprises/{enterprise_id}/licence")
def read_licence(enterprise_id: PathId, caller: Reader, services: Services) -> LicenceView:
    """What the entered last day of the licence says today: `no_data`, `valid`, `ending` or `expired`."""
    enterprise = _enterprise(services, enterprise_id, caller.scope)
    sites = services.registry.list_sites(Scope.everything(), enterprise.enterprise_id)
    day = (sites[0].schedule if sites else Schedule()).local_day(services.now())
    valid_to = enterprise.licence_valid_to
    return LicenceView(
        enterprise_id=enterprise.enterprise_id,
        licence_no=enterprise.licence_no,
        licence_valid_to=valid_to,
        day=day,
        standing=standing_of(valid_to, day, services.licence_notice_days),
        days_left=None if valid_to is None else (valid_to - day).days,
    )


@router.get("/enterprises/{enterprise_id}/contacts")
def read_contacts(enterprise_id: PathId, caller: CreditReader, services: Services) -> ContactsView:
    """Whom to reach there; not shown to viewers."""
    return ContactsView.of(_enterprise(services, enterprise_id, caller.scope))


def _shown_enterprise(enterprise: Enterprise, response: Response) -> EnterpriseView:
    view = EnterpriseView.of(enterprise)
    response.headers["ETag"] = content_tag(view)
    return view


@router.get("/sites")
def list_sites(caller: Reader, services: Services, enterprise_id: QueryId | None = None) -> SitePage:
    """In order of name."""
    wanted = None if enterprise_id is None else EnterpriseId(enterprise_id)
    return SitePage(items=[SiteView.of(site) for site in services.registry.list_sites(caller.scope, wanted)])


@router.post("/sites", status_code=201)
def add_site(body: SiteBody, response: Response, _: Registrar, services: Services) -> SiteView:
    site = Site(
        site_id=SiteId(services.new_id()),
        enterprise_id=EnterpriseId(body.enterprise_id),
        name=body.name,
        schedule=_schedule(body),
    )
    services.registry.add_site(site)
    response.headers["Location"] = f"/api/v1/sites/{site.site_id}"
    return _shown_site(site, response)


def _schedule(body: SiteBody | SitePatch) -> Schedule:
    assert body.schedule is not None
    try:
        return body.schedule.schedule()
    except ValueError as error:
        raise FieldError("body.schedule", str(error), "another value") from error


@router.get("/sites/{site_id}")
def read_site(site_id: PathId, response: Response, caller: Reader, services: Services) -> SiteView:
    return _shown_site(_site(services, site_id, caller.scope), response)


@router.patch("/sites/{site_id}")
def change_site(
    *,
    site_id: PathId,
    body: SitePatch,
    response: Response,
    caller: Registrar,
    services: Services,
    if_match: IfMatch = None,
) -> SiteView:
    """Change what was sent. With If-Match only if nobody changed it since."""
    site = _site(services, site_id, caller.scope)
    if if_match is not None and not matches(if_match, content_tag(SiteView.of(site))):
        raise TagConflictError("site", site_id)
    has_schedule = given(body).get("schedule") is not None
    changed = replace(site, name=body.name or site.name, schedule=_schedule(body) if has_schedule else site.schedule)
    services.registry.update_site(changed, None if if_match is None else site)
    return _shown_site(changed, response)


def _shown_site(site: Site, response: Response) -> SiteView:
    view = SiteView.of(site)
    response.headers["ETag"] = content_tag(view)
    return view
