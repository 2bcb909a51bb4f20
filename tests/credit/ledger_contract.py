"""What ledgers and records promise; run over the in-memory twin and over each database.

Use: subclass and override the fixture `book` (a store with the people of tests.credit.entries and two enterprises).
"""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Protocol

import pytest

from credit.errors import DocumentKnownError, GuardError, RecordStateError
from credit.fold import facts_of, window_start
from credit.index_desk import IndexDesk, NumberedLedger
from credit.ledger import LEADS, SUPERVISION, LeadKind, SupervisionEntry, SupervisionKind
from credit.ledger_ports import LedgerCount, RecordBook, SnapshotBook
from credit.profile import Colour
from credit.record_desk import Officer, RecordDesk
from credit.records import RECORD_STEPS, RECORDS, RecordState, RecordStep, RecordStepKind
from domain.ids import EnterpriseId
from domain.risk import RiskClass
from domain.scope import Scope
from tests.credit.entries import FIRM, NOW, OFFICER, SITE, TODAY, case, draft, lead, noted, observed, record
from tests.credit.figures import PROFILE

EVERYTHING = Scope.everything()
OTHER = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-2")}))
ONE_SITE = Scope(site_ids=frozenset({SITE}))


class Book(NumberedLedger, RecordBook, SnapshotBook, Protocol):
    """All that the ledgers are."""


