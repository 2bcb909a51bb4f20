"""Where administrators manage receivers, and officers look after what is owed to them. Any thread."""

import threading
from collections.abc import Callable
from datetime import datetime

from credit.errors import GuardError, NotAnOfficerError
from credit.ledger import require_person
from credit.push.errors import PushStateError, ReceiverRefusedError
from credit.push.message import RecordMessage, body_of
from credit.push.ports import Answer, Line, Push, PushLedger, PushState, ReceiverBook
from credit.push.receiver import Receiver, ReceiverForm
from credit.record_desk import Officer
from domain.scope import Scope

MOST_ANSWERS = 200


class PushDesk:
    """Waits for the database only, except for `try_out`.

    Whoever asks sees and changes the receivers whose whole reach lies inside the asker's own scope. `woken` is set when
    there may be something to send.
    """

    def __init__(
        self,
        *,
        book: ReceiverBook,
        ledger: PushLedger,
        line: Line,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._ledger = ledger
        self._line = line
        self._new_id = new_id
        self._now = now
        self.woken = threading.Event()

    def wake(self) -> None:
        """There may be something to send."""
        self.woken.set()

    # Receivers

    def list_receivers(self, scope: Scope) -> list[Receiver]:
        return [one for one in self._book.list_receivers() if one.lies_in(scope)]

    def receiver(self, receiver_id: str, scope: Scope) -> Receiver | None:
        found = self._book.get_receiver(receiver_id)
        return found if found is not None and found.lies_in(scope) else None

    def add(self, form: ReceiverForm, scope: Scope) -> Receiver:
        """It is told of what is in force, and of all that follows.

        Raises ReceiverRefusedError and ReceiverNameTakenError.
        """
        if form.address is None or form.secret is None:
            raise ReceiverRefusedError("address", "an address, and a secret to sign with", "less than that")
        sealed, shown = self._line.seal(form.address, form.secret)
        receiver = Receiver(
            receiver_id=self._new_id(),
            name=form.name,
            is_everything=form.is_everything,
            enterprise_ids=form.enterprise_ids,
            shown_address=shown,
            sealed=sealed,
            is_enabled=form.is_enabled,
            version=1,
            created_at=self._now(),
        )
        _require_inside(receiver, scope)
        self._book.add_receiver(receiver)
        self.wake()
        return receiver

    def change(self, receiver: Receiver, form: ReceiverForm, scope: Scope, expected_version: int) -> Receiver:
        """Put the form in its place. Raises ReceiverRefusedError and ReceiverChangedError."""
        if form.name != receiver.name:
            raise ReceiverRefusedError("name", f"{receiver.name}, by which the ledger knows it", form.name)
        sealed, shown = receiver.sealed, receiver.shown_address
        if form.address is not None:
            if form.secret is None:
                raise ReceiverRefusedError("secret", "the secret that belongs to the address", "none")
            sealed, shown = self._line.seal(form.address, form.secret)
        elif form.secret is not None:
            raise ReceiverRefusedError("address", "the address that the secret belongs to", "none")
        changed = Receiver(
            receiver_id=receiver.receiver_id,
            name=receiver.name,
            is_everything=form.is_everything,
            enterprise_ids=form.enterprise_ids,
            shown_address=shown,
            sealed=sealed,
            is_enabled=form.is_enabled,
            version=receiver.version,
            created_at=receiver.created_at,
        )
        _require_inside(changed, scope)
        stored = self._book.update_receiver(changed, expected_version, self._now())
        self.wake()
        return stored

    def delete(self, receiver: Receiver, expected_version: int) -> None:
        """Raises ReceiverInUseError for one that something was ordered for, and ReceiverChangedError."""
        self._book.delete_receiver(receiver.receiver_id, expected_version)

    def try_out(self, receiver: Receiver) -> Answer:
        """Send a test now and wait for the answer. It is about no record and in no ledger."""
        content = body_of(RecordMessage(type="test", timestamp=self._now()))
        return self._line.post(receiver.sealed, f"test.{self._new_id()}", content)

    # What is owed to them

    def pushes(
        self,
        scope: Scope,
        *,
        receiver: str | None = None,
        record_id: str | None = None,
        state: PushState | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> list[Push]:
        """Newest first."""
        return self._ledger.search(
            scope, receiver=receiver, record_id=record_id, state=state, before=before, limit=limit
        )

    def push(self, delivery_id: str, scope: Scope) -> Push | None:
        return self._ledger.push(delivery_id, scope)

    def answers(self, delivery_id: str, scope: Scope) -> list[Answer] | None:
        """What its tries came to, newest first; None where it lies outside the scope."""
        if self._ledger.push(delivery_id, scope) is None:
            return None
        return self._ledger.answers(delivery_id, MOST_ANSWERS)

    def give_up(self, delivery_id: str, officer: Officer, scope: Scope, *, reason: str) -> Push | None:
        """End the tries, with a reason that stays. Raises NotAnOfficerError, GuardError and PushStateError."""
        found = self._found(delivery_id, officer, scope)
        if found is None:
            return None
        if not reason.strip():
            raise GuardError("reason", "why it is given up", "nothing")
        if found.state not in {PushState.WAITING, PushState.BY_HAND}:
            raise PushStateError(delivery_id, step="given up", state=found.state.value)
        self._ledger.give_up(delivery_id, officer.user_id, reason.strip())
        self.wake()  # what stood behind it may go
        return self._ledger.push(delivery_id, scope)

    def resume(self, delivery_id: str, officer: Officer, scope: Scope) -> Push | None:
        """Try it now, given up or not. Raises NotAnOfficerError and PushStateError."""
        found = self._found(delivery_id, officer, scope)
        if found is None:
            return None
        if found.state not in {PushState.WAITING, PushState.GIVEN_UP}:
            raise PushStateError(delivery_id, step="tried again", state=found.state.value)
        self._ledger.resume(delivery_id, self._now())
        self.wake()
        return self._ledger.push(delivery_id, scope)

    def _found(self, delivery_id: str, officer: Officer, scope: Scope) -> Push | None:
        require_person(officer.user_id, "a delivery is dealt with")
        found = self._ledger.push(delivery_id, scope)
        if found is not None and not officer.is_officer:
            raise NotAnOfficerError
        return found


def _require_inside(receiver: Receiver, scope: Scope) -> None:
    if not receiver.lies_in(scope):
        raise ReceiverRefusedError("enterprises", "enterprises of your own account's scope", "others")
