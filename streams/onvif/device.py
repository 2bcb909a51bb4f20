"""The streams that a camera offers, asked of its ONVIF service: GetCapabilities, GetProfiles, GetStreamUri."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from xml.sax.saxutils import escape

from streams.onvif.errors import OnvifCause, OnvifError
from streams.onvif.networks import Networks
from streams.onvif.soap import (
    Login,
    SoapError,
    envelope,
    fault_of,
    first,
    local_name,
    named,
    parsed,
    plain,
    text_of,
    username_token,
)
from streams.onvif.transport import Answer, SoapPost

_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_MEDIA = "http://www.onvif.org/ver10/media/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"
MOST_PROFILES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedStream:
    """One profile of a camera with its address, which holds no login. Sizes are in pixels, None where not told."""

    name: str
    location: str
    codec: str | None
    width_px: int | None
    height_px: int | None
    fps: float | None

    @property
    def area_px(self) -> int:
        return (self.width_px or 0) * (self.height_px or 0)


class OnvifDevice:
    """One camera. Each call blocks for a few requests of `seconds` each at most. One thread.

    All requests go to the host that was named: a camera that names another one (behind a router, or to lure us
    elsewhere) is asked under its own.
    """

    def __init__(
        self,
        service: str,
        login: Login | None,
        *,
        networks: Networks,
        seconds: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._host, self._port, self._path = networks.required(service)
        self._login = login
        self._post = SoapPost(self._host, seconds=seconds)
        self._now = now
        self._offset: timedelta | None = None

    def streams(self) -> list[OfferedStream]:
        """What the camera offers, largest picture first. Raises OnvifError."""
        port, path = self._media_service()
        answer = self._ask(port, path, f'<GetProfiles xmlns="{_MEDIA}"/>')
        profiles = [each for each in named(answer, "Profiles") if each.get("token")][:MOST_PROFILES]
        streams = [stream for each in profiles if (stream := self._stream(port, path, each)) is not None]
        if not streams:
            raise self._error(OnvifCause.NOTHING, "it offers no stream")
        return sorted(streams, key=lambda stream: -stream.area_px)

    def _stream(self, port: int, path: str, profile: ET.Element) -> OfferedStream | None:
        setup = (
            f'<StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
            f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        )
        token = escape(profile.get("token", ""))
        body = f'<GetStreamUri xmlns="{_MEDIA}">{setup}<ProfileToken>{token}</ProfileToken></GetStreamUri>'
        location = self._location(text_of(self._ask(port, path, body), "Uri", longest=2_000))
        if location is None:
            return None
        encoder = first(profile, "VideoEncoderConfiguration")
        return OfferedStream(
            name=text_of(profile, "Name") or plain(profile.get("token")) or "?",
            location=location,
            codec=None if encoder is None else text_of(encoder, "Encoding"),
            width_px=_number(encoder, "Resolution", "Width"),
            height_px=_number(encoder, "Resolution", "Height"),
            fps=_number(encoder, "RateControl", "FrameRateLimit"),
        )

    def _location(self, uri: str | None) -> str | None:
        """The stream's address on the host that was named, without a login; None for one that is no stream's."""
        try:
            parts = urlsplit(uri or "")
            port = parts.port
        except ValueError:
            return None
        if parts.scheme not in {"rtsp", "rtsps"}:
            return None
        host = f"[{self._host}]" if ":" in self._host else self._host
        return urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path, parts.query, ""))

    def _media_service(self) -> tuple[int, str]:
        """Port and path of the media service."""
        body = f'<GetCapabilities xmlns="{_DEVICE}"><Category>Media</Category></GetCapabilities>'
        answer = self._ask(self._port, self._path, body)
        address = text_of(answer, "Capabilities", "Media", "XAddr", longest=2_000)
        try:
            parts = urlsplit(address or "")
            port = parts.port or 80
        except ValueError:
            parts, port = urlsplit(""), 80
        if parts.scheme != "http" or not parts.path.startswith("/"):
            raise self._error(OnvifCause.NOTHING, "it names no media service over http")
        return (port if parts.hostname == self._host else self._port), parts.path

    def _ask(self, port: int, path: str, body: str) -> ET.Element:
        """The body of the answer. Raises OnvifError, also for a fault."""
        header = "" if self._login is None else username_token(self._login, self._camera_time())
        answer = self._post.send(port, path, envelope(body, header=header), self._login)
        root = self._root(answer)
        fault = fault_of(root)
        if fault is not None:
            cause = OnvifCause.AUTH if "NotAuthorized" in fault or answer.status == 401 else OnvifCause.FAULT
            raise self._error(cause, "name or password refused" if cause is OnvifCause.AUTH else f"fault {fault}")
        found = first(root, "Body")
        if found is None:
            raise self._error(OnvifCause.BAD_DATA, "an envelope without a body")
        return found

    def _root(self, answer: Answer) -> ET.Element:
        if answer.status == 401:
            raise self._error(OnvifCause.AUTH, "name or password refused")
        if answer.status not in {200, 400, 500}:  # the latter two carry faults
            raise self._error(OnvifCause.BAD_DATA, f"HTTP status {answer.status}")
        try:
            return parsed(answer.content)
        except SoapError as error:
            raise self._error(OnvifCause.BAD_DATA, f"it sent {error}") from error

    def _camera_time(self) -> datetime:
        """Our time by the camera's clock: it refuses a password digest that its own clock finds too old."""
        if self._offset is None:
            self._offset = timedelta(0)
            answer = self._post.send(
                self._port, self._path, envelope(f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>'), None
            )
            try:
                told = _told_time(parsed(answer.content))
            except SoapError:
                told = None
            if told is not None:
                self._offset = told - self._now()
        return self._now() + self._offset

    def _error(self, cause: OnvifCause, detail: str) -> OnvifError:
        return OnvifError(f"{self._host}:{self._port}", cause, detail)


def _told_time(root: ET.Element) -> datetime | None:
    utc = first(root, "UTCDateTime")
    if utc is None:
        return None
    parts = {local_name(each): each.text or "" for each in utc.iter()}
    try:
        numbers = [int(parts[name]) for name in ("Year", "Month", "Day", "Hour", "Minute", "Second")]
        return datetime(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], min(numbers[5], 59), tzinfo=UTC)
    except (KeyError, ValueError):
        return None


def _number(root: ET.Element | None, *path: str) -> int | None:
    text = None if root is None else text_of(root, *path)
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 6 else None


def smaller_stream(streams: list[OfferedStream], *, least_px: int = 600) -> OfferedStream | None:
    """The one to analyse beside the largest: the smallest whose longer side still has so many pixels; None if none."""
    main = max(streams, key=lambda stream: stream.area_px, default=None)
    fit = [
        stream
        for stream in streams
        if main is not None
        and 0 < stream.area_px < main.area_px
        and max(stream.width_px or 0, stream.height_px or 0) >= least_px
    ]
    return min(fit, key=lambda stream: stream.area_px, default=None)
