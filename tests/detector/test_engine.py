"""Threads are real here; what they see is scripted. Waiting is for a condition, with a deadline."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pytest
from prometheus_client import REGISTRY

from detector.attire import AttireReader
from detector.dressing import Dresser
from detector.engine import DetectionEngine
from detector.ports import FrameDetector
from detector.settings import AttireSettings, DetectorSettings, GateSettings
from detector.testing import (
    InMemoryAttentionSink,
    InMemoryFrameSupply,
    InMemoryObservationSink,
    ScriptedAttireSession,
    ScriptedDetector,
    make_attire_manifest,
    make_manifest,
)
from domain.attention import Attention
from domain.attire import Wearing
from domain.detection import Detection, Observation
from domain.frame import Frame
from domain.geometry import Box, FloatArray
from domain.ids import CameraId
from tests.support.pictures import ArrayPicture, grey_picture, make_frame

CAMERA = CameraId("camera-1")
RAT = Detection(label="rodent", confidence=0.8, box=Box(0.4, 0.4, 0.5, 0.5))
FAINT_RAT = Detection(label="rodent", confidence=0.3, box=Box(0.4, 0.4, 0.5, 0.5))
SECONDS = 20.0  # deadline of every wait

MakeEngine = Callable[..., DetectionEngine]

# The frames of these tests all show the same grey: with the gate shut the network would see the first one only.
OPEN_GATE = GateSettings(is_on=False)


def frame(number: int, camera: str = CAMERA, picture: ArrayPicture | None = None) -> Frame:
    return make_frame(camera, sequence=number, seconds=number / 5, picture=picture)


@pytest.fixture
def supply() -> InMemoryFrameSupply:
    return InMemoryFrameSupply()


@pytest.fixture
def sink() -> InMemoryObservationSink:
    return InMemoryObservationSink()


@pytest.fixture
def make_engine(supply: InMemoryFrameSupply, sink: InMemoryObservationSink) -> Iterator[MakeEngine]:
    engines: list[DetectionEngine] = []

    def make(
        answer: Callable[[Frame], Sequence[Detection] | None] = lambda _: [RAT], *, sessions: int = 1, **others: object
    ) -> DetectionEngine:
        arguments: dict[str, object] = {
            "supply": supply,
            "sink": sink,
            "detectors": lambda: ScriptedDetector(answer),
            "settings": DetectorSettings(gate=OPEN_GATE, sessions=sessions),
            "clock": lambda: 1000.0,
        }
        engine = DetectionEngine(manifest=make_manifest(), **(arguments | others))  # type: ignore[arg-type] # one table
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        engine.stop()


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def sequences(sink: InMemoryObservationSink) -> list[int]:
    return [observation.sequence for observation in sink.observations]


def test_a_frame_becomes_an_observation(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make_engine().start()
    given = frame(3, picture=grey_picture(1280, 720))
    supply.put(given)

    assert sink.wait_for(observations=1)
    (observation,) = sink.observations
    assert (observation.camera_id, observation.sequence) == (CAMERA, 3)
    assert (observation.captured_at, observation.clock) == (given.captured_at, given.clock)
    assert (observation.width_px, observation.height_px) == (1280, 720)
    assert observation.detections == (RAT,)
    assert [track.label for track in observation.tracks] == ["rodent"]
    assert observation.model == make_manifest().reference


def test_tracks_go_on_from_frame_to_frame_and_cameras_do_not_mix(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make_engine().start()
    for number in range(1, 4):
        for camera in ("a", "b"):
            supply.put(frame(number, camera))
            assert sink.wait_for(observations=2 * number - (camera == "a"))

    last = sink.observations[-2:]
    assert [[(track.track_id, track.hits, track.is_confirmed) for track in each.tracks] for each in last] == [
        [(1, 3, True)],
        [(1, 3, True)],
    ]


def test_faint_detections_carry_a_track_but_are_not_told(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make_engine(lambda each: [RAT if each.sequence == 1 else FAINT_RAT]).start()
    for number in (1, 2):
        supply.put(frame(number))
        assert sink.wait_for(observations=number)

    second = sink.observations[1]
    assert second.detections == ()
    assert [(track.hits, track.is_visible) for track in second.tracks] == [(2, True)]


def test_a_picture_that_cannot_be_judged_is_not_told_as_empty(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    before = counted("brightkitchen_detector_errors_total", stage="detect")
    make_engine(lambda each: None if each.sequence == 1 else [RAT]).start()
    supply.put(frame(1, "bad"))
    supply.put(frame(2, "good"))

    assert sink.wait_for(observations=1)
    assert [each.camera_id for each in sink.observations] == ["good"]
    assert counted("brightkitchen_detector_errors_total", stage="detect") == before + 1


def raising(each: Frame) -> list[Detection]:
    if each.camera_id == "bad":
        raise RuntimeError("of this camera only")
    return [RAT]


def unknown_label(each: Frame) -> list[Detection]:
    label = "unicorn" if each.camera_id == "bad" else "rodent"
    return [Detection(label=label, confidence=0.8, box=RAT.box)]


@pytest.mark.parametrize("answer", [raising, unknown_label], ids=["detector raises", "tracker raises"])
def test_one_cameras_failures_leave_the_others_alone(
    make_engine: MakeEngine,
    supply: InMemoryFrameSupply,
    sink: InMemoryObservationSink,
    answer: Callable[[Frame], Sequence[Detection]],
) -> None:
    engine = make_engine(answer)
    engine.start()
    for number in range(1, 6):
        supply.put(frame(number, "bad"))
        supply.put(frame(number, "good"))
        assert sink.wait_for(observations=number, timeout_seconds=SECONDS)

    assert {each.camera_id for each in sink.observations} == {"good"}
    assert engine.ping() is None


class AnswersTooFew:
    def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
        return [(RAT,)] if frames[0].sequence > 1 else []


def test_a_detector_that_loses_answers_does_not_hold_up_the_camera(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make_engine(detectors=AnswersTooFew).start()
    before = counted("brightkitchen_detector_errors_total", stage="detect")
    supply.put(frame(1))
    wait_until(lambda: counted("brightkitchen_detector_errors_total", stage="detect") > before)
    supply.put(frame(2))

    assert sink.wait_for(observations=1)
    assert sequences(sink) == [2]


class BrokenSink(InMemoryObservationSink):
    """Fails for every observation of one camera, after noting it."""

    def observe(self, observation: Observation, frame: Frame) -> None:
        super().observe(observation, frame)
        if frame.camera_id == "bad":
            raise RuntimeError("nobody listens")


def test_a_sink_that_fails_does_not_end_the_thread(make_engine: MakeEngine, supply: InMemoryFrameSupply) -> None:
    sink = BrokenSink()
    before = counted("brightkitchen_detector_errors_total", stage="sink")
    engine = make_engine(sink=sink)
    engine.start()
    for number in (1, 2):
        supply.put(frame(number, "bad"))
        assert sink.wait_for(observations=number)
    supply.put(frame(3, "good"))

    assert sink.wait_for(observations=3)
    assert counted("brightkitchen_detector_errors_total", stage="sink") == before + 2
    assert engine.ping() is None


class BrokenSupply(InMemoryFrameSupply):
    """Fails at the first question."""

    def __init__(self) -> None:
        super().__init__()
        self.questions = 0

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        self.questions += 1
        if self.questions == 1:
            raise RuntimeError("no frames today")
        return super().take(limit, timeout_seconds)


def test_a_supply_that_fails_is_asked_again(make_engine: MakeEngine, sink: InMemoryObservationSink) -> None:
    supply = BrokenSupply()
    before = counted("brightkitchen_detector_errors_total", stage="supply")
    make_engine(supply=supply).start()
    supply.put(frame(1))

    assert sink.wait_for(observations=1)
    assert counted("brightkitchen_detector_errors_total", stage="supply") == before + 1


class OverlapWatch(InMemoryObservationSink):
    """Notes whether two threads ever tell of one camera at once."""

    def __init__(self) -> None:
        super().__init__()
        self._busy: dict[CameraId, threading.Lock] = defaultdict(threading.Lock)
        self.overlaps = 0

    def observe(self, observation: Observation, frame: Frame) -> None:
        if not self._busy[frame.camera_id].acquire(blocking=False):
            self.overlaps += 1
            return
        super().observe(observation, frame)
        self._busy[frame.camera_id].release()


class EagerSupply:
    """Hands out frames of a few cameras as fast as they are taken, from any thread."""

    def __init__(self, per_camera: int, cameras: int) -> None:
        self._lock = threading.Lock()
        self._frames = [frame(n, f"camera-{c}") for n in range(1, per_camera + 1) for c in range(cameras)]
        self.is_empty = threading.Event()

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        with self._lock:
            taken, self._frames = self._frames[:limit], self._frames[limit:]
        if not taken:
            self.is_empty.set()
            threading.Event().wait(min(timeout_seconds, 0.05))
        return taken


def test_with_many_threads_each_camera_is_told_of_in_order_and_by_one_thread_at_a_time(make_engine: MakeEngine) -> None:
    sink, supply, moment = OverlapWatch(), EagerSupply(per_camera=200, cameras=2), threading.Event()

    def unhurried(each: Frame) -> list[Detection]:
        moment.wait(0.0001 * (each.sequence % 5))  # so that the threads get in each other's way
        return [RAT]

    engine = make_engine(unhurried, sessions=4, supply=supply, sink=sink)
    engine.start()
    assert supply.is_empty.wait(SECONDS)
    engine.stop()

    assert sink.overlaps == 0
    for camera in ("camera-0", "camera-1"):
        told = [each.sequence for each in sink.observations if each.camera_id == camera]
        assert told == list(range(1, 201))  # a file that is analysed as fast as possible loses nothing here


class BatchWatch:
    """A detector that notes how many frames it is given at once."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
        self.sizes.append(len(frames))
        return [(RAT,)] * len(frames)


