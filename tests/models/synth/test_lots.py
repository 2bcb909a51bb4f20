from collections import Counter
from pathlib import Path

import numpy as np

from models.data.layout import read_index, read_partial
from models.data.ontology import load_ontology
from models.synth.bodies.clothes import Headwear, MaskWorn
from models.synth.lots import draw_lot, drawn_attire
from models.synth.pictures import make_pictures
from models.synth.testing import FlatRenderer


def test_a_seed_is_the_same_scene_every_time() -> None:
    first, second = draw_lot(5), draw_lot(5)
    assert [thing.name for thing in first.scene.things] == [thing.name for thing in second.scene.things]
    assert all(
        np.array_equal(a.mesh.vertices, b.mesh.vertices)
        for a, b in zip(first.scene.things, second.scene.things, strict=True)
    )
    assert first.scene.camera == second.scene.camera


def test_another_seed_is_another_scene() -> None:
    assert draw_lot(5).scene.camera != draw_lot(6).scene.camera


def test_rare_cases_are_drawn_often() -> None:
    rng = np.random.default_rng(1)
    worn = [drawn_attire(rng, is_site=False) for _ in range(300)]
    masks, hats = Counter(each.mask for each in worn), Counter(each.headwear for each in worn)
    assert min(masks[each] for each in MaskWorn) > 15
    assert min(hats[each] for each in (Headwear.NONE, Headwear.TOQUE, Headwear.CAP, Headwear.HAIRNET)) > 30


def test_pictures_come_in_the_layout_that_the_data_tools_read(tmp_path: Path) -> None:
    assert make_pictures(tmp_path, FlatRenderer(), count=2, seed=3, say=lambda _: None) == 2
    rows = read_index(tmp_path)
    assert [row.source for row in rows] == ["synth", "synth"]
    assert read_partial(tmp_path)["synth"] == frozenset()
    for row in rows:
        assert (tmp_path / "images" / "train" / row.file).is_file()
        assert (tmp_path / "labels" / "train" / row.file).with_suffix(".txt").is_file()
    assert (
        (tmp_path / "attire.csv")
        .read_text()
        .startswith("split,file,left,top,right,bottom,hat,kitchen_uniform,apron,mask")
    )
    assert (tmp_path / "lids.csv").read_text().count("\n") >= 1


def test_pictures_that_are_there_are_not_made_again(tmp_path: Path) -> None:
    make_pictures(tmp_path, FlatRenderer(), count=1, seed=3, say=lambda _: None)
    renderer = FlatRenderer()
    assert make_pictures(tmp_path, renderer, count=2, seed=3, say=lambda _: None) == 1
    assert len(renderer.asked) == 1


def test_every_label_of_a_drawn_scene_is_in_the_ontology() -> None:
    names = set(load_ontology().names)
    assert {subject.label for seed in range(4) for subject in draw_lot(seed).scene.subjects} <= names
