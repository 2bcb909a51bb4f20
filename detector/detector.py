"""From pictures to detections: one network, whatever pictures come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import structlog

from detector import metrics
from detector.decode import DecodeRules, decode, to_detections
from detector.errors import NetworkOutputError
from detector.letterbox import Letterbox, PlaneWriter
from detector.ports import NetworkSession
from detector.settings import DetectorSettings
from domain.detection import Detection
from domain.frame import Frame, Picture
from domain.geometry import FloatArray
from models.manifest import ModelManifest

log = structlog.get_logger(__name__)

Answer = tuple[Detection, ...] | None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A picture and its place among those that were asked about."""

    place: int
    picture: Picture


def reporting_floors(manifest: ModelManifest, settings: DetectorSettings) -> dict[str, float]:
    """Least confidence by label: a share of each threshold, and no weak labels unless they are wanted."""
    return {
        label.name: label.threshold * settings.low_confidence_share
        for label in manifest.labels
        if label.usable or settings.uses_weak_labels
    }


class Detector:
    """Looks at pictures with one network. It belongs to one inference thread, as its session does.

    `floors` are least confidences by label, and only labels named there are reported; without them they are
    `reporting_floors`. Pictures of one letterbox share a batch. A batch that fails is tried again picture by
    picture, so that a bad one cannot take the others with it.
    """

    def __init__(
        self,
        session: NetworkSession,
        manifest: ModelManifest,
        settings: DetectorSettings,
        *,
        floors: dict[str, float] | None = None,
    ) -> None:
        self._session = session
        self._manifest = manifest
        self._settings = settings
        self._writer = PlaneWriter(manifest.input)
        self._rules = DecodeRules.of(
            manifest,
            reporting_floors(manifest, settings) if floors is None else floors,
            overlap_threshold=settings.overlap_threshold,
            maximum_boxes=settings.maximum_boxes,
        )
        self._told: set[str] = set()

    def detect(self, frames: Sequence[Frame]) -> list[Answer]:
        """See detector.ports.FrameDetector. Boxes come surest first."""
        return self.look([frame.picture for frame in frames])

    def look(self, pictures: Sequence[Picture]) -> list[Answer]:
        """The same for pictures that belong to no camera."""
        answers: list[Answer] = [None] * len(pictures)
        for letterbox, group in self._by_letterbox(pictures).items():
            for start in range(0, len(group), self._settings.maximum_batch):
                batch = group[start : start + self._settings.maximum_batch]
                for placed, answer in zip(batch, self._answers(batch, letterbox), strict=True):
                    answers[placed.place] = answer
        return answers

    def _by_letterbox(self, pictures: Sequence[Picture]) -> dict[Letterbox, list[_Placed]]:
        groups: dict[Letterbox, list[_Placed]] = defaultdict(list)
        for place, picture in enumerate(pictures):
            try:
                groups[self._letterbox(picture)].append(_Placed(place, picture))
            except Exception as error:  # noqa: BLE001 - a supervisor: foreign pictures raise what they like
                self._tell(error)
        return groups

    def _letterbox(self, picture: Picture) -> Letterbox:
        longest_side = self._settings.longest_side_px
        return Letterbox.for_network(picture.width, picture.height, self._manifest.input, longest_side)

    def _answers(self, batch: list[_Placed], letterbox: Letterbox) -> list[Answer]:
        try:
            return list(self._infer(batch, letterbox))
        except Exception as error:  # noqa: BLE001 - a supervisor, as above
            if len(batch) == 1:
                self._tell(error)
                return [None]
        return [answer for placed in batch for answer in self._answers([placed], letterbox)]

    def _infer(self, batch: list[_Placed], letterbox: Letterbox) -> list[tuple[Detection, ...]]:
        planes = self._writer.write([placed.picture for placed in batch], letterbox)
        began = perf_counter()
        outputs = self._session.infer(planes)
        metrics.INFERENCE_SECONDS.labels(self._manifest.name, self._session.runtime).observe(perf_counter() - began)
        metrics.BATCH_SIZE.observe(len(batch))
        if len(outputs) != len(batch):
            raise NetworkOutputError(expected=f"({len(batch)}, ...)", found=outputs.shape)
        return [self._decoded(output, letterbox) for output in outputs]

    def _decoded(self, output: FloatArray, letterbox: Letterbox) -> tuple[Detection, ...]:
        found = decode(output, self._rules, letterbox)
        if found.void_count:
            metrics.VOID_BOXES.labels(self._manifest.name).inc(found.void_count)
        return to_detections(found, self._manifest.label_names)

    def _tell(self, error: Exception) -> None:
        """Count every picture that could not be judged; log each kind of reason once, not five times a second."""
        cause = type(error).__name__
        metrics.PICTURES_NOT_JUDGED.labels(cause).inc()
        if cause not in self._told:
            self._told.add(cause)
            log.warning("picture_not_judged", cause=cause, reason=str(error))
