"""CUDA and TensorRT through ONNX Runtime, without a device: its list of providers and its sessions are stood in for.

What is tested is what this project does: which provider is asked for with which options, and what is said where it is
missing. That a network runs on a device is not.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from structlog.testing import capture_logs

from detector.errors import AcceleratorMissingError, NetworkError
from detector.runtime_choice import candidates, choose_runtime, session_opener
from detector.runtimes.onnxruntime import Accelerator, AcceleratorKind, OnnxSession, available_accelerators
from detector.sessions import Runtime, open_session
from detector.settings import DetectorSettings, RuntimeChoice
from models.errors import ModelFormatError
from models.registry import LoadedModel, ModelRegistry

CUDA, TENSORRT, PROCESSOR = "CUDAExecutionProvider", "TensorrtExecutionProvider", "CPUExecutionProvider"
REAL_SESSION = onnxruntime.InferenceSession


class Runtimes:
    """ONNX Runtime as onnxruntime-gpu would be: sessions run on the processor and claim the providers they got.

    `loads` are providers whose libraries are there; `breaks` is what opening a session raises.
    """

    def __init__(self) -> None:
        self.built_with = [TENSORRT, CUDA, PROCESSOR]
        self.loads = {TENSORRT, CUDA, PROCESSOR}
        self.breaks: Exception | None = None
        self.asked: list[tuple[list[Any], dict[str, Any]]] = []

    def open(self, path: str, options: Any, *, providers: list[Any], **others: Any) -> Any:
        if providers == [PROCESSOR]:
            return REAL_SESSION(path, options, providers=providers)
        self.asked.append((providers, others))
        if self.breaks:
            raise self.breaks
        session = REAL_SESSION(path, options, providers=[PROCESSOR])
        named = [each if isinstance(each, str) else each[0] for each in providers]
        session.get_providers = lambda: [name for name in named if name in self.loads]
        return session


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Runtimes:
    runtimes = Runtimes()
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: runtimes.built_with)
    monkeypatch.setattr(onnxruntime, "InferenceSession", runtimes.open)
    return runtimes


@pytest.fixture(scope="module")
def shipped() -> LoadedModel:
    return ModelRegistry().load("kitchen-n")


def test_cuda_is_asked_for_with_its_device_and_never_falls_back_by_itself(gpu: Runtimes, shipped: LoadedModel) -> None:
    session = open_session(shipped, Runtime.CUDA, device_id=2)

    assert session.runtime == "cuda"
    assert gpu.asked == [([(CUDA, {"device_id": "2"}), PROCESSOR], {"enable_fallback": 0})]


def test_tensorrt_keeps_what_it_compiled_in_the_folder_and_may_use_16_bits(
    gpu: Runtimes, shipped: LoadedModel, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "engines"
    session = open_session(shipped, Runtime.TENSORRT, half_precision=True, engine_cache=folder)

    assert session.runtime == "tensorrt"
    ((first, options), second, third) = gpu.asked[0][0]
    assert (first, second, third) == (TENSORRT, (CUDA, {"device_id": "0"}), PROCESSOR)
    assert options == {
        "device_id": "0",
        "trt_fp16_enable": "True",
        "trt_engine_cache_enable": "True",
        "trt_engine_cache_path": str(folder),
        "trt_timing_cache_enable": "True",
        "trt_timing_cache_path": str(folder),
    }
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0


def test_without_a_folder_nothing_is_kept(gpu: Runtimes, shipped: LoadedModel) -> None:
    open_session(shipped, Runtime.TENSORRT)
    assert gpu.asked[0][0][0] == (TENSORRT, {"device_id": "0", "trt_fp16_enable": "False"})


@pytest.mark.parametrize("runtime", [Runtime.CUDA, Runtime.TENSORRT])
def test_the_processors_own_package_says_which_one_to_install(shipped: LoadedModel, runtime: Runtime) -> None:
    if available_accelerators():
        pytest.skip("onnxruntime-gpu is installed here")
    with pytest.raises(AcceleratorMissingError) as raised:
        open_session(shipped, runtime)

    assert raised.value.runtime == runtime.value
    assert "install onnxruntime-gpu in place of onnxruntime" in str(raised.value)


@pytest.mark.parametrize(("runtime", "library"), [(Runtime.CUDA, "cuDNN"), (Runtime.TENSORRT, "TensorRT")])
def test_libraries_that_cannot_be_loaded_are_an_error_and_not_the_processor(
    gpu: Runtimes, shipped: LoadedModel, runtime: Runtime, library: str
) -> None:
    gpu.loads = {PROCESSOR}
    with pytest.raises(AcceleratorMissingError, match="could not be loaded") as raised:
        open_session(shipped, runtime)

    assert library in raised.value.remedy


def test_a_device_that_fails_is_named_with_the_reason(gpu: Runtimes, shipped: LoadedModel) -> None:
    gpu.breaks = RuntimeError("CUDA failure 100: no CUDA-capable device is detected\nin cuda_call.cc")
    with pytest.raises(AcceleratorMissingError) as raised:
        open_session(shipped, Runtime.CUDA, device_id=1)

    assert "device 1 cannot be used (CUDA failure 100: no CUDA-capable device is detected)" in str(raised.value)


def test_a_file_that_is_no_network_is_the_files_fault(gpu: Runtimes, tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(b"garbage")
    with pytest.raises(ModelFormatError):
        OnnxSession(path, Accelerator(kind=AcceleratorKind.CUDA))
    assert gpu.asked == []


def test_a_failure_while_looking_names_the_runtime(gpu: Runtimes, shipped: LoadedModel) -> None:
    session = open_session(shipped, Runtime.CUDA)
    with pytest.raises(NetworkError) as raised:
        session.infer(np.zeros((1, 1, 64, 64), dtype=np.float32))
    assert raised.value.runtime == "cuda"
    assert len(gpu.asked) == 1


def test_auto_tries_accelerators_that_are_there_and_says_what_it_measured(gpu: Runtimes, shipped: LoadedModel) -> None:
    gpu.built_with = [CUDA, PROCESSOR]
    assert candidates() == (Runtime.ONNXRUNTIME, Runtime.OPENVINO, Runtime.CUDA)
    with capture_logs() as logged:
        choose_runtime(shipped, DetectorSettings(runtime=RuntimeChoice.AUTO))

    (line,) = (each for each in logged if each["event"] == "runtime_chosen")
    assert line["cuda_ms"] > 0


def test_auto_goes_on_without_an_accelerator_that_fails_and_says_why(gpu: Runtimes, shipped: LoadedModel) -> None:
    gpu.loads = {PROCESSOR}
    with capture_logs() as logged:
        chosen = choose_runtime(shipped, DetectorSettings(runtime=RuntimeChoice.AUTO))

    assert not chosen.is_accelerator
    (line,) = (each for each in logged if each["event"] == "runtime_chosen")
    assert "could not be loaded" in line["without_cuda"]
    assert "could not be loaded" in line["without_tensorrt"]


def test_the_service_hands_device_and_folder_on(gpu: Runtimes, shipped: LoadedModel, tmp_path: Path) -> None:
    settings = DetectorSettings(runtime=RuntimeChoice.TENSORRT, device_id=3)
    session_opener(shipped, settings, engine_cache=tmp_path)()
    assert gpu.asked[0][0][0][1]["device_id"] == "3"
    assert gpu.asked[0][0][0][1]["trt_engine_cache_path"] == str(tmp_path)
