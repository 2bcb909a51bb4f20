# torch may be missing, and the package that is tested needs it
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")

from models.framing import Framing, shown_part
from models.training.attire.crops import composed, plain, shrunk
from models.training.attire.persons import Gallery, folds_by_picture, judged_persons, masked_persons
from models.training.attire.recipe import AttireAugmentationRecipe
from models.training.data import open_pictures, read_layout
from models.training.recipe import CctvRecipe
from tests.support.persons import write_persons

NOTHING = AttireAugmentationRecipe(
    jitter=0, turn_degrees=0, hue=0, saturation=0, brightness=0, grey=0, small=0, cut_above=0, cut_below=0, headless=0,
    ruined=0, cctv=CctvRecipe(share=0),
)  # fmt: skip
FRAMING = Framing()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_persons(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def gallery(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    layout, cache = read_layout(data), tmp_path_factory.mktemp("cache")
    return Gallery({split: open_pictures(layout, split, cache) for split in ("train", "val")})


def test_rows_become_persons_with_what_people_could_judge(data: Path, gallery: Gallery) -> None:
    persons = [person for person in judged_persons(data, gallery) if person.split == "train"]

    assert len(persons) == 24
    assert persons[0].states.tolist() == [1, 1, 1]
    assert persons[1].states.tolist() == [0, 0, 0]
    assert np.isnan(persons[-1].states[0])
    assert persons[-1].clear.tolist() == [0, 1, 1]


def test_a_face_says_nothing_of_hat_and_uniform(gallery: Gallery) -> None:
    person = masked_persons(gallery, "train", 10)[1]

    assert person.states[2] == 1
    assert np.isnan(person.states[:2]).all()
    assert np.isnan(person.clear[:2]).all()


def test_narrow_faces_are_left_out(gallery: Gallery) -> None:
    assert masked_persons(gallery, "train", 100) == []


def test_a_picture_has_one_fold(data: Path, gallery: Gallery) -> None:
    persons = judged_persons(data, gallery)
    twice = persons + persons

    folds = folds_by_picture(twice, 4, seed=3)

    assert (folds[: len(persons)] == folds[len(persons) :]).all()
    assert sorted(set(folds.tolist())) == [0, 1, 2, 3]


def test_without_changes_a_lesson_is_what_serving_sees_or_its_mirror(data: Path, gallery: Gallery) -> None:
    person = judged_persons(data, gallery)[0]
    crop = plain(gallery, person, FRAMING)

    lesson = composed(gallery, person, np.random.default_rng(1), FRAMING, NOTHING)

    assert any(np.abs(lesson.pixels.astype(int) - view).max() <= 2 for view in (crop, crop[:, ::-1]))
    assert (lesson.states == person.states).all()


def test_without_a_head_nothing_is_taught_of_hat_and_mask(data: Path, gallery: Gallery) -> None:
    person = judged_persons(data, gallery)[0]
    headless = NOTHING.model_copy(update={"headless": 1.0})

    lesson = composed(gallery, person, np.random.default_rng(1), FRAMING, headless)

    assert np.isnan(lesson.states[[0, 2]]).all()
    assert lesson.clear.tolist() == [0, 1, 0]
    assert lesson.states[1] == person.states[1]


def test_of_a_ruined_crop_nothing_is_taught_but_that(data: Path, gallery: Gallery) -> None:
    person = judged_persons(data, gallery)[0]

    lesson = composed(gallery, person, np.random.default_rng(1), FRAMING, NOTHING.model_copy(update={"ruined": 1.0}))

    assert np.isnan(lesson.states).all()
    assert lesson.clear.tolist() == [0, 0, 0]


def test_changes_never_leak_into_the_person(data: Path, gallery: Gallery) -> None:
    person = judged_persons(data, gallery)[0]
    before = (person.states.tolist(), person.clear.tolist(), gallery.pixels(person).sum())

    for seed in range(40):
        composed(gallery, person, np.random.default_rng(seed), FRAMING, AttireAugmentationRecipe(headless=0.5))

    assert (person.states.tolist(), person.clear.tolist(), gallery.pixels(person).sum()) == before


def test_a_shrunk_crop_has_its_shape_and_fewer_details() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (128, 96, 3)).astype(np.uint8)

    small = shrunk(pixels, 16)

    assert small.shape == pixels.shape
    assert small.std() < pixels.std() / 2


def test_the_shown_part_holds_the_head_of_a_person_around_a_face(gallery: Gallery) -> None:
    person = masked_persons(gallery, "train", 10)[0]
    left, top, right, bottom = shown_part(person.box, FRAMING)

    assert left < 0.42 * 160 < 0.58 * 160 < right
    assert top < 0.16 * 160 < 0.34 * 160 < bottom