class LedgerContract:
    @pytest.fixture
    def book(self) -> Book:
        raise NotImplementedError("override this fixture")

    @pytest.fixture
    def desk(self, book: Book) -> RecordDesk:
        numbers = iter(range(100, 1000))
        return RecordDesk(book, lambda: f"record-{next(numbers)}", lambda: NOW, NOW.date)

    @pytest.fixture
    def index(self, book: Book) -> IndexDesk:
        moments = iter(NOW + timedelta(seconds=number) for number in range(100))
        return IndexDesk(ledgers=book, snapshots=book, profile=PROFILE, now=lambda: next(moments))

    # A and B

    def test_a_step_is_entered_once_however_often_it_comes(self, book: Book) -> None:
        for _ in range(2):
            book.append([lead(1)], [case(1), case(1)], mark=("feed", 7))

        assert [entry for _, entry in book.leads(FIRM, EVERYTHING, 0, 10)] == [lead(1)]
        assert book.supervision(FIRM, EVERYTHING, 0, 10) == [(1, case(1))]
        assert (book.mark("feed"), book.mark("other")) == (7, 0)

    def test_what_a_guard_refuses_leaves_nothing_behind(self, book: Book) -> None:
        with pytest.raises(GuardError):
            book.append([], [case(1), case(2, SupervisionKind.RECTIFIED, sequence=3)], mark=("feed", 7))

        assert book.supervision(FIRM, EVERYTHING, 0, 10) == []
        assert book.mark("feed") == 0

    def test_a_scope_hides_what_lies_outside(self, book: Book) -> None:
        book.append([lead(1)], [case(1), noted(SupervisionKind.LEVEL, {"level": "A"})])

        assert book.leads(FIRM, OTHER, 0, 10) == []
        assert book.supervision(FIRM, OTHER, 0, 10) == []
        assert [entry.kind for _, entry in book.supervision(FIRM, ONE_SITE, 0, 10)] == ["confirmed"]

    def test_pages_follow_each_other(self, book: Book) -> None:
        book.append([lead(number) for number in range(1, 6)])

        first = book.leads(FIRM, EVERYTHING, 0, 2)
        second = book.leads(FIRM, EVERYTHING, first[-1][0], 10)

        assert [number for number, _ in [*first, *second]] == [1, 2, 3, 4, 5]

    def test_an_entry_is_traced_through_its_case_to_what_corrects_it(self, book: Book) -> None:
        steps = [case(1), case(1, SupervisionKind.RECTIFIED, sequence=3), case(1, SupervisionKind.VERIFIED, sequence=4)]
        wrong = noted(SupervisionKind.CORRECTION, {}, reason="记错了店", corrects=steps[0].entry_id)
        book.append((), [*steps, case(2), wrong, observed()])

        found = book.traced(FIRM, steps[2].entry_id, EVERYTHING)
        correction = book.traced(FIRM, wrong.entry_id, EVERYTHING)
        alone = book.traced(FIRM, observed().entry_id, EVERYTHING)

        assert found is not None
        assert correction is not None
        assert alone is not None
        assert (found.place.number, found.entry, found.is_intact) == (3, steps[2], True)
        assert found.case == tuple(enumerate(steps, 1))
        assert (found.corrected, found.corrections) == (None, ((5, wrong),))
        assert (correction.case, correction.corrected, correction.corrections) == ((), (1, steps[0]), ())
        assert (alone.case, alone.corrected, alone.corrections) == ((), None, ())
        assert not replace(found, entry=replace(steps[2], reason="anders")).is_intact

    def test_an_entry_outside_the_scope_or_of_another_enterprise_is_not_there(self, book: Book) -> None:
        book.append((), [case(1)])

        assert book.traced(FIRM, case(1).entry_id, ONE_SITE) is not None
        assert book.traced(FIRM, case(1).entry_id, OTHER) is None
        assert book.traced(EnterpriseId("enterprise-2"), case(1).entry_id, EVERYTHING) is None
        assert book.traced(FIRM, "alert-0009:1", EVERYTHING) is None

    def test_counts_tell_leads_verdicts_and_corrections_by_day_site_and_code(self, book: Book) -> None:
        book.append(
            [
                lead(1),
                lead(1, LeadKind.CONFIRMED, sequence=2),
                lead(2),
                lead(2, LeadKind.DISMISSED, sequence=2),
                lead(3),
                lead(4, code="pest.rodent"),
                lead(5),
                lead(5, LeadKind.ABSTAINED, sequence=2),
            ],
            [
                case(1),
                case(1, SupervisionKind.RECTIFIED, sequence=3),
                case(1, SupervisionKind.VERIFIED, sequence=4),
            ],
        )

        counts = book.counts(FIRM, EVERYTHING, TODAY, TODAY)

        assert [(each.code, figures(each)) for each in counts] == [
            (
                "bin.uncovered",
                {"detected": 4, "unreviewed": 1, "reviewed": 3, "confirmed": 1, "dismissed": 1, "abstained": 1}
                | {"rectified": 1, "verified": 1},
            ),
            ("pest.rodent", {"detected": 1, "unreviewed": 1}),
        ]
        assert book.counts(FIRM, OTHER, TODAY, TODAY) == []

    def test_a_lead_counts_once_as_it_stands_now(self, book: Book) -> None:
        """Unclear first and confirmed later; expired and judged after all; overturned, disputed, suspended since."""
        twice = [lead(1), lead(1, LeadKind.ABSTAINED, sequence=2), lead(1, LeadKind.CONFIRMED, sequence=3)]
        late = [lead(2), lead(2, LeadKind.EXPIRED, sequence=90), lead(2, LeadKind.DISMISSED, sequence=91)]
        expired = [lead(3), lead(3, LeadKind.EXPIRED, sequence=90)]
        others = [each for number in (4, 5, 6) for each in (lead(number), lead(number, LeadKind.CONFIRMED, sequence=2))]
        overturned = [lead(4, LeadKind.DISMISSED, sequence=4)]
        book.append(
            [*twice, *late, *expired, *others, *overturned],
            [
                case(1, sequence=3),
                *(case(number) for number in (4, 5, 6)),
                case(4, SupervisionKind.RECTIFIED, sequence=3),
                case(4, SupervisionKind.OVERTURNED, sequence=4),
                case(5, SupervisionKind.DISPUTED, sequence=3),
                case(6, SupervisionKind.SUSPENDED, sequence=3),
            ],
        )

        [count] = book.counts(FIRM, EVERYTHING, TODAY, TODAY)

        parts = {"confirmed": 1, "dismissed": 2, "abstained": 1, "expired": 1, "set_aside": 1}
        assert figures(count) == {"detected": 6, "reviewed": 5} | parts
        assert count.detected == count.unreviewed + sum(parts.values())

    def test_what_a_correction_takes_out_is_counted_no_more(self, book: Book) -> None:
        """The whole case, a verdict about it, or a correction of the enterprise that did not happen."""
        book.append(
            [each for number in (1, 2, 3) for each in (lead(number), lead(number, LeadKind.CONFIRMED, sequence=2))],
            [
                case(1),
                correction(case(1).entry_id),
                case(2),
                case(2, SupervisionKind.OVERTURNED, sequence=3),
                correction(case(2, sequence=3).entry_id, number=2),
                case(3),
                case(3, SupervisionKind.RECTIFIED, sequence=3),
                case(3, SupervisionKind.VERIFIED, sequence=4),
                correction(case(3, sequence=4).entry_id, number=3),
            ],
        )

        [count] = book.counts(FIRM, EVERYTHING, TODAY, TODAY)

        assert figures(count) == {"detected": 3, "reviewed": 3, "confirmed": 2, "set_aside": 1, "rectified": 1}

    def test_a_correction_that_was_sent_back_stands_again_when_it_is_done_again(self, book: Book) -> None:
        steps = [
            case(1),
            case(1, SupervisionKind.RECTIFIED, sequence=3),
            case(1, SupervisionKind.SENT_BACK, sequence=4),
        ]
        book.append([lead(1), lead(1, LeadKind.CONFIRMED, sequence=2)], steps)
        [sent_back] = book.counts(FIRM, EVERYTHING, TODAY, TODAY)
        again = [case(1, SupervisionKind.RECTIFIED, sequence=5), case(1, SupervisionKind.VERIFIED, sequence=6)]
        book.append((), again)

        [done] = book.counts(FIRM, EVERYTHING, TODAY, TODAY)

        assert (sent_back.confirmed, sent_back.rectified, sent_back.verified) == (1, 0, 0)
        assert (done.confirmed, done.rectified, done.verified) == (1, 1, 1)

    def test_leads_that_nobody_judged_are_found_and_expire_once(self, book: Book) -> None:
        book.append([lead(1), lead(2), lead(2, LeadKind.DISMISSED, sequence=2)])
        later = NOW + timedelta(days=30)

        assert [each.alert_id for each in book.open_leads(later, 10)] == ["alert-0001"]
        assert book.open_leads(NOW, 10) == []
        book.append([lead(1, LeadKind.EXPIRED, sequence=99)])
        assert book.open_leads(later, 10) == []

    def test_all_four_chains_are_whole(self, book: Book, desk: RecordDesk) -> None:
        book.append([lead(1), lead(2)], [case(1), observed(), noted(SupervisionKind.INSPECTION, {"score_tenths": 900})])
        entered = desk.enter(draft(1), Officer(user_id=OFFICER, is_officer=True))
        desk.settle(entered.record_id, Officer(user_id=OFFICER, is_officer=True), EVERYTHING, reason="示例")

        assert [book.first_broken(each) for each in (LEADS, SUPERVISION, RECORDS, RECORD_STEPS)] == [None] * 4

    def test_what_is_gathered_makes_the_facts(self, book: Book) -> None:
        book.append(
            [],
            [
                *(observed(TODAY - timedelta(days=days)) for days in (0, 1, 400)),
                case(1),
                case(1, SupervisionKind.RECTIFIED, sequence=3),
                case(1, SupervisionKind.VERIFIED, sequence=4),
                noted(SupervisionKind.INSPECTION, {"score_tenths": 905}),
                noted(SupervisionKind.SHARE, {"dimension": "S1", "good": 19, "total": 20}),
            ],
        )

        facts = facts_of(book.gather([FIRM], window_start(PROFILE, TODAY), TODAY)[FIRM], PROFILE, TODAY)

        assert (facts.observed_hours, facts.known_since) == (20.0, TODAY - timedelta(days=400))
        assert [(each.finding_id, each.remedy) for each in facts.findings] == [("alert-0001", "on_time")]
        assert facts.scores == {"R4": 90.5}
        assert (facts.shares["S1"].good, facts.shares["S1"].total) == (19, 20)

    def test_a_correction_takes_hours_and_findings_out_of_every_count(self, book: Book) -> None:
        book.append([], [observed(), observed(TODAY - timedelta(days=1)), case(1)])
        for number, corrected in enumerate((observed().entry_id, case(1).entry_id)):
            book.append(
                [],
                [noted(SupervisionKind.CORRECTION, {}, number=number, reason="记错了", corrects=corrected)],
            )

        facts = facts_of(book.gather([FIRM], window_start(PROFILE, TODAY), TODAY)[FIRM], PROFILE, TODAY)

        assert (facts.observed_hours, facts.findings) == (10.0, ())

    @pytest.mark.parametrize("days_later", [0, 200, 364, 365, 366, 800])
    def test_a_corrected_level_never_counts_again(self, book: Book, index: IndexDesk, days_later: int) -> None:
        since, at = TODAY - timedelta(days=900), NOW - timedelta(days=900)
        level = noted(SupervisionKind.LEVEL, {"level": "D"}, day=since, at=at)
        book.append([], [level, correction(level.entry_id, day=since, at=at)])

        assert index.facts(FIRM, since + timedelta(days=days_later)).levels == {}

    def test_a_correction_of_a_day_before_the_window_takes_its_entry_out(self, book: Book, index: IndexDesk) -> None:
        inspection = noted(SupervisionKind.INSPECTION, {"score_tenths": 100})
        book.append([], [inspection, correction(inspection.entry_id, day=TODAY - timedelta(days=400))])

        assert index.facts(FIRM, TODAY).scores == {}

    # C

    def test_the_life_of_a_record(self, book: Book, desk: RecordDesk) -> None:
        officer = Officer(user_id=OFFICER, is_officer=True)
        entered = desk.enter(draft(1), officer)
        desk.settle(entered.record_id, officer, EVERYTHING, reason="复议期满")
        published = desk.publish(
            entered.record_id,
            officer,
            EVERYTHING,
            basis="示例依据",
            ends_on=TODAY + timedelta(days=90),
            receivers=["公示系统示例", "信用示例网"],
        )
        withdrawn = desk.withdraw(entered.record_id, officer, EVERYTHING, reason="撤销决定", decided_on=TODAY)

        assert published is not None
        assert withdrawn is not None
        assert (published.state, withdrawn.state) == (RecordState.PUBLISHED, RecordState.WITHDRAWN)
        told = book.deliveries(entered.record_id)
        assert sorted((each.receiver, each.action) for each in told) == sorted(
            (receiver, action) for receiver in ("公示系统示例", "信用示例网") for action in ("publish", "withdraw")
        )
        assert {each.due_on for each in told if each.action == "withdraw"} == {TODAY + timedelta(days=3)}
        assert book.overdue_deliveries(TODAY + timedelta(days=3), EVERYTHING) == []
        late = book.overdue_deliveries(TODAY + timedelta(days=4), EVERYTHING)
        assert len(late) == 2
        assert book.overdue_deliveries(TODAY + timedelta(days=4), OTHER) == []
        assert desk.confirm_delivery(late[0].delivery_id, officer, EVERYTHING, confirmation="回执 1") is not None
        assert book.overdue_deliveries(TODAY + timedelta(days=4), EVERYTHING) == late[1:]

    def test_a_document_is_entered_once(self, book: Book, desk: RecordDesk) -> None:
        officer = Officer(user_id=OFFICER, is_officer=True)
        first = desk.enter(draft(1), officer)

        with pytest.raises(DocumentKnownError):
            desk.enter(draft(1), officer)
        corrected = desk.enter(draft(1, facts="更正后的事实", corrects=first.record_id), officer)
        assert [each.record_id for each in book.records(FIRM, EVERYTHING)] == [first.record_id, corrected.record_id]

    def test_of_two_officers_who_contest_at_the_same_moment_one_is_refused(self, book: Book, desk: RecordDesk) -> None:
        officer = Officer(user_id=OFFICER, is_officer=True)
        book.add_record(record(1))
        book.add_step(record_step(RecordStepKind.CONTESTED), [])

        with pytest.raises(RecordStateError):  # this one read the record before the step of the other
            book.add_step(record_step(RecordStepKind.CONTESTED), [])
        settled = desk.settle("record-1", officer, EVERYTHING, reason="维持原决定")
        assert settled is not None
        assert settled.state is RecordState.RECORDED

    def test_records_of_others_are_not_seen(self, book: Book) -> None:
        book.add_record(record(1))

        assert book.record("record-1", OTHER) is None
        assert book.record("record-1", ONE_SITE) is None
        assert book.records(FIRM, OTHER) == []
        assert book.record("record-1", EVERYTHING) == record(1)

    # The index

    def test_the_figure_of_a_day_is_kept_once_and_a_change_of_colour_is_told_once(
        self, book: Book, index: IndexDesk
    ) -> None:
        book.append([], [observed(TODAY - timedelta(days=days)) for days in range(120)])

        first = index.record(FIRM, TODAY)
        again = index.record(FIRM, TODAY)
        book.append([], [case(1, code="pest.rodent", risk_class=RiskClass.I)])
        capped = index.record(FIRM, TODAY)

        assert first is not None
        assert capped is not None
        assert (first.standing, first.colour, again) == ("known", Colour.GREEN, None)
        assert (capped.colour, capped.held and capped.held.colour) == (Colour.ORANGE, Colour.GREEN)
        assert len(index.history(FIRM, 10)) == 2
        assert first.supervision_number == 120

    def test_a_day_before_the_last_one_is_passed_over(self, book: Book, index: IndexDesk) -> None:
        book.append([], [observed(TODAY - timedelta(days=days)) for days in range(120)])
        assert index.record(FIRM, TODAY) is not None

        assert index.record(FIRM, TODAY - timedelta(days=1)) is None

    def test_leads_move_no_figure(self, book: Book, index: IndexDesk) -> None:
        book.append([], [observed(TODAY - timedelta(days=days)) for days in range(120)])
        before = index.assessed(FIRM, TODAY)
        book.append(
            [lead(number, code="pest.rodent") for number in range(1, 40)]
            + [lead(number, LeadKind.DISMISSED, sequence=2) for number in range(1, 9)]
        )

        assert index.assessed(FIRM, TODAY) == before

    def test_enterprises_of_which_something_is_known_are_listed(self, book: Book) -> None:
        book.append([lead(1)])
        assert book.enterprises_with_entries() == []
        book.append([], [observed(date(2026, 1, 1))])

        assert book.enterprises_with_entries() == [FIRM]

    def test_enterprises_with_entries_after_some_numbers_are_those_that_changed(self, book: Book) -> None:
        book.append([], [observed(date(2026, 1, 1))])
        before = book.newest_numbers()
        assert book.enterprises_with_entries(before) == []
        book.append([], [observed(date(2026, 1, 2))])
        assert book.enterprises_with_entries(before) == [FIRM]
        book.add_record(record(1))
        book.add_step(record_step(RecordStepKind.CONTESTED), [])
        first = book.newest_numbers()
        assert book.enterprises_with_entries(first) == []
        book.add_step(record_step(RecordStepKind.FINAL), [])

        assert book.enterprises_with_entries(first) == [FIRM]


def figures(count: LedgerCount) -> dict[str, int]:
    """Those that are not zero."""
    named = {each.name: getattr(count, each.name) for each in fields(count)} | {"reviewed": count.reviewed}
    return {name: value for name, value in named.items() if isinstance(value, int) and value}


def correction(corrects: str, **changes: Any) -> SupervisionEntry:
    return noted(SupervisionKind.CORRECTION, {}, reason="记错了", corrects=corrects, **changes)


def record_step(kind: RecordStepKind) -> RecordStep:
    return RecordStep(record_id="record-1", kind=kind, officer_id=OFFICER, at=NOW, reason="示例", basis="示例依据")
