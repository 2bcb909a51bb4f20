"""Which addresses may be asked: those of cameras' networks, never the machine's own nor a cloud's inner ones."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from streams.onvif.errors import OnvifCause, OnvifError

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
# Where clouds tell a machine its own keys.
_NEVER = frozenset({ip_address("169.254.169.254"), ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})


class Networks:
    """The networks whose addresses may be asked. Names are not resolved: what a name means may change."""

    def __init__(self, networks: Iterable[str] = PRIVATE) -> None:
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(each) for each in networks)

    def allow(self, host: str) -> bool:
        """Tell whether this is an address (not a name) inside one of the networks."""
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return address not in _NEVER and any(address in network for network in self._networks)

    def required(self, service: str) -> tuple[str, int, str]:
        """Host, port and path of an http address. Raises OnvifError where it must not be asked."""
        try:
            parts = urlsplit(service)
            host, port = parts.hostname or "", parts.port or 80
        except ValueError:
            raise OnvifError("address", OnvifCause.NOT_ALLOWED, "expected http://ADDRESS:PORT/path") from None
        if parts.scheme != "http" or "@" in parts.netloc or any(sign.isspace() for sign in service):
            raise OnvifError("address", OnvifCause.NOT_ALLOWED, "expected http://ADDRESS:PORT/path without a login")
        if not self.allow(host):
            detail = "expected an address (no name) in one of the networks that may be asked"
            raise OnvifError("address", OnvifCause.NOT_ALLOWED, detail)
        path = parts.path or "/onvif/device_service"
        return host, port, f"{path}?{parts.query}" if parts.query else path
