"""When a rule is awake: weekly opening hours of a site in its own time zone, with days that are closed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.frame import require_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """One stretch of a week; `weekday` 0 is Monday.

    `end` at or before `start` means "until that time on the next day"; equal times are a whole day.
    """

    weekday: int
    start: time
    end: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"weekday must be 0 (Monday) to 6 (Sunday), got {self.weekday}")
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("start and end are wall times of the site and must carry no time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyHours:
    """One stretch of every day, by the clock on the wall.

    `end` at or before `start` means "until that time on the next day"; equal times are the whole day.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("start and end are wall times of the site and must carry no time zone")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def covers(self, now: time) -> bool:
        """Whether the stretch is on at this time of the wall."""
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """Other hours on one day, in place of its weekday's; without hours the site is closed."""

    day: date
    hours: tuple[DailyHours, ...] = ()


_WHOLE_DAY = DailyHours(start=time(0), end=time(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Opening hours in a time zone (an IANA name); without hours it is open on the whole of every day.

    A stretch belongs to the day on which it starts: a night shift that starts on an open Saturday runs on
    into a closed Sunday, and one that would start on a closed day does not happen at all. `special_days` have hours of
    their own. With `keeps_holidays` the site is closed on the holidays of its jurisdiction too (`closed_on`).
    """

    timezone: str = "Asia/Shanghai"
    hours: tuple[OpenHours, ...] = ()
    closed_days: frozenset[date] = frozenset()
    special_days: tuple[SpecialDay, ...] = ()
    keeps_holidays: bool = False

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"timezone must be an IANA name such as Asia/Shanghai, got {self.timezone!r}") from error
        days = [special.day for special in self.special_days]
        for day in days:
            if day in self.closed_days or days.count(day) > 1:
                raise ValueError(f"each day may be closed or have special hours, and once, got {day} twice")

    def closed_on(self, holidays: Collection[date]) -> "Schedule":
        """The schedule with these holidays closed, if the site keeps them. A day with special hours keeps those."""
        if not self.keeps_holidays:
            return self
        special = {each.day for each in self.special_days}
        return replace(self, closed_days=self.closed_days | (frozenset(holidays) - special))

    def local_day(self, at: datetime) -> date:
        """The site's calendar day of an instant; violations are counted on it."""
        require_utc("at", at)
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def local_time(self, at: datetime) -> time:
        """The clock on the site's wall at an instant."""
        require_utc("at", at)
        return at.astimezone(ZoneInfo(self.timezone)).time()

    def is_open(self, at: datetime, week: tuple[OpenHours, ...] = ()) -> bool:
        """Whether a stretch of this day is on, or one of the day before runs on over midnight.

        A `week` stands in for the schedule's hours; days that are closed or special stay so.
        """
        require_utc("at", at)
        local = at.astimezone(ZoneInfo(self.timezone))
        today, now = local.date(), local.time()
        if any(stretch.start <= now and (now < stretch.end or _crosses(stretch)) for stretch in self.on(today, week)):
            return True
        return any(_crosses(stretch) and now < stretch.end for stretch in self.on(today - timedelta(days=1), week))

    def on(self, day: date, week: tuple[OpenHours, ...] = ()) -> tuple[DailyHours, ...]:
        """The stretches that start on a day of the site's calendar, by its own hours or a `week` in their place."""
        special = next((each for each in self.special_days if each.day == day), None)
        if special is not None:
            return special.hours
        if day in self.closed_days:
            return ()
        hours = week or self.hours
        if not hours:
            return (_WHOLE_DAY,)
        return tuple(DailyHours(start=each.start, end=each.end) for each in hours if each.weekday == day.weekday())


def _crosses(stretch: DailyHours) -> bool:
    return stretch.end <= stretch.start
