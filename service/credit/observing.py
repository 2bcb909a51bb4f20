"""How long there was something to see: the hours in which cameras gave pictures while their sites were open.

The exposure that a rate of findings is divided by. A camera without pictures adds to the open time only, so a dark
camera makes nobody look clean; nor does one all of whose zones sleep, nor one whose pictures nothing judges.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

from alerts.ports import CameraPlaces
from credit.ledger import SupervisionEntry, SupervisionKind
from credit.ledger_ports import LedgerBook
from credit.ports import Registry
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.organisation import Site
from domain.schedule import Schedule
from domain.scope import Scope
from domain.zone import Zone, ZoneType
from service.storage.observed import Observation, ObservedDay
from streams.ports import CameraCondition, Fleet

LONGEST_STEP_SECONDS = 120.0
"""A look that comes later than this after the last one counts for this long: nobody knows what was in between."""

_EVERYTHING = Scope.everything()
_SITES_SECONDS = 300.0


class ObservedTime(Protocol):
    """Seconds by camera and day. Every method is one transaction."""

    def add(self, seconds: list[Observation]) -> None: ...
    def days_before(self, day: date) -> list[ObservedDay]: ...
    def forget(self, site_id: SiteId, day: date) -> None: ...


class Observer:
    """One thread calls `look` now and then, `store` less often, and `close_days` once a day.

    `is_judged`: whether the camera's pictures are being judged, wherever that is.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        places: CameraPlaces,
        registry: Registry,
        observed: ObservedTime,
        ledgers: LedgerBook,
        holidays: frozenset[date],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        is_judged: Callable[[CameraId], bool],
    ) -> None:
        self._fleet = fleet
        self._is_judged = is_judged
        self._places = places
        self._registry = registry
        self._observed = observed
        self._ledgers = ledgers
        self._holidays = holidays
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._seconds: dict[tuple[EnterpriseId, SiteId, CameraId, date], list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._sites: dict[SiteId, tuple[float, Site | None]] = {}
        self._zones: dict[CameraId, tuple[float, list[Zone]]] = {}

    def look(self) -> None:
        """Count the time since the last look for each camera whose site is open."""
        clock, now = self._clock(), self._now()
        before, self._looked_at = self._looked_at, clock
        if before is None:
            return
        step = min(clock - before, LONGEST_STEP_SECONDS)
        for status in self._fleet.statuses():
            place = self._places.place(status.camera_id)
            site = None if place is None else self._site(place.site_id, clock)
            schedule = None if site is None else site.schedule.closed_on(self._holidays)
            if place is None or schedule is None or not schedule.is_open(now):
                continue
            is_online = status.condition is CameraCondition.ONLINE and self._is_judged(status.camera_id)
            is_observed = is_online and self._is_looked_at(status.camera_id, schedule, now, clock)
            key = (place.enterprise_id, place.site_id, status.camera_id, schedule.local_day(now))
            with self._lock:
                seconds = self._seconds[key]
                seconds[0] += step if is_observed else 0.0
                seconds[1] += step

    def _site(self, site_id: SiteId, clock: float) -> Site | None:
        known = self._sites.get(site_id)
        if known is None or clock - known[0] > _SITES_SECONDS:
            known = (clock, self._registry.get_site(site_id, _EVERYTHING))
            self._sites[site_id] = known
        return known[1]

    def _is_looked_at(self, camera_id: CameraId, schedule: Schedule, now: datetime, clock: float) -> bool:
        """Unless every place that is drawn in the camera's picture sleeps."""
        known = self._zones.get(camera_id)
        if known is None or clock - known[0] > _SITES_SECONDS:
            zones = self._registry.list_zones(camera_id)
            known = (clock, [zone for zone in zones if zone.type.is_place and zone.type is not ZoneType.IGNORED])
            self._zones[camera_id] = known
        return not known[1] or any(zone.holds(schedule, now) for zone in known[1])

    def store(self) -> None:
        """Put what was counted into the database. What cannot be stored now is stored the next time."""
        with self._lock:
            counted = dict(self._seconds)
            self._seconds.clear()
        try:
            self._observed.add(
                [
                    Observation(
                        enterprise_id=enterprise_id,
                        site_id=site_id,
                        camera_id=camera_id,
                        day=day,
                        observed_seconds=round(seconds[0]),
                        open_seconds=round(seconds[1]),
                    )
                    for (enterprise_id, site_id, camera_id, day), seconds in counted.items()
                ]
            )
        except Exception:
            with self._lock:
                for key, seconds in counted.items():
                    self._seconds[key][0] += seconds[0]
                    self._seconds[key][1] += seconds[1]
            raise

    def close_days(self) -> int:
        """Enter days that are over everywhere into ledger B; how many."""
        over = (self._now() - timedelta(hours=36)).date()
        closed = self._observed.days_before(over + timedelta(days=1))
        for day in closed:
            self._ledgers.append(
                (),
                (
                    SupervisionEntry(
                        entry_id=f"observed:{day.site_id}:{day.day}",
                        enterprise_id=day.enterprise_id,
                        site_id=day.site_id,
                        kind=SupervisionKind.OBSERVED,
                        day=day.day,
                        at=self._now(),
                        figures={
                            "observed_seconds": day.observed_seconds,
                            "open_seconds": day.open_seconds,
                            "cameras": day.cameras,
                        },
                    ),
                ),
            )
            self._observed.forget(day.site_id, day.day)
        return len(closed)
