"""The second factor: set up, asked for at the login, lost and reset."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from starlette.testclient import TestClient

from api.account_log import AccountAct, DeedFilter
from api.factor_desk import FactorBox
from api.ports import Role
from tests.api.kitchen import OWN_PAGE, PASSWORD, Kitchen

ME = "/api/v1/me/second-factor"
WAIT = 31.0  # the next code, and a new minute for the throttle is not needed


def kind(answer: Any) -> str:
    return str(answer.json()["type"]).removeprefix("urn:brightkitchen:problem:")


class Telephone:
    """An authenticator app beside the kitchen's clock."""

    def __init__(self, kitchen: Kitchen, secret: str) -> None:
        self._kitchen = kitchen
        self._app = pyotp.TOTP(secret)

    def code(self) -> str:
        return self._app.at(self._kitchen.twins.clock.now())

    def next_code(self) -> str:
        """A code that was not used yet."""
        self._kitchen.twins.clock.advance(WAIT)
        return self.code()


def set_up(kitchen: Kitchen, client: TestClient) -> tuple[Telephone, list[str]]:
    offer = client.post(ME, json={"password": PASSWORD})
    assert offer.status_code == 200, offer.text
    telephone = Telephone(kitchen, offer.json()["secret"])
    done = client.post(f"{ME}/confirm", json={"code": telephone.code()})
    assert done.status_code == 200, done.text
    return telephone, done.json()["recovery_codes"]


def log_in(kitchen: Kitchen, name: str, code: str | None = None, password: str = PASSWORD) -> Any:
    body = {"name": name, "password": password} | ({} if code is None else {"code": code})
    return kitchen.stranger().post("/api/v1/login", json=body)


