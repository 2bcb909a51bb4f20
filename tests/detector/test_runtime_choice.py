from collections.abc import Callable

import numpy as np
import pytest
from structlog.testing import capture_logs

from detector.errors import NetworkError, RuntimeMissingError
from detector.ports import NetworkSession
from detector.runtime_choice import LOOKS, choose_runtime, session_opener, try_out
from detector.sessions import Runtime
from detector.settings import DetectorSettings, RuntimeChoice
from detector.testing import ScriptedSession
from domain.geometry import FloatArray
from models.errors import ModelFormatError
from models.registry import LoadedModel, ModelRegistry

BLANK = np.zeros((1, 3, 64, 96), dtype=np.float32)


class FakeClock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TimedSession(ScriptedSession):
    """Takes the given seconds for its looks, one after the other; the last one for all that follow."""

    def __init__(self, clock: FakeClock, *seconds: float) -> None:
        super().__init__()
        self._clock = clock
        self._seconds = list(seconds)

    def infer(self, batch: FloatArray) -> FloatArray:
        self._clock.now += self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]
        return super().infer(batch)


def opener(sessions: dict[Runtime, NetworkSession | Exception]) -> Callable[[Runtime], NetworkSession]:
    def opened(runtime: Runtime) -> NetworkSession:
        found = sessions[runtime]
        if isinstance(found, Exception):
            raise found
        return found

    return opened


def settings(runtime: RuntimeChoice) -> DetectorSettings:
    return DetectorSettings(runtime=runtime)


@pytest.fixture(scope="module")
def shipped() -> LoadedModel:
    return ModelRegistry().load("kitchen-n")


@pytest.mark.parametrize(("onnxruntime", "openvino"), [(0.03, 0.02), (0.02, 0.03)])
def test_the_faster_runtime_is_taken(onnxruntime: float, openvino: float) -> None:
    clock = FakeClock()
    sessions: dict[Runtime, NetworkSession | Exception] = {
        Runtime.ONNXRUNTIME: TimedSession(clock, onnxruntime),
        Runtime.OPENVINO: TimedSession(clock, openvino),
    }

    verdict = try_out(opener(sessions), BLANK, clock)

    assert verdict.runtime is (Runtime.OPENVINO if openvino < onnxruntime else Runtime.ONNXRUNTIME)
    assert verdict.seconds == pytest.approx({Runtime.ONNXRUNTIME: onnxruntime, Runtime.OPENVINO: openvino})


def test_neither_the_first_look_nor_a_busy_moment_counts() -> None:
    clock = FakeClock()
    slow_to_start = TimedSession(clock, 3.0, 0.01, 0.5, 0.01)
    sessions: dict[Runtime, NetworkSession | Exception] = {
        Runtime.ONNXRUNTIME: TimedSession(clock, 0.02),
        Runtime.OPENVINO: slow_to_start,
    }

    verdict = try_out(opener(sessions), BLANK, clock)

    assert verdict.runtime is Runtime.OPENVINO
    assert slow_to_start.batches == [BLANK.shape] * (LOOKS + 1)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeMissingError("openvino", "openvino"), "not installed"),
        (NetworkError("openvino", "no kernel"), "openvino failed: no kernel"),
    ],
)
def test_without_openvino_it_is_onnx_runtime_and_the_log_says_why(
    shipped: LoadedModel, error: Exception, reason: str
) -> None:
    clock = FakeClock()
    sessions: dict[Runtime, NetworkSession | Exception] = {
        Runtime.ONNXRUNTIME: TimedSession(clock, 0.02),
        Runtime.OPENVINO: error,
    }

    with capture_logs() as logged:
        chosen = choose_runtime(shipped, settings(RuntimeChoice.AUTO), opener=opener(sessions), clock=clock)

    assert chosen is Runtime.ONNXRUNTIME
    assert [(each["event"], each["without_openvino"]) for each in logged] == [("runtime_chosen", reason)]


def test_the_log_has_both_figures(shipped: LoadedModel) -> None:
    clock = FakeClock()
    sessions: dict[Runtime, NetworkSession | Exception] = {
        Runtime.ONNXRUNTIME: TimedSession(clock, 0.02),
        Runtime.OPENVINO: TimedSession(clock, 0.015),
    }

    with capture_logs() as logged:
        choose_runtime(shipped, settings(RuntimeChoice.AUTO), opener=opener(sessions), clock=clock)

    (line,) = logged
    assert line["model"] == "kitchen-n"
    assert (line["runtime"], line["onnxruntime_ms"], line["openvino_ms"]) == ("openvino", 20.0, 15.0)


def test_the_trial_is_made_at_the_size_of_the_looks_to_come(shipped: LoadedModel) -> None:
    clock = FakeClock()
    session = TimedSession(clock, 0.02)
    sessions: dict[Runtime, NetworkSession | Exception] = {
        Runtime.ONNXRUNTIME: session,
        Runtime.OPENVINO: RuntimeMissingError("openvino", "openvino"),
    }
    wanted = DetectorSettings(runtime=RuntimeChoice.AUTO, longest_side_px=640)

    choose_runtime(shipped, wanted, opener=opener(sessions), clock=clock)

    assert set(session.batches) == {(1, 3, 384, 640)}


def test_a_network_that_onnx_runtime_cannot_open_is_an_error(shipped: LoadedModel) -> None:
    broken = ModelFormatError(shipped.path, expected="an ONNX network", found="none")
    sessions: dict[Runtime, NetworkSession | Exception] = {
        Runtime.ONNXRUNTIME: broken,
        Runtime.OPENVINO: ScriptedSession(),
    }

    with pytest.raises(ModelFormatError):
        choose_runtime(shipped, settings(RuntimeChoice.AUTO), opener=opener(sessions))


@pytest.mark.parametrize("runtime", [RuntimeChoice.ONNXRUNTIME, RuntimeChoice.OPENVINO])
def test_what_was_asked_for_is_taken_without_a_trial(shipped: LoadedModel, runtime: RuntimeChoice) -> None:
    assert choose_runtime(shipped, settings(runtime), opener=opener({})) == Runtime(runtime)


@pytest.mark.parametrize("runtime", [RuntimeChoice.ONNXRUNTIME, RuntimeChoice.OPENVINO])
def test_the_service_gets_sessions_on_the_runtime_of_its_settings(shipped: LoadedModel, runtime: RuntimeChoice) -> None:
    opened = session_opener(shipped, settings(runtime))

    assert opened().runtime == opened().runtime == runtime


def test_auto_decides_between_the_real_ones(shipped: LoadedModel) -> None:
    with capture_logs() as logged:
        session = session_opener(shipped, settings(RuntimeChoice.AUTO))()

    (line,) = (each for each in logged if each["event"] == "runtime_chosen")
    assert session.runtime == line["runtime"]
    assert line["onnxruntime_ms"] > 0
    assert line["openvino_ms"] > 0
