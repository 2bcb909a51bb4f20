"""Waits between tries to log in that grow with each wrong password.

Counted per account and per address: the first slows guessing at one account from many places, the second guessing at
many accounts from one place. The wait is capped, so nobody can lock somebody else out for long.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

FORGET_AFTER_SECONDS = 900.0
MOST_KEYS = 10_000
ADDRESS_FACTOR = 4  # many people may share one address (a school, a proxy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """Failed tries of one key. `blocked_until` and `last_at` are on the monotonic clock."""

    failures: int = 0
    blocked_until: float = 0.0
    last_at: float = 0.0


def wait_left(tries: Tries, now: float) -> float:
    """Seconds until the next try is looked at."""
    return max(0.0, tries.blocked_until - now)


def after_failure(tries: Tries, now: float, *, free: int, longest_seconds: float) -> Tries:
    """The state after one more failure: after `free` of them waits of 1, 2, 4 … seconds up to the longest."""
    failures = 1 if now - tries.last_at > FORGET_AFTER_SECONDS else tries.failures + 1
    over = failures - free
    wait = 0.0 if over < 0 else min(2.0 ** min(over, 30), longest_seconds)
    return Tries(failures=failures, blocked_until=now + wait, last_at=now)


class LoginThrottle:
    """The tries of all keys, in memory, bounded. Any thread."""

    def __init__(self, *, free_tries: int, longest_wait_seconds: float) -> None:
        self._free = free_tries
        self._longest = longest_wait_seconds
        self._tries: OrderedDict[str, Tries] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, account: str, address: str, now: float) -> float:
        """Seconds to wait, or 0 to go on.

        A try that goes on counts as failed from the start: many at once cannot slip through before the first of them
        is known to be wrong. `succeeded` takes it back.
        """
        with self._lock:
            keys = self._keys(account, address)
            waiting = max(wait_left(self._tries.get(key, Tries()), now) for key, _ in keys)
            if waiting > 0:
                return waiting
            for key, free in keys:
                before = self._tries.pop(key, Tries())
                self._tries[key] = after_failure(before, now, free=free, longest_seconds=self._longest)
            while len(self._tries) > MOST_KEYS:
                self._tries.popitem(last=False)
            return 0.0

    def succeeded(self, account: str, address: str) -> None:
        """The account starts afresh. The address gets this one try back: one good account must not whitewash it."""
        with self._lock:
            (account_key, _), (address_key, _) = self._keys(account, address)
            self._tries.pop(account_key, None)
            tries = self._tries.get(address_key)
            if tries is not None:
                self._tries[address_key] = Tries(failures=max(0, tries.failures - 1), last_at=tries.last_at)

    def _keys(self, account: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (f"account {account.casefold()}", self._free), (f"address {address}", self._free * ADDRESS_FACTOR)
