"""Strategies for boxes, points and polygons."""

import math

from hypothesis import strategies as st

from domain.geometry import Box, Point

fractions = st.floats(min_value=0.0, max_value=1.0)
points = st.builds(Point, fractions, fractions)


@st.composite
def boxes(draw: st.DrawFn, smallest: float = 0.0) -> Box:
    """Any box; with `smallest`, of at least that width and height."""
    left, top = (draw(st.floats(0.0, 1.0 - smallest, exclude_max=True)) for _ in range(2))
    right = draw(st.floats(min(left + smallest, 1.0), 1.0, exclude_min=smallest == 0.0))
    bottom = draw(st.floats(min(top + smallest, 1.0), 1.0, exclude_min=smallest == 0.0))
    return Box(left, top, right, bottom)


@st.composite
def rings(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Corners of a simple polygon: at growing angles around the middle, each at its own distance."""
    count = draw(st.integers(3, 9))
    turn = draw(st.floats(0.0, 1.0))
    distances = draw(st.lists(st.floats(0.1, 0.5), min_size=count, max_size=count))
    angles = [2 * math.pi * (turn + index) / count for index in range(count)]
    return [
        (min(max(0.5 + r * math.cos(a), 0.0), 1.0), min(max(0.5 + r * math.sin(a), 0.0), 1.0))
        for r, a in zip(distances, angles, strict=True)
    ]
