"""Hours of a day as files write them: a list of stretches such as 22:00-06:00."""

import re
from datetime import time

from alerts.marked_yaml import Marked
from domain.schedule import DailyHours, OpenHours
from domain.zone_hours import Holds, ZoneHours

PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
EXPECTED = "hours such as 22:00-06:00"


def read_hours(marked: Marked) -> tuple[DailyHours, ...]:
    """At least one stretch. Raises CatalogueError."""
    if not marked.texts():
        raise marked.fail("at least one stretch of hours", "none")
    return tuple(_stretch(item) for item in marked.items())


def read_zone_hours(marked: Marked) -> ZoneHours:
    """`{holds: outside_hours}`, with a `week` (weekday 0 is Monday) in place of the site's. Raises CatalogueError."""
    fields = marked.fields(("holds", "week"), ("holds",))
    holds = fields["holds"].choice(Holds)
    if "week" not in fields:
        return ZoneHours(holds=holds)
    days = fields["week"].items()
    if not days:
        raise fields["week"].fail("at least one day, or no week: then the site's hours count", "none")
    return ZoneHours(holds=holds, hours=tuple(stretch for day in days for stretch in _day(day)))


def _day(marked: Marked) -> list[OpenHours]:
    names = ("weekday", "hours")
    fields = marked.fields(names, names)
    weekday = fields["weekday"].whole_number()
    if weekday > 6:
        raise fields["weekday"].fail("0 (Monday) to 6 (Sunday)")
    return [OpenHours(weekday=weekday, start=each.start, end=each.end) for each in read_hours(fields["hours"])]


def _stretch(marked: Marked) -> DailyHours:
    text = marked.text()
    if not re.fullmatch(PATTERN, text):
        raise marked.fail(EXPECTED)
    start, _, end = text.partition("-")
    return DailyHours(start=time.fromisoformat(start), end=time.fromisoformat(end))
