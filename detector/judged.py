"""Whose pictures were judged, and when: what time may count as looked at rests on it."""

import threading

from domain.ids import CameraId

UNJUDGED_SECONDS = 60.0
"""So long after its last judged picture a camera counts as looked at. Calm cameras are looked at by their key frames
alone, which lie seconds apart."""


class JudgedPictures:
    """The last judged picture of each camera, and how long none of any could be. Any thread; seconds of one clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._judged: dict[CameraId, float] = {}
        # From the first to the last picture that could not be judged, while no other could.
        self._blind: tuple[float, float] | None = None

    def seen(self) -> None:
        """The network has judged a picture, whatever becomes of it."""
        with self._lock:
            self._blind = None

    def unseen(self, clock: float) -> None:
        """The network could not judge a picture."""
        with self._lock:
            self._blind = (self._blind[0] if self._blind else clock, clock)

    def judged(self, camera_id: CameraId, clock: float) -> None:
        """A picture was judged and handed on, or nothing had changed since one was."""
        with self._lock:
            self._judged[camera_id] = clock

    def forget(self, camera_id: CameraId) -> None:
        with self._lock:
            self._judged.pop(camera_id, None)

    def is_judged(self, camera_id: CameraId, clock: float) -> bool:
        """Whether one was within the last `UNJUDGED_SECONDS`."""
        with self._lock:
            last = self._judged.get(camera_id)
        return last is not None and clock - last <= UNJUDGED_SECONDS

    def blind_seconds(self) -> float:
        """From the first to the last failure of the network while nothing else was judged; 0 where that is not so."""
        with self._lock:
            first, last = self._blind or (0.0, 0.0)
        return last - first
