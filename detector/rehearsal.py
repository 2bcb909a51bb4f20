"""The service's own engine over frames that somebody hands in: gate, network, tracker, in the clips' own time."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Self

from detector.detector import Detector
from detector.dressing import Dresser
from detector.engine import DetectionEngine
from detector.errors import DetectorError
from detector.ports import AttentionSink, FrameDetector, ObservationSink
from detector.sessions import open_session
from detector.settings import DetectorSettings
from domain.detection import Detection, Observation
from domain.frame import Frame
from domain.ids import CameraId
from models.registry import LoadedModel

_AHEAD = 4  # frames that may wait, so that decoding and looking overlap
_STUCK_SECONDS = 120.0


class RehearsalStuckError(DetectorError):
    """The engine takes no frame any more."""

    def __init__(self) -> None:
        super().__init__(f"the detector has taken no frame for {_STUCK_SECONDS:g} s")


class Rehearsal:
    """One engine with one inference thread, for frames of one clip in the order of their clocks.

    Used as a context: on leaving it every frame has been looked at. One thread feeds it; the sink is called on the
    inference thread, and an error that it raises comes out of `feed` or of leaving. The outcome does not depend on
    the machine's speed. With `dressers`, clothes are judged too; see detector.engine. With `attention`, `feed` returns
    only after the frame was looked at, so that whoever decodes knows before the next one.
    """

    def __init__(
        self,
        model: LoadedModel,
        settings: DetectorSettings,
        sink: ObservationSink,
        dressers: Callable[[], Dresser] | None = None,
        *,
        attention: AttentionSink | None = None,
        minded: Collection[str] | None = None,
    ) -> None:
        one = settings.model_copy(update={"sessions": 1, "maximum_batch": 1})
        self._supply = _Supply()
        self._counter = _CountingDetector(Detector(open_session(model), model.manifest, one))
        self._listener = _Listener(sink)
        self._engine = DetectionEngine(
            supply=self._supply,
            detectors=lambda: self._counter,
            manifest=model.manifest,
            sink=self._listener,
            settings=one,
            dressers=dressers,
            attention=attention,
            minded=minded,
        )
        self._is_in_step = attention is not None

    @property
    def looks(self) -> int:
        """Frames that the network was shown; the gate spared it the others."""
        return self._counter.looks

    @property
    def not_judged(self) -> int:
        """Frames of these that the network could not judge."""
        return self._counter.not_judged

    def feed(self, frame: Frame) -> None:
        """Hand over one frame; waits while enough others wait. Raises what the sink raised, RehearsalStuckError."""
        self._supply.put(frame)
        if self._is_in_step:
            self._supply.wait_until_done()
        self._listener.raise_error()

    def __enter__(self) -> Self:
        self._engine.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._supply.wait_until_done()
        finally:
            self._engine.stop()
        if error is None:
            self._listener.raise_error()


class _Supply:
    """Frames in order, none dropped. One thread puts, the one inference thread takes."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._frames: deque[Frame] = deque()
        self._is_asked = False

    def put(self, frame: Frame) -> None:
        with self._condition:
            if not self._condition.wait_for(lambda: len(self._frames) < _AHEAD, _STUCK_SECONDS):
                raise RehearsalStuckError
            self._frames.append(frame)
            self._condition.notify_all()

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        """See detector.ports.FrameSupply."""
        with self._condition:
            self._is_asked = True  # so whatever was taken before has been looked at
            self._condition.notify_all()
            self._condition.wait_for(lambda: bool(self._frames), timeout_seconds)
            taken = [self._frames.popleft() for _ in range(min(limit, len(self._frames)))]
            self._is_asked = not taken
            self._condition.notify_all()
            return taken

    def wait_until_done(self) -> None:
        with self._condition:
            if not self._condition.wait_for(lambda: not self._frames and self._is_asked, _STUCK_SECONDS):
                raise RehearsalStuckError


class _CountingDetector:
    def __init__(self, detector: FrameDetector) -> None:
        self._detector = detector
        self.looks = 0
        self.not_judged = 0

    def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
        answers = self._detector.detect(frames)
        self.looks += len(frames)
        self.not_judged += sum(answer is None for answer in answers)
        return answers


class _Listener:
    """Keeps the first error of a sink: the engine goes on after one, a measurement must not."""

    def __init__(self, sink: ObservationSink) -> None:
        self._sink = sink
        self._error: Exception | None = None

    def observe(self, observation: Observation, frame: Frame) -> None:
        try:
            self._sink.observe(observation, frame)
        except Exception as error:
            self._error = self._error or error
            raise

    def forget(self, camera_id: CameraId) -> None:
        self._sink.forget(camera_id)

    def raise_error(self) -> None:
        if self._error is not None:
            raise self._error
