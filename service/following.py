"""Tells the cameras' side where something is followed, so that those cameras are served first and slowed last."""

import threading
from collections.abc import Callable

from detector.ports import ObservationSink
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId


class FollowingWatch:
    """An ObservationSink before another one. Threads: as the engine's.

    `follow` is called whenever a camera begins or ceases to have tracks; it must not block. It is told before the sink
    is, so that a sink that fails does not keep it back.
    """

    def __init__(self, sink: ObservationSink, follow: Callable[[CameraId, bool], None]) -> None:
        self._sink = sink
        self._follow = follow
        self._lock = threading.Lock()
        self._followed: set[CameraId] = set()

    def observe(self, observation: Observation, frame: Frame) -> None:
        """See detector.ports.ObservationSink."""
        self._note(observation.camera_id, bool(observation.tracks))
        self._sink.observe(observation, frame)

    def forget(self, camera_id: CameraId) -> None:
        """See detector.ports.ObservationSink."""
        self._note(camera_id, False)
        self._sink.forget(camera_id)

    def _note(self, camera_id: CameraId, is_followed: bool) -> None:
        with self._lock:
            if is_followed == (camera_id in self._followed):
                return
            if is_followed:
                self._followed.add(camera_id)
            else:
                self._followed.discard(camera_id)
        self._follow(camera_id, is_followed)
