"""Heads as files: one folder each, with `head.json`, one file per version, and the cut-outs that were kept.

    heads/<head id>/head.json   examples, scope, status, list of versions, history
    heads/<head id>/v0003.json  what version 3 learnt; never changed, its SHA-256 stands in head.json
    heads/<head id>/crops/<example id>.jpg

A file is written beside its place, flushed and moved there, so a crash leaves the older one whole.
"""

import fcntl
import hashlib
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from pydantic import ValidationError

from detector.head_errors import HeadFileError, HeadNotFoundError, HeadStoreError
from detector.head_record import FORMAT, Head, HeadVersion, Part, VersionEntry

HEAD_FILE = "head.json"
LOCK_FILE = "heads.lock"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CROP = re.compile(r"[A-Za-z0-9_-]{1,64}\.jpg")
_SHOWN = 80

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Fault:
    """A head that cannot be read: the others are not touched by it."""

    head_id: str
    error: HeadFileError


class Turn:
    """Lets one writer at a time change the heads of a folder: one thread of this process, and one process.

    A thread that has its turn may enter again. The kernel gives the lock back when the process dies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = threading.RLock()
        self._depth = 0
        self._file: int | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._depth == 0:
                self._file = self._locked()
            self._depth += 1
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            os.close(self._file)
            self._file = None
        self._threads.release()

    def _locked(self) -> int:
        path = self._folder / LOCK_FILE
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise HeadStoreError(path, error.strerror or type(error).__name__) from error
        return file


class FolderHeadStore:
    """Heads in a folder. Any thread may read; whoever writes has the `turn`. Implements detector.ports.HeadStore."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.turn = Turn(folder)

    def load_all(self) -> tuple[list[Head], list[Fault]]:
        """Every head that can be read, in order of id, and those that cannot."""
        heads, faults = [], []
        for path in sorted(self._folder.glob(f"*/{HEAD_FILE}")):
            try:
                heads.append(self.load(path.parent.name))
            except HeadFileError as error:
                faults.append(Fault(path.parent.name, error))
        return heads, faults

    def load_live(self) -> tuple[list[Head], list[Fault]]:
        """As `load_all`, of the live ones."""
        heads, faults = self.load_all()
        return [head for head in heads if head.live_version is not None], faults

    def live_versions(self) -> dict[str, int]:
        """The live version of each live head."""
        live = self.load_live()[0]
        return {head.head_id: head.live_version for head in live if head.live_version is not None}

    def load(self, head_id: str) -> Head:
        """Raises HeadNotFoundError, or HeadFileError naming file and field."""
        path = self._place(head_id) / HEAD_FILE
        if not path.is_file():
            raise HeadNotFoundError("head", head_id)
        head = parsed(_content(path), path, Head)
        if head.head_id != head_id:
            raise HeadFileError(path, f"the head {head_id} of its folder", head.head_id)
        return head

    def save(self, head: Head, *, over: Head | None) -> None:  # noqa: ARG002 - the turn lets nobody in between
        """Raises HeadStoreError."""
        _write(self._place(head.head_id) / HEAD_FILE, head.model_dump_json(indent=1).encode())

    def load_version(self, head: Head, number: int) -> HeadVersion:
        """A version, if its file has the checksum that the head noted. Raises HeadNotFoundError or HeadFileError."""
        path = self._version_path(head.head_id, entry_of(head, number).number)
        content = _content(path)
        version = parsed(content, path, HeadVersion)
        require_checksum(content, path, entry_of(head, number))
        return version

    def version_bytes(self, head: Head, number: int) -> bytes:
        """A version's file as it is, if it is the one that the head noted. Raises as `load_version` does."""
        entry, path = entry_of(head, number), self._version_path(head.head_id, number)
        content = _content(path)
        require_checksum(content, path, entry)
        return content

    def save_version(self, version: HeadVersion) -> str:
        """The SHA-256 of the file. Raises HeadStoreError."""
        content = version.model_dump_json().encode()
        _write(self._version_path(version.head_id, version.number), content)
        return hashlib.sha256(content).hexdigest()

    def save_crop(self, head_id: str, name: str, jpeg: bytes) -> None:
        """Raises HeadStoreError."""
        _write(self._crop_path(head_id, name), jpeg)

    def load_crop(self, head_id: str, name: str) -> bytes:
        """Raises HeadNotFoundError."""
        try:
            return self._crop_path(head_id, name).read_bytes()
        except OSError as error:
            raise HeadNotFoundError("crop", name) from error

    def delete_crop(self, head_id: str, name: str) -> None:
        self._crop_path(head_id, name).unlink(missing_ok=True)

    def _place(self, head_id: str) -> Path:
        # A name such as "../elsewhere" must not leave the folder.
        if not _ID.fullmatch(head_id):
            raise HeadNotFoundError("head", head_id)
        return self._folder / head_id

    def _version_path(self, head_id: str, number: int) -> Path:
        return self._place(head_id) / f"v{number:04d}.json"

    def _crop_path(self, head_id: str, name: str) -> Path:
        if not _CROP.fullmatch(name):
            raise HeadNotFoundError("crop", name)
        return self._place(head_id) / "crops" / name


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HeadFileError(path, "a file that can be read", error.strerror or type(error).__name__) from error


def parsed(content: bytes | str, path: Path, part: type[P]) -> P:
    """What was written, `path` says where. Raises HeadFileError that names place and field."""
    try:
        return part.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        if where == "format":
            raise HeadFileError(path, f"format {FORMAT}", str(first["input"])[:_SHOWN]) from error
        found = str(first["input"])[:_SHOWN]
        raise HeadFileError(path, f"{where or 'the document'}: {first['msg']}", found) from error


def require_checksum(content: bytes, path: Path, entry: VersionEntry) -> None:
    """Raises HeadFileError where a version is not the one that the head noted."""
    found = hashlib.sha256(content).hexdigest()
    if found != entry.sha256:
        raise HeadFileError(path, f"SHA-256 {entry.sha256}", found)


def entry_of(head: Head, number: int) -> VersionEntry:
    """Raises HeadNotFoundError."""
    entry = next((entry for entry in head.versions if entry.number == number), None)
    if entry is None:
        raise HeadNotFoundError("version", str(number))
    return entry


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise HeadStoreError(path, error.strerror or type(error).__name__) from error
