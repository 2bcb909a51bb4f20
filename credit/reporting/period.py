"""The day or month that a report is about."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST = "2000"
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


class PeriodKind(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """All days from `first` to `last`, both of them in it."""

    kind: PeriodKind
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """A month such as 2026-10 or a day such as 2026-10-31. Raises ValueError for anything else."""
        try:
            if _DAY.fullmatch(text) and text >= EARLIEST:
                day = date.fromisoformat(text)
                return cls(kind=PeriodKind.DAY, first=day, last=day)
            if _MONTH.fullmatch(text) and text >= EARLIEST:
                first = date.fromisoformat(f"{text}-01")
                days = monthrange(first.year, first.month)[1]
                return cls(kind=PeriodKind.MONTH, first=first, last=first.replace(day=days))
        except ValueError:
            pass
        raise ValueError(f"period: expected a month such as 2026-10 or a day such as 2026-10-31, found {text[:40]!r}")

    @property
    def label(self) -> str:
        return self.first.isoformat() if self.kind is PeriodKind.DAY else self.first.isoformat()[:7]

    @property
    def before(self) -> "Period":
        """The day or month before. Raises OverflowError for the first of the calendar."""
        last = self.first - timedelta(days=1)
        first = last if self.kind is PeriodKind.DAY else last.replace(day=1)
        return Period(kind=self.kind, first=first, last=last)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]
