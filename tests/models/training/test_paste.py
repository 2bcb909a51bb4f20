from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.paste import CutOut, pasted, read_cut_outs
from models.training.recipe import PasteRecipe
from models.training.scene import PADDING_LEVEL
from tests.models.training.drawn import make_scene, write_archive


def cut_out() -> CutOut:
    pixels = np.zeros((60, 90, 4), np.uint8)
    cv2.ellipse(pixels, (45, 30), (40, 20), 0, 0, 360, (10, 220, 240, 255), -1)
    return CutOut(pixels=pixels, label=2)


def test_an_animal_lies_in_its_box_and_nowhere_else() -> None:
    scene = make_scene(pixels=np.full((120, 160, 3), 90, np.uint8))
    recipe = PasteRecipe(most=1, least_side_px=20, longest_side_px=30)

    found = pasted(scene, [cut_out()], np.random.default_rng(4), recipe)

    assert found.labels.tolist() == [0, 2]
    left, top, right, bottom = (int(edge) for edge in found.boxes[1])
    changed = (found.pixels != scene.pixels).any(axis=2)
    assert changed[top:bottom, left:right].mean() > 0.5
    changed[top:bottom, left:right] = False
    assert not changed.any()
    assert 10 <= max(right - left, bottom - top) <= 32
    assert (scene.pixels == 90).all()


@pytest.mark.parametrize("seed", range(10))
def test_labelled_objects_are_not_hidden(seed: int) -> None:
    scene = make_scene(pixels=np.full((60, 80, 3), 90, np.uint8))

    found = pasted(scene, [cut_out()], np.random.default_rng(seed), PasteRecipe(longest_side_px=24))

    first = found.boxes[0]
    for box in found.boxes[1:]:
        sides = np.minimum(first[2:], box[2:]) - np.maximum(first[:2], box[:2])
        area = min((box[2:] - box[:2]).prod(), (first[2:] - first[:2]).prod())
        assert sides.clip(0).prod() <= 0.15 * area + 1e-3


def test_nothing_is_pasted_where_it_does_not_fit() -> None:
    scene = make_scene(pixels=np.full((8, 8, 3), 90, np.uint8))
    recipe = PasteRecipe(least_side_px=40, longest_side_px=50)

    found = pasted(scene, [cut_out()], np.random.default_rng(1), recipe)

    assert found.labels.tolist() == [0]


def test_nothing_is_pasted_on_padding() -> None:
    scene = make_scene(pixels=np.full((120, 160, 3), PADDING_LEVEL, np.uint8))

    assert pasted(scene, [cut_out()], np.random.default_rng(1), PasteRecipe()).labels.tolist() == [0]


def test_cut_outs_of_known_animals_are_read(tmp_path: Path) -> None:
    picture = cv2.imencode(".webp", cut_out().pixels, [cv2.IMWRITE_WEBP_QUALITY, 101])[1].tobytes()
    archive = tmp_path / "cutouts.tar.gz"
    write_archive(archive, {"rodent/a.webp": picture, "roach/b.webp": picture, "dragon/c.webp": picture})

    found = read_cut_outs(archive, ("cockroach", "rodent"))

    assert sorted(each.label for each in found) == [0, 1]
    assert found[0].pixels.shape == (60, 90, 4)
    assert read_cut_outs(tmp_path / "none.tar.gz", ("rodent",)) == []
