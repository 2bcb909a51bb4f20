"""A profile of the index, as data: what is measured, what it weighs, and where the colours begin.

A profile has a version; a figure names the version it was made with, so a changed profile changes no old figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.risk import RiskClass


class Colour(StrEnum):
    """How often a place is looked at and helped. Never a sanction."""

    RED = "red"
    ORANGE = "orange"
    GREEN = "green"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return tuple(Colour).index(self)

    def at_most(self, other: "Colour") -> "Colour":
        """The worse of the two."""
        return self if self.rank <= other.rank else other


class Measure(StrEnum):
    """How a dimension comes to its value in [0, 1]."""

    SHARE = "share"  # good / total; says nothing without data
    RATE = "rate"  # 1 / (1 + rate / halving), the rate per 100 observed hours; says nothing below the least hours
    SCORE = "score"  # the latest figure out of 100; says nothing without one
    LEVEL = "level"  # a class that somebody assigned, A to D; says nothing without one
    BURDEN = "burden"  # 1 / (1 + burden / halving); what no document says does not burden


class Counted(StrEnum):
    """What a rate counts among the findings that people confirmed."""

    POINTS = "points"
    SEVERE_POINTS = "severe_points"  # those of class I
    REPEATS = "repeats"  # of the same code within the window
    UNRECTIFIED = "unrectified"  # overdue 1, late 0.5, each time that it had to be done again 1
    SLOW_ACKNOWLEDGEMENTS = "slow_acknowledgements"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One of the measures of a group. `weight` is its part of the group, in (0, 1].

    `enough` is the number (of days, hours, papers) from which on it has its full weight. `halving` is the rate or
    burden at which the value is one half. `prior_events` per `prior_hours` (hundreds) is what is assumed beforehand.
    """

    dimension_id: str
    zh: str
    en: str
    weight: float
    measure: Measure
    enough: float = 1.0
    halving: float = 1.0
    counted: Counted | None = None
    prior_events: float = 0.0
    prior_hours: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.weight <= 1.0:
            raise ValueError(f"weight must be in (0, 1], got {self.weight}")
        if self.enough <= 0.0 or self.halving <= 0.0:
            raise ValueError(f"enough and halving must be above 0, got {self.enough} and {self.halving}")
        if (self.counted is None) == (self.measure is Measure.RATE):
            raise ValueError(f"a rate, and nothing else, counts something, got {self.measure} of {self.counted}")
        if self.measure is Measure.RATE and not (self.prior_events > 0.0 and self.prior_hours > 0.0):
            raise ValueError("a rate needs a prior above 0")

    @property
    def is_measured(self) -> bool:
        """Whether it says something only where there are data; a burden is presumed to be none."""
        return self.measure is not Measure.BURDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """企业自查, 部门监管 or 社会监督. `weight` is its part of the index; its dimensions' weights sum to 1."""

    group_id: str
    zh: str
    en: str
    weight: float
    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        total = sum(dimension.weight for dimension in self.dimensions)
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"the weights of group {self.group_id} must sum to 1, got {total:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From `least` on (out of 100) the index has this grade and colour."""

    grade: str
    least: float
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRules:
    """What a confirmed finding of a risk class comes to.

    `points` before its extent (0 to 4); `rectified_credit` is the part that a verified rectification on time gives
    back; the response clock in seconds.
    """

    points: float
    rectified_credit: float
    acknowledge_seconds: int
    rectify_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRules:
    """Points of findings: (base + extent) x 0.5^(age / half-life) x (1 + step x min(n - 1, most)) x (1 - credit)."""

    classes: Mapping[RiskClass, ClassRules]
    half_life_days: float
    repeat_step: float
    most_repeats: int
    late_part: float  # of the credit, for a rectification after the deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class CapRules:
    """Facts that hold the colour down whatever the figure says."""

    open_class_one: Colour
    unresolved_class_one: Colour
    unresolved_after_days: int
    grave_record: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexProfile:
    """A weighted index from 0 to 100.

    `window_days` is how far back findings, hours and days count; `least_hours` observed in it are needed for a number.
    `confidence` is the probability of the interval; a colour changes after `calm_days` beyond a bound. `unverified`
    names what in the file nobody has found in a source. Days are those of `timezone`.
    """

    profile_id: str
    version: str
    zh: str
    en: str
    groups: tuple[Group, ...]
    events: EventRules
    bands: tuple[Band, ...]
    caps: CapRules
    levels: Mapping[str, float]
    window_days: int
    new_days: int
    least_hours: float
    least_coverage: float
    confidence: float
    calm_days: int
    timezone: str = "Asia/Shanghai"
    unverified: tuple[str, ...] = ()
    sources: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        total = sum(group.weight for group in self.groups)
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"the weights of the groups must sum to 1, got {total:g}")
        ids = [dimension.dimension_id for _, dimension in self.dimensions()]
        if len(set(ids)) != len(ids):
            raise ValueError("each dimension must have an id of its own")
        for dimension in (dimension for _, dimension in self.dimensions()):
            if dimension.measure is Measure.RATE and dimension.enough > self.least_hours:
                # More hours would otherwise shift weights, and could lower the index of a place with a clean record.
                raise ValueError(f"{dimension.dimension_id}: enough must be at most least_hours")
        try:
            ZoneInfo(self.timezone)
        except (KeyError, OSError) as error:
            raise ValueError(f"timezone must be an IANA name such as Asia/Shanghai, got {self.timezone!r}") from error
        if not self.bands or self.bands[-1].least != 0.0:
            raise ValueError("the last band must begin at 0")
        if [band.least for band in self.bands] != sorted((band.least for band in self.bands), reverse=True):
            raise ValueError("bands must fall")

    @property
    def label(self) -> str:
        """Name and version, as figures carry it."""
        return f"{self.profile_id}@{self.version}"

    def dimensions(self) -> Iterator[tuple[Group, Dimension]]:
        return ((group, dimension) for group in self.groups for dimension in group.dimensions)

    def today(self, now: datetime) -> date:
        """The day of an instant, as the profile counts days."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def end_of(self, day: date) -> datetime:
        """The instant at which a day is over, in UTC."""
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.timezone)).astimezone(UTC)

    def band(self, value: float) -> Band:
        """The band of a value in [0, 100]."""
        return next(band for band in self.bands if value >= band.least or band is self.bands[-1])
