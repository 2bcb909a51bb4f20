"""How many cameras a machine holds: few trials, each of which costs half a minute."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """`held` is the largest number that was tried and held (0: none), `lost` the smallest that was not (None: none)."""

    held: int
    lost: int | None

    @property
    def is_exact(self) -> bool:
        """No number between the two was left untried."""
        return self.lost == self.held + 1


def largest_held(is_held: Callable[[int], bool], *, guess: int, limit: int, tries: int) -> Capacity:
    """Start at a guess, step out by a quarter until it turns, then halve what is left.

    `limit` is the largest number worth trying. Spends at most `tries` trials.
    """
    held, lost = 0, None
    number = min(max(1, guess), limit)
    for _ in range(tries):
        if is_held(number):
            held = number
        else:
            lost = number
        if held == limit or lost == held + 1:
            break
        number = _next(held, lost, limit)
    return Capacity(held=held, lost=lost)


def _next(held: int, lost: int | None, limit: int) -> int:
    if lost is None:
        return min(limit, held + max(1, held // 4))
    if held == 0:
        return max(1, min(lost - 1, lost * 3 // 4))
    return (held + lost) // 2
