"""What can go wrong between a picture and what is seen in it. A network's own files: see `models.errors`."""

from pathlib import Path


class DetectorError(Exception):
    """Nothing can be said about a picture."""


class NetworkError(DetectorError):
    """The runtime refused the input or failed. `runtime` is its short name."""

    def __init__(self, runtime: str, reason: str) -> None:
        super().__init__(f"{runtime} failed: {reason}")
        self.runtime = runtime
        self.reason = reason


class NetworkOutputError(DetectorError):
    """The network returned an array of another shape than its head has."""

    def __init__(self, *, expected: str, found: tuple[int, ...]) -> None:
        super().__init__(f"expected network output of shape {expected}, found {found}")
        self.expected = expected
        self.found = found


class RuntimeMissingError(DetectorError):
    """A runtime is not installed. `extra` names the part of the project that brings it."""

    def __init__(self, runtime: str, extra: str) -> None:
        super().__init__(f"the runtime {runtime} is not installed; it comes with the extra {extra!r}")
        self.runtime = runtime
        self.extra = extra


class AcceleratorMissingError(DetectorError):
    """A network cannot run on an accelerator here. `missing` says what is not there, `remedy` what to do about it."""

    def __init__(self, runtime: str, *, missing: str, remedy: str) -> None:
        super().__init__(f"the runtime {runtime} is not available: {missing}; {remedy}")
        self.runtime = runtime
        self.missing = missing
        self.remedy = remedy


class PictureNotJudgedError(DetectorError):
    """The network could not look at a picture; the log says why. Sides are in pixels."""

    def __init__(self, width_px: int, height_px: int) -> None:
        super().__init__(f"a picture of {width_px}x{height_px} could not be judged")
        self.width_px = width_px
        self.height_px = height_px


class TeachingError(DetectorError):
    """Something cannot be learnt as it was given. `field` names what is wrong."""

    def __init__(self, field: str, expected: str, found: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found


class ReportFileError(DetectorError):
    """A report cannot be written where it was asked for."""

    def __init__(self, path: Path, expected: str, reason: str) -> None:
        super().__init__(f"{path}: expected {expected}, found: {reason}")
        self.path = path
        self.expected = expected
        self.reason = reason
