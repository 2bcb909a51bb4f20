"""Inspections by HTTP: drawn, assigned, carried out; reasons are seen."""

from typing import Any

from starlette.testclient import TestClient

from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, OTHER_FIRM, OWN_FIRM, Kitchen

TASKS, PLANS = "/api/v1/inspections/tasks", "/api/v1/inspections/plans"
ADDED = {"enterprise_id": FIRM, "due_on": "2026-01-20", "reason": "投诉 12 号"}


def officer(kitchen: Kitchen, name: str = "li") -> TestClient:
    return kitchen.client(Role.REGULATOR, name=name)


def added(kitchen: Kitchen) -> dict[str, Any]:
    answer = officer(kitchen).post(TASKS, json=ADDED)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_plan_tells_its_whole_seed_and_that_it_can_be_repeated(kitchen: Kitchen) -> None:
    drawn = officer(kitchen).post(PLANS, json={"period": "2026-01", "seed": "公开"})
    again = officer(kitchen).post(PLANS, json={"period": "2026-01", "seed": "anders"})

    plan = drawn.json()
    assert drawn.status_code == 201
    assert (plan["considered"], plan["is_repeatable"], len(plan["lots"])) == (2, True, 2)
    assert plan["seed"].startswith("公开#")
    assert again.status_code == 422
    tasks = officer(kitchen).get(TASKS).json()["items"]
    assert {each["enterprise_id"] for each in tasks} == {
        each["enterprise_id"] for each in plan["lots"] if each["is_drawn"]
    }


def test_a_task_is_assigned_and_its_result_is_an_entry_of_ledger_b(kitchen: Kitchen) -> None:
    task = added(kitchen)
    path = f"{TASKS}/{task['task_id']}"
    assert (task["is_drawn"], task["reason"], task["state"]) == (False, "投诉 12 号", "open")
    officer(kitchen, "wang")

    assigned = officer(kitchen).post(f"{path}/assign", json={"assignee_id": "user-wang"})
    refused = officer(kitchen).post(f"{path}/result", json={"score": 90, "day": "2026-01-05"})
    done = officer(kitchen, "wang").post(f"{path}/result", json={"score": 81.5, "day": "2026-01-05", "reason": "现场"})

    assert assigned.json()["assignee"] == "wang"
    assert (refused.status_code, refused.json()["guard"]) == (422, "assignee")
    assert done.json()["state"] == "done"
    entries = officer(kitchen).get(f"/api/v1/enterprises/{FIRM}/ledgers/supervision").json()["items"]
    assert [(each["kind"], each["figures"]) for each in entries] == [("inspection", {"score_tenths": 815})]


def test_nobody_is_dropped_without_a_reason_that_stays(kitchen: Kitchen) -> None:
    path = f"{TASKS}/{added(kitchen)['task_id']}"

    assert officer(kitchen).post(f"{path}/drop", json={"reason": " "}).status_code == 422
    dropped = officer(kitchen).post(f"{path}/drop", json={"reason": "已停业"}).json()

    assert [step["reason"] for step in dropped["steps"]] == ["已停业"]


def test_tasks_go_to_officers_whose_scope_holds_the_enterprise(kitchen: Kitchen) -> None:
    path = f"{TASKS}/{added(kitchen)['task_id']}"
    kitchen.client(Role.REGULATOR, Scope(enterprise_ids=frozenset({OTHER_FIRM})), name="far")
    kitchen.client(Role.OPERATOR, OWN_FIRM, name="chef")

    for user in ("user-far", "user-chef", "user-nobody"):
        assert officer(kitchen).post(f"{path}/assign", json={"assignee_id": user}).status_code == 422
    assert kitchen.client(Role.OPERATOR, OWN_FIRM, name="chef").get(TASKS).status_code == 403
    far = kitchen.client(Role.REGULATOR, Scope(enterprise_ids=frozenset({OTHER_FIRM})), name="far")
    assert far.get(TASKS).json()["items"] == []
    assert far.get(path).status_code == 404


def test_lists_go_on_where_they_ended(kitchen: Kitchen) -> None:
    first, second = added(kitchen), added(kitchen)

    page = officer(kitchen).get(f"{TASKS}?limit=1&state=open&period=2026-01").json()
    rest = officer(kitchen).get(page["next"]).json()

    assert [each["task_id"] for each in (*page["items"], *rest["items"])] == [first["task_id"], second["task_id"]]
    assert rest["next"] is None
    assert officer(kitchen).get(f"{TASKS}?mine=true").json()["items"] == []
