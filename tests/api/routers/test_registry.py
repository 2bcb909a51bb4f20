import pytest

from api.ports import Role
from domain.credit_code import CreditCode
from tests.api.kitchen import FIRM, ONE_SITE, OTHER_FIRM, OTHER_SITE, OWN_FIRM, SECOND_SITE, SITE, Kitchen

CODE = str(CreditCode.generated(77))


def test_an_enterprise_is_added_read_and_changed(kitchen: Kitchen) -> None:
    admin = kitchen.client()

    made = admin.post(
        "/api/v1/enterprises", json={"name": " 新店 ", "credit_code": CODE.lower(), "type": "takeaway_only"}
    )
    path = made.headers["location"]
    changed = admin.patch(path, json={"name": "新店二"}, headers={"If-Match": made.headers["etag"]})

    assert made.status_code == 201
    assert made.json()["name"] == "新店"
    assert admin.get(path).json() == {**made.json(), "name": "新店二"} == changed.json()


def test_a_change_made_from_an_older_state_is_refused(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    path = f"/api/v1/sites/{SITE}"
    etag = admin.get(path).headers["etag"]
    assert admin.patch(path, json={"name": "甲"}, headers={"If-Match": etag}).status_code == 200

    answer = admin.patch(path, json={"name": "乙"}, headers={"If-Match": etag})

    assert (answer.status_code, answer.json()["type"]) == (412, "urn:brightkitchen:problem:tag-conflict")
    assert admin.get(path).json()["name"] == "甲"


@pytest.mark.parametrize("code", ["", "123", "91440300MA5DC5L123", "9100000000000001", CODE[:-1] + "I"])
def test_a_credit_code_that_is_none_is_refused_with_its_reason(kitchen: Kitchen, code: str) -> None:
    answer = kitchen.client().post("/api/v1/enterprises", json={"name": "店", "credit_code": code})

    assert answer.status_code == 422
    assert answer.json()["title"] == "Invalid credit code"
    assert answer.json()["reason"]


def test_two_enterprises_cannot_have_one_credit_code(kitchen: Kitchen) -> None:
    body = {"name": "店", "credit_code": str(CreditCode.generated(1))}

    answer = kitchen.client().post("/api/v1/enterprises", json=body)

    assert (answer.status_code, answer.json()["credit_code"]) == (409, body["credit_code"])


def test_enterprises_come_page_by_page(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    for number in range(3, 8):
        admin.post("/api/v1/enterprises", json={"name": "店", "credit_code": str(CreditCode.generated(number))})

    seen, path = [], "/api/v1/enterprises?limit=3"
    while path:
        page = admin.get(path).json()
        assert len(page["items"]) <= 3
        seen += [one["enterprise_id"] for one in page["items"]]
        path = page["next"]

    assert len(seen) == len(set(seen)) == 7


def test_a_cursor_that_nobody_gave_out_is_refused(kitchen: Kitchen) -> None:
    assert kitchen.client().get("/api/v1/enterprises?cursor=nonsense").json()["fields"][0]["field"] == "query.cursor"


def test_a_site_belongs_to_an_enterprise_and_has_hours(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    schedule = {"timezone": "Asia/Urumqi", "hours": [{"weekday": 5, "start": "18:00", "end": "02:00"}]}

    made = admin.post("/api/v1/sites", json={"enterprise_id": FIRM, "name": "夜宵", "schedule": schedule})

    found = admin.get(made.headers["location"]).json()["schedule"]
    assert found["timezone"] == "Asia/Urumqi"
    assert found["hours"] == [{"weekday": 5, "start": "18:00:00", "end": "02:00:00"}]
    assert (found["special_days"], found["keeps_holidays"]) == ([], False)


def test_a_site_may_have_other_hours_on_special_days_and_keep_holidays(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    special = [{"day": "2026-10-01", "hours": [{"start": "10:00:00", "end": "14:00:00"}]}, {"day": "2026-10-02"}]
    schedule = {"special_days": special, "keeps_holidays": True}

    made = admin.post("/api/v1/sites", json={"enterprise_id": FIRM, "name": "食堂", "schedule": schedule})

    found = admin.get(made.headers["location"]).json()["schedule"]
    assert found["special_days"] == [special[0], {"day": "2026-10-02", "hours": []}]
    assert found["keeps_holidays"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"enterprise_id": "nowhere", "name": "夜宵"}, 422),
        ({"enterprise_id": FIRM, "name": "一号厨房"}, 409),
        ({"enterprise_id": FIRM, "name": "夜宵", "schedule": {"timezone": "Mars/Olympus"}}, 422),
        (
            {
                "enterprise_id": FIRM,
                "name": "夜宵",
                "schedule": {"closed_days": ["2026-10-01"], "special_days": [{"day": "2026-10-01"}]},
            },
            422,
        ),
        (
            {
                "enterprise_id": FIRM,
                "name": "夜宵",
                "schedule": {"hours": [{"weekday": 7, "start": "1:00", "end": "2:00"}]},
            },
            422,
        ),
    ],
)
def test_a_site_that_cannot_be_is_refused(kitchen: Kitchen, body: dict[str, object], status: int) -> None:
    assert kitchen.client().post("/api/v1/sites", json=body).status_code == status


def test_an_account_of_one_firm_sees_nothing_of_another(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    assert [one["enterprise_id"] for one in person.get("/api/v1/enterprises").json()["items"]] == [FIRM]
    assert {one["site_id"] for one in person.get("/api/v1/sites").json()["items"]} == {SITE, SECOND_SITE}
    assert person.get(f"/api/v1/enterprises/{OTHER_FIRM}").status_code == 404
    assert person.get(f"/api/v1/sites/{OTHER_SITE}").status_code == 404
    assert person.get(f"/api/v1/sites?enterprise_id={OTHER_FIRM}").json()["items"] == []


def test_an_account_of_one_kitchen_sees_that_kitchen_and_not_the_firm(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, ONE_SITE)

    assert person.get("/api/v1/enterprises").json()["items"] == []
    assert [one["site_id"] for one in person.get("/api/v1/sites").json()["items"]] == [SITE]
    assert person.get(f"/api/v1/enterprises/{FIRM}").status_code == 404


def test_what_is_outside_looks_the_same_as_what_does_not_exist(kitchen: Kitchen) -> None:
    person = kitchen.client(Role.OPERATOR, OWN_FIRM)

    outside = person.get(f"/api/v1/sites/{OTHER_SITE}").json()
    nowhere = person.get("/api/v1/sites/site-9").json()

    assert outside["detail"].replace(OTHER_SITE, "X") == nowhere["detail"].replace("site-9", "X")


# Licence, region, chains, contacts, and tables


def test_licence_region_head_office_and_contacts_are_set_and_taken_away(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    body = {
        "name": "连锁一店",
        "credit_code": CODE,
        "licence_no": "示例许可 1",
        "licence_valid_to": "2027-10-01",
        "region": "000000",
        "head_office_id": FIRM,
        "contacts": [{"name": "张示例", "duty": "食品安全员", "phone": "000-0001"}],
    }

    path = admin.post("/api/v1/enterprises", json=body).headers["location"]
    shown = admin.get(path).json()
    changed = admin.patch(path, json={"licence_no": None, "region": "000001"}).json()

    assert (shown["licence_valid_to"], shown["head_office_id"], shown["region"]) == ("2027-10-01", FIRM, "000000")
    assert (changed["licence_no"], changed["region"], changed["head_office_id"]) == (None, "000001", FIRM)
    assert "张示例" not in admin.get(path).text
    assert admin.get(f"{path}/contacts").json()["contacts"][0]["name"] == "张示例"
    assert kitchen.client(Role.VIEWER).get(f"{path}/contacts").status_code == 403


@pytest.mark.parametrize(
    "change", [{"region": "12"}, {"head_office_id": "nobody"}, {"head_office_id": FIRM}, {"contacts": [{"name": ""}]}]
)
def test_what_is_no_region_head_office_or_contact_is_refused(kitchen: Kitchen, change: dict[str, object]) -> None:
    answer = kitchen.client().patch(f"/api/v1/enterprises/{FIRM}", json=change)

    assert answer.status_code == 422


def test_a_table_of_enterprises_is_stored_all_or_none(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    good = f"credit_code,name,head_office\n{CODE},连锁一店,{CreditCode.generated(1)}\n"
    bad = f"{good}91310115MA1G4L1WXK,连锁二店,\n"

    dry = admin.post("/api/v1/enterprises/import", content=good.encode())
    refused = admin.post("/api/v1/enterprises/import?dry_run=false", content=bad.encode())
    stored = admin.post("/api/v1/enterprises/import?dry_run=false", content=good.encode())

    assert (dry.json()["is_stored"], dry.json()["added"]) == (False, 1)
    assert (refused.status_code, refused.json()["faults"][0]["row"]) == (422, 3)
    assert (stored.json()["is_stored"], stored.json()["added"]) == (True, 1)
    codes = [each["credit_code"] for each in admin.get("/api/v1/enterprises").json()["items"]]
    assert CODE in codes
    assert kitchen.client(Role.REGULATOR).post("/api/v1/enterprises/import", content=b"").status_code == 403


@pytest.mark.parametrize(
    ("valid_to", "standing", "days_left"),
    [
        (None, "no_data", None),
        ("2026-01-04", "expired", -1),
        ("2026-01-05", "ending", 0),
        ("2026-02-04", "ending", 30),
        ("2026-02-05", "valid", 31),
    ],
)
def test_what_a_licence_s_date_says_today_and_no_date_is_no_data(
    kitchen: Kitchen, valid_to: str | None, standing: str, days_left: int | None
) -> None:
    admin = kitchen.client()
    admin.patch(f"/api/v1/enterprises/{FIRM}", json={"licence_no": "示例许可 1", "licence_valid_to": valid_to})

    shown = kitchen.client(Role.VIEWER, OWN_FIRM).get(f"/api/v1/enterprises/{FIRM}/licence").json()

    assert shown == {
        "enterprise_id": FIRM,
        "licence_no": "示例许可 1",
        "licence_valid_to": valid_to,
        "day": "2026-01-05",
        "standing": standing,
        "days_left": days_left,
    }


def test_the_licence_of_others_is_not_shown(kitchen: Kitchen) -> None:
    assert kitchen.client(Role.VIEWER, OWN_FIRM).get(f"/api/v1/enterprises/{OTHER_FIRM}/licence").status_code == 404


def test_a_head_office_gets_none_itself(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    third = admin.post("/api/v1/enterprises", json={"name": "第三家", "credit_code": CODE}).json()["enterprise_id"]
    admin.patch(f"/api/v1/enterprises/{FIRM}", json={"head_office_id": OTHER_FIRM})

    head = admin.patch(f"/api/v1/enterprises/{OTHER_FIRM}", json={"head_office_id": third})
    branch = {"name": "第四家", "credit_code": str(CreditCode.generated(44)), "head_office_id": FIRM}
    below = admin.post("/api/v1/enterprises", json=branch)

    assert [answer.status_code for answer in (head, below)] == [422, 422]
    assert head.json()["fields"][0]["field"] == below.json()["fields"][0]["field"] == "body.head_office_id"
