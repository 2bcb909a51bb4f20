"""Which zones of a camera hold at a moment, and where that leaves nobody looking. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from alerts.presence import PresenceRule, SubjectKind
from alerts.state_rule import StateRule
from alerts.subjects import Subject
from domain.detection import Observation
from domain.geometry import Box, Polygon
from domain.region import RegionState
from domain.schedule import Schedule
from domain.zone import Zone, ZoneType


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """The zones that hold at one moment, the places that sleep, and the taught regions (by head) that sleep with them.

    A place is looked at while one of the zones around it is awake; where no zone is, always. So a zone that sleeps
    inside of one that is awake hides nothing from that one.
    """

    zones: tuple[Zone, ...]
    asleep: tuple[Zone, ...] = ()
    resting_heads: frozenset[str] = frozenset()

    @classmethod
    def at(cls, zones: Iterable[Zone], site: Schedule, at: datetime, regions: Iterable[RegionState] = ()) -> Self:
        """`at` is aware UTC. A mask whose hours do not hold is neither: it is as if it were not drawn."""
        known = [(zone, zone.holds(site, at)) for zone in zones]
        found = cls(
            zones=tuple(zone for zone, holds in known if holds),
            asleep=tuple(zone for zone, holds in known if not holds and zone.type is not ZoneType.IGNORED),
        )
        if not found.asleep:
            return found
        resting = frozenset(each.head_id for each in regions if found._hides_region(each.region))
        return replace(found, resting_heads=resting)

    def seen(self, observation: Observation) -> Observation:
        """The observation without the regions that sleep."""
        if not self.resting_heads:
            return observation
        awake = tuple(each for each in observation.region_states if each.head_id not in self.resting_heads)
        return replace(observation, region_states=awake)

    def hides(self, place: Box) -> bool:
        """Whether what stands there is in zones that sleep, and in none that is awake."""
        return any(zone.contains(place) for zone in self.asleep) and not any(
            zone.contains(place) for zone in self._places()
        )

    def leaves_unseen(self, subject: Subject, rule: PresenceRule) -> bool:
        """Whether the subject's place sleeps: what is open there ends as where a camera is taken away."""
        if isinstance(rule, StateRule):
            return subject.zone_id in self.resting_heads
        if rule.subject is SubjectKind.ZONE:
            return any(zone.zone_id == subject.zone_id for zone in self.asleep)
        return self.hides(subject.box)

    def _hides_region(self, region: Polygon) -> bool:
        """Whether a zone that sleeps holds all of a taught region, and none that is awake does."""
        return any(_holds_all(zone, region) for zone in self.asleep) and not any(
            _holds_all(zone, region) for zone in self._places()
        )

    def _places(self) -> list[Zone]:
        return [zone for zone in self.zones if zone.type is not ZoneType.IGNORED]


def _holds_all(zone: Zone, region: Polygon) -> bool:
    return all(zone.polygon.contains(corner) for corner in region.corners)
