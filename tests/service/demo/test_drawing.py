import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.demo.cat import CatPose, draw_cat
from service.demo.drawing import Sheet, ellipse, hairs, onto, rounded, spline
from service.demo.rat import RatPose, draw_rat

SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def sheet() -> Sheet:
    return Sheet.blank(2, 2, unit_px=50, foot=(0.5, 1.5))


def test_a_curve_goes_through_its_points() -> None:
    curve = spline(SQUARE, closed=True, steps=8)

    assert all(np.isclose(curve, point).all(axis=1).any() for point in SQUARE)


def test_y_on_a_sheet_grows_upwards_from_the_feet() -> None:
    assert sheet().pixels([(0, 0), (1, 1)]).tolist() == [[25, 75], [75, 25]]


@given(st.floats(0.05, 0.4), st.floats(0.05, 0.4))
def test_the_mask_of_an_ellipse_covers_its_area_give_or_take_its_edge(rx: float, ry: float) -> None:
    covered = float(sheet().mask(ellipse(0.5, 0.5, rx, ry)).sum()) / 50**2
    inner, outer = (np.pi * (rx + edge) * (ry + edge) for edge in (-0.5 / 50, 1.0 / 50))

    assert inner <= covered <= outer


def test_paint_covers_what_lies_below_and_leaves_the_rest() -> None:
    painted = sheet()
    painted.paint_flat((10, 20, 30), SQUARE, soft=0)
    painted.paint_flat((200, 0, 0), [(0, 0), (0.5, 0), (0.5, 1), (0, 1)], soft=0)

    assert painted.colour[50, 65].tolist() == [10, 20, 30]
    assert painted.colour[50, 35].tolist() == [200, 0, 0]
    assert painted.cover[5, 5] == 0


def test_a_rounded_mask_is_highest_in_its_middle() -> None:
    mask = np.zeros((60, 60), np.float32)
    mask[10:50, 10:50] = 1
    height = rounded(mask, 10)

    assert height[30, 30] > height[30, 13] > height[30, 2] == 0


def test_hair_has_no_bias_and_unit_deviation() -> None:
    hair = hairs((200, 200), angle=0.3, length_px=6, seed=1)

    assert abs(float(hair.mean())) < 0.1
    assert float(hair.std()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_sheet_is_laid_with_its_foot_where_it_was_asked_for(mirrored: bool) -> None:
    painted = sheet()
    painted.paint_flat((255, 255, 255), ellipse(0, 0.1, 0.1), soft=0)
    picture = onto(
        np.zeros((200, 300, 3), np.float32), painted, foot=(150, 120), unit_px=50, mirrored=mirrored, shadow=0
    )
    rows, columns = np.nonzero(picture[..., 0] > 128)

    assert columns.mean() == pytest.approx(150, abs=1.5)
    assert rows.max() == pytest.approx(120, abs=1.5)


def test_a_shadow_takes_light_from_the_floor() -> None:
    painted = sheet()
    painted.paint_flat((0, 0, 0), SQUARE, soft=0)
    floor = np.full((200, 300, 3), 100, np.float32)
    lit, shaded = (
        onto(floor, painted, foot=(150, 120), unit_px=50, mirrored=False, shadow=shadow) for shadow in (0, 0.5)
    )

    assert shaded[122:].sum() < lit[122:].sum()


@pytest.mark.parametrize("drawn", [draw_rat(RatPose(gait=1.0)), draw_cat(CatPose(gait=1.0))], ids=["rat", "cat"])
def test_an_animal_stands_on_its_feet_and_fits_its_sheet(drawn: Sheet) -> None:
    rows, columns = np.nonzero(drawn.cover > 0.5)

    assert abs(rows.max() - drawn.foot_px[1]) < 0.05 * drawn.unit_px
    assert rows.min() > 0
    assert 0 < columns.min() < columns.max() < drawn.shape[1] - 1


def test_legs_swing_with_the_gait() -> None:
    first, second = (draw_rat(RatPose(gait=gait)).cover for gait in (0.0, 2.0))

    assert np.abs(first - second).max() > 0.5
