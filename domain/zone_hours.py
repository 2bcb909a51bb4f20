"""When a zone holds: weekly hours of its own or those of its site, or the time outside of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.schedule import OpenHours, Schedule


class Holds(StrEnum):
    """On which side of its hours a zone holds."""

    IN_HOURS = "in_hours"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHours:
    """Hours of one zone, by the clock on its site's wall.

    `hours` stand in for the week of the site; without any they are the site's own. Closed days, special days and
    holidays are the site's in both cases: on a day that is closed nothing of a zone's week happens, and a special day
    has the same hours for the site and its zones.
    """

    holds: Holds = Holds.IN_HOURS
    hours: tuple[OpenHours, ...] = ()

    def allow(self, site: Schedule, at: datetime) -> bool:
        """Whether the zone holds at this moment (aware UTC) at a site with this schedule."""
        return site.is_open(at, self.hours) == (self.holds is Holds.IN_HOURS)
