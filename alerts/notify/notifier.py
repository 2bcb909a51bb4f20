"""Turns the journal's feed into deliveries and the deliveries into messages, for as long as it takes."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import JournalError
from alerts.notify.audience import Audience, read_audience
from alerts.notify.courier import Courier
from alerts.notify.ports import DeliveryLedger, NewDelivery, RecipientBook
from alerts.notify.recipient import Recipient
from alerts.notify.routing import REPEAT_DAYS, Happening, deliveries_for
from alerts.ports import AlertFilter, AlertJournal
from domain.scope import Scope

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
_PAGE = 200
_FORGOTTEN_AT_ONCE = 500
_FORGET_EVERY = timedelta(hours=1)
_EVERYTHING = Scope.everything()


class Notifier:
    """One thread between journal and ledger, and some more that send: each recipient is served by one at a time.

    It wakes at the bell and each second. What was entered into the ledger is sent at least once; a process that is
    killed between the other side's answer and the ledger sends it again, under the same message id. Steps that come
    into the feed older than `oldest_days` are told to nobody: an edge that was away for weeks, a notifier that was
    switched off. `run` decides where a recipient is served. `work` is one round, for tests.
    """

    def __init__(
        self,
        *,
        journal: AlertJournal,
        book: RecipientBook,
        ledger: DeliveryLedger,
        courier: Courier,
        notify_of: Callable[[str], str],
        bell: FeedBell,
        now: Callable[[], datetime],
        run: Callable[[Callable[[], None]], object],
        may_work: Callable[[], bool] = lambda: True,
        oldest_days: float = 3.0,
        keep_days: float = 730.0,
    ) -> None:
        self._journal = journal
        self._book = book
        self._ledger = ledger
        self._courier = courier
        self._notify_of = notify_of
        self._now = now
        self._run_elsewhere = run
        self._may_work = may_work
        self._oldest = timedelta(days=oldest_days)
        self._keep = timedelta(days=keep_days)
        self._forget_at = datetime.min.replace(tzinfo=UTC)
        self._audiences: dict[str, Audience] = {}
        self._changed = threading.Condition()
        self._is_woken = False
        self._is_stopping = False
        self._busy: set[str] = set()
        self._is_failing = False
        self._measure_at = datetime.min.replace(tzinfo=UTC)
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
        bell.listen(self.wake)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; messages on their way are waited for no longer than their own time. Idempotent."""
        with self._changed:
            self._is_stopping = self._is_woken = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(_LOOK_SECONDS * 5)

    def wake(self) -> None:
        """There may be something to do. Any thread."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def work(self) -> None:
        """One round: take in what the feed has new, serve who is due, measure."""
        if not self._may_work():
            return
        try:
            self._take_in()
            self._serve_due()
            self._measure()
            self._forget()
        except JournalError as error:
            if not self._is_failing:
                log.warning("notifier_failed", reason=error.reason)
            self._is_failing = True
        else:
            self._is_failing = False

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_woken, _LOOK_SECONDS)
                self._is_woken = False
                if self._is_stopping:
                    return
            try:
                self.work()
            except Exception:
                # A supervisor: without this thread nobody is told any more.
                log.exception("notifier_stumbled")

    def _take_in(self) -> None:
        mark = self._ledger.mark()
        if mark is None:
            # The first time there are no recipients yet: nobody wants to be told of what lies behind.
            self._ledger.enter([], self._journal.newest_feed_id())
            return
        recipients: list[Recipient] | None = None
        while entries := self._journal.feed(mark, _EVERYTHING, _PAGE):
            if recipients is None:
                recipients = [one for one in self._book.list_recipients() if one.is_enabled]
            since = self._now() - self._oldest
            news = [entry.step for entry in entries if entry.step.at >= since]
            found = [one for step in news for one in self._routed(step.payload, recipients)]
            mark = entries[-1].feed_id
            self._ledger.enter(found, mark)

    def _routed(self, payload: dict[str, Any], recipients: Sequence[Recipient]) -> list[NewDelivery]:
        if not recipients:
            return []
        try:
            happening = Happening.of(payload)
        except (KeyError, ValueError) as error:
            # An entry that cannot be read must not hold up all that follow.
            log.error("step_not_routed", alert_id=payload.get("alert_id"), reason=repr(error))  # noqa: TRY400
            return []
        return deliveries_for(
            happening,
            recipients,
            self._audience(happening.code),
            is_repeat=lambda: self._is_repeat(happening),
            now=self._now(),
        )

    def _audience(self, code: str) -> Audience:
        if code not in self._audiences:
            text = self._notify_of(code)
            found = self._audiences[code] = read_audience(text)
            if found.unknown:
                log.warning("audience_not_understood", code=code, notify=text, parts=list(found.unknown))
        return self._audiences[code]

    def _is_repeat(self, happening: Happening) -> bool:
        wanted = AlertFilter(site_id=happening.site_id, codes=frozenset({happening.code}))
        earlier = self._journal.search(wanted, _EVERYTHING, happening.alert_id, 1)
        since = happening.raised_at - timedelta(days=REPEAT_DAYS)
        return any(one.raised_at >= since for one in earlier)

    def _serve_due(self) -> None:
        now = self._now()
        for recipient_id in sorted(self._ledger.recipients_due(now)):
            with self._changed:
                if recipient_id in self._busy:
                    continue
                self._busy.add(recipient_id)
            try:
                self._run_elsewhere(_Errand(self, recipient_id))
            except BaseException:
                self._done(recipient_id)
                raise

    def _done(self, recipient_id: str) -> None:
        with self._changed:
            self._busy.discard(recipient_id)

    def serve(self, recipient_id: str) -> None:
        """Send what is due to one recipient, as far as its wishes allow now."""
        try:
            recipient = self._book.get(recipient_id)
            if recipient is None or not recipient.is_enabled:
                return
            more = True
            while more and not self._is_stopping and self._may_work():
                more = self._courier.serve(recipient)
        except JournalError as error:
            log.warning("recipient_not_served", recipient_id=recipient_id, reason=error.reason)
        except Exception:
            # A supervisor: one recipient must not take the others with it.
            log.exception("recipient_stumbled", recipient_id=recipient_id)
        finally:
            self._done(recipient_id)

    def _forget(self) -> None:
        """A page of what is old enough; the next one at the next round, until an hour has nothing left."""
        now = self._now()
        if now >= self._forget_at and self._ledger.forget(now - self._keep, _FORGOTTEN_AT_ONCE) == 0:
            self._forget_at = now + _FORGET_EVERY

    def _measure(self) -> None:
        if self._now() < self._measure_at:
            return
        self._measure_at = self._now() + timedelta(seconds=_LOOK_SECONDS)
        depth = self._ledger.depth(self._now())
        metrics.NOTIFY_WAITING.set(depth.waiting)
        metrics.NOTIFY_DEAD.set(depth.dead)
        age = max(0.0, (self._now() - depth.oldest_due_at).total_seconds()) if depth.oldest_due_at else 0.0
        metrics.NOTIFY_OLDEST.set(age)


@dataclass(frozen=True, slots=True)
class _Errand:
    """Serves one recipient, wherever it is called."""

    notifier: Notifier
    recipient_id: str

    def __call__(self) -> None:
        self.notifier.serve(self.recipient_id)
