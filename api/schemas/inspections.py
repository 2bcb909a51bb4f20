"""Plans and tasks of inspections as they travel."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.fields import GivenReason, ItemId, Name, Page, Reason, Received, Shown
from credit.inspections.task import Plan, Task, TaskState, TaskStep
from credit.profile import Colour
from domain.ids import EnterpriseId

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Period = Annotated[str, StringConstraints(pattern=MONTH)]


class PlanBody(Received):
    """`seed` should be published beforehand; the service adds letters of its own to it."""

    period: Period
    seed: Name


class TaskBody(Received):
    """An inspection that was not drawn, with the reason that everybody sees."""

    enterprise_id: ItemId
    due_on: date
    reason: GivenReason


class AssignBody(Received):
    assignee_id: ItemId
    reason: Reason = ""


class DropBody(Received):
    reason: GivenReason


class ResultBody(Received):
    """What was found, out of 100, on a day."""

    score: Annotated[float, Field(ge=0, le=100)]
    day: date
    reason: Reason = ""


class LotView(Shown):
    enterprise_id: str
    name: str
    colour: Colour | None
    chance: float
    lot: float
    is_drawn: bool


class PlanView(Shown):
    """A draw as it happened. `is_repeatable`: drawing again from seed, period and colours gave the same just now.

    `considered` and `drawn` count all, `lots` are those of the caller's scope.
    """

    plan_id: str
    period: str
    seed: str
    made_at: datetime
    considered: int
    drawn: int
    is_repeatable: bool
    lots: list[LotView]

    @classmethod
    def of(cls, plan: Plan, names: Mapping[EnterpriseId, str]) -> Self:
        return cls(
            plan_id=plan.plan_id,
            period=plan.period,
            seed=plan.seed,
            made_at=plan.made_at,
            considered=len(plan.entries),
            drawn=len(plan.drawn),
            is_repeatable=plan.is_repeatable(),
            lots=[
                LotView(
                    enterprise_id=each.enterprise_id,
                    name=names[each.enterprise_id],
                    colour=each.colour,
                    chance=each.chance,
                    lot=each.lot,
                    is_drawn=each.is_drawn,
                )
                for each in plan.entries
                if each.enterprise_id in names
            ],
        )


class PlanPage(Page):
    items: list[PlanView]


class TaskStepView(Shown):
    state: TaskState
    at: datetime
    actor: str
    reason: str
    assignee: str | None
    score: float | None
    entry_id: str | None

    @classmethod
    def of(cls, step: TaskStep, people: dict[str, str]) -> Self:
        return cls(
            state=step.state,
            at=step.at,
            actor=people.get(step.actor_id, step.actor_id),
            reason=step.reason,
            assignee=None if step.assignee_id is None else people.get(step.assignee_id, step.assignee_id),
            score=step.score,
            entry_id=step.entry_id,
        )


class TaskView(Shown):
    """An inspection to be made. `is_drawn`: by lot; else a person added it and `reason` is theirs."""

    task_id: str
    enterprise_id: str
    enterprise_name: str
    period: str
    plan_id: str | None
    is_drawn: bool
    reason: str
    due_on: date
    is_overdue: bool
    state: TaskState
    assignee_id: str | None
    assignee: str | None
    steps: list[TaskStepView]

    @classmethod
    def of(cls, task: Task, name: str, people: dict[str, str], today: date) -> Self:
        assignee = task.assignee_id
        return cls(
            task_id=task.task_id,
            enterprise_id=task.enterprise_id,
            enterprise_name=name,
            period=task.period,
            plan_id=task.plan_id,
            is_drawn=task.is_drawn,
            reason=task.reason,
            due_on=task.due_on,
            is_overdue=task.is_overdue(today),
            state=task.state,
            assignee_id=assignee,
            assignee=None if assignee is None else people.get(assignee, assignee),
            steps=[TaskStepView.of(step, people) for step in task.steps],
        )


class TaskPage(Page):
    items: list[TaskView]


class OfficerView(Shown):
    user_id: str
    name: str


class OfficerPage(Page):
    items: list[OfficerView]
