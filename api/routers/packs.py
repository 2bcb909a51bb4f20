"""Evidence packs of alerts, how far an alert is sealed, and who took copies."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.account_log import AccountAct
from api.callers import Caller
from api.deeds import note_taken
from api.dependencies import Judge, Reader, Services
from api.errors import NotFoundError
from api.fields import PathId
from api.permissions import Permission
from api.routers.evidence import require_access
from api.services import ApiServices
from domain.alert import Alert, EvidenceKind, EvidenceState
from domain.ids import AlertId

router = APIRouter(prefix="/alerts", tags=["evidence"])

PACK: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The pack.",
    }
}
WithClip = Annotated[bool, Query(alias="clip", description="Put the clip in. It shows faces and needs see_unmasked.")]


ClockOffsetSeconds = Annotated[
    float | None,
    Field(
        description="What to add to the clock of the machine that asked for the time stamp, at that time, to get the "
        "authority's. Null: there is no time stamp, or nothing was measured with it."
    ),
]
ClockUncertaintySeconds = Annotated[
    float | None,
    Field(
        description="By how much the offset may be wrong: the authority's accuracy (one second where it names none) "
        "and half the round trip."
    ),
]


class SealingView(BaseModel):
    """How far an alert's steps are sealed into the chain. `stamped_at` is what a time stamp authority said."""

    steps: int
    sealed: int
    number: int | None
    digest: str | None
    stamped_at: datetime | None
    clock_offset_seconds: ClockOffsetSeconds
    clock_uncertainty_seconds: ClockUncertaintySeconds
    public_key: str


class CopyView(BaseModel):
    """A copy that was taken. Without an account it was taken at the machine itself."""

    user_id: str | None
    made_at: datetime
    has_clip: bool
    sha256: str


def _alert(services: ApiServices, alert_id: str, caller: Caller) -> Alert:
    alert = services.journal.get(AlertId(alert_id), caller.scope)
    if alert is None:
        raise NotFoundError("alert", alert_id)
    return alert


@router.get("/{alert_id}/seals")
def read_sealing(alert_id: PathId, caller: Reader, services: Services) -> SealingView:
    """Whether the alert's steps are sealed, and the public key that its pack is signed with."""
    sealing = services.packs.sealing(_alert(services, alert_id, caller))
    offset = sealing.clock_offset
    return SealingView(
        steps=sealing.steps,
        sealed=sealing.sealed,
        number=sealing.number,
        digest=sealing.digest,
        stamped_at=sealing.stamped_at,
        clock_offset_seconds=offset.seconds if offset else None,
        clock_uncertainty_seconds=offset.uncertainty_seconds if offset else None,
        public_key=services.packs.public_key,
    )


@router.get("/{alert_id}/pack.zip", response_class=Response, responses=PACK)
def read_pack(alert_id: PathId, caller: Reader, services: Services, has_clip: WithClip = False) -> Response:
    """All evidence of an alert as a signed ZIP that can be checked offline. Each copy is written down.

    With the clip a reason must have been given before (`POST /evidence/{evidence_id}/access`).
    """
    if has_clip:
        caller.require(Permission.SEE_UNMASKED)
    alert = _alert(services, alert_id, caller)
    for piece in alert.evidence if has_clip else ():
        if piece.kind is EvidenceKind.CLIP and piece.state is EvidenceState.STORED:
            require_access(services, piece, caller)
    content = services.packs.make(alert, has_clip=has_clip, user_id=caller.account.user_id)
    name = f"{alert.alert_id}-{alert.sequence}.zip"
    note_taken(services, caller.account, AccountAct.EVIDENCE_TAKEN, name, alert.enterprise_id)
    return Response(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get("/{alert_id}/copies")
def list_copies(alert_id: PathId, caller: Judge, services: Services) -> list[CopyView]:
    """Who took copies of the alert's evidence, oldest first (500 at most)."""
    alert = _alert(services, alert_id, caller)
    return [
        CopyView(user_id=copy.user_id, made_at=copy.made_at, has_clip=copy.has_clip, sha256=copy.sha256)
        for copy in services.packs.copies(alert.alert_id)
    ]
