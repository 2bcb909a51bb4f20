"""What a port promises, asked of the stand-in and of the real thing alike."""

from collections.abc import Callable

import numpy as np
import pytest

from detector.detector import Detector
from detector.errors import NetworkError
from detector.ports import FrameDetector, FrameSupply, NetworkSession
from detector.sessions import Runtime, check_session, open_session
from detector.settings import DetectorSettings
from detector.testing import InMemoryFrameSupply, ScriptedBox, ScriptedDetector, ScriptedSession, make_manifest
from domain.detection import Detection
from domain.geometry import Box
from models.manifest import ModelManifest
from models.registry import ModelRegistry
from tests.detector.drawn import drawn_kitchen
from tests.support.pictures import make_frame

BASELINE = ModelRegistry().load("kitchen-n")
SCRIPTED = make_manifest({"rodent": 0.5, "bin": 0.5})
BIN = Box(0.65, 0.36, 0.87, 0.9)


def scripted_session() -> NetworkSession:
    return ScriptedSession([ScriptedBox(label=1, confidence=0.9, box=BIN)], refuses=frozenset({7}))


SESSIONS = [
    pytest.param(scripted_session, SCRIPTED, id="scripted"),
    pytest.param(lambda: open_session(BASELINE), BASELINE.manifest, id="onnxruntime"),
    pytest.param(lambda: open_session(BASELINE, Runtime.OPENVINO), BASELINE.manifest, id="openvino"),
]


@pytest.mark.parametrize(("make", "manifest"), SESSIONS)
def test_a_session_answers_in_the_shape_of_its_head(
    make: Callable[[], NetworkSession], manifest: ModelManifest
) -> None:
    session = make()
    output = session.infer(np.zeros((2, 3, 64, 96), dtype=np.float32))

    assert output.dtype == np.float32
    assert output.shape == (2, 4 + len(manifest.labels), 8 * 12 + 4 * 6 + 2 * 3)
    check_session(session, manifest, BASELINE.path)


@pytest.mark.parametrize(("make", "manifest"), SESSIONS)
def test_a_session_says_so_when_it_refuses(make: Callable[[], NetworkSession], manifest: ModelManifest) -> None:
    session = make()

    with pytest.raises(NetworkError) as raised:
        session.infer(np.zeros((7, 2, 64, 96), dtype=np.float32))

    assert raised.value.runtime == session.runtime
    assert manifest.labels


def scripted_detector() -> FrameDetector:
    return ScriptedDetector(
        lambda frame: None if frame.picture.width == 1 else [Detection(label="bin", confidence=0.9, box=BIN)]
    )


def real_detector() -> FrameDetector:
    return Detector(open_session(BASELINE), BASELINE.manifest, DetectorSettings())


@pytest.mark.parametrize("make", [scripted_detector, real_detector])
def test_a_detector_answers_frame_by_frame_in_order(make: Callable[[], FrameDetector]) -> None:
    class Unreadable:
        width = 1
        height = 1

        def bgr(
            self, width: int | None = None, height: int | None = None
        ) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
            raise OSError(f"no pixels of {width}x{height}")

        def luma(self, width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
            raise OSError(f"no brightness of {width}x{height}")

    kitchen = make_frame(sequence=1)
    good = type(kitchen)(
        camera_id=kitchen.camera_id, sequence=1, captured_at=kitchen.captured_at, clock=1.0, picture=drawn_kitchen()
    )
    bad = type(kitchen)(
        camera_id=kitchen.camera_id, sequence=2, captured_at=kitchen.captured_at, clock=2.0, picture=Unreadable()
    )

    first, second, third = make().detect([good, bad, good])

    assert second is None
    assert first == third
    assert first
    assert first[0].label == "bin"
    assert first[0].box.overlap(BIN) > 0.8  # it learnt from loose boxes


def test_the_supply_hands_out_each_cameras_newest_frame_once_and_the_oldest_camera_first() -> None:
    twin = InMemoryFrameSupply()
    supply: FrameSupply = twin
    for camera, sequence in (("a", 1), ("b", 1), ("a", 2)):
        twin.put(make_frame(camera, sequence=sequence, seconds=sequence))

    assert [(each.camera_id, each.sequence) for each in supply.take(5, 0.0)] == [("b", 1), ("a", 2)]
    assert list(supply.take(5, 0.0)) == []
