"""The threads that look: frames in from all cameras, observations out, whatever breaks in between."""

import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from detector import metrics
from detector.close_looks import Request, answers_with_crops
from detector.dressing import Dresser
from detector.gate import Due, GateState, decide, gate_luma, opened
from detector.judged import JudgedPictures
from detector.lanes import Entry, Lane, Lanes, Superseded, Ticket
from detector.ports import AttentionSink, FrameDetector, FrameSupply, ObservationSink
from detector.region_plan import RegionPlan, Zones
from detector.regions import RegionState
from detector.settings import DetectorSettings
from detector.tracker import Moment, advance
from detector.vigil import Vigil, kept
from detector.wardrobe import Wardrobe
from domain.detection import Detection, Observation, Track
from domain.frame import Frame
from domain.ids import CameraId
from models.manifest import ModelManifest

log = structlog.get_logger(__name__)

TAKE_SECONDS = 0.5  # how long a thread waits for a frame before it looks whether it must stop
FAILURE_PAUSE_SECONDS = 0.5  # after an error of the supply, so that a broken one does not eat a core
CROWD_SECONDS = 1.0  # how long a thread waits with a frame whose camera is two frames behind
STOP_SECONDS = 5.0  # how long stop() waits for each thread
STUCK_SECONDS = 30.0  # a thread that has not come round for longer than this is not well


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eyes:
    """The networks of one inference thread."""

    detector: FrameDetector
    dresser: Dresser | None


