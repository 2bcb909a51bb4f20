"""Wakes whoever waits for the feed: event loops (SSE) and threads (the outbox publisher)."""

import asyncio
import threading
from collections.abc import Callable


class FeedBell:
    """Rings after each commit. `ring` and `count` may be called from any thread and never block.

    A waiter that must not miss a ring reads `count` before it looks at the feed and passes it to `wait`: a
    ring between the look and the wait then ends the wait at once. The bell carries no data; the feed does.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._listeners: list[Callable[[], None]] = []
        self._waiters: set[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = set()

    @property
    def count(self) -> int:
        """How often the bell has been rung."""
        with self._changed:
            return self._count

    def ring(self) -> None:
        with self._changed:
            self._count += 1
            waiters, self._waiters = self._waiters, set()
            self._changed.notify_all()
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()
        for loop, future in waiters:
            try:
                loop.call_soon_threadsafe(_wake, future)
            except RuntimeError:  # the loop was closed: nobody waits there any more
                continue

    def listen(self, listener: Callable[[], None]) -> None:
        """Call the listener at each ring, on the ringing thread; it must not block."""
        with self._changed:
            self._listeners.append(listener)

    async def wait(self, timeout: float, *, after: int | None = None) -> bool:  # noqa: ASYNC109 - a heartbeat, no deadline
        """Wait for a ring beyond `after` (default: from now on), at most `timeout` seconds; tell if it came."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        waiter = (loop, future)
        with self._changed:
            if after is not None and self._count > after:
                return True
            self._waiters.add(waiter)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            with self._changed:
                self._waiters.discard(waiter)
        return True

    def wait_in_thread(self, timeout: float, *, after: int) -> bool:
        """The same for a thread that is no event loop."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count > after, timeout)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
