"""With real torch and ultralytics, which scripts/setup-train installs; a stub could not tell a changed head."""

import builtins
import importlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.errors import NetworkError, RuntimeMissingError
from detector.ports import NetworkSession
from detector.runtimes.onnxruntime import OnnxSession
from detector.runtimes.ultralytics import UltralyticsSession
from detector.sessions import check_session
from detector.testing import make_manifest
from models.errors import ModelFormatError


@pytest.fixture(scope="module")
def yolo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A YOLO11n with random weights, 80 labels."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("YOLO_CONFIG_DIR", str(tmp_path_factory.mktemp("ultralytics")))
        environment.setenv("YOLO_OFFLINE", "true")
        environment.setenv("YOLO_AUTOINSTALL", "false")
        pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
        ultralytics = pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")
        yield ultralytics.YOLO("yolo11n.yaml", task="detect")


@pytest.fixture(scope="module")
def checkpoint(yolo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("checkpoint") / "random.pt"
    yolo.save(path)
    return path


def pictures(count: int = 2) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(7).random((count, 3, 64, 96), dtype=np.float32)


def test_the_session_answers_what_the_network_itself_answers(yolo: Any, checkpoint: Path) -> None:
    torch = importlib.import_module("torch")
    with torch.inference_mode():
        expected = yolo.model.float().eval()(torch.from_numpy(pictures()))[0].numpy()

    session: NetworkSession = UltralyticsSession(checkpoint)
    output = session.infer(pictures())

    assert session.runtime == "ultralytics"
    assert output.shape == expected.shape == (2, 84, 8 * 12 + 4 * 6 + 2 * 3)
    assert output.dtype == np.float32
    assert np.allclose(output, expected, rtol=1e-4, atol=1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
def test_the_same_network_answers_alike_on_both_runtimes(checkpoint: Path) -> None:
    exporter = importlib.import_module("ultralytics").YOLO(str(checkpoint), task="detect")
    exported = exporter.export(format="onnx", dynamic=True, imgsz=64, simplify=False, opset=17, verbose=False)

    ours = UltralyticsSession(checkpoint).infer(pictures())
    theirs = OnnxSession(Path(exported)).infer(pictures())

    assert np.allclose(ours, theirs, rtol=1e-3, atol=1e-2)


def test_a_checkpoint_stands_the_check_of_shape_and_labels(checkpoint: Path) -> None:
    manifest = make_manifest({f"label_{number}": 0.5 for number in range(80)})

    session = UltralyticsSession(checkpoint)
    check_session(session, manifest, checkpoint)

    assert session.infer(pictures()).shape[1] == 4 + len(manifest.labels)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint"], ids=["empty", "garbage"])
@pytest.mark.usefixtures("yolo")
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "network.pt"
    path.write_bytes(content)

    with pytest.raises(ModelFormatError, match="expected an Ultralytics checkpoint"):
        UltralyticsSession(path)


def test_input_that_the_network_refuses_is_a_network_error(checkpoint: Path) -> None:
    session = UltralyticsSession(checkpoint)

    with pytest.raises(NetworkError) as raised:
        session.infer(np.zeros((1, 5, 64, 64), dtype=np.float32))

    assert raised.value.runtime == "ultralytics"


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real_import = builtins.__import__

    def no_torch(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "torch":
            raise ImportError(name)
        return real_import(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", no_torch)

    with pytest.raises(RuntimeMissingError, match="'train'") as raised:
        UltralyticsSession(tmp_path / "network.pt")

    assert raised.value.extra == "train"


def _modules(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.split(".")[0] in {"torch", "ultralytics"}]


def test_serving_imports_neither_torch_nor_ultralytics() -> None:
    code = (
        "import sys, detector.engine, detector.sessions, detector.faces, detector.runtimes.onnxruntime, "
        "detector.runtimes.ultralytics; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "detector.runtimes.ultralytics" in loaded
    assert _modules(loaded) == []
