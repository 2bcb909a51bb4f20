"""What plans and tasks of inspections promise on any book: run on the twin and on both databases."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import pytest

from credit.errors import GuardError, NotAnOfficerError, TaskStepError
from credit.index_desk import IndexDesk
from credit.inspections.desk import InspectionDesk
from credit.inspections.ports import InspectionBook, TaskFilter
from credit.inspections.task import Task, TaskState
from credit.ledger import SupervisionKind
from credit.ledger_testing import InMemoryLedgers
from credit.profile import Colour
from credit.profile_file import load_index_profile
from credit.sampling import lot
from domain.ids import EnterpriseId
from domain.scope import Scope
from tests.credit.applications_contract import CHEF, EVERYTHING, LI, OTHERS, WANG, Clock
from tests.credit.entries import FIRM, TODAY, observed
from tests.credit.ledger_contract import Book

PERIOD = "2026-11"
RED = [(EnterpriseId(f"enterprise-{number}"), Colour.RED) for number in (1, 2)]
ORANGE = [(EnterpriseId(f"enterprise-{number}"), Colour.ORANGE) for number in (1, 2)]


@dataclass
class Office:
    book: InspectionBook
    ledgers: Book
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        numbers = count(1)
        self.desk = InspectionDesk(
            book=self.book,
            new_id=lambda: f"id-{next(numbers):05d}",
            now=self.clock.now,
            today=self.clock.today,
            nonce=lambda: "n0",
        )

    def task(self) -> Task:
        """The first firm's, drawn as red."""
        self.desk.draw(LI, RED, period=PERIOD, seed="公开种子")
        return next(each for each in self.all() if each.enterprise_id == FIRM)

    def assigned(self) -> Task:
        found = self.desk.assign(self.task().task_id, LI, EVERYTHING, assignee=WANG, reason="")
        assert found is not None
        return found

    def all(self, **wanted: object) -> list[Task]:
        return self.book.tasks(EVERYTHING, TaskFilter(**wanted), None, 100)  # type: ignore[arg-type]


