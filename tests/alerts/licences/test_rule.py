"""The last day of a licence: judged once a day, no data never good nor bad."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.catalogue import load_catalogue
from alerts.errors import CatalogueError
from alerts.licences.rule import (
    LicenceRule,
    LicenceStage,
    LicenceStanding,
    LicenceStep,
    licence_note,
    licence_step,
    notice_days,
    read_licence_rule,
    standing_of,
)
from alerts.marked_yaml import read_marked

NINE = time(9)
EXPIRED = LicenceRule(stage=LicenceStage.EXPIRED, judged_at=NINE)
ENDING = LicenceRule(stage=LicenceStage.ENDING, judged_at=NINE, within_days=30)
LAST = date(2026, 11, 20)


@dataclass
class Office:
    """One rule, and the clock on its wall; `looks` takes the rule's turn as the desk does."""

    rule: LicenceRule
    is_open: bool = False
    judged: date | None = None
    steps: list[LicenceStep] = field(default_factory=list)

    def looks(self, valid_to: date | None, day: date, at: time = NINE) -> LicenceStep | None:
        step = licence_step(self.rule, valid_to, day=day, at=at, is_open=self.is_open, is_judged=self.judged == day)
        if at >= self.rule.judged_at:
            self.judged = day
        self.is_open = step is LicenceStep.RAISED or (self.is_open and step is not LicenceStep.ENDED)
        if step is not None:
            self.steps.append(step)
        return step


@pytest.mark.parametrize(
    ("days_left", "is_ending", "is_expired"),
    [(31, False, False), (30, True, False), (1, True, False), (0, True, False), (-1, False, True), (-900, False, True)],
)
def test_the_last_day_itself_is_a_day_with_a_licence(days_left: int, *, is_ending: bool, is_expired: bool) -> None:
    day = LAST - timedelta(days=days_left)

    assert (ENDING.holds(LAST, day), EXPIRED.holds(LAST, day)) == (is_ending, is_expired)


def test_an_alert_comes_at_the_day_s_time_and_once() -> None:
    office, day = Office(EXPIRED), LAST + timedelta(days=1)

    assert office.looks(LAST, day, time(8, 59)) is None
    assert office.looks(LAST, day, NINE) is LicenceStep.RAISED
    assert [office.looks(LAST, day + timedelta(days=days), time(12)) for days in range(400)] == [None] * 400


def test_a_later_day_in_the_registry_ends_it_at_once() -> None:
    office = Office(EXPIRED)
    office.looks(LAST, LAST + timedelta(days=1))

    assert office.looks(LAST + timedelta(days=900), LAST + timedelta(days=2), time(0, 1)) is LicenceStep.ENDED


def test_another_day_that_is_over_too_ends_nothing() -> None:
    office = Office(EXPIRED)
    office.looks(LAST, LAST + timedelta(days=10))

    assert office.looks(LAST + timedelta(days=3), LAST + timedelta(days=11)) is None
    assert office.is_open


def test_no_date_is_no_data_and_neither_begins_nor_ends_anything() -> None:
    office = Office(EXPIRED)
    assert office.looks(None, LAST) is None
    office.looks(LAST, LAST + timedelta(days=1))

    assert office.looks(None, LAST + timedelta(days=2)) is None
    assert office.is_open
    assert standing_of(None, LAST, 30) is LicenceStanding.NO_DATA


def test_a_notice_stays_until_the_alert_that_follows_it_is_due() -> None:
    notice, expired = Office(ENDING), Office(EXPIRED)
    notice.looks(LAST, LAST)
    after = LAST + timedelta(days=1)

    assert notice.looks(LAST, after, time(0, 0)) is None
    assert expired.looks(LAST, after, time(0, 0)) is None
    assert notice.looks(LAST, after, NINE) is LicenceStep.ENDED
    assert expired.looks(LAST, after, NINE) is LicenceStep.RAISED


