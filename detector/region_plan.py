"""Which crops of a camera's picture are looked at beside it: what moved, what is followed, what zones mark."""

from collections.abc import Callable, Sequence

from detector import metrics
from detector.close_looks import MergeRules, Request
from detector.lanes import Lane
from detector.regions import LARGEST_SHARE, Cause, Place, Size, chosen, covering, moved_places
from detector.settings import DetectorSettings
from domain.frame import Frame
from domain.geometry import Box
from domain.ids import CameraId
from models.manifest import ModelManifest

LEAST_GAIN = 1.25  # times larger than in the full picture; below that a crop shows nothing new

Zones = Callable[[CameraId], Sequence[Box]]


class RegionPlan:
    """Chooses crops for the thread that holds a lane; any thread may call it, for a lane that it holds.

    `zones` tells the parts of a camera's picture that are looked at closer even where nothing moves. While `is_hurried`
    says that there is too much to look at, nothing is looked at closer. Both must return at once.
    """

    def __init__(
        self,
        manifest: ModelManifest,
        settings: DetectorSettings,
        zones: Zones | None = None,
        is_hurried: Callable[[], bool] | None = None,
    ) -> None:
        self._settings = settings.regions
        self._zones = zones or (lambda _: ())
        self._is_hurried = is_hurried or (lambda: False)
        usable = {label.name for label in manifest.labels if label.usable or settings.uses_weak_labels}
        self._labels = usable & set(self._settings.labels)
        groups = {label.name: label.group or label.name for label in manifest.labels}
        self.rules = MergeRules(labels=frozenset(self._labels), groups=groups)

    def request(self, lane: Lane, frame: Frame) -> Request:
        """The frame with its crops; none where closer looks are off, could show nothing new or nobody has the time."""
        settings, picture = self._settings, frame.picture
        if not settings.is_on or not self._labels or self._is_hurried():
            return Request(frame=frame)
        size = Size(width=picture.width, height=picture.height)
        if max(size.width, size.height) < LEAST_GAIN * settings.side_px:
            return Request(frame=frame)
        proposed = covering(self._places(lane), size, settings.side_px)
        lane.regions, crops = chosen(lane.regions, proposed, frame.clock, settings)
        metrics.CLOSE_LOOKS.inc(len(crops))
        metrics.CLOSE_LOOKS_POSTPONED.inc(len(proposed) - len(crops))
        return Request(frame=frame, crops=tuple(crops))

    def _places(self, lane: Lane) -> list[Place]:
        changed = lane.gate.changed
        followed = [
            Place(life.track.box, Cause.FOLLOWED)
            for life in lane.tracker.lives
            if life.track.label in self._labels and max(life.track.box.width, life.track.box.height) <= LARGEST_SHARE
        ]
        moved = [] if changed is None else moved_places(changed)
        marked = [Place(box, Cause.ZONE) for box in self._zones(lane.camera_id)]
        return [*followed, *moved, *marked]
