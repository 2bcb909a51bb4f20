"""What confirmed findings come to: points, repeats, deadlines missed, each per 100 observed hours.

Formula (design, after the minima of the New York table): points = (base + extent) x 0.5^(age / half-life)
x (1 + step x min(n - 1, most)) x (1 - credit), where n counts findings of the same code inside the window and the
credit is for a rectification that a second person verified. rate = (sum + a) / (observed hours / 100 + b).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from credit.facts import Facts, Finding, Remedy
from credit.profile import Counted, Dimension, EventRules
from domain.risk import RiskClass

HOURS_OF_A_RATE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A finding with its points now. `ordinal` is which of its code inside the window it is, from 1."""

    finding: Finding
    ordinal: int
    recency: float
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Per 100 observed hours, with the bounds of its interval."""

    value: float
    low: float
    high: float


def weighed(findings: Iterable[Finding], rules: EventRules, as_of: date) -> tuple[Weighed, ...]:
    """Every finding that has points by the profile, oldest first. `findings` must be in order (Facts.inside)."""
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        of_class = rules.classes.get(finding.risk_class)
        if of_class is None:
            continue
        seen[finding.code] += 1
        ordinal = seen[finding.code]
        recency = 0.5 ** ((as_of - finding.day).days / rules.half_life_days)
        repeat = 1.0 + rules.repeat_step * min(ordinal - 1, rules.most_repeats)
        left = 1.0 - _credit(finding.remedy, of_class.rectified_credit, rules.late_part)
        points = (of_class.points + finding.extent) * recency * repeat * left
        found.append(Weighed(finding=finding, ordinal=ordinal, recency=recency, points=points))
    return tuple(found)


def _credit(remedy: Remedy, on_time: float, late_part: float) -> float:
    if remedy is Remedy.ON_TIME:
        return on_time
    return on_time * late_part if remedy is Remedy.LATE else 0.0


def sizes(counted: Counted, found: Sequence[Weighed], as_of: date) -> list[float]:
    """What each finding adds to a count; those that add nothing are left out.

    Every one of these grows, or stays, with each further finding, and falls, or stays, with each rectification: the
    index could otherwise reward a violation.
    """
    if counted is Counted.POINTS:
        values = [each.points for each in found]
    elif counted is Counted.SEVERE_POINTS:
        values = [each.points for each in found if each.finding.risk_class is RiskClass.I]
    elif counted is Counted.REPEATS:
        values = [each.recency for each in found if each.ordinal > 1]
    elif counted is Counted.UNRECTIFIED:
        values = [each.recency * _missed(each.finding, as_of) for each in found]
    else:
        values = [each.recency for each in found if each.finding.is_acknowledged_slowly]
    return [value for value in values if value > 0.0]


def _missed(finding: Finding, as_of: date) -> float:
    late = 0.5 if finding.remedy is Remedy.LATE else 0.0
    return finding.redone + (1.0 if finding.is_overdue(as_of) else late)


def rate_of(dimension: Dimension, found: Sequence[Weighed], facts: Facts, confidence: float) -> Rate:
    """The rate with its interval: a gamma distribution with the mean and variance of a compound Poisson sum.

    The prior stands for one event of `prior_events` points in `prior_hours` hundreds of hours.
    """
    assert dimension.counted is not None
    values = sizes(dimension.counted, found, facts.as_of)
    from scipy.special import gammaincinv  # 20 MB that a service without enterprises to rate never needs

    hours = facts.observed_hours / HOURS_OF_A_RATE + dimension.prior_hours
    total = sum(values) + dimension.prior_events
    squares = sum(value * value for value in values) + dimension.prior_events**2
    mean, shape = total / hours, total * total / squares
    tail = (1.0 - confidence) / 2.0
    low, high = (float(gammaincinv(shape, part)) * mean / shape for part in (tail, 1.0 - tail))
    return Rate(value=mean, low=min(low, mean), high=max(high, mean))
