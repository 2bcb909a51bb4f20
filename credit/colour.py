"""Red, orange, green: calm on purpose. A colour follows the figure only after days beyond doubt; caps act at once.

Bands are of the value. The colour leaves its place when the whole interval lies in another colour for `calm_days`, so
a figure that wavers about a cut does not send inspectors back and forth. A cap (an open finding of class I, a grave
record) is a fact and waits for nothing; when it is over the colour beneath is shown again.
"""

from dataclasses import dataclass, replace
from datetime import date

from credit.index import Assessment, Standing
from credit.profile import Colour, IndexProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The colour without caps since a day, and where it leans to since when (None: nowhere).

    `leaning_days` of which the figure is known lie on that side, the last one is `leaning_until`.
    """

    colour: Colour
    since: date
    leaning: Colour | None = None
    leaning_since: date | None = None
    leaning_days: int = 0
    leaning_until: date | None = None


def hold(before: Held | None, assessment: Assessment, profile: IndexProfile) -> Held | None:
    """The colour beneath the caps after the day of the assessment; None as long as there never was a number.

    Days must come in order; a day that is not after the last one known changes nothing by itself.
    """
    day = assessment.facts.as_of
    if assessment.standing is not Standing.KNOWN or assessment.value is None:
        return before  # what is not known moves nothing
    if before is None:
        return Held(colour=profile.band(assessment.value).colour, since=day)
    leaning = _pulled(before.colour, assessment, profile)
    if leaning is None:
        return Held(colour=before.colour, since=before.since)
    is_same_way = before.leaning is not None and (before.leaning.rank < before.colour.rank) == (
        leaning.rank < before.colour.rank
    )
    if not is_same_way:
        return replace(before, leaning=leaning, leaning_since=day, leaning_days=1, leaning_until=day)
    is_new_day = before.leaning_until is None or day > before.leaning_until
    days = before.leaning_days + is_new_day  # a day of which nothing is known is no day beyond doubt
    if days > profile.calm_days:
        return Held(colour=leaning, since=day)
    return replace(before, leaning=leaning, leaning_days=days, leaning_until=day)


def shown(held: Held | None, assessment: Assessment) -> Colour | None:
    """The colour that people see: never better than the caps allow, and none where nothing is known."""
    if assessment.standing is not Standing.KNOWN:
        return assessment.cap if assessment.caps else None
    return None if held is None else held.colour.at_most(assessment.cap)


def _pulled(colour: Colour, assessment: Assessment, profile: IndexProfile) -> Colour | None:
    """The other colour in which the whole interval lies; the nearest one, should it span two."""
    assert assessment.low is not None
    assert assessment.high is not None
    best, worst = profile.band(assessment.high).colour, profile.band(assessment.low).colour
    if best.rank < colour.rank:
        return best
    return worst if worst.rank > colour.rank else None
