"""The shipped int8 network on the drawn picture, as test_golden.py holds the first network to its figures.

The figures lie in `golden/`, because they change with every training: `python -m tests.detector.take_golden` writes
them. The tolerances are wider: processors round integers alike, but what is calculated between them not.
"""

import json
from typing import Any

import pytest

from detector.detector import Detector
from detector.sessions import Runtime, open_session
from detector.settings import DetectorSettings
from domain.geometry import Box
from models.manifest import ColourOrder
from models.registry import LoadedModel, ModelRegistry
from tests.detector.drawn import BIN_EDGES, drawn_kitchen
from tests.detector.take_golden import FOLDER, golden

NAME = "kitchen-n-int8"
SCORE, EDGE = 0.02, 0.005


@pytest.fixture(scope="module")
def network() -> LoadedModel:
    return ModelRegistry().load(NAME)


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))
    return figures


def test_the_figures_were_taken_of_this_very_file(network: LoadedModel, written: dict[str, Any]) -> None:
    assert written["sha256"] == network.manifest.sha256, "call: python -m tests.detector.take_golden kitchen-n-int8"


def test_the_drawn_bin_is_found_as_ever(network: LoadedModel, written: dict[str, Any]) -> None:
    found = golden(network)

    assert found["label"] == written["label"] == "bin"
    assert found["confidence"] == pytest.approx(written["confidence"], abs=SCORE)
    assert found["edges"] == pytest.approx(written["edges"], abs=EDGE)
    assert found["maxima"] == pytest.approx(written["maxima"], abs=SCORE)
    assert Box(*found["edges"]).overlap(Box(*BIN_EDGES)) > 0.8


def test_openvino_finds_the_same_bin(network: LoadedModel, written: dict[str, Any]) -> None:
    detector = Detector(open_session(network, Runtime.OPENVINO), network.manifest, DetectorSettings())

    (answer,) = detector.look([drawn_kitchen()])

    assert answer
    assert answer[0].label == "bin"
    assert answer[0].confidence == pytest.approx(written["confidence"], abs=2 * SCORE)
    assert answer[0].box.overlap(Box(*written["edges"])) > 0.97


def test_these_figures_notice_swapped_colours(network: LoadedModel, written: dict[str, Any]) -> None:
    swapped = network.manifest.input.model_copy(update={"colour_order": ColourOrder.BGR})
    manifest = network.manifest.model_copy(update={"input": swapped})

    found = golden(type(network)(manifest=manifest, path=network.path))

    assert found["maxima"] != pytest.approx(written["maxima"], abs=SCORE)


def test_the_network_is_small(network: LoadedModel) -> None:
    assert network.path.stat().st_size <= 6_000_000
