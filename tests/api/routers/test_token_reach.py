"""How far a token reaches: never further than what it was made for, whoever owns it."""

import pytest
from starlette.testclient import TestClient

from api.permissions import Permission
from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, OTHER_CAMERA, OTHER_FIRM, OTHER_SITE, SECOND_CAMERA, SECOND_SITE, SITE, Kitchen
from tests.api.test_permissions import WITHOUT_PERMISSION, every_route

TOKENS = "/api/v1/tokens"


def program(kitchen: Kitchen, owner: TestClient, **asked: object) -> TestClient:
    made = owner.post(TOKENS, json={"name": "reads alerts", **asked})
    assert made.status_code == 201, made.text
    client = kitchen.stranger()
    client.headers["Authorization"] = f"Bearer {made.json()['secret']}"
    return client


@pytest.fixture
def reader(kitchen: Kitchen) -> TestClient:
    """An administrator's token that reads one kitchen."""
    return program(kitchen, kitchen.browser(), role="viewer", scope={"site_ids": [SITE]})


def test_a_token_that_reads_may_do_nothing_else_though_its_owner_may_do_everything(
    kitchen: Kitchen, reader: TestClient
) -> None:
    asked = [
        (method, path)
        for method, path, needed in every_route(kitchen.app)
        if needed not in {None, Permission.READ} and not path.endswith("/feed")
    ]

    statuses = {(method, path): reader.request(method, path, json={}).status_code for method, path in asked}

    assert len(statuses) > 60
    assert set(statuses.values()) == {403}, {each: status for each, status in statuses.items() if status != 403}


def test_of_what_needs_no_permission_a_token_that_reads_changes_nothing_but_its_own_end(
    kitchen: Kitchen, reader: TestClient
) -> None:
    own = [path for path in sorted(WITHOUT_PERMISSION) if path.startswith("/api/v1/me")]
    changes = [
        (method, path)
        for method, path, _ in every_route(kitchen.app)
        if (path in own or path == TOKENS) and method in {"POST", "PUT", "PATCH", "DELETE"}
    ]

    statuses = {(method, path): reader.request(method, path, json={}).status_code for method, path in changes}

    assert len(statuses) > 6
    assert set(statuses.values()) == {403}, statuses


def test_a_token_for_one_kitchen_reads_its_alerts_and_no_others(kitchen: Kitchen, reader: TestClient) -> None:
    own = kitchen.raise_alert()
    sister = kitchen.raise_alert(site=SECOND_SITE, camera=SECOND_CAMERA)
    other = kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)

    listed = [one["alert_id"] for one in reader.get("/api/v1/alerts").json()["items"]]

    assert listed == [own.alert_id]
    assert reader.get(f"/api/v1/alerts/{own.alert_id}").status_code == 200
    assert [reader.get(f"/api/v1/alerts/{one.alert_id}").status_code for one in (sister, other)] == [404, 404]
    assert [one["site_id"] for one in reader.get("/api/v1/sites").json()["items"]] == [SITE]


def test_what_the_owner_may_not_see_is_not_told_from_what_is_not_there(kitchen: Kitchen) -> None:
    owner = kitchen.browser(Role.OPERATOR, Scope(site_ids=frozenset({SITE})))

    answers = [
        owner.post(TOKENS, json={"name": "x", "scope": {"site_ids": [site_id]}}).json()
        for site_id in (OTHER_SITE, "no-such-site")
    ]

    assert [one["fields"][0]["field"] for one in answers] == ["body.scope.site_ids"] * 2
    assert len({one["fields"][0]["expected"] for one in answers}) == 1


def test_a_token_loses_the_kitchen_that_its_owner_loses(kitchen: Kitchen) -> None:
    owner = kitchen.browser(Role.OPERATOR, Scope(enterprise_ids=frozenset({FIRM})))
    client = program(kitchen, owner, scope={"site_ids": [SITE]})
    alert = kitchen.raise_alert()
    assert client.get(f"/api/v1/alerts/{alert.alert_id}").status_code == 200

    user_id = owner.get("/api/v1/me").json()["user_id"]
    kitchen.client().patch(f"/api/v1/users/{user_id}", json={"scope": {"site_ids": [SECOND_SITE]}})

    assert client.get(f"/api/v1/alerts/{alert.alert_id}").status_code == 404
