import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.decode import (
    Candidates,
    DecodeRules,
    decode,
    decode_end_to_end_head,
    decode_nms_head,
    suppress,
    suppress_plainly,
    to_detections,
)
from detector.errors import NetworkOutputError
from detector.letterbox import Letterbox
from detector.testing import ScriptedBox, ScriptedSession, make_manifest
from domain.geometry import Box, FloatArray
from models.manifest import Head

LETTERBOX = Letterbox.fit(1280, 720, longest_side=416, stride=32)
NAN = float("nan")


def make_rules(
    head: Head = Head.NMS,
    floors: dict[str, float] | None = None,
    groups: dict[str, str] | None = None,
    overlap_threshold: float = 0.6,
    maximum_boxes: int = 100,
) -> DecodeRules:
    thresholds = {"masked": 0.5, "bare": 0.5, "bin": 0.5}
    return DecodeRules.of(
        make_manifest(thresholds, head=head, groups=groups),
        {"masked": 0.5, "bare": 0.2, "bin": 0.3} if floors is None else floors,
        overlap_threshold=overlap_threshold,
        maximum_boxes=maximum_boxes,
    )


def raw_head(*columns: tuple[float, ...]) -> FloatArray:
    """A raw head of three labels with these anchors: centre x, centre y, width, height, three scores."""
    return np.array(columns, dtype=np.float32).reshape(-1, 7).T


def test_every_label_has_its_own_floor() -> None:
    output = raw_head(
        (100, 100, 10, 10, 0.4, 0, 0),  # masked, below its 0.5
        (200, 100, 10, 10, 0, 0.4, 0),  # bare, above its 0.2
        (300, 100, 10, 10, 0, 0, 0.25),  # a bin, below its 0.3
    )

    found = decode_nms_head(output, make_rules())

    assert found.labels.tolist() == [1]
    assert found.boxes.tolist() == [[195, 95, 205, 105]]


def test_an_anchor_speaks_for_its_best_label_only() -> None:
    found = decode_nms_head(raw_head((100, 100, 10, 10, 0.45, 0.4, 0)), make_rules())

    assert len(found.scores) == 0


def test_labels_without_a_floor_are_never_reported() -> None:
    found = decode_nms_head(raw_head((100, 100, 10, 10, 0.9, 0, 0)), make_rules(floors={"bare": 0.2}))

    assert len(found.scores) == 0


@pytest.mark.parametrize(
    "column",
    [
        (NAN, 100, 10, 10, 0.9, 0, 0),
        (100, 100, float("inf"), 10, 0.9, 0, 0),
        (100, 100, 0, 10, 0.9, 0, 0),
        (100, 100, 10, -5, 0.9, 0, 0),
        (100, 100, 10, 10, NAN, 0, 0),
        (100, 100, 10, 10, 7.5, 0, 0),
        (-500, 100, 10, 10, 0.9, 0, 0),
    ],
    ids=["NaN edge", "infinite", "no width", "negative height", "NaN score", "score above 1", "outside the picture"],
)
def test_what_cannot_be_a_box_is_dropped_and_counted(column: tuple[float, ...]) -> None:
    sound = (200, 128, 20, 20, 0.9, 0, 0)

    found = decode(raw_head(column, sound), make_rules(), LETTERBOX)

    assert len(found.boxes) == 1
    assert found.void_count == 1


def test_a_box_over_the_edge_is_clipped_to_the_picture() -> None:
    found = decode(raw_head((0, 128, 100, 600, 0.9, 0, 0)), make_rules(), LETTERBOX)

    assert found.boxes == pytest.approx(np.array([[0.0, 0.0, 50 / 416, 1.0]]), abs=1e-6)


@pytest.mark.parametrize("head", list(Head))
def test_both_heads_give_the_same_detections(head: Head) -> None:
    boxes = [
        ScriptedBox(label=2, confidence=0.75, box=Box(0.5, 0.5, 0.75, 0.75)),
        ScriptedBox(label=1, confidence=0.5, box=Box(0.25, 0.25, 0.5, 0.5)),
    ]
    square = Letterbox.fit(640, 640, longest_side=416, stride=32)
    output = ScriptedSession(boxes, label_count=3, head=head).infer(np.zeros((1, 3, 416, 416), dtype=np.float32))

    detections = to_detections(decode(output[0], make_rules(head), square), ("masked", "bare", "bin"))

    assert [(each.label, each.confidence) for each in detections] == [("bin", 0.75), ("bare", 0.5)]
    assert [each.box for each in detections] == [each.box for each in boxes]


