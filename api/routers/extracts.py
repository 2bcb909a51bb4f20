"""Extracts for third parties, such as a lender: the enterprise grants, sees each read, and takes back at any time."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request, Response

from api.callers import Caller, Credential
from api.deeds import note_extract
from api.dependencies import Answerer, ExtractReader, Parts, PartsOf, Services
from api.errors import LoginNeededError, NotFoundError, NotLoggedInError, TooManyRequestsError
from api.fields import PathId
from api.keys import fingerprint, new_extract_secret
from api.ports import Role
from api.schemas.extracts import (
    ExtractReadPage,
    ExtractReadView,
    ExtractView,
    GrantBody,
    GrantPage,
    GrantView,
    NewGrantView,
)
from api.services import ApiServices
from credit.extracts.desk import Manager
from credit.extracts.document import extract_document
from credit.extracts.extract import Extract
from credit.reporting.document import Language
from credit.reporting.files import FileKind
from domain.ids import EnterpriseId

log = structlog.get_logger(__name__)

router = APIRouter(tags=["extracts"])

PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {FileKind.PDF.media_type: {}}, "description": "The extract on paper."}
}
PDF_COST = 5.0  # requests that a drawn page counts for: it takes a processor for about a second

Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The number after which the page begins.")]
Limit = Annotated[int, Query(ge=1, le=500)]


def _own(services: ApiServices, enterprise_id: str, caller: Caller) -> EnterpriseId:
    if services.registry.get_enterprise(EnterpriseId(enterprise_id), caller.scope) is None:
        raise NotFoundError("enterprise", enterprise_id)
    return EnterpriseId(enterprise_id)


@router.get("/enterprises/{enterprise_id}/extract-grants")
def list_grants(
    enterprise_id: PathId, caller: Answerer, services: Services, before: Before = None, limit: Limit = 100
) -> GrantPage:
    """Consents of the enterprise, newest first. For its own people: the authority does not see them."""
    known = _own(services, enterprise_id, caller)
    found = services.credit.extracts.grants(known, before, limit + 1)
    now = services.now()
    return GrantPage(
        items=[GrantView.of(each, now) for each in found[:limit]],
        next=_next(f"{enterprise_id}/extract-grants", [each.number for each in found], limit),
    )


@router.post("/enterprises/{enterprise_id}/extract-grants", status_code=201)
def give_grant(enterprise_id: PathId, body: GrantBody, caller: Answerer, services: Services) -> NewGrantView:
    """Consent to one receiver's reads. Only an account of the enterprise that is logged in, no token, no authority."""
    if caller.credential is not Credential.SESSION:
        raise LoginNeededError
    known = _own(services, enterprise_id, caller)
    account, secret = caller.account, new_extract_secret()
    manager = Manager(
        user_id=account.user_id, name=account.name, is_of_enterprise=account.is_active and account.role is Role.OPERATOR
    )
    grant = services.credit.extracts.give(known, body.draft(), manager, secret_sha256=fingerprint(secret))
    log.info("extract_granted", enterprise_id=known, grant_id=grant.grant_id, by=account.name)
    return NewGrantView(grant=GrantView.of(grant, services.now()), secret=secret)


@router.post("/enterprises/{enterprise_id}/extract-grants/{grant_id}/withdraw")
def withdraw_grant(enterprise_id: PathId, grant_id: PathId, caller: Answerer, services: Services) -> GrantView:
    """Take a consent back, from this moment on. What was read before cannot be called back."""
    known = _own(services, enterprise_id, caller)
    grant = services.credit.extracts.withdraw(known, grant_id, caller.account.name)
    if grant is None:
        raise NotFoundError("grant", grant_id)
    log.info("extract_withdrawn", enterprise_id=known, grant_id=grant_id, by=caller.account.name)
    return GrantView.of(grant, services.now())


@router.get("/enterprises/{enterprise_id}/extract-reads")
def list_reads(
    enterprise_id: PathId, caller: Answerer, services: Services, before: Before = None, limit: Limit = 100
) -> ExtractReadPage:
    """Who read an extract of the enterprise, newest first: every read there was."""
    known = _own(services, enterprise_id, caller)
    found = services.credit.extracts.reads(known, before, limit + 1)
    return ExtractReadPage(
        items=[ExtractReadView.of(each) for each in found[:limit]],
        next=_next(f"{enterprise_id}/extract-reads", [each.number for each in found], limit),
    )


@router.get("/extracts")
def read_extract(request: Request, caller: ExtractReader, parts: PartsOf) -> ExtractView:
    """What the token's grant allows, as it is today. The token opens nothing else; each read is noted and shown."""
    return ExtractView.of(_read(request, caller, parts, "json"))


@router.get("/extracts/pdf", response_class=Response, responses=PDF)
def read_extract_as_pdf(
    request: Request, caller: ExtractReader, parts: PartsOf, language: Language = Language.ZH
) -> Response:
    """The same on paper; it says nothing that the JSON does not. A read of its own, noted like the others."""
    from credit.extracts.sheet import extract_pdf

    told = extract_document(_read(request, caller, parts, "pdf", cost=PDF_COST), language)
    headers = {
        "Content-Disposition": f'attachment; filename="{told.file_name}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(extract_pdf(told), media_type=FileKind.PDF.media_type, headers=headers)


def _read(request: Request, caller: Caller, parts: Parts, form: str, *, cost: float = 1.0) -> Extract:
    """One read, noted. Raises NotLoggedInError where the grant does not stand, TooManyRequestsError."""
    grant, services = caller.grant, parts.services
    if grant is None:
        raise NotLoggedInError
    wait = parts.strangers.take(f"extract {grant.grant_id}", services.clock(), cost=cost)
    if wait > 0:
        raise TooManyRequestsError(wait)
    address = request.client.host if request.client else "unknown"
    extract = services.credit.extracts.read(grant, address=address)
    if extract is None:
        raise NotLoggedInError
    note_extract(services, grant, form, address)
    log.info("extract_read", enterprise_id=grant.enterprise_id, grant_id=grant.grant_id, form=form)
    return extract


def _next(path: str, numbers: list[int], limit: int) -> str | None:
    if len(numbers) <= limit:
        return None
    return f"/api/v1/enterprises/{path}?limit={limit}&before={numbers[limit - 1]}"
