"""Repair of published penalties: the enterprise drafts, uploads and files; officers accept, return and decide.

Hints of the pre-check decide nothing.
"""

import re
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from starlette.requests import Request

from api.account_log import AccountAct
from api.callers import Caller
from api.deeds import note_taken
from api.dependencies import Answerer, CreditReader, Recorder, Services
from api.errors import NotFoundError
from api.fields import PathId, QueryId, one_line
from api.routers.records import enterprise_of, officer_of
from api.schemas.applications import (
    ApplicationPage,
    ApplicationView,
    DatePage,
    DateView,
    DecisionBody,
    DraftBody,
    GroundBody,
    MaterialPage,
    MaterialView,
    NoteBody,
)
from api.services import ApiServices
from credit.applications.application import Application, ApplicationState
from credit.applications.desk import Decision
from credit.applications.draft import DraftKind
from credit.applications.material import Material, MaterialKind
from credit.errors import GuardError

router = APIRouter(tags=["repairs"])

FILE_PATHS = re.compile(r"/api/v1/applications/[A-Za-z0-9_-]{1,64}/materials")
"""Where bodies may be as large as files."""
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
ANY_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}, "description": "It."}}


class DraftFile(StrEnum):
    """A document to download."""

    FORM_PDF = "form.pdf"
    FORM_DOCX = "form.docx"
    PROMISE_PDF = "promise.pdf"
    PROMISE_DOCX = "promise.docx"


async def _body(request: Request) -> bytes:
    return await request.body()


def _shown(found: Application | None, application_id: str, services: ApiServices, caller: Caller) -> ApplicationView:
    if found is None:
        raise NotFoundError("application", application_id)
    book = services.credit.record_book
    record = book.record(found.record_id, caller.scope)
    return ApplicationView.of(
        found,
        services.credit.applications.policies[found.policy_id],
        "" if record is None else record.draft.document_no,
        book.deliveries(found.record_id),
        services.credit.index.profile.today,
    )


def _found(application_id: str, services: ApiServices, caller: Caller) -> Application:
    found = services.credit.applications.book.application(application_id, caller.scope)
    if found is None:
        raise NotFoundError("application", application_id)
    return found


def _paper(material: Material | None, material_id: str) -> MaterialView:
    if material is None:
        raise NotFoundError("material", material_id)
    return MaterialView.of(material)


@router.get("/enterprises/{enterprise_id}/applications")
def list_own_applications(enterprise_id: PathId, caller: CreditReader, services: Services) -> ApplicationPage:
    """The enterprise's applications for repair, newest first."""
    known = enterprise_of(services, enterprise_id, caller)
    found = services.credit.applications.book.of_enterprise(known.enterprise_id, caller.scope)
    return ApplicationPage(items=[_shown(each, each.application_id, services, caller) for each in found])


@router.get("/enterprises/{enterprise_id}/dates")
def list_dates(enterprise_id: PathId, caller: CreditReader, services: Services) -> DatePage:
    """Corrections due or overdue, earliest days of a repair under each policy, ends of publication, the licence's end.

    Soonest first; negative `days_left` are days since.
    """
    known = enterprise_of(services, enterprise_id, caller)
    desk = services.credit.dates
    return DatePage(items=[DateView.of(fact, desk.today()) for fact in desk.of(known)])


@router.post("/records/{record_id}/applications", status_code=201)
def draft_application(record_id: PathId, body: DraftBody, caller: Answerer, services: Services) -> ApplicationView:
    """For the enterprise: begin an application. Nothing is filed by that."""
    desk = services.credit.applications
    found = desk.draft(record_id, body.policy, caller.account.user_id, caller.scope)
    return _shown(found, record_id, services, caller)


