"""Receivers of public records, and what became of what is owed to them. An address or secret is taken, never shown."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from api.fields import GivenReason, ItemId, Name, Page, Received, Shown
from api.schemas.recipients import Secret
from credit.push.ports import Answer, Push, PushState
from credit.push.receiver import Receiver, ReceiverForm
from credit.records import DeliveryAction
from domain.ids import EnterpriseId


class ReceiverBody(Received):
    """A platform outside. `address` and `secret` are needed for a new one; left out of a change, both stay.

    `everything` or `enterprise_ids`: whose published records it is told of. `is_enabled` false ends new publications;
    withdrawals and repairs still reach it.
    """

    name: Annotated[Name, Field(description="As the ledger of deliveries calls it: it never changes.")]
    everything: bool = False
    enterprise_ids: Annotated[list[ItemId], Field(max_length=1000)] = Field(default_factory=list)
    address: Annotated[Secret | None, Field(description="An https address; secret:NAME: from the settings.")] = None
    secret: Annotated[Secret | None, Field(description="whsec_ and base64 of 24 to 64 bytes, or secret:NAME.")] = None
    is_enabled: bool = True
    version: int | None = None

    def form(self) -> ReceiverForm:
        """Raises ReceiverRefusedError."""
        return ReceiverForm(
            name=self.name,
            is_everything=self.everything,
            enterprise_ids=frozenset(EnterpriseId(each) for each in self.enterprise_ids),
            address=None if self.address is None else self.address.get_secret_value(),
            secret=None if self.secret is None else self.secret.get_secret_value(),
            is_enabled=self.is_enabled,
        )


class ReceiverView(Shown):
    """`shown_address` leaves out what opens it."""

    receiver_id: str
    name: str
    everything: bool
    enterprise_ids: list[str]
    shown_address: str
    is_enabled: bool
    version: int
    created_at: datetime

    @classmethod
    def of(cls, receiver: Receiver) -> Self:
        return cls(
            receiver_id=receiver.receiver_id,
            name=receiver.name,
            everything=receiver.is_everything,
            enterprise_ids=sorted(receiver.enterprise_ids),
            shown_address=receiver.shown_address,
            is_enabled=receiver.is_enabled,
            version=receiver.version,
            created_at=receiver.created_at,
        )


class ReceiverPage(Page):
    items: list[ReceiverView]


class AnswerView(Shown):
    """What one try came to. `status` is null where there was no answer; `said` is the beginning of its text."""

    at: datetime
    status: int | None
    said: str
    is_taken: bool

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls(at=answer.at, status=answer.status, said=answer.said, is_taken=answer.is_taken)


class AnswerPage(Page):
    items: list[AnswerView]


class PushView(Shown):
    """One step of a record for one receiver.

    `due_at` is when a withdrawal or repair is late, `seconds_left` the time until then, negative once it is.
    """

    delivery_id: str
    record_id: str
    enterprise_id: str
    receiver: str
    action: DeliveryAction
    state: PushState
    ordered_at: datetime
    due_on: date | None
    due_at: datetime | None
    seconds_left: int | None
    is_overdue: bool
    attempts: int
    not_before: Annotated[datetime | None, Field(description="When it is tried next, while it waits.")]
    reason: str | None
    given_up_by: str | None
    delivered_at: datetime | None
    confirmation: str | None

    @classmethod
    def of(cls, push: Push, due_at: datetime | None, now: datetime) -> Self:
        delivery = push.delivery
        is_open = push.state in {PushState.WAITING, PushState.BY_HAND}
        left = None if due_at is None or not is_open else round((due_at - now).total_seconds())
        return cls(
            delivery_id=delivery.delivery_id,
            record_id=delivery.record_id,
            enterprise_id=push.enterprise_id,
            receiver=delivery.receiver,
            action=delivery.action,
            state=push.state,
            ordered_at=delivery.ordered_at,
            due_on=delivery.due_on,
            due_at=due_at,
            seconds_left=left,
            is_overdue=left is not None and left <= 0,
            attempts=push.attempts,
            not_before=push.not_before,
            reason=push.reason,
            given_up_by=push.given_up_by,
            delivered_at=delivery.delivered_at,
            confirmation=delivery.confirmation,
        )


class PushPage(Page):
    items: list[PushView]


class GiveUpBody(Received):
    reason: GivenReason
