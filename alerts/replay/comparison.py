"""Two outcomes of one log side by side: what stays, what goes, what comes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.replay.run import Replayed, ReplayedAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeComparison:
    """One code: pairs that both settings raise, and what only one of them does."""

    code: str
    both: tuple[tuple[ReplayedAlert, ReplayedAlert], ...]
    only_before: tuple[ReplayedAlert, ...]
    only_after: tuple[ReplayedAlert, ...]

    @property
    def before(self) -> int:
        return len(self.both) + len(self.only_before)

    @property
    def after(self) -> int:
        return len(self.both) + len(self.only_after)

    @property
    def is_same(self) -> bool:
        """The same alerts, perhaps sooner or later."""
        return not (self.only_before or self.only_after)


def compared(before: Replayed, after: Replayed) -> tuple[CodeComparison, ...]:
    """Code by code. Two alerts are the same if they are about one camera and their times have a moment in common."""
    codes = sorted({*before.codes, *after.codes})
    return tuple(_compared(code, before.of(code), after.of(code)) for code in codes)


def _compared(code: str, before: Sequence[ReplayedAlert], after: Sequence[ReplayedAlert]) -> CodeComparison:
    left, both, only_before = list(after), [], []
    for alert in before:
        # Of several the one that begins nearest, so that two rats at once stay two pairs.
        fitting = [other for other in left if _is_same(alert, other)]
        other = min(fitting, key=lambda each: abs(each.started_second - alert.started_second), default=None)
        if other is None:
            only_before.append(alert)
        else:
            left.remove(other)
            both.append((alert, other))
    return CodeComparison(code=code, both=tuple(both), only_before=tuple(only_before), only_after=tuple(left))


def _is_same(alert: ReplayedAlert, other: ReplayedAlert) -> bool:
    return (
        alert.camera_id == other.camera_id
        and alert.started_second <= other.last_second
        and other.started_second <= alert.last_second
    )
