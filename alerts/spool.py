"""Evidence for an object store that may be away: kept on the local disk meanwhile, and uploaded later."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

from alerts import metrics
from alerts.errors import EvidenceCause, EvidenceNotFoundError, EvidenceStoreError, EvidenceUnreachableError
from alerts.evidence import LocalEvidenceStore
from alerts.ports import EvidenceStore, StoredFile

log = structlog.get_logger(__name__)

RETRY_SECONDS = 5.0


class RemoteStore(EvidenceStore, Protocol):
    """A store that may be away."""

    def fault(self) -> str | None: ...


class SpooledEvidenceStore:
    """Implements alerts.ports.EvidenceStore over a store elsewhere and a bounded spool on this disk. Any thread.

    While the store takes files they go there at once. The first that it does not take goes into the spool, and so do
    all others until the uploading thread (`start`) has brought one over: a slow store would hold up the recorder
    with every file. Where the spool is full, evidence is missing with the cause `store_unreachable`. Files that
    wait are read from the spool, on this machine only. What waited when the process ended is uploaded by the next one.
    """

    def __init__(
        self,
        remote: RemoteStore,
        folder: Path,
        *,
        most_bytes: int,
        minimum_free_bytes: int,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """Raises OSError if the folder cannot be made."""
        self._remote = remote
        self._folder = folder
        self._spool = LocalEvidenceStore(folder, minimum_free_bytes)
        self._most_bytes = most_bytes
        self._retry_seconds = retry_seconds
        self._lock = threading.Lock()
        self._waiting = sum(path.stat().st_size for path in self._files())
        self._is_away = False
        # What is deleted must not be brought over by the uploading thread in the same moment.
        self._bringing = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evidence-uploader", daemon=True)

    @property
    def waiting_bytes(self) -> int:
        """How much lies in the spool."""
        with self._lock:
            return self._waiting

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What waits stays in the spool. Idempotent."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(self._retry_seconds)

    def fault(self) -> str | None:
        return self._remote.fault()

    def save(self, name: str, content: bytes) -> StoredFile:
        return self._stored(
            name, len(content), lambda: self._remote.save(name, content), lambda: self._spool.save(name, content)
        )

    def adopt(self, name: str, path: Path) -> StoredFile:
        try:
            size = path.stat().st_size
        except OSError as error:
            raise EvidenceStoreError(name, EvidenceCause.WRITE_FAILED) from error
        return self._stored(name, size, lambda: self._remote.adopt(name, path), lambda: self._spool.adopt(name, path))

    def scratch(self) -> Path:
        return self._spool.scratch()

    def open(self, name: str) -> BinaryIO:
        """Raises EvidenceNotFoundError, and EvidenceUnreachableError where only the store elsewhere may have it."""
        try:
            return self._spool.open(name)
        except EvidenceNotFoundError:
            return self._remote.open(name)

    def delete(self, name: str) -> None:
        """Here and there, and what lies aside because the store had other content. Raises EvidenceUnreachableError."""
        with self._bringing:
            self._drop(name)
            self._aside(name).unlink(missing_ok=True)
            self._remote.delete(name)

    def upload(self) -> bool:
        """Bring over what waits, oldest first; tell whether nothing waits any more."""
        for path in self._files():
            with self._bringing:
                if self._stopping.is_set() or not self._bring(path):
                    return False
        with self._lock:
            is_back, self._is_away = self._is_away, False
        if is_back:
            log.info("evidence_store_is_back")
        return True

    def _stored(
        self, name: str, size_bytes: int, there: Callable[[], StoredFile], here: Callable[[], StoredFile]
    ) -> StoredFile:
        with self._lock:
            is_away = self._is_away
        if not is_away:
            try:
                return there()
            except EvidenceUnreachableError as error:
                self._note_absence(error.reason)
        with self._lock:
            if self._waiting + size_bytes > self._most_bytes:
                raise EvidenceStoreError(name, EvidenceCause.STORE_UNREACHABLE)
            self._waiting += size_bytes
        try:
            stored = here()
        except BaseException:
            self._note_room(size_bytes)
            raise
        metrics.EVIDENCE_SPOOLED.set(self.waiting_bytes)
        return stored

    def _note_absence(self, reason: str) -> None:
        with self._lock:
            is_new, self._is_away = not self._is_away, True
        if is_new:
            log.warning("evidence_store_is_away", reason=reason)

    def _note_room(self, size_bytes: int) -> None:
        with self._lock:
            self._waiting = max(0, self._waiting - size_bytes)
        metrics.EVIDENCE_SPOOLED.set(self.waiting_bytes)

    def _files(self) -> list[Path]:
        scratch = self._spool.scratch()
        found = [path for path in self._folder.resolve().rglob("*") if path.is_file() and scratch not in path.parents]
        return sorted(found, key=lambda path: (path.stat().st_mtime, path))

    def _bring(self, path: Path) -> bool:
        name = path.relative_to(self._folder.resolve()).as_posix()
        try:
            self._remote.save(name, path.read_bytes())
        except EvidenceUnreachableError as error:
            self._note_absence(error.reason)
            return False
        except FileNotFoundError:  # deleted meanwhile
            return True
        except EvidenceStoreError as error:
            # Other content has the name there. It is kept here for a person to look at, out of the way of the others.
            log.error("evidence_not_uploaded", name=name, reason=str(error))  # noqa: TRY400 - no defect of ours
            aside = self._aside(name)
            aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            size = path.stat().st_size
            shutil.move(path, aside)
            self._note_room(size)
            return True
        self._drop(name)
        return True

    def _aside(self, name: str) -> Path:
        return self._folder.with_name(f"{self._folder.name}-refused") / name

    def _drop(self, name: str) -> None:
        try:
            with self._spool.open(name) as file:
                size = file.seek(0, 2)
        except EvidenceNotFoundError:
            return
        self._spool.delete(name)
        self._note_room(size)

    def _run(self) -> None:
        while not self._stopping.wait(self._retry_seconds):
            try:
                self.upload()
            except Exception:  # a supervisor: without this thread the spool only grows
                log.exception("evidence_uploader_stumbled")