class DetectionEngine:
    """`settings.sessions` inference threads, each with a detector of its own from `detectors`.

    `zones` are parts of a camera's picture that get closer looks where those are on, and `is_hurried` says when there
    is no time for any; see detector.region_plan.
    With `dressers`, each thread also has an attire network, which judges what tracked persons wear. Where that one
    fails, persons are tracked without.

    start(), stop(), forget(), is_judged() and ping() may be called from any thread. The supply is asked from all
    inference threads. The sink is called on them too, but never by two at once for one camera, and for each camera in
    the order of its frames' clocks. Observations hold the detections at or above their label's threshold; weaker ones
    serve the tracker only.

    `attention` is told when a camera's gate has been shut for a while with nothing followed, and when it opens again.
    `minded` are the labels whose tracks count for that, None: all. What else is followed, a bin say, may stand still.

    Errors of one frame are counted and cost that frame only; they are logged when they begin and when they end.
    """

    def __init__(
        self,
        *,
        supply: FrameSupply,
        detectors: Callable[[], FrameDetector],
        manifest: ModelManifest,
        sink: ObservationSink,
        settings: DetectorSettings,
        dressers: Callable[[], Dresser] | None = None,
        zones: Zones | None = None,
        is_hurried: Callable[[], bool] | None = None,
        attention: AttentionSink | None = None,
        minded: Collection[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supply = supply
        self._detectors = detectors
        self._dressers = dressers
        self._model = manifest.reference
        self._thresholds = manifest.thresholds
        self._sink = sink
        self._attention = attention
        self._minded = minded
        self._settings = settings
        self._plan = RegionPlan(manifest, settings, zones, is_hurried)
        self._clock = clock
        self._lanes = Lanes()
        self._switch = threading.Lock()
        self._door = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._beats: dict[str, float] = {}
        self._pictures = JudgedPictures()

    @property
    def name(self) -> str:
        return "detector"

    def ping(self) -> str | None:
        """None while every inference thread comes round and pictures can be judged, else what is wrong.

        See api.ports.HealthProbe.
        """
        threads, now = self._threads, self._clock()
        if not threads:
            return "not started"
        dead = [thread.name for thread in threads if not thread.is_alive()]
        if dead:
            return f"ended: {', '.join(dead)}"
        stuck = [name for name, beat in list(self._beats.items()) if now - beat > STUCK_SECONDS]
        if stuck:
            return f"stuck: {', '.join(stuck)}"
        blind = self._pictures.blind_seconds()
        return f"no picture could be judged for {blind:.0f} s" if blind > STUCK_SECONDS else None

    def is_judged(self, camera_id: CameraId) -> bool:
        """Whether a picture of the camera was judged and handed on lately, or looked like one that was."""
        return self._pictures.is_judged(camera_id, self._clock())

    def start(self) -> None:
        """Make the detectors, then start the threads; nothing happens if they run already.

        Raises what making a detector raises (see `detector.sessions.open_session`); then no thread was started.
        """
        with self._switch:
            if self._threads:
                return
            count = self._settings.sessions or _processor_count()
            eyes = [self._new_eyes() for _ in range(count)]
            self._stopping = threading.Event()
            self._beats = {}
            self._threads = [self._thread(number, each) for number, each in enumerate(eyes)]
            for thread in self._threads:
                thread.start()
        log.info("detection_started", model=self._model.name, version=self._model.version, threads=count)

    def stop(self) -> None:
        """End the threads after the frame each is looking at, and wait for them. Idempotent."""
        with self._switch:
            threads, self._threads = self._threads, []
            self._stopping.set()
        if not threads:
            return
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(STOP_SECONDS)
        hanging = [thread.name for thread in threads if thread.is_alive()]
        log.info("detection_stopped", hanging=hanging)

    def forget(self, camera_id: CameraId) -> None:
        """The camera's tracks are void: a cut, a seek, another source, a removed camera. Never waits.

        What is being looked at now is thrown away; the sink is told on an inference thread, before it sees
        anything newer of this camera.
        """
        self._pictures.forget(camera_id)
        superseded = self._lanes.void(camera_id)
        if superseded:
            metrics.FRAMES_SUPERSEDED.labels(superseded).inc()

    def _new_eyes(self) -> _Eyes:
        return _Eyes(detector=self._detectors(), dresser=self._dressers() if self._dressers else None)

    def _thread(self, number: int, eyes: _Eyes) -> threading.Thread:
        # A daemon: a network call that never returns must not keep the process from ending.
        return threading.Thread(target=self._run, args=(eyes, self._stopping), name=f"inference-{number}", daemon=True)

    def _run(self, eyes: _Eyes, stopping: threading.Event) -> None:
        name = threading.current_thread().name
        is_failing = False
        while not stopping.is_set():
            self._beats[name] = self._clock()
            try:
                self._turn(eyes)
                is_failing = False
            except Exception:  # a supervisor: the thread outlives whatever the supply raises
                metrics.DETECTOR_ERRORS.labels("supply").inc()
                if not is_failing:
                    log.exception("frame_supply_failed")
                is_failing = True
                stopping.wait(FAILURE_PAUSE_SECONDS)

    def _turn(self, eyes: _Eyes) -> None:
        for lane in self._lanes.hold_void():
            self._clear_void(lane)
            self._look(eyes, self._left([lane]))
        entry = self._entered()
        try:
            self._look_into(eyes, entry)
        finally:  # a crowded frame that nobody brought in would hold up its camera for ever
            for frame in entry.crowded:
                self._look_into(eyes, self._lanes.enter_crowded(frame, CROWD_SECONDS))

    def _entered(self) -> Entry:
        """Take frames and enter their lanes. Nobody else may take in between: frames must enter in their order.

        Threads that find the door shut come back a little later, so that each shows that it is alive.
        """
        if not self._door.acquire(timeout=TAKE_SECONDS):
            return self._lanes.enter([])
        try:
            return self._lanes.enter([] if self._stopping.is_set() else self._gathered())
        finally:
            self._door.release()

    def _look_into(self, eyes: _Eyes, entry: Entry) -> None:
        for cause in entry.superseded:
            metrics.FRAMES_SUPERSEDED.labels(cause).inc()
        self._look(eyes, entry.tickets)

    def _gathered(self) -> list[Frame]:
        """What is there, and what comes within the batch's waiting time while there is room in the batch."""
        limit = self._settings.maximum_batch
        frames = list(self._supply.take(limit, TAKE_SECONDS))
        deadline = self._clock() + self._settings.batch_wait_seconds
        while frames and len(frames) < limit and (left := deadline - self._clock()) > 0:
            more = self._supply.take(limit - len(frames), left)
            if not more:
                break
            frames.extend(more)
        return frames

    def _look(self, eyes: _Eyes, tickets: list[Ticket]) -> None:
        """Look at the frames, and at those that came for the same cameras meanwhile."""
        while tickets:
            wanted = [ticket for ticket in tickets if self._must_look(ticket)]
            answers = self._answers(eyes.detector, [self._request(ticket) for ticket in wanted]) if wanted else []
            for ticket, answer in zip(wanted, answers, strict=True):
                try:
                    self._take_in(eyes, ticket, answer)
                except Exception as error:  # noqa: BLE001 - a supervisor: one odd frame must not hold up a lane
                    ticket.lane.tracker = ticket.lane.tracker.emptied()
                    self._note(ticket.lane, "track", error)
            tickets = self._left([ticket.lane for ticket in tickets])

    def _must_look(self, ticket: Ticket) -> bool:
        """Ask the camera's gate. A picture that cannot be compared is looked at: the detector says what is wrong."""
        lane, frame, settings = ticket.lane, ticket.frame, self._settings.gate
        self._clear_void(lane)
        if not settings.is_on:
            return True
        try:
            luma = gate_luma(frame.picture, settings)
            is_minding = any(self._minds(life.track) for life in lane.tracker.lives)
            is_following = bool(lane.tracker.lives)
            lane.gate, due = decide(
                lane.gate, luma, frame.clock, is_following=is_following, settings=settings, may_learn=not is_minding
            )
        except Exception:  # noqa: BLE001 - a supervisor: foreign pictures raise what they like
            lane.gate, due, is_minding = opened(lane.gate), Due.CHANGE, False
        metrics.LOOKS.labels("spared" if due is None else "looked").inc()
        is_stirring = is_minding or due is Due.CHANGE
        self._attend(lane, kept(lane.vigil, frame.clock, is_stirring=is_stirring, settings=settings))
        if due is None and "sink" not in lane.failing:
            self._pictures.judged(lane.camera_id, self._clock())
        return due is not None

    def _minds(self, track: Track) -> bool:
        return self._minded is None or track.label in self._minded

    def _attend(self, lane: Lane, vigil: Vigil) -> None:
        """Tell if the camera's pictures are needed more closely than before, or less."""
        before, lane.vigil = lane.vigil, vigil
        if self._attention is None or before.attention is vigil.attention:
            return
        try:
            self._attention.attend(lane.camera_id, vigil.attention)
        except Exception as error:  # noqa: BLE001 - a supervisor, as below
            self._note(lane, "attention", error)
        else:
            self._note(lane, "attention", None)

    def _left(self, lanes: Sequence[Lane]) -> list[Ticket]:
        return [ticket for lane in lanes if (ticket := self._lanes.leave(lane))]

    def _request(self, ticket: Ticket) -> Request:
        try:
            return self._plan.request(ticket.lane, ticket.frame)
        except Exception as error:  # noqa: BLE001 - a supervisor: without closer looks there is still the picture
            self._note(ticket.lane, "regions", error)
            return Request(frame=ticket.frame)

    def _answers(self, detector: FrameDetector, requests: list[Request]) -> Sequence[tuple[Detection, ...] | None]:
        try:
            return answers_with_crops(detector, requests, self._plan.rules)
        except Exception:  # a supervisor: a detector that fails as a whole costs these frames
            log.exception("detector_failed", frames=len(requests))
            return [None] * len(requests)

    def _take_in(self, eyes: _Eyes, ticket: Ticket, answer: tuple[Detection, ...] | None) -> None:
        lane, frame = ticket.lane, ticket.frame
        self._clear_void(lane)
        if not self._lanes.is_current(ticket):
            metrics.FRAMES_SUPERSEDED.labels(Superseded.VOID).inc()
            return
        self._note(lane, "detect", None if answer is not None else "the picture could not be judged")
        if answer is None:
            self._pictures.unseen(self._clock())
            lane.gate = opened(lane.gate)
            return
        self._pictures.seen()
        observation = self._observation(eyes, lane, frame, answer)
        self._note(lane, "track", None)
        self._hand_on(lane, observation, frame)

    def _observation(self, eyes: _Eyes, lane: Lane, frame: Frame, detections: tuple[Detection, ...]) -> Observation:
        width, height = frame.picture.width, frame.picture.height
        if lane.size_px not in {None, (width, height)}:
            self._clear(lane)
        lane.size_px = (width, height)
        tracks = self._tracks(lane, frame, detections, aspect=width / height)
        sure = tuple(each for each in detections if each.confidence >= self._thresholds[each.label])
        for detection in sure:
            metrics.DETECTIONS.labels(detection.label).inc()
        return Observation(
            camera_id=frame.camera_id,
            sequence=frame.sequence,
            captured_at=frame.captured_at,
            clock=frame.clock,
            detections=sure,
            tracks=self._dressed(eyes.dresser, lane, frame, tracks) if eyes.dresser else tracks,
            model=self._model,
            width_px=width,
            height_px=height,
            attire_model=eyes.dresser.reference if eyes.dresser else None,
        )

    def _dressed(self, dresser: Dresser, lane: Lane, frame: Frame, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
        dressed = dresser.dress(lane.wardrobe, frame, tracks)
        lane.wardrobe = dressed.wardrobe
        if dressed.looks:
            self._note(lane, "attire", dressed.error)
        return dressed.tracks

    def _tracks(
        self, lane: Lane, frame: Frame, detections: tuple[Detection, ...], *, aspect: float
    ) -> tuple[Track, ...]:
        lane.tracker, tracks = advance(
            lane.tracker,
            detections,
            Moment(at=frame.captured_at, clock=frame.clock, aspect=aspect),
            thresholds=self._thresholds,
            settings=self._settings.tracker,
        )
        return tracks

    def _hand_on(self, lane: Lane, observation: Observation, frame: Frame) -> None:
        try:
            self._sink.observe(observation, frame)
        except Exception as error:  # noqa: BLE001 - a supervisor: whoever listens must not stop us from looking
            self._note(lane, "sink", error)
        else:
            self._note(lane, "sink", None)
            self._pictures.judged(lane.camera_id, self._clock())
        metrics.FRAME_AGE_SECONDS.observe(max(0.0, self._clock() - frame.clock))

    def _clear_void(self, lane: Lane) -> None:
        if self._lanes.clear_void(lane):
            self._clear(lane)
            lane.size_px = None

    def _clear(self, lane: Lane) -> None:
        lane.tracker = lane.tracker.emptied()
        lane.wardrobe = Wardrobe()
        lane.gate = GateState()
        lane.regions = RegionState()
        self._attend(lane, Vigil())
        try:
            self._sink.forget(lane.camera_id)
        except Exception as error:  # noqa: BLE001 - a supervisor, as above
            self._note(lane, "sink", error)

    def _note(self, lane: Lane, stage: str, problem: Exception | str | None) -> None:
        """Count every failure; log the first of a row and its end."""
        if problem is None:
            if stage in lane.failing:
                lane.failing.discard(stage)
                log.info("camera_analysis_recovered", camera_id=lane.camera_id, stage=stage)
            return
        metrics.DETECTOR_ERRORS.labels(stage).inc()
        if stage not in lane.failing:
            lane.failing.add(stage)
            error = problem if isinstance(problem, Exception) else None
            log.error(
                "camera_analysis_failed", camera_id=lane.camera_id, stage=stage, reason=str(problem), exc_info=error
            )


def _processor_count() -> int:
    """Processors that this process may use: a container's share, not the machine's."""
    return len(os.sched_getaffinity(0))
