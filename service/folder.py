"""The folder that holds everything of one running service: database, evidence, secrets."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class DataFolderError(Exception):
    """The data folder cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"data folder {path}: {reason}")
        self.path = path
        self.reason = reason


# What a folder of ours may hold before its first lock: what was restored or mounted there beforehand.
_OURS = frozenset({"brightkitchen.db", "evidence", "heads", "lost+found", "secrets.json", "service.lock"})


class DataFolder:
    """A folder (mode 0700) that belongs to one process at a time.

    The kernel releases the lock when the process dies, however it dies; no stale lock needs cleaning.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self.prepare()
        try:
            self._lock = os.open(self.path / "service.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DataFolderError(self.path, f"cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._close()
            raise DataFolderError(self.path, "another brightkitchen is running on it") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def prepare(self) -> None:
        """Make the folder if it is missing, without taking its lock. Raises DataFolderError for other people's too."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_foreign()
        except OSError as error:
            raise DataFolderError(self.path, f"cannot be written: {error.strerror}") from error

    def _refuse_foreign(self) -> None:
        """Other people's folders stay untouched: `--data /var` or a start from / must not fill /var."""
        found = {entry.name for entry in self.path.iterdir()}
        if found and not found & _OURS:
            raise DataFolderError(self.path, "it holds other things; name an empty or a new folder with --data")

    def _close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def evidence(self) -> Path:
        return self.path / "evidence"

    @property
    def heads(self) -> Path:
        return self.path / "heads"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.path.resolve() / 'brightkitchen.db'}"
