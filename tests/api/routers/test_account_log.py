"""The log of accounts by REST: who did what to which account, for administrators, page by page."""

from datetime import timedelta

import pytest

from api.account_log import AccountDeed, account_faults
from api.errors import TooManyRequestsError
from api.ports import Role, TokenScope
from domain.scope import Scope
from tests.api.kitchen import FIRM, OWN_FIRM, SITE, Kitchen
from tests.api.routers.test_applications import drafted, put
from tests.api.routers.test_extracts import CONSENT, granted, receiver

LOG = "/api/v1/account-log"


def test_what_an_administrator_does_to_an_account_is_listed_newest_first(kitchen: Kitchen) -> None:
    admin = kitchen.client(name="root")
    scope = {"enterprise_ids": [FIRM]}
    made = admin.post("/api/v1/users", json={"name": "li", "role": "viewer", "scope": scope}).json()
    user_id = made["user"]["user_id"]
    admin.patch(f"/api/v1/users/{user_id}", json={"role": "operator"})
    admin.post(f"/api/v1/users/{user_id}/reset-password")
    admin.delete(f"/api/v1/users/{user_id}")

    page = admin.get(LOG, params={"person": user_id}).json()

    assert [one["act"] for one in page["items"]] == ["user_closed", "password_reset", "user_changed", "user_added"]
    assert {one["actor_name"] for one in page["items"]} == {"root"}
    assert {one["user_name"] for one in page["items"]} == {"li"}
    assert page["items"][2]["detail"] == f"viewer · {FIRM} → operator · {FIRM}"
    assert page["next"] is None
    assert made["one_time_password"] not in admin.get(LOG).text


def test_pages_follow_each_other_without_gap_or_repetition_and_keep_the_filter(kitchen: Kitchen) -> None:
    admin = kitchen.client(name="root")
    for number in range(5):
        admin.post("/api/v1/users", json={"name": f"person {number}", "role": "viewer", "scope": {}})
    kitchen.browser(Role.VIEWER)

    seen: list[str] = []
    address: str | None = f"{LOG}?act=user_added&limit=2"
    while address is not None:
        page = admin.get(address).json()
        seen += [one["user_name"] for one in page["items"]]
        address = page["next"]

    assert seen == [f"person {number}" for number in reversed(range(5))]


def test_since_is_within_and_until_is_not(kitchen: Kitchen) -> None:
    admin, start = kitchen.client(name="root"), kitchen.twins.clock.now()
    for number in range(3):
        admin.post("/api/v1/users", json={"name": f"person {number}", "role": "viewer", "scope": {}})
        kitchen.twins.clock.advance(60)
    asked = {
        "since": (start + timedelta(seconds=60)).isoformat(),
        "until": (start + timedelta(seconds=120)).isoformat(),
        "limit": "1",
    }

    page = admin.get(LOG, params=asked).json()

    assert [one["user_name"] for one in page["items"]] == ["person 1"]
    assert page["next"] is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("act=sacked", "query.act"),
        ("limit=0", "query.limit"),
        ("limit=201", "query.limit"),
        ("before=0", "query.before"),
    ],
)
def test_a_question_that_makes_no_sense_names_its_field(kitchen: Kitchen, asked: str, field: str) -> None:
    answer = kitchen.client().get(f"{LOG}?{asked}")

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.REGULATOR, Scope.everything()),
        (Role.PRIVACY, Scope.everything()),
        (Role.OPERATOR, OWN_FIRM),
        (Role.ADMIN, OWN_FIRM),
    ],
)
def test_nobody_but_an_administrator_of_the_whole_reads_it(kitchen: Kitchen, role: Role, scope: Scope) -> None:
    assert kitchen.client(role, scope).get(LOG).status_code == 403


def test_an_administrators_token_for_one_kitchen_opens_neither_log_nor_accounts(kitchen: Kitchen) -> None:
    admin = kitchen.add_user("root", Role.ADMIN)
    part = TokenScope(enterprise_ids=frozenset(), sites=frozenset({(SITE, FIRM)}))
    program = kitchen.stranger()
    program.headers["Authorization"] = f"Bearer {kitchen.add_token(admin, scope=part)}"

    statuses = {path: program.get(path).status_code for path in (LOG, "/api/v1/users", "/api/v1/users/user-root")}

    assert set(statuses.values()) == {403}, statuses


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_changes_an_entry(kitchen: Kitchen, method: str) -> None:
    assert kitchen.client().request(method, LOG, json={}).status_code == 405


