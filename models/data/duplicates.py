"""Pictures that show nearly the same: the same photo scaled, recompressed, mirrored, or a frame a moment later.

Two hashes of 64 bits each must agree: dHash (is a cell brighter than its right neighbour; N. Krawetz, "Kind of Like
That", 2013) and pHash (signs of the low frequencies of a cosine transform; C. Zauner, "Implementation and Benchmarking
of Perceptual Image Hash Functions", 2010). Candidates are found by banding: of hashes that differ in at most d bits,
cut into d + 1 bands, one band is equal (pigeonhole principle).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from domain.frame import Pixels

HashArray = npt.NDArray[np.uint64]

DIFFERENCE_BITS = 6
FREQUENCY_BITS = 12
SCENE_DIFFERENCE_BITS = 16
_LARGEST_BLOCK = 2048


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes of one picture and of its mirror image, 64 bits each."""

    difference: int
    frequency: int
    mirrored_difference: int
    mirrored_frequency: int


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two places in a list of fingerprints whose pictures nearly agree, the lower place first."""

    first: int
    second: int


def fingerprint(pixels: Pixels) -> Fingerprint:
    """Hashes of BGR pixels of shape (height, width, 3)."""
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (64, 64), interpolation=cv2.INTER_AREA)
    mirrored = small[:, ::-1]
    return Fingerprint(
        _difference_hash(small), _frequency_hash(small), _difference_hash(mirrored), _frequency_hash(mirrored)
    )


def _difference_hash(grey: npt.NDArray[np.uint8]) -> int:
    cells = cv2.resize(np.ascontiguousarray(grey), (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    return _packed(cells[:, :-1] > cells[:, 1:])


def _frequency_hash(grey: npt.NDArray[np.uint8]) -> int:
    cells = cv2.resize(np.ascontiguousarray(grey), (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(cells)[:8, :8].ravel()
    low[0] = 0.0  # the mean brightness says nothing of what is shown
    return _packed(low > np.median(low[1:]))


def _packed(bits: npt.NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")


def near_pairs(
    prints: Sequence[Fingerprint],
    *,
    difference_bits: int = DIFFERENCE_BITS,
    frequency_bits: int = FREQUENCY_BITS,
) -> list[NearPair]:
    """Pairs that differ in at most so many bits of either hash, mirrored or not, in order of their places.

    Of pictures with equal hashes only one is paired with the others, and the rest with it: a thousand black pictures
    are a thousand pairs, not half a million.
    """
    if len(prints) < 2:
        return []
    kept, found = _without_equals(prints)
    count = len(kept)
    chosen = [prints[place] for place in kept]
    difference = np.array([p.difference for p in chosen] + [p.mirrored_difference for p in chosen], dtype=np.uint64)
    frequency = np.array([p.frequency for p in chosen] + [p.mirrored_frequency for p in chosen], dtype=np.uint64)
    places = np.array(kept)
    for first, second in _candidates(difference, difference_bits + 1):
        near = (_distance(difference, first, second) <= difference_bits) & (
            _distance(frequency, first, second) <= frequency_bits
        )
        one, other = places[first[near] % count], places[second[near] % count]
        lower, upper = np.minimum(one, other), np.maximum(one, other)
        found.update(zip(lower[lower != upper].tolist(), upper[lower != upper].tolist(), strict=True))
    return [NearPair(*pair) for pair in sorted(found)]


def _without_equals(prints: Sequence[Fingerprint]) -> tuple[list[int], set[tuple[int, int]]]:
    """Places of different fingerprints, and the first equal one of each of the others."""
    firsts: dict[Fingerprint, int] = {}
    equals = {(first, place) for place, each in enumerate(prints) if (first := firsts.setdefault(each, place)) != place}
    return sorted(firsts.values()), equals


def _distance(hashes: HashArray, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]) -> npt.NDArray[np.uint8]:
    return np.asarray(np.bitwise_count(hashes[first] ^ hashes[second]), dtype=np.uint8)


def _candidates(hashes: HashArray, bands: int) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Pairs of places with one equal band, a block at a time; a pair may come more than once."""
    edges = np.linspace(0, 64, bands + 1).astype(int)
    for start, stop in pairwise(edges.tolist()):
        keys = (hashes >> np.uint64(start)) & np.uint64((1 << (stop - start)) - 1)
        order = np.argsort(keys, kind="stable")
        cuts = np.flatnonzero(np.diff(keys[order])) + 1
        for bucket in np.split(order, cuts):
            yield from _pairs(bucket)


def _pairs(bucket: npt.NDArray[np.intp]) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    if len(bucket) < 2:
        return
    for begin in range(0, len(bucket), _LARGEST_BLOCK):
        rows = bucket[begin : begin + _LARGEST_BLOCK]
        for other in range(begin, len(bucket), _LARGEST_BLOCK):
            columns = bucket[other : other + _LARGEST_BLOCK]
            first, second = np.nonzero(np.arange(len(rows))[:, None] + begin < np.arange(len(columns))[None, :] + other)
            yield rows[first], columns[second]


def is_near(first: Fingerprint, second: Fingerprint, *, difference_bits: int = SCENE_DIFFERENCE_BITS) -> bool:
    """Tell whether two pictures could be neighbours in one recording: looser than a near-duplicate, not mirrored."""
    return (first.difference ^ second.difference).bit_count() <= difference_bits


class Groups:
    """Joins places into groups (union-find with path halving)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def join(self, first: int, second: int) -> None:
        """Put two places, and all that hang together with them, into one group."""
        one, other = self._root(first), self._root(second)
        self._parents[max(one, other)] = min(one, other)

    def join_all(self, pairs: Iterable[NearPair]) -> None:
        for pair in pairs:
            self.join(pair.first, pair.second)

    def root(self, place: int) -> int:
        """The lowest place of the group."""
        return self._root(place)

    def members(self) -> list[list[int]]:
        """Groups in order of their lowest place, each in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self._parents)):
            found[self._root(place)].append(place)
        return [found[root] for root in sorted(found)]

    def _root(self, place: int) -> int:
        parents = self._parents
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place