def test_what_ended_on_a_day_is_not_raised_again_on_it() -> None:
    office, day = Office(EXPIRED), LAST + timedelta(days=1)
    office.looks(LAST, day)
    office.looks(LAST + timedelta(days=90), day, time(10))

    assert office.looks(LAST, day, time(11)) is None
    assert office.looks(LAST, day + timedelta(days=1)) is LicenceStep.RAISED


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
DATES = st.none() | DAYS


@settings(max_examples=200)
@given(valid_to=DATES, day=DAYS, within=st.none() | st.integers(0, 400))
def test_a_standing_is_good_only_where_a_date_says_so(valid_to: date | None, day: date, within: int | None) -> None:
    standing = standing_of(valid_to, day, within)

    assert (standing is LicenceStanding.NO_DATA) == (valid_to is None)
    assert (standing is LicenceStanding.EXPIRED) == (valid_to is not None and valid_to < day)
    if standing is LicenceStanding.VALID:
        assert valid_to is not None
        assert (valid_to - day).days > (-1 if within is None else within)


@settings(max_examples=200)
@given(
    rule=st.sampled_from([EXPIRED, ENDING]),
    looks=st.lists(
        st.tuples(st.integers(0, 3), st.times(), st.none() | st.integers(-40, 40)), max_size=60
    ),
)  # fmt: skip
def test_raised_and_ended_take_turns_and_each_has_its_reason(
    rule: LicenceRule, looks: list[tuple[int, time, int | None]]
) -> None:
    office, day, raised_on = Office(rule), LAST, []
    for passed, at, left in looks:
        day += timedelta(days=passed)
        valid_to = None if left is None else LAST + timedelta(days=left)
        step = office.looks(valid_to, day, at)
        if step is LicenceStep.RAISED:
            assert valid_to is not None
            assert rule.holds(valid_to, day)
            assert at >= rule.judged_at
            raised_on.append(day)
        if step is LicenceStep.ENDED:
            assert valid_to is not None
            assert not rule.holds(valid_to, day)

    assert office.steps == [LicenceStep.RAISED, LicenceStep.ENDED] * (len(office.steps) // 2) + (
        [LicenceStep.RAISED] if office.is_open else []
    )
    assert len(set(raised_on)) == len(raised_on)


def test_the_catalogue_has_both_rules_and_no_camera_judges_them() -> None:
    catalogue = load_catalogue()

    assert catalogue.licence_rules == {"licence.expiry": EXPIRED, "licence.ending": ENDING}
    assert catalogue.judged_licence_rules == catalogue.licence_rules
    assert catalogue.licence_notice_days == 30
    assert {catalogue.entries[code].rule for code in catalogue.licence_rules} == {None}
    assert not catalogue.entries["licence.ending"].risk.is_credit_eligible
    assert notice_days([EXPIRED]) is None


def test_a_note_says_which_licence_and_how_many_days() -> None:
    over = licence_note("示例许可 1", LAST, LAST + timedelta(days=7))
    near = licence_note(None, LAST, LAST)

    assert over == "许可证 示例许可 1 有效期至 2026-11-20，已过期 7 天 (ended 7 days ago)"
    assert near == "许可证 （未登记编号） 有效期至 2026-11-20，还有 0 天到期 (0 days left)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{kind: licence, stage: ending, judged_at: "09:00"}', "within_days where the stage is ending"),
        (
            '{kind: licence, stage: expired, judged_at: "09:00", within_days: 3}',
            "within_days where the stage is ending",
        ),
        ('{kind: licence, stage: over, judged_at: "09:00"}', "one of expired, ending"),
        ('{kind: licence, stage: expired, judged_at: "9:00"}', "a time such as 09:00"),
        ('{kind: licence, stage: ending, judged_at: "09:00", within_days: -1}', "a whole number of at least 0"),
        ('{kind: sensor, stage: expired, judged_at: "09:00"}', "the kind licence"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_field(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "rule.yaml").write_text(text, "utf-8")

    with pytest.raises(CatalogueError, match=expected):
        read_licence_rule(read_marked(tmp_path / "rule.yaml"))
