"""What a ledger of reminders promises, whatever it is kept in."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from alerts.notify.ports import DeliveryState
from alerts.notify.reminding.ports import NewNotice, Notice, NoticeLedger
from domain.ids import EnterpriseId, SiteId
from domain.reminder import DatedFact, Reminder, ReminderKind
from domain.scope import Scope
from tests.alerts.samples import EPOCH

EVERYTHING = Scope.everything()
SECOND = timedelta(seconds=1)
DAY = date(2026, 1, 8)


def notice(number: int = 1, *, to: int = 1, firm: int = 1, days_before: int = 3, **changes: Any) -> NewNotice:
    fact = DatedFact(
        kind=ReminderKind.RECTIFICATION_DUE,
        enterprise_id=EnterpriseId(f"enterprise-{firm}"),
        on=DAY,
        subject="bin.uncovered",
        reference=f"alert-{number}",
    )
    new = NewNotice(
        recipient_id=f"recipient-{to}",
        recipient_name="店长",
        enterprise_name=f"示例餐厅 {firm}",
        reminder=Reminder(fact=fact, days_before=days_before),
        created_at=EPOCH,
        due_at=EPOCH,
    )
    return replace(new, **changes)


class NoticeContract:
    """Subclasses give the fixture `notices`."""

    def all(self, notices: NoticeLedger, **wanted: Any) -> list[Notice]:
        asked: dict[str, Any] = {"recipient_id": None, "state": None, "before": None, "limit": 100}
        return notices.search(wanted.pop("scope", EVERYTHING), **asked | wanted)

    def test_a_notice_comes_back_as_it_was_given(self, notices: NoticeLedger) -> None:
        given = notice(due_at=EPOCH + SECOND)
        assert notices.enter([given]) == 1

        [found] = self.all(notices)

        assert (found.reminder, found.recipient_name, found.enterprise_name) == (
            given.reminder,
            given.recipient_name,
            given.enterprise_name,
        )
        assert (found.state, found.not_before, found.attempts) == (DeliveryState.WAITING, given.due_at, 0)

    def test_the_same_date_at_the_same_distance_is_owed_once_to_each(self, notices: NoticeLedger) -> None:
        assert notices.enter([notice(), notice(), notice(to=2), notice(days_before=1), notice(firm=2)]) == 4
        assert notices.enter([notice(), notice(2)]) == 1
        assert len(self.all(notices)) == 5

    def test_what_is_due_comes_in_order_and_not_before_its_time(self, notices: NoticeLedger) -> None:
        notices.enter([notice(2, due_at=EPOCH + SECOND), notice(1), notice(3)])

        def due(seconds: int) -> list[str]:
            return [one.reminder.fact.reference for one in notices.due(EPOCH + seconds * SECOND, 100)]

        assert (due(-1), due(0), due(1)) == ([], ["alert-1", "alert-3"], ["alert-2", "alert-1", "alert-3"])
        first = notices.due(EPOCH, 1)[0]
        notices.put_off([first.notice_id], EPOCH + 9 * SECOND, "away", is_attempt=True)
        assert due(8) == ["alert-2", "alert-3"]
        [put_off] = [one for one in self.all(notices) if one.notice_id == first.notice_id]
        notices.put_off([first.notice_id], EPOCH + 9 * SECOND, None, is_attempt=False)
        assert (put_off.attempts, put_off.reason, put_off.due_at) == (1, "away", EPOCH)
        assert [one.reason for one in self.all(notices) if one.notice_id == first.notice_id] == ["away"]

    def test_what_was_settled_is_due_no_more_until_somebody_asks_for_it_again(self, notices: NoticeLedger) -> None:
        notices.enter([notice(1), notice(2), notice(3), notice(4, firm=2)])
        ids = [one.notice_id for one in notices.due(EPOCH, 10)]
        notices.settle(ids[:1], DeliveryState.SENT, EPOCH, message_id="m")
        notices.settle(ids[1:2], DeliveryState.DEAD, EPOCH, reason="away")
        own = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-1")}))

        assert [one.notice_id for one in notices.due(EPOCH, 10)] == ids[2:]
        assert [(one.notice_id, one.message_id) for one in self.all(notices, state=DeliveryState.SENT)] == [
            (ids[0], "m")
        ]
        assert notices.again(own, [ids[1], ids[3], 999], EPOCH + SECOND) == 1
        [waiting] = [one for one in self.all(notices) if one.notice_id == ids[1]]
        assert (waiting.state, waiting.reason, waiting.due_at) == (DeliveryState.WAITING, None, EPOCH + SECOND)

    def test_the_list_shows_the_newest_first_within_ones_scope(self, notices: NoticeLedger) -> None:
        notices.enter([notice(1), notice(2, to=2), notice(3, firm=2), notice(4)])
        ids = [one.notice_id for one in reversed(self.all(notices))]

        def listed(**wanted: Any) -> list[int]:
            return [ids.index(one.notice_id) + 1 for one in self.all(notices, **wanted)]

        assert listed(limit=2) == [4, 3]
        assert listed(before=ids[2]) == [2, 1]
        assert listed(recipient_id="recipient-2") == [2]
        assert listed(scope=Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-1")}))) == [4, 2, 1]
        assert listed(scope=Scope(site_ids=frozenset({SiteId("site-1")}))) == []

    def test_what_was_sent_or_dropped_is_forgotten_in_time_and_nothing_else(self, notices: NoticeLedger) -> None:
        notices.enter([notice(number) for number in range(1, 6)])
        ids = [one.notice_id for one in notices.due(EPOCH, 10)]
        notices.settle(ids[:1], DeliveryState.SENT, EPOCH, message_id="m")
        notices.settle(ids[1:2], DeliveryState.DROPPED, EPOCH, reason="settled")
        notices.settle(ids[2:3], DeliveryState.DEAD, EPOCH, reason="away")
        notices.settle(ids[3:4], DeliveryState.SENT, EPOCH + 2 * SECOND, message_id="n")

        assert notices.forget(EPOCH, 100) == 0
        assert notices.forget(EPOCH + SECOND, 1) == 1
        assert notices.forget(EPOCH + SECOND, 100) == 1
        assert [one.notice_id for one in reversed(self.all(notices))] == ids[2:]
