"""Where people set and lift legal holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError
from alerts.keeping.errors import HoldError
from alerts.keeping.ports import Hold, HoldBook
from alerts.messages import AlertMessages
from alerts.ports import AlertJournal
from domain.alert import Alert, AlertStep
from domain.ids import AlertId, UserId
from domain.scope import Scope
from domain.text import LONGEST_REASON, require_text

log = structlog.get_logger(__name__)

_TRIES = 5


class HoldDesk:
    """Each change is one more step of the alert, with the person and the reason, and so is sealed into the chain.

    Any thread; waits for the database. Returns the hold, or None where there is no such alert inside the scope.
    Raises HoldError where it is so already, ValueError without a reason, AlertConflictError where others were quicker
    again and again, and JournalError.
    """

    def __init__(
        self,
        *,
        journal: AlertJournal,
        book: HoldBook,
        messages: AlertMessages,
        bell: FeedBell,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._journal = journal
        self._book = book
        self._messages = messages
        self._bell = bell
        self._new_id = new_id
        self._now = now

    def standing(self, alert_id: AlertId) -> Hold | None:
        return self._book.standing(alert_id)

    def holds(self, scope: Scope, limit: int) -> list[Hold]:
        return self._book.holds(scope, limit)

    def set(self, alert_id: AlertId, *, actor: UserId, scope: Scope, reason: str) -> Hold | None:
        """Nothing of the alert is deleted from now on."""

        def change(alert: Alert) -> Hold:
            if self._book.standing(alert_id) is not None:
                raise HoldError(alert_id, "held")
            hold = Hold(
                hold_id=self._new_id(),
                alert_id=alert_id,
                enterprise_id=alert.enterprise_id,
                site_id=alert.site_id,
                set_by=actor,
                set_at=self._now(),
                reason=reason,
            )
            self._record(alert, f"依法留存 / held: {reason}", actor, hold)
            return hold

        return self._changed(alert_id, scope, reason, "set", change)

    def lift(self, alert_id: AlertId, *, actor: UserId, scope: Scope, reason: str) -> Hold | None:
        """The policy applies again."""

        def change(alert: Alert) -> Hold:
            standing = self._book.standing(alert_id)
            if standing is None:
                raise HoldError(alert_id, "not held")
            hold = replace(standing, lifted_by=actor, lifted_at=self._now(), lift_reason=reason)
            self._record(alert, f"解除留存 / hold lifted: {reason}", actor, hold)
            return hold

        return self._changed(alert_id, scope, reason, "lifted", change)

    def _changed(
        self, alert_id: AlertId, scope: Scope, reason: str, change: str, apply: Callable[[Alert], Hold]
    ) -> Hold | None:
        require_text("reason", reason, LONGEST_REASON, allowed="\n\t")
        for is_last_try in (*(False,) * _TRIES, True):
            alert = self._journal.get(alert_id, scope)
            if alert is None:
                return None
            try:
                hold = apply(alert)
            except AlertConflictError:
                if is_last_try:
                    raise
            else:
                self._bell.ring()
                metrics.HOLDS.labels(change).inc()
                log.info("legal_hold_changed", alert_id=alert_id, change=change, hold_id=hold.hold_id)
                return hold
        return None

    def _record(self, alert: Alert, note: str, actor: UserId, hold: Hold) -> None:
        stepped = replace(alert, sequence=alert.sequence + 1, updated_at=self._now())
        record, message = self._messages.step(stepped, AlertStep.UPDATED, actor_id=actor, note=note)
        write = self._book.set_hold if hold.lifted_at is None else self._book.lift_hold
        write(hold, stepped, record, [message], alert.sequence)
