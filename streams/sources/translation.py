"""FFmpeg's errors in our words. The one table; nothing of FFmpeg's text is passed on, it repeats addresses."""

import errno

import av.error

from streams.errors import (
    BadDataError,
    CameraAuthError,
    CameraTimeoutError,
    CameraUnreachableError,
    DeviceError,
    SourceNotFoundError,
    SourceNotPermittedError,
    StreamEndedError,
    StreamError,
    UnsupportedSourceError,
)
from streams.sources.location import Location, SourceKind

# The first line that fits decides. av.error.ExitError is what FFmpeg says when our timeout interrupted it.
_TABLE: tuple[tuple[type[BaseException], type[StreamError]], ...] = (
    (av.error.HTTPUnauthorizedError, CameraAuthError),
    (av.error.HTTPForbiddenError, CameraAuthError),
    (av.error.HTTPNotFoundError, SourceNotFoundError),
    (av.error.HTTPClientError, UnsupportedSourceError),
    (av.error.HTTPError, CameraUnreachableError),
    (av.error.ExitError, CameraTimeoutError),
    (TimeoutError, CameraTimeoutError),
    (EOFError, StreamEndedError),
    (av.error.InvalidDataError, BadDataError),
    (av.error.LookupError, UnsupportedSourceError),  # no demuxer, decoder or protocol of that name
    (av.error.PatchWelcomeError, UnsupportedSourceError),
    (NotImplementedError, UnsupportedSourceError),
    (FileNotFoundError, SourceNotFoundError),
    (PermissionError, SourceNotPermittedError),
    (ConnectionError, CameraUnreachableError),
)


def translated(error: av.error.FFmpegError, location: Location) -> StreamError:
    """The error in our words, with a detail from the operating system's number where there is one."""
    for foreign, ours in _TABLE:
        if isinstance(error, foreign):
            return _of_kind(ours, location)(location.shown)
    if error.errno == errno.EPROTONOSUPPORT:
        return UnsupportedSourceError(location.shown, "the camera refused the transport")
    if location.kind is SourceKind.DEVICE:
        return DeviceError(location.shown, _system_name(error))
    if isinstance(error, OSError) and location.kind is not SourceKind.FILE:
        return CameraUnreachableError(location.shown, _system_name(error))
    if isinstance(error, OSError | ValueError):
        return BadDataError(location.shown, _system_name(error))
    return StreamError(location.shown, type(error).__name__)


def _of_kind(ours: type[StreamError], location: Location) -> type[StreamError]:
    """A refused device or a network's "permission denied" (a firewall) are not about the file system."""
    if location.kind in {SourceKind.RTSP, SourceKind.HTTP} and ours is SourceNotPermittedError:
        return CameraUnreachableError
    return ours


def _system_name(error: av.error.FFmpegError) -> str | None:
    """Such as EHOSTUNREACH; FFmpeg reports an unknown host name as EIO."""
    return errno.errorcode.get(error.errno) if error.errno is not None else None
