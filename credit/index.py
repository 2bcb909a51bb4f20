"""The index of one enterprise on one day: from facts and a profile to a figure that explains itself. Pure.

Index = 100 x sum over groups of weight x G; G = sum(w x s) / sum(w s) with s = min(1, n / enough). It is not computed
where too little is known: then the answer says "NEW" or "数据不足", never a guess.
"""

from dataclasses import dataclass
from enum import StrEnum

from credit.facts import Facts, Remedy
from credit.points import Weighed, rate_of, weighed
from credit.profile import Band, Colour, Dimension, Group, IndexProfile, Measure
from domain.risk import RiskClass

_DIGITS = 6  # of a figure that is kept: sums of floats agree to far more on any machine


class Standing(StrEnum):
    """Whether there is a number."""

    KNOWN = "known"
    NEW = "new"  # observed for too short a time
    INSUFFICIENT = "insufficient"  # 数据不足

    @property
    def zh(self) -> str:
        return {"known": "已评", "new": "新开办", "insufficient": "数据不足"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One dimension: its value in [0, 1] with the bounds of its interval, and how much of its weight counts.

    `value` is None where nothing is known; `sufficiency` is then 0. `part` is its part of the index in [0, 1], so
    100 x part x (1 - value) is what it takes off.
    """

    group: Group
    dimension: Dimension
    value: float | None
    low: float
    high: float
    sufficiency: float
    part: float = 0.0

    @property
    def deduction(self) -> float:
        return 0.0 if self.value is None else 100.0 * self.part * (1.0 - self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A fact that holds the colour at `colour` or below. `references` name the findings or records."""

    colour: Colour
    reason: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The figure with all it rests on. `value`, `low` and `high` are in [0, 100], None unless the standing is KNOWN.

    `band` is that of the value; the colour that is shown also keeps caps and calm (credit.colour).
    """

    facts: Facts
    profile_label: str
    inputs_sha256: str
    standing: Standing
    coverage: float
    value: float | None
    low: float | None
    high: float | None
    band: Band | None
    readings: tuple[Reading, ...]
    caps: tuple[Cap, ...]
    weighed: tuple[Weighed, ...]

    @property
    def cap(self) -> Colour:
        """The colour that the facts allow at best."""
        colour = Colour.GREEN
        for cap in self.caps:
            colour = colour.at_most(cap.colour)
        return colour


def assess(facts: Facts, profile: IndexProfile) -> Assessment:
    """The figure of these facts under a profile. Equal facts give an equal figure, whatever came first."""
    inside = facts.inside(profile.window_days)
    found = weighed(inside.findings, profile.events, inside.as_of)
    readings = [_reading(group, dimension, inside, profile, found) for group, dimension in profile.dimensions()]
    coverage = _coverage(readings)
    standing = _standing(inside, profile, coverage)
    parts = _with_parts(readings, profile) if standing is Standing.KNOWN else tuple(readings)
    value = low = high = None
    if standing is Standing.KNOWN:
        value, low, high = (
            round(100.0 * sum(each.part * bound for each, bound in zip(parts, bounds, strict=True)), _DIGITS)
            for bounds in (
                [each.value or 0.0 for each in parts],
                [each.low for each in parts],
                [each.high for each in parts],
            )
        )
    return Assessment(
        facts=inside,
        profile_label=profile.label,
        inputs_sha256=inside.sha256(profile.label),
        standing=standing,
        coverage=coverage,
        value=value,
        low=low,
        high=high,
        band=None if value is None else profile.band(value),
        readings=parts,
        caps=_caps(inside, profile, found),
        weighed=found,
    )


def _reading(
    group: Group, dimension: Dimension, facts: Facts, profile: IndexProfile, found: tuple[Weighed, ...]
) -> Reading:
    value, low, high, amount = _measured(dimension, facts, profile, found)
    return Reading(
        group=group,
        dimension=dimension,
        value=value,
        low=low,
        high=high,
        sufficiency=0.0 if value is None else min(1.0, amount / dimension.enough),
    )


def _measured(
    dimension: Dimension, facts: Facts, profile: IndexProfile, found: tuple[Weighed, ...]
) -> tuple[float | None, float, float, float]:
    """Value, bounds and how much it rests on."""
    if dimension.measure is Measure.RATE:
        if facts.observed_hours < profile.least_hours:
            return None, 0.0, 0.0, 0.0
        rate = rate_of(dimension, found, facts, profile.confidence)
        mean, low, high = (1.0 / (1.0 + each / dimension.halving) for each in (rate.value, rate.high, rate.low))
        return mean, low, high, facts.observed_hours
    value = _plain_value(dimension, facts, profile)
    if value is None:
        return None, 0.0, 0.0, 0.0
    share = facts.shares.get(dimension.dimension_id)
    amount = share.total if dimension.measure is Measure.SHARE and share is not None else dimension.enough
    return value, value, value, amount


def _plain_value(dimension: Dimension, facts: Facts, profile: IndexProfile) -> float | None:
    name = dimension.dimension_id
    if dimension.measure is Measure.SHARE:
        share = facts.shares.get(name)
        return share.good / share.total if share is not None and share.total > 0.0 else None
    if dimension.measure is Measure.SCORE:
        score = facts.scores.get(name)
        return None if score is None else min(1.0, max(0.0, score / 100.0))
    if dimension.measure is Measure.LEVEL:
        level = facts.levels.get(name)
        return None if level is None else profile.levels.get(level)
    burden = sum(
        each.weight
        for each in facts.burdens
        if each.dimension_id == name and (each.ends_on is None or each.ends_on >= facts.as_of)
    )
    return 1.0 / (1.0 + burden / dimension.halving)


def _coverage(readings: list[Reading]) -> float:
    """The part of the weights of measured dimensions that has data; presumptions neither help nor hinder."""
    measured = [each for each in readings if each.dimension.is_measured]
    weights = [each.group.weight * each.dimension.weight for each in measured]
    known = sum(weight for weight, each in zip(weights, measured, strict=True) if each.value is not None)
    return round(known / sum(weights), _DIGITS)


def _standing(facts: Facts, profile: IndexProfile, coverage: float) -> Standing:
    if facts.known_since is None or facts.observed_hours < profile.least_hours:
        is_young = facts.known_since is None or (facts.as_of - facts.known_since).days < profile.new_days
        return Standing.NEW if is_young else Standing.INSUFFICIENT
    if (facts.as_of - facts.known_since).days < profile.new_days:
        return Standing.NEW
    return Standing.KNOWN if coverage >= profile.least_coverage else Standing.INSUFFICIENT


def _with_parts(readings: list[Reading], profile: IndexProfile) -> tuple[Reading, ...]:
    """Each reading with its part of the index. A group of which nothing is known leaves its weight to the others."""
    sums = {
        group.group_id: sum(
            each.dimension.weight * each.sufficiency for each in readings if each.group.group_id == group.group_id
        )
        for group in profile.groups
    }
    known = sum(group.weight for group in profile.groups if sums[group.group_id] > 0.0)
    return tuple(
        Reading(
            group=each.group,
            dimension=each.dimension,
            value=each.value,
            low=each.low,
            high=each.high,
            sufficiency=each.sufficiency,
            part=(each.group.weight / known) * each.dimension.weight * each.sufficiency / sums[each.group.group_id]
            if each.sufficiency > 0.0
            else 0.0,
        )
        for each in readings
    )


def _caps(facts: Facts, profile: IndexProfile, found: tuple[Weighed, ...]) -> tuple[Cap, ...]:
    """Facts that hold the colour down; only these and the figure itself may do so."""
    rules = profile.caps
    is_open = [
        each.finding for each in found if each.finding.risk_class is RiskClass.I and each.finding.remedy is Remedy.OPEN
    ]
    old = [each for each in is_open if (facts.as_of - each.day).days > rules.unresolved_after_days]
    grave = [each for each in facts.burdens if each.is_grave and (each.ends_on is None or each.ends_on >= facts.as_of)]
    found_caps = [
        Cap(colour=colour, reason=reason, references=references)
        for colour, reason, references in (
            (rules.open_class_one, "open_class_one", tuple(each.finding_id for each in is_open)),
            (rules.unresolved_class_one, "unresolved_class_one", tuple(each.finding_id for each in old)),
            (rules.grave_record, "grave_record", tuple(each.reference for each in grave)),
        )
        if references
    ]
    return tuple(found_caps)
