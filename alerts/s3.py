"""Evidence files in an S3-compatible object store: the only file that imports obstore."""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from alerts.errors import EvidenceCause, EvidenceNotFoundError, EvidenceStoreError, EvidenceUnreachableError
from alerts.evidence import refuse_bad_name
from alerts.ports import StoredFile
from alerts.settings import S3Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

_SHA256 = "sha256"
_TYPES = {"jpg": "image/jpeg", "json": "application/json", "mp4": "video/mp4"}
# A name that is certainly not there: asking for it shows whether the store answers and lets us read.
_PROBE = ".probe"
_NO_BUCKET = "NoSuchBucket"  # the code of the S3 API, which says 404 to this as it does to a missing file


class S3EvidenceStore:
    """Implements alerts.ports.EvidenceStore. Any thread; every call waits for the store, within the time-outs set.

    A file is one object, written by one request with its SHA-256, which the store compares before it keeps it: whole
    or not at all. It is written only where no object has the name (`If-None-Match`), and a repetition of the same
    content after a lost answer is no conflict. The checksum also stands in the object's metadata, and what is read
    is compared with it. `scratch` is the folder on the local disk that is handed in, emptied here.
    """

    def __init__(self, settings: S3Settings, scratch: Path) -> None:
        """Opens no connection. Raises OSError if the scratch folder cannot be made."""
        self.address = f"s3://{settings.bucket}/{settings.prefix}".rstrip("/")
        self._store = _opened(settings)
        self._scratch = scratch
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700, parents=True)

    def save(self, name: str, content: bytes) -> StoredFile:
        refuse_bad_name(name)
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            self._store.put(name, content, mode="create", use_multipart=False, attributes=_attributes(name, sha256))
        except AlreadyExistsError as error:
            if self._digest(name) != sha256:
                raise EvidenceStoreError(name, EvidenceCause.WRITE_FAILED) from error
        except (BaseError, FileNotFoundError) as error:
            raise EvidenceUnreachableError(name, self.address, _reason(error)) from None
        return StoredFile(name=name, size_bytes=len(content), sha256=sha256)

    def adopt(self, name: str, path: Path) -> StoredFile:
        """A clip is some megabytes: it is read into memory. Where it cannot be stored the file stays."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise EvidenceStoreError(name, EvidenceCause.WRITE_FAILED) from error
        stored = self.save(name, content)
        path.unlink(missing_ok=True)
        return stored

    def scratch(self) -> Path:
        return self._scratch

    def open(self, name: str) -> BinaryIO:
        """The whole object, in memory up to 8 MiB and else in a nameless file.

        Raises EvidenceNotFoundError, and EvidenceUnreachableError where the store does not answer or what it gave
        is not what was stored.
        """
        content, expected = self._read(name)
        if expected is not None and hashlib.sha256(content).hexdigest() != expected:
            raise EvidenceUnreachableError(name, self.address, "the content does not have its checksum")
        file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=8 << 20))  # noqa: SIM115 - the caller closes it
        file.write(content)
        file.seek(io.SEEK_SET)
        return file

    def delete(self, name: str) -> None:
        """What is not there is deleted already. Raises EvidenceUnreachableError."""
        refuse_bad_name(name)
        try:
            self._store.delete(name)
        except FileNotFoundError as error:
            if _NO_BUCKET in str(error):
                raise EvidenceUnreachableError(name, self.address, _reason(error)) from None
        except BaseError as error:
            raise EvidenceUnreachableError(name, self.address, _reason(error)) from None

    def fault(self) -> str | None:
        """None where the store answers and lets us read, else what is wrong in a few words, without secrets."""
        try:
            self._store.head(_PROBE)
        except FileNotFoundError as error:
            return _reason(error) if _NO_BUCKET in str(error) else None
        except BaseError as error:
            return _reason(error)
        return None

    def _digest(self, name: str) -> str:
        return hashlib.sha256(self._read(name)[0]).hexdigest()

    def _read(self, name: str) -> tuple[bytes, str | None]:
        """Content and recorded SHA-256 of an object."""
        refuse_bad_name(name)
        try:
            found = self._store.get(name)
            content = found.bytes().to_bytes()
        except FileNotFoundError as error:
            if _NO_BUCKET in str(error):
                raise EvidenceUnreachableError(name, self.address, _reason(error)) from None
            raise EvidenceNotFoundError(name) from None
        except BaseError as error:
            raise EvidenceUnreachableError(name, self.address, _reason(error)) from None
        attributes: Mapping[str, str] = found.attributes
        return content, attributes.get(_SHA256)


def _opened(settings: S3Settings) -> S3Store:
    config: S3Config = {
        "region": settings.region,
        "virtual_hosted_style_request": settings.endpoint is None,
        "checksum_algorithm": "SHA256",
    }
    if settings.endpoint is not None:
        config["endpoint"] = settings.endpoint
    if settings.access_key_id is not None and settings.secret_access_key is not None:
        config["access_key_id"] = settings.access_key_id.get_secret_value()
        config["secret_access_key"] = settings.secret_access_key.get_secret_value()
    if settings.session_token is not None:
        config["session_token"] = settings.session_token.get_secret_value()
    return S3Store(
        settings.bucket,
        prefix=settings.prefix or None,
        config=config,
        client_options={
            "timeout": timedelta(seconds=settings.timeout_seconds),
            "connect_timeout": timedelta(seconds=min(settings.timeout_seconds, 5.0)),
            "allow_http": (settings.endpoint or "").startswith("http://"),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=settings.timeout_seconds)},
    )


def _attributes(name: str, sha256: str) -> dict[str, str]:
    return {_SHA256: sha256, "Content-Type": _TYPES.get(name.rpartition(".")[2], "application/octet-stream")}


def _reason(error: Exception) -> str:
    """In words of ours: the library's text quotes the request, and answers of servers quote what they please."""
    text = str(error)
    if _NO_BUCKET in text:
        return "there is no such bucket"
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or "403 Forbidden" in text:
        return "the keys or their permissions are refused"
    if "HTTP error" in text:
        return "it does not answer"
    return f"it refuses the request ({type(error).__name__})"
