"""Platforms that are told of public records, and the ledger of what each was told. Within the caller's scope."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Response

from api.callers import Caller
from api.dependencies import CreditReader, RecipientKeeper, Recorder, Services
from api.errors import NotFoundError
from api.fields import PathId, QueryId
from api.routers.records import officer_of
from api.schemas.pushes import (
    AnswerPage,
    AnswerView,
    GiveUpBody,
    PushPage,
    PushView,
    ReceiverBody,
    ReceiverPage,
    ReceiverView,
)
from api.services import ApiServices
from api.tags import expected_version, version_tag
from credit.push.ports import Push, PushState
from credit.push.receiver import Receiver

router = APIRouter(tags=["records"])

IfMatch = Annotated[str | None, Header(description='The ETag the change was made from, such as "3".', max_length=100)]


@router.get("/record-receivers")
def list_receivers(caller: RecipientKeeper, services: Services) -> ReceiverPage:
    """Platforms that are told of published records, by name."""
    found = services.credit.pushes.list_receivers(caller.scope)
    return ReceiverPage(items=[ReceiverView.of(one) for one in found])


@router.post("/record-receivers", status_code=201)
def add_receiver(body: ReceiverBody, response: Response, caller: RecipientKeeper, services: Services) -> ReceiverView:
    """Let a platform be told of what is published: of all that is in force now, and of what follows."""
    receiver = services.credit.pushes.add(body.form(), caller.scope)
    response.headers["Location"] = f"/api/v1/record-receivers/{receiver.receiver_id}"
    return _shown(receiver, response)


@router.get("/record-receivers/{receiver_id}")
def read_receiver(receiver_id: PathId, response: Response, caller: RecipientKeeper, services: Services) -> ReceiverView:
    return _shown(_receiver(services, receiver_id, caller), response)


@router.put("/record-receivers/{receiver_id}")
def change_receiver(
    *,
    receiver_id: PathId,
    body: ReceiverBody,
    response: Response,
    caller: RecipientKeeper,
    services: Services,
    if_match: IfMatch = None,
) -> ReceiverView:
    """Put this in its place, if nobody changed it since the version named (else 412). What waits is tried at once."""
    receiver = _receiver(services, receiver_id, caller)
    expected = expected_version(if_match, body.version)
    return _shown(services.credit.pushes.change(receiver, body.form(), caller.scope, expected), response)


@router.delete("/record-receivers/{receiver_id}", status_code=204)
def delete_receiver(receiver_id: PathId, caller: RecipientKeeper, services: Services, if_match: IfMatch = None) -> None:
    """Only one that nothing was ordered for: a platform that has a record must hear of its withdrawal."""
    receiver = _receiver(services, receiver_id, caller)
    services.credit.pushes.delete(receiver, expected_version(if_match, None))


@router.post("/record-receivers/{receiver_id}/test")
def try_receiver(receiver_id: PathId, caller: RecipientKeeper, services: Services) -> AnswerView:
    """Send a test now, and tell the answer. It is about no record and in no ledger."""
    return AnswerView.of(services.credit.pushes.try_out(_receiver(services, receiver_id, caller)))


@router.get("/record-deliveries")
def list_pushes(
    *,
    caller: CreditReader,
    services: Services,
    receiver: Annotated[str | None, Query(max_length=100)] = None,
    record_id: QueryId | None = None,
    state: PushState | None = None,
    before: QueryId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PushPage:
    """Newest first: which receiver was told of which step, what waits, and until when a withdrawal has to be there."""
    found = services.credit.pushes.pushes(
        caller.scope, receiver=receiver, record_id=record_id, state=state, before=before, limit=limit + 1
    )
    following = None
    if len(found) > limit:
        asked: dict[str, Any] = {
            "receiver": receiver, "record_id": record_id, "state": state and state.value, "limit": limit,
        }  # fmt: skip
        query = {name: value for name, value in asked.items() if value is not None}
        last = found[limit - 1].delivery.delivery_id
        following = f"/api/v1/record-deliveries?{urlencode(query | {'before': last})}"
    return PushPage(items=[_push_shown(services, one) for one in found[:limit]], next=following)


@router.get("/record-deliveries/{delivery_id}")
def read_push(delivery_id: PathId, caller: CreditReader, services: Services) -> PushView:
    return _found(services, services.credit.pushes.push(delivery_id, caller.scope), delivery_id)


@router.get("/record-deliveries/{delivery_id}/answers")
def list_answers(delivery_id: PathId, caller: CreditReader, services: Services) -> AnswerPage:
    """What the receiver answered at each try, newest first."""
    found = services.credit.pushes.answers(delivery_id, caller.scope)
    if found is None:
        raise NotFoundError("delivery", delivery_id)
    return AnswerPage(items=[AnswerView.of(each) for each in found])


@router.post("/record-deliveries/{delivery_id}/give-up")
def give_up(delivery_id: PathId, body: GiveUpBody, caller: Recorder, services: Services) -> PushView:
    """End the tries, for a reason that stays. Officers only."""
    desk = services.credit.pushes
    found = desk.give_up(delivery_id, officer_of(caller), caller.scope, reason=body.reason)
    return _found(services, found, delivery_id)


@router.post("/record-deliveries/{delivery_id}/again")
def try_again(delivery_id: PathId, caller: Recorder, services: Services) -> PushView:
    """Try it now, given up or not. Officers only."""
    found = services.credit.pushes.resume(delivery_id, officer_of(caller), caller.scope)
    return _found(services, found, delivery_id)


def _receiver(services: ApiServices, receiver_id: str, caller: Caller) -> Receiver:
    found = services.credit.pushes.receiver(receiver_id, caller.scope)
    if found is None:
        raise NotFoundError("receiver", receiver_id)
    return found


def _shown(receiver: Receiver, response: Response) -> ReceiverView:
    response.headers["ETag"] = version_tag(receiver.version)
    return ReceiverView.of(receiver)


def _found(services: ApiServices, push: Push | None, delivery_id: str) -> PushView:
    if push is None:
        raise NotFoundError("delivery", delivery_id)
    return _push_shown(services, push)


def _push_shown(services: ApiServices, push: Push) -> PushView:
    due_on = push.delivery.due_on
    due_at: datetime | None = None if due_on is None else services.credit.index.profile.end_of(due_on)
    return PushView.of(push, due_at, services.now())
