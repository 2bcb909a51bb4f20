"""Who is told of alerts and dates, and what became of it. Everything stays within the caller's scope."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import ValidationError

from alerts.notify.desk import RecipientForm
from alerts.notify.errors import SecretBoxError, SendError
from alerts.notify.ports import DeliveryState, Destination
from alerts.notify.recipient import Reach, Recipient, Wishes
from api.dependencies import RecipientKeeper, Services
from api.errors import FieldError, NotFoundError
from api.fields import LARGEST_FEED_ID, PathId, QueryId
from api.schemas.recipients import (
    AgainView,
    DeliveryPage,
    DeliveryView,
    RecipientBody,
    RecipientPage,
    RecipientView,
    ReminderPage,
    ReminderView,
    TestSendView,
)
from api.services import ApiServices
from api.tags import expected_version, version_tag
from domain.scope import Scope

router = APIRouter(tags=["recipients"])

T = TypeVar("T")

IfMatch = Annotated[str | None, Header(description='The ETag the change was made from, such as "3".', max_length=100)]
DeliveryId = Annotated[int, Path(ge=1, le=LARGEST_FEED_ID)]


@router.get("/recipients")
def list_recipients(caller: RecipientKeeper, services: Services) -> RecipientPage:
    """By name. Those whose reach goes beyond one's own scope are not shown."""
    return RecipientPage(items=[RecipientView.of(one) for one in services.recipients.list_recipients(caller.scope)])


@router.post("/recipients", status_code=201)
def add_recipient(
    body: RecipientBody, response: Response, caller: RecipientKeeper, services: Services
) -> RecipientView:
    """Let somebody be told from now on; what happened before is not told."""
    recipient = services.recipients.add(_form(body), caller.scope)
    response.headers["Location"] = f"/api/v1/recipients/{recipient.recipient_id}"
    return _shown(recipient, response)


@router.get("/recipients/{recipient_id}")
def read_recipient(
    recipient_id: PathId, response: Response, caller: RecipientKeeper, services: Services
) -> RecipientView:
    return _shown(_recipient(services, recipient_id, caller.scope), response)


@router.put("/recipients/{recipient_id}")
def change_recipient(
    *,
    recipient_id: PathId,
    body: RecipientBody,
    response: Response,
    caller: RecipientKeeper,
    services: Services,
    if_match: IfMatch = None,
) -> RecipientView:
    """Put this in its place, if nobody changed it since the version named (else 412)."""
    recipient = _recipient(services, recipient_id, caller.scope)
    expected = expected_version(if_match, body.version)
    return _shown(services.recipients.change(recipient, _form(body), caller.scope, expected), response)


@router.delete("/recipients/{recipient_id}", status_code=204)
def delete_recipient(
    recipient_id: PathId, caller: RecipientKeeper, services: Services, if_match: IfMatch = None
) -> None:
    """Tell it nothing more. What was told stays in the list of deliveries."""
    recipient = _recipient(services, recipient_id, caller.scope)
    services.recipients.delete(recipient, expected_version(if_match, None))


@router.post("/recipients/{recipient_id}/test")
def try_recipient(recipient_id: PathId, caller: RecipientKeeper, services: Services) -> TestSendView:
    """Send a test message now, and say whether it was taken. It is about no alert and not in the ledger."""
    recipient = _recipient(services, recipient_id, caller.scope)
    try:
        services.recipients.try_out(recipient)
    except (SendError, SecretBoxError) as error:
        return TestSendView(is_sent=False, reason=error.reason)
    return TestSendView(is_sent=True, reason=None)


@router.get("/deliveries")
def list_deliveries(
    *,
    caller: RecipientKeeper,
    services: Services,
    recipient_id: QueryId | None = None,
    state: DeliveryState | None = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_FEED_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:
    """Newest first: who was told of which step, and what waits or was given up."""
    found = services.recipients.deliveries(
        caller.scope, recipient_id=recipient_id, state=state, before=before, limit=limit + 1
    )
    following = None
    if len(found) > limit:
        following = _following("deliveries", recipient_id, state, limit, found[limit - 1].delivery_id)
    return DeliveryPage(items=[DeliveryView.of(one) for one in found[:limit]], next=following)


@router.post("/deliveries/{delivery_id}/again")
def send_again(delivery_id: DeliveryId, caller: RecipientKeeper, services: Services) -> AgainView:
    """Let a delivery wait anew, due now, whatever became of it. Whoever was told is told once more."""
    count = services.recipients.again(caller.scope, [delivery_id])
    if count == 0:
        raise NotFoundError("delivery", str(delivery_id))
    return AgainView(count=count)


@router.get("/reminders")
def list_reminders(
    *,
    caller: RecipientKeeper,
    services: Services,
    recipient_id: QueryId | None = None,
    state: DeliveryState | None = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_FEED_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReminderPage:
    """Newest first: who was told of which date, and what waits or was given up."""
    found = services.recipients.reminders(
        caller.scope, recipient_id=recipient_id, state=state, before=before, limit=limit + 1
    )
    following = None
    if len(found) > limit:
        following = _following("reminders", recipient_id, state, limit, found[limit - 1].notice_id)
    return ReminderPage(items=[ReminderView.of(one) for one in found[:limit]], next=following)


@router.post("/reminders/{notice_id}/again")
def remind_again(notice_id: DeliveryId, caller: RecipientKeeper, services: Services) -> AgainView:
    """Let a reminder wait anew, due now. One whose date is settled or has passed is dropped instead of sent."""
    count = services.recipients.remind_again(caller.scope, [notice_id])
    if count == 0:
        raise NotFoundError("reminder", str(notice_id))
    return AgainView(count=count)


def _following(path: str, recipient_id: str | None, state: DeliveryState | None, limit: int, before: int) -> str:
    asked: dict[str, Any] = {"recipient_id": recipient_id, "state": state and state.value, "limit": limit}
    query = {name: value for name, value in asked.items() if value is not None}
    return f"/api/v1/{path}?{urlencode(query | {'before': before})}"


def _recipient(services: ApiServices, recipient_id: str, scope: Scope) -> Recipient:
    found = services.recipients.get(recipient_id, scope)
    if found is None:
        raise NotFoundError("recipient", recipient_id)
    return found


def _form(body: RecipientBody) -> RecipientForm:
    if body.address is None and body.secret is not None:
        raise FieldError("body.address", "the address that the secret belongs to", "none")
    destination = None
    if body.address is not None:
        secret = body.secret.get_secret_value() if body.secret is not None else None
        destination = Destination(body.address.get_secret_value(), secret)
    return RecipientForm(
        name=body.name,
        channel=body.channel,
        reach=_checked("reach", lambda: Reach.model_validate(body.reach.model_dump())),
        wishes=_checked("wishes", lambda: Wishes.model_validate(body.wishes.model_dump())),
        destination=destination,
        is_enabled=body.is_enabled,
    )


def _checked(name: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(["body", name, *(str(part) for part in first["loc"])])
        raise FieldError(where, first["msg"].removeprefix("Value error, "), "something else") from error


def _shown(recipient: Recipient, response: Response) -> RecipientView:
    response.headers["ETag"] = version_tag(recipient.version)
    return RecipientView.of(recipient)
