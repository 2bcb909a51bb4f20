"""What a book of recipients and a ledger of deliveries promise, whatever they are kept in."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.notify.errors import RecipientChangedError, RecipientNameTakenError
from alerts.notify.pacing import LONGEST_WAIT
from alerts.notify.ports import Delivery, DeliveryLedger, DeliveryState, NewDelivery, RecipientBook
from alerts.notify.recipient import Channel, Quiet, Reach, Recipient, Wishes
from alerts.ports import AlertJournal
from domain.alert import AlertStep
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.samples import EPOCH, alert_id, next_alert, sample_alert, sample_step

EVERYTHING = Scope.everything()
SECOND = timedelta(seconds=1)


@dataclass
class Kept:
    """A book and a ledger over one journal."""

    book: RecipientBook
    ledger: DeliveryLedger
    journal: AlertJournal


def recipient(name: str = "店长", number: int = 1, **changes: Any) -> Recipient:
    values: dict[str, Any] = {
        "recipient_id": f"recipient-{number}",
        "name": name,
        "channel": Channel.WECOM,
        "reach": Reach(site_ids=frozenset({"site-1", "site-2"})),
        "wishes": Wishes(quiet=(Quiet.model_validate({"start": "22:00", "end": "07:00"}),), codes=frozenset({"a.b"})),
        "shown_address": "https://chat.example/…",
        "sealed": "sealed-text",
        "created_at": EPOCH,
    }
    return Recipient.model_validate(values | changes)


def delivery(number: int = 1, sequence: int = 1, *, to: int = 1, **changes: Any) -> NewDelivery:
    new = NewDelivery(
        recipient_id=f"recipient-{to}",
        recipient_name="店长",
        alert_id=alert_id(number),
        sequence=sequence,
        enterprise_id=EnterpriseId("enterprise-1"),
        site_id=SiteId("site-1"),
        code="pest.rodent",
        risk_class=RiskClass.I,
        step=AlertStep.RAISED,
        created_at=EPOCH,
        due_at=EPOCH,
    )
    return replace(new, **changes)


class LedgerContract:
    """Subclasses give the fixture `kept`."""

    def all(self, kept: Kept, **wanted: Any) -> list[Delivery]:
        asked: dict[str, Any] = {"recipient_id": None, "state": None, "before": None, "limit": 100}
        return kept.ledger.search(wanted.pop("scope", EVERYTHING), **asked | wanted)

    def due(self, kept: Kept, seconds: float = 0.0, to: int = 1) -> list[tuple[str, int]]:
        found = kept.ledger.due(f"recipient-{to}", EPOCH + timedelta(seconds=seconds), 100)
        return [(one.alert_id, one.sequence) for one in found]

    def test_a_recipient_comes_back_as_it_was_given(self, kept: Kept) -> None:
        given = recipient()
        kept.book.add(given)

        assert kept.book.get(given.recipient_id) == given
        assert kept.book.list_recipients() == [given]
        assert kept.book.get("nobody") is None

    def test_recipients_are_listed_by_name_and_a_name_is_given_once(self, kept: Kept) -> None:
        kept.book.add(recipient("b", 1))
        kept.book.add(recipient("a", 2))

        with pytest.raises(RecipientNameTakenError):
            kept.book.add(recipient("a", 3))
        with pytest.raises(RecipientNameTakenError):
            kept.book.update(recipient("a", 1), 1)
        assert [one.name for one in kept.book.list_recipients()] == ["a", "b"]

    def test_two_who_change_a_recipient_cannot_overwrite_each_other(self, kept: Kept) -> None:
        kept.book.add(recipient())

        assert kept.book.update(recipient("甲"), 1).version == 2
        with pytest.raises(RecipientChangedError) as refused:
            kept.book.update(recipient("乙"), 1)
        with pytest.raises(RecipientChangedError):
            kept.book.delete("recipient-1", 1, EPOCH)
        with pytest.raises(RecipientChangedError):
            kept.book.delete("recipient-9", 1, EPOCH)
        assert refused.value.found_version == 2
        assert [one.name for one in kept.book.list_recipients()] == ["甲"]

    def test_a_deleted_recipients_deliveries_stay_and_those_that_wait_are_dropped(self, kept: Kept) -> None:
        kept.book.add(recipient())
        kept.ledger.enter([delivery(1), delivery(2), delivery(1, to=2)], 2)
        [first, *_] = reversed(self.all(kept))
        kept.ledger.sent([first.delivery_id], EPOCH, "m")
        kept.book.delete("recipient-1", 1, EPOCH + SECOND)

        found = {(one.recipient_id, one.alert_id): (one.state, one.reason) for one in self.all(kept)}
        assert found == {
            ("recipient-1", alert_id(1)): (DeliveryState.SENT, None),
            ("recipient-1", alert_id(2)): (DeliveryState.DROPPED, "recipient deleted"),
            ("recipient-2", alert_id(1)): (DeliveryState.WAITING, None),
        }

    def test_what_was_sent_or_dropped_is_forgotten_in_time_and_nothing_else(self, kept: Kept) -> None:
        kept.ledger.enter([delivery(number) for number in range(1, 7)], 6)
        numbers = [one.delivery_id for one in reversed(self.all(kept))]
        kept.ledger.sent(numbers[:2], EPOCH, "m")
        kept.ledger.drop(numbers[2:3], EPOCH, "over")
        kept.ledger.bury(numbers[3:4], EPOCH, "refused")
        kept.ledger.sent(numbers[4:5], EPOCH + 2 * SECOND, "later")

        assert kept.ledger.forget(EPOCH, 100) == 0
        assert kept.ledger.forget(EPOCH + SECOND, 2) == 2
        assert kept.ledger.forget(EPOCH + SECOND, 100) == 1
        assert kept.ledger.forget(EPOCH + SECOND, 100) == 0
        assert [one.delivery_id for one in reversed(self.all(kept))] == numbers[3:]
        kept.ledger.enter([delivery(7)], 7)
        assert len(self.all(kept)) == 4

    def test_the_mark_moves_with_what_is_entered_and_nothing_is_entered_twice(self, kept: Kept) -> None:
        assert kept.ledger.mark() is None
        kept.ledger.enter([], 7)
        assert kept.ledger.mark() == 7
        kept.ledger.enter([delivery(1), delivery(2), delivery(1)], 9)
        kept.ledger.enter([delivery(1), delivery(3)], 10)

        assert kept.ledger.mark() == 10
        assert [one.alert_id for one in reversed(self.all(kept))] == [alert_id(1), alert_id(2), alert_id(3)]

    def test_what_is_due_comes_in_order_and_not_before_its_time(self, kept: Kept) -> None:
        kept.ledger.enter([delivery(2), delivery(1), delivery(3, due_at=EPOCH + 5 * SECOND), delivery(4, to=2)], 1)

        assert self.due(kept, -1) == []
        assert self.due(kept) == [(alert_id(2), 1), (alert_id(1), 1)]
        assert self.due(kept, 5) == [(alert_id(2), 1), (alert_id(1), 1), (alert_id(3), 1)]
        assert kept.ledger.recipients_due(EPOCH) == {"recipient-1", "recipient-2"}
        assert kept.ledger.recipients_due(EPOCH - SECOND) == set()

    def test_what_a_clock_that_was_ahead_put_off_is_due_once_the_clock_is_right(self, kept: Kept) -> None:
        """And holds up no later step of its alert."""
        ahead = EPOCH + timedelta(days=3_000)
        kept.ledger.enter([delivery(1, 1, due_at=ahead), delivery(1, 2), delivery(2, due_at=EPOCH + LONGEST_WAIT)], 1)

        assert self.due(kept) == [(alert_id(1), 1), (alert_id(1), 2)]
        kept.ledger.enter([delivery(3, to=2, due_at=ahead)], 2)
        assert kept.ledger.recipients_due(EPOCH) == {"recipient-1", "recipient-2"}

    def test_a_step_waits_for_the_earlier_ones_of_its_alert(self, kept: Kept) -> None:
        kept.ledger.enter([delivery(1, 1), delivery(1, 2), delivery(2, 1)], 1)
        first = self.all(kept)[-1]
        kept.ledger.put_off([first.delivery_id], EPOCH + 60 * SECOND, "away", is_attempt=True)

        assert self.due(kept) == [(alert_id(2), 1)]
        assert self.due(kept, 60) == [(alert_id(1), 1), (alert_id(1), 2), (alert_id(2), 1)]
        again = self.all(kept)[-1]
        assert (again.attempts, again.reason, again.due_at) == (1, "away", EPOCH)
        kept.ledger.bury([first.delivery_id], EPOCH, "away")
        assert self.due(kept) == [(alert_id(1), 2), (alert_id(2), 1)]

    def test_payloads_are_those_of_the_journal(self, kept: Kept) -> None:
        first = sample_alert(1)
        kept.journal.record(first, sample_step(first), [], 0)
        second = next_alert(first)
        kept.journal.record(second, sample_step(second, AlertStep.UPDATED), [], 1)
        kept.ledger.enter([delivery(1, 1), delivery(1, 2)], 2)
        due = kept.ledger.due("recipient-1", EPOCH, 10)

        payloads = kept.ledger.payloads(due)

        assert [payloads[one.delivery_id]["step"] for one in due] == ["raised", "updated"]

    def test_messages_are_counted_not_the_steps_they_carried(self, kept: Kept) -> None:
        kept.ledger.enter([delivery(number) for number in range(1, 6)], 5)
        ids = [one.delivery_id for one in kept.ledger.due("recipient-1", EPOCH, 10)]
        kept.ledger.sent(ids[:2], EPOCH, "m1")
        kept.ledger.sent(ids[2:3], EPOCH + SECOND, "m2")
        kept.ledger.drop(ids[3:4], EPOCH + SECOND, "over by then")

        assert kept.ledger.messages_since("recipient-1", EPOCH - SECOND) == [EPOCH, EPOCH + SECOND]
        assert kept.ledger.messages_since("recipient-1", EPOCH) == [EPOCH + SECOND]
        assert kept.ledger.messages_since("recipient-2", EPOCH - SECOND) == []
        assert [one.message_id for one in reversed(self.all(kept))] == ["m1", "m1", "m2", None, None]

    def test_the_list_shows_the_newest_first_within_ones_scope(self, kept: Kept) -> None:
        other = delivery(3, site_id=SiteId("site-2"), enterprise_id=EnterpriseId("enterprise-2"))
        kept.ledger.enter([delivery(1), delivery(2), other, delivery(4, to=2)], 4)
        kept.ledger.bury([self.all(kept)[-1].delivery_id], EPOCH, "away")
        mine = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-1")}))

        assert [one.alert_id for one in self.all(kept)] == [alert_id(number) for number in (4, 3, 2, 1)]
        assert [one.alert_id for one in self.all(kept, scope=mine)] == [alert_id(number) for number in (4, 2, 1)]
        assert [one.alert_id for one in self.all(kept, state=DeliveryState.DEAD)] == [alert_id(1)]
        assert [one.alert_id for one in self.all(kept, recipient_id="recipient-2")] == [alert_id(4)]
        page = self.all(kept, limit=2)
        rest = self.all(kept, before=page[-1].delivery_id)
        assert [one.alert_id for one in [*page, *rest]] == [alert_id(number) for number in (4, 3, 2, 1)]

    def test_what_was_given_up_waits_anew_for_those_who_may_say_so(self, kept: Kept) -> None:
        kept.ledger.enter([delivery(1, only_if_open=True)], 1)
        [one] = self.all(kept)
        kept.ledger.bury([one.delivery_id], EPOCH, "away")
        strangers = Scope(site_ids=frozenset({SiteId("site-9")}))

        assert kept.ledger.again(strangers, [one.delivery_id], EPOCH + SECOND) == 0
        assert kept.ledger.again(EVERYTHING, [one.delivery_id, one.delivery_id, 999], EPOCH + SECOND) == 1
        [anew] = self.all(kept)
        assert (anew.state, anew.due_at, anew.attempts) == (DeliveryState.WAITING, EPOCH + SECOND, 0)
        assert (anew.reason, anew.settled_at, anew.message_id, anew.only_if_open) == (None, None, None, False)

    def test_the_depth_counts_what_waits_what_is_overdue_and_what_is_dead(self, kept: Kept) -> None:
        kept.ledger.enter([delivery(1), delivery(2, due_at=EPOCH + 9 * SECOND), delivery(3)], 3)
        kept.ledger.bury([self.all(kept)[0].delivery_id], EPOCH, "away")

        depth = kept.ledger.depth(EPOCH + SECOND)

        assert (depth.waiting, depth.overdue, depth.oldest_due_at, depth.dead) == (2, 1, EPOCH, 1)
        assert kept.ledger.depth(EPOCH - SECOND).oldest_due_at is None
