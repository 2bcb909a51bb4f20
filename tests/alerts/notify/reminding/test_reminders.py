"""From dates to letters: who hears of which, when, and what happens where nobody answers."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from alerts.messages import NOTICE
from alerts.notify.errors import RecipientRefusedError, SendError
from alerts.notify.ports import DeliveryState, Letter
from alerts.notify.recipient import Channel, Language, Quiet, Reach, Recipient
from alerts.notify.reminding.ports import Notice
from alerts.notify.reminding.reminders import Post, Reminders
from alerts.notify.reminding.testing import GivenDates
from domain.ids import EnterpriseId
from domain.reminder import DatedFact, ReminderKind
from tests.alerts.notify.kit import CATALOGUE, EVERYTHING, local
from tests.alerts.notify.kit import Post as Kit
from tests.credit.samples import enterprise

TODAY = date(2026, 1, 5)
DUE, LICENCE = ReminderKind.RECTIFICATION_DUE, ReminderKind.LICENCE_END
ALL = frozenset(ReminderKind)


def name_of(code: str, language: Language) -> str:
    entry = CATALOGUE.get(code)
    assert entry is not None
    return entry.risk.name_zh if language is Language.ZH else entry.risk.name_en


class Office:
    """Reminders of twins: recipients of the kit, dates put in by hand, a clock that the test turns."""

    def __init__(self, at: datetime | None = None, **settings: Any) -> None:
        self.kit = Kit(at=at or local(10), **settings)
        self.dates = GivenDates(TODAY)
        post = Post(book=self.kit.book, senders=self.kit.senders, box=self.kit.box, settings=self.kit.settings)
        self.reminders = Reminders(
            dates=self.dates, ledger=self.kit.notices, post=post, name_of=name_of, now=self.kit.now
        )

    def add(self, name: str = "店长", channel: Channel = Channel.MAIL, **wishes: Any) -> Recipient:
        return self.kit.add(name, channel, reach=wishes.pop("reach", None), **{"reminders": ALL} | wishes)

    def date(self, number: int, days: int, kind: ReminderKind = DUE, *, firm: int = 1, **changes: Any) -> DatedFact:
        found = enterprise(firm)
        self.dates.firms[found.enterprise_id] = found
        values: dict[str, Any] = {
            "kind": kind,
            "enterprise_id": found.enterprise_id,
            "on": TODAY + timedelta(days=days),
            "subject": "bin.uncovered" if kind is DUE else f"示例 {number} 号",
            "reference": f"record-{number}",
        }
        fact = DatedFact(**values | changes)
        self.dates.facts.setdefault(found.enterprise_id, []).append(fact)
        return fact

    def work(self, *, days: int = 0, hours: float = 0) -> list[Letter]:
        self.kit.at += timedelta(days=days, hours=hours)
        self.dates.day += timedelta(days=days)
        before = len(self.kit.sender.sent)
        self.reminders.take_in()
        self.reminders.send()
        return self.kit.sender.sent[before:]

    def notices(self) -> list[Notice]:
        found = self.kit.notices.search(EVERYTHING, recipient_id=None, state=None, before=None, limit=1000)
        return list(reversed(found))

    def states(self) -> list[DeliveryState]:
        return [one.state for one in self.notices()]


def test_what_comes_near_is_told_in_one_message_soonest_first_with_what_is_to_be_done() -> None:
    office = Office(page_url="https://kitchen.example")
    office.add()
    office.date(1, 30, LICENCE)
    office.date(2, 1)
    office.date(3, 400, ReminderKind.PUBLICATION_END)

    [letter] = office.work()

    assert letter.subject == "【明厨】2 个日期提醒"
    first, second = letter.text.splitlines()[1:3]
    assert first == "1. 示例餐厅 1：整改期限 垃圾桶未盖，2026-01-06（还有 1 天）。请在期限内完成整改并提交凭证"
    assert second == "2. 示例餐厅 1：许可证有效期届满 示例 1 号，2026-02-04（还有 30 天）。请及时办理延续"
    assert "https://kitchen.example" in letter.text
    assert NOTICE not in letter.text  # a person confirmed it, or a document says it
    assert office.work(hours=1) == []


def test_a_correction_is_told_at_each_of_its_distances_and_not_after_it() -> None:
    office = Office()
    office.add()
    office.date(1, 5)

    told = [day for day in range(10) if office.work(days=min(day, 1))]

    assert told == [2, 4, 5]


def test_nobody_is_reminded_who_did_not_ask_for_it() -> None:
    office = Office()
    office.add("店长", reminders=frozenset())
    office.add("财务", reminders={LICENCE})
    office.add("邻居", reach=Reach(enterprise_ids=frozenset({"enterprise-2"})))
    office.date(1, 1)
    office.date(2, 7, LICENCE)

    [letter] = office.work()

    assert "许可证" in letter.text
    assert "整改" not in letter.text
    assert [one.recipient_name for one in office.notices()] == ["财务"]


def test_dates_of_enterprises_are_not_told_to_somebody_of_single_sites() -> None:
    with pytest.raises(RecipientRefusedError) as refused:
        Office().add(reach=Reach(site_ids=frozenset({"site-1"})))

    assert refused.value.field == "reminders"


def test_what_was_corrected_before_the_message_went_out_is_not_told() -> None:
    office = Office(local(6))
    office.add()
    office.date(1, 1)
    office.date(2, 1)
    assert office.work() == []
    office.dates.facts[EnterpriseId("enterprise-1")].pop()

    [letter] = office.work(hours=4)

    assert len(letter.dates) == 1
    assert office.states() == [DeliveryState.SENT, DeliveryState.DROPPED]


def test_people_hear_of_dates_at_their_hour_and_not_in_quiet_hours_a_system_at_once() -> None:
    office = Office(local(7, 30))
    office.add("平台", Channel.WEBHOOK)
    office.add("早班", remind_at=time(8))
    office.add("晚班", Channel.WECOM, remind_at=time(8), quiet=(Quiet(start=time(22), end=time(12)),))
    fact = office.date(1, 3)

    [system] = office.work()
    early = office.work(hours=1)
    nothing = office.work(hours=3)
    late = office.work(hours=1)

    assert [len(early), len(nothing), len(late)] == [1, 0, 1]
    assert system.dates == (
        {
            "reminder_id": "rectification_due:record-1:-:2026-01-08:3",
            "enterprise_id": fact.enterprise_id,
            "enterprise_name": "示例餐厅 1",
            "kind": "rectification_due",
            "on": "2026-01-08",
            "days_left": 3,
            "subject": "bin.uncovered",
            "reference": "record-1",
            "policy": None,
        },
    )


def test_somebody_who_could_not_be_reached_hears_of_each_date_once_with_the_days_that_are_left() -> None:
    office = Office()
    office.add()
    office.date(1, 3)
    office.kit.sender.error = SendError("away")
    office.work()
    office.work(days=1)
    office.work(days=1)
    office.kit.sender.error = None

    [letter] = office.work(hours=2)

    assert letter.text.count("整改期限") == 1
    assert "还有 1 天" in letter.text
    assert sorted(office.states()) == [DeliveryState.DROPPED, DeliveryState.SENT]


def test_what_nobody_takes_for_days_is_set_aside_and_waits_for_a_person() -> None:
    office = Office()
    office.add()
    office.date(1, 30, LICENCE)
    office.kit.sender.error = SendError("refused")
    for _ in range(4):
        office.work(days=1)
    [given_up] = office.notices()
    assert (given_up.state, given_up.reason) == (DeliveryState.DEAD, "refused")
    office.kit.sender.error = None
    assert office.work() == []

    assert office.kit.desk.remind_again(EVERYTHING, [given_up.notice_id]) == 1
    assert len(office.work()) == 1


def test_a_recipient_that_is_gone_or_switched_off_holds_up_nobody() -> None:
    office = Office(local(6))
    gone, _ = office.add("走了"), office.add("在岗")
    office.date(1, 1)
    office.work()
    office.kit.desk.delete(gone, gone.version)

    [letter] = office.work(hours=4)

    assert letter.text.count("整改期限") == 1
    assert office.states() == [DeliveryState.DROPPED, DeliveryState.SENT] or office.states() == [
        DeliveryState.SENT,
        DeliveryState.DROPPED,
    ]


def test_what_does_not_fit_is_counted() -> None:
    office = Office()
    office.add(channel=Channel.WECOM)
    for number in range(40):
        office.date(number, 1, subject="bin.uncovered")

    [letter] = office.work()

    assert len(letter.text.encode()) <= 2000
    assert "另有 30 项" in letter.text
    assert len(letter.dates) == 40


def test_a_message_in_english() -> None:
    office = Office()
    office.add(language=Language.EN)
    office.date(1, 0)
    office.date(2, 7, ReminderKind.EARLIEST_REPAIR, policy_id="ndrc-2026-04")

    [letter] = office.work()

    assert letter.subject == "【明厨】2 dates ahead"
    assert "(today); correct it by then" in letter.text
    assert "repair may be applied for 示例 2 号 (ndrc-2026-04), 2026-01-12 (7 days left)" in letter.text


def test_a_name_cannot_mention_everybody_in_a_chat() -> None:
    office = Office()
    office.add()
    fact = office.date(1, 30, LICENCE, subject="<@all>\n号")

    [letter] = office.work()

    assert fact.subject not in letter.text
    assert "＜@all> 号" in letter.text
