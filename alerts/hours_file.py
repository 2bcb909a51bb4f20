"""Hours of a day as files write them: a list of stretches such as 22:00-06:00."""

import re
from datetime import time

from alerts.marked_yaml import Marked
from domain.schedule import DailyHours

PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
EXPECTED = "hours such as 22:00-06:00"


def read_hours(marked: Marked) -> tuple[DailyHours, ...]:
    """At least one stretch. Raises CatalogueError."""
    if not marked.texts():
        raise marked.fail("at least one stretch of hours", "none")
    return tuple(_stretch(item) for item in marked.items())


def _stretch(marked: Marked) -> DailyHours:
    text = marked.text()
    if not re.fullmatch(PATTERN, text):
        raise marked.fail(EXPECTED)
    start, _, end = text.partition("-")
    return DailyHours(start=time.fromisoformat(start), end=time.fromisoformat(end))
