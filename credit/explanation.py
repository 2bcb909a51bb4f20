"""Why a figure is what it is, and the way back: what costs how much, by which clause, and what would help. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, log2

from credit.facts import Burden, Facts, Finding, Remedy
from credit.index import Assessment, Standing, assess
from credit.profile import IndexProfile
from domain.ids import SiteId
from domain.risk import RiskClass

MOST_FINDINGS = 100
_NO_SITE = SiteId("what-if")
FADED = 0.05  # of its points: below this a finding is hardly felt any more


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEffect:
    """What one confirmed finding costs now, and how that ends.

    `cost` is how much higher the index would be without it, `regained` how much a verified rectification today would
    give back. It has hardly any effect after `faded_on` and none after `gone_on`.
    """

    finding: Finding
    points: float
    ordinal: int
    cost: float
    regained: float
    faded_on: date
    gone_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenEffect:
    """What one paper costs now, and until when (None: until somebody ends it)."""

    burden: Burden
    cost: float
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`findings` and `burdens` begin with the largest; `left_out` findings are not listed."""

    assessment: Assessment
    findings: tuple[FindingEffect, ...]
    burdens: tuple[BurdenEffect, ...]
    left_out: int


def explain(facts: Facts, profile: IndexProfile) -> Explanation:
    """The figure taken apart. The dimensions' deductions (Assessment.readings) and the index sum to 100.

    The cost of a finding is what the index would gain without it, so costs of several do not simply add up.
    """
    now = assess(facts, profile)
    listed = sorted(now.weighed, key=lambda each: (-each.points, each.finding.finding_id))
    effects = [
        FindingEffect(
            finding=each.finding,
            points=each.points,
            ordinal=each.ordinal,
            cost=_gain(now, without_finding(now.facts, each.finding.finding_id), profile),
            regained=_gain(now, rectified(now.facts, each.finding.finding_id), profile),
            faded_on=each.finding.day + timedelta(days=ceil(profile.events.half_life_days * -log2(FADED))),
            gone_on=each.finding.day + timedelta(days=profile.window_days),
        )
        for each in listed[:MOST_FINDINGS]
    ]
    burdens = [
        BurdenEffect(burden=each, cost=_gain(now, without_burden(now.facts, each), profile), ends_on=each.ends_on)
        for each in now.facts.burdens
        if each.ends_on is None or each.ends_on >= now.facts.as_of
    ]
    return Explanation(
        assessment=now,
        findings=tuple(sorted(effects, key=lambda each: (-each.cost, each.finding.finding_id))),
        burdens=tuple(sorted(burdens, key=lambda each: (-each.cost, each.burden.reference))),
        left_out=max(0, len(listed) - MOST_FINDINGS),
    )


def _gain(now: Assessment, other: Facts, profile: IndexProfile) -> float:
    if now.standing is not Standing.KNOWN or now.value is None:
        return 0.0
    value = assess(other, profile).value
    return 0.0 if value is None else round(max(0.0, value - now.value), 4)


# What if


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A change to think through: corrections that are verified, further clean hours, days that pass, new findings.

    The hours are observed without a violation and count towards the picture as well as the exposure.
    """

    rectify: tuple[str, ...] = ()
    clean_hours: float = 0.0
    days: int = 0
    confirmed: tuple[tuple[str, RiskClass], ...] = ()


def imagine(facts: Facts, wanted: WhatIf, profile: IndexProfile) -> Facts:
    """The facts as they would be. Raises ValueError for a finding that is not there, or numbers below 0."""
    if wanted.clean_hours < 0.0 or wanted.days < 0:
        raise ValueError("clean_hours and days must be at least 0")
    for finding_id in wanted.rectify:
        facts = rectified(facts, finding_id)
    new = tuple(
        Finding(
            finding_id=f"~what-if-{number:04d}",
            site_id=facts.findings[0].site_id if facts.findings else _NO_SITE,
            code=code,
            risk_class=risk_class,
            day=facts.as_of,
            due_on=facts.as_of + timedelta(days=_days_to_rectify(risk_class, profile)),
        )
        for number, (code, risk_class) in enumerate(wanted.confirmed)
    )
    return replace(
        facts,
        findings=(*facts.findings, *new),
        observed_hours=facts.observed_hours + wanted.clean_hours,
        as_of=facts.as_of + timedelta(days=wanted.days),
    )


def _days_to_rectify(risk_class: RiskClass, profile: IndexProfile) -> int:
    rules = profile.events.classes.get(risk_class)
    return 0 if rules is None else ceil(rules.rectify_seconds / 86_400)


def rectified(facts: Facts, finding_id: str) -> Facts:
    """As if the finding's correction were verified today; one that is corrected already stays as it is."""
    if all(each.finding_id != finding_id for each in facts.findings):
        raise ValueError(f"there is no confirmed finding {finding_id} in the window")

    def corrected(finding: Finding) -> Finding:
        if finding.finding_id != finding_id or finding.remedy is not Remedy.OPEN:
            return finding
        return replace(finding, remedy=Remedy.LATE if finding.is_overdue(facts.as_of) else Remedy.ON_TIME)

    return replace(facts, findings=tuple(corrected(each) for each in facts.findings))


def without_finding(facts: Facts, finding_id: str) -> Facts:
    return replace(facts, findings=tuple(each for each in facts.findings if each.finding_id != finding_id))


def without_burden(facts: Facts, burden: Burden) -> Facts:
    kept: Sequence[Burden] = [each for each in facts.burdens if each != burden]
    return replace(facts, burdens=tuple(kept))
