"""Second factors of accounts: offered, confirmed, asked for at the login, taken away again."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from api.account_log import AccountAct, AccountDeed
from api.errors import FieldError, SecondFactorStandsError
from api.factor_ports import SecondFactor, SecondFactors
from api.ports import User
from api.second_factor import (
    is_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    recovery_sha256,
)

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

log = structlog.get_logger(__name__)


class FactorBox:
    """Seals the secrets of second factors with Fernet under a key derived from the given text. Any thread."""

    def __init__(self, key: str) -> None:
        self._key = base64.urlsafe_b64encode(hashlib.sha256(b"brightkitchen/second-factor/" + key.encode()).digest())

    def seal(self, secret: str) -> str:
        return self._fernet().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The secret, or None where it was sealed with another key."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def _fernet(self) -> "Fernet":
        """The library is loaded when the first second factor is there."""
        from cryptography.fernet import Fernet

        return Fernet(self._key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A secret for an authenticator app, as text and as the address that the app reads from a picture."""

    secret: str
    uri: str


class SecondFactorDesk:
    """Any thread. Slowing down those who guess is for the caller: `api.throttle`."""

    def __init__(self, book: SecondFactors, box: FactorBox, now: Callable[[], datetime]) -> None:
        self._book = book
        self._box = box
        self._now = now

    def get(self, user: User) -> SecondFactor | None:
        return self._book.get(user.user_id)

    def offer(self, user: User) -> Offer:
        """A new secret, which counts once a code of it was given. Raises SecondFactorStandsError."""
        secret = new_secret()
        if not self._book.offer(user.user_id, self._box.seal(secret), self._now()):
            raise SecondFactorStandsError
        return Offer(secret=secret, uri=provisioning_uri(secret, user.name))

    def confirm(self, user: User, code: str) -> list[str]:
        """Let the offered secret stand; returns the recovery codes, which are told once.

        Raises FieldError for a wrong code and SecondFactorStandsError where one stands already or none is on offer.
        """
        factor = self._book.get(user.user_id)
        if factor is None or factor.confirmed_at is not None:
            raise SecondFactorStandsError
        step = self._step(factor, code)
        if step is None:
            raise _wrong_code()
        codes = new_recovery_codes()
        hashes = [recovery_sha256(one) for one in codes]
        deed = self._own_deed(user, AccountAct.FACTOR_SET)
        if not self._book.confirm(user.user_id, factor.sealed, step=step, codes=hashes, now=self._now(), deed=deed):
            raise SecondFactorStandsError
        return codes

    def is_right(self, user: User, code: str) -> bool:
        """Tell whether the code is right, and use it up: the app's, or one of the recovery codes."""
        factor = self._book.get(user.user_id)
        if factor is None or factor.confirmed_at is None:
            return False
        if is_code(code):
            step = self._step(factor, code)
            return step is not None and self._book.use_step(user.user_id, step)
        deed = self._own_deed(user, AccountAct.RECOVERY_CODE_USED)
        return self._book.use_recovery(user.user_id, recovery_sha256(code), self._now(), deed)

    def renew_recovery(self, user: User) -> list[str]:
        """New recovery codes; the old ones open nothing any more."""
        codes = new_recovery_codes()
        deed = self._own_deed(user, AccountAct.RECOVERY_CODES_MADE)
        self._book.renew_recovery(user.user_id, [recovery_sha256(one) for one in codes], deed)
        return codes

    def remove(self, user: User) -> None:
        self._book.remove(user.user_id, self._own_deed(user, AccountAct.FACTOR_REMOVED))

    def reset(self, user: User, deed: AccountDeed) -> bool:
        """Take it away for somebody who lost the device; tell whether there was one. Ends the account's logins."""
        return self._book.remove(user.user_id, deed)

    def _step(self, factor: SecondFactor, code: str) -> int | None:
        secret = self._box.open(factor.sealed)
        if secret is None:
            log.error("second_factor_unreadable", user_id=factor.user_id, reason="sealed with another key")
            return None
        return matching_step(secret, code, self._now(), after=factor.last_step)

    def _own_deed(self, user: User, act: AccountAct) -> AccountDeed:
        return AccountDeed(
            at=self._now(),
            act=act,
            actor_id=user.user_id,
            actor_name=user.name,
            user_id=user.user_id,
            user_name=user.name,
        )


def _wrong_code() -> FieldError:
    return FieldError("body.code", "the code that the app shows now, not used yet", "another one")
