"""Which row goes with which column at the smallest total cost (Jonker-Volgenant, by the library `lap`).

SciPy has the same, but its package takes 45 MB of memory in every process that imports it.
"""

import lap
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
    _, column_of, _ = lap.lapjv(costs, extend_cost=True)
    return [(row, int(column)) for row, column in enumerate(column_of) if column >= 0]
