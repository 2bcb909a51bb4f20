"""What follows a verdict: notice, dispute, rectification with files, verification, closing, pauses of the clocks."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request

from api.alert_views import detail_of, found, stepped
from api.dependencies import Answerer, Judge, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId
from api.schemas.alerts import AlertDetail, AnswerFileView, RectificationBody, VerdictBody
from domain.ids import AlertId, EvidenceId

router = APIRouter(prefix="/alerts", tags=["alerts"])

FILE_PATHS = re.compile(r"/api/v1/alerts/[A-Za-z0-9_-]{1,64}/files")
"""Where bodies may be as large as files."""

FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/{alert_id}/notify")
def notify(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that the enterprise has been told what was found and how to answer. From now on it can."""
    return stepped(services, services.desks.follow_up.notify, alert_id, body, caller)


@router.post("/{alert_id}/dispute")
def dispute(alert_id: PathId, body: VerdictBody, caller: Answerer, services: Services) -> AlertDetail:
    """For the enterprise: say that it is not so, and why. A reviewer who has not reviewed it before decides."""
    return stepped(services, services.desks.follow_up.dispute, alert_id, body, caller)


@router.post("/{alert_id}/files", openapi_extra=FILE)
def add_file(
    alert_id: PathId, caller: Answerer, services: Services, content: Annotated[bytes, Depends(_body)]
) -> AnswerFileView:
    """For the enterprise: put a picture (JPEG, PNG) or a document (PDF) to the alert. The same content is one file."""
    try:
        added = services.desks.follow_up.add_file(
            AlertId(alert_id), actor=caller.account.user_id, scope=caller.scope, content=content
        )
    except ValueError as error:
        raise FieldError("body", "a JPEG or PNG picture or a PDF document", "other content") from error
    if added is None:
        raise NotFoundError("alert", alert_id)
    alert, evidence_id = added
    return AnswerFileView(evidence_id=evidence_id, sequence=alert.sequence)


@router.post("/{alert_id}/rectify")
def rectify(alert_id: PathId, body: RectificationBody, caller: Answerer, services: Services) -> AlertDetail:
    """For the enterprise: say what was done, and show it by files that were put to the alert."""
    alert = services.desks.follow_up.rectify(
        AlertId(alert_id),
        actor=caller.account.user_id,
        scope=caller.scope,
        expected_sequence=body.expected_sequence,
        reason=body.reason,
        files=[EvidenceId(file) for file in body.files],
    )
    return detail_of(services, found(alert, alert_id), caller)


@router.post("/{alert_id}/verify")
def verify(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that it is put right. Who answered for the enterprise cannot."""
    return stepped(services, services.desks.follow_up.verify, alert_id, body, caller)


@router.post("/{alert_id}/send-back")
def send_back(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Say that it is not put right yet, and what is missing."""
    return stepped(services, services.desks.follow_up.send_back, alert_id, body, caller)


@router.post("/{alert_id}/close")
def close_alert(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Close it without a record: what was verified, dismissed or could not be judged."""
    return stepped(services, services.desks.follow_up.close, alert_id, body, caller)


@router.post("/{alert_id}/pause")
def pause_clocks(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Stop the alert's clocks, for a reason in words."""
    return stepped(services, services.desks.follow_up.pause, alert_id, body, caller)


@router.post("/{alert_id}/resume")
def resume_clocks(alert_id: PathId, body: VerdictBody, caller: Judge, services: Services) -> AlertDetail:
    """Let the alert's clocks go on."""
    return stepped(services, services.desks.follow_up.resume, alert_id, body, caller)
