import pytest

from models.data.ontology import load_ontology
from models.synth.bodies.clothes import Attire, Headwear, MaskWorn
from models.synth.bodies.pose import STAND
from models.synth.bodies.skeleton import Build
from models.synth.dressing import Staged, Stand, staged_bin, staged_person
from models.synth.furniture.bins import Bin, BinKind
from models.synth.scene import Air, Scene
from models.synth.story import Held
from models.synth.truth import Surveyor, Truth
from tests.models.synth.builders import block, level_camera, scene_of


def survey(scene: Scene) -> dict[str, Truth]:
    truths, _ = Surveyor(scene.camera).survey(scene)
    return {truth.key: truth for truth in truths}


def test_a_block_straight_ahead_has_the_box_that_geometry_says() -> None:
    truth = survey(scene_of(block("target", (0, 2.05, 1))))["target"]
    # Its front face is 1 m wide at 2 m, where the picture is 4 m wide and 2.25 m high.
    assert truth.box.left == pytest.approx(0.375, abs=0.003)
    assert truth.box.right == pytest.approx(0.625, abs=0.003)
    assert truth.box.top == pytest.approx(0.5 - 0.5 / 2.25, abs=0.004)
    assert truth.visibility == pytest.approx(1.0, abs=0.01)
    assert truth.distance == pytest.approx(2.0, abs=0.05)
    assert truth.width_px == pytest.approx(160, abs=3)


def test_a_block_half_behind_a_wall_is_half_visible_and_its_box_ends_there() -> None:
    truth = survey(scene_of(block("target", (0, 2.05, 1)), block("wall", (-1, 1.0, 1), (2, 0.02, 3))))["target"]
    assert truth.visibility == pytest.approx(0.5, abs=0.03)
    assert truth.box.left == pytest.approx(0.5, abs=0.01)


def test_what_is_wholly_hidden_has_no_box() -> None:
    assert survey(scene_of(block("target", (0, 2.05, 1)), block("wall", (0, 1, 1), (4, 0.02, 3)))) == {}


def test_what_the_picture_cuts_off_counts_as_not_visible() -> None:
    truth = survey(scene_of(block("target", (2, 2.05, 1))))["target"]
    assert truth.visibility == pytest.approx(0.5, abs=0.04)
    assert truth.box.right == pytest.approx(1.0, abs=0.004)


def test_a_barrel_lens_moves_the_box_too() -> None:
    straight = survey(scene_of(block("target", (1.2, 2.05, 1))))["target"]
    bent = survey(scene_of(block("target", (1.2, 2.05, 1)), camera=level_camera(k1=-0.12)))["target"]
    assert bent.box.right < straight.box.right - 0.01


def person_before(*, facing: float, attire: Attire, is_site: bool = False, away: float = 2.5) -> dict[str, Truth]:
    stand = Stand(name="cook", at=(0.0, away, 0.0), facing=facing, is_site=is_site)
    return survey(_scene(staged_person(stand, Build(), attire, STAND, Held.PHONE)))


def _scene(staged: Staged) -> Scene:
    return Scene(things=staged.things, lamps=(), air=Air(), camera=level_camera(), subjects=staged.subjects)


@pytest.mark.parametrize(
    ("worn", "label"),
    [
        (MaskWorn.NONE, "face_unmasked"),
        (MaskWorn.RIGHT, "face_masked"),
        (MaskWorn.NOSE_FREE, "face_mask_misworn"),
        (MaskWorn.CHIN, "face_mask_misworn"),
    ],
)
def test_a_face_has_the_label_of_its_mask(worn: MaskWorn, label: str) -> None:
    assert person_before(facing=180, attire=Attire(mask=worn))["cook.face"].label == label


@pytest.mark.parametrize("away", [2.5, 6.0])
def test_a_person_seen_from_behind_has_no_face(away: float) -> None:
    truths = person_before(facing=0, attire=Attire(), away=away)
    assert "cook" in truths
    assert "cook.face" not in truths


def test_clothes_are_told_as_attributes() -> None:
    facts = person_before(facing=180, attire=Attire(headwear=Headwear.HAIRNET, apron=(0, 0, 0)))["cook"].facts
    assert facts["headwear"] == "hairnet"
    assert facts["apron"] is True
    assert facts["gloves"] is False


def test_a_bare_head_is_labelled_on_a_site_and_in_no_kitchen() -> None:
    bare = Attire(headwear=Headwear.NONE)
    assert person_before(facing=180, attire=bare, is_site=True)["cook.bare"].label == "head_bare"
    assert "cook.bare" not in person_before(facing=180, attire=bare)


def test_gloves_and_bare_hands_have_their_labels() -> None:
    assert person_before(facing=180, attire=Attire(gloves=(1, 1, 1)))["cook.right_hand"].label == "glove"
    assert person_before(facing=180, attire=Attire())["cook.right_hand"].label == "bare_hand"


@pytest.mark.parametrize("kind", list(BinKind))
def test_a_bin_tells_its_lid_and_its_fill(kind: BinKind) -> None:
    stand = Stand(name="bin", at=(0.0, 2.5, 0.0), facing=0)
    shut = survey(_scene(staged_bin(stand, Bin(kind=kind, lid_degrees=0, fill=0.5))))["bin"]
    full = survey(_scene(staged_bin(stand, Bin(kind=kind, lid_degrees=70, fill=1.3))))["bin"]
    assert (shut.label, shut.facts["is_open"]) == ("bin", kind == BinKind.BUCKET)
    assert (full.label, full.facts["is_open"]) == ("bin_overflowing", True)


def test_all_labels_are_in_the_ontology() -> None:
    names = load_ontology().names
    truths = person_before(facing=180, attire=Attire(headwear=Headwear.HELMET, vest=(1, 0.5, 0)), is_site=True)
    assert {truth.label for truth in truths.values()} >= {"person", "helmet", "safety_vest", "phone"}
    assert all(truth.label in names for truth in truths.values())
