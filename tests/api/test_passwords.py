import argon2
import pytest

from api.passwords import Passwords, one_time_password, password_fault
from api.testing import CHEAP_SETTINGS


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "12 to 128"),
        ("x" * 129, "12 to 128"),
        ("aaaaaaaaaaaaaa", "different characters"),
        ("wang-is-my-name", "account's name"),
        ("WANG-is-my-name", "account's name"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    assert reason in (password_fault(password, "wang") or "")


@pytest.mark.parametrize("password", ["correct-horse-battery", "厨房里有一只猫在看着老鼠"])
def test_a_long_password_in_any_script_is_taken(password: str) -> None:
    assert password_fault(password, "wang") is None


def test_one_time_passwords_are_good_enough() -> None:
    assert password_fault(one_time_password(), "wang") is None


def test_a_password_is_kept_as_argon2id_and_recognised() -> None:
    passwords = Passwords(CHEAP_SETTINGS)
    kept = passwords.hash("correct-horse-battery")

    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, "correct-horse-battery")
    assert not passwords.verify(kept, "correct-horse-batterY")


@pytest.mark.parametrize("kept", ["", "not a hash", "$argon2id$v=19$broken"])
def test_a_damaged_hash_lets_nobody_in(kept: str) -> None:
    assert not Passwords(CHEAP_SETTINGS).verify(kept, "correct-horse-battery")


def test_no_password_opens_an_account_that_does_not_exist() -> None:
    assert not Passwords(CHEAP_SETTINGS).verify(None, "correct-horse-battery")


def test_one_time_passwords_differ() -> None:
    assert len({one_time_password() for _ in range(50)}) == 50


@pytest.mark.parametrize("kept", [None, Passwords(CHEAP_SETTINGS).hash("another-password")], ids=["nobody", "somebody"])
def test_a_name_that_does_not_exist_costs_the_same_work(kept: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(CHEAP_SETTINGS)
    checked: list[str] = []
    real = argon2.PasswordHasher.verify

    def counted(hasher: argon2.PasswordHasher, kept: str, password: str) -> bool:
        checked.append(argon2.extract_parameters(kept).type.name)
        return bool(real(hasher, kept, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)

    assert not passwords.verify(kept, "correct-horse-battery")
    assert checked == ["ID"]
