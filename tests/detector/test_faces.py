import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import PictureNotJudgedError
from detector.evaluation_samples import read_samples
from detector.faces import NetworkFaceFinder, blurred_part, gives_way, head_of, without_rivalled
from detector.sessions import open_session
from detector.testing import ScriptedBox, ScriptedSession, make_manifest
from domain.detection import Detection
from domain.frame import Pixels
from domain.geometry import Box
from models.manifest import ModelManifest
from models.registry import ModelRegistry
from tests.support.shared import shared_data

FACE, PERSON, RODENT = range(3)
BOXES = st.builds(
    lambda left, top, width, height: Box.clipped(left, top, left + width, top + height),
    st.floats(0, 0.9),
    st.floats(0, 0.9),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
).filter(lambda box: box is not None)


def manifest() -> ModelManifest:
    return make_manifest({"face_unmasked": 0.5, "person": 0.4, "rodent": 0.5})


def grey(width: int, height: int) -> Pixels:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def finder(*boxes: ScriptedBox) -> NetworkFaceFinder:
    return NetworkFaceFinder(ScriptedSession(boxes, label_count=3), manifest())


def scripted(label: int, box: Box, confidence: float = 0.9) -> ScriptedBox:
    return ScriptedBox(label=label, confidence=confidence, box=box)


def covers(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and outer.right >= inner.right
        and outer.bottom >= inner.bottom
    )


def test_a_face_is_covered_with_a_margin_even_if_hardly_seen() -> None:
    face = Box(0.4, 0.4, 0.5, 0.6)

    boxes = finder(scripted(FACE, face, confidence=0.06)).find(grey(416, 416))

    assert boxes
    for box in boxes:
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx((0.385, 0.37, 0.515, 0.63), abs=1e-4)


def test_a_person_without_a_face_is_covered_at_the_head() -> None:
    person = Box(0.4, 0.1, 0.6, 0.9)

    boxes = finder(scripted(PERSON, person, confidence=0.15)).find(grey(416, 416))

    assert boxes
    assert all(covers(box, Box(0.42, 0.1, 0.58, 0.25)) and box.bottom < 0.4 for box in boxes)


def test_what_surely_is_a_rat_is_not_blurred_as_a_face() -> None:
    place = Box(0.4, 0.4, 0.6, 0.6)
    rat = Detection(label="rodent", confidence=0.8, box=place)
    face = Detection(label="face_unmasked", confidence=0.1, box=place)
    elsewhere = Detection(label="face_unmasked", confidence=0.1, box=Box(0.1, 0.1, 0.3, 0.3))

    assert without_rivalled([rat, face, elsewhere]) == [elsewhere]


def test_a_sure_face_is_blurred_whatever_else_is_seen_there() -> None:
    place = Box(0.4, 0.4, 0.6, 0.6)
    face = Detection(label="face_unmasked", confidence=0.7, box=place)

    assert without_rivalled([Detection(label="rodent", confidence=0.6, box=place), face]) == [face]


def test_what_lies_in_a_surer_rat_is_not_blurred_and_what_is_surer_than_the_rat_is() -> None:
    rat = Detection(label="rodent", confidence=0.6, box=Box(0.4, 0.4, 0.6, 0.6))
    doubtful = Detection(label="face_unmasked", confidence=0.1, box=Box(0.5, 0.5, 0.55, 0.55))
    sure = Detection(label="face_unmasked", confidence=0.7, box=doubtful.box)

    assert gives_way(doubtful, doubtful.box, rat)
    assert not gives_way(doubtful, Box(0.5, 0.58, 0.55, 0.63), rat)  # most of it is beside the rat
    assert not gives_way(sure, sure.box, rat)


def test_a_face_behind_a_held_cat_is_blurred() -> None:
    face = scripted(FACE, Box(0.45, 0.45, 0.5, 0.5), 0.2)
    animal = scripted(RODENT, Box(0.4, 0.4, 0.6, 0.6), 0.9)  # the third label, whatever it is called
    session = ScriptedSession([face, animal], label_count=3)
    cats = make_manifest({"face_unmasked": 0.5, "person": 0.4, "cat": 0.5})

    assert NetworkFaceFinder(session, cats).find(grey(640, 640))
    assert not finder(face, animal).find(grey(640, 640))


def test_a_large_still_is_looked_at_in_quarters_too() -> None:
    session = ScriptedSession([scripted(FACE, Box(0.4, 0.4, 0.5, 0.5))], label_count=3)

    boxes = NetworkFaceFinder(session, manifest()).find(grey(1920, 1080))

    assert len(session.batches) == 3 + 4
    assert len(boxes) == 7
    assert max(box.right for box in boxes) > 0.7  # a face of a right-hand quarter lies in the right half


def test_boxes_of_quarters_are_where_they_belong() -> None:
    # The whole quarter is one face: the four of them cover the picture.
    boxes = finder(scripted(FACE, Box(0.0, 0.0, 1.0, 1.0))).find(grey(1920, 1920))

    assert {(round(box.left, 2), round(box.top, 2)) for box in boxes} >= {(0, 0), (0.37, 0), (0, 0.37), (0.37, 0.37)}
    assert max(box.right for box in boxes) == 1.0


def test_a_picture_that_cannot_be_looked_at_is_an_error_and_not_an_empty_answer() -> None:
    session = ScriptedSession(label_count=3, refuses=frozenset({1}))

    with pytest.raises(PictureNotJudgedError) as raised:
        NetworkFaceFinder(session, manifest()).find(grey(64, 48))

    assert (raised.value.width_px, raised.value.height_px) == (64, 48)


def test_a_network_that_sees_no_people_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a network that sees persons or faces"):
        NetworkFaceFinder(ScriptedSession(), make_manifest({"rodent": 0.5, "bin": 0.5}))


def test_nothing_else_is_blurred() -> None:
    assert blurred_part(Detection(label="bin", confidence=0.9, box=Box(0.1, 0.1, 0.2, 0.2)), 1.0) is None


@given(BOXES, st.floats(0.3, 3.0))
def test_a_head_lies_in_the_upper_middle_of_the_person(person: Box, aspect: float) -> None:
    head = head_of(person, aspect)

    assert head is not None
    assert head.width <= 0.91 * person.width
    assert head.bottom <= person.top + 0.36 * person.height
    assert head.top <= person.top


def covered_share(face: Box, boxes: list[Box]) -> float:
    """Share of a face under the union of boxes, on a grid of 40 x 40."""
    steps = (np.arange(40) + 0.5) / 40
    x, y = np.meshgrid(face.left + steps * face.width, face.top + steps * face.height)
    hidden = np.zeros(x.shape, dtype=np.bool_)
    for box in boxes:
        hidden |= (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
    return float(hidden.mean())


@pytest.mark.integration
def test_labelled_faces_are_covered_as_often_as_we_say() -> None:
    model = ModelRegistry().load("kitchen-n")
    real = NetworkFaceFinder(open_session(model), model.manifest)
    shares = [
        covered_share(truth.box, boxes)
        for sample in read_samples(shared_data(), sources=["facemask_kaggle853"])
        for boxes in [real.find(sample.picture.bgr())]
        for truth in sample.truth
    ]

    assert len(shares) == 212
    assert np.mean(np.array(shares) >= 0.8) >= 0.98  # 99.1 % when it was measured