def test_with_a_second_factor_the_password_alone_opens_nothing(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, _ = set_up(kitchen, client)

    answer = log_in(kitchen, name)

    assert (answer.status_code, kind(answer)) == (401, "second-factor-needed")
    assert "set-cookie" not in answer.headers
    assert log_in(kitchen, name, telephone.next_code()).status_code == 200


def test_a_wrong_password_is_told_before_anything_of_a_second_factor(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, _ = set_up(kitchen, client)

    answer = log_in(kitchen, name, telephone.next_code(), "wrong-password-1")

    assert kind(answer) == "login-refused"
    assert log_in(kitchen, name, telephone.code()).status_code == 200, "the code was not used up"


def test_a_code_opens_once(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, _ = set_up(kitchen, client)
    code = telephone.next_code()

    assert log_in(kitchen, name, code).status_code == 200
    assert kind(log_in(kitchen, name, code)) == "second-factor-refused"


def test_the_code_that_set_it_up_opens_no_login(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, _ = set_up(kitchen, client)

    assert kind(log_in(kitchen, name, telephone.code())) == "second-factor-refused"


def test_guessing_codes_is_slowed_down_by_the_count_of_the_login(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, _ = set_up(kitchen, client)
    code = telephone.next_code()
    wrong = "000000" if code != "000000" else "111111"

    statuses = [log_in(kitchen, name, wrong).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert log_in(kitchen, name, code).status_code == 429
    assert client.post(f"{ME}/recovery-codes", json={"code": code}).status_code == 429, "nor at another door"


def test_a_recovery_code_opens_once_and_is_not_stored_as_it_is(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    me = client.get("/api/v1/me").json()
    _, codes = set_up(kitchen, client)

    assert log_in(kitchen, me["name"], codes[0].lower()).status_code == 200
    assert kind(log_in(kitchen, me["name"], codes[0])) == "second-factor-refused"
    assert client.get(ME).json()["recovery_left"] == 9
    kept = repr(vars(kitchen.twins.accounts))
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)


def test_the_secret_is_stored_sealed_and_told_once(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    offer = client.post(ME, json={"password": PASSWORD}).json()

    assert offer["picture"].startswith("data:image/svg+xml")
    assert offer["secret"] in offer["uri"]
    assert offer["secret"] not in repr(vars(kitchen.twins.accounts))
    assert "secret" not in client.get(ME).text
    assert client.post(f"{ME}/confirm", json={"code": "12 34"}).status_code == 422
    assert client.get(ME).json()["has_second_factor"] is False


def test_new_recovery_codes_replace_the_old_ones(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, old = set_up(kitchen, client)

    fresh = client.post(f"{ME}/recovery-codes", json={"code": telephone.next_code()}).json()["recovery_codes"]

    assert not set(fresh) & set(old)
    assert log_in(kitchen, name, old[0]).status_code == 401
    assert log_in(kitchen, name, fresh[0]).status_code == 200


def test_setting_one_up_needs_the_password_and_a_login(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    program = kitchen.client(Role.REGULATOR)

    wrong = client.post(ME, json={"password": "wrong-password-1"})

    assert (wrong.status_code, wrong.json()["fields"][0]["field"]) == (422, "body.password")
    for path, body in ((ME, {"password": PASSWORD}), (f"{ME}/confirm", {"code": "1"}), (f"{ME}/remove", {"code": "1"})):
        assert kind(program.post(path, json=body)) == "login-needed"


def test_a_second_one_cannot_be_put_over_the_first(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    set_up(kitchen, client)

    answer = client.post(ME, json={"password": PASSWORD})

    assert (answer.status_code, kind(answer)) == (409, "second-factor-stands")


def test_the_other_logins_end_when_one_is_set_up(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    other = kitchen.stranger()
    assert other.post("/api/v1/login", json={"name": name, "password": PASSWORD}).status_code == 200

    set_up(kitchen, client)

    assert other.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me").json()["has_second_factor"] is True


def test_it_is_taken_away_with_a_code_only(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, _ = set_up(kitchen, client)

    assert client.post(f"{ME}/remove", json={"code": "000001"}).status_code == 422
    assert client.post(f"{ME}/remove", json={"code": telephone.next_code()}).json()["has_second_factor"] is False
    assert client.get("/api/v1/me").status_code == 200
    assert log_in(kitchen, name).status_code == 200


# Where the role asks for one


def test_where_the_role_asks_for_one_nothing_else_is_open_before_it_stands(
    kitchen_with: Callable[..., Kitchen],
) -> None:
    kitchen = kitchen_with(second_factor_roles=frozenset({Role.REGULATOR}))
    client = kitchen.browser(Role.REGULATOR)

    me = client.get("/api/v1/me").json()
    refused = client.get("/api/v1/alerts")

    assert me["must_set_second_factor"] is True
    assert (refused.status_code, kind(refused)) == (403, "second-factor-required")
    assert kind(client.post("/api/v1/tokens", json={"name": "around it"})) == "second-factor-required"
    telephone, _ = set_up(kitchen, client)
    assert client.get("/api/v1/alerts").status_code == 200
    assert client.get(ME).json()["is_required"] is True
    assert client.post(f"{ME}/remove", json={"code": telephone.next_code()}).status_code == 409


def test_tokens_of_an_account_without_the_one_it_must_have_open_nothing(
    kitchen_with: Callable[..., Kitchen],
) -> None:
    kitchen = kitchen_with(second_factor_roles=frozenset({Role.ADMIN}))

    assert kind(kitchen.client(Role.ADMIN).get("/api/v1/users")) == "second-factor-required"
    assert kind(kitchen.client(Role.ADMIN, name="a").get("/metrics")) == "second-factor-required"
    assert kitchen.client(Role.REGULATOR).get("/api/v1/alerts").status_code == 200


# Lost devices


def test_another_administrator_resets_it_with_a_reason_that_is_on_record(kitchen: Kitchen) -> None:
    client, admin = kitchen.browser(Role.REGULATOR), kitchen.client(name="boss")
    me = client.get("/api/v1/me").json()
    set_up(kitchen, client)
    path = f"/api/v1/users/{me['user_id']}/reset-second-factor"

    assert admin.post(path, json={}).status_code == 422
    answer = admin.post(path, json={"reason": "手机遗失"})

    assert answer.json()["has_second_factor"] is False
    assert client.get("/api/v1/me").status_code == 401, "the logins end"
    assert log_in(kitchen, me["name"]).status_code == 200
    (entry,) = kitchen.twins.accounts.deeds(DeedFilter(act=AccountAct.FACTOR_RESET), before=None, limit=9)
    assert (entry.deed.actor_name, entry.deed.user_name, entry.deed.detail) == ("boss", me["name"], "手机遗失")


def test_nobody_resets_ones_own(kitchen: Kitchen) -> None:
    admin = kitchen.browser(Role.ADMIN)
    set_up(kitchen, admin)
    user_id = admin.get("/api/v1/me").json()["user_id"]

    answer = admin.post(f"/api/v1/users/{user_id}/reset-second-factor", json={"reason": "lost"})

    assert (answer.status_code, kind(answer)) == (409, "own-account")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.REGULATOR, Role.PRIVACY])
def test_nobody_but_an_administrator_resets_anybodys(kitchen: Kitchen, role: Role) -> None:
    victim = kitchen.browser(Role.ADMIN)
    set_up(kitchen, victim)
    user_id = victim.get("/api/v1/me").json()["user_id"]

    answer = kitchen.client(role).post(f"/api/v1/users/{user_id}/reset-second-factor", json={"reason": "let me in"})

    assert answer.status_code == 403
    assert victim.get("/api/v1/me").json()["has_second_factor"] is True


def test_a_new_password_leaves_the_second_factor_standing(kitchen: Kitchen) -> None:
    client, admin = kitchen.browser(Role.REGULATOR), kitchen.client()
    me = client.get("/api/v1/me").json()
    set_up(kitchen, client)
    made = admin.post(f"/api/v1/users/{me['user_id']}/reset-password").json()

    assert kind(log_in(kitchen, me["name"], password=made["one_time_password"])) == "second-factor-needed"


def test_a_secret_sealed_with_another_key_opens_nothing_and_recovery_codes_still_do(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    name = client.get("/api/v1/me").json()["name"]
    telephone, codes = set_up(kitchen, client)
    factors = kitchen.app.state.parts.services.factors
    factors._box = FactorBox("another")

    assert log_in(kitchen, name, telephone.next_code()).status_code == 401
    assert log_in(kitchen, name, codes[0]).status_code == 200


def test_the_page_of_another_site_sets_nothing_up(kitchen: Kitchen) -> None:
    client = kitchen.browser(Role.REGULATOR)
    for header in OWN_PAGE:
        del client.headers[header]

    assert kind(client.post(ME, json={"password": PASSWORD})) == "cross-site"
