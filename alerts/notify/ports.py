"""What telling people needs from outside: a book of recipients, a ledger of deliveries, senders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from alerts.notify.recipient import Language, Recipient
from domain.alert import AlertStep
from domain.ids import AlertId, EnterpriseId, SiteId
from domain.risk import RiskClass
from domain.scope import Scope


class DeliveryState(StrEnum):
    """`waiting`: to be sent, now or later. `dead`: given up, for a person to send again. `dropped`: see `reason`."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """One step of an alert for one recipient. `due_at` is when it may go out at the earliest."""

    recipient_id: str
    recipient_name: str
    alert_id: AlertId
    sequence: int
    enterprise_id: EnterpriseId
    site_id: SiteId
    code: str
    risk_class: RiskClass
    step: AlertStep
    created_at: datetime
    due_at: datetime
    only_if_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(NewDelivery):
    """The same as the ledger keeps it. `message_id` names the message that carried it, with others or alone."""

    delivery_id: int
    state: DeliveryState
    not_before: datetime
    attempts: int
    reason: str | None
    settled_at: datetime | None
    message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDepth:
    """How much waits. `oldest_due_at` is of what is due already."""

    waiting: int
    overdue: int
    oldest_due_at: datetime | None
    dead: int


class RecipientBook(Protocol):
    """Every method is one transaction; any thread."""

    def list_recipients(self) -> list[Recipient]:
        """All, by name."""
        ...

    def get(self, recipient_id: str) -> Recipient | None: ...

    def add(self, recipient: Recipient) -> None:
        """Raises RecipientNameTakenError."""
        ...

    def update(self, recipient: Recipient, expected_version: int) -> Recipient:
        """Store it with the next version. Raises RecipientChangedError and RecipientNameTakenError."""
        ...

    def delete(self, recipient_id: str, expected_version: int, now: datetime) -> None:
        """Its deliveries stay; those that wait are dropped. Raises RecipientChangedError."""
        ...


class DeliveryLedger(Protocol):
    """What is owed to whom, and what became of it. Every method is one transaction; any thread; raises JournalError.

    The feed is the source: `mark` is the last entry of it that was turned into deliveries, and moves in the same
    transaction as they are written.
    """

    def mark(self) -> int | None:
        """None before the first time."""
        ...

    def enter(self, deliveries: Sequence[NewDelivery], mark: int) -> None:
        """A delivery that is there already (same recipient, alert and sequence) stays as it is."""
        ...

    def due(self, recipient_id: str, now: datetime, limit: int) -> list[Delivery]:
        """Waiting, at their time and not behind an earlier step of their alert that is put off; oldest first."""
        ...

    def recipients_due(self, now: datetime) -> set[str]: ...

    def payloads(self, deliveries: Sequence[Delivery]) -> dict[int, dict[str, Any]]:
        """The messages about the steps, as the journal keeps them, by delivery."""
        ...

    def sent(self, delivery_ids: Sequence[int], at: datetime, message_id: str) -> None: ...

    def put_off(
        self, delivery_ids: Sequence[int], until: datetime, reason: str | None, *, is_attempt: bool
    ) -> None: ...

    def bury(self, delivery_ids: Sequence[int], at: datetime, reason: str) -> None: ...

    def drop(self, delivery_ids: Sequence[int], at: datetime, reason: str) -> None: ...

    def messages_since(self, recipient_id: str, since: datetime) -> list[datetime]:
        """When messages went out to the recipient, ascending."""
        ...

    def search(
        self, scope: Scope, *, recipient_id: str | None, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[Delivery]:
        """Newest first."""
        ...

    def again(self, scope: Scope, delivery_ids: Sequence[int], now: datetime) -> int:
        """Let them wait anew, due now, whatever became of them; returns how many."""
        ...

    def depth(self, now: datetime) -> LedgerDepth: ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to so many that were sent or dropped before the instant, oldest first; returns how many.

        What waits and what was given up stays, however old it is: a person is to look at it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a recipient is reached. Never shown, logged or kept in plain."""

    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one recipient, about `steps` (the journal's messages about alerts) or about `dates`.

    `message_id` is the same at each try. `subject` and `text` are for people.
    """

    message_id: str
    at: datetime
    language: Language
    subject: str
    text: str
    steps: Sequence[dict[str, Any]] = ()
    dates: Sequence[dict[str, Any]] = ()
    is_test: bool = False


class Sender(Protocol):
    """One way to reach recipients. Any thread; it waits for an answer, for a bounded time."""

    def check(self, destination: Destination) -> None:
        """Raises RecipientRefusedError for a destination that could never be reached."""
        ...

    def shown(self, address: str) -> str:
        """The address without what opens it."""
        ...

    def send(self, destination: Destination, letter: Letter) -> None:
        """Return once the other side has taken it. Raises SendError."""
        ...