@pytest.mark.parametrize("label", [-1.0, 3.0, NAN], ids=["negative", "beyond the last", "NaN"])
def test_an_end_to_end_row_with_an_unknown_label_is_dropped_and_counted(label: float) -> None:
    output = np.array([[0, 0, 10, 10, 0.9, label], [0, 0, 10, 10, 0.9, 2]], dtype=np.float32)

    found = decode_end_to_end_head(output, make_rules(Head.END_TO_END))

    assert found.labels.tolist() == [2]
    assert found.void_count == 1


@pytest.mark.parametrize(
    ("head", "shape"), [(Head.NMS, (8, 100)), (Head.NMS, (7,)), (Head.END_TO_END, (100, 7)), (Head.END_TO_END, (6,))]
)
def test_output_of_another_shape_is_refused(head: Head, shape: tuple[int, ...]) -> None:
    with pytest.raises(NetworkOutputError):
        decode(np.zeros(shape, dtype=np.float32), make_rules(head), LETTERBOX)


def overlapping(first_label: int, second_label: int) -> FloatArray:
    scores = np.zeros((2, 3))
    scores[0, first_label], scores[1, second_label] = 0.9, 0.8
    return raw_head((200, 128, 100, 100, *scores[0]), (205, 128, 100, 100, *scores[1]))


def test_of_two_boxes_on_one_subject_the_surer_stays() -> None:
    found = decode(overlapping(0, 0), make_rules(), LETTERBOX)

    assert found.scores.tolist() == [pytest.approx(0.9)]


def test_different_labels_stand_in_one_place() -> None:
    assert len(decode(overlapping(0, 2), make_rules(), LETTERBOX).scores) == 2


def test_labels_of_one_group_do_not() -> None:
    rules = make_rules(groups={"masked": "face", "bare": "face"})

    found = decode(overlapping(0, 1), rules, LETTERBOX)

    assert found.labels.tolist() == [0]


def test_no_more_boxes_than_allowed_and_those_the_surest() -> None:
    columns = [(20 * n, 128, 10, 10, 0, 0, 0.4 + n / 100) for n in range(1, 20)]

    found = decode(raw_head(*columns), make_rules(maximum_boxes=3), LETTERBOX)

    assert found.scores.tolist() == pytest.approx([0.59, 0.58, 0.57])


def test_nothing_found_is_an_empty_answer() -> None:
    found = decode(raw_head(), make_rules(), LETTERBOX)

    assert found.boxes.shape == (0, 4)
    assert to_detections(found, ("masked", "bare", "bin")) == ()


@st.composite
def candidates(draw: st.DrawFn) -> Candidates:
    """Boxes on a coarse grid, so that many overlap, with scores that all differ."""
    count = draw(st.integers(0, 25))
    corners = draw(arrays(np.int64, (count, 2), elements=st.integers(0, 20)))
    sides = draw(arrays(np.int64, (count, 2), elements=st.integers(1, 12)))
    order = np.array(draw(st.permutations(range(count))), dtype=np.float32).reshape(-1)
    return Candidates(
        boxes=(np.concatenate([corners, corners + sides], axis=1) / 32).astype(np.float32),
        scores=((order + 1) / (count + 1)).astype(np.float32),
        labels=draw(arrays(np.int64, count, elements=st.integers(0, 2))),
        void_count=0,
    )


# Thresholds that no ratio of small whole numbers meets: on such a tie rounding decides, and either answer is right.
@given(candidates(), st.sampled_from([0.2013, 0.4519, 0.6007, 0.8501]), st.booleans())
@settings(max_examples=300)
def test_suppression_is_what_the_plain_version_says(found: Candidates, overlap: float, is_grouped: bool) -> None:
    groups = {"masked": "face", "bare": "face"} if is_grouped else None
    rules = make_rules(overlap_threshold=overlap, groups=groups)

    assert suppress(found, rules).tolist() == suppress_plainly(found, rules).tolist()


@given(arrays(np.float32, (7, 12), elements=st.floats(width=32, allow_nan=True, allow_infinity=True)))
@settings(max_examples=300)
def test_whatever_a_network_says_detections_are_sound(output: FloatArray) -> None:
    found = decode(output, make_rules(), LETTERBOX)

    for detection in to_detections(found, ("masked", "bare", "bin")):
        assert 0.2 <= detection.confidence <= 1.0
        assert detection.box.area > 0
