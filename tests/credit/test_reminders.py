"""Which dates of an enterprise are listed: those ahead, and those behind with something still to be done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from credit.facts import Finding, Remedy
from credit.records import PublicRecord, RecordStep, RecordStepKind
from credit.reminders import DatedParts, dates_of
from credit.repair import load_policies
from domain.reminder import DatedFact, ReminderKind
from tests.credit.entries import NOW, OFFICER, TODAY, record
from tests.credit.figures import finding
from tests.credit.samples import enterprise

DAY = timedelta(days=1)


def dates(
    *,
    findings: Sequence[Finding] = (),
    records: Sequence[PublicRecord] = (),
    licence_valid_to: date | None = None,
    today: date = TODAY,
) -> list[DatedFact]:
    firm = enterprise(licence_no="JY1", licence_valid_to=licence_valid_to)
    parts = DatedParts(enterprise=firm, records=records, findings=findings, policies=load_policies())
    return dates_of(parts, today)


def published(ends_on: date) -> PublicRecord:
    step = RecordStep(
        record_id="record-1", kind=RecordStepKind.FINAL, officer_id=OFFICER, at=NOW, reason="示例", basis="示例依据"
    )
    out = replace(step, kind=RecordStepKind.PUBLISHED, at=NOW + timedelta(seconds=1), ends_on=ends_on)
    return replace(record(1, decision_date=TODAY - 30 * DAY), steps=(step, out))


def test_an_overdue_correction_stays_listed_and_comes_first() -> None:
    found = dates(findings=[finding(1, age=0), finding(2, age=40), finding(3, age=41, remedy=Remedy.LATE)])

    assert [(one.reference, one.on) for one in found] == [
        ("alert-0002", TODAY - 39 * DAY),
        ("alert-0001", TODAY + DAY),
    ]


def test_a_licence_is_listed_before_its_end_and_after_it() -> None:
    for distance in (-200, 0, 400):
        [found] = dates(licence_valid_to=TODAY + distance * DAY)

        assert (found.kind, found.on, found.subject) == (ReminderKind.LICENCE_END, TODAY + distance * DAY, "JY1")
    assert dates(licence_valid_to=None) == []


def test_dates_of_a_record_that_have_passed_are_nothing_to_be_done_any_more() -> None:
    shown = record(1)
    assert dates(records=[shown]) == []  # not published: nothing ends
    out = published(TODAY + 10 * DAY)

    kinds = {one.kind for one in dates(records=[out])}
    later = dates(records=[out], today=TODAY + 4000 * DAY)

    assert ReminderKind.PUBLICATION_END in kinds
    assert later == []
