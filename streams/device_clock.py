"""How far a camera's own clock is off, from the wall times that it sends with its pictures.

RTSP cameras say now and then at which moment of their wall clock a picture was taken (RTCP sender reports, RFC 3550
section 6.4.1). A camera without a wall clock may count from its start instead (section 4), which then reads as a time
before 1968: that says nothing. The way through encoder and network makes a picture some tenths of a second older when
it arrives, so small differences say nothing either.
"""

from collections import deque
from statistics import median

from streams.timeline import Instant

RELATIVE_BEFORE = 2**31 - 2_208_988_800  # seconds of UNIX time at which the upper half of NTP's era begins
_EVERY_SECONDS = 1.0
_SAMPLES = 15
_LEAST_SAMPLES = 5


class DeviceClock:
    """One connection's. `noted` on the decode thread, `offset_seconds` on any."""

    def __init__(self) -> None:
        self._found: deque[float] = deque(maxlen=_SAMPLES)
        self._noted_clock: float | None = None
        self.offset_seconds: float | None = None
        """Camera's clock less ours, the median of some seconds; None while it is not known."""

    def noted(self, sent_seconds: float | None, arrived: Instant) -> None:
        """Take a packet into account that was sent at this UNIX time by the camera's clock; None: it does not say."""
        if sent_seconds is None or sent_seconds < RELATIVE_BEFORE:
            return
        if self._noted_clock is not None and 0.0 <= arrived.clock - self._noted_clock < _EVERY_SECONDS:
            return
        self._noted_clock = arrived.clock
        self._found.append(sent_seconds - arrived.utc.timestamp())
        if len(self._found) >= _LEAST_SAMPLES:
            self.offset_seconds = median(self._found)
