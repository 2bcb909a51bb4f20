"""Facts made for tests of the index."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from credit.facts import Burden, Facts, Finding, Remedy, Share
from credit.index import Assessment
from credit.profile_file import load_index_profile
from domain.ids import EnterpriseId, SiteId
from domain.risk import RiskClass

TODAY = date(2026, 11, 20)
PROFILE = load_index_profile()
FIRM = EnterpriseId("enterprise-1")
SITE = SiteId("site-1")


def finding(
    number: int = 1,
    *,
    age: int = 0,
    code: str = "bin.uncovered",
    risk_class: RiskClass = RiskClass.II,
    remedy: Remedy = Remedy.OPEN,
    **changes: object,
) -> Finding:
    day = TODAY - timedelta(days=age)
    values: dict[str, object] = {
        "finding_id": f"alert-{number:04d}",
        "site_id": SITE,
        "code": code,
        "risk_class": risk_class,
        "day": day,
        "due_on": day + timedelta(days=1),
        "remedy": remedy,
        "clauses": ("cn.fsl.33@2021",),
    }
    return Finding(**(values | changes))  # type: ignore[arg-type]


def facts(findings: Sequence[Finding] = (), *, hours: float = 780.0, known_days: int = 200, **changes: object) -> Facts:
    values: dict[str, object] = {
        "enterprise_id": FIRM,
        "as_of": TODAY,
        "known_since": TODAY - timedelta(days=known_days),
        "observed_hours": hours,
        "findings": tuple(findings),
        "shares": {"S6": Share(good=hours, total=hours * 1.1)},
    }
    return Facts(**(values | changes))  # type: ignore[arg-type]


def value_of(assessment: Assessment, dimension_id: str) -> float | None:
    return next(each.value for each in assessment.readings if each.dimension.dimension_id == dimension_id)


remedies = st.sampled_from(Remedy)
classes = st.sampled_from([RiskClass.I, RiskClass.II, RiskClass.III, RiskClass.OPS])


@st.composite
def findings(draw: st.DrawFn, number: int) -> Finding:
    return finding(
        number,
        age=draw(st.integers(0, 400)),
        code=draw(st.sampled_from(["bin.uncovered", "pest.rodent", "uniform.no_hat"])),
        risk_class=draw(classes),
        remedy=draw(remedies),
        extent=draw(st.integers(0, 4)),
        redone=draw(st.integers(0, 2)),
        is_acknowledged_slowly=draw(st.booleans()),
    )


@st.composite
def shares(draw: st.DrawFn) -> Share:
    total = draw(st.integers(1, 400))
    return Share(good=draw(st.integers(0, total)), total=total)


@st.composite
def any_facts(draw: st.DrawFn, *, least_findings: int = 0) -> Facts:
    count = draw(st.integers(least_findings, 8))
    base = facts(
        [draw(findings(number)) for number in range(count)],
        hours=draw(st.floats(100.0, 5000.0)),
        scores=draw(st.just({}) | st.builds(lambda score: {"R4": score}, st.floats(0, 100))),
        levels=draw(st.just({}) | st.builds(lambda level: {"R8": level}, st.sampled_from("ABCD"))),
        burdens=tuple(
            Burden(reference=f"b{number}", dimension_id=dimension, weight=draw(st.floats(0, 10)), day=TODAY)
            for number, dimension in enumerate(draw(st.lists(st.sampled_from(["R5", "R6", "P1", "P3"]), max_size=4)))
        ),
    )
    named = draw(st.lists(st.sampled_from(["S1", "S2", "S3", "S7", "S8", "P4", "P5"]), unique=True))
    return replace(base, shares={**base.shares, **{name: draw(shares()) for name in named}})