def test_frames_that_are_there_share_a_batch(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    detector = BatchWatch()
    for camera in "abcde":
        supply.put(frame(1, camera))
    make_engine(
        detectors=lambda: detector,
        settings=DetectorSettings(gate=OPEN_GATE, sessions=1, maximum_batch=4, batch_wait_seconds=0.0),
    ).start()

    assert sink.wait_for(observations=5)
    assert detector.sizes == [4, 1]


class TrickleSupply:
    """One frame per question, each of another camera, until there are three; notes how long it may take."""

    def __init__(self) -> None:
        self.timeouts: list[float] = []

    def take(self, limit: int, timeout_seconds: float) -> Sequence[Frame]:
        self.timeouts.append(timeout_seconds)
        number = len(self.timeouts)
        return [frame(1, f"camera-{number}")][:limit] if number <= 3 else []


def test_a_batch_waits_for_more_within_its_time_only(make_engine: MakeEngine, sink: InMemoryObservationSink) -> None:
    detector, supply = BatchWatch(), TrickleSupply()
    make_engine(
        supply=supply,
        detectors=lambda: detector,
        settings=DetectorSettings(gate=OPEN_GATE, sessions=1, maximum_batch=8, batch_wait_seconds=0.25),
    ).start()

    assert sink.wait_for(observations=3)
    assert detector.sizes[0] == 3
    assert supply.timeouts[1:4] == [0.25] * 3


def test_a_new_resolution_voids_the_tracks(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make_engine().start()
    for number, width in ((1, 64), (2, 64), (3, 96)):
        supply.put(frame(number, picture=grey_picture(width, 48)))
        assert sink.wait_for(observations=number)

    assert sink.forgotten == [CAMERA]
    assert [each.tracks[0].track_id for each in sink.observations] == [1, 1, 2]


def test_a_forgotten_camera_starts_anew_with_new_ids_and_the_sink_is_told_first(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    engine = make_engine()
    engine.start()
    supply.put(frame(9))
    assert sink.wait_for(observations=1)

    engine.forget(CAMERA)
    assert sink.wait_for(forgotten=1)
    supply.put(frame(1))  # a source that begins again

    assert sink.wait_for(observations=2)
    assert [each.tracks[0].track_id for each in sink.observations] == [1, 2]


class HeldDetector:
    """Looks for as long as the test wants."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
        self.entered.set()
        self.released.wait(SECONDS)
        return [(RAT,)] * len(frames)


def test_what_was_being_looked_at_when_a_camera_was_forgotten_is_thrown_away(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    detector = HeldDetector()
    engine = make_engine(detectors=lambda: detector)
    engine.start()
    supply.put(frame(1))
    assert detector.entered.wait(SECONDS)

    engine.forget(CAMERA)
    detector.released.set()
    assert sink.wait_for(forgotten=1)
    supply.put(frame(2))

    assert sink.wait_for(observations=1)
    assert sequences(sink) == [2]
    assert sink.forgotten == [CAMERA]


def test_starting_and_stopping_twice_is_as_good_as_once(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    engine = make_engine(sessions=2)
    engine.stop()
    engine.start()
    engine.start()
    assert inference_threads() == 2

    stoppers = [threading.Thread(target=engine.stop) for _ in range(3)]
    for thread in stoppers:
        thread.start()
    for thread in stoppers:
        thread.join(SECONDS)

    assert inference_threads() == 0
    assert engine.ping() == "not started"
    engine.start()
    supply.put(frame(1))
    assert sink.wait_for(observations=1)


def test_the_engine_may_be_stopped_from_its_own_thread(make_engine: MakeEngine, supply: InMemoryFrameSupply) -> None:
    class Stopping(InMemoryObservationSink):
        def observe(self, observation: Observation, frame: Frame) -> None:
            engine.stop()
            super().observe(observation, frame)

    sink = Stopping()
    engine = make_engine(sink=sink)
    engine.start()
    supply.put(frame(1))

    assert sink.wait_for(observations=1)
    wait_until(lambda: inference_threads() == 0)


def test_a_network_that_does_not_open_stops_the_start(make_engine: MakeEngine) -> None:
    opened: list[int] = []

    def detectors() -> FrameDetector:
        opened.append(1)
        if len(opened) == 2:
            raise ValueError("another shape")
        return ScriptedDetector(lambda _: [])

    engine = make_engine(detectors=detectors, settings=DetectorSettings(gate=OPEN_GATE, sessions=2))

    with pytest.raises(ValueError, match="another shape"):
        engine.start()

    assert inference_threads() == 0
    assert engine.ping() == "not started"


def test_a_network_that_fails_on_every_picture_is_told_by_ping_until_it_judges_one(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    clock = [1000.0]
    is_failing = [True]
    looked: list[int] = []

    def answer(seen: Frame) -> Sequence[Detection] | None:
        looked.append(seen.sequence)
        return None if is_failing[0] else [RAT]

    engine = make_engine(answer, clock=lambda: clock[0])
    engine.start()
    supply.put(frame(1))
    wait_until(lambda: looked == [1])
    assert engine.ping() is None

    clock[0] += 31.0
    supply.put(frame(2))
    wait_until(lambda: engine.ping() == "no picture could be judged for 31 s")
    is_failing[0] = False
    supply.put(frame(3))
    wait_until(lambda: len(sink.observations) == 1)
    assert engine.ping() is None


def test_a_camera_counts_as_judged_while_its_own_pictures_are(
    make_engine: MakeEngine, supply: InMemoryFrameSupply
) -> None:
    """One whose pictures the network cannot read does not, however well it reads the others."""
    clock = [1000.0]
    looked: list[tuple[str, int]] = []

    def answer(seen: Frame) -> Sequence[Detection] | None:
        looked.append((seen.camera_id, seen.sequence))
        return None if seen.camera_id == "odd" and seen.sequence > 1 else [RAT]

    engine = make_engine(answer, clock=lambda: clock[0])
    engine.start()
    assert not engine.is_judged(CAMERA)
    supply.put(frame(1))
    supply.put(frame(1, "odd"))
    wait_until(lambda: engine.is_judged(CAMERA) and engine.is_judged(CameraId("odd")))

    clock[0] += 61.0
    supply.put(frame(2))
    supply.put(frame(2, "odd"))
    wait_until(lambda: engine.is_judged(CAMERA) and (CameraId("odd"), 2) in looked)
    assert not engine.is_judged(CameraId("odd"))
    assert engine.ping() is None

    engine.forget(CAMERA)
    assert not engine.is_judged(CAMERA)


def test_a_camera_of_which_nothing_can_be_handed_on_does_not_count_as_judged(
    make_engine: MakeEngine, supply: InMemoryFrameSupply
) -> None:
    class FullSink(InMemoryObservationSink):
        is_full = True

        def observe(self, observation: Observation, frame: Frame) -> None:
            super().observe(observation, frame)
            if self.is_full:
                raise RuntimeError("no room")

    sink = FullSink()
    engine = make_engine(sink=sink)
    engine.start()
    supply.put(frame(1))
    assert sink.wait_for(observations=1)
    supply.put(frame(2))
    assert sink.wait_for(observations=2)
    assert not engine.is_judged(CAMERA)

    sink.is_full = False
    supply.put(frame(3))
    wait_until(lambda: engine.is_judged(CAMERA))


def test_a_camera_in_which_nothing_changes_counts_as_judged(
    make_engine: MakeEngine, supply: InMemoryFrameSupply
) -> None:
    clock = [1000.0]
    looked: list[int] = []

    def answer(seen: Frame) -> Sequence[Detection]:
        looked.append(seen.sequence)
        return []

    engine = make_engine(answer, settings=DetectorSettings(sessions=1), clock=lambda: clock[0])
    engine.start()
    supply.put(frame(1))
    wait_until(lambda: engine.is_judged(CAMERA))
    clock[0] += 61.0
    assert not engine.is_judged(CAMERA)

    supply.put(frame(2))
    wait_until(lambda: engine.is_judged(CAMERA))
    assert looked == [1]


def test_a_thread_that_hangs_is_told_by_ping(make_engine: MakeEngine, supply: InMemoryFrameSupply) -> None:
    clock = [1000.0]
    detector = HeldDetector()
    engine = make_engine(detectors=lambda: detector, clock=lambda: clock[0])
    engine.start()
    supply.put(frame(1))
    assert detector.entered.wait(SECONDS)
    assert engine.ping() is None

    clock[0] += 31.0
    assert engine.ping() == "stuck: inference-0"
    detector.released.set()
    wait_until(lambda: engine.ping() is None)


def test_the_age_of_a_frame_is_measured(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    before = counted("brightkitchen_frame_age_seconds_sum")
    engine = make_engine(clock=lambda: 1002.0)
    engine.start()
    supply.put(frame(5))  # taken at 1001.0
    assert sink.wait_for(observations=1)
    engine.stop()

    assert counted("brightkitchen_frame_age_seconds_sum") == pytest.approx(before + 1.0)


def inference_threads() -> int:
    return sum(thread.name.startswith("inference-") for thread in threading.enumerate())


def wait_until(claim: Callable[[], bool]) -> None:
    """Look again and again until the claim holds; fail at the deadline."""
    pause, tries = threading.Event(), round(SECONDS / 0.01)
    assert any(claim() or pause.wait(0.01) for _ in range(tries)), "it never came true"


def test_a_picture_in_which_nothing_changed_costs_no_look(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    make_engine(lambda _: [], settings=DetectorSettings(sessions=1)).start()
    spared = counted("brightkitchen_looks_total", outcome="spared")
    for number in range(11):  # 0.0 to 2.0 s: the first picture, and the one after the longest calm
        supply.put(frame(number))
        assert sink.wait_for(observations=1 + (number == 10))
        deadline = time.monotonic() + SECONDS
        while number % 10 and counted("brightkitchen_looks_total", outcome="spared") < spared + number:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    assert sequences(sink) == [0, 10]


def decisions() -> float:
    """How many pictures any gate has decided on."""
    return sum(counted("brightkitchen_looks_total", outcome=outcome) for outcome in ("looked", "spared"))


def look_through(supply: InMemoryFrameSupply, frames: Sequence[Frame]) -> None:
    """Hand over one frame after the other, each after the gate has decided on the one before."""
    for each in frames:
        before = decisions()
        supply.put(each)
        wait_until(partial(_is_more, before))


def _is_more(before: float) -> bool:
    return decisions() > before


def with_patch() -> ArrayPicture:
    pixels = np.full((48, 64, 3), 128, dtype=np.uint8)
    pixels[10:20, 10:20] = 10
    return ArrayPicture(pixels)


def test_a_quiet_camera_is_called_idle_and_awake_again_with_the_first_change(
    make_engine: MakeEngine, supply: InMemoryFrameSupply
) -> None:
    attention = InMemoryAttentionSink()
    settings = DetectorSettings(sessions=1, gate=GateSettings(idle_after_seconds=2.0))
    make_engine(lambda _: [], settings=settings, attention=attention).start()
    look_through(supply, [frame(number) for number in range(12)])
    assert attention.wait_for(1)
    look_through(supply, [frame(12, picture=with_patch())])
    assert attention.wait_for(2)
    assert attention.told == [(CAMERA, Attention.IDLE), (CAMERA, Attention.AWAKE)]


def test_a_camera_in_which_something_is_followed_is_not_called_idle(
    make_engine: MakeEngine, supply: InMemoryFrameSupply
) -> None:
    attention = InMemoryAttentionSink()
    settings = DetectorSettings(sessions=1, gate=GateSettings(idle_after_seconds=1.0))
    make_engine(lambda _: [RAT], settings=settings, attention=attention).start()
    look_through(supply, [frame(number) for number in range(20)])
    assert attention.told == []


def test_what_no_rule_is_about_keeps_no_camera_awake(make_engine: MakeEngine, supply: InMemoryFrameSupply) -> None:
    attention = InMemoryAttentionSink()
    settings = DetectorSettings(sessions=1, gate=GateSettings(idle_after_seconds=1.0))
    make_engine(lambda _: [RAT], settings=settings, attention=attention, minded={"person"}).start()
    look_through(supply, [frame(number) for number in range(8)])
    assert attention.told == [(CAMERA, Attention.IDLE)]


def test_a_forgotten_camera_is_awake(make_engine: MakeEngine, supply: InMemoryFrameSupply) -> None:
    attention = InMemoryAttentionSink()
    settings = DetectorSettings(sessions=1, gate=GateSettings(idle_after_seconds=1.0))
    engine = make_engine(lambda _: [], settings=settings, attention=attention)
    engine.start()
    look_through(supply, [frame(number) for number in range(8)])
    engine.forget(CameraId(CAMERA))
    assert attention.wait_for(2)
    assert attention.told == [(CAMERA, Attention.IDLE), (CAMERA, Attention.AWAKE)]


def test_a_listener_to_attention_that_fails_costs_no_look(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    class Failing:
        def attend(self, camera_id: CameraId, attention: Attention) -> None:
            raise RuntimeError(f"{camera_id} {attention}")

    settings = DetectorSettings(sessions=1, gate=GateSettings(idle_after_seconds=1.0))
    make_engine(lambda _: [], settings=settings, attention=Failing()).start()
    errors = counted("brightkitchen_detector_errors_total", stage="attention")
    look_through(supply, [frame(number) for number in range(11)])
    assert sink.wait_for(observations=2)
    assert counted("brightkitchen_detector_errors_total", stage="attention") == errors + 1


# What persons wear


PERSON = Detection(label="person", confidence=0.9, box=Box(0.2, 0.1, 0.6, 0.9))


def dresser(answer: Callable[[FloatArray], Sequence[float]]) -> Callable[[], Dresser]:
    manifest = make_attire_manifest()
    reader = AttireReader(ScriptedAttireSession(answer), manifest)
    return lambda: Dresser(reader, manifest.reference, AttireSettings())


def watched(engine: DetectionEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink, seconds: int) -> None:
    engine.start()
    picture = grey_picture(320, 240)
    for number in range(1, 5 * seconds + 1):
        supply.put(frame(number, picture=picture))
        assert sink.wait_for(observations=number, timeout_seconds=SECONDS)


def test_persons_are_dressed_after_some_looks(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    """Headwear absent, uniform unclear; three looks, a second apart, decide."""
    watched(make_engine(lambda _: [PERSON], dressers=dresser(lambda _: [-4.0, 0.0, 4.0, 4.0])), supply, sink, seconds=4)

    first, last = sink.observations[0], sink.observations[-1]
    assert first.tracks[0].attire == ()
    assert {each.attribute: each.state for each in last.tracks[0].attire} == {
        "headwear": Wearing.ABSENT,
        "kitchen_uniform": Wearing.UNCLEAR,
    }
    assert last.attire_model == make_attire_manifest().reference


def test_an_attribute_that_is_too_weak_for_rules_is_told_to_nobody(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    headwear, uniform = make_attire_manifest().attributes
    weak = uniform.model_copy(update={"usable": False, "remark": "too few pictures"})
    manifest = make_attire_manifest(attributes=(headwear, weak))
    reader = AttireReader(ScriptedAttireSession(lambda _: [-4.0, -4.0, 4.0, 4.0]), manifest)
    engine = make_engine(lambda _: [PERSON], dressers=lambda: Dresser(reader, manifest.reference, AttireSettings()))

    watched(engine, supply, sink, seconds=4)

    assert [each.attribute for each in sink.observations[-1].tracks[0].attire] == ["headwear"]


def test_a_failing_attire_network_costs_no_detection_and_is_tried_once_an_interval(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    calls: list[int] = []

    def fails(_: FloatArray) -> list[float]:
        calls.append(1)
        raise RuntimeError("broken")

    before = counted("brightkitchen_detector_errors_total", stage="attire")
    watched(make_engine(lambda _: [PERSON], dressers=dresser(fails)), supply, sink, seconds=4)

    assert all(observation.detections == (PERSON,) for observation in sink.observations)
    assert all(observation.tracks[0].attire == () for observation in sink.observations)
    assert counted("brightkitchen_detector_errors_total", stage="attire") == before + len(calls)
    assert 3 <= len(calls) <= 4


def test_pictures_without_persons_cost_the_attire_network_nothing(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    session = ScriptedAttireSession(lambda _: [0.0] * 4)
    reader = AttireReader(session, make_attire_manifest())
    engine = make_engine(
        dressers=lambda: Dresser(reader, make_attire_manifest().reference, AttireSettings())  # rats only
    )

    watched(engine, supply, sink, seconds=3)

    assert session.batches == []


def test_a_crowd_is_looked_at_in_turns(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    crowd = [
        Detection(label="person", confidence=0.9, box=Box(place / 8, 0.2, place / 8 + 0.12, 0.9)) for place in range(8)
    ]
    session = ScriptedAttireSession(lambda _: [-4.0, -4.0, 4.0, 4.0])
    reader = AttireReader(session, make_attire_manifest())
    settings = AttireSettings(crops_per_frame=3)
    engine = make_engine(lambda _: crowd, dressers=lambda: Dresser(reader, make_attire_manifest().reference, settings))

    watched(engine, supply, sink, seconds=5)

    assert max(session.batches) <= 3
    assert all(len(track.attire) == 2 for track in sink.observations[-1].tracks)


def test_clothes_are_forgotten_with_the_tracks(
    make_engine: MakeEngine, supply: InMemoryFrameSupply, sink: InMemoryObservationSink
) -> None:
    engine = make_engine(lambda _: [PERSON], dressers=dresser(lambda _: [-4.0, -4.0, 4.0, 4.0]))
    watched(engine, supply, sink, seconds=4)
    engine.forget(CAMERA)
    supply.put(frame(100, picture=grey_picture(320, 240)))

    assert sink.wait_for(observations=21)
    assert sink.observations[-1].tracks[0].attire == ()
