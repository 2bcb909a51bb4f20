"""Looks at a camera's pictures about once a second and remembers what is wrong with them."""

import structlog

from domain.frame import Picture
from domain.ids import CameraId
from streams.metrics import SIGHT_SECONDS
from streams.ports import PictureFault
from streams.settings import SightSettings
from streams.sight import Sight, looked
from streams.view import small_luma

log = structlog.get_logger(__name__)


class SightWatch:
    """One camera's sight. It belongs to the camera's decode thread, of which there is one at a time.

    What was learnt lives as long as the object: through reconnects, not through a restart of the camera.
    """

    def __init__(self, camera_id: CameraId, settings: SightSettings) -> None:
        self._camera_id = camera_id
        self._settings = settings
        self._sight = Sight()
        self._is_failing = False

    def look(self, picture: Picture, clock: float) -> PictureFault | None:
        """What is wrong with the camera's pictures, this one included if one is due to be looked at."""
        if not self._settings.is_on or not self._sight.is_due(clock, self._settings):
            return self._sight.fault
        had_reference = self._sight.reference is not None
        try:
            with SIGHT_SECONDS.time():
                self._sight = looked(self._sight, small_luma(picture), clock, self._settings)
        except Exception:  # a supervisor: foreign pictures raise what they like, and the camera must go on
            if not self._is_failing:
                log.exception("camera_sight_failed", camera_id=self._camera_id)
            self._is_failing = True
            return self._sight.fault
        self._is_failing = False
        if self._sight.reference is not None and not had_reference:
            log.info("camera_view_learnt", camera_id=self._camera_id)
        return self._sight.fault
