from itertools import islice, pairwise

import numpy as np
import pytest

from service.demo import kitchen
from service.demo.scenes import NIGHT_KITCHEN, SCENES, Scene, Walk, frames

scenes = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.file_name)

WALK = Walk(label="rodent", stations=((2.0, 0.0), (4.0, 100.0), (5.0, 100.0), (6.0, 200.0)), foot_y=500, unit_px=200)


@pytest.mark.parametrize(
    ("second", "x", "speed"),
    [(2.0, 0.0, 50.0), (3.0, 50.0, 50.0), (4.5, 100.0, 0.0), (5.5, 150.0, 100.0), (6.0, 200.0, 100.0)],
)
def test_a_walk_goes_straight_from_station_to_station(second: float, x: float, speed: float) -> None:
    assert WALK.where(second) == (x, speed)


@pytest.mark.parametrize("second", [1.9, 6.1])
def test_a_walk_is_nowhere_before_and_after_itself(second: float) -> None:
    with pytest.raises(ValueError, match="outside the walk"):
        WALK.where(second)


def test_an_animal_looks_where_it_walks() -> None:
    back = Walk(label="rodent", stations=((0.0, 900.0), (2.0, 100.0)), foot_y=500, unit_px=200)

    assert (WALK.is_mirrored, back.is_mirrored) == (False, True)


@scenes
def test_walks_follow_each_other_and_leave_quiet_at_both_ends_so_that_a_loop_shows_no_seam(scene: Scene) -> None:
    edges = [edge for walk in scene.walks for edge in (walk.begins_s, walk.ends_s)]

    assert all(a < b for a, b in pairwise([0.0, *edges, float(scene.seconds)]))
    assert edges[0] >= 4
    assert scene.seconds - edges[-1] >= 4


@scenes
def test_the_story_is_told_while_its_animal_is_there(scene: Scene) -> None:
    for label, begins_s, ends_s in scene.seen:
        assert any(w.label == label and w.begins_s < begins_s < ends_s < w.ends_s for w in scene.walks)


def test_the_same_seed_draws_the_same_pictures() -> None:
    first, again = (list(islice(frames(NIGHT_KITCHEN), 2)) for _ in range(2))

    assert first[0].shape == (kitchen.HEIGHT, kitchen.WIDTH, 3)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_a_sensors_grain_keeps_two_pictures_of_a_quiet_room_from_being_equal() -> None:
    first, second = (picture.astype(int) for picture in islice(frames(NIGHT_KITCHEN), 2))

    assert 0.5 < np.abs(first - second).mean() < 5


def test_a_rat_changes_the_picture_only_where_it_runs() -> None:
    quiet, rat = (picture.astype(int) for picture in _at(NIGHT_KITCHEN, 0.0, 8.0))
    rows = np.abs(quiet - rat).max(axis=2) > 40

    assert rows[400:600].sum() > 5000
    assert rows[:300].sum() == rows[640:].sum() == 0


def _at(scene: Scene, *seconds: float) -> list[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]]:
    """Pictures at some moments, without drawing all those between them."""
    from service.demo.scenes import _sensed, _with_animal

    rng, room, drawn = np.random.default_rng(0), scene.room(), []
    for second in seconds:
        walks = [walk for walk in scene.walks if walk.begins_s <= second <= walk.ends_s]
        drawn.append(_sensed(_with_animal(room, walks[0], second) if walks else room, rng))
    return drawn
