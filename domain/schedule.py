"""When a rule is awake: weekly opening hours of a site in its own time zone, with days that are closed."""

from dataclasses import dataclass
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

    @property
    def crosses_midnight(self) -> bool:
        return self.end <= self.start


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
class Schedule:
    """Opening hours in a time zone (an IANA name); without hours it is always open.

    A stretch belongs to the day on which it starts: a night shift that starts on an open Saturday runs on
    into a closed Sunday, and one that would start on a closed day does not happen at all.
    """

    timezone: str = "Asia/Shanghai"
    hours: tuple[OpenHours, ...] = ()
    closed_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"timezone must be an IANA name such as Asia/Shanghai, got {self.timezone!r}") from error

    def local_day(self, at: datetime) -> date:
        """The site's calendar day of an instant; violations are counted on it."""
        require_utc("at", at)
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def local_time(self, at: datetime) -> time:
        """The clock on the site's wall at an instant."""
        require_utc("at", at)
        return at.astimezone(ZoneInfo(self.timezone)).time()

    def is_open(self, at: datetime) -> bool:
        require_utc("at", at)
        if not self.hours:
            return True
        local = at.astimezone(ZoneInfo(self.timezone))
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        now = local.time()
        return any(self._covers(stretch, today, yesterday, now) for stretch in self.hours)

    def _covers(self, stretch: OpenHours, today: date, yesterday: date, now: time) -> bool:
        starts_today = stretch.weekday == today.weekday() and today not in self.closed_days
        started_yesterday = stretch.weekday == yesterday.weekday() and yesterday not in self.closed_days
        if not stretch.crosses_midnight:
            return starts_today and stretch.start <= now < stretch.end
        return (starts_today and now >= stretch.start) or (started_yesterday and now < stretch.end)
