"""Opening hours of sites for the clocks of alerts. Implements alerts.ports.SiteHours."""

import threading
import time
from collections.abc import Callable, Collection
from datetime import date

from credit.ports import Registry
from domain.ids import SiteId
from domain.schedule import Schedule
from domain.scope import Scope

LONGEST_MEMORY_SECONDS = 60.0


class RegisteredHours:
    """Asks the registry, and remembers for a minute. Any thread. Raises JournalError where it cannot be asked."""

    def __init__(
        self, registry: Registry, holidays: Collection[date], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._registry = registry
        self._holidays = holidays
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[SiteId, tuple[float, Schedule | None]] = {}

    def schedule(self, site_id: SiteId) -> Schedule | None:
        with self._lock:
            known = self._known.get(site_id)
        if known is not None and self._clock() - known[0] < LONGEST_MEMORY_SECONDS:
            return known[1]
        site = self._registry.get_site(site_id, Scope.everything())
        schedule = site.schedule.closed_on(self._holidays) if site else None
        with self._lock:
            self._known[site_id] = (self._clock(), schedule)
        return schedule
