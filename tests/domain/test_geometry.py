import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.geometry import EPSILON, Box, Point, Polygon, boxes_array, overlaps
from domain.ids import CameraId, ZoneId
from domain.zone import Zone, ZoneType
from tests.domain.shapes import boxes, fractions, points, rings

SQUARE = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]
TINY = Box(0.0, 0.0, 5e-324, 5e-324)

# Points


@pytest.mark.parametrize(("x", "y"), [(-0.1, 0.5), (0.5, 1.1), (math.nan, 0.5), (0.5, math.inf), (0.5, -math.inf)])
def test_a_point_outside_the_frame_is_refused(x: float, y: float) -> None:
    with pytest.raises(ValueError, match="fraction of the frame"):
        Point(x, y)


@given(points, points)
def test_a_distance_is_the_same_both_ways(a: Point, b: Point) -> None:
    assert a.distance(b) == b.distance(a)
    assert 0.0 <= a.distance(b) <= math.sqrt(2) + 1e-12


# Boxes


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ((0.5, 0.1, 0.5, 0.2), "left < right"),
        ((0.6, 0.1, 0.5, 0.2), "left < right"),
        ((0.1, 0.2, 0.5, 0.2), "top < bottom"),
        ((-0.1, 0.1, 0.5, 0.2), "left must be a fraction"),
        ((0.1, 0.1, 0.5, 1.2), "bottom must be a fraction"),
        ((0.1, math.nan, 0.5, 0.2), "top must be a fraction"),
    ],
)
def test_a_box_that_is_none_is_refused(edges: tuple[float, float, float, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Box(*edges)


def test_a_box_knows_its_measures() -> None:
    box = Box(0.1, 0.2, 0.5, 0.5)

    assert (box.width, box.height) == pytest.approx((0.4, 0.3))
    assert box.area == pytest.approx(0.12)
    assert box.diagonal == pytest.approx(0.5)
    assert box.center == Point(0.3, 0.35)
    assert box.foot == Point(0.3, 0.5)


@given(boxes(), boxes())
@example(TINY, TINY)
def test_overlap_is_symmetric_and_a_share(a: Box, b: Box) -> None:
    assert a.overlap(b) == b.overlap(a)
    assert 0.0 <= a.overlap(b) <= 1.0


@given(boxes(smallest=0.001))
def test_a_box_overlaps_itself_wholly(box: Box) -> None:
    assert box.overlap(box) == 1.0
    assert box.share_inside(box) == 1.0


@given(boxes(), boxes())
@example(TINY, TINY)
def test_the_share_inside_is_a_share_and_no_less_than_the_overlap(a: Box, b: Box) -> None:
    assert 0.0 <= a.share_inside(b) <= 1.0
    assert a.share_inside(b) >= a.overlap(b) - 1e-9


@pytest.mark.parametrize(
    ("other", "overlap", "inside"),
    [
        (Box(0.0, 0.0, 0.4, 0.4), 1.0, 1.0),
        (Box(0.2, 0.0, 0.6, 0.4), 1 / 3, 0.5),
        (Box(0.0, 0.0, 0.8, 0.8), 0.25, 1.0),
        (Box(0.4, 0.0, 0.8, 0.4), 0.0, 0.0),
        (Box(0.5, 0.5, 0.9, 0.9), 0.0, 0.0),
    ],
    ids=["same", "half beside", "within", "edge to edge", "apart"],
)
def test_overlaps_that_are_known(other: Box, overlap: float, inside: float) -> None:
    box = Box(0.0, 0.0, 0.4, 0.4)

    assert box.overlap(other) == pytest.approx(overlap)
    assert box.share_inside(other) == pytest.approx(inside)


@given(st.lists(st.floats(-2.0, 3.0), min_size=4, max_size=4))
def test_clipping_gives_a_box_inside_the_frame_or_none(edges: list[float]) -> None:
    left, top, right, bottom = edges
    is_visible = max(left, 0.0) < min(right, 1.0) and max(top, 0.0) < min(bottom, 1.0)

    clipped = Box.clipped(*edges)

    assert (clipped is not None) == is_visible
    if clipped is not None:
        expected = (max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0))
        assert (clipped.left, clipped.top, clipped.right, clipped.bottom) == expected


@given(st.lists(boxes(smallest=0.01), max_size=5), st.lists(boxes(smallest=0.01), max_size=5))
def test_overlaps_of_arrays_are_those_of_boxes(first: list[Box], second: list[Box]) -> None:
    found = overlaps(boxes_array(first), boxes_array(second))

    assert found.shape == (len(first), len(second))
    assert ((found >= 0.0) & (found <= 1.0)).all()
    for row, a in enumerate(first):
        for column, b in enumerate(second):
            assert found[row, column] == pytest.approx(a.overlap(b), abs=1e-4)


def test_overlaps_of_arrays_are_bounded_whatever_is_in_them() -> None:
    rows = np.array([[0, 0, 1, 1], [0.3, 0.3, 0.3, 0.3], [0.9, 0.9, 0.1, 0.1]], dtype=np.float32)

    assert overlaps(rows, rows).tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize("shape", [(4,), (2, 3), (1, 2, 4)])
def test_arrays_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    good, bad = np.zeros((1, 4), dtype=np.float32), np.zeros(shape, dtype=np.float32)

    with pytest.raises(ValueError, match=r"first must have shape \(N, 4\), got"):
        overlaps(bad, good)
    with pytest.raises(ValueError, match=r"second must have shape \(N, 4\), got"):
        overlaps(good, bad)


# Polygons


@pytest.mark.parametrize(
    ("corners", "message"),
    [
        ([(0.1, 0.1), (0.9, 0.9)], "at least 3 corners, got 2"),
        ([(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)], "needs an area"),
        ([(0.1, 0.1), (0.1, 0.1), (0.1, 0.1)], "needs an area"),
        ([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.9)], "cross"),
        ([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.5, 0.1), (0.1, 0.9)], "cross or touch"),
        ([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.5, 0.5), (0.0, 0.9)], "cross"),
    ],
    ids=["two corners", "a line", "a point", "a bow tie", "a corner on an edge", "crossing in a corner"],
)
def test_a_polygon_that_is_none_is_refused_in_both_directions(corners: list[tuple[float, float]], message: str) -> None:
    for drawn in (corners, corners[::-1]):
        with pytest.raises(ValueError, match=message):
            Polygon.of(drawn)


