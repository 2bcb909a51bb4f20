"""Batches where they pay: what is chosen from measured times, and what is measured."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from detector import batching
from detector.batching import ACCELERATOR_SESSIONS, Batching, timed, tuned, with_tuned_batches
from detector.errors import NetworkError
from detector.ports import NetworkSession
from detector.runtime_choice import SessionOpener
from detector.sessions import Runtime, open_session
from detector.settings import DetectorSettings
from detector.testing import ScriptedSession
from domain.geometry import FloatArray
from models.registry import LoadedModel, ModelRegistry

SHAPE = (3, 64, 96)


class TimedSession(ScriptedSession):
    """Takes as long as a function of the batch's size says, on a clock of its own."""

    def __init__(self, seconds: Callable[[int], float], refuses: frozenset[int] = frozenset()) -> None:
        super().__init__(refuses=refuses)
        self._takes = seconds
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def infer(self, batch: FloatArray) -> FloatArray:
        self.now += self._takes(len(batch))
        return super().infer(batch)


def on_an_accelerator(size: int) -> float:
    return 0.004 + 0.001 * size


def on_a_processor(size: int) -> float:
    return 0.050 * size * (1.02 if size > 1 else 1.0)


@pytest.fixture(scope="module")
def shipped() -> LoadedModel:
    return ModelRegistry().load("kitchen-n")


def test_the_figures_of_a_processor_give_single_pictures() -> None:
    assert tuned({1: 0.050, 2: 0.101, 4: 0.204}, staleness_seconds=1.0) == Batching(limit=1, wait_seconds=0.0)


def test_the_figures_of_an_accelerator_give_batches_and_a_wait_of_one_look() -> None:
    chosen = tuned({size: on_an_accelerator(size) for size in (1, 2, 4, 8, 16, 32)}, staleness_seconds=0.2)
    assert chosen == Batching(limit=16, wait_seconds=0.005)  # 32 would save 10 % more


def test_a_larger_batch_that_saves_little_is_not_taken() -> None:
    assert tuned({1: 0.010, 2: 0.012, 4: 0.023}, staleness_seconds=0.2).limit == 2


def test_a_size_that_gains_nothing_does_not_hide_a_larger_one_that_does() -> None:
    assert tuned({1: 0.010, 2: 0.0195, 4: 0.022}, staleness_seconds=0.2).limit == 4


def test_no_picture_gets_older_than_the_budget() -> None:
    chosen = tuned({1: 0.08, 2: 0.09, 4: 0.11, 8: 0.21}, staleness_seconds=0.12)
    assert chosen.limit == 4
    assert chosen.wait_seconds == pytest.approx(0.01)


@given(
    seconds=st.dictionaries(st.sampled_from([2, 4, 8, 16]), st.floats(0.001, 2.0)),
    one=st.floats(0.001, 2.0),
    budget=st.floats(0.001, 2.0),
)
def test_batches_keep_the_budget_and_never_cost_more_per_picture(
    seconds: dict[int, float], one: float, budget: float
) -> None:
    times = seconds | {1: one}
    chosen = tuned(times, staleness_seconds=budget)
    assert times[chosen.limit] / chosen.limit <= one
    assert 0.0 <= chosen.wait_seconds <= one
    if chosen.limit > 1:
        assert times[chosen.limit] + chosen.wait_seconds <= budget + 1e-9


@pytest.mark.parametrize("seconds", [{}, {2: 0.1}, {1: 0.0}, {1: 0.1, 2: -1.0}])
def test_times_that_cannot_be_are_refused(seconds: dict[int, float]) -> None:
    with pytest.raises(ValueError, match="expected times above 0"):
        tuned(seconds, staleness_seconds=0.2)


def test_sizes_are_tried_until_one_saves_nothing() -> None:
    session = TimedSession(on_a_processor)
    found = timed(session, SHAPE, staleness_seconds=1.0, clock=session.clock)
    assert found == pytest.approx({1: 0.050, 2: 0.102})
    assert {shape[0] for shape in session.batches} == {1, 2}


def test_the_first_call_of_a_size_does_not_count() -> None:
    calls: list[int] = []

    def slow_at_first(size: int) -> float:
        calls.append(size)
        return 5.0 if calls.count(size) == 1 else on_an_accelerator(size)

    session = TimedSession(slow_at_first)
    found = timed(session, SHAPE, staleness_seconds=10.0, clock=session.clock)
    assert found[1] == pytest.approx(0.005)


def test_a_network_of_fixed_batch_gets_single_pictures() -> None:
    session = TimedSession(on_an_accelerator, refuses=frozenset({2, 4, 8, 16, 32}))
    assert timed(session, SHAPE, staleness_seconds=1.0, clock=session.clock) == pytest.approx({1: 0.005})


def test_a_processor_is_not_tried_and_keeps_its_settings(shipped: LoadedModel) -> None:
    settings = DetectorSettings()
    opener = SessionOpener(model=shipped, runtime=Runtime.ONNXRUNTIME, settings=settings)
    assert with_tuned_batches(settings, opener) is settings
    assert settings.maximum_batch == 1


def test_a_real_session_is_timed_alone_and_in_pairs(shipped: LoadedModel) -> None:
    found = timed(open_session(shipped), SHAPE, staleness_seconds=5.0)
    assert {1, 2} <= found.keys()
    assert all(each > 0.0 for each in found.values())


@pytest.fixture
def accelerated(monkeypatch: pytest.MonkeyPatch, shipped: LoadedModel) -> SessionOpener:
    session = TimedSession(on_an_accelerator)
    monkeypatch.setattr(SessionOpener, "__call__", lambda _self: session)
    times = {size: on_an_accelerator(size) for size in batching.SIZES}

    def measured(given: NetworkSession, shape: tuple[int, int, int], *, staleness_seconds: float) -> dict[int, float]:
        assert given is session
        assert shape == (3, 256, 416)
        assert staleness_seconds == 0.2
        return times

    monkeypatch.setattr(batching, "timed", measured)
    return SessionOpener(model=shipped, runtime=Runtime.CUDA, settings=DetectorSettings())


def test_on_an_accelerator_the_service_takes_what_was_measured_and_says_so(accelerated: SessionOpener) -> None:
    with capture_logs() as logged:
        settings = with_tuned_batches(DetectorSettings(), accelerated)

    assert (settings.maximum_batch, settings.batch_wait_seconds) == (16, 0.005)
    assert settings.sessions == ACCELERATOR_SESSIONS
    (line,) = logged
    assert (line["event"], line["batch"], line["of_1_ms"], line["of_32_ms"]) == ("batch_chosen", 16, 5.0, 36.0)


def test_what_somebody_set_is_kept(accelerated: SessionOpener) -> None:
    wanted = DetectorSettings(maximum_batch=4, sessions=1)
    settings = with_tuned_batches(wanted, accelerated)
    assert (settings.maximum_batch, settings.sessions) == (4, 1)


def test_an_accelerator_that_refuses_every_call_gets_single_pictures() -> None:
    class Broken(ScriptedSession):
        def infer(self, batch: FloatArray) -> FloatArray:
            raise NetworkError("cuda", f"out of memory for {batch.shape}")

    assert timed(Broken(), SHAPE, staleness_seconds=1.0) == {}
