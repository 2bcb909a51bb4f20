"""Why an HTTP address could not be opened: FFmpeg says no more than "input/output error"."""

import http.client
import ssl
from urllib.parse import urljoin, urlsplit

from streams.errors import RedirectLoopError, StreamError, UnsupportedSourceError
from streams.redaction import redact_url
from streams.settings import StreamSettings
from streams.sources.location import Location

_REDIRECTS = {301, 302, 303, 307, 308}
_LONGEST_WAIT_SECONDS = 3.0  # this only words an error that has happened already


def follows_for_ever(location: Location, settings: StreamSettings) -> StreamError | None:
    """A RedirectLoopError where the address redirects more often than allowed, else None.

    Also an UnsupportedSourceError where it redirects to another protocol. Called after a failure only, so
    that a camera that allows one connection is never asked twice.
    """
    address = location.address
    for _ in range(settings.maximum_redirects + 1):
        if urlsplit(address).scheme.lower() not in {"http", "https"}:
            return UnsupportedSourceError(location.shown, f"it redirects to {redact_url(address)}")
        following = _redirect_of(address, settings)
        if following is None:
            return None
        address = following
    return RedirectLoopError(location.shown, f"more than {settings.maximum_redirects} redirects")


def _redirect_of(address: str, settings: StreamSettings) -> str | None:
    """Where the address redirects to, or None where it does not or does not answer."""
    parts = urlsplit(address)
    try:
        connection = _connection(parts.scheme.lower(), parts.hostname or "", parts.port, settings)
    except ValueError:
        return None
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        answer = connection.getresponse()
        target = answer.getheader("Location")
        return urljoin(address, target) if answer.status in _REDIRECTS and target else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, settings: StreamSettings) -> http.client.HTTPConnection:
    wait = min(_LONGEST_WAIT_SECONDS, settings.open_timeout_seconds)
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=wait)
    context = ssl.create_default_context()
    if not settings.verifies_certificates:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=wait, context=context)
