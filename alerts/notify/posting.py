"""One HTTP POST to an address that somebody typed in: bounded in time and size, and never into our own network."""

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx2

from alerts.notify.errors import RecipientRefusedError, SendError
from alerts.notify.settings import NotifySettings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_LONGEST_ANSWER_BYTES = 65_536
_LONGEST_URL = 2000
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# The other side looked at this very message and does not want it; another one may pass.
_ABOUT_MESSAGE = frozenset({400, 413, 415, 422})
_LONGEST_RETRY_AFTER = 86_400.0


@dataclass(frozen=True, slots=True)
class Posted:
    status: int
    content: bytes

    def json(self) -> dict[str, Any]:
        """The answer as an object. Raises SendError where it is none."""
        try:
            told = json.loads(self.content)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise SendError("the answer is not a JSON object")
        return told


def resolved(host: str, port: int) -> Sequence[str]:
    """All addresses of a host. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class SafePoster:
    """Any thread. No redirection is followed, and no proxy of the environment used.

    The name is looked up here and the connection goes to the very address that was checked, so that a name whose answer
    changes between look and connection leads nowhere else. Certificates are checked against the name.
    """

    def __init__(
        self, settings: NotifySettings, *, resolve: Resolve = resolved, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises RecipientRefusedError if the file of authorities cannot be used."""
        self._allows_plain = settings.allows_plain_http
        self._networks = tuple(ipaddress.ip_network(one) for one in settings.allowed_networks)
        self._seconds = settings.timeout_seconds
        self._resolve = resolve
        self._clock = clock
        try:
            self._tls = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            raise RecipientRefusedError("notify.ca_file", "a PEM file of authorities", type(error).__name__) from error

    def check(self, url: str) -> None:
        """Raises RecipientRefusedError for an address that is never posted to. Names are not looked up here."""
        parts = self._parts(url)
        host = parts.hostname or ""
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            return
        if not self._is_allowed(literal):
            raise RecipientRefusedError("address", "a public address or one in notify.allowed_networks", host)

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Posted:
        """Returns for a status of success; raises SendError for everything else."""
        try:
            parts = self._parts(url)
        except RecipientRefusedError as error:
            raise SendError(str(error)) from None
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        deadline = self._clock() + self._seconds
        target = self._target(host, port)
        named = f"[{target}]" if target.version == 6 else str(target)
        pinned = parts._replace(netloc=f"{named}:{port}").geturl()
        sent = {**headers, "Host": parts.netloc, "Content-Type": "application/json", "User-Agent": "brightkitchen"}
        try:
            with (
                httpx2.Client(
                    verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._seconds
                ) as client,
                client.stream(
                    "POST", pinned, content=content, headers=sent, extensions={"sni_hostname": host}
                ) as answer,
            ):
                return self._taken(answer, deadline)
        except httpx2.TimeoutException:
            raise SendError("no answer in time") from None
        except (httpx2.HTTPError, OSError) as error:
            raise SendError(_words(error)) from None

    def _parts(self, url: str) -> SplitResult:
        expected = "http(s)://host[:port]/path" if self._allows_plain else "https://host[:port]/path"
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname, parts.port
        except ValueError:
            raise RecipientRefusedError("address", expected, "something else") from None
        if not url.isascii() or not url.isprintable() or " " in url or len(url) > _LONGEST_URL or not host:
            raise RecipientRefusedError("address", expected, "something else")
        if parts.scheme != "https" and not (parts.scheme == "http" and self._allows_plain):
            raise RecipientRefusedError("address", expected, f"{parts.scheme[:10]}://")
        if parts.username or parts.password or parts.fragment:
            raise RecipientRefusedError("address", "no name, password or fragment in it", "some")
        return parts

    def _target(self, host: str, port: int) -> Address:
        """The first of the host's addresses, if all of them are allowed. Raises SendError."""
        try:
            found = [ipaddress.ip_address(one.partition("%")[0]) for one in self._resolve(host, port)]
        except (OSError, ValueError, UnicodeError):
            raise SendError(f"the host {host} is not known") from None
        if not found:
            raise SendError(f"the host {host} is not known")
        for one in found:
            if not self._is_allowed(one):
                raise SendError(f"the host {host} leads into a private network, which the settings do not allow")
        return next((one for one in found if one.version == 4), found[0])

    def _is_allowed(self, address: Address) -> bool:
        inner = _inner(address)
        if any(one in network for one in {address, inner} for network in self._networks):
            return True
        return all(one.is_global and not one.is_multicast for one in (address, inner))

    def _taken(self, answer: httpx2.Response, deadline: float) -> Posted:
        content = b""
        for some in answer.iter_raw():
            content += some
            if self._clock() > deadline:
                raise SendError("no answer in time")
            if len(content) > _LONGEST_ANSWER_BYTES:
                break
        if answer.is_success:
            return Posted(answer.status_code, content[:_LONGEST_ANSWER_BYTES])
        raise SendError(
            f"it answers {answer.status_code}",
            is_about_message=answer.status_code in _ABOUT_MESSAGE,
            retry_after_seconds=_retry_after(answer.headers.get("retry-after")),
            status=answer.status_code,
            said=content[:_LONGEST_ANSWER_BYTES],
        )


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _retry_after(header: str | None) -> float | None:
    return min(float(header), _LONGEST_RETRY_AFTER) if header and header.isascii() and header.isdigit() else None


def _words(error: Exception) -> str:
    """Without the address, which may hold a token."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
