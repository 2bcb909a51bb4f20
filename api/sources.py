"""Which camera sources may be written down, and how they are shown again."""

import posixpath
import re

from api.callers import Caller
from api.errors import FieldError
from api.permissions import Permission
from api.settings import SourceScheme
from streams.redaction import redact_url

# FFmpeg knows dozens of protocols (concat:, subfile,,…:, data:, pipe: …) that read local files or run things. Whatever
# has a colon before its first slash is therefore taken for a protocol, and only those of this list exist for us.
_SCHEME = re.compile(r"([^/:]*):")
_NETWORK: dict[str, SourceScheme] = {"rtsp": "rtsp", "rtsps": "rtsps", "http": "http", "https": "https"}
LOCAL: frozenset[SourceScheme] = frozenset({"file", "device"})

FIELD = "body.source.location"


def scheme_of(location: str, field: str = FIELD) -> SourceScheme:
    """What kind of source a location is. Raises FieldError for one that is none of ours; its text is not repeated."""
    match = _SCHEME.match(location)
    if match is None:
        return _local_kind(location)
    scheme = match.group(1).lower()
    if scheme in _NETWORK and location[match.end() :].startswith("//"):
        return _NETWORK[scheme]
    if scheme == "file":
        return _local_kind(location[match.end() :].removeprefix("//"))
    # What stood there is not repeated: without "rtsp://" in front it may be a name and a password.
    raise FieldError(field, "rtsp://, rtsps://, http://, https://, a file's path or /dev/…", "another kind of address")


def _local_kind(path: str) -> SourceScheme:
    """A device only where the path stays under /dev once its dots are resolved."""
    return "device" if posixpath.normpath(path).startswith("/dev/") else "file"


def shown_location(location: str) -> str:
    """The location without its credentials."""
    return redact_url(location)


def require_allowed(location: str, caller: Caller, allowed: frozenset[SourceScheme], field: str = FIELD) -> None:
    """Raise FieldError or ForbiddenError. A path makes the server read its own files: administrators only."""
    scheme = scheme_of(location, field)
    if scheme not in allowed:
        raise FieldError(field, f"a source of the kind {', '.join(sorted(allowed))}", scheme)
    if scheme in LOCAL:
        caller.require(Permission.USE_LOCAL_SOURCES)
