"""Why an address could not be opened, where FFmpeg's answer does not say.

Its RTSP client reports "invalid data" for a server that is silent, its HTTP client "input/output error" for a
redirect loop. Asked after a failure only, so that a camera that allows one connection is never asked twice,
and within one short deadline, so that a server that trickles cannot hold the thread.
"""

import contextlib
import re
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from streams.errors import (
    BadDataError,
    CameraCertificateError,
    CameraTimeoutError,
    CameraUnreachableError,
    RedirectLoopError,
    StreamError,
    UnsupportedSourceError,
)
from streams.redaction import redact_url
from streams.settings import StreamSettings
from streams.sources.location import Location, SourceKind

_LONGEST_SECONDS = 3.0  # for all questions together: they only word an error that has happened already
_LONGEST_HEAD_BYTES = 16 * 1024
_REDIRECT = re.compile(rb"HTTP/1\.[01] 30[12378] .*?\r\nLocation:[ \t]*([^\r\n]+)", re.IGNORECASE | re.DOTALL)
_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}


def diagnosed(
    known: StreamError, location: Location, settings: StreamSettings, *, elapsed_seconds: float
) -> StreamError:
    """A more exact error than `known`, or `known` itself."""
    if isinstance(known, CameraUnreachableError) and settings.verifies_certificates and _is_refused(location):
        return CameraCertificateError(location.shown)
    if location.kind is SourceKind.RTSP and isinstance(known, BadDataError):
        return _silence(location, settings, elapsed_seconds) or known
    if location.kind is SourceKind.HTTP and isinstance(known, CameraUnreachableError | BadDataError):
        return _redirects(location, settings) or known
    return known


def _is_refused(location: Location) -> bool:
    """Whether it is the camera's certificate that keeps us out."""
    parts = urlsplit(location.address)
    if parts.scheme.lower() not in {"https", "rtsps"}:
        return False
    try:
        _connected(parts, time.monotonic() + _LONGEST_SECONDS, verifies=True).close()
    except ssl.SSLCertVerificationError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _silence(location: Location, settings: StreamSettings, elapsed_seconds: float) -> StreamError | None:
    """A server that did not answer, or hung up, or none at all; None where it did answer, though not as RTSP has it."""
    if elapsed_seconds >= 0.9 * min(settings.open_timeout_seconds, settings.read_timeout_seconds):
        return CameraTimeoutError(location.shown)
    parts, deadline = urlsplit(location.address), time.monotonic() + _LONGEST_SECONDS
    try:
        with _connected(parts, deadline) as connection:
            connection.sendall(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            has_answered = bool(connection.recv(1))
        return None if has_answered else CameraUnreachableError(location.shown, "it closed the connection")
    except TimeoutError:
        return CameraTimeoutError(location.shown)
    except (OSError, ValueError) as error:
        return CameraUnreachableError(location.shown, type(error).__name__)


def _redirects(location: Location, settings: StreamSettings) -> StreamError | None:
    """Where the address redirects too often, or to another protocol."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    address = location.address
    for _ in range(settings.maximum_redirects + 1):
        if urlsplit(address).scheme.lower() not in {"http", "https"}:
            return UnsupportedSourceError(location.shown, f"it redirects to {redact_url(address)}")
        target = _redirect_of(address, deadline)
        if target is None:
            return None
        address = urljoin(address, target)
    return RedirectLoopError(location.shown, f"more than {settings.maximum_redirects} redirects")


def _redirect_of(address: str, deadline: float) -> str | None:
    """Where one answer redirects to; None where it does not, or does not come."""
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    question = f"GET {path} HTTP/1.0\r\nHost: {parts.hostname}\r\nConnection: close\r\n\r\n"
    with contextlib.suppress(OSError, ValueError):
        with _connected(parts, deadline) as connection:
            connection.sendall(question.encode("ascii"))
            found = _REDIRECT.match(_head(connection, deadline))
        return found[1].decode("ascii").strip() if found else None
    return None


def _head(connection: socket.socket, deadline: float) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD_BYTES:
        connection.settimeout(max(0.01, deadline - time.monotonic()))
        part = connection.recv(4096)
        if not part:
            break
        head += part
    return head


def _connected(parts: SplitResult, deadline: float, *, verifies: bool = False) -> socket.socket:
    """Raises OSError (of which a refused certificate is one) or, for an impossible port or host, ValueError."""
    scheme = parts.scheme.lower()
    target = (parts.hostname or "", parts.port or _PORTS[scheme])
    connection = socket.create_connection(target, timeout=max(0.01, deadline - time.monotonic()))
    if scheme not in {"https", "rtsps"}:
        return connection
    context = ssl.create_default_context()
    if not verifies:
        # Nothing is told to this server but the path that FFmpeg has asked it for already.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=parts.hostname)