class InspectionContract:
    """`office` is given by those who inherit."""

    def test_a_plan_keeps_who_was_drawn_and_who_was_not_and_can_be_repeated(self, office: Office) -> None:
        plan = office.desk.draw(LI, ORANGE, period=PERIOD, seed="公开种子")

        [kept] = office.book.plans(10)
        assert kept == plan == office.book.plan(plan.plan_id)
        assert kept.is_repeatable()
        assert kept.seed == "公开种子#n0"
        assert {each.enterprise_id: each.lot for each in kept.entries} == {
            each: lot(kept.seed, PERIOD, each) for each, _ in ORANGE
        }
        assert {each.enterprise_id for each in office.all()} == {each.enterprise_id for each in kept.drawn}

    def test_nobody_draws_again_until_the_lots_please(self, office: Office) -> None:
        office.desk.draw(LI, ORANGE, period=PERIOD, seed="一")

        with pytest.raises(GuardError, match="enterprises"):
            office.desk.draw(WANG, ORANGE, period=PERIOD, seed="二")
        assert office.desk.draw(LI, ORANGE, period="2026-12", seed="二").period == "2026-12"

    def test_who_joined_later_is_drawn_later_in_the_same_period(self, office: Office) -> None:
        office.desk.draw(LI, RED[:1], period=PERIOD, seed="一")

        second = office.desk.draw(LI, RED, period=PERIOD, seed="二")

        assert [each.enterprise_id for each in second.entries] == ["enterprise-2"]

    def test_a_drawn_task_says_why_and_is_due_by_its_colour(self, office: Office) -> None:
        found = office.task()

        assert "红色" in found.reason
        assert "抽取概率 100%" in found.reason
        assert found.is_drawn
        assert found.due_on == max(date(2026, 11, 10), TODAY)

    def test_a_result_goes_into_ledger_b_once_and_into_the_index(self, office: Office) -> None:
        found = office.assigned()
        index = IndexDesk(
            ledgers=office.ledgers,
            snapshots=InMemoryLedgers(),
            profile=load_index_profile(),
            now=office.clock.now,
        )
        office.ledgers.append((), [observed(TODAY - timedelta(days=number)) for number in range(100)])
        before = index.assessed(FIRM, TODAY)

        done = office.desk.finish(found.task_id, WANG, EVERYTHING, score=81.5, day=TODAY, reason="现场检查")

        assert done is not None
        assert done.state is TaskState.DONE
        entries = [each for _, each in office.ledgers.supervision(FIRM, EVERYTHING, 0, 500)]
        [entry] = [each for each in entries if each.kind is SupervisionKind.INSPECTION]
        assert (entry.entry_id, entry.figures, entry.actor_id) == (
            f"task:{found.task_id}",
            {"score_tenths": 815},
            WANG.user_id,
        )
        assert index.assessed(FIRM, TODAY).inputs_sha256 != before.inputs_sha256
        with pytest.raises(TaskStepError):
            office.desk.finish(found.task_id, WANG, EVERYTHING, score=100, day=TODAY, reason="")

    def test_only_who_goes_enters_what_was_found_and_only_officers_go(self, office: Office) -> None:
        found = office.assigned()

        with pytest.raises(GuardError, match="assignee"):
            office.desk.finish(found.task_id, LI, EVERYTHING, score=90, day=TODAY, reason="")
        with pytest.raises(NotAnOfficerError):
            office.desk.assign(found.task_id, LI, EVERYTHING, assignee=CHEF, reason="x")
        with pytest.raises(NotAnOfficerError):
            office.desk.draw(CHEF, RED, period="2026-12", seed="x")

    def test_a_task_is_dropped_or_handed_on_only_for_a_reason_that_stays(self, office: Office) -> None:
        found = office.assigned()

        with pytest.raises(GuardError, match="reason"):
            office.desk.drop(found.task_id, LI, EVERYTHING, reason=" ")
        with pytest.raises(GuardError, match="reason"):
            office.desk.assign(found.task_id, LI, EVERYTHING, assignee=LI, reason="")
        office.desk.assign(found.task_id, LI, EVERYTHING, assignee=LI, reason="王休假")
        office.desk.drop(found.task_id, LI, EVERYTHING, reason="已停业")

        kept = office.book.task(found.task_id, EVERYTHING)
        assert kept is not None
        assert [step.reason for step in kept.steps] == ["", "王休假", "已停业"]
        with pytest.raises(TaskStepError):
            office.desk.assign(found.task_id, LI, EVERYTHING, assignee=LI, reason="doch")

    def test_who_is_added_by_hand_shows_the_reason_and_no_plan(self, office: Office) -> None:
        with pytest.raises(GuardError, match="reason"):
            office.desk.add(LI, FIRM, due_on=TODAY, reason="  ")

        added = office.desk.add(LI, FIRM, due_on=TODAY + timedelta(days=3), reason="投诉 12 号")

        assert not added.is_drawn
        assert [each.reason for each in office.all()] == ["投诉 12 号"]

    def test_a_result_is_of_a_day_between_the_draw_and_today(self, office: Office) -> None:
        found = office.assigned()

        for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=2)):
            with pytest.raises(GuardError, match="day"):
                office.desk.finish(found.task_id, WANG, EVERYTHING, score=90, day=day, reason="")

    def test_tasks_are_listed_by_state_person_and_scope(self, office: Office) -> None:
        mine = office.assigned()
        other = next(each for each in office.all() if each.task_id != mine.task_id)

        assert [each.task_id for each in office.all(states=(TaskState.OPEN,))] == [other.task_id]
        assert [each.task_id for each in office.all(assignee_id=WANG.user_id)] == [mine.task_id]
        assert [each.task_id for each in office.all(period="2026-12")] == []
        assert [each.enterprise_id for each in office.book.tasks(OTHERS, TaskFilter(), None, 9)] == ["enterprise-2"]
        assert office.book.task(mine.task_id, OTHERS) is None
        assert office.desk.drop(mine.task_id, LI, Scope(), reason="x") is None

    @pytest.mark.parametrize("period", ["2026-13", "heute", "2026-10"])
    def test_a_period_is_a_month_that_is_not_over(self, office: Office, period: str) -> None:
        with pytest.raises(GuardError, match="period"):
            office.desk.draw(LI, RED, period=period, seed="x")
