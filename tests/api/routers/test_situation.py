from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.catalogue import load_catalogue
from api.ports import Role
from credit.profile import Colour
from domain.ids import UserId
from domain.risk import RiskClass
from domain.scope import Scope
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
    Kitchen,
)
from tests.api.situation_contract import snapshot

OFFICER = UserId("user-officer")


def with_regions(kitchen: Kitchen) -> None:
    registry, everything = kitchen.twins.registry, Scope.everything()
    for enterprise_id, region in ((FIRM, "330106"), (OTHER_FIRM, "420100")):
        enterprise = registry.get_enterprise(enterprise_id, everything)
        assert enterprise is not None
        registry.update_enterprise(replace(enterprise, region=region))


def filled(kitchen: Kitchen) -> None:
    """One lead of class I and one of class II here, a confirmed one, one of another firm; one camera has a picture."""
    with_regions(kitchen)
    kitchen.raise_alert()
    kitchen.raise_alert(site=SECOND_SITE, camera=SECOND_CAMERA, code="smoke.person", risk_class=RiskClass.II)
    alert = kitchen.raise_alert()
    kitchen.twins.desk.confirm(
        alert.alert_id, actor=OFFICER, scope=Scope.everything(), expected_sequence=1, reason="看过"
    )
    kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)
    kitchen.show_picture(CAMERA)
    today = kitchen.twins.clock.now().date()
    kitchen.twins.ledgers.add_snapshot(snapshot(FIRM, today, colour=Colour.ORANGE), None)


def test_the_situation_counts_what_waits_what_is_seen_and_what_became_of_it(kitchen: Kitchen) -> None:
    filled(kitchen)

    told = kitchen.client(Role.REGULATOR).get("/api/v1/situation").json()

    assert told["to_review"] == {"I": 2, "II": 1, "III": 0, "ops": 0}
    assert told["cameras"] == {"seen": 1, "unsure": 0, "blind": 2, "paused": 0, "total": 3}
    assert told["enterprises"] == 2
    assert told["shades"] == {"red": 0, "orange": 1, "green": 0, "insufficient": 0, "new": 0, "untold": 1}
    days = [(each["code"], each["confirmed"], each["unreviewed"]) for each in told["days"]]
    assert days == [("pest.rodent", 1, 2), ("smoke.person", 0, 1)]
    assert told["oldest_raised_at"] is not None
    assert told["is_all_cameras"]


def test_a_camera_that_falls_silent_is_no_longer_seen(kitchen: Kitchen) -> None:
    kitchen.show_picture(CAMERA)
    client = kitchen.client(Role.VIEWER, OWN_FIRM)
    assert client.get("/api/v1/situation").json()["cameras"]["seen"] == 1

    kitchen.twins.clock.advance(700)

    assert client.get("/api/v1/situation").json()["cameras"] == {
        "seen": 0,
        "unsure": 0,
        "blind": 2,
        "paused": 0,
        "total": 2,
    }


def test_a_paused_camera_is_neither_seen_nor_blind(kitchen: Kitchen) -> None:
    kitchen.client(Role.OPERATOR, OWN_FIRM).post(f"/api/v1/cameras/{CAMERA}/pause", json={"reason": "镜头维修"})

    cameras = kitchen.client(Role.VIEWER, OWN_FIRM).get("/api/v1/situation").json()["cameras"]

    assert (cameras["paused"], cameras["blind"], cameras["seen"]) == (1, 1, 0)


def test_no_figure_of_the_situation_reaches_beyond_the_scope(kitchen: Kitchen) -> None:
    filled(kitchen)
    own, site = kitchen.client(Role.OPERATOR, OWN_FIRM), kitchen.client(Role.OPERATOR, ONE_SITE)

    assert own.get("/api/v1/situation").json()["to_review"] == {"I": 1, "II": 1, "III": 0, "ops": 0}
    assert site.get("/api/v1/situation").json()["to_review"] == {"I": 1, "II": 0, "III": 0, "ops": 0}
    assert [each["region"] for each in own.get("/api/v1/situation/regions").json()["items"]] == ["330106"]
    [firm] = site.get("/api/v1/situation/enterprises").json()["items"]
    assert (firm["enterprise_id"], firm["name"], firm["shade"]) == (FIRM, None, None)