def test_the_list_of_accounts_says_when_each_logged_in_last(kitchen: Kitchen) -> None:
    kitchen.add_user("never", Role.VIEWER)
    admin = kitchen.client(name="root")
    kitchen.browser(Role.VIEWER)
    first = kitchen.twins.clock.now()
    kitchen.twins.clock.advance(60)
    kitchen.browser(Role.REGULATOR)

    users = admin.get("/api/v1/users").json()["items"]

    told = {one["role"]: one["last_login_at"] for one in users if one["name"] != "never"}
    assert next(one["last_login_at"] for one in users if one["name"] == "never") is None
    assert told["admin"] is None, "a token is no login"
    assert told["viewer"] == first.isoformat().replace("+00:00", "Z")
    assert told["regulator"] > told["viewer"]


def test_what_is_taken_away_and_what_a_third_party_reads_stands_in_the_log(kitchen: Kitchen) -> None:
    paper = drafted(kitchen)
    material_id = put(kitchen, paper, "proof").json()["material_id"]
    alert = kitchen.raise_alert()
    kitchen.twins.seals.seal(after=0, limit=100, now=kitchen.twins.clock.now())
    _, secret = granted(kitchen.browser(Role.OPERATOR, OWN_FIRM))
    officer = kitchen.client(Role.REGULATOR, name="officer")
    for address in (
        f"/api/v1/enterprises/{FIRM}/report?period=2026-01&format=xlsx",
        "/api/v1/credit/report?period=2026-01-05&format=xlsx",
        f"/api/v1/enterprises/{FIRM}/records/publicity.csv",
        f"{paper}/drafts/form.pdf",
        f"{paper}/materials/{material_id}/file",
        f"/api/v1/alerts/{alert.alert_id}/pack.zip",
    ):
        assert officer.get(address).status_code == 200, address
    receiver(kitchen, secret).get("/api/v1/extracts")
    refused = receiver(kitchen, secret + "x").get("/api/v1/extracts")

    entries = [
        one
        for one in reversed(kitchen.client(name="root").get(LOG).json()["items"])
        if one["act"] in {"report_taken", "evidence_taken", "extract_read"}
    ]

    assert refused.status_code == 401
    assert [(one["act"], one["actor_name"], one["detail"].split(" · ")[0]) for one in entries] == [
        ("report_taken", "officer", "report-91000000000000019G-2026-01.xlsx"),
        ("report_taken", "officer", "report-region-all-2026-01-05.xlsx"),
        ("report_taken", "officer", "publicity.csv"),
        ("evidence_taken", "officer", "form.pdf"),
        ("evidence_taken", "officer", f"{material_id}.pdf"),
        ("evidence_taken", "officer", f"{alert.alert_id}-1.zip"),
        ("extract_read", CONSENT["receiver"], FIRM),
    ]
    assert entries[-1]["actor_id"] is None
    assert entries[-1]["user_name"].startswith("operator")  # who consented
    assert secret not in str(entries)
    assert list(account_faults(kitchen.twins.accounts.all_deeds(0, 100))) == []


def test_what_cannot_be_noted_is_not_given(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = granted(kitchen.browser(Role.OPERATOR, OWN_FIRM))
    officer, bank = kitchen.client(Role.REGULATOR), receiver(kitchen, secret)

    def full(_: AccountDeed) -> None:
        raise TooManyRequestsError(9.0)  # any refusal; one that is known costs no traceback

    monkeypatch.setattr(kitchen.twins.accounts, "note", full)

    addresses = {
        f"/api/v1/enterprises/{FIRM}/report?period=2026-01&format=xlsx": officer,
        f"/api/v1/enterprises/{FIRM}/records/publicity.csv": officer,
        "/api/v1/extracts": bank,
    }
    assert {address: client.get(address).status_code for address, client in addresses.items()} == dict.fromkeys(
        addresses, 429
    )
