from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.data import Example, Pixels
from models.training.recipe import LabelRecipe, PseudoRecipe
from models.training.scene import (
    Placement,
    Scene,
    Teaching,
    centred,
    compose,
    mirrored,
    random_placement,
    turned,
)
from tests.models.training.drawn import COLOURS, LABELS, make_marks, make_scene


def coloured_extent(pixels: Pixels) -> list[int]:
    """Left, top, right, bottom of what is red, ignoring the soft rim that scaling leaves."""
    red = np.abs(pixels.astype(int) - COLOURS[0]).max(axis=2) < 60
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


@given(st.integers(0, 3), st.booleans(), st.floats(0.6, 2.0), st.integers(0, 1000))
def test_boxes_stay_on_their_objects(quarters: int, is_mirrored: bool, scale: float, seed: int) -> None:
    scene = turned(make_scene(), quarters)
    scene = mirrored(scene) if is_mirrored else scene
    place = random_placement(scene, (0, 0, 96, 96), scale, np.random.default_rng(seed))

    composed = compose([(scene, place)], 96)

    if len(composed.boxes):
        assert composed.boxes[0] == pytest.approx(coloured_extent(composed.pixels), abs=2.0)


@given(st.integers(0, 1000))
def test_four_turns_and_two_mirrors_change_nothing(seed: int) -> None:
    boxes = np.sort(np.random.default_rng(seed).uniform(0, 60, (3, 4)).astype(np.float32), axis=1)
    scene = make_scene(boxes=boxes[:, [0, 1, 2, 3]], labels=np.array([0, 1, 2]))

    again = mirrored(mirrored(turned(turned(scene, 3), 1)))

    assert np.allclose(again.boxes, scene.boxes, atol=1e-3)
    assert np.array_equal(again.pixels, scene.pixels)
    assert np.allclose(again.untaught_boxes, scene.untaught_boxes)


def test_each_tile_of_a_mosaic_keeps_its_own_gaps() -> None:
    gappy = make_scene()
    complete = make_scene(untaught_labels=np.array([[False, False, False]]))
    left = Placement(tile=(0, 0, 48, 96), scale=2.0, left=-10.0, top=-10.0)
    right = Placement(tile=(48, 0, 96, 96), scale=2.0, left=40.0, top=-10.0)

    composed = compose([(gappy, left), (complete, right)], 96)

    assert composed.untaught_boxes.tolist()[0] == [0.0, 0.0, 48.0, 96.0]
    where = {
        bool(flags[1]): box.tolist()
        for box, flags in zip(composed.untaught_boxes, composed.untaught_labels, strict=True)
    }
    assert where[True] == [0.0, 0.0, 48.0, 96.0]
    assert where[False] == [48.0, 0.0, 96.0, 96.0]


def test_what_a_cut_leaves_of_an_object_is_neither_taught_nor_denied() -> None:
    scene = make_scene()
    mostly_outside = Placement(tile=(0, 0, 96, 96), scale=1.0, left=-28.0, top=0.0)

    composed = compose([(scene, mostly_outside)], 96)

    assert len(composed.boxes) == 0
    rest = composed.untaught_labels[:, 0]
    assert composed.untaught_boxes[rest].tolist() == [[0.0, 20.0, 2.0, 50.0]]


def test_an_object_scaled_to_less_than_three_pixels_is_neither_taught_nor_denied() -> None:
    composed = compose([(make_scene(), Placement(tile=(0, 0, 64, 64), scale=0.1, left=0, top=0))], 64)

    assert len(composed.boxes) == 0
    assert composed.untaught_labels[:, 0].any()


def test_a_scene_outside_its_tile_leaves_grey() -> None:
    composed = compose([(make_scene(), Placement(tile=(0, 0, 32, 32), scale=1.0, left=40.0, top=0.0))], 64)

    assert (composed.pixels == 114).all()
    assert len(composed.untaught_boxes) == 0


def test_a_whole_picture_is_centred_as_the_detector_does() -> None:
    composed = compose([(scene := make_scene(), centred(scene, 160))], 160)

    assert composed.boxes[0].tolist() == [20.0, 60.0, 60.0, 120.0]
    assert composed.untaught_boxes.tolist() == [[0.0, 20.0, 160.0, 140.0]]


# What is taught


def example() -> Example:
    guessed = make_marks((2, 0.5, 0.5, 0.2, 0.2, 0.9), (2, 0.2, 0.2, 0.1, 0.1, 0.4), (1, 0.5, 0.5, 0.3, 0.3, 0.95))
    return Example(
        name="a",
        source="gappy",
        labelled=make_marks((0, 0.5, 0.5, 0.1, 0.1)),
        guessed=guessed,
        offset=0,
        height=60,
        width=80,
    )


def teaching(gaps: tuple[str, ...] = ("disc", "person"), **pseudo: Any) -> Teaching:
    masks = bool(pseudo.pop("masks_unlabelled", True))
    recipe = LabelRecipe(masks_unlabelled=masks, pseudo=PseudoRecipe.model_validate(pseudo))
    return Teaching(labels=LABELS, unlabelled={"gappy": np.array([label in gaps for label in LABELS])}, recipe=recipe)


def test_sure_guesses_of_allowed_labels_are_taught_where_people_left_them_out() -> None:
    positive, uncertain, untaught = teaching().split(example())

    assert positive.labels.tolist() == [0, 2]
    assert uncertain.labels.tolist() == [2]
    assert untaught.tolist() == [False, True, True]


def test_guesses_do_not_count_where_people_labelled() -> None:
    positive, uncertain, _ = teaching(gaps=()).split(example())

    assert positive.labels.tolist() == [0]
    assert uncertain.labels.tolist() == []


@pytest.mark.parametrize("pseudo", [{"is_used": False}, {"refused": {"gappy": ("person",)}}], ids=["off", "refused"])
def test_guesses_can_be_refused(pseudo: dict[str, Any]) -> None:
    positive, uncertain, untaught = teaching(**pseudo).split(example())

    assert positive.labels.tolist() == [0]
    assert uncertain.labels.tolist() == []
    assert untaught.tolist() == [False, True, True]


def test_a_trusted_silence_is_absence_except_at_uncertain_guesses() -> None:
    taught = teaching(silence_is_absence=("person",))
    scene: Scene = taught.scene(example(), np.zeros((60, 80, 3), np.uint8))

    assert scene.untaught_labels[0].tolist() == [False, True, False]
    assert scene.untaught_labels[1].tolist() == [False, False, True]
    assert scene.untaught_boxes[1].tolist() == pytest.approx([12.0, 9.0, 20.0, 15.0])


def test_without_the_mask_everything_unlabelled_is_background() -> None:
    _, uncertain, untaught = teaching(masks_unlabelled=False).split(example())

    assert not untaught.any()
    assert uncertain.labels.tolist() == []
