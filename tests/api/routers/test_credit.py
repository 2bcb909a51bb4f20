"""The index and ledgers A and B by HTTP: who sees what, and who may enter what."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.ports import Role
from credit.ledger import LeadKind
from domain.risk import RiskClass
from tests.api.kitchen import FIRM, ONE_SITE, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.credit.entries import case, lead, observed

TODAY = date(2026, 1, 5)  # of the kitchen's clock
INDEX = f"/api/v1/enterprises/{FIRM}/credit"
SUPERVISION = f"/api/v1/enterprises/{FIRM}/ledgers/supervision"


@pytest.fixture
def filled(kitchen: Kitchen) -> Kitchen:
    """120 observed days, one open finding of class I, one lead."""
    day: dict[str, Any] = {"day": TODAY, "at": kitchen.twins.clock.now()}
    kitchen.twins.ledgers.append(
        [
            lead(1, code="pest.rodent", **day),
            lead(1, LeadKind.CONFIRMED, sequence=2, code="pest.rodent", **day),
            lead(2, code="smoke.person", **day),
        ],
        [
            *(observed(TODAY - timedelta(days=days)) for days in range(1, 121)),
            case(1, code="pest.rodent", risk_class=RiskClass.I, **day),
        ],
    )
    return kitchen


def test_an_index_names_profile_checksum_interval_and_what_it_is_for(filled: Kitchen) -> None:
    shown = filled.client(Role.OPERATOR, OWN_FIRM).get(INDEX).json()

    assert shown["profile"] == "cn-national@2026.11"
    assert len(shown["inputs_sha256"]) == 64
    assert shown["low"] <= shown["index"] <= shown["high"]
    assert (shown["standing"], shown["colour"], shown["caps"][0]["reason"]) == ("known", "orange", "open_class_one")
    assert "不是处罚" in shown["notice_zh"]
    assert len(shown["dimensions"]) == 21
    assert sum(each["deduction"] for each in shown["dimensions"]) == pytest.approx(100 - shown["index"], abs=0.2)


def test_without_data_there_is_no_number(kitchen: Kitchen) -> None:
    shown = kitchen.client(Role.REGULATOR).get(INDEX).json()

    assert (shown["index"], shown["colour"], shown["standing"], shown["standing_zh"]) == (None, None, "new", "新开办")


def test_leads_move_no_figure(filled: Kitchen) -> None:
    client = filled.client(Role.REGULATOR)
    before = client.get(INDEX).json()
    filled.twins.ledgers.append([lead(number, at=filled.twins.clock.now()) for number in range(10, 60)])

    assert client.get(INDEX).json() == before


def test_the_explanation_tells_finding_clause_cost_and_way_back(filled: Kitchen) -> None:
    told = filled.client(Role.OPERATOR, OWN_FIRM).get(f"{INDEX}/explanation").json()

    (finding,) = told["findings"]
    assert (finding["alert_id"], finding["code"], finding["clauses"]) == (
        "alert-0001",
        "pest.rodent",
        ["cn.fsl.33@2021"],
    )
    assert finding["cost"] > finding["regained"] > 0
    assert finding["gone_on"] == "2027-01-05"


def test_what_if_answers_and_stores_nothing(filled: Kitchen) -> None:
    client = filled.client(Role.OPERATOR, OWN_FIRM)
    now = client.get(INDEX).json()

    better = client.post(f"{INDEX}/what-if", json={"rectify": ["alert-0001"], "clean_hours": 100}).json()
    worse = client.post(f"{INDEX}/what-if", json={"confirmed": [{"code": "smoke.person", "risk_class": "II"}]}).json()

    assert better["index"] > now["index"] > worse["index"]
    assert better["colour"] == "green"
    assert client.get(INDEX).json() == now
    assert client.post(f"{INDEX}/what-if", json={"rectify": ["alert-9999"]}).status_code == 422


@pytest.mark.parametrize(
    "path", ["credit", "credit/explanation", "credit/history", "ledgers/leads", "ledgers/supervision"]
)
def test_only_the_enterprise_itself_and_the_authority_see_it(filled: Kitchen, path: str) -> None:
    address, other = (f"/api/v1/enterprises/{firm}/{path}" for firm in (FIRM, OTHER_FIRM))

    assert filled.client(Role.OPERATOR, OWN_FIRM).get(address).status_code == 200
    assert filled.client(Role.REGULATOR).get(address).status_code == 200
    assert filled.client(Role.OPERATOR, OWN_FIRM).get(other).status_code == 404
    assert filled.client(Role.OPERATOR, ONE_SITE).get(address).status_code == 404
    assert filled.client(Role.VIEWER).get(address).status_code == 403


def test_ledgers_are_read_page_by_page(filled: Kitchen) -> None:
    client = filled.client(Role.REGULATOR)

    first = client.get(f"{SUPERVISION}?limit=100").json()
    rest = client.get(first["next"]).json()

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (100, 21, None)
    assert rest["items"][-1]["kind"] == "confirmed"
    leads = client.get(f"/api/v1/enterprises/{FIRM}/ledgers/leads").json()["items"]
    assert [each["kind"] for each in leads] == ["detected", "confirmed", "detected"]


def test_an_entry_is_told_with_who_entered_it_its_case_and_what_corrects_it(filled: Kitchen) -> None:
    filled.add_user("officer", Role.REGULATOR)
    officer = filled.client(Role.REGULATOR, name="li")
    body = {"day": "2026-01-05", "corrects": "alert-0001:2", "reason": "记错了店"}
    correction = officer.post(SUPERVISION, json=body).json()["entry_id"]
    own = filled.client(Role.OPERATOR, OWN_FIRM)

    told = own.get(f"{SUPERVISION}/alert-0001:2").json()

    assert (told["entry"]["number"], told["entry"]["by"], told["entry"]["is_corrected"]) == (121, "officer", True)
    assert [each["entry_id"] for each in told["case"]] == ["alert-0001:2"]
    assert [(each["reason"], each["by"]) for each in told["corrections"]] == [("记错了店", "li")]
    assert (told["is_intact"], len(told["sha256"]), len(told["previous_sha256"])) == (True, 64, 64)
    assert own.get(f"{SUPERVISION}/{correction}").json()["corrected"]["entry_id"] == "alert-0001:2"
    assert own.get(f"{SUPERVISION}/observed:site-1:2026-01-04").json()["entry"]["by"] is None
    assert own.get(f"{SUPERVISION}/alert-0002:2").status_code == 404
    elsewhere = f"/api/v1/enterprises/{OTHER_FIRM}/ledgers/supervision/alert-0001:2"
    assert own.get(elsewhere).status_code == filled.client(Role.REGULATOR).get(elsewhere).status_code == 404
    assert filled.client(Role.OPERATOR, ONE_SITE).get(f"{SUPERVISION}/alert-0001:2").status_code == 404


def test_counts_stand_by_site_code_and_day(filled: Kitchen) -> None:
    address = f"/api/v1/enterprises/{FIRM}/ledgers/counts"
    client = filled.client(Role.REGULATOR)

    items = client.get(f"{address}?from=2026-01-05&to=2026-01-05").json()["items"]

    assert [(each["code"], each["detected"], each["confirmed"], each["unreviewed"]) for each in items] == [
        ("pest.rodent", 1, 1, 0),
        ("smoke.person", 1, 0, 1),
    ]
    assert client.get(f"{address}?from=2026-01-06&to=2026-01-05").status_code == 422


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"share": {"dimension": "S1", "good": 19, "total": 20}}, {Role.OPERATOR: 201, Role.REGULATOR: 201}),
        ({"share": {"dimension": "P5", "good": 1, "total": 1}}, {Role.OPERATOR: 403, Role.REGULATOR: 201}),
        ({"inspection": 92.5}, {Role.OPERATOR: 403, Role.ADMIN: 403, Role.REGULATOR: 201}),
        ({"level": "B"}, {Role.OPERATOR: 403, Role.REGULATOR: 201}),
        ({"burden": {"dimension": "P1"}}, {Role.OPERATOR: 403, Role.REGULATOR: 201}),
        ({"corrects": "alert-0001:2", "reason": "记错了"}, {Role.OPERATOR: 403, Role.REGULATOR: 201}),
    ],
)
def test_operators_enter_their_self_checks_and_officers_the_rest(
    filled: Kitchen, body: dict[str, Any], expected: dict[Role, int]
) -> None:
    for role, status in expected.items():
        answer = filled.client(role).post(SUPERVISION, json={"day": "2026-01-05", **body})
        assert answer.status_code == status, (role, answer.text)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inspection": 92.5, "level": "B"},
        {"share": {"dimension": "S1", "good": 21, "total": 20}},
        {"share": {"dimension": "S6", "good": 1, "total": 20}},
        {"share": {"dimension": "P3", "good": 1, "total": 20}},
        {"burden": {"dimension": "R4"}},
        {"corrects": "alert-0001:2"},
        {"corrects": "nothing", "reason": "记错了"},
        {"level": "B", "day": "2026-01-07"},
    ],
)
def test_what_is_no_entry_is_refused_with_its_field(filled: Kitchen, body: dict[str, Any]) -> None:
    answer = filled.client(Role.REGULATOR).post(SUPERVISION, json={"day": "2026-01-05", **body})

    assert answer.status_code == 422


def test_a_correction_takes_a_finding_out_of_the_index(filled: Kitchen) -> None:
    client = filled.client(Role.REGULATOR)
    assert client.get(INDEX).json()["colour"] == "orange"

    body = {"day": "2026-01-05", "corrects": "alert-0001:2", "reason": "现场核实为宠物猫"}
    assert client.post(SUPERVISION, json=body).status_code == 201

    assert (client.get(INDEX).json()["colour"], client.get(INDEX).json()["caps"]) == ("green", [])


def test_profiles_say_what_in_them_is_unverified(kitchen: Kitchen) -> None:
    items = kitchen.client(Role.OPERATOR, OWN_FIRM).get("/api/v1/credit/profiles").json()["items"]

    assert {each["profile_id"] for each in items} == {"cn-national", "uk-fhrs", "sg-safe", "us-nyc"}
    assert all(each["unverified"] for each in items)


def test_a_plan_of_inspections_is_random_repeatable_and_for_officers(filled: Kitchen) -> None:
    address = "/api/v1/credit/sampling?seed=公开种子&period=2026-02"
    officer = filled.client(Role.REGULATOR)

    plan = officer.get(address).json()["items"]

    assert plan == officer.get(address).json()["items"]
    assert {each["enterprise_id"] for each in plan} == {FIRM, OTHER_FIRM}
    assert all(each["is_drawn"] == (each["lot"] < each["chance"]) for each in plan)
    assert filled.client(Role.OPERATOR, OWN_FIRM).get(address).status_code == 403
    for month in ("soon", "2026-00", "2026-13"):
        assert officer.get(address.replace("2026-02", month)).status_code == 422, month
