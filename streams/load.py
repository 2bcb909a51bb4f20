"""How often cameras are looked at while there is more to look at than can be looked at.

One number says how far all cameras are slowed: 0 is not at all. From 0 to 1 it takes calm cameras (nothing is followed
there) from their own rate down to the least one; from 1 to 2 it takes the others down to theirs. Within a class every
camera gives the same share of its way down, so nobody pays for another.

It rises quickly, by the share of pictures that were lost, and falls slowly: only after a while without loss in which
the networks also had time to spare. A try to speed up that fails makes the next one wait twice as long.

Pure: `(state, reading, clock) -> state`.
"""

from dataclasses import dataclass, replace

from streams.settings import LoadSettings

CALM_FULL = 1.0  # of the level: calm cameras are at their least rate
ALL_FULL = 2.0  # everybody is
_LEAST_RISE, _GREATEST_RISE = 0.1, 0.5  # of the level, for one reading
_FALL = 0.05
_LEAST_SPARE = 0.1  # share of the time that somebody waited for pictures, to speed up
_SOON_READINGS = 3  # an overload so soon after a step down is the step's fault
_LONGEST_PATIENCE = 16  # times `recovery_seconds`


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What happened since the last reading to pictures of live cameras, `seconds` long.

    `taken` and `lost` are pictures; lost are those that a newer one superseded or that went stale before anybody took
    them. `longest_wait` is that of a picture that was taken, in seconds. `spare` is the share of the time in which at
    least one thread waited for a picture, in [0, 1].
    """

    seconds: float
    taken: int
    lost: int
    longest_wait: float
    spare: float

    @property
    def lost_share(self) -> float:
        due = self.taken + self.lost
        return self.lost / due if due else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadState:
    """`level` in [0, 2]. `calm_clock`: since when there was no overload; `patience`: times `recovery_seconds`."""

    level: float = 0.0
    calm_clock: float | None = None
    patience: int = 1
    fall_clock: float | None = None

    @property
    def is_slowed(self) -> bool:
        return self.level > 0.0


def governed(state: LoadState, reading: Reading, now: float, settings: LoadSettings) -> LoadState:
    """The state after a reading at `now`, in seconds of the monotonic clock."""
    if not settings.is_on:
        return LoadState()
    if reading.taken == 0:  # nobody looks at all: fewer pictures would not help
        return replace(state, calm_clock=None)
    if reading.lost_share > settings.lost_share or reading.longest_wait > settings.wait_seconds:
        return _risen(state, reading, now)
    if state.level == 0.0:
        return LoadState()
    since = now if state.calm_clock is None else state.calm_clock
    state = replace(state, calm_clock=since)
    has_room = reading.spare >= _LEAST_SPARE and reading.longest_wait <= settings.wait_seconds / 2
    if not has_room or now - since < state.patience * settings.recovery_seconds:
        return state
    # Once it falls it goes on falling with every reading, as long as there is room.
    return replace(state, level=max(0.0, round(state.level - _FALL, 6)), fall_clock=now)


def _risen(state: LoadState, reading: Reading, now: float) -> LoadState:
    rise = min(_GREATEST_RISE, max(_LEAST_RISE, reading.lost_share))
    was_the_fall = state.fall_clock is not None and now - state.fall_clock <= _SOON_READINGS * reading.seconds
    patience = min(_LONGEST_PATIENCE, 2 * state.patience) if was_the_fall else state.patience
    return LoadState(level=min(ALL_FULL, round(state.level + rise, 6)), patience=patience)


def effective_fps(asked_fps: float, *, is_followed: bool, level: float, settings: LoadSettings) -> float:
    """Pictures per second that a camera is looked at; never more than asked for, and never below its class's least."""
    least = min(asked_fps, settings.followed_least_fps if is_followed else settings.calm_least_fps)
    way = min(1.0, max(0.0, level - CALM_FULL if is_followed else level))
    return asked_fps - way * (asked_fps - least)


def share(level: float, *, is_followed: bool) -> float:
    """1 where cameras of the class keep their rate, 0 where they are at their least one."""
    return 1.0 - min(1.0, max(0.0, level - CALM_FULL if is_followed else level))
