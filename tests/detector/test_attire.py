"""The reader on drawn persons, with a network that is written down: it sees a hat in a bright upper edge."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from detector.attire import AttireReader, Reading, check_attire_session, judged, open_attire_session
from detector.errors import NetworkOutputError
from detector.testing import ScriptedAttireSession, make_attire_manifest
from domain.attire import Wearing
from domain.frame import Pixels
from domain.geometry import Box, FloatArray
from models.errors import ModelFormatError
from models.registry import LoadedNetwork

MANIFEST = make_attire_manifest()
PERSON = Box(0.3, 0.2, 0.5, 0.8)
HEADWEAR = MANIFEST.attributes[0]


def sees_bright_heads(crop: FloatArray) -> Sequence[float]:
    """Headwear where the upper fifth is bright; never a uniform; always clear."""
    is_bright = float(crop[:, 8:24, 30:66].mean()) > 0.5
    return [4.0 if is_bright else -4.0, -4.0, 4.0, 4.0]


def kitchen(*, hat: bool, side: int = 400) -> Pixels:
    pixels = np.full((side, side, 3), 40, dtype=np.uint8)
    left, top = round(PERSON.left * side), round(PERSON.top * side)
    right, bottom = round(PERSON.right * side), round(PERSON.bottom * side)
    pixels[top:bottom, left:right] = 90
    if hat:
        pixels[top : top + (right - left) // 2, left:right] = 250
    return pixels


def states(readings: Sequence[Reading]) -> list[Wearing]:
    return [reading.state for reading in readings]


@pytest.mark.parametrize(("hat", "expected"), [(True, Wearing.PRESENT), (False, Wearing.ABSENT)])
def test_a_person_is_cut_out_and_judged(hat: bool, expected: Wearing) -> None:
    (readings,) = AttireReader(ScriptedAttireSession(sees_bright_heads), MANIFEST).read(kitchen(hat=hat), [PERSON])

    assert [reading.attribute for reading in readings] == ["headwear", "kitchen_uniform"]
    assert states(readings) == [expected, Wearing.ABSENT]
    assert readings[0].confidence == pytest.approx(1 / (1 + math.exp(-4.0)))


def test_all_persons_of_a_picture_share_one_batch() -> None:
    session = ScriptedAttireSession(sees_bright_heads)

    answers = AttireReader(session, MANIFEST).read(kitchen(hat=True), [PERSON, Box(0.6, 0.2, 0.8, 0.8), PERSON])

    assert session.batches == [3]
    assert [states(each)[0] for each in answers] == [Wearing.PRESENT, Wearing.ABSENT, Wearing.PRESENT]


def test_a_person_too_small_is_unclear_and_costs_no_network_call() -> None:
    session = ScriptedAttireSession(sees_bright_heads)
    tiny = Box(0.3, 0.2, 0.35, 0.29)

    answers = AttireReader(session, MANIFEST).read(kitchen(hat=True), [tiny])

    assert [states(each) for each in answers] == [[Wearing.UNCLEAR, Wearing.UNCLEAR]]
    assert session.batches == []


def test_a_small_person_does_not_shift_the_answers_of_the_others() -> None:
    tiny = Box(0.9, 0.9, 0.93, 0.95)

    answers = AttireReader(ScriptedAttireSession(sees_bright_heads), MANIFEST).read(kitchen(hat=True), [tiny, PERSON])

    assert [states(each)[0] for each in answers] == [Wearing.UNCLEAR, Wearing.PRESENT]


@pytest.mark.parametrize(
    ("state", "clarity", "expected"),
    [
        (4.0, 4.0, Wearing.PRESENT),
        (-4.0, 4.0, Wearing.ABSENT),
        (0.5, 4.0, Wearing.UNCLEAR),  # 0.62 is between 0.3 and 0.7
        (-0.5, 4.0, Wearing.UNCLEAR),
        (0.85, 4.0, Wearing.PRESENT),  # 0.7006
        (-0.85, 4.0, Wearing.ABSENT),
        (4.0, -0.1, Wearing.UNCLEAR),  # nothing to be seen
        (-4.0, -4.0, Wearing.UNCLEAR),
        (float("nan"), 4.0, Wearing.UNCLEAR),
        (-4.0, float("nan"), Wearing.UNCLEAR),
        (float("inf"), 4.0, Wearing.UNCLEAR),
        (1e9, 1e9, Wearing.PRESENT),
    ],
)
def test_two_logits_are_decided(state: float, clarity: float, expected: Wearing) -> None:
    assert judged(HEADWEAR, state, clarity).state is expected


def test_calibration_moves_the_band() -> None:
    calibrated = HEADWEAR.model_copy(
        update={"calibration": HEADWEAR.calibration.model_copy(update={"scale": 2.0, "shift": -3.0})}
    )

    assert judged(calibrated, 1.5, 4.0).state is Wearing.UNCLEAR
    assert judged(calibrated, 2.0, 4.0).state is Wearing.PRESENT


def test_a_person_cut_by_the_upper_edge_must_be_clearer() -> None:
    """The head may be outside of the picture; see EDGE_ODDS."""
    assert judged(HEADWEAR, -4.0, 1.0).state is Wearing.ABSENT
    assert judged(HEADWEAR, -4.0, 1.0, is_cut=True).state is Wearing.UNCLEAR
    assert judged(HEADWEAR, -4.0, 1.2, is_cut=True).state is Wearing.ABSENT


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(0.3, 0.0, 0.5, 0.6), Wearing.UNCLEAR),
        (Box(0.3, 0.003, 0.5, 0.6), Wearing.UNCLEAR),
        (Box(0.3, 0.05, 0.5, 0.6), Wearing.ABSENT),
        (Box(0.0, 0.2, 0.2, 1.0), Wearing.ABSENT),  # cut at the left and below: the head is there
    ],
    ids=["at the edge", "a pixel below", "well inside", "cut elsewhere"],
)
def test_only_the_upper_edge_can_hide_a_head(box: Box, expected: Wearing) -> None:
    reader = AttireReader(ScriptedAttireSession(lambda _: [-4.0, -4.0, 1.0, 1.0]), MANIFEST)

    (readings,) = reader.read(kitchen(hat=False), [box])

    assert readings[0].state is expected


def test_an_answer_of_another_shape_is_refused() -> None:
    reader = AttireReader(ScriptedAttireSession(lambda _: [0.0, 0.0]), MANIFEST)

    with pytest.raises(NetworkOutputError, match=r"\(1, 4\)"):
        reader.read(kitchen(hat=True), [PERSON])


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scripted.onnx"
    path.write_bytes(b"no network")

    with pytest.raises(ModelFormatError):
        open_attire_session(LoadedNetwork(manifest=MANIFEST, path=path))


def test_a_network_with_other_attributes_than_its_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFormatError, match=r"\(2, 4\).*\(2, 6\)"):
        check_attire_session(ScriptedAttireSession(lambda _: [0.0] * 6), MANIFEST, tmp_path)
