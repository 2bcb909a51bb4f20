from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.account_log import AccountAct
from api.account_testing import InMemoryAccounts
from api.errors import AccountClosedError
from api.passwords import Passwords
from api.ports import Accounts, Role
from api.settings import ApiSettings
from credit.testing import InMemoryRegistry
from domain.scope import Scope
from service.bootstrap import ensure_admin, ensure_local_cameras, reset_password, reset_second_factor
from service.identity import new_id
from service.storage.accounts import SqlAccounts
from service.storage.database import Database
from service.storage.migrate import upgrade
from tests.service.storage.accounts_contract import session, user

NOW = datetime(2026, 1, 5, tzinfo=UTC)
EVERYTHING = Scope.everything()


@pytest.fixture
def accounts() -> Accounts:
    return InMemoryAccounts()


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(ApiSettings(password_memory_kib=8, password_iterations=1))


def test_the_first_start_makes_an_administrator_with_a_one_time_password(
    accounts: Accounts, passwords: Passwords
) -> None:
    admin = ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password=None)
    assert admin is not None
    user = accounts.find_user(admin.name)
    assert user is not None
    assert user.role is Role.ADMIN
    assert user.must_change_password
    assert passwords.verify(user.password_hash, admin.password)


def test_a_preset_password_is_not_shown_and_need_not_be_changed(accounts: Accounts, passwords: Passwords) -> None:
    shown = ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password="from-the-environment")
    user = accounts.find_user("admin")
    assert shown is None
    assert user is not None
    assert not user.must_change_password


def test_a_second_start_leaves_the_accounts_alone(accounts: Accounts, passwords: Passwords) -> None:
    ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password=None)
    before = accounts.list_users()
    assert ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password="another-one") is None
    assert accounts.list_users() == before


def test_a_lost_password_is_replaced_by_a_one_time_password(accounts: Accounts, passwords: Passwords) -> None:
    ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password="the-lost-password")
    password = reset_password(accounts, passwords, "admin", NOW)
    user = accounts.find_user("admin")
    assert password is not None
    assert user is not None
    assert passwords.verify(user.password_hash, password)
    assert user.must_change_password


class InterruptedPasswords(Passwords):
    """Something else happens to the accounts while a password is hashed."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__(ApiSettings(password_memory_kib=8, password_iterations=1))
        self._meanwhile = meanwhile

    def hash(self, password: str) -> str:
        self._meanwhile()
        return super().hash(password)


@pytest.fixture
def stored(tmp_path: Path, passwords: Passwords) -> Iterator[SqlAccounts]:
    """Accounts in a real database; an administrator and a reviewer, `li`, who is logged in."""
    database = Database(f"sqlite:///{tmp_path}/brightkitchen.db")
    upgrade(database)
    accounts = SqlAccounts(database)
    ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password="the-lost-password")
    accounts.add_user(user(name="li", role=Role.REGULATOR))
    accounts.add_session(session())
    yield accounts
    database.close()


def test_what_is_changed_while_a_password_is_reset_at_the_machine_stays(stored: SqlAccounts) -> None:
    changed = user(name="li", role=Role.VIEWER, scope=Scope())

    def demote() -> None:
        stored.update_user(changed)
        stored.add_session(session(2))

    password = reset_password(stored, InterruptedPasswords(demote), "li", NOW)

    now = stored.find_user("li")
    assert password is not None
    assert now is not None
    assert now == replace(changed, password_hash=now.password_hash, must_change_password=True)
    assert Passwords(ApiSettings()).verify(now.password_hash, password)
    assert stored.list_sessions(now.user_id) == []


@pytest.mark.parametrize("is_closed_before", [True, False])
def test_a_closed_account_gets_no_password_at_the_machine_and_stays_closed(
    stored: SqlAccounts, *, is_closed_before: bool
) -> None:
    closed = user(name="li", role=Role.REGULATOR, is_active=False)

    def close() -> None:
        stored.update_user(closed)

    if is_closed_before:
        close()
    with pytest.raises(AccountClosedError, match="the account li is closed"):
        reset_password(stored, InterruptedPasswords(close), "li", NOW)

    assert stored.find_user("li") == closed


def test_an_unknown_account_gets_no_password(accounts: Accounts, passwords: Passwords) -> None:
    assert reset_password(accounts, passwords, "nobody", NOW) is None


def test_cameras_of_the_command_line_are_there_once_however_often_it_is_given() -> None:
    registry = InMemoryRegistry()
    first = ensure_local_cameras(registry, ["rtsp://a/1", "rtsp://a/2", "rtsp://a/1"], new_id=new_id)
    second = ensure_local_cameras(registry, ["rtsp://a/2", "rtsp://a/3"], new_id=new_id)
    names = [camera.name for camera in registry.list_cameras(EVERYTHING)]
    assert first[1].camera_id == second[0].camera_id
    assert names == ["camera-1", "camera-2", "camera-3"]


def test_a_camera_of_the_command_line_never_takes_a_name_that_is_in_use() -> None:
    registry = InMemoryRegistry()
    [first] = ensure_local_cameras(registry, ["rtsp://a/1"], new_id=new_id)
    registry.delete_camera(first.camera_id)
    ensure_local_cameras(registry, ["rtsp://a/2", "rtsp://a/3"], new_id=new_id)
    names = [camera.name for camera in registry.list_cameras(EVERYTHING)]
    assert len(set(names)) == 2


def test_no_camera_makes_no_enterprise() -> None:
    registry = InMemoryRegistry()
    assert ensure_local_cameras(registry, [], new_id=new_id) == []
    assert registry.list_enterprises(EVERYTHING, None, 10) == []


def test_a_lost_second_factor_is_taken_away_at_the_machine_and_that_is_on_record(
    accounts: InMemoryAccounts, passwords: Passwords
) -> None:
    ensure_admin(accounts, passwords, new_id=new_id, now=NOW, preset_password="the-lost-password")
    admin = accounts.find_user("admin")
    assert admin is not None

    assert reset_second_factor(accounts, accounts, "nobody", NOW) is None
    assert reset_second_factor(accounts, accounts, "admin", NOW) is False
    assert accounts.offer(admin.user_id, "sealed", NOW)
    assert reset_second_factor(accounts, accounts, "admin", NOW) is True
    (entry,) = accounts.all_deeds(0, 9)
    assert (entry.deed.act, entry.deed.actor_id, entry.deed.user_name) == (AccountAct.FACTOR_RESET, None, "admin")
