"""Which kind of source an address names, and what FFmpeg is told about each kind.

An address comes from an operator, and what a camera answers comes from anywhere: a playlist fetched over HTTP
must not make this process read a local file or speak another protocol. Each kind therefore gets a list of the
protocols and formats that it may use, and nothing else.
"""

import os
import re
import ssl
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from domain.organisation import Source, Transport
from streams.errors import (
    BadDataError,
    SourceNotFoundError,
    SourceNotPermittedError,
    StreamError,
    UnsupportedSourceError,
)
from streams.redaction import redact_url
from streams.settings import StreamSettings


class SourceKind(StrEnum):
    RTSP = "rtsp"
    HTTP = "http"
    FILE = "file"
    DEVICE = "device"


_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_KINDS = {
    "rtsp": SourceKind.RTSP,
    "rtsps": SourceKind.RTSP,
    "http": SourceKind.HTTP,
    "https": SourceKind.HTTP,
    "file": SourceKind.FILE,
}
_PROTOCOLS = {
    SourceKind.RTSP: "rtsp,rtsps,rtp,srtp,udp,tcp,tls",
    SourceKind.HTTP: "http,https,tcp,tls,crypto,httpproxy",
    SourceKind.FILE: "file",
}
_FILE_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,ivf,h264,hevc,mjpeg,mpjpeg,gif,mxf,m4v,wmv"
_FORMATS = {
    SourceKind.RTSP: "rtsp,sdp,rtp,mpegts",
    SourceKind.HTTP: "hls," + _FILE_FORMATS + ",aac,mp3,ac3,eac3,webvtt",  # the latter are side streams of playlists
    SourceKind.FILE: _FILE_FORMATS,  # no playlists: a file that was uploaded must not name others
}
_UDP_BUFFER_BYTES = 2 * 1024 * 1024  # a keyframe arrives in one burst; the kernel's 200 kB lose part of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """What is opened, and how. `address` may hold a password; `shown` never does."""

    kind: SourceKind
    address: str
    shown: str
    format_name: str | None
    options: dict[str, str]


def kind_of(text: str) -> SourceKind:
    """The kind of an address. Raises UnsupportedSourceError for a scheme that is none of ours."""
    scheme = _SCHEME.match(text)
    if scheme is not None:
        kind = _KINDS.get(scheme[1].lower())
        if kind is None:
            known = ", ".join(sorted(_KINDS))
            raise UnsupportedSourceError(redact_url(text), f"expected {known}, a file or a device")
        return kind
    return SourceKind.DEVICE if text.startswith("/dev/") else SourceKind.FILE


def located(source: Source, settings: StreamSettings) -> Location:
    """Check what can be checked without opening, and say how to open the rest. Raises StreamError."""
    text = source.location.strip()
    kind = kind_of(text)
    if kind is SourceKind.DEVICE:
        return _device(text)
    if kind is SourceKind.FILE:
        return _file(text, settings)
    options = _limits(kind, settings) | _tls(text, settings)
    if kind is SourceKind.RTSP:
        options |= _rtsp(source.transport, settings)
    else:
        options |= {
            "max_redirects": str(settings.maximum_redirects),
            "rw_timeout": _microseconds(settings.read_timeout_seconds),
        }
    return Location(kind=kind, address=text, shown=redact_url(text), format_name=None, options=options)


def _limits(kind: SourceKind, settings: StreamSettings) -> dict[str, str]:
    return {
        "protocol_whitelist": _PROTOCOLS[kind],
        "format_whitelist": _FORMATS[kind],
        "probesize": str(settings.probe_bytes),
        "analyzeduration": _microseconds(settings.probe_seconds),
        # For the decoders that probing opens; those that play are told in `pyav`.
        "max_pixels": str(settings.maximum_picture_pixels),
    }


def _rtsp(transport: Transport, settings: StreamSettings) -> dict[str, str]:
    carried = {
        Transport.TCP: {"rtsp_transport": "tcp"},
        Transport.UDP: {"rtsp_transport": "udp"},
        Transport.AUTO: {"rtsp_transport": "tcp+udp", "rtsp_flags": "prefer_tcp"},
    }[transport]
    return carried | {
        "timeout": _microseconds(settings.read_timeout_seconds),
        "allowed_media_types": "video",
        # Two pictures tell the rate. By default FFmpeg holds back 1.5 s of packets to measure it, which then come
        # in one burst and look newer than they are.
        "fpsprobesize": "2",
        "buffer_size": str(_UDP_BUFFER_BYTES),
    }


def _tls(text: str, settings: StreamSettings) -> dict[str, str]:
    if urlsplit(text.lower()[:8]).scheme not in {"https", "rtsps"}:
        return {}
    if not settings.verifies_certificates:
        return {"tls_verify": "0"}
    authorities = ssl.get_default_verify_paths().cafile
    return {"tls_verify": "1"} | ({"ca_file": authorities} if authorities else {})


def _device(text: str) -> Location:
    path = Path(text)
    if not path.exists():
        raise SourceNotFoundError(text)
    return Location(kind=SourceKind.DEVICE, address=text, shown=text, format_name="v4l2", options={})


def _file(text: str, settings: StreamSettings) -> Location:
    path = Path(unquote(text[len("file://") :]) if text.lower().startswith("file://") else text)
    shown = redact_url(str(path))
    try:
        state = path.stat()
    except PermissionError:
        raise SourceNotPermittedError(shown) from None
    except (OSError, ValueError):
        raise SourceNotFoundError(shown) from None
    if not stat.S_ISREG(state.st_mode):
        raise UnsupportedSourceError(shown, "a file was expected, this is a folder or special")
    if state.st_size == 0:
        raise BadDataError(shown, "the file is empty")
    if not os.access(path, os.R_OK):
        raise SourceNotPermittedError(shown)
    # "file:" keeps FFmpeg from reading a name such as "concat:a|b" as another protocol.
    address = f"file:{path.absolute()}"
    options = _limits(SourceKind.FILE, settings)
    return Location(kind=SourceKind.FILE, address=address, shown=shown, format_name=None, options=options)


def _microseconds(seconds: float) -> str:
    return str(int(seconds * 1_000_000))


def is_file(source: Source) -> bool:
    """Whether it is a recording that comes to its end. False for what no source can be: opening it says why."""
    try:
        return kind_of(source.location.strip()) is SourceKind.FILE
    except StreamError:
        return False
