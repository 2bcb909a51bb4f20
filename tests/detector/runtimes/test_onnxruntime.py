import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from detector.errors import NetworkError
from detector.ports import NetworkSession
from detector.runtimes.onnxruntime import OnnxSession
from models.errors import ModelFormatError
from models.registry import ModelRegistry
from tests.detector.runtimes.networks import write_network
from tests.support.shared import REPOSITORY


def test_a_network_answers_for_every_picture_of_a_batch() -> None:
    session: NetworkSession = OnnxSession(ModelRegistry().load("kitchen-n").path)

    output = session.infer(np.zeros((2, 3, 64, 96), dtype=np.float32))

    assert output.shape == (2, 25, 8 * 12 + 4 * 6 + 2 * 3)
    assert output.dtype == np.float32
    assert session.runtime == "onnxruntime"


def test_a_picture_has_the_same_answer_alone_and_in_a_batch() -> None:
    session = OnnxSession(ModelRegistry().load("kitchen-n").path)
    pictures = np.random.default_rng(1).random((3, 3, 64, 64), dtype=np.float32)

    together = session.infer(pictures)
    alone = np.concatenate([session.infer(picture[None]) for picture in pictures])

    assert np.allclose(together, alone, atol=1e-4)


def test_a_session_takes_no_thread_beside_its_own() -> None:
    def native_threads() -> int:
        return len(list(Path("/proc/self/task").iterdir()))

    before, python_before = native_threads(), threading.active_count()
    session = OnnxSession(ModelRegistry().load("kitchen-n").path)
    session.infer(np.zeros((1, 3, 320, 320), dtype=np.float32))

    assert native_threads() == before
    assert threading.active_count() == python_before


def test_a_second_look_at_pictures_of_a_size_takes_no_more_room_than_the_first() -> None:
    code = """
import os
import numpy as np
from bench.processes import resident_bytes
from detector.runtimes.onnxruntime import OnnxSession
from models.registry import ModelRegistry
session = OnnxSession(ModelRegistry().load("kitchen-n").path)
picture = np.zeros((1, 3, 640, 640), dtype=np.float32)
session.infer(picture)
before = resident_bytes([os.getpid()])
session.infer(picture)
print((resident_bytes([os.getpid()]) - before) // 2**20)
"""
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )

    assert int(said.stdout) < 5  # a pattern of the room that one look takes would be 20


@pytest.mark.parametrize("module", ["detector.runtimes.onnxruntime", "models.quantisation.static", "service"])
def test_nothing_is_reported_to_the_maker_of_the_runtime(tmp_path: Path, module: str) -> None:
    """Its reports would go through a database in the home folder."""
    path = ModelRegistry().load("kitchen-n-int8").path
    code = f"import {module}, onnxruntime; onnxruntime.InferenceSession({str(path)!r})"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=home, check=True, timeout=300)

    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("content", [b"", b"\x08\x07 not a network", b"PK\x03\x04"], ids=["empty", "garbage", "zip"])
def test_a_file_that_is_no_onnx_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(content)

    with pytest.raises(ModelFormatError, match=r"expected an ONNX network, found .+"):
        OnnxSession(path)


def test_a_truncated_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(ModelRegistry().load("kitchen-n").path.read_bytes()[:1_000_000])

    with pytest.raises(ModelFormatError):
        OnnxSession(path)


def test_a_network_that_takes_no_pictures_is_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "network.onnx", (1, 25, 84), input_shape=("batch", 10))

    with pytest.raises(ModelFormatError, match=r"expected one float input of shape \(batch, 3, height, width\)"):
        OnnxSession(path)


@pytest.mark.parametrize("shape", [(1, 1, 64, 64), (1, 3, 40, 40)], ids=["one channel", "no multiple of the stride"])
def test_input_that_the_network_refuses_is_a_network_error(shape: tuple[int, ...]) -> None:
    session = OnnxSession(ModelRegistry().load("kitchen-n").path)

    with pytest.raises(NetworkError) as raised:
        session.infer(np.zeros(shape, dtype=np.float32))

    assert raised.value.runtime == "onnxruntime"
    assert "\n" not in raised.value.reason
