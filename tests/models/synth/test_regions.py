import numpy as np
import pytest

from models.synth.regions import merged, pasted, region_of, snapped
from tests.models.synth.builders import block, scene_of


def test_a_region_holds_the_thing_and_some_floor_around_it() -> None:
    thing = block("target", (0, 2.05, 1))
    region = region_of([thing], scene_of(thing))
    assert region is not None
    left, top, right, bottom = region
    assert left < 0.375
    assert right > 0.625
    assert top < 0.28
    assert bottom > 0.72


def test_what_is_behind_the_camera_needs_no_rendering() -> None:
    thing = block("target", (0, -3, 1))
    assert region_of([thing], scene_of(thing)) is None


def test_a_region_is_grown_to_whole_pixels() -> None:
    assert snapped((0.101, 0.2, 0.509, 0.61), 100, 50) == pytest.approx((0.10, 0.2, 0.51, 0.62))


def test_overlapping_regions_become_one() -> None:
    groups = merged([(0, 0, 0.2, 0.2), (0.5, 0.5, 0.7, 0.7), (0.1, 0.1, 0.3, 0.3)])
    assert sorted(map(sorted, groups)) == [[0, 2], [1]]


def test_a_patch_is_laid_where_it_belongs_with_soft_edges() -> None:
    plate = np.zeros((100, 100, 3), dtype=np.float32)
    laid = pasted(plate, np.ones((40, 40, 3), dtype=np.float32), (0.3, 0.3, 0.7, 0.7))
    assert laid[50, 50, 0] == pytest.approx(1.0)
    assert 0 < laid[30, 50, 0] < 0.3
    assert laid[25, 50, 0] == 0


def test_a_patch_at_the_border_is_not_faded_there() -> None:
    plate = np.zeros((100, 100, 3), dtype=np.float32)
    laid = pasted(plate, np.ones((40, 40, 3), dtype=np.float32), (0.0, 0.6, 0.4, 1.0))
    assert laid[99, 5, 0] == pytest.approx(1.0)
