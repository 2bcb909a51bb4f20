"""Asking a running process to stop: SIGINT and SIGTERM, from its first line to its last."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stoppable(Protocol):
    """What serves until it is told to exit (uvicorn's server)."""

    should_exit: bool


class StopRequest:
    """Whether somebody asked. A request during the start is kept until there is a server to hand it to.

    Signals come to the main thread, so all of this happens there.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._server: Stoppable | None = None

    @property
    def is_asked(self) -> bool:
        return self._is_asked

    def hand_to(self, server: Stoppable) -> None:
        """From now on a request also tells this server; one that came before tells it at once."""
        self._server = server
        if self._is_asked:
            server.should_exit = True

    def note(self, number: int, _frame: FrameType | None = None) -> None:
        """A signal came. Whoever presses Ctrl+C twice does not want to wait for an orderly end.

        Raises KeyboardInterrupt for a second SIGINT.
        """
        if self._is_asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._is_asked = True
        if self._server is not None:
            self._server.should_exit = True


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Listen for the signals while the block runs; before and after it they do what they did. Main thread only."""
    request = StopRequest()
    before = {number: signal.signal(number, request.note) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
