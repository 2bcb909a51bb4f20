import numpy as np
import pytest

from tests.models.synth.builders import level_camera


def test_what_lies_straight_ahead_is_in_the_middle() -> None:
    fractions, depth = level_camera().project(np.array([[0.0, 3.0, 1.0]]))
    assert fractions[0] == pytest.approx([0.5, 0.5])
    assert depth[0] == pytest.approx(3.0)


def test_right_is_right_and_high_is_above() -> None:
    fractions, _ = level_camera().project(np.array([[1.0, 2.0, 1.5]]))
    # 90° wide: 2 m to each side at 2 m; the picture is 16:9.
    assert fractions[0] == pytest.approx([0.75, 0.5 - 0.25 / 2 * 16 / 9])


def test_nothing_behind_the_camera_is_in_the_picture() -> None:
    fractions, _ = level_camera().project(np.array([[0.0, -2.0, 1.0]]))
    assert np.isnan(fractions).all()


def test_a_barrel_lens_draws_the_rim_inwards_and_leaves_the_middle() -> None:
    places = np.array([[0.0, 2.0, 1.0], [1.8, 2.0, 1.0]])
    straight, _ = level_camera().project(places)
    barrel, _ = level_camera(k1=-0.1).project(places)
    assert barrel[0] == pytest.approx(straight[0])
    assert 0.5 < barrel[1, 0] < straight[1, 0] - 0.02


def test_undoing_the_lens_gives_back_what_it_bent() -> None:
    camera = level_camera(k1=-0.12)
    flat = np.random.default_rng(1).uniform(-1, 1, (200, 2)) * (1.0, 0.56)
    assert camera.undistorted(camera.distorted(flat)) == pytest.approx(flat, abs=1e-9)


def test_the_straight_picture_holds_all_that_the_lens_sees() -> None:
    columns, rows = level_camera(k1=-0.12).bending_maps()
    assert columns.min() >= -0.5 - 1e-6
    assert columns.max() <= 639.5 + 1e-6
    assert rows.min() >= -0.5 - 1e-6
    assert rows.max() <= 359.5 + 1e-6


def test_a_place_is_found_in_the_bent_picture_where_the_map_takes_it_from() -> None:
    camera = level_camera(k1=-0.12)
    place = np.array([[0.9, 2.0, 0.6]])
    bent, straight = camera.project(place)[0][0], camera.straight(place)[0]
    columns, rows = camera.bending_maps()
    row, column = int(bent[1] * 360), int(bent[0] * 640)
    assert columns[row, column] == pytest.approx(straight[0] * 640, abs=1.5)
    assert rows[row, column] == pytest.approx(straight[1] * 360, abs=1.5)


def test_a_lens_that_folds_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="folds the picture"):
        level_camera(k1=-0.6)
