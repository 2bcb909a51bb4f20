"""A decode thread's right to act for its camera."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from streams.clock import Clock


class Lease:
    """Given to one decode thread, taken away by any other.

    When the fleet's supervisor finds the thread stuck in a library call, it abandons the lease, leaves the
    thread behind (a daemon, which ends by itself should the call ever return) and starts another under a new
    lease. Whatever a thread does without its lease changes nothing any more.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cancelled = threading.Event()
        self._busy_since: float | None = None  # written by the lease's own thread only
        self.is_abandoned = False

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def busy_seconds(self) -> float:
        """How long the thread has been inside a library call that may block; 0 outside of one."""
        since = self._busy_since
        return 0.0 if since is None else self._clock.monotonic() - since

    def cancel(self) -> None:
        self._cancelled.set()

    def abandon(self) -> None:
        self.is_abandoned = True
        self.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the lease is cancelled; true if it was."""
        return self._cancelled.wait(seconds)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Around a library call that may block."""
        self._busy_since = self._clock.monotonic()
        try:
            yield
        finally:
            self._busy_since = None
