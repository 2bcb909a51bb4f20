"""What pushing needs from outside: a book of receivers, what is owed to them, and a line to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from credit.push.receiver import Receiver
from credit.records import Delivery
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope


class PushState(StrEnum):
    """What became of a delivery.

    `waiting`: it is sent, now or later, for as long as it takes. `by_hand`: no receiver of that name is set up, so a
    person tells it and confirms. `given_up`: a person has ended it, with a reason. `superseded`: the publication was
    over before it had been taken, and is never sent any more.
    """

    WAITING = "waiting"
    BY_HAND = "by_hand"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One delivery of ledger C with what became of it.

    `attempts` counts tries; `not_before` is when it is tried next; `reason` says what stands in the way now, or why a
    person gave it up.
    """

    delivery: Delivery
    enterprise_id: EnterpriseId
    corrects: str | None
    state: PushState
    attempts: int = 0
    not_before: datetime | None = None
    reason: str | None = None
    given_up_by: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a try came to.

    `status` is that of HTTP, None where there was no answer; `said` the beginning of its text, or in words what went
    wrong, without addresses. `is_taken`: the receiver has it. `is_about_message`: this one message was refused, others
    may pass.
    """

    at: datetime
    status: int | None
    said: str
    is_taken: bool = False
    is_about_message: bool = False
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much waits for platforms.

    `overdue` are withdrawals and repairs beyond their last day, whoever tells them; `next_due_on` is the first last
    day of those that wait.
    """

    waiting: int
    oldest_ordered_at: datetime | None
    overdue: int
    next_due_on: date | None


class ReceiverBook(Protocol):
    """Every method is one transaction; any thread."""

    def list_receivers(self) -> list[Receiver]:
        """All, by name."""
        ...

    def get_receiver(self, receiver_id: str) -> Receiver | None: ...
    def add_receiver(self, receiver: Receiver) -> None:
        """Raises ReceiverNameTakenError."""
        ...

    def update_receiver(self, receiver: Receiver, expected_version: int, now: datetime) -> Receiver:
        """Store it with the next version; what waits for it is tried at once. Raises ReceiverChangedError."""
        ...

    def delete_receiver(self, receiver_id: str, expected_version: int) -> None:
        """Raises ReceiverChangedError, and ReceiverInUseError for one that stands in the ledger of deliveries."""
        ...


class PushLedger(Protocol):
    """What is owed to receivers. Every method is one transaction; any thread."""

    def order_missing(self, receivers: Sequence[Receiver], today: date, now: datetime) -> int:
        """Order of each receiver what is in force and was not ordered yet, and the end of what is over; how many."""
        ...

    def due(self, receiver: Receiver, now: datetime, limit: int) -> list[Push]:
        """Waiting, at their time, and not behind an earlier step of the same record or of the one that it corrects.

        What has a last day comes first.
        """
        ...

    def begin(self, delivery_id: str, subject_name: str, now: datetime) -> str | None:
        """Note that a try begins. Returns the subject's name as it was at the first try, None if it waits no more."""
        ...

    def taken(self, delivery_id: str, answer: Answer, confirmation: str) -> None:
        """The receiver has it. One that a person has confirmed meanwhile stays as it is."""
        ...

    def refused(self, delivery_id: str, answer: Answer, not_before: datetime) -> None: ...
    def hold(self, delivery_id: str, reason: str, not_before: datetime) -> None:
        """It was not tried, for a reason."""
        ...

    def supersede(self, delivery_id: str, reason: str) -> None: ...
    def give_up(self, delivery_id: str, officer_id: UserId, reason: str) -> None:
        """Raises NotAnOfficerError and GuardError."""
        ...

    def resume(self, delivery_id: str, now: datetime) -> None:
        """Let it wait, to be tried at once."""
        ...

    def push(self, delivery_id: str, scope: Scope) -> Push | None: ...
    def search(
        self,
        scope: Scope,
        *,
        receiver: str | None,
        record_id: str | None,
        state: PushState | None,
        before: str | None,
        limit: int,
    ) -> list[Push]:
        """Newest first; `before` is the id of a delivery."""
        ...

    def answers(self, delivery_id: str, limit: int) -> list[Answer]:
        """Newest first."""
        ...

    def standing(self, today: date) -> Standing: ...


class Line(Protocol):
    """The way to receivers: signed posts over HTTPS. Any thread."""

    def seal(self, address: str, secret: str) -> tuple[str, str]:
        """Address and secret sealed, and the address without what opens it.

        Raises ReceiverRefusedError for a destination that could never be reached or signed for.
        """
        ...

    def post(self, sealed: str, key: str, content: bytes) -> Answer:
        """Send it under an idempotency key and wait for the answer, for a bounded time. Never raises."""
        ...
