"""Figures for a quick look: what waits, what is seen and what is not, where, and what somebody owes until when.

Sums over what the ports tell; nothing here asks a clock or a camera.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from alerts.clocks import Due, dues
from alerts.ports import SiteHours
from alerts.terms import LifeTerms
from api.figure_ports import PlaceCount, ToldColour
from credit.index import Standing
from credit.profile import Colour
from domain.alert import Alert, AlertState
from domain.ids import EnterpriseId, SiteId
from domain.life import Duty
from domain.organisation import Enterprise, Site
from domain.risk import RiskClass
from domain.schedule import Schedule

TO_REVIEW = frozenset(state for state in AlertState if not state.is_reviewed)


class Shade(StrEnum):
    """How an enterprise stands, in one word: its colour, or why it has none. `untold`: no figure was kept yet."""

    RED = "red"
    ORANGE = "orange"
    GREEN = "green"
    INSUFFICIENT = "insufficient"
    NEW = "new"
    UNTOLD = "untold"


def shade_of(told: ToldColour | None) -> Shade:
    """The word for the last figure that was kept."""
    if told is None:
        return Shade.UNTOLD
    if told.standing == Standing.NEW:
        return Shade.NEW
    if told.standing != Standing.KNOWN or told.colour is None:
        return Shade.INSUFFICIENT
    return {Colour.RED: Shade.RED, Colour.ORANGE: Shade.ORANGE, Colour.GREEN: Shade.GREEN}[told.colour]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Cameras by what can be known through them now.

    `seen` have a picture that can be judged, `unsure` one that cannot be relied on, `blind` none: nothing is known of
    the place. Through those that are `paused` nobody looks, which is not known to be fine either.
    """

    seen: int = 0
    unsure: int = 0
    blind: int = 0
    paused: int = 0

    @property
    def total(self) -> int:
        return self.seen + self.unsure + self.blind + self.paused

    def with_camera(self, condition: str, *, has_picture: bool) -> "Sight":
        """One camera more. `condition` is the word of `api.conditions`."""
        name = _sight_of(condition, has_picture=has_picture)
        return replace(self, **{name: getattr(self, name) + 1})

    def __add__(self, other: "Sight") -> "Sight":
        return Sight(
            seen=self.seen + other.seen,
            unsure=self.unsure + other.unsure,
            blind=self.blind + other.blind,
            paused=self.paused + other.paused,
        )


def _sight_of(condition: str, *, has_picture: bool) -> str:
    if condition in {"paused", "forbidden"}:
        return "paused"
    if not has_picture:
        return "blind"
    return "seen" if condition == "online" else "unsure"


def by_class(counts: Iterable[PlaceCount]) -> dict[RiskClass, int]:
    """Numbers by class, each class with a figure."""
    sums = dict.fromkeys(RiskClass, 0)
    for count in counts:
        sums[count.risk_class] += count.number
    return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFigures:
    """One enterprise, or that part of one that the asker may see: then `name` and `region` are None."""

    enterprise_id: EnterpriseId
    name: str | None = None
    region: str | None = None
    to_review: Mapping[RiskClass, int] = field(default_factory=dict)
    sight: Sight = field(default_factory=Sight)
    shade: Shade | None = None


def firms(
    enterprises: Sequence[Enterprise],
    sites: Sequence[Site],
    counts: Sequence[PlaceCount],
    sights: Mapping[SiteId, Sight],
    colours: Mapping[EnterpriseId, ToldColour] | None,
) -> list[FirmFigures]:
    """All enterprises that somebody sees as a whole or in part, in order of id. Without `colours` there is no shade."""
    known = {each.enterprise_id: each for each in enterprises}
    looks: dict[EnterpriseId, Sight] = {}
    for site in sites:
        looks[site.enterprise_id] = looks.get(site.enterprise_id, Sight()) + sights.get(site.site_id, Sight())
    waiting: dict[EnterpriseId, list[PlaceCount]] = {}
    for count in counts:
        waiting.setdefault(count.enterprise_id, []).append(count)
    found = []
    for enterprise_id in sorted({*known, *looks, *waiting}):
        enterprise = known.get(enterprise_id)
        found.append(
            FirmFigures(
                enterprise_id=enterprise_id,
                name=enterprise.name if enterprise else None,
                region=enterprise.region if enterprise else None,
                to_review=by_class(waiting.get(enterprise_id, ())),
                sight=looks.get(enterprise_id, Sight()),
                shade=shade_of(colours.get(enterprise_id)) if colours is not None and enterprise else None,
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFigures:
    """The enterprises of one region. `region` is None for those that have none entered."""

    region: str | None
    enterprises: int
    to_review: Mapping[RiskClass, int]
    sight: Sight
    shades: Mapping[Shade, int] | None


def by_region(figures: Iterable[FirmFigures]) -> list[RegionFigures]:
    """In order of region; those without one come last."""
    groups: dict[str | None, list[FirmFigures]] = {}
    for firm in figures:
        groups.setdefault(firm.region, []).append(firm)
    return [_region(region, groups[region]) for region in sorted(groups, key=lambda each: (each is None, each or ""))]


def _region(region: str | None, members: Sequence[FirmFigures]) -> RegionFigures:
    return RegionFigures(
        region=region,
        enterprises=len(members),
        to_review={name: sum(each.to_review.get(name, 0) for each in members) for name in RiskClass},
        sight=sum((each.sight for each in members), Sight()),
        shades=shades(members),
    )


def shades(members: Iterable[FirmFigures]) -> dict[Shade, int] | None:
    """How many there are of each; None where the asker is told no colours."""
    told = [each.shade for each in members if each.shade is not None]
    return {shade: told.count(shade) for shade in Shade} if told else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What somebody owes an alert until when. `reached` is the highest rung of its ladder that has passed."""

    alert: Alert
    due: Due
    reached: Due | None

    @property
    def is_overdue(self) -> bool:
        return self.reached is not None


def owed(
    alerts: Iterable[Alert], terms: LifeTerms, hours: SiteHours, *, duties: Collection[Duty], now: datetime
) -> list[Owed]:
    """By alert and duty, the earliest time first; duties whose clock stands still come last."""
    schedules: dict[SiteId, Schedule | None] = {}
    found: list[Owed] = []
    for alert in alerts:
        if alert.site_id not in schedules:
            schedules[alert.site_id] = hours.schedule(alert.site_id)
        rungs = dues(alert, terms.of(alert.violation.risk_class), schedules[alert.site_id])
        for duty in sorted({rung.duty for rung in rungs}.intersection(duties)):
            own = [rung for rung in rungs if rung.duty is duty]
            passed = [rung for rung in own if rung.due_at is not None and rung.due_at <= now]
            found.append(Owed(alert=alert, due=own[0], reached=passed[-1] if passed else None))
    return sorted(found, key=lambda one: (one.due.due_at is None, one.due.due_at or now, one.alert.alert_id))
