"""Whether the network must look at a picture, or the last look still tells what there is to see.

The picture is compared with the one that the network saw last, not with the one before: a change that comes slowly adds
up until it is seen, and a look never goes missing because two neighbours were alike. A look is due when
- any small patch of the picture differs from the picture last looked at, or
- the light has changed evenly, once: then not again before the next look by time, however long it goes on changing, or
- nothing differs, but the last look is too long ago: `calm_seconds` where nothing is followed, `followed_seconds` where
  something is. Still things (an overflowing bin, a person who sits) are judged like all others, only less often.

What changes all the time (see `detector.restlessness`) makes no look due by itself; it is looked at by time. Noise
opens the gate and costs time; it never closes it. Pure: `(state, luma, clock) -> (state, why a look is due)`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np

from detector.light import evened
from detector.restlessness import Restlessness, beginning, learnt
from detector.settings import GateSettings
from domain.frame import Luma, Picture

_EVEN_SHARE = 0.25  # of all pixels that must have changed before light is thought of
_EVEN_LEAST_LEVEL = 3  # difference in brightness that counts for this: in the dark all changes are small

_RARE_SECONDS = 1.0  # pictures so far apart are looked at
_EARLY_SECONDS = 0.25  # so much before their time


class Due(StrEnum):
    """Why a look is due."""

    CHANGE = "change"  # something differs from the picture last looked at
    LIGHT = "light"  # all of it is brighter or darker, and nothing else differs
    TIME = "time"  # nothing differs, but the last look is too long ago
    FIRST = "first"  # there is no look to compare with


@dataclass(frozen=True, slots=True, eq=False)
class GateState:
    """What a camera's gate remembers: brightness at the last look (blurred), and when that was in seconds.

    `changed` is what differed from the look before it: 255 where a pixel changed, 0 elsewhere; None where there was
    nothing to compare with.
    `shown_clock`: when the last picture came, looked at or not. `light_clock`: when a look was last due to light.
    `restlessness` lasts over looks that failed.
    """

    seen: Luma | None = None
    looked_clock: float = 0.0
    changed: Luma | None = None
    light_clock: float | None = None
    shown_clock: float = 0.0
    restlessness: Restlessness | None = None


def decide(
    state: GateState,
    luma: Luma,
    clock: float,
    *,
    is_following: bool,
    settings: GateSettings,
    may_learn: bool | None = None,
) -> tuple[GateState, Due | None]:
    """Tell whether a look is due at `clock` and why; the state then assumes that the network does look.

    `luma` has shape (height, width), uint8, always of one size; another size is a new scene.
    `may_learn`: what changes now may be learnt as restless; unless said, where nothing is followed.
    """
    learns = not is_following if may_learn is None else may_learn
    now = np.asarray(cv2.blur(luma, (3, 3)), dtype=np.uint8)
    if state.seen is None or state.seen.shape != now.shape:
        known = state.restlessness if state.restlessness is not None and _fits(state.restlessness, now) else None
        known = known or beginning(now.shape, clock)
        return GateState(seen=now, looked_clock=clock, shown_clock=clock, restlessness=known), Due.FIRST
    changed = changed_mask(state.seen, now, settings.change_level)
    is_light = _counted(state, changed) >= settings.change_pixels and _is_light(state, state.seen, now, settings)
    due = _due(state, changed, clock, is_light=is_light, is_following=is_following, settings=settings)
    state = state if is_light or not learns else _learnt(state, changed, clock, settings)
    state = replace(state, shown_clock=clock)
    if due is None:
        return state, None
    light_clock = clock if due is Due.LIGHT else state.light_clock
    return replace(state, seen=now, looked_clock=clock, changed=changed, light_clock=light_clock), due


def _due(
    state: GateState, changed: Luma, clock: float, *, is_light: bool, is_following: bool, settings: GateSettings
) -> Due | None:
    if not is_light and _counted(state, changed) >= settings.change_pixels:
        return Due.CHANGE
    longest = settings.followed_seconds if is_following else settings.calm_seconds
    # The keyframes of an idle camera come as rarely as looks are due, and one that is a little early must not be passed
    # over: the next would come twice too late.
    early = _EARLY_SECONDS if clock - state.shown_clock >= _RARE_SECONDS else 0.0
    if not 0.0 <= clock - state.looked_clock < longest - early:
        return Due.TIME
    is_first = state.light_clock is None or not 0.0 <= clock - state.light_clock < settings.calm_seconds
    return Due.LIGHT if is_light and is_first else None


def _learnt(state: GateState, changed: Luma, clock: float, settings: GateSettings) -> GateState:
    if settings.restless_share == 0.0:
        return state
    known = state.restlessness or beginning(changed.shape, clock)
    return replace(state, restlessness=learnt(known, changed, clock, settings))


def _counted(state: GateState, changed: Luma) -> int:
    return state.restlessness.counted(changed) if state.restlessness is not None else int(cv2.countNonZero(changed))


def _fits(known: Restlessness, now: Luma) -> bool:
    return known.shares.shape == beginning(now.shape, 0.0).shares.shape


def _is_light(state: GateState, seen: Luma, now: Luma, settings: GateSettings) -> bool:
    """Much of the picture differs, and an even change of light explains all of it."""
    if changed_pixels(seen, now, _EVEN_LEAST_LEVEL) < _EVEN_SHARE * now.size:
        return False
    even = evened(seen, now)
    return even is not None and _counted(state, changed_mask(even, now, settings.change_level)) < settings.change_pixels


def changed_mask(before: Luma, now: Luma, level: int) -> Luma:
    """255 where the pictures differ by more than `level` (0 to 255), 0 elsewhere."""
    difference = cv2.absdiff(before, now)
    return np.asarray(cv2.threshold(difference, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def changed_pixels(before: Luma, now: Luma, level: int) -> int:
    """How many pixels differ by more than `level` (0 to 255)."""
    return int(cv2.countNonZero(changed_mask(before, now, level)))


def gate_luma(picture: Picture, settings: GateSettings) -> Luma:
    """The picture's brightness at the gate's size: its longest side is `side_px`, or its own if that is less."""
    shrink = min(1.0, settings.side_px / max(picture.width, picture.height))
    return picture.luma(max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))


def opened(state: GateState) -> GateState:
    """The gate as it must be where a look that was due did not happen: the next picture is looked at."""
    return replace(state, seen=None, changed=None)
