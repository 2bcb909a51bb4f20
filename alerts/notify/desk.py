"""Managing recipients: kept with a sealed destination, tried out, and what was set aside for them sent again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from alerts.notify.errors import RecipientRefusedError
from alerts.notify.ports import (
    Delivery,
    DeliveryLedger,
    DeliveryState,
    Destination,
    LedgerDepth,
    Letter,
    RecipientBook,
    Sender,
)
from alerts.notify.recipient import Channel, Reach, Recipient, Wishes
from alerts.notify.reminding.ports import Notice, NoticeLedger
from alerts.notify.secret_box import SecretBox
from alerts.notify.wording import Paper, test_text
from domain.scope import Scope

Senders = Mapping[Channel, Sender]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientForm:
    """A recipient as somebody gives it. `destination` None keeps the one that is there."""

    name: str
    channel: Channel
    reach: Reach
    wishes: Wishes
    destination: Destination | None
    is_enabled: bool = True


class RecipientDesk:
    """Any thread; every method but `try_out` waits for the database only, and raises JournalError.

    Whoever asks sees and changes the recipients whose whole reach lies inside the asker's own scope.
    """

    def __init__(
        self,
        *,
        book: RecipientBook,
        ledger: DeliveryLedger,
        notices: NoticeLedger,
        senders: Senders,
        box: SecretBox,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._ledger = ledger
        self._notices = notices
        self._senders = senders
        self._box = box
        self._new_id = new_id
        self._now = now
        self._changed = changed

    def list_recipients(self, scope: Scope) -> list[Recipient]:
        return [one for one in self._book.list_recipients() if covers(scope, one.reach)]

    def get(self, recipient_id: str, scope: Scope) -> Recipient | None:
        found = self._book.get(recipient_id)
        return found if found is not None and covers(scope, found.reach) else None

    def add(self, form: RecipientForm, scope: Scope) -> Recipient:
        """Raises RecipientRefusedError, RecipientNameTakenError and SecretBoxError."""
        _require_inside(form, scope)
        if form.destination is None:
            raise RecipientRefusedError("address", "where to reach it", "none")
        recipient = self._made(form, self._new_id(), form.destination, version=1, created_at=self._now())
        self._book.add(recipient)
        self._changed()
        return recipient

    def change(self, recipient: Recipient, form: RecipientForm, scope: Scope, expected_version: int) -> Recipient:
        """Put the form in the recipient's place.

        Raises RecipientRefusedError, RecipientNameTakenError, RecipientChangedError and SecretBoxError.
        """
        _require_inside(form, scope)
        if form.destination is None and form.channel is not recipient.channel:
            raise RecipientRefusedError("address", "one for the other channel", "none")
        destination = form.destination or self._box.sealed_as(recipient.sealed)
        made = self._made(
            form, recipient.recipient_id, destination, version=recipient.version, created_at=recipient.created_at
        )
        stored = self._book.update(made, expected_version)
        self._changed()
        return stored

    def delete(self, recipient: Recipient, expected_version: int) -> None:
        """What waits for it is dropped and stays in the ledger. Raises RecipientChangedError."""
        self._book.delete(recipient.recipient_id, expected_version, self._now())

    def try_out(self, recipient: Recipient) -> None:
        """Send a test message now and wait for the answer. Raises SendError and SecretBoxError."""
        wishes, now = recipient.wishes, self._now()
        subject, text = test_text(recipient.name, now, Paper(language=wishes.language, timezone=wishes.timezone))
        letter = Letter(
            message_id=f"test-{self._new_id()}",
            at=now,
            language=wishes.language,
            subject=subject,
            text=text,
            is_test=True,
        )
        self._senders[recipient.channel].send(self._box.open(recipient.sealed), letter)

    def deliveries(
        self,
        scope: Scope,
        *,
        recipient_id: str | None = None,
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Delivery]:
        """Newest first."""
        return self._ledger.search(scope, recipient_id=recipient_id, state=state, before=before, limit=limit)

    def again(self, scope: Scope, delivery_ids: Sequence[int]) -> int:
        """Send again what was sent, set aside or dropped; returns how many wait anew."""
        count = self._ledger.again(scope, delivery_ids, self._now())
        self._changed()
        return count

    def reminders(
        self,
        scope: Scope,
        *,
        recipient_id: str | None = None,
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Notice]:
        """What was told of dates, and what waits or was given up; newest first."""
        return self._notices.search(scope, recipient_id=recipient_id, state=state, before=before, limit=limit)

    def remind_again(self, scope: Scope, notice_ids: Sequence[int]) -> int:
        """Let reminders wait anew; returns how many. One whose date is settled or has passed is dropped again."""
        return self._notices.again(scope, notice_ids, self._now())

    def depth(self) -> LedgerDepth:
        return self._ledger.depth(self._now())

    def _made(
        self, form: RecipientForm, recipient_id: str, destination: Destination, *, version: int, created_at: datetime
    ) -> Recipient:
        sender = self._senders[form.channel]
        opened = self._box.resolved(destination)
        sender.check(opened)
        is_named = destination.address != opened.address
        try:
            return Recipient(
                recipient_id=recipient_id,
                name=form.name,
                channel=form.channel,
                reach=form.reach,
                wishes=form.wishes,
                shown_address=destination.address if is_named else sender.shown(destination.address),
                sealed=self._box.seal(destination),
                is_enabled=form.is_enabled,
                version=version,
                created_at=created_at,
            )
        except ValidationError as error:  # pragma: no cover - the parts were validated one by one
            raise RecipientRefusedError("recipient", "a whole one", str(error.error_count())) from None


def covers(scope: Scope, reach: Reach) -> bool:
    """The reach lies inside the scope. Sites of an enterprise in scope count where the reach names the enterprise."""
    if scope.is_everything:
        return True
    if reach.everything:
        return False
    wanted = reach.scope
    return wanted.enterprise_ids <= scope.enterprise_ids and wanted.site_ids <= scope.site_ids


def _require_inside(form: RecipientForm, scope: Scope) -> None:
    reach = form.reach
    if form.wishes.reminders and not (reach.everything or reach.enterprise_ids):
        raise RecipientRefusedError("reminders", "a reach of whole enterprises, whose dates they are", "single sites")
    if not covers(scope, form.reach):
        raise RecipientRefusedError("reach", "enterprises and sites of your own account's scope", "others")
