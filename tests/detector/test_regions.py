"""Which crops are looked at, and that every place has its turn."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.regions import Cause, Crop, Place, RegionState, Size, chosen, covering, moved_places
from detector.settings import RegionSettings
from domain.geometry import Box

HD = Size(width=1280, height=720)
SIDE = 416

edges = st.integers(0, 99)
places = st.builds(
    lambda x, y, w, h, cause: Place(Box(x / 100, y / 100, min(1.0, (x + w) / 100), min(1.0, (y + h) / 100)), cause),
    edges,
    edges,
    st.integers(1, 100),
    st.integers(1, 100),
    st.sampled_from(Cause),
)
sizes = st.builds(lambda w, h: Size(width=w, height=h), st.integers(64, 2000), st.integers(64, 2000))


def small(x: float, y: float, cause: Cause = Cause.MOVED) -> Place:
    return Place(Box(x, y, x + 0.01, y + 0.01), cause)


def mask(*blobs: tuple[int, int, int, int]) -> np.ndarray:
    """A grey picture of 320x180 with changed rectangles: left, top, right, bottom."""
    grey = np.zeros((180, 320), dtype=np.uint8)
    for left, top, right, bottom in blobs:
        grey[top:bottom, left:right] = 255
    return grey


def test_what_moved_is_found_where_it_moved() -> None:
    (place,) = moved_places(mask((100, 60, 110, 66)), largest_share=0.25)
    assert place.cause is Cause.MOVED
    assert (place.box.left, place.box.top) == (100 / 320, 60 / 180)
    assert (place.box.right, place.box.bottom) == (110 / 320, 66 / 180)


def test_the_two_edges_of_a_moving_thing_are_one_place() -> None:
    assert len(moved_places(mask((100, 60, 102, 66), (106, 60, 108, 66)), largest_share=0.25)) == 1
    assert len(moved_places(mask((100, 60, 102, 66), (150, 60, 152, 66)), largest_share=0.25)) == 2


def test_a_person_who_walks_is_no_place_for_a_closer_look() -> None:
    assert moved_places(mask((100, 20, 130, 140)), largest_share=0.25) == []
    assert moved_places(np.full((180, 320), 255, dtype=np.uint8), largest_share=0.25) == []
    assert moved_places(mask(), largest_share=0.25) == []


def test_neighbours_share_a_crop_and_others_get_their_own() -> None:
    crops = covering([small(0.5, 0.5), small(0.52, 0.55), small(0.05, 0.05)], HD, SIDE)
    assert [crop for crop, _ in crops] == [
        Crop(left=438, top=156, width=SIDE, height=SIDE),
        Crop(left=0, top=0, width=SIDE, height=SIDE),
    ]


def test_a_zone_larger_than_a_crop_is_covered_by_several() -> None:
    zone = Place(Box(0.0, 0.5, 1.0, 1.0), Cause.ZONE)
    crops = [crop for crop, _ in covering([zone], HD, SIDE)]
    assert [crop.left for crop in crops] == [0, 288, 576, 864]
    assert {crop.top for crop in crops} == {304}


def test_a_low_picture_gets_crops_of_its_height() -> None:
    assert [crop for crop, _ in covering([small(0.5, 0.5)], Size(width=640, height=360), SIDE)] == [
        Crop(left=115, top=0, width=SIDE, height=360)
    ]


@given(found=st.lists(places, max_size=12), size=sizes, side=st.integers(96, 700))
def test_crops_lie_inside_have_one_shape_and_leave_no_place_out(found: list[Place], size: Size, side: int) -> None:
    crops = [crop for crop, _ in covering(found, size, side)]
    for crop in crops:
        assert crop.left >= 0
        assert crop.top >= 0
        assert crop.left + crop.width <= size.width
        assert crop.top + crop.height <= size.height
        assert (crop.width, crop.height) == (min(side, size.width), min(side, size.height))
    for place in found:
        center = place.box.center
        assert any(
            crop.left - 1 <= center.x * size.width <= crop.left + crop.width + 1
            and crop.top - 1 <= center.y * size.height <= crop.top + crop.height + 1
            for crop in crops
        )


BUDGET = RegionSettings(crops_per_frame=2, crops_per_second=10.0)


def looked(found: list[Place], settings: RegionSettings, *, frames: int, step: float = 0.2) -> Counter[tuple[int, int]]:
    """How often each crop was looked at, by its left and top edge."""
    state, counts = RegionState(), Counter[tuple[int, int]]()
    for number in range(frames):
        state, crops = chosen(state, covering(found, HD, 208), number * step, settings)
        assert len(crops) <= settings.crops_per_frame
        counts.update((crop.left, crop.top) for crop in crops)
    return counts


CORNERS = [small(x, y) for x in (0.05, 0.35, 0.65, 0.95) for y in (0.1, 0.9)]


def test_places_take_turns() -> None:
    counts = looked(CORNERS, BUDGET, frames=40)
    assert len(counts) == 8
    assert set(counts.values()) == {10}


def test_what_is_followed_is_looked_at_in_every_picture_and_the_others_share_the_rest() -> None:
    counts = looked([*CORNERS[:6], small(0.5, 0.5, Cause.FOLLOWED)], BUDGET, frames=60)
    assert max(counts.values()) == 60
    assert sorted(counts.values())[:-1] == [10] * 6


def test_with_one_crop_a_picture_the_others_still_have_their_turn() -> None:
    settings = RegionSettings(crops_per_frame=1, crops_per_second=10.0)
    counts = looked([small(0.05, 0.1), small(0.5, 0.5, Cause.FOLLOWED)], settings, frames=60)
    seldom, often = sorted(counts.values())
    assert 15 <= seldom <= 20
    assert seldom + often == 60


def test_seconds_are_budgeted_too() -> None:
    settings = RegionSettings(crops_per_frame=2, crops_per_second=3.0)
    counts = looked(CORNERS, settings, frames=51)  # ten seconds
    assert 30 <= sum(counts.values()) <= 32


def test_a_rest_saves_up_no_more_than_one_picture_needs() -> None:
    state, _ = chosen(RegionState(), covering(CORNERS, HD, 208), 0.0, BUDGET)
    state, first = chosen(state, covering(CORNERS, HD, 208), 1000.0, BUDGET)
    _, second = chosen(state, covering(CORNERS, HD, 208), 1000.01, BUDGET)
    assert (len(first), len(second)) == (2, 0)


@given(
    others=st.lists(places, min_size=1, max_size=10),
    per_frame=st.integers(1, 4),
    per_second=st.floats(5.0, 20.0),
)
def test_no_place_waits_for_ever(others: list[Place], per_frame: int, per_second: float) -> None:
    settings = RegionSettings(crops_per_frame=per_frame, crops_per_second=per_second)
    proposed = covering(others, HD, SIDE)
    state, seen = RegionState(), set[Crop]()
    for number in range(4 * len(proposed) + 8):
        state, crops = chosen(state, proposed, number * 0.2, settings)
        seen.update(crops)
    missing = {crop for crop, _ in proposed} - seen
    # Crops of one cell of the grid count as one place.
    cells = {(2 * crop.left // crop.width, 2 * crop.top // crop.height) for crop in seen}
    assert {(2 * crop.left // crop.width, 2 * crop.top // crop.height) for crop in missing} <= cells


def test_a_clock_that_went_back_frees_the_budget_of_nobody() -> None:
    state, _ = chosen(RegionState(), covering(CORNERS, HD, 208), 100.0, BUDGET)
    state, crops = chosen(state, covering(CORNERS, HD, 208), 1.0, BUDGET)
    assert crops == []
    assert state.clock == pytest.approx(1.0)
