"""Cameras that answer a WS-Discovery probe in the local network (ONVIF Core Specification, section 7)."""

import secrets
import select
import socket
import struct
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from streams.onvif.networks import Networks
from streams.onvif.soap import SoapError, envelope, named, parsed, plain, text_of

MULTICAST = ("239.255.255.250", 3702)
MOST_DEVICES = 1_000
MOST_SCOPES = 50
_LARGEST_DATAGRAM = 65_535
_REPEATS = 2  # UDP loses datagrams
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_NETWORK = "http://www.onvif.org/ver10/network/wsdl"
_SCOPE_PREFIX = "onvif://www.onvif.org/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDevice:
    """A camera that answered. `service` is the address to ask for its streams, None where it named none we may ask.

    Name, hardware, location and scopes are what the camera says of itself.
    """

    endpoint: str
    host: str
    service: str | None
    name: str | None
    hardware: str | None
    location: str | None
    scopes: tuple[str, ...]


def discover(
    networks: Networks, *, seconds: float, targets: Sequence[tuple[str, int]] = (MULTICAST,)
) -> list[FoundDevice]:
    """Ask all cameras that the targets reach, and listen for so long. In order of address. Blocks; any thread.

    Answers that are damaged, foreign, or come from an address outside the networks are passed over.
    """
    message_id = f"urn:uuid:{uuid.UUID(bytes=secrets.token_bytes(16), version=4)}"
    found: dict[str, FoundDevice] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        opened.bind(("", 0))
        began = time.monotonic()
        for turn in range(_REPEATS):
            _send(opened, probe(message_id), targets)
            until = began + seconds * (turn + 1) / _REPEATS
            for content, sender in _datagrams(opened, until):
                for device in matches(content, sender, message_id, networks):
                    if len(found) < MOST_DEVICES:
                        found.setdefault(device.endpoint, device)
    return sorted(found.values(), key=lambda device: (socket.inet_aton(device.host), device.endpoint))


def probe(message_id: str) -> bytes:
    """The question for cameras (NetworkVideoTransmitter)."""
    header = (
        f'<a:MessageID xmlns:a="{_ADDRESSING}">{message_id}</a:MessageID>'
        f'<a:To xmlns:a="{_ADDRESSING}">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
        f'<a:Action xmlns:a="{_ADDRESSING}">{_DISCOVERY}/Probe</a:Action>'
    )
    body = (
        f'<d:Probe xmlns:d="{_DISCOVERY}"><d:Types xmlns:dn="{_NETWORK}">dn:NetworkVideoTransmitter</d:Types></d:Probe>'
    )
    return envelope(body, header=header).encode()


def matches(content: bytes, sender: str, message_id: str, networks: Networks) -> Iterator[FoundDevice]:
    """The cameras in one answer; none where it is not one to our question."""
    if not networks.allow(sender):
        return
    try:
        root = parsed(content)
    except SoapError:
        return
    if text_of(root, "Header", "RelatesTo") != message_id:
        return
    for match in named(root, "ProbeMatch"):
        scopes = tuple((text_of(match, "Scopes", longest=8_000) or "").split()[:MOST_SCOPES])
        yield FoundDevice(
            endpoint=text_of(match, "EndpointReference", "Address") or sender,
            host=sender,
            service=_service(text_of(match, "XAddrs", longest=4_000) or "", sender, networks),
            name=_told(scopes, "name"),
            hardware=_told(scopes, "hardware"),
            location=_told(scopes, "location"),
            scopes=scopes,
        )


def _service(addresses: str, sender: str, networks: Networks) -> str | None:
    """The address of the service on the host that answered: what a camera says of other hosts is not followed."""
    for address in addresses.split():
        try:
            parts = urlsplit(address)
            if parts.scheme == "http" and parts.hostname == sender and networks.allow(sender):
                return f"http://{sender}:{parts.port or 80}{parts.path or '/onvif/device_service'}"
        except ValueError:
            continue
    return None


def _told(scopes: Sequence[str], kind: str) -> str | None:
    prefix = f"{_SCOPE_PREFIX}{kind}/"
    values = [unquote(scope[len(prefix) :]) for scope in scopes if scope.lower().startswith(prefix)]
    return plain(" ".join(values)) if values else None


def _send(opened: socket.socket, message: bytes, targets: Sequence[tuple[str, int]]) -> None:
    for host, port in targets:
        if not _is_multicast(host):
            with suppress(OSError):
                opened.sendto(message, (host, port))
            continue
        for index, _name in socket.if_nameindex():  # a machine between two networks asks in both
            with suppress(OSError):
                every = struct.pack("4s4si", socket.inet_aton("0.0.0.0"), socket.inet_aton("0.0.0.0"), index)  # noqa: S104 - "any", in the kernel's structure
                opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, every)
                opened.sendto(message, (host, port))


def _is_multicast(host: str) -> bool:
    return 224 <= socket.inet_aton(host)[0] <= 239


def _datagrams(opened: socket.socket, until: float) -> Iterator[tuple[bytes, str]]:
    while (left := until - time.monotonic()) > 0:
        if not select.select([opened], [], [], left)[0]:
            return
        with suppress(OSError):
            content, sender = opened.recvfrom(_LARGEST_DATAGRAM)
            yield content, sender[0]
