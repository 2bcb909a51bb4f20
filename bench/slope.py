"""Whether a figure grows: the slope of a straight line through medians of blocks, with its interval. Pure."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

BLOCKS = 12
# Student's t for 95 % and BLOCKS - 2 degrees of freedom.
_T = 2.228


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Per second, with the ends of a 95 % interval.

    Single values follow each other too closely to count as so many measurements; medians of a dozen blocks do not.
    """

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Slope":
        """The same per something else; `factor` seconds make one of it."""
        return Slope(value=self.value * factor, low=self.low * factor, high=self.high * factor)

    @property
    def has_grown(self) -> bool:
        """More than chance explains."""
        return self.low > 0


def slope(clocks: Sequence[float], values: Sequence[float]) -> Slope:
    """`clocks` in seconds, growing. Raises ValueError for fewer than two values a block."""
    if len(clocks) != len(values) or len(values) < 2 * BLOCKS:
        raise ValueError(
            f"expected as many clocks as values and at least {2 * BLOCKS}, got {len(clocks)}, {len(values)}"
        )
    edges = [round(number * len(values) / BLOCKS) for number in range(BLOCKS + 1)]
    blocks = [slice(edges[number], edges[number + 1]) for number in range(BLOCKS)]
    x = [statistics.fmean(clocks[block]) for block in blocks]
    y = [statistics.median(values[block]) for block in blocks]
    value, start = statistics.linear_regression(x, y)
    rest = sum((each_y - start - value * each_x) ** 2 for each_x, each_y in zip(x, y, strict=True))
    spread = sum((each - statistics.fmean(x)) ** 2 for each in x)
    half = _T * math.sqrt(rest / (BLOCKS - 2) / spread)
    return Slope(value=value, low=value - half, high=value + half)
