"""Looks at regions with a live head now and then, and adds how they stand to what was seen.

Each region is cut out of the frame, looked at by the embedding network and judged by its head, once per interval and
never per frame. So many equal answers in a row make the region's state; a look that fails and a head that cannot tell
count as "unknown" like any other answer. After an outage the region is unknown again.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from detector import metrics
from detector.embedding import Embedder, cut_out
from detector.head_desk import LiveHead
from detector.head_settings import HeadSettings
from detector.ports import ObservationSink
from domain.detection import Observation
from domain.frame import Frame
from domain.geometry import FloatArray
from domain.ids import CameraId
from domain.region import RegionState

log = structlog.get_logger(__name__)

_OUTAGE_INTERVALS = 3.0  # without a look for so many intervals a region is unknown
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One answer about a region; `state` is None where it cannot be told."""

    state: str | None
    confidence: float
    numbers: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMemory:
    """What is remembered of one region between looks. `recent` holds the latest answers, oldest first."""

    version: int
    looked_clock: float | None = None
    recent: tuple[str | None, ...] = ()
    state: str | None = None
    confidence: float = 0.0
    numbers: FloatArray | None = None

    def is_due(self, clock: float, interval: float) -> bool:
        return self.looked_clock is None or clock - self.looked_clock >= interval - _EPSILON

    def is_outdated(self, clock: float, interval: float) -> bool:
        return self.looked_clock is not None and clock - self.looked_clock > _OUTAGE_INTERVALS * interval + _EPSILON


def settled(memory: RegionMemory, look: Look, clock: float, *, equal_looks: int) -> RegionMemory:
    """The memory after one more look: equal answers in a row become the state, others leave it as it was."""
    recent = (*memory.recent, look.state)[-equal_looks:]
    after = replace(memory, looked_clock=clock, recent=recent, numbers=look.numbers)
    if len(recent) == equal_looks and len(set(recent)) == 1:
        return replace(after, state=look.state, confidence=look.confidence)
    return after


class RegionWatch:
    """An ObservationSink before another one: it adds region states to each observation. Threads: as the engine's.

    Each inference thread gets an embedder of its own at its first look. No failure here costs an observation: it is
    counted, logged at the first of a row, and the region is not known for that look.
    """

    def __init__(
        self,
        sink: ObservationSink,
        *,
        live_on: Callable[[CameraId], Sequence[LiveHead]],
        embedders: Callable[[], Embedder],
        settings: HeadSettings,
    ) -> None:
        self._sink = sink
        self._live_on = live_on
        self._embedders = embedders
        self._settings = settings
        self._own = threading.local()
        # One camera is never observed by two threads at once, so its part belongs to whoever holds its lane.
        self._memories: dict[CameraId, dict[str, RegionMemory]] = {}
        self._failing: set[str] = set()

    def observe(self, observation: Observation, frame: Frame) -> None:
        """See detector.ports.ObservationSink."""
        try:
            states = self._states(observation.camera_id, frame)
        except Exception:  # a supervisor: whatever goes wrong with regions, what was detected goes on
            metrics.REGION_LOOKS.labels("failed").inc()
            log.exception("regions_not_judged", camera_id=observation.camera_id)
            states = ()
        self._sink.observe(replace(observation, region_states=states) if states else observation, frame)

    def forget(self, camera_id: CameraId) -> None:
        """See detector.ports.ObservationSink."""
        self._memories.pop(camera_id, None)
        self._sink.forget(camera_id)

    def _states(self, camera_id: CameraId, frame: Frame) -> tuple[RegionState, ...]:
        heads = self._live_on(camera_id)
        if not heads:
            self._memories.pop(camera_id, None)
            return ()
        before = self._memories.get(camera_id, {})
        after = {head.head_id: self._remembered(before.get(head.head_id), head, frame) for head in heads}
        self._memories[camera_id] = after
        return tuple(_state(head, after[head.head_id]) for head in heads)

    def _remembered(self, memory: RegionMemory | None, head: LiveHead, frame: Frame) -> RegionMemory:
        interval = self._settings.interval_seconds
        if memory is None or memory.version != head.version or memory.is_outdated(frame.clock, interval):
            memory = RegionMemory(version=head.version)
        if not memory.is_due(frame.clock, interval):
            return memory
        return settled(memory, self._look(head, frame), frame.clock, equal_looks=self._settings.equal_looks)

    def _look(self, head: LiveHead, frame: Frame) -> Look:
        try:
            numbers = self._embedder().embed([cut_out(frame.picture, head.box)])[0]
            answer = head.taught.answer(numbers, least_confidence=self._settings.least_confidence)
        except Exception as error:  # noqa: BLE001 - a supervisor: foreign pictures and runtimes raise what they like
            self._note(head, error)
            return Look(state=None, confidence=0.0)
        self._note(head, None)
        metrics.REGION_LOOKS.labels("told" if answer.doubt is None else answer.doubt.value).inc()
        return Look(state=answer.state, confidence=min(1.0, answer.confidence), numbers=numbers)

    def _embedder(self) -> Embedder:
        own: Embedder | None = getattr(self._own, "embedder", None)
        if own is None:
            own = self._own.embedder = self._embedders()
        return own

    def _note(self, head: LiveHead, error: Exception | None) -> None:
        if error is None:
            if head.head_id in self._failing:
                self._failing.discard(head.head_id)
                log.info("region_looks_recovered", head_id=head.head_id)
            return
        metrics.REGION_LOOKS.labels("failed").inc()
        if head.head_id not in self._failing:
            self._failing.add(head.head_id)
            log.error("region_look_failed", head_id=head.head_id, reason=str(error), exc_info=error)


def _state(head: LiveHead, memory: RegionMemory) -> RegionState:
    return RegionState(
        head_id=head.head_id,
        head_version=head.version,
        name=head.name,
        code=head.code,
        region=head.region,
        box=head.box,
        state=memory.state,
        is_breach=memory.state is not None and memory.state == head.breach_state,
        confidence=memory.confidence,
        network_sha256=head.network_sha256,
        numbers=memory.numbers,
    )
