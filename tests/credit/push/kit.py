"""Records, receivers and a pusher for tests of pushing."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from credit.ledger_ports import RecordBook
from credit.ports import Registry
from credit.push.courier import Pace, RecordCourier
from credit.push.ports import Line, PushLedger, ReceiverBook
from credit.push.pusher import RecordPusher
from credit.push.receiver import Receiver
from credit.record_desk import Officer, RecordDesk
from credit.records import PublicRecord
from domain.scope import Scope
from tests.credit.entries import NOW, OFFICER, draft

EVERYTHING = Scope.everything()
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
AN_OFFICER = Officer(user_id=OFFICER, is_officer=True)


class PushBook(ReceiverBook, PushLedger, Protocol):
    """Receivers, and what is owed to them."""


@dataclass(slots=True)
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


def receiver(number: int = 1, **changes: object) -> Receiver:
    values: dict[str, object] = {
        "receiver_id": f"receiver-{number}",
        "name": f"信用示例网{number}",
        "is_everything": True,
        "enterprise_ids": frozenset(),
        "shown_address": "https://credit.example/…",
        "sealed": "sealed",
        "is_enabled": True,
        "version": 1,
        "created_at": NOW,
    }
    return Receiver(**(values | changes))  # type: ignore[arg-type]


@dataclass(slots=True)
class Desk:
    """An officer at work on records."""

    book: RecordBook
    clock: Clock
    numbers: list[int] = field(default_factory=lambda: list(range(999, 100, -1)))

    def _desk(self) -> RecordDesk:
        return RecordDesk(
            self.book, lambda: f"record-{self.numbers.pop()}", self.clock.now, lambda: self.clock.now().date()
        )

    def enter(self, number: int = 1, **changes: object) -> PublicRecord:
        record = self._desk().enter(draft(number, **changes), AN_OFFICER)
        self._desk().settle(record.record_id, AN_OFFICER, EVERYTHING, reason="复议期满")
        return record

    def publish(self, number: int = 1, *, receivers: tuple[str, ...] = ("信用示例网1",), **changes: object) -> str:
        record = self.enter(number, **changes)
        end = self.clock.today() + timedelta(days=90)
        self._desk().publish(
            record.record_id, AN_OFFICER, EVERYTHING, basis="示例依据", ends_on=end, receivers=receivers
        )
        return record.record_id

    def withdraw(self, record_id: str) -> None:
        self._desk().withdraw(record_id, AN_OFFICER, EVERYTHING, reason="复议撤销", decided_on=self.clock.today())

    def repair(self, record_id: str) -> None:
        self._desk().repair(record_id, AN_OFFICER, EVERYTHING, reason="已履行并承诺")

    def contest(self, record_id: str) -> None:
        self._desk().contest(record_id, AN_OFFICER, EVERYTHING, reason="申请复议")

    def settle(self, record_id: str) -> None:
        self._desk().settle(record_id, AN_OFFICER, EVERYTHING, reason="复议维持")


def pusher(
    book: PushBook,
    records: RecordBook,
    registry: Registry,
    line: Line,
    clock: Clock,
    run: Callable[[Callable[[], None]], object] = lambda errand: errand(),
) -> RecordPusher:
    """One that serves where `run` says, at once by default, with waits of 15 s to an hour."""
    courier = RecordCourier(
        ledger=book,
        records=records,
        registry=registry,
        line=line,
        today=clock.today,
        now=clock.now,
        pace=Pace(),
        jitter=lambda: 1.0,
    )
    return RecordPusher(book=book, ledger=book, courier=courier, today=clock.today, now=clock.now, run=run)


def real_now() -> datetime:
    return datetime.now(UTC)
