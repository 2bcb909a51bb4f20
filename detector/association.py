"""Which detection continues which track: the two stages of ByteTrack (Zhang et al. 2022), with reach in seconds.

1. Sure detections against all tracks, by overlap; those left over by distance, because a rat at two frames per
   second is nowhere near its last box.
2. Unsure detections against tracks that were seen in the look before and are still without one, by overlap.

Rows are always paired for the smallest total cost (Hungarian method). Labels never mix.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.assignment import assigned
from detector.settings import TrackerSettings

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Pair = tuple[int, int]

_FORBIDDEN = 1e6
_LARGEST_RATIO = 2.0  # a subject does not double its size between two looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the tracks lead one to expect now.

    `places` has shape (N, 4): centre x, centre y, width, height in frame heights; `labels`, `unseen_seconds`
    and `was_visible` (in the look before this one) have shape (N,).
    """

    places: Array
    labels: npt.NDArray[np.str_]
    unseen_seconds: Array
    was_visible: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Detections of one frame: `places` and `labels` as above, `is_sure` at or above the label's threshold."""

    places: Array
    labels: npt.NDArray[np.str_]
    is_sure: Mask


def associate(expected: Expected, seen: Seen, settings: TrackerSettings) -> list[Pair]:
    """Pairs of (track row, detection row); each row appears once at most."""
    if len(expected.places) == 0 or len(seen.places) == 0:
        return []
    is_same_label = expected.labels[:, None] == seen.labels[None, :]
    shares = place_overlaps(expected.places, seen.places)
    overlap_costs = np.where(is_same_label & (shares >= settings.minimum_overlap), 1.0 - shares, _FORBIDDEN)
    distance_costs = np.where(is_same_label, _distance_costs(expected, seen, settings), _FORBIDDEN)

    every_track = np.ones(len(expected.places), dtype=np.bool_)
    pairs = _pair(overlap_costs, every_track, seen.is_sure)
    pairs += _pair(distance_costs, _without(every_track, pairs, 0), _without(seen.is_sure, pairs, 1))
    return pairs + _pair(overlap_costs, _without(expected.was_visible, pairs, 0), ~seen.is_sure)


def place_overlaps(first: Array, second: Array) -> Array:
    """Intersection over union of every pair, shape (N, M), of boxes as centre x, centre y, width, height."""
    low = np.maximum(first[:, None, :2] - first[:, None, 2:] / 2, second[None, :, :2] - second[None, :, 2:] / 2)
    high = np.minimum(first[:, None, :2] + first[:, None, 2:] / 2, second[None, :, :2] + second[None, :, 2:] / 2)
    shared = np.clip(high - low, 0.0, None).prod(axis=2)
    union = first[:, 2:].prod(axis=1)[:, None] + second[:, 2:].prod(axis=1)[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def _distance_costs(expected: Expected, seen: Seen, settings: TrackerSettings) -> Array:
    """Distance as a share of the track's reach; forbidden beyond it, and for another size."""
    sizes = np.hypot(expected.places[:, 2], expected.places[:, 3])[:, None]
    other_sizes = np.hypot(seen.places[:, 2], seen.places[:, 3])[None, :]
    between = np.hypot(
        expected.places[:, None, 0] - seen.places[None, :, 0], expected.places[:, None, 1] - seen.places[None, :, 1]
    )
    growth = settings.reach_diagonals_per_second * expected.unseen_seconds
    reach = np.minimum(settings.reach_diagonals + growth, settings.maximum_reach_diagonals)[:, None]
    costs = between / ((sizes + other_sizes) / 2) / np.maximum(reach, 1e-9)
    is_alike = (sizes <= _LARGEST_RATIO * other_sizes) & (other_sizes <= _LARGEST_RATIO * sizes)
    return np.where(is_alike & (costs <= 1.0), costs, _FORBIDDEN)


def _pair(costs: Array, tracks: Mask, detections: Mask) -> list[Pair]:
    rows, columns = np.flatnonzero(tracks), np.flatnonzero(detections)
    if len(rows) == 0 or len(columns) == 0:
        return []
    some = costs[np.ix_(rows, columns)]
    # What goes with nothing takes nothing from the others.
    rows, columns = rows[some.min(axis=1) < _FORBIDDEN], columns[some.min(axis=0) < _FORBIDDEN]
    some = costs[np.ix_(rows, columns)]
    return [(int(rows[i]), int(columns[j])) for i, j in assigned(some) if some[i, j] < _FORBIDDEN]


def _without(mask: Mask, pairs: list[Pair], side: int) -> Mask:
    rest = mask.copy()
    rest[[pair[side] for pair in pairs]] = False
    return rest
