"""The two clocks, passed in so that tests can turn them."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`monotonic` in seconds decides everything; `utc` is written down and decides nothing."""

    def monotonic(self) -> float: ...

    def utc(self) -> datetime: ...


class SystemClock:
    """The machine's clocks; any thread."""

    def monotonic(self) -> float:
        return time.monotonic()

    def utc(self) -> datetime:
        return datetime.now(UTC)
