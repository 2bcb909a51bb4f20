from collections.abc import Callable

import numpy as np
import pytest

from models.training import looks
from models.training.data import Pixels
from models.training.recipe import AugmentationRecipe, CctvRecipe

Look = Callable[[Pixels, np.random.Generator, float], Pixels]
LOOKS: list[Look] = [
    looks.infrared,
    looks.motion_blurred,
    looks.defocused,
    looks.low_resolution,
    looks.noisy,
    looks.compressed,
]


def picture() -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (48, 64, 3)).astype(np.uint8)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_a_look_changes_pixels_and_depends_on_the_seed_alone(look: Look, strength: float) -> None:
    before = picture()
    one, other = (look(before, np.random.default_rng(5), strength) for _ in range(2))

    assert (one.shape, one.dtype) == (before.shape, before.dtype)
    assert np.array_equal(one, other)
    assert not np.array_equal(one, before)
    assert np.array_equal(before, picture())


def test_infrared_has_no_colour_and_dark_corners() -> None:
    seen = looks.infrared(np.full((60, 60, 3), 120, np.uint8), np.random.default_rng(2), 1.0)

    assert (seen == seen[:, :, :1]).all()
    assert seen[0, 0, 0] < seen[30, 30, 0]


def test_blur_and_fewer_pixels_take_detail_away() -> None:
    for look in (looks.motion_blurred, looks.defocused, looks.low_resolution):
        seen = look(picture(), np.random.default_rng(3), 1.0)
        assert np.diff(seen.astype(int), axis=1).std() < np.diff(picture().astype(int), axis=1).std()


def test_no_share_is_no_change() -> None:
    nothing = CctvRecipe(low_resolution=0, motion_blur=0, defocus=0, noise=0, compression=0, infrared=0)

    assert np.array_equal(looks.through_a_camera(picture(), np.random.default_rng(1), nothing), picture())


def test_colours_change_with_the_recipe_only() -> None:
    flat = np.full((8, 8, 3), (40, 80, 160), np.uint8)
    still = AugmentationRecipe(hue=0, saturation=0, brightness=0)

    assert np.abs(looks.coloured(flat, np.random.default_rng(1), still).astype(int) - flat).max() <= 2
    assert np.abs(looks.coloured(flat, np.random.default_rng(1), AugmentationRecipe()).astype(int) - flat).max() > 2
