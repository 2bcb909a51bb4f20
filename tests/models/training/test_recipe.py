from pathlib import Path

import pytest

from models.training.attire.recipe import read_attire_recipe
from models.training.errors import RecipeError
from models.training.recipe import read_recipe

FOLDER = Path(__file__).parents[3] / "models" / "recipes"
ATTIRE_RECIPES = sorted(FOLDER.glob("attire-*.yaml"))  # of another kind of network, with fields of their own
RECIPES = sorted(set(FOLDER.glob("*.yaml")) - set(ATTIRE_RECIPES))
MINIMAL = "name: tiny\nschedule: {epochs: 1}\n"


def recipe_file(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_that_we_ship_can_be_read_and_bears_the_name_of_its_file(path: Path) -> None:
    recipe = read_recipe(path)

    assert recipe.name == path.stem
    assert recipe.labels.masks_unlabelled


@pytest.mark.parametrize("path", ATTIRE_RECIPES, ids=lambda path: path.stem)
def test_an_attire_recipe_can_be_read_and_bears_the_name_of_its_file(path: Path) -> None:
    assert read_attire_recipe(path).name == path.stem


def test_the_three_networks_have_recipes() -> None:
    assert {path.stem for path in RECIPES} >= {"kitchen-n", "kitchen-n-relu", "kitchen-s"}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (MINIMAL + "sead: 3", "sead"),
        ("name: tiny\nschedule: {epochs: 1, sizes_px: [100]}", "schedule.sizes_px.0"),
        (MINIMAL + "augmentation: {least_scale: 2, most_scale: 1}", "augmentation"),
        (MINIMAL + "augmentation: {shrink_px: [9, 3]}", "augmentation"),
        (MINIMAL + "network: {architecture: yolo99}", "network.architecture"),
        ("name: [", ""),
        ("just words", ""),
    ],
)
def test_a_wrong_recipe_is_refused_with_the_field(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(RecipeError) as raised:
        read_recipe(recipe_file(tmp_path, text))

    assert raised.value.field == field


def test_single_fields_are_replaced(tmp_path: Path) -> None:
    changes = ["schedule.sizes_px=[64, 96]", "labels.masks_unlabelled=false", "augmentation.paste.is_used=false"]

    recipe = read_recipe(recipe_file(tmp_path, MINIMAL), changes)

    assert recipe.schedule.sizes_px == (64, 96)
    assert not recipe.labels.masks_unlabelled
    assert not recipe.augmentation.paste.is_used


@pytest.mark.parametrize("change", ["schedule.epochs", "name.part=3", "schedule.epoch=3", "schedule.epochs=0"])
def test_a_wrong_change_is_refused(tmp_path: Path, change: str) -> None:
    with pytest.raises(RecipeError):
        read_recipe(recipe_file(tmp_path, MINIMAL), [change])
