"""Turns dates that come near into notices for those who asked for them, and notices into messages."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts import metrics
from alerts.notify.desk import Senders
from alerts.notify.errors import SecretBoxError, SendError
from alerts.notify.pacing import at_time, quiet_until, retry_seconds
from alerts.notify.ports import DeliveryState, Letter, RecipientBook
from alerts.notify.recipient import Recipient
from alerts.notify.reminding.ports import DateBook, NewNotice, Notice, NoticeLedger
from alerts.notify.reminding.wording import NameOf, data, subject, text
from alerts.notify.secret_box import SecretBox
from alerts.notify.settings import NotifySettings
from alerts.notify.wording import paper_for
from domain.ids import EnterpriseId
from domain.organisation import Enterprise
from domain.reminder import DatedFact, Reminder, reminders_on

log = structlog.get_logger(__name__)

_PAGE = 500
_FORGOTTEN_AT_ONCE = 500
_MOST_LISTED_BY_MAIL = 200
_REST = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How recipients are reached."""

    book: RecipientBook
    senders: Senders
    box: SecretBox
    settings: NotifySettings


class Reminders:
    """One thread at a time calls `take_in` and `send`; both wait for the database, `send` for the other sides too.

    A notice is one date at one distance for one recipient, entered once however often it is asked. Before it goes out
    the date is looked up again: what was corrected meanwhile is not told. People get all that is due in one message,
    at `remind_at` by their own clock and not in quiet hours; a system gets each for itself. Raises JournalError.
    """

    def __init__(
        self,
        *,
        dates: DateBook,
        ledger: NoticeLedger,
        post: Post,
        name_of: NameOf,
        now: Callable[[], datetime],
    ) -> None:
        self._dates = dates
        self._ledger = ledger
        self._post = post
        self._name_of = name_of
        self._now = now

    def readers(self) -> list[Recipient]:
        """Who asked for dates, and is served."""
        return [one for one in self._post.book.list_recipients() if one.is_enabled and one.wishes.reminders]

    def take_in(self) -> int:
        """Enter what is to be told today; returns how many notices are new."""
        readers = self.readers()
        if not readers:
            return 0
        found = 0
        waiting: list[NewNotice] = []
        for enterprise, reminder in self._near(readers):
            waiting += [
                self._notice(one, enterprise, reminder)
                for one in readers
                if reminder.fact.kind in one.wishes.reminders and one.reach.scope.allows(enterprise.enterprise_id)
            ]
            if len(waiting) >= _PAGE:
                found += self._ledger.enter(waiting)
                waiting = []
        return found + self._ledger.enter(waiting) if waiting else found

    def _near(self, readers: Sequence[Recipient]) -> Iterator[tuple[Enterprise, Reminder]]:
        """Each enterprise within somebody's reach once."""
        today = self._dates.today()
        seen: set[EnterpriseId] = set()
        for reader in readers:
            for enterprise in self._dates.enterprises(reader.reach.scope):
                if enterprise.enterprise_id not in seen:
                    seen.add(enterprise.enterprise_id)
                    yield from ((enterprise, one) for one in reminders_on(self._dates.of(enterprise), today))

    def _notice(self, reader: Recipient, enterprise: Enterprise, reminder: Reminder) -> NewNotice:
        now = self._now()
        due_at = at_time(reader.wishes.remind_at, reader.wishes.timezone, now) if reader.channel.is_for_people else now
        return NewNotice(
            recipient_id=reader.recipient_id,
            recipient_name=reader.name,
            enterprise_name=enterprise.name,
            reminder=reminder,
            created_at=now,
            due_at=max(now, due_at),
        )

    def send(self) -> int:
        """Send what is due; returns how many notices were taken by the other sides."""
        sent = 0
        due: defaultdict[str, list[Notice]] = defaultdict(list)
        for notice in self._ledger.due(self._now(), _PAGE):
            due[notice.recipient_id].append(notice)
        facts: dict[EnterpriseId, frozenset[DatedFact]] = {}
        for recipient_id, notices in due.items():
            recipient = self._post.book.get(recipient_id)
            if recipient is None:
                self._drop(notices, "recipient deleted")
            elif not recipient.is_enabled:
                self._put_off(notices, self._now() + _REST, "recipient switched off")
            elif (until := quiet_until(recipient.wishes, self._now())) and recipient.channel.is_for_people:
                self._put_off(notices, until, "quiet hours")
            else:
                sent += self._serve(recipient, self._still_true(recipient, notices, facts))
        return sent

    def forget(self, before: datetime) -> int:
        """Delete a page of what was sent or dropped before the instant; returns how many."""
        return self._ledger.forget(before, _FORGOTTEN_AT_ONCE)

    def _still_true(
        self, recipient: Recipient, notices: Sequence[Notice], facts: dict[EnterpriseId, frozenset[DatedFact]]
    ) -> list[Notice]:
        """Without what has been settled or passed since, what is not wished for any more, and what is told twice."""
        today = self._dates.today()
        nearest: dict[DatedFact, Notice] = {}
        gone: list[Notice] = []
        for notice in sorted(notices, key=lambda one: (one.reminder.days_before, one.notice_id)):
            fact = notice.reminder.fact
            if fact.enterprise_id not in facts:
                facts[fact.enterprise_id] = frozenset(self._dates.dates(fact.enterprise_id))
            is_wanted = fact.kind in recipient.wishes.reminders and recipient.reach.scope.allows(fact.enterprise_id)
            is_true = fact.on >= today and fact in facts[fact.enterprise_id]
            if is_wanted and is_true and fact not in nearest:
                nearest[fact] = notice
            else:
                gone.append(notice)
        self._drop(gone, "the date is settled, has moved or passed, or is told otherwise")
        return sorted(nearest.values(), key=lambda one: one.notice_id)

    def _serve(self, recipient: Recipient, notices: Sequence[Notice]) -> int:
        if not notices:
            return 0
        if recipient.channel.is_for_people:
            return len(notices) if self._send(recipient, notices) else 0
        sent = 0
        for notice in notices:
            if not self._send(recipient, [notice]):
                break
            sent += 1
        return sent

    def _send(self, recipient: Recipient, notices: Sequence[Notice]) -> bool:
        """One message."""
        try:
            destination = self._post.box.open(recipient.sealed)
            letter = self._letter(recipient, notices)
            self._post.senders[recipient.channel].send(destination, letter)
        except (SendError, SecretBoxError) as error:
            self._note_failure(recipient, notices, error)
            return False
        ids = [one.notice_id for one in notices]
        self._ledger.settle(ids, DeliveryState.SENT, self._now(), message_id=letter.message_id)
        metrics.NOTIFICATIONS.labels(recipient.channel.value, "sent").inc()
        return True

    def _letter(self, recipient: Recipient, notices: Sequence[Notice]) -> Letter:
        today, wishes = self._dates.today(), recipient.wishes
        paper = paper_for(recipient, self._post.settings.page_url, most_listed_by_mail=_MOST_LISTED_BY_MAIL)
        ids = ",".join(f"{one.enterprise_id}:{one.reminder.reminder_id}" for one in notices)
        return Letter(
            message_id=f"{recipient.recipient_id}-{hashlib.sha256(ids.encode()).hexdigest()[:24]}",
            at=self._now(),
            language=wishes.language,
            subject=subject(notices, today, paper),
            text=text(notices, today, paper, self._name_of),
            dates=tuple(data(one, today) for one in notices),
        )

    def _note_failure(self, recipient: Recipient, notices: Sequence[Notice], error: SendError | SecretBoxError) -> None:
        now, settings = self._now(), self._post.settings
        metrics.NOTIFICATIONS.labels(recipient.channel.value, "failed").inc()
        failures = max(one.attempts for one in notices) + 1
        wait = retry_seconds(
            failures, minimum=settings.retry_minimum_seconds, maximum=settings.retry_maximum_seconds, jitter=1.0
        )
        asked = error.retry_after_seconds if isinstance(error, SendError) else None
        until = now + timedelta(seconds=max(wait, asked or 0.0))
        if failures == 1:
            log.warning("recipient_not_reminded", recipient_id=recipient.recipient_id, reason=error.reason)
        limit = now - timedelta(days=settings.give_up_days)
        given_up = [one.notice_id for one in notices if one.due_at <= limit]
        if given_up:
            self._ledger.settle(given_up, DeliveryState.DEAD, now, reason=error.reason)
            log.error("reminders_given_up", recipient_id=recipient.recipient_id, count=len(given_up))
        others = [one.notice_id for one in notices if one.due_at > limit]
        if others:
            self._ledger.put_off(others, until, error.reason, is_attempt=True)

    def _drop(self, notices: Sequence[Notice], reason: str) -> None:
        if notices:
            ids = [one.notice_id for one in notices]
            self._ledger.settle(ids, DeliveryState.DROPPED, self._now(), reason=reason)

    def _put_off(self, notices: Sequence[Notice], until: datetime, reason: str) -> None:
        self._ledger.put_off([one.notice_id for one in notices], until, reason, is_attempt=False)
