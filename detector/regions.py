"""Where a picture is worth a closer look: crops near its own resolution, for things too small on the network's input.

A rat across the yard has 12 pixels on a picture that was made 416 wide, and 36 on the one that the camera sent. Places
come from what moved since the last look, from subjects that are followed, and from zones that are marked for it. They
are gathered into squares of one size (so that they can share a network call), and there are never more of them than the
budget allows: places take turns, the one that waited longest first.

Pure: `(state, places, clock) -> (state, crops)`. Boxes are fractions of the picture, crops whole pixels of it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import cv2
import numpy as np

from detector.settings import RegionSettings
from domain.frame import Luma
from domain.geometry import Box

LARGEST_SHARE = 0.25  # of the picture's longer side: what is larger shows well in the full picture, or is the light
MOST_PLACES = 64  # of one picture; rain and switched-on light move everywhere, and nobody can look at all of it
_JOIN_PIXELS = 7  # of the grey picture: a moving thing shows as its two edges, and they belong together
_REMEMBERED_SECONDS = 60.0  # a place that was not proposed for so long is new again
_TILE_OVERLAP = 0.2  # share of a crop that the next one of a large zone repeats, so that a border cuts nothing for good
_OTHERS_PATIENCE = 3.0  # with one crop a picture: how much longer than a followed subject other places must have waited


class Cause(StrEnum):
    """Why a place is worth a closer look."""

    FOLLOWED = "followed"
    MOVED = "moved"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the picture, in fractions of it."""

    box: Box
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width and height of a picture in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """An upright part of a picture in its own pixels; it lies inside the picture."""

    left: int
    top: int
    width: int
    height: int

    def holds(self, box: Box, size: Size) -> bool:
        """The whole box, in fractions of the picture, lies in the crop."""
        return (
            box.left * size.width >= self.left
            and box.top * size.height >= self.top
            and box.right * size.width <= self.left + self.width
            and box.bottom * size.height <= self.top + self.height
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionState:
    """What is remembered of one camera: crops saved up, and when each part of the picture had its last closer look.

    `looked` is keyed by column and row of a grid of half a crop's side; its size is bounded by the picture's.
    """

    saved: float = 0.0
    clock: float | None = None
    looked: Mapping[tuple[int, int], float] = field(default_factory=dict)


def moved_places(mask: Luma, *, largest_share: float = LARGEST_SHARE) -> list[Place]:
    """Blobs of the gate's mask of changed pixels (uint8, 0 is unchanged), the largest first.

    What is larger than `largest_share` of the picture's longer side is left out: the full picture shows it well, or
    it is the light.
    """
    joined = cv2.dilate(mask, np.ones((_JOIN_PIXELS, _JOIN_PIXELS), dtype=np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    height, width = mask.shape
    margin = _JOIN_PIXELS // 2
    found: list[tuple[int, Place]] = []
    for number in range(1, count):  # 0 is what did not change
        left, top, wide, high, area = (int(value) for value in stats[number])
        if max(wide, high) - 2 * margin > largest_share * max(width, height):
            continue
        edges = (left + margin, top + margin, left + wide - margin, top + high - margin)
        box = Box.clipped(edges[0] / width, edges[1] / height, edges[2] / width, edges[3] / height)
        if box is not None:
            found.append((area, Place(box, Cause.MOVED)))
    found.sort(key=lambda each: -each[0])
    return [place for _, place in found[:MOST_PLACES]]


def covering(places: Sequence[Place], size: Size, side_px: int) -> list[tuple[Crop, Cause]]:
    """Squares of `side_px` that hold the places; neighbours share one, and its cause is that of the first place.

    Where the picture is lower or narrower than a square they are cut to it: all crops of one picture have one shape.
    A place larger than a crop is covered by several.
    """
    wide, high = min(side_px, size.width), min(side_px, size.height)
    crops: list[tuple[Crop, Cause]] = []
    for place in places[:MOST_PLACES]:
        for x in _centres(place.box.left, place.box.right, size.width, wide):
            for y in _centres(place.box.top, place.box.bottom, size.height, high):
                crop = Crop(
                    left=_inside(x - wide / 2, size.width - wide),
                    top=_inside(y - high / 2, size.height - high),
                    width=wide,
                    height=high,
                )
                if not any(_covers(other, crop, place.box, size) for other, _ in crops):
                    crops.append((crop, place.cause))
    return crops


def chosen(
    state: RegionState, crops: Sequence[tuple[Crop, Cause]], clock: float, settings: RegionSettings
) -> tuple[RegionState, list[Crop]]:
    """As many of the crops as the budget allows at `clock` (seconds, monotonic), and the state after looking at them.

    Those that waited longest come first. What is followed comes before all others, or its track would lose it; but one
    crop of each picture is left to the others, and with one crop a picture they have it when they waited three times
    as long.
    """
    passed = 0.0 if state.clock is None else max(0.0, clock - state.clock)
    most = float(settings.crops_per_frame)
    # The first picture may use a whole frame's budget; afterwards it fills up by the second.
    saved = most if state.clock is None else min(most, state.saved + passed * settings.crops_per_second)
    looked = {key: at for key, at in state.looked.items() if 0.0 <= clock - at <= _REMEMBERED_SECONDS}
    taken = _in_turn(crops, looked, clock, count=int(saved + 1e-9))
    looked |= {_key(crop): clock for crop in taken}
    return replace(state, saved=saved - len(taken), clock=clock, looked=looked), taken


def _in_turn(
    crops: Sequence[tuple[Crop, Cause]], looked: Mapping[tuple[int, int], float], clock: float, *, count: int
) -> list[Crop]:
    if count < 1:
        return []

    def waited(crop: Crop) -> float:
        return clock - looked.get(_key(crop), -math.inf)

    by_waiting = sorted(crops, key=lambda each: -waited(each[0]))  # stable: equal ones stay in the order of proposal
    followed = [crop for crop, cause in by_waiting if cause is Cause.FOLLOWED]
    others = [crop for crop, cause in by_waiting if cause is not Cause.FOLLOWED]
    if count == 1 and followed and others:
        is_others_turn = waited(others[0]) > _OTHERS_PATIENCE * waited(followed[0])
        return [others[0] if is_others_turn else followed[0]]
    first = followed[: count - 1] if others else followed[:count]
    rest = [*others, *followed[len(first) :]]
    return [*first, *rest[: count - len(first)]]


def _key(crop: Crop) -> tuple[int, int]:
    return (2 * crop.left // crop.width, 2 * crop.top // crop.height)


def _centres(low: float, high: float, length: int, side: int) -> list[float]:
    """Along one axis in pixels: the middle of a stretch, or of each crop that it takes to cover it."""
    first, last = low * length, high * length
    if last - first <= side:
        return [(first + last) / 2]
    step = side * (1 - _TILE_OVERLAP)
    count = math.ceil((last - first - side) / step) + 1
    spread = (last - first - side) / (count - 1)
    return [first + side / 2 + number * spread for number in range(count)]


def _covers(other: Crop, crop: Crop, box: Box, size: Size) -> bool:
    """An earlier crop already shows what this one is for."""
    return other == crop or other.holds(box, size)


def _inside(edge: float, highest: int) -> int:
    return min(max(0, round(edge)), highest)
