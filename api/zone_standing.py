"""Which zones of a camera hold now: what the service judges by, told to those who look."""

from collections.abc import Iterable

from api.services import ApiServices
from domain.ids import SiteId, ZoneId
from domain.schedule import Schedule
from domain.zone import Zone


def asleep(services: ApiServices, site_id: SiteId, zones: Iterable[Zone]) -> frozenset[ZoneId]:
    """Those whose hours do not hold now. The site's hours may be as old as a minute. Raises JournalError."""
    timed = [zone for zone in zones if zone.hours is not None]
    if not timed:
        return frozenset()
    schedule = services.desks.hours.schedule(site_id) or Schedule()
    now = services.now()
    return frozenset(zone.zone_id for zone in timed if not zone.holds(schedule, now))
