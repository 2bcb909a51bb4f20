"""Inspections as tasks of officers: drawn at random from a plan, or added by a person for a reason that stays. Pure.

Nobody picks or drops an enterprise silently: a task that was not drawn carries the reason of who added it, and one
that is not carried out keeps the reason of who dropped it. A result goes into ledger B, where the index finds it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from credit.errors import GuardError, TaskStepError
from credit.inspections.words import drawn_reason
from credit.ledger import require_person
from credit.profile import Colour
from credit.repair import add_months
from credit.sampling import SHARES, Drawn, draw
from domain.frame import require_utc
from domain.ids import EnterpriseId, UserId
from domain.text import require_text

DUE_DAYS: Mapping[Colour | None, int | None] = {Colour.RED: 10, Colour.ORANGE: 20, Colour.GREEN: None, None: None}
"""Days of the period within which a drawn task is due, by colour (design); None: on the period's last day."""


class TaskState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_over(self) -> bool:
        return self in {TaskState.DONE, TaskState.DROPPED}


STEPS: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.ASSIGNED, TaskState.DROPPED}),
    TaskState.ASSIGNED: frozenset({TaskState.ASSIGNED, TaskState.DONE, TaskState.DROPPED}),
    TaskState.DONE: frozenset(),
    TaskState.DROPPED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One enterprise of a plan as it was drawn: its colour on that day, its chance and its lot."""

    enterprise_id: EnterpriseId
    colour: Colour | None
    chance: float
    lot: float

    @property
    def is_drawn(self) -> bool:
        return self.lot < self.chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A draw that happened. `seed` is what the officer gave and what the service added, so neither alone steers it."""

    plan_id: str
    period: str
    seed: str
    made_by: UserId
    made_at: datetime
    entries: tuple[PlanEntry, ...]

    def __post_init__(self) -> None:
        require_utc("made_at", self.made_at)
        require_person(self.made_by, "a plan is drawn")

    @property
    def drawn(self) -> tuple[PlanEntry, ...]:
        return tuple(each for each in self.entries if each.is_drawn)

    def is_repeatable(self, shares: Mapping[Colour | None, float] = SHARES) -> bool:
        """Whether drawing again from the stored seed, period and colours gives the same lots and chances."""
        again = draw(
            [(each.enterprise_id, each.colour) for each in self.entries],
            seed=self.seed,
            period=self.period,
            shares=shares,
        )
        return sorted(map(_entry, again), key=_by_id) == sorted(self.entries, key=_by_id)


def plan_of(
    enterprises: Sequence[tuple[EnterpriseId, Colour | None]],
    *,
    plan_id: str,
    period: str,
    seed: str,
    made_by: UserId,
    made_at: datetime,
) -> Plan:
    """Raises GuardError where there is nobody to draw from."""
    if not enterprises:
        raise GuardError("enterprises", "at least one that has no lot in this period yet", "none")
    entries = tuple(_entry(each) for each in draw(enterprises, seed=seed, period=period))
    return Plan(plan_id=plan_id, period=period, seed=seed, made_by=made_by, made_at=made_at, entries=entries)


def _entry(drawn: Drawn) -> PlanEntry:
    return PlanEntry(enterprise_id=drawn.enterprise_id, colour=drawn.colour, chance=drawn.chance, lot=drawn.lot)


def _by_id(entry: PlanEntry) -> str:
    return entry.enterprise_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStep:
    """One step by one officer. `assignee_id` of an assignment; `score` in [0, 100] and `entry_id` of a result."""

    task_id: str
    sequence: int
    state: TaskState
    actor_id: UserId
    at: datetime
    reason: str = ""
    assignee_id: UserId | None = None
    score: float | None = None
    entry_id: str | None = None

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        require_person(self.actor_id, f"a task is {self.state}")
        if self.state is TaskState.DROPPED and not self.reason.strip():
            raise GuardError("reason", "why the enterprise is not inspected", "nothing")
        if (self.state is TaskState.ASSIGNED) != (self.assignee_id is not None):
            raise GuardError("assignee", "who is to go, of an assignment only", str(self.assignee_id))
        if (self.state is TaskState.DONE) != (self.score is not None and self.entry_id is not None):
            raise GuardError("result", "a score and its entry, of a result only", str(self.score))
        if self.score is not None and not 0.0 <= self.score <= 100.0:
            raise GuardError("score", "0 to 100", str(self.score))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One inspection to be made by a day. `plan_id` is None for one that a person added; then `reason` is theirs."""

    task_id: str
    enterprise_id: EnterpriseId
    period: str
    plan_id: str | None
    reason: str
    due_on: date
    created_by: UserId
    created_at: datetime
    steps: tuple[TaskStep, ...] = field(default=())

    def __post_init__(self) -> None:
        require_utc("created_at", self.created_at)
        require_person(self.created_by, "a task is made")
        try:
            require_text("reason", self.reason, 1_000, allowed="\n\t")
        except ValueError as error:
            raise GuardError("reason", "why the enterprise is inspected", str(error)) from None

    @property
    def state(self) -> TaskState:
        return self.steps[-1].state if self.steps else TaskState.OPEN

    @property
    def next_sequence(self) -> int:
        return len(self.steps) + 1

    @property
    def assignee_id(self) -> UserId | None:
        found = [step.assignee_id for step in self.steps if step.assignee_id is not None]
        return found[-1] if found else None

    @property
    def is_drawn(self) -> bool:
        return self.plan_id is not None

    def is_overdue(self, today: date) -> bool:
        return not self.state.is_over and today > self.due_on


def require_step(task: Task, step: TaskStep) -> None:
    """Raise TaskStepError or GuardError unless the step may be taken now by who takes it."""
    if step.state not in STEPS[task.state]:
        raise TaskStepError(task.task_id, step=step.state.value, state=task.state.value)
    if step.sequence != task.next_sequence:
        raise TaskStepError(task.task_id, step=step.state.value, state="changed meanwhile")
    if step.state is TaskState.DONE and step.actor_id != task.assignee_id:
        raise GuardError("assignee", "the officer to whom it is assigned", step.actor_id)
    if task.state is TaskState.ASSIGNED and step.state is TaskState.ASSIGNED and not step.reason.strip():
        raise GuardError("reason", "why it goes to somebody else", "nothing")


def task_of(plan: Plan, entry: PlanEntry, task_id: str) -> Task:
    """The task that a drawn entry becomes."""
    return Task(
        task_id=task_id,
        enterprise_id=entry.enterprise_id,
        period=plan.period,
        plan_id=plan.plan_id,
        reason=drawn_reason(entry.colour, entry.chance, entry.lot),
        due_on=max(due_on(plan.period, entry.colour), plan.made_at.date()),
        created_by=plan.made_by,
        created_at=plan.made_at,
    )


def due_on(period: str, colour: Colour | None) -> date:
    """The day by which a task of a period (YYYY-MM) is due. Raises GuardError for a period that is none."""
    first = first_day(period)
    days = DUE_DAYS[colour]
    last = add_months(first, 1) - timedelta(days=1)
    return last if days is None else first + timedelta(days=days - 1)


def first_day(period: str) -> date:
    """Raises GuardError for a period that is none."""
    try:
        return date.fromisoformat(f"{period}-01")
    except ValueError:
        raise GuardError("period", "a month as YYYY-MM", period) from None
