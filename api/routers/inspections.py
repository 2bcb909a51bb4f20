"""Differential supervision: who is inspected is drawn by lot, tasks go to officers, results flow into the index."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Caller
from api.dependencies import Recorder, Services
from api.errors import FieldError, NotFoundError
from api.fields import PathId, QueryId
from api.ports import Role
from api.routers.credit import last_colours, visible_enterprises
from api.routers.records import enterprise_of, officer_of
from api.schemas.inspections import (
    AssignBody,
    DropBody,
    OfficerPage,
    OfficerView,
    Period,
    PlanBody,
    PlanPage,
    PlanView,
    ResultBody,
    TaskBody,
    TaskPage,
    TaskView,
)
from api.services import ApiServices
from credit.inspections.ports import TaskFilter
from credit.inspections.task import Task, TaskState
from credit.record_desk import Officer
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope

router = APIRouter(prefix="/inspections", tags=["inspections"])

MOST_PLANS = 24


def _names(services: ApiServices, caller: Caller) -> dict[EnterpriseId, str]:
    return {each.enterprise_id: each.name for each in visible_enterprises(services, caller)}


def _task(task: Task | None, task_id: str, services: ApiServices) -> TaskView:
    if task is None:
        raise NotFoundError("task", task_id)
    return _tasks([task], services)[0]


def _tasks(tasks: list[Task], services: ApiServices) -> list[TaskView]:
    people = {user.user_id: user.name for user in services.accounts.list_users()}
    today = services.credit.index.profile.today(services.now())
    found = []
    for task in tasks:
        enterprise = services.registry.get_enterprise(task.enterprise_id, Scope.everything())
        name = task.enterprise_id if enterprise is None else enterprise.name
        found.append(TaskView.of(task, name, {str(key): value for key, value in people.items()}, today))
    return found


@router.post("/plans", status_code=201)
def draw_plan(body: PlanBody, caller: Recorder, services: Services) -> PlanView:
    """Draw among the enterprises of one's scope that have no lot in the month yet. Each is drawn once a month."""
    names = _names(services, caller)
    colours = last_colours(services, caller, names)
    plan = services.credit.inspections.draw(officer_of(caller), colours, period=body.period, seed=body.seed)
    return PlanView.of(plan, names)


@router.get("/plans")
def list_plans(caller: Recorder, services: Services) -> PlanPage:
    """The latest draws, newest first, each repeated and compared just now."""
    found = services.credit.inspections.book.plans(MOST_PLANS)
    names = _names(services, caller)  # once: a registry of thousands is not read for each plan
    return PlanPage(items=[PlanView.of(each, names) for each in found])


@router.get("/officers")
def list_officers(caller: Recorder, services: Services) -> OfficerPage:
    """To whom tasks can go."""
    del caller
    found = [each for each in services.accounts.list_users() if each.is_active and each.role is Role.REGULATOR]
    return OfficerPage(items=[OfficerView(user_id=each.user_id, name=each.name) for each in found])


@router.get("/tasks")
def list_tasks(  # noqa: PLR0917 - what a request has
    caller: Recorder,
    services: Services,
    state: Annotated[TaskState | None, Query()] = None,
    period: Annotated[Period | None, Query()] = None,
    mine: Annotated[bool, Query(description="Only those that are assigned to the caller.")] = False,
    after: QueryId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> TaskPage:
    """Tasks of one's scope, in the order in which they were made."""
    wanted = TaskFilter(
        states=() if state is None else (state,),
        assignee_id=caller.account.user_id if mine else None,
        period=period,
    )
    found = services.credit.inspections.book.tasks(caller.scope, wanted, after, limit + 1)
    last = found[limit - 1].task_id if len(found) > limit else None
    asked = "".join(
        f"&{name}={value}" for name, value in (("state", state), ("period", period), ("mine", mine)) if value
    )
    return TaskPage(
        items=_tasks(found[:limit], services),
        next=None if last is None else f"/api/v1/inspections/tasks?after={last}&limit={limit}{asked.lower()}",
    )


@router.post("/tasks", status_code=201)
def add_task(body: TaskBody, caller: Recorder, services: Services) -> TaskView:
    """Add an inspection that was not drawn. Its reason stays with it, where everybody sees it."""
    known = enterprise_of(services, body.enterprise_id, caller)
    desk = services.credit.inspections
    task = desk.add(officer_of(caller), known.enterprise_id, due_on=body.due_on, reason=body.reason)
    return _task(task, task.task_id, services)


@router.get("/tasks/{task_id}")
def read_task(task_id: PathId, caller: Recorder, services: Services) -> TaskView:
    return _task(services.credit.inspections.book.task(task_id, caller.scope), task_id, services)


@router.post("/tasks/{task_id}/assign")
def assign_task(task_id: PathId, body: AssignBody, caller: Recorder, services: Services) -> TaskView:
    """Say who goes. The enterprise must lie in that officer's scope; a change needs a reason."""
    desk = services.credit.inspections
    task = desk.book.task(task_id, caller.scope)
    user = services.accounts.get_user(UserId(body.assignee_id))
    if task is None:
        raise NotFoundError("task", task_id)
    is_fit = user is not None and user.is_active and user.role is Role.REGULATOR
    if user is None or not is_fit or not user.scope.allows(task.enterprise_id):
        raise FieldError("body.assignee_id", "an active officer of the enterprise", body.assignee_id)
    assignee = Officer(user_id=user.user_id, is_officer=True)
    taken = desk.assign(task_id, officer_of(caller), caller.scope, assignee=assignee, reason=body.reason)
    return _task(taken, task_id, services)


@router.post("/tasks/{task_id}/drop")
def drop_task(task_id: PathId, body: DropBody, caller: Recorder, services: Services) -> TaskView:
    """Not to be carried out, for a reason that stays."""
    taken = services.credit.inspections.drop(task_id, officer_of(caller), caller.scope, reason=body.reason)
    return _task(taken, task_id, services)


@router.post("/tasks/{task_id}/result")
def enter_result(task_id: PathId, body: ResultBody, caller: Recorder, services: Services) -> TaskView:
    """What the assigned officer found. It is an entry of ledger B, and the index follows."""
    taken = services.credit.inspections.finish(
        task_id, officer_of(caller), caller.scope, score=body.score, day=body.day, reason=body.reason
    )
    return _task(taken, task_id, services)
