"""The grading schemes of other countries, as they were published: component scores, track records, tables of points.

They grade an officer's inspection or a licence's record, never what a camera saw. Pure; the numbers are data
(credit/profiles).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit.profile import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The letter, number or word that a scheme gives, with the colour that we show it in."""

    grade: str
    colour: Colour | None


# Component scores (United Kingdom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    component_id: str
    zh: str
    en: str
    greatest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Given where the sum is at most `total` and no component exceeds `worst`."""

    grade: Grade
    total: int
    worst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentScheme:
    """Lower is better; the first rating that fits is given, so one bad component caps it."""

    profile_id: str
    version: str
    zh: str
    en: str
    components: tuple[Component, ...]
    ratings: tuple[Rating, ...]
    unverified: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def grade(self, scores: Mapping[str, int]) -> Grade:
        """Raises ValueError unless each component has a score between 0 and its greatest."""
        for component in self.components:
            score = scores.get(component.component_id)
            if score is None or not 0 <= score <= component.greatest:
                raise ValueError(f"{component.component_id} must be 0 to {component.greatest}, got {score}")
        if len(scores) != len(self.components):
            raise ValueError(f"scores must be of {', '.join(each.component_id for each in self.components)}")
        total, worst = sum(scores.values()), max(scores.values())
        return next(
            (each.grade for each in self.ratings if total <= each.total and worst <= each.worst),
            self.ratings[-1].grade,
        )


# Track records (Singapore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demerit:
    """Points given on a day."""

    day: date
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGrade:
    """Given to a good record of more than so many years."""

    grade: Grade
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScheme:
    """The longer a record without suspension or conviction, the better."""

    profile_id: str
    version: str
    zh: str
    en: str
    grades: tuple[RecordGrade, ...]
    new: str
    after_suspension: Grade
    window_months: int
    suspension_points: int
    points: Mapping[str, int]
    unverified: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def grade(self, *, licensed_on: date, as_of: date, blemishes: Sequence[date] = ()) -> Grade:
        """`blemishes` are the days of suspensions and convictions. Raises ValueError for days in the future."""
        if licensed_on > as_of or any(day > as_of for day in blemishes):
            raise ValueError(f"days must not be after {as_of}")
        last = max(blemishes, default=None)
        since = licensed_on if last is None else max(last, licensed_on)
        for each in self.grades:
            if as_of > _years_after(since, each.years):
                return each.grade
        return Grade(grade=self.new, colour=None) if last is None else self.after_suspension

    def points_on(self, day: date, demerits: Sequence[Demerit]) -> int:
        """Demerit points inside the sliding window that ends on the day."""
        start = _months_before(day, self.window_months)
        return sum(each.points for each in demerits if start < each.day <= day)

    def is_suspended(self, day: date, demerits: Sequence[Demerit]) -> bool:
        return self.points_on(day, demerits) >= self.suspension_points


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _months_before(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"no day in {year}-{month + 1}")


# Tables of points (New York)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointKind:
    kind_id: str
    zh: str
    en: str
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointGrade:
    """Given to at most so many points; None: to any number."""

    grade: Grade
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointScheme:
    """`pending` is shown while a party contests, `not_yet` before a re-inspection, neither is a grade."""

    profile_id: str
    version: str
    zh: str
    en: str
    kinds: tuple[PointKind, ...]
    conditions: int
    grades: tuple[PointGrade, ...]
    pending: str
    not_yet: str
    unverified: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def points(self, violations: Sequence[tuple[str, int]]) -> int:
        """Of (kind, condition) pairs; the condition is 1 to 5, and each level above 1 adds one point."""
        least = {each.kind_id: each.least for each in self.kinds}
        total = 0
        for kind, condition in violations:
            if kind not in least:
                raise ValueError(f"a kind is one of {', '.join(least)}, got {kind!r}")
            if not 1 <= condition <= self.conditions:
                raise ValueError(f"a condition is 1 to {self.conditions}, got {condition}")
            total += least[kind] + condition - 1
        return total

    def grade(self, points: int, *, is_first_inspection: bool = False, is_contested: bool = False) -> Grade:
        """A first inspection gives the best grade or none; a contested one is pending."""
        if points < 0:
            raise ValueError(f"points must be at least 0, got {points}")
        found = next(each.grade for each in self.grades if each.most is None or points <= each.most)
        if found == self.grades[0].grade:
            return found
        if is_contested:
            return Grade(grade=self.pending, colour=None)
        return Grade(grade=self.not_yet, colour=None) if is_first_inspection else found


Scheme = ComponentScheme | RecordScheme | PointScheme