@router.get("/applications")
def list_applications(
    caller: Recorder,
    services: Services,
    state: Annotated[ApplicationState | None, Query()] = None,
    before: QueryId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ApplicationPage:
    """For officers: applications of their scope, newest first."""
    states = () if state is None else (state,)
    found = services.credit.applications.book.listed(caller.scope, states, before, limit + 1)
    wanted = "" if state is None else f"&state={state}"
    last = found[limit - 1].application_id if len(found) > limit else None
    return ApplicationPage(
        items=[_shown(each, each.application_id, services, caller) for each in found[:limit]],
        next=None if last is None else f"/api/v1/applications?before={last}&limit={limit}{wanted}",
    )


@router.get("/applications/{application_id}")
def read_application(application_id: PathId, caller: CreditReader, services: Services) -> ApplicationView:
    return _shown(_found(application_id, services, caller), application_id, services, caller)


@router.get("/applications/{application_id}/drafts/{file}", response_class=Response, responses=ANY_FILE)
def download_draft(application_id: PathId, file: DraftFile, caller: CreditReader, services: Services) -> Response:
    """The document as the record fills it in now; blanks are the applicant's. A draft is filed by nobody."""
    found = _found(application_id, services, caller)
    enterprise = enterprise_of(services, found.enterprise_id, caller)
    kind, _, suffix = file.value.partition(".")
    desk = services.credit.applications
    draft = desk.drafted(DraftKind(kind), found, enterprise, caller.scope)
    if draft is None:
        raise NotFoundError("application", application_id)
    written = services.credit.writers[suffix].write(draft)
    note_taken(services, caller.account, AccountAct.EVIDENCE_TAKEN, file.value, application_id, found.enterprise_id)
    headers = {"Content-Disposition": f'attachment; filename="{file.value}"', "Cache-Control": "no-store"}
    return Response(written.content, media_type=written.media_type, headers=headers)


@router.get("/applications/{application_id}/materials")
def list_materials(application_id: PathId, caller: CreditReader, services: Services) -> MaterialPage:
    """Its papers with their hints, oldest first."""
    _found(application_id, services, caller)
    found = services.credit.applications.book.materials(application_id)
    return MaterialPage(items=[MaterialView.of(each) for each in found])


@router.post("/applications/{application_id}/materials", status_code=201, openapi_extra=FILE)
def add_material(  # noqa: PLR0917 - what a request has
    application_id: PathId,
    kind: Annotated[MaterialKind, Query()],
    title: Annotated[str, Query(min_length=1, max_length=100)],
    caller: Answerer,
    services: Services,
    content: Annotated[bytes, Depends(_body)],
) -> MaterialView:
    """For the enterprise: put a PDF, PNG or JPEG to it. What it is its bytes say, not its name."""
    try:
        one_line(title)
    except ValueError as error:
        raise GuardError("title", "a text of one line", "something else") from error
    desk = services.credit.applications
    material = desk.put(application_id, caller.account.user_id, caller.scope, kind=kind, title=title, content=content)
    return _paper(material, application_id)


@router.get("/applications/{application_id}/materials/{material_id}/file", response_class=Response, responses=ANY_FILE)
def read_material(application_id: PathId, material_id: PathId, caller: CreditReader, services: Services) -> Response:
    """The paper as it was uploaded."""
    opened = services.credit.applications.opened(application_id, material_id, caller.scope)
    if opened is None:
        raise NotFoundError("material", material_id)
    material, file = opened
    with file:
        content = file.read()
    suffix = material.name.rpartition(".")[2]
    file_name = f"{material_id}.{suffix}"
    note_taken(services, caller.account, AccountAct.EVIDENCE_TAKEN, file_name, application_id)
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=material.media_type, headers=headers)


@router.delete("/applications/{application_id}/materials/{material_id}")
def remove_material(application_id: PathId, material_id: PathId, caller: Answerer, services: Services) -> MaterialView:
    """For the enterprise: take a paper out again before it is filed."""
    return _paper(services.credit.applications.remove(application_id, material_id, caller.scope), material_id)


@router.post("/applications/{application_id}/materials/{material_id}/check")
def check_material(
    application_id: PathId, material_id: PathId, caller: CreditReader, services: Services
) -> MaterialView:
    """Read the paper and tell hints: where, what was expected, what was found. It takes seconds and decides nothing."""
    found = _found(application_id, services, caller)
    enterprise = enterprise_of(services, found.enterprise_id, caller)
    desk = services.credit.applications
    return _paper(desk.check(application_id, material_id, enterprise, caller.scope), material_id)


@router.post("/applications/{application_id}/file")
def file_application(application_id: PathId, body: NoteBody, caller: Answerer, services: Services) -> ApplicationView:
    """For the enterprise: file it, with a form, a promise and a proof among its papers."""
    desk = services.credit.applications
    found = desk.file(application_id, caller.account.user_id, caller.scope, reason=body.reason)
    return _shown(found, application_id, services, caller)


@router.post("/applications/{application_id}/withdraw")
def withdraw_application(
    application_id: PathId, body: NoteBody, caller: Answerer, services: Services
) -> ApplicationView:
    """For the enterprise: give it up."""
    desk = services.credit.applications
    found = desk.withdraw(application_id, caller.account.user_id, caller.scope, reason=body.reason)
    return _shown(found, application_id, services, caller)


@router.post("/applications/{application_id}/accept")
def accept_application(application_id: PathId, body: NoteBody, caller: Recorder, services: Services) -> ApplicationView:
    """The working days of its policy run from here. Officers only."""
    desk = services.credit.applications
    found = desk.accept(application_id, officer_of(caller), caller.scope, reason=body.reason)
    return _shown(found, application_id, services, caller)


@router.post("/applications/{application_id}/return")
def return_application(
    application_id: PathId, body: GroundBody, caller: Recorder, services: Services
) -> ApplicationView:
    """Give it back with what is missing. Officers only."""
    desk = services.credit.applications
    found = desk.send_back(application_id, officer_of(caller), caller.scope, reason=body.reason)
    return _shown(found, application_id, services, caller)


@router.post("/applications/{application_id}/decide")
def decide_application(
    application_id: PathId, body: DecisionBody, caller: Recorder, services: Services
) -> ApplicationView:
    """Grant it, which ends the publication at every receiver, or refuse it. Officers only, never who filed it."""
    decision = Decision(
        is_granted=body.granted, document_no=body.document_no, decided_on=body.decided_on, reason=body.reason
    )
    found = services.credit.applications.decide(application_id, officer_of(caller), caller.scope, decision)
    return _shown(found, application_id, services, caller)
