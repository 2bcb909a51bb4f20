"""How far a network's scores are from those of another one that it was made from. No labels are needed."""

from collections.abc import Sequence

import numpy as np

from domain.geometry import FloatArray

LEAST_SCORE = 0.1  # of the original: what both call nothing says nothing about either


def score_error(found: Sequence[FloatArray], original: Sequence[FloatArray]) -> float:
    """Mean over anchors of the largest difference in any label's score; 0 where no anchor has a score worth naming.

    Both hold outputs of raw heads, shape (batch, 4 + labels, anchors), for the same pictures in the same order.
    Raises ValueError where shapes differ.
    """
    errors = [_errors(ours, theirs) for ours, theirs in zip(found, original, strict=True)]
    joined = np.concatenate(errors) if errors else np.zeros(0)
    return float(joined.mean()) if len(joined) else 0.0


def _errors(found: FloatArray, original: FloatArray) -> FloatArray:
    if found.shape != original.shape:
        raise ValueError(f"outputs must have the same shape, got {found.shape} and {original.shape}")
    ours, theirs = found[:, 4:], original[:, 4:]
    rows = theirs.max(axis=1) >= LEAST_SCORE
    return np.asarray(np.abs(ours - theirs).max(axis=1)[rows], dtype=np.float32)
