"""Tests that need the machine for themselves, in a suite that runs in several processes."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Quiet:
    """A room that holds either many tests or one that is alone, kept by file locks between the test processes.

    Whoever wants in passes a door that one process holds at a time and keeps while it waits for the room: a test that
    wants to be alone is not overtaken for ever by the short ones of the other processes. Without a folder there is
    one process, and nothing to wait for.
    """

    folder: Path | None

    @classmethod
    def of_this_run(cls) -> "Quiet":
        """The room shared by the processes of this run (pytest-xdist names it in their environment)."""
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
        return cls(Path(tempfile.gettempdir()) / f"brightkitchen-tests-{run}" if run else None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._inside(fcntl.LOCK_EX):
            yield

    @contextmanager
    def among_others(self) -> Iterator[None]:
        with self._inside(fcntl.LOCK_SH):
            yield

    @contextmanager
    def _inside(self, how: int) -> Iterator[None]:
        if self.folder is None:
            yield
            return
        self.folder.mkdir(exist_ok=True)
        with ExitStack() as stay:
            with held(self.folder / "door", fcntl.LOCK_EX):
                stay.enter_context(held(self.folder / "room", how))
            yield


@contextmanager
def held(path: Path, how: int) -> Iterator[None]:
    """A lock that is given back in so many words: closing the file would not do where a forked child has it too."""
    with path.open("w") as file:
        fcntl.flock(file, how)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
