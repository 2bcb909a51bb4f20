"""Recipients and deliveries by REST: within one's scope, secrets never shown."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from alerts.notify.errors import SendError
from alerts.notify.ports import DeliveryState, NewDelivery
from alerts.notify.reminding.ports import NewNotice
from api.ports import Role
from domain.alert import AlertStep
from domain.ids import AlertId, EnterpriseId
from domain.risk import RiskClass
from tests.alerts.notify.reminding.notice_contract import notice
from tests.api.kitchen import FIRM, ONE_SITE, OTHER_FIRM, OTHER_SITE, OWN_FIRM, SITE, Kitchen

PATH = "/api/v1/recipients"
ADDRESS = "https://oapi.dingtalk.com/robot/send?access_token=t0ken"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "name": "店长群",
        "channel": "dingtalk",
        "reach": {"enterprise_ids": [FIRM]},
        "address": ADDRESS,
        "secret": "SECgeheim",
        **changes,
    }


def made(client: TestClient, **changes: Any) -> str:
    answer = client.post(PATH, json=body(**changes))
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def test_a_recipient_is_added_read_changed_and_removed(kitchen: Kitchen) -> None:
    admin = kitchen.client(Role.ADMIN, OWN_FIRM)
    path = made(admin, wishes={"quiet": [{"start": "22:00", "end": "07:00"}], "contacts": ["manager"]})

    shown = admin.get(path)
    kept = {name: value for name, value in body(name="值班群").items() if name not in {"address", "secret"}}
    changed = admin.put(path, json=kept, headers={"If-Match": shown.headers["etag"]})

    assert shown.json()["wishes"]["quiet"] == [{"start": "22:00", "end": "07:00"}]
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "值班群", 2)
    assert admin.get(PATH).json()["items"] == [changed.json()]
    assert admin.put(path, json=kept, headers={"If-Match": '"1"'}).status_code == 412
    assert admin.delete(path).status_code == 428
    assert admin.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert admin.get(path).status_code == 404


def test_what_opens_a_chat_is_shown_to_nobody(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    path = made(admin)

    for answer in (admin.get(path), admin.get(PATH), admin.post(f"{path}/test"), admin.post(PATH, json=body())):
        assert "t0ken" not in answer.text
        assert "geheim" not in answer.text
    [recipient] = kitchen.twins.ledger.list_recipients()
    assert "t0ken" not in recipient.model_dump_json()
    assert "geheim" not in recipient.sealed


def test_a_change_without_an_address_keeps_the_one_that_is_there(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    path = made(admin)
    kept = {name: value for name, value in body(version=1).items() if name not in {"address", "secret"}}
    admin.put(path, json=kept)

    assert admin.post(f"{path}/test").json() == {"is_sent": True, "reason": None}
    [(destination, letter)] = kitchen.twins.sender.letters
    assert (destination.address, destination.secret) == (ADDRESS, "SECgeheim")
    assert letter.is_test
    other = {**kept, "channel": "feishu", "version": 2}
    assert admin.put(path, json=other).status_code == 422


def test_a_test_message_that_is_not_taken_says_why(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    path = made(admin)
    kitchen.twins.sender.error = SendError("it answers 310000: sign not match")

    answer = admin.post(f"{path}/test")

    assert answer.json() == {"is_sent": False, "reason": "it answers 310000: sign not match"}


@pytest.mark.parametrize(
    "reach",
    [{"everything": True}, {"enterprise_ids": [OTHER_FIRM]}, {"site_ids": [OTHER_SITE]}, {"site_ids": [SITE]}],
    ids=["everything", "another_firm", "a_site_of_another_firm", "a_site_that_is_not_named"],
)
def test_nobody_has_somebody_told_of_places_beyond_the_own_scope(kitchen: Kitchen, reach: dict[str, Any]) -> None:
    answer = kitchen.client(Role.ADMIN, OWN_FIRM).post(PATH, json=body(reach=reach))

    assert (answer.status_code, answer.json()["field"]) == (422, "reach")


def test_recipients_beyond_ones_scope_are_not_there(kitchen: Kitchen) -> None:
    everywhere = made(kitchen.client(), reach={"everything": True})
    own = kitchen.client(Role.ADMIN, OWN_FIRM)
    one_site = kitchen.client(Role.ADMIN, ONE_SITE)
    path = made(one_site, name="一号厨房", reach={"site_ids": [SITE]})

    assert own.get(everywhere).status_code == 404
    assert own.post(f"{everywhere}/test").status_code == 404
    assert own.get(PATH).json()["items"] == []
    assert one_site.get(path).status_code == 200
    assert len(kitchen.client().get(PATH).json()["items"]) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reach": {}}, "body.reach"),
        ({"wishes": {"timezone": "Mars/Olympus"}}, "body.wishes.timezone"),
        ({"wishes": {"digest_classes": ["I"]}}, "body.wishes.digest_classes"),
        ({"wishes": {"quiet": [{"start": "00:00", "end": "00:00"}]}}, "body.wishes.quiet"),
        ({"wishes": {"quiet": [{"start": "24:00", "end": "01:00"}]}}, "body.wishes.quiet.0.start"),
        ({"wishes": {"messages_per_hour": 0}}, "body.wishes.messages_per_hour"),
        ({"channel": "pigeon"}, "body.channel"),
        ({"address": None}, "body.address"),
        ({"address": "a\nb"}, "body.address"),
    ],
)
def test_a_wrong_field_is_named(kitchen: Kitchen, changes: dict[str, Any], field: str) -> None:
    answer = kitchen.client().post(PATH, json=body(**changes))

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"].startswith(field)


def test_a_name_is_given_once(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    made(admin)

    assert admin.post(PATH, json=body()).status_code == 409


def test_deliveries_are_listed_in_pages_and_sent_again_by_hand(kitchen: Kitchen) -> None:
    for number in range(1, 6):
        kitchen.twins.ledger.enter([delivery(kitchen, number, FIRM if number < 5 else OTHER_FIRM)], number)
    kitchen.twins.ledger.bury([1], kitchen.twins.clock.now(), "no such host")
    own = kitchen.client(Role.ADMIN, OWN_FIRM)

    first = own.get("/api/v1/deliveries", params={"limit": 3}).json()
    rest = own.get(first["next"]).json()
    dead = own.get("/api/v1/deliveries", params={"state": "dead"}).json()["items"]

    assert [one["delivery_id"] for one in [*first["items"], *rest["items"]]] == [4, 3, 2, 1]
    assert rest["next"] is None
    assert [(one["delivery_id"], one["reason"], one["class"]) for one in dead] == [(1, "no such host", "I")]
    assert own.post("/api/v1/deliveries/1/again").json() == {"count": 1}
    assert own.post("/api/v1/deliveries/5/again").status_code == 404
    assert own.get("/api/v1/deliveries", params={"state": "dead"}).json()["items"] == []
    found = kitchen.twins.ledger.due("recipient-1", kitchen.twins.clock.now(), 10)
    assert found[0].state is DeliveryState.WAITING


def test_dates_that_were_told_are_listed_in_pages_and_told_again_by_hand(kitchen: Kitchen) -> None:
    firms = (FIRM, FIRM, FIRM, OTHER_FIRM)
    kitchen.twins.notices.enter([reminder(number, firm) for number, firm in enumerate(firms, start=1)])
    kitchen.twins.notices.settle([1], DeliveryState.DEAD, kitchen.twins.clock.now(), reason="no such host")
    own = kitchen.client(Role.ADMIN, OWN_FIRM)

    first = own.get("/api/v1/reminders", params={"limit": 2}).json()
    rest = own.get(first["next"]).json()

    assert [one["notice_id"] for one in [*first["items"], *rest["items"]]] == [3, 2, 1]
    assert rest["next"] is None
    dead = rest["items"][0]
    assert (dead["state"], dead["reason"], dead["kind_zh"], dead["on"], dead["subject"]) == (
        "dead",
        "no such host",
        "整改期限",
        "2026-01-08",
        "bin.uncovered",
    )
    assert own.post("/api/v1/reminders/1/again").json() == {"count": 1}
    assert own.post("/api/v1/reminders/4/again").status_code == 404
    assert own.get("/api/v1/reminders", params={"state": "dead"}).json()["items"] == []
    assert kitchen.client(Role.REGULATOR, name="zhang").get("/api/v1/reminders").status_code == 403


def test_whoever_wants_dates_names_them_and_has_a_reach_of_whole_enterprises(kitchen: Kitchen) -> None:
    admin = kitchen.client(Role.ADMIN)
    wishes = {"reminders": ["licence_end", "rectification_due"], "remind_at": "08:30"}

    shown = admin.get(made(admin, wishes=wishes)).json()["wishes"]
    refused = admin.post(PATH, json=body(name="一店", wishes=wishes, reach={"site_ids": [SITE]}))

    assert (shown["reminders"], shown["remind_at"]) == (wishes["reminders"], "08:30")
    assert refused.status_code == 422
    assert "reminders" in refused.text


def reminder(number: int, firm: str) -> NewNotice:
    new = notice(number)
    fact = replace(new.reminder.fact, enterprise_id=EnterpriseId(firm))
    return replace(new, reminder=replace(new.reminder, fact=fact))


def delivery(kitchen: Kitchen, number: int, firm: str) -> NewDelivery:
    now = kitchen.twins.clock.now()
    return NewDelivery(
        recipient_id="recipient-1",
        recipient_name="店长",
        alert_id=AlertId(f"alert-{number}"),
        sequence=1,
        enterprise_id=firm,  # type: ignore[arg-type]
        site_id=SITE if firm == FIRM else OTHER_SITE,
        code="pest.rodent",
        risk_class=RiskClass.I,
        step=AlertStep.RAISED,
        created_at=now,
        due_at=now,
    )
