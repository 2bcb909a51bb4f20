"""When a rule judges: the site's schedule and the rule's own hours must both allow it. Pure."""

from datetime import datetime
from typing import Protocol

from alerts.presence import ActiveWhen
from domain.schedule import DailyHours, Schedule


class Timed(Protocol):
    """What says when it judges."""

    @property
    def active(self) -> ActiveWhen: ...

    @property
    def hours(self) -> tuple[DailyHours, ...]: ...


def is_awake(rule: Timed, schedule: Schedule, at: datetime) -> bool:
    """Whether a rule judges at this moment on a site with this schedule."""
    if rule.hours and not any(stretch.covers(schedule.local_time(at)) for stretch in rule.hours):
        return False
    if rule.active is ActiveWhen.ALWAYS:
        return True
    return schedule.is_open(at) == (rule.active is ActiveWhen.BUSINESS_HOURS)
