from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from alerts.catalogue import load_catalogue
from api.ports import Role
from api.schemas.alerts import AlertView, Surroundings
from domain.alert import AlertStep
from domain.risk import RiskClass
from tests.alerts.samples import sample_alert
from tests.api.kitchen import (
    CAMERA,
    FIRM,
    ONE_SITE,
    OTHER_CAMERA,
    OTHER_FIRM,
    OTHER_SITE,
    OWN_FIRM,
    SECOND_CAMERA,
    SECOND_SITE,
    SITE,
    Kitchen,
)


def ids(client: TestClient, query: str = "") -> list[str]:
    return [one["alert_id"] for one in client.get(f"/api/v1/alerts{query}").json()["items"]]


def verdict(client: TestClient, alert_id: str, verb: str, reason: str = "", sequence: int = 1) -> Any:
    body = {"reason": reason, "expected_sequence": sequence}
    return client.post(f"/api/v1/alerts/{alert_id}/{verb}", json=body)


# Reading


def test_rest_says_the_same_as_the_message_that_went_out(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert(clause_ids=("fsl-33-1-1", "practice-12"))
    (step,) = kitchen.twins.journal.history(alert.alert_id)

    shown = kitchen.client().get(f"/api/v1/alerts/{alert.alert_id}").json()

    about_the_step = {"schema_version", "step", "life_step", "at", "note", "deletion"}
    for name, value in step.payload.items():
        if name == "clauses":
            assert [{key: clause[key] for key in ("clause_id", "verified")} for clause in shown[name]] == value
        elif name not in about_the_step:
            assert shown[name] == value, name


def test_an_alert_cites_its_clauses_in_the_version_of_its_day() -> None:
    around = Surroundings(
        entry=None,
        register=load_catalogue().register,
        enterprise_name=None,
        site_name=None,
        camera_name=None,
        account_names={},
    )
    cited = ("fsl-33-1-1", "samr-123-25", "gone-1")
    days = (date(2025, 11, 30), date(2025, 12, 1), date(2026, 6, 1))

    shown = [AlertView.of(replace(sample_alert(1, clause_ids=cited), local_day=day), around).clauses for day in days]

    assert [[(clause.version, clause.in_force) for clause in clauses] for clauses in shown] == [
        [("2021", True), ("2026", False), ("", False)],
        [("2025", True), ("2026", False), ("", False)],
        [("2025", True), ("2026", True), ("", False)],
    ]
    assert [clause.clause_id for clause in shown[0]] == list(cited)
    assert not shown[0][2].verified


def test_a_lead_says_so_until_a_person_has_judged_it(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    client = kitchen.client(Role.REGULATOR)

    before = client.get(f"/api/v1/alerts/{alert.alert_id}").json()
    after = verdict(client, alert.alert_id, "confirm").json()

    assert (before["reviewed"], before["notice"]) == (False, "AI 线索，未经人工核实，不作为处罚依据")
    assert (after["reviewed"], after["notice"], after["review"]["reviewer_name"]) == (True, None, "regulator-0")


def test_alerts_come_newest_first_page_by_page_with_their_filters(kitchen: Kitchen) -> None:
    raised = [kitchen.raise_alert().alert_id for _ in range(7)]
    kitchen.raise_alert(site=SECOND_SITE, camera=SECOND_CAMERA)
    client = kitchen.client()

    seen, path = [], f"/api/v1/alerts?site_id={SITE}&limit=3&open=true&state=raised&class=I&code=pest.rodent"
    while path:
        page = client.get(path).json()
        seen += [one["alert_id"] for one in page["items"]]
        path = page["next"]
        if path:
            assert parse_qs(urlsplit(path).query)["class"] == ["I"]

    assert seen == raised[::-1]


def test_what_is_raised_while_somebody_turns_pages_shifts_nothing(kitchen: Kitchen) -> None:
    raised = [kitchen.raise_alert().alert_id for _ in range(4)]
    client = kitchen.client()
    first = client.get("/api/v1/alerts?limit=2").json()
    kitchen.raise_alert()

    second = client.get(first["next"]).json()

    assert [one["alert_id"] for one in first["items"] + second["items"]] == raised[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?code=smoke.person", {1}),
        ("?code=smoke.person&code=pest.rodent", {0, 1, 2}),
        ("?class=II", {1}),
        (f"?camera_id={SECOND_CAMERA}", {2}),
        (f"?site_id={SECOND_SITE}", {2}),
        (f"?enterprise_id={OTHER_FIRM}", {3}),
        ("?open=false", {0}),
        ("?open=true", {1, 2, 3}),
        ("?state=confirmed", {1}),
        ("?day_from=2026-01-06", {3}),
        ("?day_to=2026-01-05", {0, 1, 2}),
    ],
)
def test_each_filter_narrows_the_list(kitchen: Kitchen, query: str, expected: set[int]) -> None:
    clock, client = kitchen.twins.clock, kitchen.client()
    alerts = [
        kitchen.raise_alert(ended_at=clock.now() + timedelta(seconds=9)),
        kitchen.raise_alert(code="smoke.person", risk_class=RiskClass.II),
        kitchen.raise_alert(site=SECOND_SITE, camera=SECOND_CAMERA),
    ]
    clock.advance(86400)
    alerts.append(kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA, code="animal.pet"))
    verdict(client, alerts[1].alert_id, "confirm")

    assert set(ids(client, query)) == {alerts[number].alert_id for number in expected}


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?class=IV", "?limit=0", "?limit=201", "?day_from=x", "?cursor=x", "?site_id=a%00b"]
)
def test_a_filter_that_cannot_be_is_refused(kitchen: Kitchen, query: str) -> None:
    answer = kitchen.client().get(f"/api/v1/alerts{query}")

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"].startswith("query.")


