"""A notifier of twins on a clock that the test turns: alerts in, letters out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts import life
from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.messages import AlertMessages
from alerts.notify.courier import Courier
from alerts.notify.desk import RecipientDesk, RecipientForm
from alerts.notify.notifier import Notifier
from alerts.notify.ports import Delivery, DeliveryLedger, DeliveryState, Destination, Letter, RecipientBook
from alerts.notify.recipient import Channel, Reach, Recipient, Wishes
from alerts.notify.reminding.testing import InMemoryNotices
from alerts.notify.secret_box import SecretBox
from alerts.notify.settings import NotifySettings
from alerts.notify.testing import InMemoryLedger, RecordingSender
from alerts.ports import AlertJournal
from alerts.testing import InMemoryJournal, counting_ids
from domain.alert import Alert, AlertStep
from domain.ids import UserId
from domain.scope import Scope
from tests.alerts.samples import EPOCH, alert_id, sample_violation

EVERYTHING = Scope.everything()
CATALOGUE = load_catalogue()
PERSON = UserId("user-1")
DESTINATION = Destination("https://chat.example/hook?key=t0ken", "s3cret")


class Post:
    """Journal, ledger, notifier, desk and one recording sender for every channel."""

    def __init__(
        self,
        *,
        journal: AlertJournal | None = None,
        book: RecipientBook | None = None,
        ledger: DeliveryLedger | None = None,
        notify: str | None = None,
        at: datetime = EPOCH,
        **settings: Any,
    ) -> None:
        self.at = at
        memory = InMemoryJournal()
        self.journal: AlertJournal = journal or memory
        twin = InMemoryLedger(memory)
        self.book: RecipientBook = book or twin
        self.ledger: DeliveryLedger = ledger or twin
        self.notices = InMemoryNotices()
        self.sender = RecordingSender()
        self.senders = dict.fromkeys(Channel, self.sender)
        self.box = SecretBox("key")
        self.settings = NotifySettings(**settings)
        self.messages = AlertMessages(CATALOGUE)
        self.bell = FeedBell()
        self.notify = notify
        self.desk = RecipientDesk(
            book=self.book,
            ledger=self.ledger,
            notices=self.notices,
            senders=self.senders,
            box=self.box,
            new_id=counting_ids("recipient-"),
            now=self.now,
        )
        self.notifier = self.restarted()
        self.notifier.work()  # the feed's mark is set before the first alert

    def restarted(self) -> Notifier:
        """Another process over the same journal and ledger."""
        self.notifier = Notifier(
            journal=self.journal,
            book=self.book,
            ledger=self.ledger,
            courier=Courier(
                journal=self.journal,
                ledger=self.ledger,
                senders=self.senders,
                box=self.box,
                settings=self.settings,
                now=self.now,
                jitter=lambda: 1.0,
            ),
            notify_of=self._notify_of,
            bell=self.bell,
            now=self.now,
            run=lambda job: job(),
            oldest_days=self.settings.give_up_days,
            keep_days=self.settings.keep_days,
        )
        return self.notifier

    def _notify_of(self, code: str) -> str:
        entry = CATALOGUE.get(code)
        return self.notify or (entry.notify if entry else "")

    def now(self) -> datetime:
        return self.at

    def add(
        self, name: str = "店长", channel: Channel = Channel.MAIL, *, reach: Reach | None = None, **wishes: Any
    ) -> Recipient:
        form = RecipientForm(
            name=name,
            channel=channel,
            reach=reach or Reach(everything=True),
            wishes=Wishes(**wishes),
            destination=DESTINATION,
        )
        return self.desk.add(form, EVERYTHING)

    def raise_alert(self, number: int = 1, *, site: str = "site-1", **violation: Any) -> Alert:
        alert = life.raise_alert(
            sample_violation(number, **violation),
            alert_id=alert_id(number),
            enterprise_id="enterprise-1",  # type: ignore[arg-type]
            site_id=site,  # type: ignore[arg-type]
            local_day=self.at.date(),
            evidence=(),
            now=self.at,
        )
        return self.record(alert, AlertStep.RAISED)

    def confirm(self, alert: Alert) -> Alert:
        return self.record(
            life.review(alert, AlertStep.CONFIRMED, reviewer=PERSON, reason="", now=self.at), AlertStep.CONFIRMED
        )

    def dismiss(self, alert: Alert) -> Alert:
        return self.record(
            life.review(alert, AlertStep.DISMISSED, reviewer=PERSON, reason="一只猫", now=self.at), AlertStep.DISMISSED
        )

    def end(self, alert: Alert) -> Alert:
        return self.record(life.end(alert, last_seen_at=self.at, ended_at=self.at, now=self.at), AlertStep.ENDED)

    def update(self, alert: Alert) -> Alert:
        return self.record(life.update(alert, (), now=self.at), AlertStep.UPDATED)

    def record(self, alert: Alert, step: AlertStep) -> Alert:
        record, message = self.messages.step(alert, step)
        self.journal.record(alert, record, [message], alert.sequence - 1)
        return alert

    def work(self, seconds: float = 0.0) -> list[Letter]:
        """Let time pass, do a round, and return the letters that it brought."""
        self.at += timedelta(seconds=seconds)
        before = len(self.sender.sent)
        self.notifier.work()
        return self.sender.sent[before:]

    def wait(self, seconds: float, step: float = 10.0) -> list[Letter]:
        """The same with many rounds on the way."""
        letters: list[Letter] = []
        until = self.at + timedelta(seconds=seconds)
        while self.at < until:
            letters += self.work(min(step, (until - self.at).total_seconds()))
        return letters

    def deliveries(self, state: DeliveryState | None = None) -> list[Delivery]:
        found = self.ledger.search(EVERYTHING, recipient_id=None, state=state, before=None, limit=10_000)
        return list(reversed(found))


def told(letters: Sequence[Letter]) -> list[tuple[str, int]]:
    """Alert and sequence of each step that the letters carry in full."""
    return [(step["alert_id"], step["sequence"]) for letter in letters for step in letter.steps]


def local(hour: int, minute: int = 0, day: int = 5) -> datetime:
    """A time of the wall in Shanghai, as UTC."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


__all__ = ["CATALOGUE", "DESTINATION", "EVERYTHING", "PERSON", "Post", "local", "replace", "told"]
