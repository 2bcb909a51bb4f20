"""Passwords: which ones are taken, how they are kept, and checks that take as long for names that do not exist."""

import secrets
from collections.abc import Callable
from typing import TypeVar

import argon2
from anyio import CapacityLimiter, to_thread

from api.settings import ApiSettings

T = TypeVar("T")

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128  # argon2 reads it all: without a bound a long text is a way to keep the service busy


def password_fault(password: str, name: str) -> str | None:
    """What is wrong with a new password for the account of that name, or None."""
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        return f"a password has {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters, found {len(password)}"
    if len(set(password)) < 5:
        return "a password has at least 5 different characters"
    if name and name.casefold() in password.casefold():
        return "a password does not contain the account's name"
    return None


def one_time_password() -> str:
    """A password to be told once and changed at the first login: 96 random bits."""
    return secrets.token_urlsafe(12)


class Passwords:
    """Hashes with argon2id. `hash` and `verify` take tens of milliseconds and much memory; any thread but the loop's.

    Work that begins with a stranger's password goes through `run`: two at a time, so a flood of logins takes neither
    all memory nor the threads that answer everybody else.
    """

    def __init__(self, settings: ApiSettings) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=settings.password_iterations, memory_cost=settings.password_memory_kib, parallelism=1
        )
        self._limiter = CapacityLimiter(2)
        self._decoy = self._hasher.hash(secrets.token_urlsafe(24))

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work on one of the few threads for passwords. Event loop."""
        return await to_thread.run_sync(work, limiter=self._limiter)

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is right. A hash of None (no such account) takes just as long and is wrong."""
        try:
            self._hasher.verify(password_hash or self._decoy, password)
        except (argon2.exceptions.Argon2Error, argon2.exceptions.InvalidHashError):
            return False
        return password_hash is not None
