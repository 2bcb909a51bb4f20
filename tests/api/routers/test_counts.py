from datetime import date

import pytest

from alerts.catalogue import load_catalogue
from api.ports import Role
from api.schemas.counts import CodeView
from api.services import code_entries
from domain.ids import UserId
from domain.risk import Duty, RiskClass
from domain.scope import Scope
from tests.api.kitchen import (
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

DAY = "from=2026-01-05&to=2026-01-05"


def filled(kitchen: Kitchen) -> None:
    """Five alerts of the firm: one confirmed, one dismissed, one unclear, two leads; one alert of another firm."""
    desk = kitchen.twins.desk
    for verb in (desk.confirm, desk.dismiss, desk.unclear, None):
        alert = kitchen.raise_alert()
        if verb is not None:
            verb(
                alert.alert_id,
                actor=kitchen_user(kitchen),
                scope=Scope.everything(),
                expected_sequence=1,
                reason="看过",
            )
    kitchen.raise_alert(site=SECOND_SITE, camera=SECOND_CAMERA, code="smoke.person", risk_class=RiskClass.II)
    kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)


def kitchen_user(kitchen: Kitchen) -> UserId:
    return (kitchen.twins.accounts.find_user("li") or kitchen.add_user("li", Role.REGULATOR)).user_id


def test_over_all_places_alerts_are_counted_by_day_and_code_and_by_site_within_ones_scope(kitchen: Kitchen) -> None:
    filled(kitchen)

    everything = kitchen.client(Role.REGULATOR).get(f"/api/v1/counts?{DAY}").json()

    assert everything["total"] == {
        "detected": 6,
        "unreviewed": 3,
        "confirmed": 1,
        "dismissed": 1,
        "unclear": 1,
        "counted": 1,
    }
    assert [(each["code"], each["confirmed"], each["unreviewed"]) for each in everything["days"]] == [
        ("pest.rodent", 1, 2),
        ("smoke.person", 0, 1),
    ]
    assert [(each["site_id"], each["detected"], each["confirmed"]) for each in everything["sites"]] == [
        (SITE, 4, 1),
        *sorted([(SECOND_SITE, 1, 0), (OTHER_SITE, 1, 0)]),
    ]
    assert everything["is_all_sites"]
    assert "人工确认" in everything["statement_zh"]

    own = kitchen.client(Role.VIEWER, ONE_SITE).get(f"/api/v1/counts?{DAY}").json()
    assert [each["site_id"] for each in own["sites"]] == [SITE]
    assert own["total"]["detected"] == 4


def test_counts_over_all_places_can_be_narrowed_and_ask_for_days_in_order(kitchen: Kitchen) -> None:
    filled(kitchen)
    client = kitchen.client(Role.REGULATOR)

    def sites(asked: str) -> set[str]:
        return {each["site_id"] for each in client.get(f"/api/v1/counts?{DAY}&{asked}").json()["sites"]}

    assert sites(f"enterprise_id={FIRM}") == {SITE, SECOND_SITE}
    assert sites(f"site_id={OTHER_SITE}") == {OTHER_SITE}
    assert sites("code=smoke.person") == {SECOND_SITE}
    assert sites("class=II") == {SECOND_SITE}
    refused = client.get("/api/v1/counts?from=2026-01-05&to=2026-01-04")
    assert refused.status_code == 422
    assert "query.to" in refused.text


def test_only_what_a_person_confirmed_counts(kitchen: Kitchen) -> None:
    filled(kitchen)

    counts = kitchen.client(Role.VIEWER, OWN_FIRM).get(f"/api/v1/enterprises/{FIRM}/counts?{DAY}").json()

    assert counts["total"] == {
        "detected": 5,
        "unreviewed": 2,
        "confirmed": 1,
        "dismissed": 1,
        "unclear": 1,
        "counted": 1,
    }
    assert [(one["site_id"], one["code"], one["detected"], one["confirmed"]) for one in counts["items"]] == [
        (SITE, "pest.rodent", 4, 1),
        (SECOND_SITE, "smoke.person", 1, 0),
    ]
    assert (counts["from"], counts["to"]) == ("2026-01-05", "2026-01-05")
    assert "人工确认" in counts["statement_zh"]


