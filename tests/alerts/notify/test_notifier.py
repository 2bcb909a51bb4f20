"""From the journal's feed to letters: who hears what, when, and what happens where nobody answers."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from alerts.errors import JournalError
from alerts.messages import NOTICE
from alerts.notify.audience import Contact
from alerts.notify.errors import SendError
from alerts.notify.ports import DeliveryState, NewDelivery
from alerts.notify.recipient import Channel, Language, Quiet, Reach
from domain.alert import AlertStep
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass
from tests.alerts.notify.kit import EVERYTHING, Post, local, told
from tests.alerts.samples import alert_id, next_alert

NIGHT = (Quiet(start=time(22), end=time(7)),)
SECOND_CLASS: dict[str, Any] = {"risk_class": RiskClass.II, "code": "smoke.person"}
THIRD_CLASS: dict[str, Any] = {"risk_class": RiskClass.III, "code": "ppe.no_gloves"}


def test_a_new_alert_is_told_at_once_with_the_notice_and_its_place() -> None:
    post = Post()
    post.add()
    post.raise_alert()

    [letter] = post.work()

    assert "鼠类活动" in letter.subject
    assert NOTICE in letter.text
    assert "camera-1" in letter.text
    assert [one.state for one in post.deliveries()] == [DeliveryState.SENT]
    assert post.wait(3600) == []


def test_what_a_person_confirmed_is_told_without_the_notice() -> None:
    post = Post()
    post.add()
    alert = post.raise_alert()
    post.work()
    post.confirm(alert)

    [letter] = post.work(120)

    assert "人工确认属实" in letter.text
    assert NOTICE not in letter.text


def test_what_is_overdue_is_told_by_its_own_word() -> None:
    post = Post()
    post.add()
    post.add("平台", Channel.WEBHOOK, steps={AlertStep.OVERDUE})
    alert = post.raise_alert()
    post.work()
    post.record(next_alert(alert), AlertStep.OVERDUE)

    person, system = sorted(post.work(120), key=lambda letter: letter.message_id, reverse=True)

    assert "已超时" in person.text
    assert NOTICE in person.text
    assert told([system]) == [(alert.alert_id, 2)]
    assert system.steps[0]["step"] == "updated"


def test_a_message_in_english_carries_the_notice_too() -> None:
    post = Post()
    post.add(language=Language.EN)
    post.raise_alert()

    [letter] = post.work()

    assert "Rodent" in letter.subject
    assert "not verified by a person" in letter.text
    assert NOTICE in letter.text


def test_what_happened_before_the_first_recipient_is_told_to_nobody() -> None:
    post = Post()
    post.raise_alert(1)
    post.work()
    post.add()
    post.raise_alert(2)

    assert told(post.work()) == [(alert_id(2), 1)]


def test_steps_that_come_in_long_after_they_were_taken_are_told_to_nobody() -> None:
    post = Post()
    post.add()
    post.raise_alert(1)

    assert post.work(4 * 86400) == []
    assert post.deliveries() == []


@pytest.mark.parametrize(
    ("wishes", "reach", "is_told"),
    [
        ({}, Reach(everything=True), True),
        ({}, Reach(site_ids=frozenset({"site-1"})), True),
        ({}, Reach(site_ids=frozenset({"site-2"})), False),
        ({}, Reach(enterprise_ids=frozenset({"enterprise-1"})), True),
        ({}, Reach(enterprise_ids=frozenset({"enterprise-2"})), False),
        ({"codes": {"pest.rodent"}}, None, True),
        ({"codes": {"smoke.person"}}, None, False),
        ({"classes": {RiskClass.I}}, None, True),
        ({"classes": {RiskClass.II}}, None, False),
        ({"steps": {AlertStep.CONFIRMED}}, None, False),
        ({"contacts": {Contact.MANAGER}}, None, True),
        ({"contacts": {Contact.INTEGRATOR}}, None, False),
        ({"contacts": {Contact.AUTHORITY}}, None, False),
    ],
)
def test_only_those_are_told_who_asked_for_it(wishes: dict[str, Any], reach: Reach | None, is_told: bool) -> None:
    post = Post()
    post.add(reach=reach, **wishes)
    post.raise_alert()

    assert len(post.work()) == is_told


def test_the_authority_hears_of_a_rat_only_once_a_person_has_confirmed_it() -> None:
    post = Post()
    post.add(contacts={Contact.AUTHORITY})
    dismissed, confirmed = post.raise_alert(1), post.raise_alert(2)
    assert post.work() == []
    post.dismiss(dismissed)
    post.confirm(confirmed)

    letters = post.work()

    assert told(letters) == [(alert_id(2), 2)]


def test_the_officer_hears_of_smoking_when_it_comes_again_within_a_month() -> None:
    post = Post()
    post.add(contacts={Contact.OFFICER})
    post.raise_alert(1, **SECOND_CLASS)
    post.end(post.raise_alert(2, site="site-2", **SECOND_CLASS))
    assert post.work() == []
    post.raise_alert(3, **SECOND_CLASS)

    assert told(post.work(3600)) == [(alert_id(3), 1)]
    assert told(post.work(31 * 86400)) == []
    post.raise_alert(4, **SECOND_CLASS)
    assert post.work() == []


def test_the_officer_hears_of_a_covered_camera_after_a_day_unless_it_is_over_by_then() -> None:
    post = Post()
    post.add(contacts={Contact.OFFICER})
    covered: dict[str, Any] = {"risk_class": RiskClass.OPS, "code": "camera.tampered"}
    over = post.raise_alert(1, **covered)
    post.raise_alert(2, camera_id="camera-2", **covered)
    assert post.wait(23 * 3600, step=3600) == []
    post.end(over)

    assert told(post.wait(7200, step=600)) == [(alert_id(2), 1)]
    first = post.deliveries()[0]
    assert (first.state, first.reason) == (DeliveryState.DROPPED, "over by then")


def test_quiet_hours_hold_back_all_but_class_one() -> None:
    post = Post(at=local(23))
    post.add(quiet=NIGHT, digest_classes=set())
    post.raise_alert(1, **SECOND_CLASS)
    post.raise_alert(2)

    assert told(post.work()) == [(alert_id(2), 1)]
    assert post.wait(7 * 3600, step=600) == []
    assert told(post.wait(7200, step=60)) == [(alert_id(1), 1)]
    assert post.at > local(7, day=6)


def test_class_three_is_told_once_a_day_in_one_message() -> None:
    post = Post(at=local(9))
    post.add()
    for number in range(1, 6):
        post.raise_alert(number, **THIRD_CLASS)
        assert post.work(600) == []

    [letter] = post.wait(10 * 3600, step=600)

    assert post.now() >= local(18)
    assert told([letter]) == [(alert_id(number), 1) for number in range(1, 6)]
    assert letter.text.count("5 条告警消息") == 1


def test_a_flood_becomes_few_messages_that_count_what_they_do_not_list() -> None:
    post = Post()
    post.add(channel=Channel.WECOM, messages_per_hour=4)
    post.raise_alert(1, **SECOND_CLASS)
    first = post.work()
    for number in range(2, 49):
        post.raise_alert(number, **SECOND_CLASS)
    rest = post.wait(120, step=1)

    assert [len(letter.steps) for letter in first] == [1]
    [letter] = rest
    assert "47 条告警消息" in letter.text
    assert "另有 37 条" in letter.text
    assert NOTICE in letter.text
    states = {one.state for one in post.deliveries()}
    assert (len(post.deliveries()), states) == (48, {DeliveryState.SENT})
    assert len(post.journal.feed(0, EVERYTHING, 1000)) == 48


def test_class_one_comes_first_in_a_message_with_others() -> None:
    post = Post()
    post.add(group_seconds=60, digest_classes=set())
    post.raise_alert(1, **SECOND_CLASS)
    post.work()
    post.raise_alert(2, **SECOND_CLASS)
    post.raise_alert(3)
    [letter] = post.wait(61, step=1)

    assert told([letter]) == [(alert_id(3), 1), (alert_id(2), 1)]


@settings(max_examples=25)
@given(
    gaps=st.lists(st.floats(0, 300), min_size=1, max_size=30),
    per_hour=st.integers(1, 6),
    classes=st.lists(st.sampled_from([SECOND_CLASS, {}]), min_size=30, max_size=30),
)
def test_whatever_comes_each_alert_is_told_once_and_no_hour_has_too_many_messages(
    gaps: list[float], per_hour: int, classes: list[dict[str, Any]]
) -> None:
    post = Post()
    post.add(messages_per_hour=per_hour, group_seconds=5)
    times = []
    for number, gap in enumerate(gaps, start=1):
        post.raise_alert(number, **classes[number - 1])
        times += [(letter, post.at) for letter in post.work(gap)]
    for _ in range(200):
        times += [(letter, post.at) for letter in post.work(60)]

    numbers = sorted(number for letter, _ in times for number, _ in told([letter]))
    assert numbers == [alert_id(number) for number in range(1, len(gaps) + 1)]
    calm = [at for letter, at in times if all(step["class"] != "I" for step in letter.steps)]
    assert all(sum(at <= other < at + timedelta(hours=1) for other in calm) <= per_hour for at in calm)


# Where nobody answers


def test_a_recipient_that_does_not_answer_is_tried_again_with_growing_waits_and_then_gets_all() -> None:
    post = Post()
    post.add()
    post.sender.error = SendError("no answer in time")
    post.raise_alert(1)
    post.wait(3600, step=5)
    assert 5 <= post.sender.tries <= 10
    post.raise_alert(2)
    post.sender.error = None

    letters = post.wait(7200, step=5)

    assert sorted(told(letters)) == [(alert_id(1), 1), (alert_id(2), 1)]


def test_one_that_does_not_answer_holds_up_nobody_else() -> None:
    post = Post()
    post.add("甲", Channel.WEBHOOK)
    post.add("乙", Channel.MAIL)
    post.raise_alert(1)
    post.sender.fail_next = [SendError("no answer in time")]

    letters = post.work()

    assert len(letters) == 1
    assert [one.state for one in post.deliveries()].count(DeliveryState.WAITING) == 1


def test_what_the_other_side_asked_to_wait_is_waited() -> None:
    post = Post()
    post.add()
    post.sender.fail_next = [SendError("busy", retry_after_seconds=600)]
    post.raise_alert()

    assert post.wait(590) == []
    assert len(post.wait(30)) == 1


def test_what_failed_for_days_is_set_aside_counted_and_sent_again_by_hand() -> None:
    post = Post(give_up_days=3)
    post.add()
    post.sender.error = SendError("no such host")
    post.raise_alert()
    post.wait(4 * 86400, step=900)

    [dead] = post.deliveries(DeliveryState.DEAD)
    assert (dead.reason, dead.attempts > 10) == ("no such host", True)
    post.work(1)
    assert REGISTRY.get_sample_value("brightkitchen_notify_dead") == 1
    post.sender.error = None
    assert post.wait(7200, step=600) == []
    assert post.desk.again(EVERYTHING, [dead.delivery_id]) == 1
    assert told(post.wait(7200, step=600)) == [(alert_id(1), 1)]


def test_a_recipient_whose_address_was_put_right_is_tried_at_once() -> None:
    post = Post()
    recipient = post.add()
    post.sender.error = SendError("it answers 404")
    post.raise_alert(1)
    post.wait(600)
    post.sender.error = None
    form = post.desk.get(recipient.recipient_id, EVERYTHING)
    assert form is not None
    stored = post.book.update(form, form.version)
    waiting = post.deliveries(DeliveryState.WAITING)
    post.desk.again(EVERYTHING, [one.delivery_id for one in waiting])

    assert stored.version == 2
    assert len(post.work()) == 1


def test_a_system_gets_each_step_for_itself_in_order_under_the_same_id_at_each_try() -> None:
    post = Post()
    post.add("平台", Channel.WEBHOOK)
    alert = post.raise_alert(1)
    post.confirm(post.update(alert))
    post.raise_alert(2)
    post.sender.fail_next = [SendError("no answer in time")]
    post.work()

    letters = post.wait(60)

    assert told(letters) == [(alert_id(1), 1), (alert_id(1), 2), (alert_id(1), 3), (alert_id(2), 1)]
    assert [letter.message_id for letter in letters] == [f"{one}-{number}" for one, number in told(letters)]


def test_a_step_that_a_system_refuses_holds_up_its_own_alert_only() -> None:
    post = Post()
    post.add("平台", Channel.WEBHOOK)
    post.update(post.raise_alert(1))
    post.raise_alert(2)
    post.sender.fail_next = [SendError("it answers 422", is_about_message=True)]

    assert told(post.work()) == [(alert_id(2), 1)]
    assert told(post.wait(60)) == [(alert_id(1), 1), (alert_id(1), 2)]


@settings(max_examples=40)
@given(
    data=st.data(),
    alerts=st.integers(1, 4),
)
def test_whatever_fails_a_system_hears_every_step_in_its_alerts_order(data: st.DataObject, alerts: int) -> None:
    """Restarts, outages and refusals in any order; repetitions can be told by the message's id."""
    post = Post(give_up_days=30)
    post.add("平台", Channel.WEBHOOK)
    standing = {number: post.raise_alert(number) for number in range(1, alerts + 1)}
    for _ in range(data.draw(st.integers(1, 15))):
        match data.draw(st.sampled_from(["step", "away", "refused", "restart", "time"])):
            case "step":
                number = data.draw(st.integers(1, alerts))
                standing[number] = post.update(standing[number])
            case "away":
                post.sender.fail_next = [SendError("away")] * data.draw(st.integers(1, 5))
            case "refused":
                post.sender.fail_next = [SendError("no", is_about_message=True)]
            case "restart":
                post.restarted()
            case "time":
                post.work(data.draw(st.floats(0, 1000)))
    post.wait(40_000, step=1000)

    heard = told(post.sender.sent)
    for number, alert in standing.items():
        mine = [sequence for one, sequence in heard if one == alert_id(number)]
        assert mine == list(range(1, alert.sequence + 1))