def test_a_polygon_outside_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="x must be a fraction of the frame"):
        Polygon.of([(0.1, 0.1), (1.2, 0.1), (0.5, 0.9)])


@given(st.integers(4, 9), st.data())
def test_exchanging_two_neighbours_of_a_convex_ring_is_refused(count: int, data: st.DataObject) -> None:
    corners = [
        (0.5 + 0.4 * math.cos(2 * math.pi * i / count), 0.5 + 0.4 * math.sin(2 * math.pi * i / count))
        for i in range(count)
    ]
    i = data.draw(st.integers(0, count - 1))
    corners[i], corners[(i + 1) % count] = corners[(i + 1) % count], corners[i]

    with pytest.raises(ValueError, match=r"cross|area"):
        Polygon.of(corners)


@given(rings(), st.data())
def test_a_corner_clicked_twice_changes_nothing(corners: list[tuple[float, float]], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(corners) - 1))
    point = data.draw(points)

    doubled = Polygon.of([*corners[: i + 1], *corners[i:]])

    assert doubled.area == pytest.approx(Polygon.of(corners).area)
    assert doubled.contains(point) == Polygon.of(corners).contains(point)


@given(rings(), points)
def test_direction_and_first_corner_do_not_matter(corners: list[tuple[float, float]], point: Point) -> None:
    polygon = Polygon.of(corners)

    for drawn in (corners[::-1], corners[1:] + corners[:1]):
        assert Polygon.of(drawn).contains(point) == polygon.contains(point)
        assert Polygon.of(drawn).area == pytest.approx(polygon.area)


