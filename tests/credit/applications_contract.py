"""What applications promise on any book: run on the twin and on both databases."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from credit.applications.application import Application, ApplicationState
from credit.applications.desk import ApplicationDesk, Decision
from credit.applications.draft import DraftKind
from credit.applications.hints import Check, Finding
from credit.applications.material import MOST_MATERIALS, MaterialKind
from credit.applications.ports import ApplicationBook
from credit.applications.testing import GivenReader, InMemoryPapers
from credit.errors import ApplicationOpenError, ApplicationStepError, GuardError, NotAnOfficerError
from credit.ledger_ports import RecordBook
from credit.record_desk import Officer
from credit.records import DeliveryAction, RecordState, RecordStep, RecordStepKind
from domain.ids import EnterpriseId
from domain.scope import Scope
from tests.credit.entries import NOW, OFFICER, OPERATOR, SECOND, TODAY, record
from tests.credit.samples import enterprise

EVERYTHING = Scope.everything()
OTHERS = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-2")}))
LI, WANG = Officer(user_id=OFFICER, is_officer=True), Officer(user_id=SECOND, is_officer=True)
CHEF = Officer(user_id=OPERATOR, is_officer=False)
RECEIVERS = ["信用示例网", "示例公示系统"]


def pdf(mark: str = "") -> bytes:
    return b"%PDF-1.7\n" + mark.encode().ljust(100, b" ") + b"\n%%EOF\n"


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def today(self) -> date:
        return self.at.date()


@dataclass
class Side:
    """A desk over books, with one published penalty in them."""

    book: ApplicationBook
    records: RecordBook
    clock: Clock = field(default_factory=Clock)
    papers: InMemoryPapers = field(default_factory=InMemoryPapers)

    def __post_init__(self) -> None:
        numbers = count(1)
        self.desk = ApplicationDesk(
            book=self.book,
            records=self.records,
            store=self.papers,
            reader=GivenReader(),
            new_id=lambda: f"id-{next(numbers):05d}",
            now=self.clock.now,
            today=self.clock.today,
        )

    def publish(self) -> None:
        self.records.add_record(record(1))
        self.records.add_record(record(2))
        self.records.add_step(self._step(RecordStepKind.FINAL), ())
        self.records.add_step(self._step(RecordStepKind.PUBLISHED), RECEIVERS)

    def _step(self, kind: RecordStepKind) -> RecordStep:
        is_published = kind is RecordStepKind.PUBLISHED
        return RecordStep(
            record_id="record-1",
            kind=kind,
            officer_id=OFFICER,
            at=NOW,
            basis="示例依据" if is_published else "",
            ends_on=TODAY + timedelta(days=300) if is_published else None,
        )

    def drafted(self) -> Application:
        made = self.desk.draft("record-1", "ndrc-2026-04", OPERATOR, EVERYTHING)
        assert made is not None
        return made

    def with_papers(self) -> Application:
        made = self.drafted()
        for kind in (MaterialKind.FORM, MaterialKind.PROMISE, MaterialKind.PROOF):
            self.put(made, kind, kind.value)
        return made

    def put(self, made: Application, kind: MaterialKind, mark: str) -> str:
        found = self.desk.put(
            made.application_id, OPERATOR, EVERYTHING, kind=kind, title=f"{mark}.pdf", content=pdf(mark)
        )
        assert found is not None
        return found.material_id

    def accepted(self) -> Application:
        made = self.with_papers()
        self.desk.file(made.application_id, OPERATOR, EVERYTHING, reason="")
        found = self.desk.accept(made.application_id, LI, EVERYTHING, reason="材料齐全")
        assert found is not None
        return found

    def decision(self, *, is_granted: bool = True, on: date | None = None) -> Decision:
        return Decision(
            is_granted=is_granted,
            document_no="示例信修〔2026〕3号",
            decided_on=on or self.clock.today(),
            reason="" if is_granted else "义务未履行完毕",
        )

    def standing(self) -> RecordState:
        found = self.records.record("record-1", EVERYTHING)
        assert found is not None
        return found.state


class ApplicationContract:
    """`side` is given by those who inherit."""

    def test_a_granted_application_repairs_the_record_and_orders_the_same_of_every_receiver(self, side: Side) -> None:
        made = side.accepted()

        found = side.desk.decide(made.application_id, WANG, EVERYTHING, side.decision())

        assert found is not None
        assert [step.state for step in found.steps] == ["drafted", "filed", "accepted", "granted"]
        assert side.standing() is RecordState.REPAIRED
        ordered = [each for each in side.records.deliveries("record-1") if each.action is DeliveryAction.REPAIR]
        assert sorted(each.receiver for each in ordered) == sorted(RECEIVERS)
        assert {each.due_on for each in ordered} == {side.clock.today() + timedelta(days=3)}
        kept = side.records.record("record-1", EVERYTHING)
        assert kept is not None
        assert "示例信修〔2026〕3号" in kept.steps[-1].reason

    def test_a_refusal_leaves_the_record_as_it_is_and_another_application_may_follow(self, side: Side) -> None:
        made = side.accepted()

        side.desk.decide(made.application_id, LI, EVERYTHING, side.decision(is_granted=False))

        assert side.standing() is RecordState.PUBLISHED
        assert side.drafted().application_id != made.application_id

    def test_what_is_returned_is_filed_again_with_what_was_missing(self, side: Side) -> None:
        made = side.with_papers()
        side.desk.file(made.application_id, OPERATOR, EVERYTHING, reason="")

        side.desk.send_back(made.application_id, LI, EVERYTHING, reason="缺少缴款凭证")
        side.put(made, MaterialKind.PROOF, "receipt")
        again = side.desk.file(made.application_id, OPERATOR, EVERYTHING, reason="已补")

        assert again is not None
        assert again.state is ApplicationState.FILED
        assert [step.reason for step in again.steps if step.state is ApplicationState.RETURNED] == ["缺少缴款凭证"]

    def test_nobody_decides_what_they_filed_even_as_an_officer_later(self, side: Side) -> None:
        made = side.with_papers()
        side.desk.file(made.application_id, SECOND, EVERYTHING, reason="")

        with pytest.raises(GuardError, match="two_sides"):
            side.desk.accept(made.application_id, WANG, EVERYTHING, reason="")

    def test_who_is_no_officer_accepts_returns_and_decides_nothing(self, side: Side) -> None:
        made = side.accepted()

        with pytest.raises(NotAnOfficerError):
            side.desk.decide(made.application_id, CHEF, EVERYTHING, side.decision())
        with pytest.raises(NotAnOfficerError):
            side.desk.send_back(made.application_id, CHEF, EVERYTHING, reason="x")
        assert side.standing() is RecordState.PUBLISHED

    def test_an_application_needs_form_promise_and_proof_before_it_is_filed(self, side: Side) -> None:
        made = side.drafted()
        side.put(made, MaterialKind.FORM, "form")

        with pytest.raises(GuardError, match="信用修复承诺书、履行义务证明"):
            side.desk.file(made.application_id, OPERATOR, EVERYTHING, reason="")

    def test_only_what_is_published_is_applied_for_and_only_once_at_a_time(self, side: Side) -> None:
        side.drafted()

        with pytest.raises(ApplicationOpenError):
            side.drafted()
        with pytest.raises(GuardError, match="published"):
            side.desk.draft("record-2", "ndrc-2026-04", OPERATOR, EVERYTHING)
        with pytest.raises(GuardError, match="policy"):
            side.desk.draft("record-1", "no-such-policy", OPERATOR, EVERYTHING)

    def test_a_record_that_is_over_meanwhile_cannot_be_granted(self, side: Side) -> None:
        made = side.accepted()
        step = RecordStep(
            record_id="record-1",
            kind=RecordStepKind.WITHDRAWN,
            officer_id=OFFICER,
            at=side.clock.now(),
            reason="决定被撤销",
            decided_on=side.clock.today(),
        )
        side.records.add_step(step, ())

        with pytest.raises(ApplicationStepError, match="withdrawn"):
            side.desk.decide(made.application_id, LI, EVERYTHING, side.decision())
        kept = side.book.application(made.application_id, EVERYTHING)
        assert kept is not None
        assert kept.state is ApplicationState.ACCEPTED

    def test_a_decision_lies_between_its_acceptance_and_today(self, side: Side) -> None:
        made = side.accepted()

        for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=2)):
            with pytest.raises(GuardError, match="decided_on"):
                side.desk.decide(made.application_id, LI, EVERYTHING, side.decision(on=day))

    def test_outside_the_scope_there_is_nothing(self, side: Side) -> None:
        made = side.with_papers()
        application_id = made.application_id

        assert side.desk.draft("record-1", "ndrc-2026-04", OPERATOR, OTHERS) is None
        assert side.desk.file(application_id, OPERATOR, OTHERS, reason="") is None
        assert side.desk.accept(application_id, LI, OTHERS, reason="") is None
        assert side.desk.decide(application_id, LI, OTHERS, side.decision()) is None
        assert side.book.listed(OTHERS, (), None, 10) == []
        assert side.book.of_enterprise(made.enterprise_id, OTHERS) == []

    def test_papers_are_kept_with_their_checksum_and_the_same_content_once(self, side: Side) -> None:
        made = side.drafted()
        first = side.put(made, MaterialKind.PROOF, "receipt")

        assert side.put(made, MaterialKind.PROOF, "receipt") == first
        opened = side.desk.opened(made.application_id, first, EVERYTHING)

        assert opened is not None
        material, file = opened
        assert isinstance(file, io.BytesIO)
        assert file.read() == pdf("receipt")
        assert (material.size_bytes, material.media_type) == (len(pdf("receipt")), "application/pdf")
        assert len(side.papers.files) == 1

    def test_a_paper_that_is_taken_out_is_deleted_and_after_filing_none_is(self, side: Side) -> None:
        made = side.with_papers()
        extra = side.put(made, MaterialKind.OTHER, "extra")

        side.desk.remove(made.application_id, extra, EVERYTHING)
        assert len(side.papers.files) == 3
        side.desk.file(made.application_id, OPERATOR, EVERYTHING, reason="")

        [kept, *_] = side.book.materials(made.application_id)
        with pytest.raises(ApplicationStepError):
            side.desk.remove(made.application_id, kept.material_id, EVERYTHING)
        with pytest.raises(ApplicationStepError):
            side.put(made, MaterialKind.OTHER, "late")

    def test_there_are_so_many_papers_at_most(self, side: Side) -> None:
        made = side.drafted()
        for number in range(MOST_MATERIALS):
            side.put(made, MaterialKind.OTHER, str(number))

        with pytest.raises(GuardError, match="materials"):
            side.put(made, MaterialKind.OTHER, "one more")
        assert len(side.papers.files) == MOST_MATERIALS

    def test_hints_are_kept_with_what_read_them_and_stop_nothing(self, side: Side) -> None:
        made = side.with_papers()
        [form, *_] = side.book.materials(made.application_id)

        side.desk.check(made.application_id, form.material_id, enterprise(1), EVERYTHING)

        [kept, *_] = side.book.materials(made.application_id)
        assert kept.checked_with == "given"
        assert kept.hints is not None
        assert (kept.hints[0].check, kept.hints[0].finding) == (Check.SEAL, Finding.LOOKS_WRONG)
        assert side.desk.file(made.application_id, OPERATOR, EVERYTHING, reason="") is not None

    def test_an_officers_list_shows_by_state_and_goes_on_where_it_ended(self, side: Side) -> None:
        made = side.accepted()
        side.desk.decide(made.application_id, LI, EVERYTHING, side.decision(is_granted=False))
        second = side.drafted()

        first_page = side.book.listed(EVERYTHING, (), None, 1)
        rest = side.book.listed(EVERYTHING, (), first_page[-1].application_id, 10)
        refused = side.book.listed(EVERYTHING, (ApplicationState.REFUSED,), None, 10)

        assert [each.application_id for each in (*first_page, *rest)] == [second.application_id, made.application_id]
        assert [each.application_id for each in refused] == [made.application_id]

    def test_a_draft_holds_what_is_on_record_and_nothing_else(self, side: Side) -> None:
        made = side.drafted()

        drafted = side.desk.drafted(DraftKind.FORM, made, enterprise(1), EVERYTHING)

        assert drafted is not None
        values = {each.label: each.value for each in (*drafted.fields, *drafted.closing)}
        assert values["处罚决定书文号"] == "示例市监处罚〔2026〕1号"
        assert values["处罚决定日期"] == "2026年11月01日"
        assert values["处罚内容"] == "罚款、警告，罚款 5000 元"
        assert values["本系统测算最早可申请日"] == "2027年02月01日"
        assert {label for label, value in values.items() if value is None} == {
            "法定代表人（负责人）",
            "联系人",
            "联系电话",
            "义务履行情况（缴款凭证号、整改完成日期）",
            "申请事由",
            "附件份数",
            "申请人（盖章）",
            "法定代表人（负责人）签名",
            "填写日期",
        }
        assert all(each.source for each in drafted.fields)
        assert "草稿，未提交" in drafted.notes[0]
