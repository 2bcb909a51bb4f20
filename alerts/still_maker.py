"""Makes stills on a thread of its own, after their alerts: to look for faces takes a fifth of a second and more.

An alert that comes meanwhile must not wait for it. The thread writes nothing about alerts: whoever ordered a still is
handed the pieces. It runs at a low priority, so that it takes no processor from cameras and alerts.
"""

import os
import threading
from collections import deque
from collections.abc import Callable

import structlog

from alerts.exhibits import StillOrder
from domain.alert import Evidence

log = structlog.get_logger(__name__)

_NICE = 10

Pieces = tuple[Evidence, ...]


class StillMaker:
    """Orders in their turn. `put`, `make_next` and `is_idle` from any thread.

    `make` must not raise what may happen, and `done` must not block. Until `start` nothing is made but by `make_next`.
    """

    def __init__(self, make: Callable[[StillOrder], Pieces], done: Callable[[StillOrder, Pieces], None]) -> None:
        self._make = make
        self._done = done
        self._changed = threading.Condition()
        self._waiting: deque[StillOrder] = deque()
        self._in_hand = 0
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="alert-stills", daemon=True)

    @property
    def unmade(self) -> int:
        """How many were ordered and not handed over."""
        with self._changed:
            return len(self._waiting) + self._in_hand

    def put(self, order: StillOrder) -> None:
        with self._changed:
            self._waiting.append(order)
            self._changed.notify()

    def make_next(self) -> bool:
        """Make the next one here and now; false if none waits."""
        with self._changed:
            if not self._waiting:
                return False
            order = self._waiting.popleft()
            self._in_hand += 1
        try:
            self._done(order, self._make(order))
        finally:
            with self._changed:
                self._in_hand -= 1
        return True

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the one in hand, without waiting for it; the others stay to be made by `make_next`. Idempotent."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()

    def _run(self) -> None:
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        except OSError as error:
            log.warning("still_priority_not_lowered", reason=error.strerror)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_stopping)
                if self._is_stopping:
                    return
            try:
                self.make_next()
            except Exception:  # a supervisor: without this thread no alert gets its still any more
                log.exception("still_maker_stumbled")
