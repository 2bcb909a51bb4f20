"""The public page, and what enterprises consent to. Where the owner has not switched it on there is no such address."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response

from api.callers import Caller
from api.cursors import cursor_after, item_before
from api.dependencies import Answerer, CreditReader, PartsOf, parts_of
from api.errors import FieldError, NotFoundError, TooManyRequestsError
from api.fields import PathId
from api.ports import Role
from api.schemas.public import ConsentBody, ConsentsView, PublicFirmView, PublicPageView
from api.services import ApiServices
from credit.errors import NotTheEnterpriseError
from credit.publicity import PublicConsent, PublicExtent
from domain.ids import CameraId, EnterpriseId

log = structlog.get_logger(__name__)

router = APIRouter(tags=["public"])

PREFIX = "/api/v1/public"
SHORT = "public, max-age=60"
LONGEST_HISTORY = 100
JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}, "description": "A masked picture."}}


def open_prefixes(public_page: str) -> tuple[str, ...]:
    """What a stranger may ask for: nothing, unless the owner has switched the page on."""
    return () if public_page == PublicExtent.NONE.value else (f"{PREFIX}/",)


async def _let_in(request: Request) -> None:
    """Raises NotFoundError where there is no public page, TooManyRequestsError for whoever asks too often."""
    parts = parts_of(request)
    if parts.public.limit is PublicExtent.NONE:
        raise NotFoundError("page", "public")
    address = request.client.host if request.client else "unknown"
    wait = parts.strangers.take(address, parts.services.clock())
    if wait > 0:
        raise TooManyRequestsError(wait)


@router.get("/public/enterprises", dependencies=[Depends(_let_in)])
def list_public(
    parts: PartsOf,
    response: Response,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> PublicPageView:
    """What everybody may see. Open to strangers where `public_page` is set, else there is no such page."""
    before = None if cursor is None else item_before(cursor)
    if cursor is not None and before is None:
        raise FieldError("query.cursor", "the cursor of an earlier answer", "another text")
    found = parts.public.firms(before, limit + 1)
    response.headers["Cache-Control"] = SHORT
    following = None
    if len(found) > limit:
        place = cursor_after(found[limit - 1].enterprise.enterprise_id)
        following = f"{PREFIX}/enterprises?limit={limit}&cursor={place}"
    return PublicPageView(
        as_of=parts.services.now(), items=[PublicFirmView.of(each) for each in found[:limit]], next=following
    )


@router.get(
    "/public/pictures/{camera_id}.jpg",
    response_class=Response,
    responses=JPEG,
    dependencies=[Depends(_let_in)],
)
def read_public_picture(camera_id: PathId, parts: PartsOf) -> Response:
    """A picture in which nobody is to be recognised. 404 for whatever is not to be shown, whyever."""
    content = parts.public.picture(CameraId(camera_id))
    if content is None:
        raise NotFoundError("picture", camera_id)
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": SHORT})


def _own(services: ApiServices, enterprise_id: str, caller: Caller) -> EnterpriseId:
    if services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope) is None:
        raise NotFoundError("enterprise", enterprise_id)
    return EnterpriseId(enterprise_id)


@router.get("/enterprises/{enterprise_id}/public-consent")
def read_consents(enterprise_id: PathId, caller: CreditReader, parts: PartsOf) -> ConsentsView:
    """What the enterprise lets everybody see, and what it said before."""
    known = _own(parts.services, enterprise_id, caller)
    return ConsentsView.of(parts.services.consents.history(known, LONGEST_HISTORY), parts.public.limit)


@router.post("/enterprises/{enterprise_id}/public-consent", status_code=201)
def give_consent(enterprise_id: PathId, body: ConsentBody, caller: Answerer, parts: PartsOf) -> ConsentsView:
    """Consent for the enterprise, or take it back (`none`), from this moment on. One of its people consents."""
    services = parts.services
    known = _own(services, enterprise_id, caller)
    account = caller.account
    if body.extent is not PublicExtent.NONE and account.role is not Role.OPERATOR:
        raise NotTheEnterpriseError
    services.consents.add(
        PublicConsent(
            enterprise_id=known,
            extent=body.extent,
            at=services.now(),
            user_id=account.user_id,
            user_name=account.name,
            reason=body.reason,
        )
    )
    log.info("public_consent_given", enterprise_id=known, extent=body.extent.value, by=account.name)
    return ConsentsView.of(services.consents.history(known, LONGEST_HISTORY), parts.public.limit)
