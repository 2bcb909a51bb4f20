"""What may be deleted, over everything that an alert can be."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.keeping.decision import EXPENDABLE, STAGES, STILLS, KeptCase, at_rest_since, due, expendable
from alerts.keeping.policy import DELETABLE, KeepingPolicy, KeepingRule
from alerts.nodes.merging import NODE_ACTOR
from domain.alert import Alert, AlertState, EvidenceKind, EvidenceState, Origin, Review
from domain.ids import NodeId, UserId
from domain.risk import RiskClass
from tests.alerts.samples import EPOCH, sample_alert, sample_evidence

A_FEW_DAYS = KeepingRule(
    rule_id="a",
    states=DELETABLE,
    classes=frozenset(RiskClass),
    clip_days=2,
    still_days=4,
    reason_zh="到期",
    reason_en="due",
)
moments = st.floats(0, 4000, allow_nan=False).map(lambda days: EPOCH + timedelta(days=days))


@st.composite
def policies(draw: st.DrawFn) -> KeepingPolicy:
    """Any policy that can be written: not every state has a rule."""
    rules = [
        KeepingRule(
            rule_id=f"{state}-{risk_class}",
            states=frozenset({state}),
            classes=frozenset({risk_class}),
            clip_days=draw(st.integers(1, 3000)),
            still_days=draw(st.integers(1, 3000)),
            reason_zh="到期",
            reason_en="due",
        )
        for state in sorted(DELETABLE)
        for risk_class in RiskClass
        if draw(st.booleans())
    ]
    return KeepingPolicy(version="1", sha256="0" * 64, rules=tuple(rules))


@st.composite
def cases(draw: st.DrawFn) -> KeptCase:
    state = draw(st.sampled_from(AlertState))
    started = draw(moments)
    raised = max(started, draw(moments))
    ended = draw(st.one_of(st.none(), moments.map(lambda at: max(at, started))))
    pieces = tuple(
        sample_evidence(
            number,
            kind=draw(st.sampled_from(EvidenceKind)),
            state=draw(st.sampled_from(EvidenceState)),
            created_at=draw(moments),
        )
        for number in range(draw(st.integers(0, 4)))
    )
    alert = sample_alert(
        1,
        evidence=pieces,
        state=state,
        raised_at=raised,
        risk_class=draw(st.sampled_from(RiskClass)),
        started_at=started,
        confirmed_at=started,
        last_seen_at=started,
        ended_at=ended,
    )
    review = (
        Review(reviewer_id=UserId("u"), reviewed_at=draw(moments), state=state, reason="")
        if draw(st.booleans())
        else None
    )
    closed_at = draw(st.one_of(st.none(), moments))
    awaited = frozenset(piece.evidence_id for piece in pieces if draw(st.booleans()))
    return KeptCase(
        alert=replace(alert, review=review), closed_at=closed_at, is_held=draw(st.booleans()), awaited=awaited
    )


def _youngest(case: KeptCase) -> list[datetime | None]:
    """Every moment from which an alert's time may begin to count at the earliest."""
    alert = case.alert
    known: list[datetime | None] = [
        alert.raised_at if alert.state in {AlertState.RAISED, AlertState.ACKNOWLEDGED} else None
    ]
    known.append(alert.violation.ended_at)
    if alert.state in {AlertState.DISMISSED, AlertState.UNCLEAR} and alert.review is not None:
        known.append(alert.review.reviewed_at)
    if alert.state is AlertState.CLOSED:
        known.append(case.closed_at)
    return known


@given(case=cases(), policy=policies(), now=moments)
def test_retention_never_takes_what_is_held_stands_lasts_or_is_younger_than_its_time(
    case: KeptCase, policy: KeepingPolicy, now: datetime
) -> None:
    found = due(case, policy, now)
    if found is None:
        return
    alert: Alert = case.alert
    assert not case.is_held
    assert alert.state in DELETABLE
    assert not alert.is_open
    assert found.rule is policy.rule_for(alert.state, alert.violation.risk_class)
    assert found.pieces
    for piece in found.pieces:
        assert piece.state is EvidenceState.STORED
        assert piece.evidence_id not in case.awaited
        days = timedelta(days=found.rule.days(piece.kind))
        for moment in (*_youngest(case), piece.created_at):
            assert moment is None or now - moment >= days


