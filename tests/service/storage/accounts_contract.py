"""What every Accounts promises; run over the in-memory twin and over each database.

Use: subclass and override the fixture `accounts` (empty).
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.account_log import AccountAct, AccountDeed
from api.ports import Accounts, ApiToken, Role, Session, TokenScope, User
from credit.errors import NameTakenError, UnknownParentError
from domain.ids import EnterpriseId, SiteId, UserId
from domain.scope import Scope
from tests.alerts.samples import EPOCH

SCOPE = Scope(enterprise_ids=frozenset({EnterpriseId("e1"), EnterpriseId("e2")}), site_ids=frozenset({SiteId("s1")}))


def user(number: int = 1, **changes: object) -> User:
    values: dict[str, object] = {
        "user_id": UserId(f"user-{number}"),
        "name": f"王 {number}",
        "password_hash": f"$argon2id$geheim{number}",
        "role": Role.OPERATOR,
        "scope": SCOPE,
        "is_active": True,
        "must_change_password": False,
        "created_at": EPOCH,
    }
    return User(**(values | changes))  # type: ignore[arg-type]


def session(number: int = 1, of: int = 1, hours: float = 12) -> Session:
    return Session(
        secret_sha256=f"{number:064d}",
        user_id=UserId(f"user-{of}"),
        created_at=EPOCH,
        expires_at=EPOCH + timedelta(hours=hours),
    )


def token(number: int = 1, of: int = 1, **changes: object) -> ApiToken:
    values: dict[str, object] = {
        "token_id": f"token-{number}",
        "user_id": UserId(f"user-{of}"),
        "name": "dashboard",
        "secret_sha256": f"{number:064x}",
        "role": Role.VIEWER,
        "created_at": EPOCH + timedelta(seconds=number),
        "expires_at": None,
        "last_used_at": None,
    }
    return ApiToken(**(values | changes))  # type: ignore[arg-type]


def deed(number: int = 1, **changes: object) -> AccountDeed:
    values: dict[str, object] = {
        "at": EPOCH + timedelta(minutes=number),
        "act": AccountAct.USER_CHANGED,
        "actor_id": UserId("user-9"),
        "actor_name": "boss",
        "user_id": UserId(f"user-{number}"),
        "user_name": f"王 {number}",
        "detail": "viewer → operator",
    }
    return AccountDeed(**(values | changes))  # type: ignore[arg-type]


class AccountsContract:
    @pytest.fixture
    def accounts(self) -> Accounts:
        raise NotImplementedError("override this fixture")

    def test_an_account_comes_back_as_it_was_added(self, accounts: Accounts) -> None:
        everywhere = user(2, scope=Scope.everything(), role=Role.ADMIN, is_active=False, must_change_password=True)
        accounts.add_user(user())
        accounts.add_user(everywhere)

        assert accounts.get_user(UserId("user-1")) == user()
        assert accounts.find_user("王 2") == everywhere
        assert accounts.list_users() == [user(), everywhere]
        assert accounts.get_user(UserId("no")) is None
        assert accounts.find_user("no") is None

    def test_a_name_belongs_to_one_account(self, accounts: Accounts) -> None:
        accounts.add_user(user(1))
        accounts.add_user(user(2))

        with pytest.raises(NameTakenError) as added:
            accounts.add_user(user(3, name="王 1"))
        with pytest.raises(NameTakenError):
            accounts.update_user(user(2, name="王 1"))
        assert (added.value.kind, added.value.name) == ("user", "王 1")
        assert accounts.list_users() == [user(1), user(2)]

    def test_an_id_is_given_once(self, accounts: Accounts) -> None:
        accounts.add_user(user(1))

        with pytest.raises(ValueError, match="user-1"):
            accounts.add_user(user(1, name="other"))

    def test_an_account_that_is_not_there_cannot_be_changed_or_logged_in(self, accounts: Accounts) -> None:
        with pytest.raises(UnknownParentError):
            accounts.update_user(user())
        with pytest.raises(UnknownParentError):
            accounts.add_session(session())
        with pytest.raises(UnknownParentError):
            accounts.add_token(token())

    @pytest.mark.parametrize(
        "change",
        [
            {"password_hash": "$argon2id$other"},
            {"role": Role.VIEWER},
            {"scope": Scope(site_ids=SCOPE.site_ids)},
            {"is_active": False},
        ],
        ids=["password", "role", "scope", "activity"],
    )
    def test_a_change_of_rights_ends_the_accounts_logins_and_no_others(
        self, accounts: Accounts, change: dict[str, object]
    ) -> None:
        for number in (1, 2):
            accounts.add_user(user(number))
            accounts.add_session(session(number, of=number))
        accounts.update_user(user(1, **change))

        assert accounts.get_user(UserId("user-1")) == user(1, **change)
        assert accounts.find_session(session(1).secret_sha256) is None
        assert accounts.find_session(session(2).secret_sha256) == (session(2, of=2), user(2))

    def test_a_new_password_changes_nothing_else_and_ends_the_accounts_logins(self, accounts: Accounts) -> None:
        for number in (1, 2):
            accounts.add_user(user(number))
            accounts.add_session(session(number, of=number))
        changed = accounts.set_password(UserId("user-1"), "$argon2id$other", must_change=True)

        assert changed == user(1, password_hash="$argon2id$other", must_change_password=True)
        assert accounts.get_user(UserId("user-1")) == changed
        assert accounts.find_session(session(1).secret_sha256) is None
        assert accounts.find_session(session(2).secret_sha256) == (session(2, of=2), user(2))

    def test_a_closed_account_gets_no_password_and_stays_closed(self, accounts: Accounts) -> None:
        accounts.add_user(user(is_active=False))

        assert accounts.set_password(UserId("user-1"), "$argon2id$other", must_change=True) is None
        assert accounts.set_password(UserId("no"), "$argon2id$other", must_change=True) is None
        assert accounts.get_user(UserId("user-1")) == user(is_active=False)

    def test_a_password_replaces_the_one_that_was_meant_only(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        own, meant = UserId("user-1"), user().password_hash

        assert accounts.set_password(own, "$argon2id$first", must_change=False, replacing=meant) is not None
        assert accounts.set_password(own, "$argon2id$second", must_change=False, replacing=meant) is None
        assert accounts.get_user(own) == user(password_hash="$argon2id$first")

    def test_a_change_of_name_ends_no_login(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        accounts.add_session(session())
        renamed = user(name="新名", must_change_password=True)
        accounts.update_user(renamed)

        assert accounts.find_session(session().secret_sha256) == (session(), renamed)

    def test_a_login_ends_when_it_is_told_to(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        accounts.add_session(session())
        accounts.end_session(session().secret_sha256)
        accounts.end_session(session().secret_sha256)

        assert accounts.find_session(session().secret_sha256) is None

    def test_expired_logins_are_swept_away_and_counted(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        for number, hours in ((1, 1), (2, 2), (3, 3)):
            accounts.add_session(session(number, hours=hours))

        assert accounts.end_expired_sessions(EPOCH + timedelta(hours=2)) == 2
        assert accounts.end_expired_sessions(EPOCH + timedelta(hours=2)) == 0
        assert accounts.find_session(session(3).secret_sha256) is not None

    def test_a_token_is_found_by_its_secret_and_listed_for_its_owner(self, accounts: Accounts) -> None:
        accounts.add_user(user(1))
        accounts.add_user(user(2))
        second = token(2, expires_at=EPOCH + timedelta(days=30), last_used_at=EPOCH)
        for each in (second, token(1), token(3, of=2)):
            accounts.add_token(each)

        assert accounts.find_token(second.secret_sha256) == (second, user(1))
        assert accounts.find_token("no") is None
        assert accounts.list_tokens(UserId("user-1")) == [token(1), second]

    def test_a_revoked_token_is_gone(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        accounts.add_token(token())
        accounts.revoke_token("token-1")
        accounts.revoke_token("token-1")

        assert accounts.find_token(token().secret_sha256) is None

    def test_the_latest_use_of_a_token_is_kept(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        accounts.add_token(token())

        def noted_after(seconds: float) -> float:
            accounts.note_token_use("token-1", EPOCH + timedelta(seconds=seconds))
            (found,) = accounts.list_tokens(UserId("user-1"))
            assert found.last_used_at is not None
            return (found.last_used_at - EPOCH).total_seconds()

        assert [noted_after(seconds) for seconds in (10.5, 40)] == [10.5, 40]

    def test_the_scope_of_an_account_can_be_narrowed_to_nothing(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        accounts.update_user(replace(user(), scope=Scope()))

        assert accounts.get_user(UserId("user-1")) == replace(user(), scope=Scope())

    def test_the_logins_of_an_account_are_listed_and_all_but_one_ended(self, accounts: Accounts) -> None:
        for number in (1, 2):
            accounts.add_user(user(number))
        own = [replace(session(number), agent="Firefox", address="192.0.2.7") for number in (1, 2, 3)]
        for each in (*own, session(4, of=2)):
            accounts.add_session(each)

        assert accounts.list_sessions(UserId("user-1")) == own
        assert accounts.end_sessions(UserId("user-1"), but=own[1].secret_sha256) == 2
        assert accounts.list_sessions(UserId("user-1")) == [own[1]]
        assert accounts.find_session(session(4).secret_sha256) is not None

    def test_a_token_keeps_its_scope(self, accounts: Accounts) -> None:
        accounts.add_user(user())
        scope = TokenScope(
            enterprise_ids=frozenset({EnterpriseId("e1")}),
            sites=frozenset({(SiteId("s1"), EnterpriseId("e1")), (SiteId("s2"), EnterpriseId("e2"))}),
        )
        accounts.add_token(token(scope=scope))

        assert accounts.list_tokens(UserId("user-1")) == [token(scope=scope)]
