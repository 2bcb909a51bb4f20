"""Receivers and deliveries of public records by REST: administrators set up, officers decide, within their scope."""

from typing import Any

from api.ports import Role
from tests.api.kitchen import FIRM, OTHER_FIRM, OWN_FIRM, Kitchen
from tests.api.routers.test_records import PUBLICATION, settled

PATH = "/api/v1/record-receivers"
BODY: dict[str, Any] = {
    "name": "信用示例网",
    "everything": True,
    "address": "https://credit.example/records?key=t0ken",
    "secret": "whsec_geheim",
}


def published(kitchen: Kitchen) -> str:
    record_id = settled(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    assert officer.post(f"/api/v1/records/{record_id}/publish", json=PUBLICATION).status_code == 200
    return record_id


def test_only_an_administrator_sets_up_a_receiver_within_its_own_scope(kitchen: Kitchen) -> None:
    for role in (Role.VIEWER, Role.OPERATOR, Role.REGULATOR, Role.PRIVACY):
        assert kitchen.client(role).post(PATH, json=BODY).status_code == 403
    scoped = kitchen.client(Role.ADMIN, OWN_FIRM)
    assert scoped.post(PATH, json=BODY).status_code == 422
    assert scoped.post(PATH, json=BODY | {"everything": False, "enterprise_ids": [OTHER_FIRM]}).status_code == 422
    own = scoped.post(PATH, json=BODY | {"everything": False, "enterprise_ids": [FIRM]})
    assert own.status_code == 201
    assert kitchen.client().post(PATH, json=BODY).status_code == 409
    for text in (own.text, kitchen.client().get(PATH).text):
        assert "t0ken" not in text
        assert "geheim" not in text


def test_a_receiver_keeps_its_name_and_is_switched_off_instead_of_deleted(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    path = admin.post(PATH, json=BODY).headers["location"]
    published(kitchen)
    kept = {"name": BODY["name"], "everything": True, "version": 1}

    assert admin.put(path, json=kept | {"name": "别的"}).status_code == 422
    assert admin.delete(path, headers={"If-Match": '"1"'}).status_code == 409
    changed = admin.put(path, json=kept | {"is_enabled": False})
    assert (changed.status_code, changed.json()["is_enabled"]) == (200, False)
    assert admin.put(path, json=kept).status_code == 412
    assert admin.post(f"{path}/test").json()["is_taken"] is True


def test_the_ledger_shows_the_clock_of_three_days(kitchen: Kitchen) -> None:
    kitchen.client().post(PATH, json=BODY)
    record_id = published(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    today = kitchen.twins.clock.now().date().isoformat()
    withdrawn = officer.post(f"/api/v1/records/{record_id}/withdraw", json={"reason": "撤销", "decided_on": today})
    assert withdrawn.status_code == 200
    listed = officer.get("/api/v1/record-deliveries", params={"receiver": "信用示例网"}).json()["items"]
    (end,) = [each for each in listed if each["action"] == "withdraw"]
    assert 2 * 86_400 < end["seconds_left"] < 4 * 86_400
    kitchen.twins.clock.advance(5 * 86_400)
    late = officer.get(f"/api/v1/record-deliveries/{end['delivery_id']}").json()
    assert (late["is_overdue"], late["seconds_left"] < 0) == (True, True)


def test_officers_alone_give_up_with_a_reason_and_try_again(kitchen: Kitchen) -> None:
    kitchen.client().post(PATH, json=BODY)
    published(kitchen)
    officer = kitchen.client(Role.REGULATOR, name="officer")
    (push,) = officer.get("/api/v1/record-deliveries", params={"state": "waiting"}).json()["items"]
    path = f"/api/v1/record-deliveries/{push['delivery_id']}"

    assert kitchen.client(Role.ADMIN).post(f"{path}/give-up", json={"reason": "x"}).status_code == 403
    assert kitchen.client(Role.OPERATOR).post(f"{path}/again").status_code == 403
    assert officer.post(f"{path}/give-up", json={"reason": " "}).status_code == 422
    given_up = officer.post(f"{path}/give-up", json={"reason": "平台停用"}).json()
    assert (given_up["state"], given_up["reason"], given_up["given_up_by"]) == ("given_up", "平台停用", "user-officer")
    assert officer.post(f"{path}/give-up", json={"reason": "again"}).status_code == 409
    assert officer.post(f"{path}/again").json()["state"] == "waiting"
    assert officer.get(f"{path}/answers").json()["items"] == []
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).get(path).status_code == 200


def test_deliveries_of_other_enterprises_are_not_there(kitchen: Kitchen) -> None:
    kitchen.client().post(PATH, json=BODY)
    published(kitchen)
    stranger = kitchen.client(Role.REGULATOR, OWN_FIRM.__class__(enterprise_ids=frozenset({OTHER_FIRM})))
    (push, *_) = kitchen.client(Role.REGULATOR).get("/api/v1/record-deliveries").json()["items"]

    assert stranger.get("/api/v1/record-deliveries").json()["items"] == []
    for word in ("", "/answers"):
        assert stranger.get(f"/api/v1/record-deliveries/{push['delivery_id']}{word}").status_code == 404
    assert stranger.post(f"/api/v1/record-deliveries/{push['delivery_id']}/again").status_code == 404
