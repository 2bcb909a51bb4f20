"""Rules with their numbers, and what jurisdictions say otherwise."""

from api.ports import Role
from tests.api.kitchen import OWN_FIRM, Kitchen


def test_every_code_has_its_rule_or_is_said_to_have_none(kitchen: Kitchen) -> None:
    client = kitchen.client(Role.VIEWER, OWN_FIRM)
    page = client.get("/api/v1/rules").json()

    rules = {each["code"]: each for each in page["items"]}
    assert set(rules) == {each["code"] for each in client.get("/api/v1/codes").json()["items"]}
    rodent = kitchen.twins.catalogue.entries["pest.rodent"].rule
    assert rodent is not None
    assert rules["pest.rodent"]["timing"]["minimum_seconds"] == rodent.minimum_seconds
    assert rules["pest.rodent"]["timing"]["cool_down_seconds"] == rodent.cool_down_seconds
    assert (rules["camera.offline"]["kind"], rules["camera.offline"]["timing"]) == ("device", None)
    assert rules["bin.uncovered"]["taught"] is not None


def test_each_jurisdiction_says_what_it_changes_from_what_into_what_and_why(kitchen: Kitchen) -> None:
    page = kitchen.client(Role.VIEWER, OWN_FIRM).get("/api/v1/rules").json()
    profiles = {each["profile"]: each for each in page["profiles"]}

    assert {"cn-national", "cn-fujian", "cn-hubei", "generic"} <= set(profiles)
    assert [name for name, each in profiles.items() if each["is_in_service"]] == [page["profile"]] == ["cn-national"]
    [masks] = profiles["cn-fujian"]["overrides"]
    changes = {each["field"]: (each["before"], each["after"]) for each in masks["changes"]}
    assert masks["because"].startswith("since 2021-02-01")
    assert changes["duty"] == ("should", "local_must")
    assert changes["credit_eligible"] == ("false", "true")
    assert profiles["cn-national"]["overrides"] == []
    assert all(each["overrides"] for name, each in profiles.items() if name != "cn-national")
