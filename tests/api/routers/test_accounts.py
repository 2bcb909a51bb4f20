from collections.abc import Callable

import pytest

from api.keys import fingerprint
from api.passwords import Passwords
from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import FIRM, OWN_FIRM, PASSWORD, Kitchen

NEW_PASSWORD = "a-password-of-my-own"


def login(kitchen: Kitchen, name: str, password: str = PASSWORD) -> int:
    return kitchen.stranger().post("/api/v1/login", json={"name": name, "password": password}).status_code


# Logging in and out


def test_the_cookie_of_a_login_cannot_be_read_by_scripts_or_sent_by_other_sites(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.REGULATOR)

    answer = kitchen.stranger().post("/api/v1/login", json={"name": "li", "password": PASSWORD})

    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert answer.json()["role"] == "regulator"
    assert "judge" in answer.json()["permissions"]


def test_behind_https_the_cookie_travels_by_https_only(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(is_behind_https=True)
    kitchen.add_user("li", Role.REGULATOR)

    answer = kitchen.stranger().post("/api/v1/login", json={"name": "li", "password": PASSWORD})

    assert answer.headers["set-cookie"].startswith("__Host-bk_session=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


def test_what_is_stored_of_a_login_does_not_open_anything(kitchen: Kitchen) -> None:
    client = kitchen.browser()
    secret = client.cookies["bk_session"]

    assert kitchen.twins.accounts.find_session(secret) is None
    assert kitchen.twins.accounts.find_session(fingerprint(secret)) is not None


def test_a_wrong_name_and_a_wrong_password_are_told_alike(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    kitchen.add_user("gone", Role.REGULATOR, is_active=False)
    stranger = kitchen.stranger()

    answers = [
        stranger.post("/api/v1/login", json={"name": name, "password": password})
        for name, password in [("li", "wrong-password-1"), ("nobody", PASSWORD), ("gone", PASSWORD)]
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_a_password_that_is_no_text_is_refused(kitchen: Kitchen) -> None:
    body = b'{"name": "li", "password": "\\ud800"}'

    answer = kitchen.stranger().post("/api/v1/login", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "body.password")


def test_guessing_is_slowed_down_and_says_for_how_long(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    statuses = [login(kitchen, "li", "wrong-password-1") for _ in range(6)]

    answer = kitchen.stranger().post("/api/v1/login", json={"name": "li", "password": PASSWORD})

    assert statuses == [401] * 5 + [429]
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_after_the_wait_the_right_password_works(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.REGULATOR)
    for _ in range(6):
        login(kitchen, "li", "wrong-password-1")
    kitchen.twins.clock.advance(61)

    assert login(kitchen, "li") == 200


def test_a_login_ends_with_the_logout(kitchen: Kitchen) -> None:
    client = kitchen.browser()
    secret = client.cookies["bk_session"]

    assert client.post("/api/v1/logout").status_code == 204

    again = kitchen.stranger()
    again.cookies.set("bk_session", secret)
    assert again.get("/api/v1/me").status_code == 401


def test_a_login_ends_by_itself(kitchen: Kitchen) -> None:
    client = kitchen.browser()
    kitchen.twins.clock.advance(12 * 3600 + 1)

    assert client.get("/api/v1/me").status_code == 401


def test_a_deactivated_account_is_out_at_once(kitchen: Kitchen) -> None:
    client, admin = kitchen.browser(Role.VIEWER), kitchen.client()
    user_id = client.get("/api/v1/me").json()["user_id"]

    assert admin.patch(f"/api/v1/users/{user_id}", json={"is_active": False}).status_code == 200

    assert client.get("/api/v1/me").status_code == 401


# Requests from elsewhere


def test_a_change_with_the_cookie_needs_the_header_of_our_pages(kitchen: Kitchen) -> None:
    client = kitchen.browser()
    del client.headers["X-Requested-With"]

    answer = client.post("/api/v1/tokens", json={"name": "stolen"})

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:brightkitchen:problem:cross-site")
    assert client.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("http://kitchen.test", 201), ("https://kitchen.test", 201), ("http://evil.test", 403), ("null", 403)],
)
def test_a_change_from_a_page_of_another_site_is_refused(kitchen: Kitchen, origin: str, expected: int) -> None:
    client = kitchen.browser()

    assert client.post("/api/v1/tokens", json={"name": "x"}, headers={"Origin": origin}).status_code == expected


def test_nobody_is_logged_in_by_a_page_of_another_site(kitchen: Kitchen) -> None:
    kitchen.add_user("li", Role.REGULATOR)

    answer = kitchen.stranger().post(
        "/api/v1/login", json={"name": "li", "password": PASSWORD}, headers={"Origin": "http://evil.test"}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_program_with_a_token_needs_no_header(kitchen: Kitchen) -> None:
    client = kitchen.client()

    assert client.post("/api/v1/enterprises", json={}).status_code == 422


def test_a_wrong_token_is_not_saved_by_a_good_cookie(kitchen: Kitchen) -> None:
    client = kitchen.browser()

    assert client.get("/api/v1/me", headers={"Authorization": "Bearer bk_wrong"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": "Basic YTpi"}).status_code == 401


# One's own password


def test_a_one_time_password_opens_nothing_but_its_own_change(kitchen: Kitchen) -> None:
    client = kitchen.browser(must_change_password=True)

    assert client.get("/api/v1/me").json()["must_change_password"] is True
    assert client.get("/api/v1/cameras").json()["type"].endswith("password-change-required")
    assert client.get("/metrics").status_code == 403
    assert "login.js" in client.get("/").text

    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert client.post("/api/v1/me/password", json=body).status_code == 200

    assert client.get("/api/v1/cameras").status_code == 200
    assert "console.js" in client.get("/").text


def test_a_changed_password_ends_all_other_logins_of_the_account(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.VIEWER)
    name = client.get("/api/v1/me").json()["name"]
    other = kitchen.stranger()
    other.post("/api/v1/login", json={"name": name, "password": PASSWORD})

    client.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert other.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me").status_code == 200
    assert (login(kitchen, name), login(kitchen, name, NEW_PASSWORD)) == (401, 200)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current_password": "not-my-password", "new_password": NEW_PASSWORD}, "body.current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "body.new_password"),
        ({"current_password": PASSWORD, "new_password": PASSWORD}, "body.new_password"),
    ],
)
def test_a_bad_change_of_password_names_the_field_and_repeats_no_password(
    kitchen: Kitchen, body: dict[str, str], field: str
) -> None:
    client = kitchen.browser()

    answer = client.post("/api/v1/me/password", json=body)

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == field
    assert all(password not in answer.text for password in body.values())


def test_a_stolen_session_cannot_try_out_the_present_password_for_long(kitchen: Kitchen) -> None:
    client = kitchen.browser()
    body = {"current_password": "a-guess-of-mine", "new_password": NEW_PASSWORD}

    statuses = [client.post("/api/v1/me/password", json=body).status_code for _ in range(7)]

    assert statuses[-1] == 429


# Tokens


def test_a_token_is_shown_once_and_works_until_it_is_revoked(kitchen: Kitchen) -> None:
    person = kitchen.browser(Role.OPERATOR, OWN_FIRM)
    made = person.post("/api/v1/tokens", json={"name": "dashboard", "role": "viewer"}).json()
    program = kitchen.stranger()
    program.headers["Authorization"] = f"Bearer {made['secret']}"

    assert program.get("/api/v1/me").json()["permissions"] == ["read"]
    assert program.get("/api/v1/cameras").status_code == 200
    assert made["secret"] not in person.get("/api/v1/tokens").text

    assert person.delete(f"/api/v1/tokens/{made['token']['token_id']}").status_code == 204
    assert program.get("/api/v1/me").status_code == 401


def test_a_token_cannot_make_further_tokens_or_change_the_password(kitchen: Kitchen) -> None:
    program = kitchen.client(Role.ADMIN)

    assert program.post("/api/v1/tokens", json={"name": "more"}).status_code == 403
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert program.post("/api/v1/me/password", json=body).status_code == 403


def test_nobody_makes_a_token_above_themselves(kitchen: Kitchen) -> None:
    answer = kitchen.browser(Role.OPERATOR).post("/api/v1/tokens", json={"name": "x", "role": "admin"})

    assert answer.status_code == 422
    assert "operator, viewer" in answer.json()["fields"][0]["expected"]


def test_a_token_expires(kitchen: Kitchen) -> None:
    made = kitchen.browser().post("/api/v1/tokens", json={"name": "x", "expires_in_days": 1}).json()
    program = kitchen.stranger()
    program.headers["Authorization"] = f"Bearer {made['secret']}"
    assert program.get("/api/v1/me").status_code == 200

    kitchen.twins.clock.advance(86400)

    assert program.get("/api/v1/me").status_code == 401


def test_a_token_keeps_no_right_that_its_owner_has_lost(kitchen: Kitchen) -> None:
    user = kitchen.add_user("wang", Role.REGULATOR)
    program = kitchen.client(name="wang")
    assert "judge" in program.get("/api/v1/me").json()["permissions"]

    kitchen.client().patch(f"/api/v1/users/{user.user_id}", json={"role": "viewer"})

    assert program.get("/api/v1/me").json()["permissions"] == ["read"]


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(kitchen: Kitchen) -> None:
    program = kitchen.client(name="wang")
    user_id = program.get("/api/v1/me").json()["user_id"]
    first = kitchen.twins.accounts.list_tokens(user_id)[0].last_used_at
    kitchen.twins.clock.advance(30)
    program.get("/api/v1/me")
    second = kitchen.twins.accounts.list_tokens(user_id)[0].last_used_at
    kitchen.twins.clock.advance(31)
    program.get("/api/v1/me")

    third = kitchen.twins.accounts.list_tokens(user_id)[0].last_used_at
    assert first is not None
    assert third is not None
    assert second == first < third


def test_other_peoples_tokens_are_not_there(kitchen: Kitchen) -> None:
    token_id = kitchen.browser().post("/api/v1/tokens", json={"name": "mine"}).json()["token"]["token_id"]

    assert kitchen.browser(Role.VIEWER).delete(f"/api/v1/tokens/{token_id}").status_code == 404


def test_an_administrator_sees_and_revokes_the_tokens_of_an_account(kitchen: Kitchen) -> None:
    person, admin = kitchen.browser(Role.VIEWER), kitchen.client()
    user_id = person.get("/api/v1/me").json()["user_id"]
    token_id = person.post("/api/v1/tokens", json={"name": "lost"}).json()["token"]["token_id"]

    assert [one["name"] for one in admin.get(f"/api/v1/users/{user_id}/tokens").json()["items"]] == ["lost"]
    assert admin.delete(f"/api/v1/users/{user_id}/tokens/{token_id}").status_code == 204
    assert person.get("/api/v1/tokens").json()["items"] == []


# Accounts


def test_a_new_account_gets_a_password_for_one_login(kitchen: Kitchen) -> None:
    scope = {"enterprise_ids": [FIRM]}
    answer = kitchen.client().post("/api/v1/users", json={"name": "li", "role": "operator", "scope": scope})
    person = kitchen.stranger()

    body = {"name": "li", "password": answer.json()["one_time_password"]}
    me = person.post("/api/v1/login", json=body).json()

    assert answer.status_code == 201
    assert answer.headers["location"].endswith(answer.json()["user"]["user_id"])
    assert me["must_change_password"] is True
    assert me["scope"] == {"is_everything": False, "enterprise_ids": [FIRM], "site_ids": []}


def test_two_accounts_cannot_have_one_name(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    body = {"name": "li", "role": "viewer", "scope": {}}
    admin.post("/api/v1/users", json=body)

    assert admin.post("/api/v1/users", json=body).status_code == 409


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "x" * 101])
def test_a_name_that_no_list_can_show_is_refused(kitchen: Kitchen, name: str) -> None:
    answer = kitchen.client().post("/api/v1/users", json={"name": name, "role": "viewer", "scope": {}})

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == "body.name"


def test_an_administrator_of_a_part_cannot_be_made(kitchen: Kitchen) -> None:
    body = {"name": "li", "role": "admin", "scope": {"enterprise_ids": [FIRM]}}

    assert kitchen.client().post("/api/v1/users", json=body).json()["fields"][0]["field"] == "body.scope"


def test_nobody_is_locked_out_by_taking_the_last_administrator_away(kitchen: Kitchen) -> None:
    admin = kitchen.client(name="root")
    own_id = admin.get("/api/v1/me").json()["user_id"]

    assert admin.patch(f"/api/v1/users/{own_id}", json={"role": "viewer"}).status_code == 409
    assert admin.delete(f"/api/v1/users/{own_id}").status_code == 409
    assert admin.get("/api/v1/me").json()["role"] == "admin"


def test_a_closed_account_stays_in_the_list_without_login_and_tokens(kitchen: Kitchen) -> None:
    admin, program = kitchen.client(name="root"), kitchen.client(Role.VIEWER, name="li")
    user_id = program.get("/api/v1/me").json()["user_id"]

    assert admin.delete(f"/api/v1/users/{user_id}").status_code == 204

    assert program.get("/api/v1/me").status_code == 401
    assert admin.get(f"/api/v1/users/{user_id}").json()["is_active"] is False
    assert admin.get(f"/api/v1/users/{user_id}/tokens").json()["items"] == []
    assert login(kitchen, "li") == 401


def test_a_forgotten_password_is_replaced_by_one_for_one_login(kitchen: Kitchen) -> None:
    user = kitchen.add_user("li", Role.VIEWER)
    answer = kitchen.client().post(f"/api/v1/users/{user.user_id}/reset-password").json()

    assert answer["user"]["must_change_password"] is True
    assert (login(kitchen, "li"), login(kitchen, "li", answer["one_time_password"])) == (401, 200)


def test_a_closed_account_gets_no_new_password(kitchen: Kitchen) -> None:
    user = kitchen.add_user("li", Role.VIEWER, is_active=False)

    answer = kitchen.client().post(f"/api/v1/users/{user.user_id}/reset-password")

    assert (answer.status_code, answer.json()["name"]) == (409, "li")
    assert kitchen.twins.accounts.get_user(user.user_id) == user


def while_hashing(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Do something while the next password is hashed, as others can: it takes long on purpose."""
    hashed = Passwords.hash

    def hash_slowly(passwords: Passwords, password: str) -> str:
        monkeypatch.setattr(Passwords, "hash", hashed)
        deed()
        return hashed(passwords, password)

    monkeypatch.setattr(Passwords, "hash", hash_slowly)


def test_an_account_closed_while_its_password_is_reset_stays_closed(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, admin = kitchen.add_user("li", Role.REGULATOR), kitchen.client()
    while_hashing(monkeypatch, lambda: kitchen.client(name="root").delete(f"/api/v1/users/{user.user_id}"))

    answer = admin.post(f"/api/v1/users/{user.user_id}/reset-password")

    assert answer.status_code == 409
    assert admin.get(f"/api/v1/users/{user.user_id}").json()["is_active"] is False


def test_a_change_of_ones_password_undoes_no_demotion(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    client, admin = kitchen.browser(Role.REGULATOR), kitchen.client()
    user_id = client.get("/api/v1/me").json()["user_id"]
    while_hashing(monkeypatch, lambda: admin.patch(f"/api/v1/users/{user_id}", json={"role": "viewer"}))

    answer = client.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert (answer.status_code, answer.json()["role"]) == (200, "viewer")
    assert client.get("/api/v1/me").json()["permissions"] == ["read"]


def test_a_change_of_ones_password_opens_no_account_that_was_closed_meanwhile(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, admin = kitchen.browser(Role.REGULATOR), kitchen.client()
    user_id = client.get("/api/v1/me").json()["user_id"]
    while_hashing(monkeypatch, lambda: admin.delete(f"/api/v1/users/{user_id}"))

    answer = client.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert admin.get(f"/api/v1/users/{user_id}").json()["is_active"] is False


def test_a_reset_password_is_not_replaced_by_who_knew_the_old_one(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, admin = kitchen.browser(Role.REGULATOR), kitchen.client()
    user_id = client.get("/api/v1/me").json()["user_id"]
    while_hashing(monkeypatch, lambda: admin.post(f"/api/v1/users/{user_id}/reset-password"))

    answer = client.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert answer.status_code == 401
    assert admin.get(f"/api/v1/users/{user_id}").json()["must_change_password"] is True


def test_no_answer_about_accounts_holds_a_hash(kitchen: Kitchen) -> None:
    admin = kitchen.client()
    kitchen.add_user("li", Role.VIEWER, Scope())

    assert "argon2" not in admin.get("/api/v1/users").text