def test_alerts_of_others_are_not_there(kitchen: Kitchen) -> None:
    own = kitchen.raise_alert()
    neighbour = kitchen.raise_alert(site=SECOND_SITE, camera=SECOND_CAMERA)
    foreign = kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)
    of_the_firm = kitchen.client(Role.REGULATOR, OWN_FIRM)

    assert set(ids(of_the_firm)) == {own.alert_id, neighbour.alert_id}
    assert ids(kitchen.client(Role.REGULATOR, ONE_SITE)) == [own.alert_id]
    assert of_the_firm.get(f"/api/v1/alerts/{foreign.alert_id}").status_code == 404
    assert verdict(of_the_firm, foreign.alert_id, "confirm").status_code == 404


def test_names_that_the_account_may_not_know_are_left_out(kitchen: Kitchen) -> None:
    kitchen.raise_alert()

    (shown,) = kitchen.client(Role.VIEWER, ONE_SITE).get("/api/v1/alerts").json()["items"]

    assert (shown["enterprise_name"], shown["site_name"], shown["camera_name"]) == (None, "一号厨房", "粗加工间")


# People's steps


@pytest.mark.parametrize(
    ("verb", "state", "counts"),
    [("confirm", "confirmed", True), ("dismiss", "dismissed", False), ("unclear", "unclear", False)],
)
def test_a_verdict_is_kept_with_its_reason_and_its_author(
    kitchen: Kitchen, verb: str, state: str, counts: bool
) -> None:
    alert = kitchen.raise_alert()
    client = kitchen.client(Role.REGULATOR, OWN_FIRM, name="li")

    shown = verdict(client, alert.alert_id, verb, "视频中可见").json()

    assert (shown["state"], shown["sequence"]) == (state, 2)
    assert shown["review"]["reason"] == "视频中可见"
    assert [(step["step"], step["actor_name"], step["note"]) for step in shown["history"]] == [
        ("raised", None, ""),
        (state, "li", "视频中可见"),
    ]
    total = client.get(f"/api/v1/enterprises/{FIRM}/counts?from=2026-01-05&to=2026-01-05").json()["total"]
    assert total["counted"] == int(counts)


def test_the_kitchens_own_operator_acknowledges_and_the_lead_stays_a_lead(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    client = kitchen.client(Role.OPERATOR, OWN_FIRM)

    shown = verdict(client, alert.alert_id, "acknowledge", "已通知店长").json()

    assert (shown["state"], shown["reviewed"], shown["history"][-1]["note"]) == ("acknowledged", False, "已通知店长")
    assert verdict(client, alert.alert_id, "confirm", sequence=2).status_code == 403


def test_a_verdict_on_something_that_has_changed_is_refused(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    first, second = kitchen.client(Role.REGULATOR), kitchen.client(Role.REGULATOR)
    verdict(first, alert.alert_id, "confirm")

    answer = verdict(second, alert.alert_id, "dismiss", "是猫", sequence=1)

    assert answer.status_code == 409
    assert (answer.json()["expected_sequence"], answer.json()["found_sequence"]) == (1, 2)


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_dismissed_without_a_reason(kitchen: Kitchen, reason: str) -> None:
    alert = kitchen.raise_alert()

    answer = verdict(kitchen.client(), alert.alert_id, "dismiss", reason)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:brightkitchen:problem:reason-missing")


def test_a_step_that_the_state_forbids_is_refused(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    client = kitchen.client()
    verdict(client, alert.alert_id, "acknowledge")

    answer = verdict(client, alert.alert_id, "acknowledge", sequence=2)

    assert (answer.status_code, answer.json()["state"]) == (409, "acknowledged")


def test_a_verdict_goes_out_like_every_other_step(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    rings = kitchen.twins.bell.count

    verdict(kitchen.client(), alert.alert_id, "confirm")

    assert [message.topic for message in kitchen.twins.journal.pending(10)] == [
        f"brightkitchen/v1/sites/{SITE}/alerts/pest.rodent"
    ] * 2
    assert kitchen.twins.bell.count == rings + 1
    assert kitchen.twins.journal.history(alert.alert_id)[-1].step is AlertStep.CONFIRMED
    assert alert.violation.camera_id == CAMERA
