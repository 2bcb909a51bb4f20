"""Rendered persons as a training takes them; here they are drawn."""

# torch may be missing, and the package that is tested needs it
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not here: call scripts/setup-train")

from domain.attire import Wearing
from domain.geometry import Box
from models.data.archives import pack
from models.data.attire import APRON, ATTRIBUTES
from models.data.rendered_attire import RenderedPerson
from models.training.attire.cast import Cast, read_cast, visible
from models.training.attire.kept import Keys
from models.training.attire.recipe import AttireRecipe, RenderedRecipe
from models.training.errors import DataLayoutError
from tests.support.cast import write_cast

RECIPE = AttireRecipe(name="tiny")
ALL = (*ATTRIBUTES, APRON)
WORN = {"headwear": Wearing.ABSENT, "kitchen_uniform": Wearing.PRESENT, "mask": Wearing.PRESENT, APRON: Wearing.ABSENT}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cast(tmp_path_factory.mktemp("rendered"), count=8)


@pytest.fixture(scope="module")
def cast(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return read_cast(folder, tmp_path_factory.mktemp("cache"), RECIPE, ALL)


def row(box: Box) -> RenderedPerson:
    return RenderedPerson(name="synth__0", box=box, states=WORN, visibility=1.0)


def test_every_row_is_a_person_with_pixels_and_all_attributes(cast: Cast) -> None:
    assert len(cast.persons) == 8
    assert all(cast.gallery.pixels(person).shape == (160, 160, 3) for person in cast.persons)
    assert sorted(np.nan_to_num(person.states, nan=-1.0).tolist()[3] for person in cast.persons) == [0] * 5 + [1] * 3


def test_nobody_rendered_may_be_measured_on(cast: Cast) -> None:
    assert {person.split for person in cast.persons} == {"train"}
    assert set(cast.gallery.sets) == {"train"}


def test_without_a_face_in_view_a_mask_cannot_be_judged() -> None:
    person = row(Box(0.2, 0.1, 0.5, 0.9))

    assert visible(person, [Box(0.3, 0.15, 0.4, 0.25)])["mask"] is Wearing.PRESENT
    assert visible(person, [Box(0.6, 0.15, 0.7, 0.25)])["mask"] is Wearing.UNCLEAR  # somebody else's
    assert visible(person, [])["headwear"] is Wearing.ABSENT


def test_of_a_person_cut_off_at_the_top_headwear_cannot_be_judged() -> None:
    assert visible(row(Box(0.2, 0.0, 0.5, 0.9)), [])["headwear"] is Wearing.UNCLEAR
    assert visible(row(Box(0.2, 0.0, 0.5, 0.9)), [])["kitchen_uniform"] is Wearing.PRESENT


def test_small_persons_are_left_out(folder: Path, tmp_path: Path) -> None:
    recipe = RECIPE.model_copy(update={"rendered": RenderedRecipe(least_height_px=130)})

    assert read_cast(folder, tmp_path, recipe, ATTRIBUTES).persons == []


def test_packed_and_laid_out_folders_give_the_same_persons(folder: Path, cast: Cast, tmp_path: Path) -> None:
    packed = pack(folder, tmp_path / "packed")
    (packed / "attire.csv").write_bytes((folder / "attire.csv").read_bytes())

    same = read_cast(packed, tmp_path / "cache", RECIPE, ALL)

    assert same.digest == cast.digest
    assert [person.name for person in same.persons] == [person.name for person in cast.persons]
    assert np.array_equal(same.gallery.pixels(same.persons[0]), cast.gallery.pixels(cast.persons[0]))


def test_a_row_without_its_picture_is_refused(tmp_path: Path) -> None:
    folder = write_cast(tmp_path / "rendered", count=2)
    table = folder / "attire.csv"
    table.write_text(table.read_text().replace("synth__", "synth__0", 1))

    with pytest.raises(DataLayoutError, match="expected a picture synth__0"):
        read_cast(folder, tmp_path / "cache", RECIPE, ATTRIBUTES)


def test_what_is_kept_depends_on_the_rendered_persons(cast: Cast, tmp_path: Path) -> None:
    other = read_cast(write_cast(tmp_path / "rendered", count=3), tmp_path / "cache", RECIPE, ALL)
    start = tmp_path / "start.pt"
    start.write_bytes(b"weights")
    without, with_one, with_other = (
        Keys(recipe=RECIPE, start=start, rendered=digest) for digest in ("", cast.digest, other.digest)
    )

    assert len({without.training, with_one.training, with_other.training}) == 3
    assert with_one.rendered_lessons != with_other.rendered_lessons
    assert without.lessons == with_one.lessons == with_other.lessons  # those of real persons


def test_a_changed_table_is_another_cast(folder: Path, cast: Cast, tmp_path: Path) -> None:
    changed = write_cast(tmp_path / "rendered", count=8)
    assert read_cast(changed, tmp_path / "one", RECIPE, ALL).digest == cast.digest

    table = changed / "attire.csv"
    table.write_text(table.read_text().replace(",chin,", ",no,"))

    assert read_cast(changed, tmp_path / "two", RECIPE, ALL).digest != cast.digest