@given(rings(), st.integers(0, 8), st.floats(0.0, 1.0))
def test_every_point_of_the_boundary_is_inside(corners: list[tuple[float, float]], edge: int, along: float) -> None:
    (ax, ay), (bx, by) = corners[edge % len(corners)], corners[(edge + 1) % len(corners)]
    point = Point(min(ax + along * (bx - ax), 1.0), min(ay + along * (by - ay), 1.0))

    assert Polygon.of(corners).contains(point)


@given(rings(), points)
def test_a_point_outside_the_corners_bounds_is_outside(corners: list[tuple[float, float]], point: Point) -> None:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    is_far = (
        point.x < min(xs) - 2 * EPSILON
        or point.x > max(xs) + 2 * EPSILON
        or point.y < min(ys) - 2 * EPSILON
        or point.y > max(ys) + 2 * EPSILON
    )

    assert not (is_far and Polygon.of(corners).contains(point))


@given(fractions, fractions)
def test_a_square_contains_what_lies_between_its_edges(x: float, y: float) -> None:
    nearest = min(abs(x - 0.2), abs(x - 0.8), abs(y - 0.2), abs(y - 0.8))
    is_between = 0.2 <= x <= 0.8 and 0.2 <= y <= 0.8

    assert Polygon.of(SQUARE).contains(Point(x, y)) == is_between or nearest <= 2 * EPSILON


@given(points)
def test_the_whole_frame_contains_every_point(point: Point) -> None:
    assert Polygon.whole_frame().contains(point)
    assert Polygon.whole_frame().area == 1.0


def test_a_notch_is_outside() -> None:
    polygon = Polygon.of([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.5, 0.4), (0.1, 0.9)])

    assert not polygon.contains(Point(0.5, 0.7))
    assert polygon.contains(Point(0.5, 0.3))


# Zones and boxes that straddle their edges


def zone(corners: list[tuple[float, float]]) -> Zone:
    return Zone(
        zone_id=ZoneId("zone-1"),
        camera_id=CameraId("camera-1"),
        name="专间",
        type=ZoneType.SPECIAL_ROOM,
        polygon=Polygon.of(corners),
    )


STRIP = [(0.1, 0.0), (0.2, 0.0), (0.2, 1.0), (0.1, 1.0)]


@pytest.mark.parametrize(
    ("box", "is_inside"),
    [
        (Box(0.15, 0.4, 0.29, 0.6), False),  # foot at 0.22: clipping to the zone first would move it to 0.175
        (Box(0.01, 0.4, 0.15, 0.6), False),  # foot at 0.08
        (Box(0.12, 0.4, 0.26, 0.6), True),  # foot at 0.19, most of the box outside
        (Box(0.15, 0.4, 0.25, 0.6), True),  # foot on the right edge
        (Box(0.05, 0.4, 0.15, 0.6), True),  # foot on the left edge
        (Box(0.0, 0.4, 0.3, 0.6), True),  # wider than the zone on both sides
        (Box(0.12, 0.8, 0.18, 1.0), True),  # cut off by the lower edge of the picture
        (Box(0.3, 0.4, 0.5, 0.6), False),
    ],
    ids=["right", "left", "mostly outside", "on the right edge", "on the left edge", "wider", "cut off", "apart"],
)
def test_a_subject_is_where_its_whole_box_has_its_foot(box: Box, is_inside: bool) -> None:
    assert zone(STRIP).contains(box) is is_inside


@pytest.mark.parametrize(
    ("bottom", "is_inside"), [(0.49, False), (0.5, True), (0.7, True), (0.75, True), (0.76, False)]
)
def test_the_foot_is_at_the_bottom_not_in_the_middle(bottom: float, is_inside: bool) -> None:
    shelf = zone([(0.0, 0.5), (1.0, 0.5), (1.0, 0.75), (0.0, 0.75)])

    assert shelf.contains(Box(0.4, 0.3, 0.6, bottom)) is is_inside


@given(boxes())
def test_two_zones_side_by_side_leave_no_gap(box: Box) -> None:
    left = zone([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)])
    right = zone([(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)])

    assert left.contains(box) or right.contains(box)
    assert (left.contains(box) and right.contains(box)) <= (abs(box.foot.x - 0.5) <= 2 * EPSILON)
