import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from detector.errors import NetworkError
from detector.ports import NetworkSession
from detector.runtime_choice import SessionOpener
from detector.sessions import Runtime, open_session, sparing
from detector.settings import DetectorSettings
from detector.shared_session import OnDemandSession, SharedSession
from domain.geometry import FloatArray
from models.errors import ModelNotFoundError
from models.registry import LoadedModel, ModelRegistry

BLANK = np.zeros((1, 3, 64, 64), dtype=np.float32)


class Session:
    """Answers with the mean of what it is shown."""

    runtime = "pretended"

    def infer(self, batch: FloatArray) -> FloatArray:
        return np.asarray(batch.mean(axis=(1, 2, 3)), dtype=np.float32)


@pytest.fixture(scope="module")
def shipped() -> LoadedModel:
    return ModelRegistry().load("kitchen-n")


def test_threads_that_ask_at_once_get_one_session_that_was_opened_once() -> None:
    shared, opened, start = SharedSession(), [], threading.Barrier(8)

    def opener() -> NetworkSession:
        opened.append(threading.get_ident())
        return Session()

    def ask(_: int) -> NetworkSession:
        start.wait(10)
        return shared.get(opener)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(opened) == 1
    assert len({id(session) for session in found}) == 1


def test_a_network_is_opened_at_its_first_look_and_then_kept() -> None:
    opened = []

    def opener() -> NetworkSession:
        opened.append(1)
        return Session()

    session = OnDemandSession(opener, "pretended")
    assert (session.runtime, opened) == ("pretended", [])
    assert [float(session.infer(BLANK + each)[0]) for each in (0.25, 0.5)] == [0.25, 0.5]
    assert opened == [1]


def test_one_that_cannot_be_opened_any_more_costs_its_looks_and_is_tried_again() -> None:
    answers: list[NetworkSession | None] = [None, Session()]

    def opener() -> NetworkSession:
        answer = answers.pop(0)
        if answer is None:
            raise ModelNotFoundError("attire-x", Path("zoo"))
        return answer

    session = OnDemandSession(opener, "pretended")
    with pytest.raises(NetworkError, match="attire-x"):
        session.infer(BLANK)
    assert session.infer(BLANK + 1)[0] == 1.0


def test_all_inference_threads_share_one_network_on_the_processor(shipped: LoadedModel) -> None:
    opener = SessionOpener(model=shipped, runtime=Runtime.ONNXRUNTIME, settings=DetectorSettings())
    assert opener() is opener()
    other = SessionOpener(model=shipped, runtime=Runtime.ONNXRUNTIME, settings=DetectorSettings())
    assert other() is not opener()


def test_looks_of_many_threads_through_one_network_are_those_of_one_thread(shipped: LoadedModel) -> None:
    session = open_session(shipped)
    draw = np.random.default_rng(7)
    batches = [draw.random((1, 3, 64, 32 * side), dtype=np.float32) for side in (2, 3, 4) for _ in range(4)]
    alone = [session.infer(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(session.infer, batches))
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)


def test_a_sparing_look_sees_the_same(shipped: LoadedModel) -> None:
    session = open_session(shipped)
    assert np.array_equal(sparing(session).infer(BLANK), session.infer(BLANK))
    pretended = Session()
    assert sparing(pretended) is pretended
