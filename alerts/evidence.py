"""Evidence files on the local disk."""

import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from alerts.errors import EvidenceCause, EvidenceNotFoundError, EvidenceStoreError
from alerts.ports import EvidenceFiles, StoredFile

_CHUNK_BYTES = 1 << 20
_SCRATCH = ".scratch"


def refuse_bad_name(name: str) -> None:
    """Raise ValueError unless the name is a plain relative path below the store."""
    parts = name.split("/")
    if "\\" in name or "\0" in name or any(part in {"", ".", "..", _SCRATCH} for part in parts):
        raise ValueError(f"an evidence name is a relative path such as 2026/11/23/a/b.jpg, got {name!r}")


class ReadOnlyEvidence:
    """Files below `root`, for those who only look: beside a running service, or from a read-only copy. Any thread."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def open(self, name: str) -> BinaryIO:
        """Raises EvidenceNotFoundError."""
        refuse_bad_name(name)
        try:
            return (self._root / name).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise EvidenceNotFoundError(name) from error


class EvidenceInTurn:
    """Files out of several stores, for those who only look; the first that has a name gives it. Any thread."""

    def __init__(self, *stores: EvidenceFiles) -> None:
        self._stores = stores

    def open(self, name: str) -> BinaryIO:
        """Raises EvidenceNotFoundError where none has it, and what a store raises that cannot tell."""
        for store in self._stores:
            with suppress(EvidenceNotFoundError):
                return store.open(name)
        raise EvidenceNotFoundError(name)


class LocalEvidenceStore:
    """Files below `root`, readable by this user only. Any thread.

    A file appears under its name only when it is whole and flushed to the disk (temporary file, fsync,
    rename, fsync of the folder). A write that would leave less than `minimum_free_bytes` on the disk is refused
    beforehand: the database may live on the same disk and must go on writing. A name is written once:
    evidence is never replaced. Names are made by us; one that leads out of the store is a ValueError.
    """

    def __init__(self, root: Path, minimum_free_bytes: int) -> None:
        """Raises OSError if the folder cannot be made."""
        self._root = root.resolve()
        self._minimum_free_bytes = minimum_free_bytes
        self._lock = threading.Lock()
        self._scratch = self._root / _SCRATCH
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(mode=0o700)

    def save(self, name: str, content: bytes) -> StoredFile:
        place = self._place(name)
        with _translated(name):
            self._refuse_full_disk(name, len(content))
            temporary = self._scratch / f"save-{os.getpid()}-{threading.get_ident()}"
            try:
                _write_flushed(temporary, content)
                self._publish(name, temporary, place)
            finally:
                temporary.unlink(missing_ok=True)
        return StoredFile(name=name, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())

    def adopt(self, name: str, path: Path) -> StoredFile:
        place = self._place(name)
        with _translated(name):
            # The file lies on this disk already: only what others need of it counts, not its own size.
            self._refuse_full_disk(name, 0)
            path.chmod(0o600)
            size, digest = _flushed_digest(path)
            self._publish(name, path, place)
        return StoredFile(name=name, size_bytes=size, sha256=digest)

    def scratch(self) -> Path:
        return self._scratch

    def open(self, name: str) -> BinaryIO:
        try:
            return self._place(name).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise EvidenceNotFoundError(name) from error

    def delete(self, name: str) -> None:
        """What is not there is deleted already. It is gone from the disk too when this returns."""
        place = self._place(name)
        with self._lock:
            try:
                place.unlink()
            except (FileNotFoundError, NotADirectoryError):
                return
            _flush_folder(place.parent)
            for folder in place.parents:
                if folder == self._root:
                    break
                with suppress(OSError):  # not empty: other evidence lies there
                    folder.rmdir()

    def _place(self, name: str) -> Path:
        refuse_bad_name(name)
        return self._root / name

    def _refuse_full_disk(self, name: str, size_bytes: int) -> None:
        if shutil.disk_usage(self._root).free - size_bytes < self._minimum_free_bytes:
            raise EvidenceStoreError(name, EvidenceCause.DISK_FULL)

    def _publish(self, name: str, temporary: Path, place: Path) -> None:
        with self._lock:
            if place.exists():
                raise EvidenceStoreError(name, EvidenceCause.WRITE_FAILED)
            self._make_folders(place.parent)
            temporary.rename(place)
        _flush_folder(place.parent)

    def _make_folders(self, folder: Path) -> None:
        missing = [f for f in (folder, *folder.parents) if f.is_relative_to(self._root) and not f.exists()]
        for new in reversed(missing):
            new.mkdir(mode=0o700, exist_ok=True)
            _flush_folder(new.parent)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise EvidenceStoreError(name, EvidenceCause.DISK_FULL if is_full else EvidenceCause.WRITE_FAILED) from error


def _write_flushed(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flushed_digest(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file whose content is on the disk afterwards."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
