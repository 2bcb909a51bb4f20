import builtins
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.errors import NetworkError, RuntimeMissingError
from detector.ports import NetworkSession
from detector.runtimes.openvino import OpenVinoSession
from detector.sessions import Runtime, open_session
from models.errors import ModelFormatError
from models.registry import ModelRegistry
from tests.detector.runtimes.networks import write_detector, write_network


@pytest.fixture
def session(tmp_path: Path) -> NetworkSession:
    return OpenVinoSession(write_detector(tmp_path / "network.onnx", 3))


def pictures(count: int, height: int = 64, width: int = 96) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(2).random((count, 3, height, width), dtype=np.float32)


def test_a_network_answers_for_every_picture_of_a_batch(session: NetworkSession) -> None:
    output = session.infer(pictures(2))

    assert output.shape == (2, 4 + 3, 8 * 12)
    assert output.dtype == np.float32
    assert session.runtime == "openvino"


def test_the_network_that_we_ship_opens() -> None:
    assert open_session(ModelRegistry().load("kitchen-n"), Runtime.OPENVINO).runtime == "openvino"


def test_an_answer_stays_as_it_was_when_the_next_picture_is_looked_at(session: NetworkSession) -> None:
    first = session.infer(pictures(1))
    kept = first.copy()
    session.infer(np.zeros((1, 3, 64, 96), dtype=np.float32))

    assert np.array_equal(first, kept)


def test_more_shapes_than_are_kept_give_the_same_answers_again(session: NetworkSession) -> None:
    shapes = [(32 * side, 64) for side in range(1, 8)]
    first = [session.infer(pictures(1, *shape)) for shape in shapes]
    again = [session.infer(pictures(1, *shape)) for shape in shapes]

    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def test_a_picture_that_is_no_continuous_array_is_taken(session: NetworkSession) -> None:
    batch = pictures(4)

    assert np.allclose(session.infer(batch[::2]), session.infer(batch)[::2], atol=1e-5)


def test_a_session_takes_no_thread_beside_its_own_while_it_looks(session: NetworkSession) -> None:
    def native_threads() -> int:
        return len(list(Path("/proc/self/task").iterdir()))

    session.infer(pictures(1))
    before, python_before = native_threads(), threading.active_count()
    session.infer(pictures(1))

    assert native_threads() == before
    assert threading.active_count() == python_before


def test_half_precision_is_allowed_where_there_is_none(tmp_path: Path) -> None:
    path = write_detector(tmp_path / "network.onnx", 3)

    output = OpenVinoSession(path, half_precision=True).infer(pictures(1))

    assert np.allclose(output, OpenVinoSession(path).infer(pictures(1)), rtol=0.05, atol=0.05)


@pytest.mark.parametrize("content", [b"", b"\x08\x07 not a network", b"PK\x03\x04"], ids=["empty", "garbage", "zip"])
def test_a_file_that_is_no_onnx_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(content)

    with pytest.raises(ModelFormatError, match=r"expected an ONNX network, found .+"):
        OpenVinoSession(path)


def test_a_network_that_takes_no_pictures_is_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "network.onnx", (1, 25, 84), input_shape=("batch", 10))

    with pytest.raises(ModelFormatError, match=r"expected one float input of shape \(batch, 3, height, width\)"):
        OpenVinoSession(path)


def test_input_that_the_network_refuses_is_a_network_error_and_does_no_harm(session: NetworkSession) -> None:
    with pytest.raises(NetworkError) as raised:
        session.infer(np.zeros((1, 2, 64, 96), dtype=np.float32))

    assert raised.value.runtime == "openvino"
    assert "\n" not in raised.value.reason
    assert session.infer(pictures(1)).shape == (1, 7, 96)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real_import = builtins.__import__

    def no_openvino(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "openvino":
            raise ImportError(name)
        return real_import(name, *arguments, **named)

    path = write_detector(tmp_path / "network.onnx", 3)
    monkeypatch.setattr(builtins, "__import__", no_openvino)

    with pytest.raises(RuntimeMissingError, match="'openvino'") as raised:
        OpenVinoSession(path)

    assert raised.value.extra == "openvino"


def test_serving_imports_openvino_only_when_it_is_used() -> None:
    code = "import sys, detector.engine, detector.runtime_choice, detector.runtimes.openvino; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "detector.runtimes.openvino" in loaded
    assert "openvino" not in loaded


def test_a_signal_after_the_last_session_is_gone_ends_nothing(tmp_path: Path) -> None:
    """The service's own handlers and torch's run on a signal stack that OpenVINO may have put up and taken away."""
    script = f"""
import faulthandler, os, signal, threading
from pathlib import Path
import numpy as np
from detector.runtimes.openvino import OpenVinoSession
faulthandler.enable()
sessions = [OpenVinoSession(Path({str(write_detector(tmp_path / "network.onnx", 3))!r}))]
sessions[0].infer(np.zeros((1, 3, 64, 96), dtype=np.float32))
dropper = threading.Thread(target=sessions.clear)
dropper.start()
dropper.join()
signal.signal(signal.SIGTERM, lambda *_: print("told to stop", flush=True))
os.kill(os.getpid(), signal.SIGTERM)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120)

    assert (ended.returncode, ended.stdout.strip()) == (0, "told to stop"), ended.stderr
