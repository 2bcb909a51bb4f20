"""Where second factors are kept. The secret is sealed before it comes here, recovery codes are hashed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api.account_log import AccountDeed
from domain.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """The second factor of an account; until `confirmed_at` it is on offer only and asked for by nobody.

    `last_step` is the newest half minute whose code was used. `recovery_left`: recovery codes that were not used yet.
    """

    user_id: UserId
    sealed: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    recovery_left: int = 0


class SecondFactors(Protocol):
    """Every method is one transaction; any thread. `deed` goes into the log of accounts with it.

    Those that use something up tell whether this call was the one that did: two logins with one code at the same moment
    cannot both succeed.
    """

    def get(self, user_id: UserId) -> SecondFactor | None: ...
    def offer(self, user_id: UserId, sealed: str, now: datetime) -> bool:
        """Keep a secret that is to be confirmed, in the place of one that was not; False where one stands already."""
        ...

    def confirm(
        self, user_id: UserId, sealed: str, *, step: int, codes: Collection[str], now: datetime, deed: AccountDeed
    ) -> bool:
        """Let the offered secret stand from now on; False where it is not the one on offer any more."""
        ...

    def use_step(self, user_id: UserId, step: int) -> bool: ...
    def use_recovery(self, user_id: UserId, code_sha256: str, now: datetime, deed: AccountDeed) -> bool: ...
    def renew_recovery(self, user_id: UserId, codes: Collection[str], deed: AccountDeed) -> None: ...
    def remove(self, user_id: UserId, deed: AccountDeed) -> bool:
        """Take away the second factor, its recovery codes and the account's logins; False where there is none."""
        ...
