"""What people read: short enough, in their language, never without the notice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.messages import NOTICE, AlertMessages
from alerts.notify.recipient import Language
from alerts.notify.wording import NOTICE_EN, Paper, needs_notice, subject, text
from domain.alert import AlertState, AlertStep
from domain.risk import RiskClass
from tests.alerts.notify.kit import CATALOGUE
from tests.alerts.samples import sample_alert

MESSAGES = AlertMessages(CATALOGUE)


def payload(**changes: Any) -> dict[str, Any]:
    return MESSAGES.payload(sample_alert(), AlertStep.RAISED).as_dict() | changes


names = st.text(max_size=300)
payloads = st.builds(
    payload,
    site_name=names,
    camera_name=names,
    enterprise_name=names,
    note=names,
    state=st.sampled_from([one.value for one in AlertState]),
)


@given(
    told=st.lists(payloads, min_size=1, max_size=60),
    unread=st.lists(st.sampled_from(RiskClass), max_size=50),
    language=st.sampled_from(Language),
    most_bytes=st.integers(300, 3000),
)
def test_every_message_fits_and_carries_the_notice_until_a_person_has_settled_it(
    told: list[dict[str, Any]], unread: list[RiskClass], language: Language, most_bytes: int
) -> None:
    paper = Paper(language=language, timezone="Asia/Shanghai", most_bytes=most_bytes, page_url="https://mc.example")

    written = text(told, unread, paper)

    assert len(written.encode()) <= most_bytes
    assert (NOTICE in written) == (bool(unread) or any(map(needs_notice, told)))
    assert "\n" not in subject(told, len(unread), paper)
    assert "<" not in written


@pytest.mark.parametrize("state", list(AlertState))
def test_only_what_a_person_settled_goes_without_the_notice(state: AlertState) -> None:
    assert needs_notice(payload(state=state.value)) == (state in {"raised", "acknowledged", "unclear"})


@pytest.mark.parametrize("language", list(Language))
def test_every_step_and_class_has_words(language: Language) -> None:
    paper = Paper(language=language, timezone="Asia/Shanghai")
    for step in AlertStep:
        for risk_class in RiskClass:
            changes = {"step": step.told.value, "life_step": step.value, "class": risk_class.value}
            written = text([payload(**changes)], [], paper)
            assert "【明厨】" in written


def test_the_counts_of_a_group_add_up() -> None:
    paper = Paper(language=Language.ZH, timezone="Asia/Shanghai", most_listed=3)

    written = text([payload()] * 5, [RiskClass.II] * 7, paper)

    assert "12 条告警消息（Ⅰ类 5，Ⅱ类 7）" in written
    assert "另有 9 条" in written
    assert written.count("鼠类活动") == 3


def test_times_are_those_of_the_recipients_wall() -> None:
    assert "16:00:01" in text([payload()], [], Paper(language=Language.ZH, timezone="Asia/Shanghai"))
    english = text([payload()], [], Paper(language=Language.EN, timezone="Europe/Berlin"))
    assert "09:00:01" in english
    assert NOTICE_EN in english


def test_a_name_can_neither_break_a_line_nor_call_everybody() -> None:
    written = text(
        [payload(camera_name='后厨\n<at user_id="all">所有人</at>')], [], Paper(language=Language.ZH, timezone="UTC")
    )

    assert "<at" not in written
    assert "后厨 ＜at" in written
