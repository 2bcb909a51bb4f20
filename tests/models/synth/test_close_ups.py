import numpy as np

from models.synth.close_ups import draw_close_up, drawn_lid
from models.synth.furniture.bins import OPEN_FROM_DEGREES, BinKind
from models.synth.truth import Surveyor


def test_lids_are_shut_as_often_as_not_and_every_bin_has_one() -> None:
    rng = np.random.default_rng(1)
    drawn = [drawn_lid(rng) for _ in range(400)]
    assert 150 < sum(degrees > OPEN_FROM_DEGREES for _, degrees, _ in drawn) < 250
    assert BinKind.BUCKET not in {kind for kind, _, _ in drawn}


def test_no_rubbish_stands_out_of_a_bin_that_is_shut() -> None:
    rng = np.random.default_rng(2)
    assert all(fill < 1 for _, degrees, fill in (drawn_lid(rng) for _ in range(400)) if degrees == 0)


def test_a_close_up_shows_one_bin_large_enough_to_see_its_lid_and_a_seed_is_the_same_one_every_time() -> None:
    first, second = draw_close_up(4).scene, draw_close_up(4).scene
    assert (first.camera, first.subjects) == (second.camera, second.subjects)
    truths, _ = Surveyor(first.camera).survey(first)
    [seen] = [truth for truth in truths if truth.label.startswith("bin")]
    assert min(seen.width_px, seen.height_px) >= 40