def test_an_account_of_one_kitchen_counts_that_kitchen(kitchen: Kitchen) -> None:
    filled(kitchen)
    person = kitchen.client(Role.VIEWER, ONE_SITE)

    assert person.get(f"/api/v1/sites/{SITE}/counts?{DAY}").json()["total"]["detected"] == 4
    assert person.get(f"/api/v1/sites/{SECOND_SITE}/counts?{DAY}").status_code == 404
    assert person.get(f"/api/v1/enterprises/{FIRM}/counts?{DAY}").status_code == 404


def test_a_site_counts_only_its_own(kitchen: Kitchen) -> None:
    filled(kitchen)

    counts = kitchen.client().get(f"/api/v1/sites/{SECOND_SITE}/counts?{DAY}").json()

    assert [one["site_id"] for one in counts["items"]] == [SECOND_SITE]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-01-05&to=2026-01-04", "query.to"),
        ("from=2026-01-01&to=2027-01-02", "query.to"),
        ("from=2026-01-01", "query.to"),
        ("from=yesterday&to=2026-01-01", "query.from"),
    ],
)
def test_a_range_that_cannot_be_is_refused(kitchen: Kitchen, query: str, field: str) -> None:
    answer = kitchen.client().get(f"/api/v1/enterprises/{FIRM}/counts?{query}")

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, field)


def test_all_codes_are_listed_and_those_that_cannot_be_seen_say_why(kitchen: Kitchen) -> None:
    codes = {one["code"]: one for one in kitchen.client(Role.VIEWER).get("/api/v1/codes").json()["items"]}

    assert len(codes) == 32
    assert codes["pest.rodent"]["availability"] == "enabled"
    assert codes["bin.uncovered"]["availability"] == "not_available"
    assert all(
        (one["reason_zh"] and one["reason_en"]) or one["availability"] != "not_available" for one in codes.values()
    )
    assert {clause["verified"] for clause in codes["pest.rodent"]["clauses"]} == {True, False}


def test_a_code_cites_its_clauses_in_the_version_of_today(kitchen: Kitchen) -> None:
    codes = {one["code"]: one for one in kitchen.client(Role.VIEWER).get("/api/v1/codes").json()["items"]}

    law, practice = codes["uniform.no_hat"]["clauses"]
    assert (law["version"], law["in_force"], law["valid_from"]) == ("2025", True, "2025-12-01")
    assert law["verified_by"]
    assert law["verified_on"] == "2026-11-23"
    assert (practice["publisher"], practice["document"]) == ("国家市场监督管理总局", "公告2018年第12号")
    assert practice["url"].startswith("https://www.samr.gov.cn/")
    assert (practice["verified"], practice["verified_by"], practice["verified_text"]) == (False, None, None)
    # The kitchen's clock stands before the first day of the provisions.
    (later,) = codes["camera.offline"]["clauses"]
    assert (later["in_force"], later["valid_from"]) == (False, "2026-06-01")


def test_a_code_says_who_is_told_what_may_count_and_what_the_profile_changed() -> None:
    fujian = load_catalogue(profile="cn-fujian")

    views = [CodeView.of(entry, fujian.register, date(2026, 11, 1)) for entry in code_entries(fujian, ())]

    codes = {view.code: view for view in views}
    mask, rat = codes["mask.general"], codes["pest.rodent"]
    assert (mask.duty, mask.is_credit_eligible, mask.notify) == (Duty.LOCAL_MUST, True, "manager")
    assert mask.credit_condition == "after an on-site finding"
    assert mask.version.endswith("+cn-fujian")
    assert {one.field: one.profile for one in mask.origins}["duty"] == "cn-fujian"
    assert all(one.because for one in mask.origins)
    assert [clause.clause_id for clause in mask.clauses] == ["practice-14.3.2.3", "fujian-masks"]
    assert rat.origins == []
