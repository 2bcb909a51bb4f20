"""Two files of an operator: which devices there are, and what their words mean."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from alerts.errors import AlertsError
from alerts.hikvision.event import DeviceEvent
from domain.ids import CameraId, NodeId
from models.marked_yaml import Marked, read_marked

SHIPPED = Path(__file__).parent / "mapping.yaml"
_NODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


class HikvisionFileError(AlertsError):
    """A file about devices is wrong. `where` is file, line and field."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: expected {expected}, found {found!r}")
        self.where = where
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One line of the mapping. `target` None fits every target."""

    type: str
    target: str | None
    code: str
    ends_after_seconds: float

    def fits(self, event: DeviceEvent) -> bool:
        return self.type == event.type and self.target in {None, event.target}


@dataclass(frozen=True, slots=True)
class Meanings:
    """`version` is that of the file: it goes into each finding."""

    version: str
    lines: tuple[Meaning, ...]

    def of(self, event: DeviceEvent) -> Meaning | None:
        return next((line for line in self.lines if line.fits(event)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A camera or recorder. `cameras` are the ids at this service by the device's channel."""

    node_id: NodeId
    url: str
    username: str
    password: SecretStr = field(repr=False)
    cameras: Mapping[int, CameraId]
    ca_file: Path | None = None
    checks_certificate: bool = True


def read_meanings(path: Path, codes: Collection[str]) -> Meanings:
    """Raises HikvisionFileError."""
    fields = read_marked(path, HikvisionFileError).fields(("version", "events"), ("version", "events"))
    return Meanings(fields["version"].text(), tuple(_meaning(item, codes) for item in fields["events"].items()))


def _meaning(item: Marked, codes: Collection[str]) -> Meaning:
    fields = item.fields(("type", "target", "code", "ends_after_seconds"), ("type", "code", "ends_after_seconds"))
    code = fields["code"].text()
    if code not in codes:
        raise fields["code"].fail("a code of the risk catalogue")
    return Meaning(
        type=fields["type"].text().lower(),
        target=fields["target"].text().lower() if "target" in fields else None,
        code=code,
        ends_after_seconds=_seconds(fields["ends_after_seconds"]),
    )


def _seconds(marked: Marked) -> float:
    try:
        seconds = float(marked.text())
    except ValueError:
        seconds = 0.0
    if not 5.0 <= seconds <= 86_400.0:
        raise marked.fail("5 to 86400 seconds")
    return seconds


def read_devices(path: Path, passwords: Mapping[str, SecretStr]) -> list[Device]:
    """Raises HikvisionFileError; passwords come from the settings, by the device's node."""
    fields = read_marked(path, HikvisionFileError).fields(("devices",), ("devices",))
    items = fields["devices"].items()
    devices = [_device(item, passwords) for item in items]
    for item, device in zip(items, devices, strict=True):
        if sum(one.node_id == device.node_id for one in devices) > 1:
            raise item.fail("each node once", device.node_id)
    return devices


def _device(item: Marked, passwords: Mapping[str, SecretStr]) -> Device:
    names = ("node", "url", "username", "cameras", "ca_file", "checks_certificate")
    fields = item.fields(names, names[:4])
    node = fields["node"].text()
    if not _NODE.fullmatch(node):
        raise fields["node"].fail("1 to 40 letters, digits, - and _")
    if node not in passwords:
        raise fields["node"].fail("a node with a password in ingest.hikvision_passwords")
    return Device(
        node_id=NodeId(node),
        url=_url(fields["url"]),
        username=fields["username"].text(),
        password=passwords[node],
        cameras=_cameras(fields["cameras"]),
        ca_file=Path(fields["ca_file"].text()) if "ca_file" in fields else None,
        checks_certificate=_flag(fields["checks_certificate"]) if "checks_certificate" in fields else True,
    )


def _cameras(marked: Marked) -> dict[int, CameraId]:
    found: dict[int, CameraId] = {}
    for item in marked.items():
        fields = item.fields(("channel", "camera"), ("channel", "camera"))
        text = fields["channel"].text()
        if not (text.isascii() and text.isdigit()) or int(text) in found:
            raise fields["channel"].fail("the number of a channel, each once")
        found[int(text)] = CameraId(fields["camera"].text())
    if not found:
        raise marked.fail("at least one camera", "none")
    return found


def _flag(marked: Marked) -> bool:
    text = marked.text().lower()
    if text not in {"true", "false"}:
        raise marked.fail("true or false")
    return text == "true"


def _url(marked: Marked) -> str:
    text = marked.text()
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    is_plain = parts.scheme in {"http", "https"} and host and not (parts.username or parts.password)
    if not is_plain or parts.path.strip("/") or parts.query or parts.fragment:
        raise marked.fail("http(s)://host[:port] without name and password", "something else")
    return f"{parts.scheme}://{parts.netloc}"
