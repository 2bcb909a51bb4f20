"""What can go wrong between us and a camera's ONVIF service. No message holds a password or what a camera sent."""

from enum import StrEnum


class OnvifCause(StrEnum):
    NOT_ALLOWED = "not_allowed"  # an address outside the networks that may be asked
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    AUTH = "auth"
    FAULT = "fault"  # the camera refused the request and said so
    BAD_DATA = "bad_data"  # an answer that is none
    NOTHING = "nothing"  # no media service, no profile, no stream


class OnvifError(Exception):
    """The camera's ONVIF service could not be used. `address` is host and port."""

    def __init__(self, address: str, cause: OnvifCause, detail: str) -> None:
        super().__init__(f"{address}: {detail}")
        self.address = address
        self.cause = cause
        self.detail = detail
