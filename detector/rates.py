"""How often something happens per hour, and how sure that is. Pure part."""

from dataclasses import dataclass

from scipy.stats import chi2

from detector.evaluation import Interval

_LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`count` in `hours` of footage; `per_hour` and `interval` are None where no footage counts."""

    count: int
    hours: float

    @property
    def per_hour(self) -> float | None:
        return self.count / self.hours if self.hours > 0 else None

    @property
    def interval(self) -> Interval | None:
        """Where the rate lies with 95 % confidence."""
        if self.hours <= 0:
            return None
        counts = garwood(self.count)
        return Interval(low=counts.low / self.hours, high=counts.high / self.hours)

    def plus(self, other: "Rate") -> "Rate":
        return Rate(count=self.count + other.count, hours=self.hours + other.hours)


NO_RATE = Rate(count=0, hours=0.0)


def garwood(count: int) -> Interval:
    """Where the mean of a Poisson variable lies with 95 % confidence after it was seen to be `count`.

    F. Garwood, "Fiducial Limits for the Poisson Distribution", 1936: chi²(0.025, 2n)/2 to chi²(0.975, 2n + 2)/2. It is
    exact for events that happen independently; those of one moment (two frames of one wrong look) are not.
    """
    tail = (1 - _LEVEL) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return Interval(low=low, high=float(chi2.ppf(1 - tail, 2 * count + 2)) / 2)
