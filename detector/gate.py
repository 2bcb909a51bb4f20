"""Whether the network must look at a picture, or the last look still tells what there is to see.

The picture is compared with the one that the network saw last, not with the one before: a change that comes slowly adds
up until it is seen, and a look never goes missing because two neighbours were alike. A look is due when
- any small patch of the picture differs from the picture last looked at, or
- nothing differs, but the last look is too long ago: `calm_seconds` where nothing is followed, `followed_seconds` where
  something is. Still things (an overflowing bin, a person who sits) are judged like all others, only less often.

Noise opens the gate and costs time; it never closes it. Pure: `(state, luma, clock) -> (state, why a look is due)`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np

from detector.settings import GateSettings
from domain.frame import Luma, Picture


class Due(StrEnum):
    """Why a look is due."""

    CHANGE = "change"  # something differs from the picture last looked at
    TIME = "time"  # nothing differs, but the last look is too long ago
    FIRST = "first"  # there is no look to compare with


@dataclass(frozen=True, slots=True)
class GateState:
    """What a camera's gate remembers: brightness at the last look (blurred), and when that was in seconds."""

    seen: Luma | None = None
    looked_clock: float = 0.0


def decide(
    state: GateState, luma: Luma, clock: float, *, is_following: bool, settings: GateSettings
) -> tuple[GateState, Due | None]:
    """Tell whether a look is due at `clock` and why; the state then assumes that the network does look.

    `luma` has shape (height, width), uint8, always of one size; another size is a new scene.
    """
    blurred = np.asarray(cv2.blur(luma, (3, 3)), dtype=np.uint8)
    due = _due(state, blurred, clock, is_following=is_following, settings=settings)
    return (state if due is None else GateState(seen=blurred, looked_clock=clock)), due


def _due(state: GateState, now: Luma, clock: float, *, is_following: bool, settings: GateSettings) -> Due | None:
    if state.seen is None or state.seen.shape != now.shape:
        return Due.FIRST
    if changed_pixels(state.seen, now, settings.change_level) >= settings.change_pixels:
        return Due.CHANGE
    longest = settings.followed_seconds if is_following else settings.calm_seconds
    return None if 0.0 <= clock - state.looked_clock < longest else Due.TIME


def changed_pixels(before: Luma, now: Luma, level: int) -> int:
    """How many pixels differ by more than `level` (0 to 255)."""
    difference = cv2.absdiff(before, now)
    return int(cv2.countNonZero(cv2.threshold(difference, level, 255, cv2.THRESH_BINARY)[1]))


def gate_luma(picture: Picture, settings: GateSettings) -> Luma:
    """The picture's brightness at the gate's size: its longest side is `side_px`, or its own if that is less."""
    shrink = min(1.0, settings.side_px / max(picture.width, picture.height))
    return picture.luma(max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))


def opened(state: GateState) -> GateState:
    """The gate as it must be where a look that was due did not happen: the next picture is looked at."""
    return replace(state, seen=None)
