"""Logins: the list of those that stand, and ending them."""

from starlette.testclient import TestClient

from api.account_log import AccountAct, DeedFilter
from api.ports import Role
from tests.api.kitchen import OWN_PAGE, PASSWORD, Kitchen

OWN = "/api/v1/me/sessions"


def log_in(kitchen: Kitchen, name: str, address: str = "198.51.100.7", agent: str = "a browser") -> TestClient:
    client = TestClient(kitchen.app, base_url="http://kitchen.test", client=(address, 50_000))
    client.headers.update({**OWN_PAGE, "User-Agent": agent})
    answer = client.post("/api/v1/login", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client


def addresses(client: TestClient, path: str = OWN) -> list[str]:
    return [one["address"] for one in client.get(path).json()["items"]]


def ended(kitchen: Kitchen) -> list[tuple[str, str, str]]:
    found = kitchen.twins.accounts.deeds(DeedFilter(act=AccountAct.SESSION_ENDED), before=None, limit=9)
    return [(one.deed.actor_name, one.deed.user_name, one.deed.detail) for one in found]


def test_a_login_from_another_address_shows_in_the_list_with_browser_and_time(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.VIEWER)
    here = log_in(kitchen, "li", "198.51.100.7", "the office")
    kitchen.twins.clock.advance(60)
    log_in(kitchen, "li", "203.0.113.9", "somewhere else")

    newest, oldest = here.get(OWN).json()["items"]

    assert (newest["address"], newest["agent"], newest["is_current"]) == ("203.0.113.9", "somewhere else", False)
    assert (oldest["address"], oldest["agent"], oldest["is_current"]) == ("198.51.100.7", "the office", True)
    assert newest["created_at"] > oldest["created_at"]


def test_the_list_holds_no_secret_that_opens_anything(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.VIEWER)

    assert client.cookies["bk_session"] not in client.get(OWN).text


def test_a_login_that_one_ends_opens_nothing_more_and_is_on_record(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.VIEWER)
    here, there = log_in(kitchen, "li"), log_in(kitchen, "li", "203.0.113.9", "somewhere else")
    session_id = next(one["session_id"] for one in here.get(OWN).json()["items"] if not one["is_current"])

    assert here.delete(f"{OWN}/{session_id}").status_code == 204

    assert there.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200
    assert here.delete(f"{OWN}/{session_id}").status_code == 404
    assert ended(kitchen) == [("li", "li", "somewhere else")]


def test_ending_the_others_leaves_this_one(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.VIEWER)
    here, *others = [log_in(kitchen, "li") for _ in range(3)]

    assert here.delete(OWN).json() == {"count": 2}

    assert [one.get("/api/v1/me").status_code for one in (here, *others)] == [200, 401, 401]
    assert here.delete(OWN).json() == {"count": 0}


def test_another_persons_login_is_not_there(kitchen: Kitchen) -> None:
    mine, other = kitchen.browser(Role.VIEWER), kitchen.browser(Role.ADMIN)
    session_id = other.get(OWN).json()["items"][0]["session_id"]

    assert mine.delete(f"{OWN}/{session_id}").status_code == 404
    assert other.get("/api/v1/me").status_code == 200


def test_a_login_that_has_run_out_is_not_listed(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.VIEWER)
    log_in(kitchen, "li", "203.0.113.9")
    kitchen.twins.clock.advance(11 * 3600)
    here = log_in(kitchen, "li", "198.51.100.7")
    kitchen.twins.clock.advance(2 * 3600)

    assert addresses(here) == ["198.51.100.7"]


def test_a_program_sees_and_ends_no_logins(kitchen: Kitchen) -> None:
    program = kitchen.client(Role.VIEWER)

    assert [program.get(OWN).status_code, program.delete(OWN).status_code] == [403, 403]


def test_an_administrator_sees_and_ends_the_logins_of_an_account_and_it_is_on_record(kitchen: Kitchen) -> None:
    user, admin = kitchen.add_user("li", Role.VIEWER), kitchen.client(name="root")
    client = log_in(kitchen, "li", "203.0.113.9")
    path = f"/api/v1/users/{user.user_id}/sessions"

    assert addresses(admin, path) == ["203.0.113.9"]
    assert admin.delete(path).json() == {"count": 1}

    assert client.get("/api/v1/me").status_code == 401
    assert addresses(admin, path) == []
    assert ended(kitchen) == [("root", "li", "all")]


def test_an_administrator_who_ends_the_own_logins_so_stays_in_this_one(kitchen: Kitchen) -> None:
    user = kitchen.add_user("root", Role.ADMIN)
    here, there = log_in(kitchen, "root"), log_in(kitchen, "root", "203.0.113.9")

    assert here.delete(f"/api/v1/users/{user.user_id}/sessions").json() == {"count": 1}

    assert [here.get("/api/v1/me").status_code, there.get("/api/v1/me").status_code] == [200, 401]


def test_logins_of_an_account_that_is_not_there_are_not_found(kitchen: Kitchen) -> None:
    admin = kitchen.client()

    assert admin.get("/api/v1/users/user-9/sessions").status_code == 404
    assert admin.delete("/api/v1/users/user-9/sessions").status_code == 404
