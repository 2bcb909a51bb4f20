"""The real network on one drawn picture, with the figures it gave when it was taken in.

A change of letterbox, colour order, scaling, decoding or of the file itself shows here. The tolerances cover what
processors differ in (measured differences between batch sizes: under 1e-4), not what such a change does.
"""

import numpy as np
import pytest

from detector.detector import Detector
from detector.letterbox import Letterbox, PlaneWriter
from detector.sessions import open_session
from detector.settings import DetectorSettings
from domain.detection import Detection
from domain.geometry import Box
from models.manifest import ColourOrder
from models.registry import LoadedModel, ModelRegistry
from tests.detector.drawn import BIN_EDGES, drawn_kitchen

SCORE = 0.005
EDGE = 0.002

GOLDEN_CONFIDENCE = 0.9417
GOLDEN_EDGES = (0.65715, 0.35947, 0.86000, 0.89497)
GOLDEN_ANCHOR = 1917
GOLDEN_PIXELS = (315.57, 157.77, 84.39, 125.31)  # centre and size on the canvas of 416x256
# The best score of each label, in the manifest's order.
GOLDEN_MAXIMA = (
    *(0.0031, 0.0003, 0.0000, 0.0000, 0.0000, 0.0004, 0.1925, 0.6992, 0.0412, 0.9417, 0.0014),
    *(0.0012, 0.0004, 0.0001, 0.0000, 0.0362, 0.0001, 0.0107, 0.0017, 0.0004, 0.0173),
)


@pytest.fixture(scope="module")
def shipped() -> LoadedModel:
    return ModelRegistry().load("kitchen-n")


def look(model: LoadedModel, **settings: int) -> tuple[Detection, ...]:
    floors = dict.fromkeys(model.manifest.label_names, 0.05)
    chosen = DetectorSettings().model_copy(update=settings)
    detector = Detector(open_session(model), model.manifest, chosen, floors=floors)
    (answer,) = detector.look([drawn_kitchen()])
    assert answer is not None
    return answer


def edges(box: Box) -> tuple[float, ...]:
    return (box.left, box.top, box.right, box.bottom)


def test_the_drawn_bin_is_found_as_ever(shipped: LoadedModel) -> None:
    found = look(shipped)[0]

    assert found.label == "bin"
    assert found.confidence == pytest.approx(GOLDEN_CONFIDENCE, abs=SCORE)
    assert edges(found.box) == pytest.approx(GOLDEN_EDGES, abs=EDGE)
    assert found.box.overlap(Box(*BIN_EDGES)) > 0.8  # it learnt from loose boxes


def test_the_raw_output_is_as_ever(shipped: LoadedModel) -> None:
    letterbox = Letterbox.for_network(1280, 720, shipped.manifest.input)
    planes = PlaneWriter(shipped.manifest.input).write([drawn_kitchen()], letterbox)

    (output,) = open_session(shipped).infer(planes)

    assert output.shape == (25, 52 * 32 + 26 * 16 + 13 * 8)
    bins = output[4 + shipped.manifest.label_names.index("bin")]
    assert int(bins.argmax()) == GOLDEN_ANCHOR
    assert output[:4, bins.argmax()] == pytest.approx(GOLDEN_PIXELS, abs=0.5)
    assert output[4:].max(axis=1) == pytest.approx(np.array(GOLDEN_MAXIMA), abs=SCORE)


def test_these_figures_notice_swapped_colours(shipped: LoadedModel) -> None:
    swapped = shipped.manifest.input.model_copy(update={"colour_order": ColourOrder.BGR})

    letterbox = Letterbox.for_network(1280, 720, swapped)
    (output,) = open_session(shipped).infer(PlaneWriter(swapped).write([drawn_kitchen()], letterbox))

    assert float(np.abs(output[4:].max(axis=1) - np.array(GOLDEN_MAXIMA)).max()) > 2 * SCORE


def test_these_figures_notice_another_size(shipped: LoadedModel) -> None:
    found = look(shipped, longest_side_px=448)

    assert max(abs(a - b) for a, b in zip(edges(found[0].box), GOLDEN_EDGES, strict=True)) > 2 * EDGE


def test_a_small_picture_of_the_same_scene_gives_the_same_box(shipped: LoadedModel) -> None:
    """Boxes are fractions: they do not depend on the resolution that the camera happens to send."""
    detector = Detector(open_session(shipped), shipped.manifest, DetectorSettings())
    small = type(drawn_kitchen())(drawn_kitchen().bgr(640, 360))

    (large_answer,), (small_answer,) = detector.look([drawn_kitchen()]), detector.look([small])

    assert large_answer
    assert small_answer
    assert edges(small_answer[0].box) == pytest.approx(edges(large_answer[0].box), abs=0.01)
