"""How long evidence is kept, what is held for the law, what was deleted, and who looked at unmasked originals."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from alerts import metrics
from alerts.keeping.access import AccessKind, NewAccess
from api.callers import Caller
from api.cursors import cursor_after, item_before
from api.dependencies import Holder, LedgerReader, Reader, Services, Unmasked
from api.errors import EvidenceDeletedError, EvidenceMissingError, FieldError, NotFoundError
from api.fields import PathId
from api.routers.evidence import deletion_of
from api.schemas.keeping import (
    AccessPage,
    AccessView,
    AlertKeepingView,
    DeletionPage,
    DeletionView,
    HoldList,
    HoldView,
    KeepingView,
    OpenedView,
    StatedReasonBody,
)
from api.services import ApiServices
from domain.alert import Alert, EvidenceKind, EvidenceState
from domain.ids import AlertId, EvidenceId

router = APIRouter(tags=["keeping"])

Limit = Annotated[int, Query(ge=1, le=200)]
MOST_HOLDS = 500


def _alert(services: ApiServices, alert_id: str, caller: Caller) -> Alert:
    alert = services.journal.get(AlertId(alert_id), caller.scope)
    if alert is None:
        raise NotFoundError("alert", alert_id)
    return alert


@router.get("/keeping")
def read_keeping(caller: Reader, services: Services) -> KeepingView:  # noqa: ARG001 - anybody who may read
    """The policy, whether it is applied, and how the disk of the evidence is."""
    keeping = services.keeping
    return KeepingView.of(keeping.policy, keeping.state(), is_on=keeping.is_on)


@router.get("/holds")
def list_holds(caller: Reader, services: Services) -> HoldList:
    """Legal holds that stand, newest first (500 at most)."""
    return HoldList(items=[HoldView.of(hold) for hold in services.keeping.holds.holds(caller.scope, MOST_HOLDS)])


@router.get("/alerts/{alert_id}/keeping")
def read_alert_keeping(alert_id: PathId, caller: Reader, services: Services) -> AlertKeepingView:
    """Whether the alert is held, and what of its evidence was deleted when and by which rule."""
    alert = _alert(services, alert_id, caller)
    hold = services.keeping.holds.standing(alert.alert_id)
    deletions = services.keeping.ledger.deletions_of(alert.alert_id)
    return AlertKeepingView(
        hold=None if hold is None else HoldView.of(hold),
        deletions=[DeletionView.of(deletion) for deletion in deletions],
    )


@router.post("/alerts/{alert_id}/hold")
def hold_alert(alert_id: PathId, body: StatedReasonBody, caller: Holder, services: Services) -> HoldView:
    """Keep all of the alert's evidence, whatever policy and disk say, until it is released. A step of the alert."""
    hold = services.keeping.holds.set(
        AlertId(alert_id), actor=caller.account.user_id, scope=caller.scope, reason=body.reason
    )
    if hold is None:
        raise NotFoundError("alert", alert_id)
    return HoldView.of(hold)


@router.post("/alerts/{alert_id}/release")
def release_alert(alert_id: PathId, body: StatedReasonBody, caller: Holder, services: Services) -> HoldView:
    """Lift the hold: the policy applies again. A step of the alert."""
    hold = services.keeping.holds.lift(
        AlertId(alert_id), actor=caller.account.user_id, scope=caller.scope, reason=body.reason
    )
    if hold is None:
        raise NotFoundError("alert", alert_id)
    return HoldView.of(hold)


@router.get("/deletions")
def list_deletions(
    caller: LedgerReader,
    services: Services,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 100,
) -> DeletionPage:
    """The ledger of deletions, newest first."""
    before = _place(cursor)
    found = services.keeping.ledger.deletions(caller.scope, before, limit + 1)
    following = None
    if len(found) > limit:
        query = urlencode({"limit": limit, "cursor": cursor_after(found[limit - 1].deletion_id)})
        following = f"/api/v1/deletions?{query}"
    return DeletionPage(items=[DeletionView.of(each) for each in found[:limit]], next=following)


@router.get("/accesses")
def list_accesses(
    *,
    caller: LedgerReader,
    services: Services,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Limit = 100,
) -> AccessPage:
    """Who opened unmasked originals, when and why, newest first."""
    found = services.keeping.accesses.accesses(caller.scope, since=since, until=until, before=before, limit=limit + 1)
    following = None
    if len(found) > limit:
        asked = {"since": since and since.isoformat(), "until": until and until.isoformat(), "limit": limit}
        pairs = {name: value for name, value in asked.items() if value is not None}
        following = "/api/v1/accesses?" + urlencode({**pairs, "before": found[limit - 1].number})
    return AccessPage(items=[AccessView.of(each) for each in found[:limit]], next=following)


@router.post("/evidence/{evidence_id}/access", status_code=201)
def open_original(evidence_id: PathId, body: StatedReasonBody, caller: Unmasked, services: Services) -> OpenedView:
    """Say why an unmasked clip must be seen. It is written down, and then the clip is open to this account for a while.

    Packs with the clip are open with it.
    """
    known = services.journal.evidence(EvidenceId(evidence_id))
    if known is None or not caller.scope.allows(known[0].enterprise_id, known[0].site_id):
        raise NotFoundError("evidence", evidence_id)
    alert, piece = known
    if piece.kind is not EvidenceKind.CLIP:
        raise NotFoundError("clip", evidence_id)
    if piece.state is EvidenceState.DELETED:
        raise EvidenceDeletedError(evidence_id, deletion_of(services, piece), piece.cause)
    if piece.state is not EvidenceState.STORED:
        raise EvidenceMissingError(evidence_id, piece.cause or piece.state.value)
    now = services.now()
    entry = services.keeping.accesses.note(
        NewAccess(
            at=now,
            user_id=caller.account.user_id,
            user_name=caller.account.name,
            kind=AccessKind.CLIP,
            enterprise_id=alert.enterprise_id,
            site_id=alert.site_id,
            alert_id=alert.alert_id,
            evidence_id=piece.evidence_id,
            reason=body.reason,
        )
    )
    metrics.ACCESSES.labels(AccessKind.CLIP.value).inc()
    return OpenedView(access=AccessView.of(entry), until=now + timedelta(minutes=services.settings.unmasked_minutes))


def _place(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    place = item_before(cursor)
    if place is None:
        raise FieldError("query.cursor", "the cursor of an earlier answer", "another text")
    return place
