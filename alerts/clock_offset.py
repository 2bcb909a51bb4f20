"""How far this machine's clock is from a time stamp authority's, from one stamp. Pure.

The authority says when it stamped, somewhere between the question and the answer. As Cristian's algorithm has it, the
middle of the round trip is the best guess of when that was by our clock, and half the round trip the most by which the
guess can be wrong (F. Cristian, Probabilistic clock synchronization, Distributed Computing 3, 1989).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# RFC 3161, 2.4.2: the time in a stamp need not be finer than a second, and an authority need not name its accuracy.
UNNAMED_ACCURACY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOffset:
    """What has to be added to this machine's clock to get the authority's. Positive: this machine's clock is slow.

    The true offset is within `seconds` ± `uncertainty_seconds` if the authority is as accurate as it says.
    `accuracy_seconds` is what it says, and is part of the uncertainty; None: it says nothing, one second was taken.
    """

    seconds: float
    uncertainty_seconds: float
    accuracy_seconds: float | None


def measured(
    stamped_at: datetime, *, asked_at: datetime, answered_at: datetime, waited: timedelta, accuracy: timedelta | None
) -> ClockOffset:
    """The offset by a stamp. `asked_at` and `answered_at` are by this machine's clock, `waited` by its steady one.

    A clock that was set in between shows in the difference of the two; half of it is added to the uncertainty, so that
    the answer holds for the clock before and after. Raises ValueError for a wait or an accuracy below zero.
    """
    if waited < timedelta(0) or (accuracy is not None and accuracy < timedelta(0)):
        raise ValueError(f"expected a wait and an accuracy of zero or more, got {waited} and {accuracy}")
    told = answered_at - asked_at
    named = UNNAMED_ACCURACY if accuracy is None else accuracy
    return ClockOffset(
        seconds=(stamped_at - (asked_at + told / 2)).total_seconds(),
        uncertainty_seconds=(named + waited / 2 + abs(told - waited) / 2).total_seconds(),
        accuracy_seconds=None if accuracy is None else accuracy.total_seconds(),
    )
