"""The same network on every runtime gives the same boxes, and its int8 twin nearly the same.

Tolerances: between runtimes in single precision scores differ by less than 0.002 and edges by less than 0.1 % of the
picture; that is what another order of additions does. The twin is another network: scores within 0.1, edges within 3 %.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.decode import DecodeRules, decode, to_detections
from detector.letterbox import Letterbox, PlaneWriter
from detector.ports import NetworkSession
from detector.runtimes.onnxruntime import OnnxSession
from detector.runtimes.openvino import OpenVinoSession
from detector.runtimes.ultralytics import UltralyticsSession
from detector.sessions import Runtime, open_session
from domain.detection import Detection
from domain.geometry import FloatArray
from models.manifest import ModelManifest
from models.quantisation.static import Method, quantise
from models.registry import ModelRegistry
from tests.detector.drawn import drawn_kitchen
from tests.detector.runtimes.networks import write_detector

SCORE, EDGE = 0.002, 0.001
# Of one drawing, also at a size that nothing was calibrated at; what rounding costs on pictures stands in the card.
INT8_SCORE, INT8_EDGE = 0.2, 0.03
INT8_FLOOR = 0.6  # below it guesses waver: scores of what looks a little like a person in the drawing differ by 0.16

SIZES = [416, 640]
NETWORKS = ["kitchen-n", "kitchen-n-relu"]


def looked(session: NetworkSession, manifest: ModelManifest, side_px: int, floor: float) -> tuple[Detection, ...]:
    letterbox = Letterbox.for_network(1280, 720, manifest.input, side_px)
    floors = dict.fromkeys(manifest.label_names, floor)
    rules = DecodeRules.of(manifest, floors, overlap_threshold=0.6, maximum_boxes=100)
    (output,) = session.infer(PlaneWriter(manifest.input).write([drawn_kitchen()], letterbox))
    return to_detections(decode(output, rules, letterbox), manifest.label_names)


def edges(found: Detection) -> tuple[float, ...]:
    return (found.box.left, found.box.top, found.box.right, found.box.bottom)


def assert_alike(
    found: Sequence[Detection], expected: Sequence[Detection], *, floor: float, score: float, edge: float
) -> None:
    """Every box that is surer than the floor by more than the tolerance has its twin in the other answer."""
    for ours, theirs in ((found, expected), (expected, found)):
        for each in ours:
            if each.confidence > floor + score:
                twins = [
                    other
                    for other in theirs
                    if other.label == each.label
                    and edges(other) == pytest.approx(edges(each), abs=edge)
                    and other.confidence == pytest.approx(each.confidence, abs=score)
                ]
                assert twins != [], f"{each} has no twin among {theirs}"


@pytest.mark.parametrize("side_px", SIZES)
@pytest.mark.parametrize("name", NETWORKS)
def test_both_runtimes_see_the_same_boxes(name: str, side_px: int) -> None:
    loaded = ModelRegistry().load(name)
    ours, theirs = (
        looked(open_session(loaded, runtime), loaded.manifest, side_px, 0.05)
        for runtime in (Runtime.ONNXRUNTIME, Runtime.OPENVINO)
    )

    assert "bin" in {each.label for each in ours}
    assert_alike(theirs, ours, floor=0.05, score=SCORE, edge=EDGE)


@pytest.mark.parametrize("side_px", SIZES)
@pytest.mark.parametrize("runtime", [Runtime.ONNXRUNTIME, Runtime.OPENVINO])
def test_the_int8_twin_sees_nearly_the_same_boxes_on_both_runtimes(runtime: Runtime, side_px: int) -> None:
    original, twin = (ModelRegistry().load(name) for name in ("kitchen-n", "kitchen-n-int8"))
    expected = looked(open_session(original), original.manifest, side_px, INT8_FLOOR)
    found = looked(open_session(twin, runtime), original.manifest, side_px, INT8_FLOOR)

    assert "bin" in {each.label for each in expected}
    assert_alike(found, expected, floor=INT8_FLOOR, score=INT8_SCORE, edge=INT8_EDGE)


@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_raw_outputs_agree_for_either_activation_and_in_integers(tmp_path: Path, activation: str) -> None:
    batch = np.random.default_rng(4).random((2, 3, 64, 96), dtype=np.float32)
    fp32 = write_detector(tmp_path / "fp32.onnx", 4, activation=activation)
    int8 = tmp_path / "int8.onnx"
    quantise(fp32, {Method.MINMAX: int8}, [batch])

    assert np.allclose(OpenVinoSession(fp32).infer(batch), OnnxSession(fp32).infer(batch), rtol=1e-4, atol=1e-4)
    # Where a value lies between two steps, runtimes may round it to different ones.
    assert_scores_within(OpenVinoSession(int8).infer(batch), OnnxSession(int8).infer(batch), 0.03)


def assert_scores_within(found: FloatArray, expected: FloatArray, tolerance: float) -> None:
    assert found.shape == expected.shape
    assert float(np.abs(found[:, 4:] - expected[:, 4:]).max()) < tolerance


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
def test_a_checkpoint_answers_on_torch_as_its_export_on_both_runtimes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOLO_CONFIG_DIR", str(tmp_path))
    pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")
    pytest.importorskip("ultralytics", reason="ultralytics is not here: call scripts/setup-train")
    export: Any = importlib.import_module("models.training.export")
    network: Any = importlib.import_module("ultralytics").YOLO("yolo11n.yaml", task="detect")
    network.save(tmp_path / "random.pt")
    export.write_onnx(network.model, tmp_path / "random.onnx")
    batch = np.random.default_rng(6).random((1, 3, 64, 96), dtype=np.float32)

    expected = UltralyticsSession(tmp_path / "random.pt").infer(batch)

    for session in (OnnxSession(tmp_path / "random.onnx"), OpenVinoSession(tmp_path / "random.onnx")):
        assert np.allclose(session.infer(batch), expected, rtol=1e-3, atol=1e-2)
