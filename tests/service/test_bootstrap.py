from datetime import UTC, datetime

import pytest

from api.account_log import AccountAct
from api.account_testing import InMemoryAccounts
from api.passwords import Passwords
from api.ports import Accounts, Role
from api.settings import ApiSettings
from credit.testing import InMemoryRegistry
from domain.scope import Scope
from service.bootstrap import ensure_admin, ensure_local_cameras, reset_password, reset_second_factor
from service.identity import new_id

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