@given(
    case=cases(),
    now=moments,
    kinds=st.sets(st.sampled_from(EvidenceKind)),
    age=st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_a_full_disk_takes_only_what_was_found_to_be_nothing_and_never_what_is_held_or_fresh(
    case: KeptCase, now: datetime, kinds: set[EvidenceKind], age: timedelta
) -> None:
    pieces = expendable(case, kinds, now, age)
    if not pieces:
        return
    assert case.alert.state in EXPENDABLE
    assert not case.is_held
    assert case.alert.review is not None
    assert now - case.alert.review.reviewed_at >= age
    assert {piece.kind for piece in pieces} <= kinds
    assert all(piece.state is EvidenceState.STORED for piece in pieces)
    assert not {piece.evidence_id for piece in pieces} & case.awaited


@given(case=cases(), policy=policies(), now=moments)
def test_what_is_due_stays_due(case: KeptCase, policy: KeepingPolicy, now: datetime) -> None:
    found = due(case, policy, now)
    later = due(case, policy, now + timedelta(days=1))
    if found is not None:
        assert later is not None
        assert set(found.pieces) <= set(later.pieces)


def test_everything_that_may_go_goes_once_its_time_is_over() -> None:
    """The promise is not kept by deleting nothing."""
    policy = KeepingPolicy(version="1", sha256="0" * 64, rules=(A_FEW_DAYS,))
    clip, still = sample_evidence(1, kind=EvidenceKind.CLIP), sample_evidence(2)
    for state in sorted(DELETABLE):
        alert = sample_alert(1, evidence=(clip, still), state=state, ended_at=EPOCH + timedelta(seconds=2))
        review = Review(reviewer_id=UserId("u"), reviewed_at=EPOCH, state=state, reason="x")
        case = KeptCase(alert=replace(alert, review=review), closed_at=EPOCH)
        assert at_rest_since(case) is not None
        assert due(case, policy, EPOCH + timedelta(days=2)) is None
        third, fifth = due(case, policy, EPOCH + timedelta(days=3)), due(case, policy, EPOCH + timedelta(days=5))
        assert third is not None
        assert [piece.kind for piece in third.pieces] == [EvidenceKind.CLIP]
        assert fifth is not None
        assert len(fifth.pieces) == 2


@pytest.mark.parametrize("state", [AlertState.RAISED, AlertState.DISMISSED])
def test_evidence_of_a_node_is_as_old_as_by_the_centre_s_clock(state: AlertState) -> None:
    """The node's clock is a year behind: what it made a day ago carries the time of a year and a day ago."""
    policy = KeepingPolicy(version="1", sha256="0" * 64, rules=(A_FEW_DAYS,))
    year, day = timedelta(days=365), timedelta(days=1)
    node = Origin(node_id=NodeId("shop-1"), sequence=3, clock_offset_seconds=year.total_seconds())
    review = Review(reviewer_id=UserId(f"{NODE_ACTOR}shop-1:cook"), reviewed_at=EPOCH, state=state, reason="x")
    alert = sample_alert(1, evidence=(sample_evidence(2),), state=state, ended_at=EPOCH + timedelta(seconds=2))
    case = KeptCase(alert=replace(alert, origin=node, review=review))

    assert due(case, policy, EPOCH + year + day) is None
    assert expendable(case, STILLS, EPOCH + year + day, 2 * day) == ()
    assert due(case, policy, EPOCH + year + 5 * day) is not None


def test_a_full_disk_takes_clips_before_stills_and_the_least_serious_class_first() -> None:
    assert [(max(kinds), str(risk_class)) for kinds, risk_class in STAGES] == [
        ("clip", "ops"),
        ("clip", "III"),
        ("clip", "II"),
        ("clip", "I"),
        ("still", "ops"),
        ("still", "III"),
        ("still", "II"),
        ("still", "I"),
    ]