def test_a_process_killed_before_it_could_write_down_the_answer_sends_once_more_under_the_same_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = Post()
    post.add("平台", Channel.WEBHOOK)
    post.raise_alert()

    def killed(*_: object, **__: object) -> None:
        raise JournalError("killed", is_temporary=True)

    with monkeypatch.context() as patch:
        patch.setattr(post.ledger, "sent", killed)
        post.work()
    post.restarted()
    post.wait(60)

    first, second = post.sender.sent
    assert first.message_id == second.message_id
    assert [one.state for one in post.deliveries()] == [DeliveryState.SENT]


def test_a_recipient_that_is_gone_gets_nothing_more_and_the_ledger_says_so() -> None:
    post = Post(at=local(23))
    recipient = post.add(quiet=NIGHT)
    post.raise_alert(1, **SECOND_CLASS)
    post.work()
    post.desk.delete(recipient, recipient.version)

    assert post.wait(12 * 3600, step=600) == []
    assert [(one.state, one.reason) for one in post.deliveries()] == [(DeliveryState.DROPPED, "recipient deleted")]


def test_what_was_told_is_forgotten_after_the_days_of_the_settings_and_told_nobody_again() -> None:
    post = Post(keep_days=30)
    post.add()
    post.raise_alert()
    assert len(post.work()) == 1

    post.wait(29 * 86_400)
    assert len(post.deliveries()) == 1
    assert post.wait(2 * 86_400) == []
    assert post.deliveries() == []


def test_a_step_that_is_gone_from_the_journal_holds_up_nobody() -> None:
    for channel in (Channel.WEBHOOK, Channel.MAIL):
        post = Post()
        recipient = post.add(channel=channel)
        now = post.now()
        gone = NewDelivery(
            recipient_id=recipient.recipient_id,
            recipient_name="店长",
            alert_id=alert_id(77),
            sequence=1,
            enterprise_id=EnterpriseId("enterprise-1"),
            site_id=SiteId("site-1"),
            code="pest.rodent",
            risk_class=RiskClass.I,
            step=AlertStep.RAISED,
            created_at=now,
            due_at=now,
        )
        post.ledger.enter([gone], 0)
        post.raise_alert(1)

        assert told(post.work()) == [(alert_id(1), 1)]
        assert post.deliveries()[0].state is DeliveryState.DROPPED


def test_an_entry_of_the_feed_that_cannot_be_read_holds_up_nothing() -> None:
    post = Post()
    post.add()
    alert = post.raise_alert(1)
    entry = post.journal.feed(0, EVERYTHING, 1)[0]
    entry.step.payload["class"] = "IX"
    post.raise_alert(2)

    assert alert.sequence == 1
    assert told(post.work()) == [(alert_id(2), 1)]