def test_colours_are_told_to_those_who_may_read_the_credit_record(kitchen: Kitchen) -> None:
    filled(kitchen)
    viewer, officer = kitchen.client(Role.VIEWER), kitchen.client(Role.REGULATOR)

    assert viewer.get("/api/v1/situation").json()["shades"] is None
    assert {each["shade"] for each in viewer.get("/api/v1/situation/enterprises").json()["items"]} == {None}
    assert {each["shade"] for each in officer.get("/api/v1/situation/enterprises").json()["items"]} == {
        "orange",
        "untold",
    }


def test_regions_sum_their_enterprises_and_those_without_one_come_last(kitchen: Kitchen) -> None:
    filled(kitchen)
    enterprise = kitchen.twins.registry.get_enterprise(OTHER_FIRM, Scope.everything())
    assert enterprise is not None
    kitchen.twins.registry.update_enterprise(replace(enterprise, region=None))

    items = kitchen.client(Role.REGULATOR).get("/api/v1/situation/regions").json()["items"]

    assert [(each["region"], each["enterprises"], each["cameras"]["total"]) for each in items] == [
        ("330106", 1, 2),
        (None, 1, 1),
    ]
    assert items[0]["to_review"] == {"I": 1, "II": 1, "III": 0, "ops": 0}
    assert items[0]["shades"]["orange"] == 1


@pytest.mark.parametrize(("region", "expected"), [("33", [FIRM]), ("330106", [FIRM]), ("4201", [OTHER_FIRM])])
def test_enterprises_are_found_by_the_first_digits_of_their_region(
    kitchen: Kitchen, region: str, expected: list[str]
) -> None:
    with_regions(kitchen)

    items = kitchen.client(Role.REGULATOR).get(f"/api/v1/situation/enterprises?region={region}").json()["items"]

    assert [each["enterprise_id"] for each in items] == expected


def test_enterprises_without_a_region_have_a_word_of_their_own_and_lists_are_paged(kitchen: Kitchen) -> None:
    client = kitchen.client(Role.REGULATOR)

    first = client.get("/api/v1/situation/enterprises?region=none&limit=1").json()
    second = client.get(first["next"]).json()

    assert [each["enterprise_id"] for each in first["items"] + second["items"]] == [FIRM, OTHER_FIRM]
    assert second["next"] is None
    assert client.get("/api/v1/situation/enterprises?cursor=other").status_code == 422


def test_figures_of_a_list_are_those_of_its_filter(kitchen: Kitchen) -> None:
    filled(kitchen)
    client = kitchen.client(Role.VIEWER)

    every, some = (client.get(f"/api/v1/alerts/figures{query}").json() for query in ("", "?class=I&state=raised"))

    assert (every["total"], every["to_review"]) == (4, 3)
    assert [each["state"] for each in every["states"]] == ["confirmed", "raised"]
    assert some["total"] == len(client.get("/api/v1/alerts?class=I&state=raised").json()["items"]) == 2


def on_the_clock(tmp_path_factory: pytest.TempPathFactory) -> Kitchen:
    """A kitchen whose alerts have the shipped deadlines."""
    return Kitchen(tmp_path_factory.mktemp("scratch"), terms=load_catalogue().terms)


def test_what_is_owed_comes_with_its_time_and_says_when_that_has_passed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    kitchen = on_the_clock(tmp_path_factory)
    first = kitchen.raise_alert()
    kitchen.twins.clock.advance(timedelta(days=2).total_seconds())
    second = kitchen.raise_alert()
    client = kitchen.client(Role.OPERATOR, OWN_FIRM)

    told = client.get("/api/v1/situation/dues?duty=acknowledge").json()

    assert [(each["alert"]["alert_id"], each["overdue"]) for each in told["items"]] == [
        (first.alert_id, True),
        (second.alert_id, False),
    ]
    assert told["duties"] == [{"duty": "acknowledge", "owed": 2, "overdue": 1}]
    assert told["is_all"]
    overdue = client.get("/api/v1/situation/dues?overdue=true").json()["items"]
    assert overdue[0]["alert"]["alert_id"] == first.alert_id


def test_nobody_is_told_what_others_owe(tmp_path_factory: pytest.TempPathFactory) -> None:
    kitchen = on_the_clock(tmp_path_factory)
    kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)

    told = kitchen.client(Role.OPERATOR, OWN_FIRM).get("/api/v1/situation/dues").json()

    assert told["items"] == []
    assert {each["owed"] for each in told["duties"]} == {0}
