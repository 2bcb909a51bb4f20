"""Which row goes with which column at the smallest total cost.

The shortest augmenting paths of D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE Transactions
on Aerospace and Electronic Systems 52(4), 2016, which is what `scipy.optimize.linear_sum_assignment` does too. That one
is not used for following subjects because its package takes 45 MB of memory in every process that imports it. Plain
lists: for the ten subjects of a picture they are quicker than arrays.
"""

from math import inf

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Pair = tuple[int, int]


def assigned(costs: Array) -> list[Pair]:
    """Pairs (row, column) in the order of rows, each row and column at most once and as many as fit.

    `costs` has shape (rows, columns) and is finite. Raises ValueError otherwise.
    """
    if costs.ndim != 2 or not np.isfinite(costs).all():
        raise ValueError(f"expected finite costs of shape (rows, columns), got shape {costs.shape}")
    if 0 in costs.shape:
        return []
    if costs.shape[0] <= costs.shape[1]:
        return list(enumerate(_columns(costs)))
    return sorted((row, column) for column, row in enumerate(_columns(costs.T)))


def _columns(costs: Array) -> list[int]:
    """The column of each row, where there are no more rows than columns."""
    cheapest = costs.argmin(axis=1).tolist()
    if len(set(cheapest)) == len(cheapest):
        return [int(column) for column in cheapest]
    search = _Search(costs.tolist())
    for row in range(costs.shape[0]):
        search.place(row)
    return search.column_of


class _Search:
    """Rows that have a column so far, and the prices that make their choice the cheapest one."""

    def __init__(self, costs: list[list[float]]) -> None:
        self._costs = costs
        self._columns = range(len(costs[0]))
        self._row_of = [-1] * len(costs[0])
        self._row_prices = [0.0] * len(costs)
        self._column_prices = [0.0] * len(costs[0])
        self.column_of = [-1] * len(costs)

    def place(self, row: int) -> None:
        """Give one more row a column; rows on the way to it move on to another one."""
        before, lengths, passed = self._way(row)
        end = passed[-1]
        self._row_prices[row] += lengths[end]
        for column in passed[:-1]:
            self._row_prices[self._row_of[column]] += lengths[end] - lengths[column]
        for column in passed:
            self._column_prices[column] -= lengths[end] - lengths[column]
        column, taker = end, -1
        while taker != row:
            taker = before[column]
            self._row_of[column] = taker
            self.column_of[taker], column = column, self.column_of[taker]

    def _way(self, row: int) -> tuple[list[int], list[float], list[int]]:
        """The shortest way from a row to a free column: row before and length for each column, and columns passed."""
        before, lengths = [-1] * len(self._row_of), [inf] * len(self._row_of)
        left, passed, length = set(self._columns), list[int](), 0.0
        while True:
            costs, base, nearest, column = self._costs[row], length - self._row_prices[row], (inf, True), -1
            for other in left:
                reached = base + costs[other] - self._column_prices[other]
                if reached < lengths[other]:
                    lengths[other], before[other] = reached, row
                if (lengths[other], self._row_of[other] >= 0) < nearest:
                    nearest, column = (lengths[other], self._row_of[other] >= 0), other
            length = lengths[column]
            passed.append(column)
            left.remove(column)
            if self._row_of[column] < 0:
                return before, lengths, passed
            row = self._row_of[column]
