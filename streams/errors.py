"""What can keep a camera's pictures away. Foreign errors become these at the adapter, once.

`address` is always redacted: no message of these classes holds a user name, a password or a token.
"""

from enum import StrEnum
from typing import ClassVar


class StreamErrorCode(StrEnum):
    """The cause that people, metrics and MQTT are told: a small set, never free text."""

    UNREACHABLE = "unreachable"  # refused, no route, unknown host, connection lost
    TIMEOUT = "timeout"
    AUTH = "auth"
    CERTIFICATE = "certificate"
    NOT_FOUND = "not_found"
    NOT_PERMITTED = "not_permitted"
    NO_VIDEO = "no_video"
    BAD_DATA = "bad_data"
    UNSUPPORTED = "unsupported"
    REDIRECT_LOOP = "redirect_loop"
    ENDED = "ended"
    STALLED = "stalled"  # data without pictures, or a library call that never came back
    SLOW = "slow"  # pictures come, but far fewer than are due
    DEVICE = "device"
    INTERNAL = "internal"


class StreamError(Exception):
    """The stream failed."""

    code: ClassVar[StreamErrorCode] = StreamErrorCode.INTERNAL
    is_lasting: ClassVar[bool] = False
    """Trying again soon cannot help: somebody has to change something first."""

    def __init__(self, address: str, detail: str | None = None) -> None:
        self.address = address
        self.detail = detail
        sentence = (type(self).__doc__ or "").strip().splitlines()[0].rstrip(".")
        super().__init__(f"{sentence}: {address}" + (f" ({detail})" if detail else ""))


class CameraUnreachableError(StreamError):
    """The camera cannot be reached."""

    code = StreamErrorCode.UNREACHABLE


class CameraTimeoutError(StreamError):
    """The camera did not answer in time."""

    code = StreamErrorCode.TIMEOUT


class CameraAuthError(StreamError):
    """The camera refused the user name or password."""

    code = StreamErrorCode.AUTH
    is_lasting = True


class CameraCertificateError(StreamError):
    """The camera's certificate is signed by no authority that this machine knows."""

    code = StreamErrorCode.CERTIFICATE
    is_lasting = True


class SourceNotFoundError(StreamError):
    """There is no such stream, file or device."""

    code = StreamErrorCode.NOT_FOUND
    is_lasting = True


class SourceNotPermittedError(StreamError):
    """This process may not read the source."""

    code = StreamErrorCode.NOT_PERMITTED
    is_lasting = True


class NoVideoError(StreamError):
    """The source has no video."""

    code = StreamErrorCode.NO_VIDEO
    is_lasting = True


class BadDataError(StreamError):
    """What the source sends is no video that can be read."""

    code = StreamErrorCode.BAD_DATA


class UnsupportedSourceError(StreamError):
    """This kind of source or codec is not supported."""

    code = StreamErrorCode.UNSUPPORTED
    is_lasting = True


class RedirectLoopError(StreamError):
    """The address redirects too often."""

    code = StreamErrorCode.REDIRECT_LOOP
    is_lasting = True


class StreamEndedError(StreamError):
    """The stream ended."""

    code = StreamErrorCode.ENDED


class StreamStalledError(StreamError):
    """No picture came for too long."""

    code = StreamErrorCode.STALLED


class DeviceError(StreamError):
    """The video device failed."""

    code = StreamErrorCode.DEVICE
