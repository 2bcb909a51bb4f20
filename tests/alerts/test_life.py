from dataclasses import replace
from datetime import timedelta

import pytest

from alerts import life
from alerts.errors import AlertStepError, MachineStepError, ReasonMissingError
from domain.alert import AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.ids import UserId
from tests.alerts.samples import EPOCH, sample_alert, sample_evidence

NOW = EPOCH + timedelta(minutes=5)
PERSON = UserId("user-1")


def test_a_new_alert_is_raised_with_sequence_one_and_nobody_has_looked() -> None:
    sample = sample_alert(1)
    alert = life.raise_alert(
        sample.violation,
        alert_id=sample.alert_id,
        enterprise_id=sample.enterprise_id,
        site_id=sample.site_id,
        local_day=sample.local_day,
        evidence=(),
        now=NOW,
    )
    assert (alert.sequence, alert.state, alert.state.is_reviewed, alert.is_open) == (1, AlertState.RAISED, False, True)


def test_each_step_counts_one_up_and_keeps_its_time() -> None:
    alert = life.acknowledge(sample_alert(1), actor=PERSON, now=NOW)
    assert (alert.sequence, alert.updated_at, alert.state) == (2, NOW, AlertState.ACKNOWLEDGED)


def test_an_update_replaces_pieces_with_the_same_id_and_keeps_the_others() -> None:
    pending = sample_evidence(2, kind=EvidenceKind.CLIP, state=EvidenceState.PENDING)
    alert = sample_alert(1, evidence=(sample_evidence(1), pending))
    stored = replace(alert.evidence[1], state=EvidenceState.STORED)
    assert life.update(alert, [stored], now=NOW).evidence == (alert.evidence[0], stored)


def test_a_violation_ends_once() -> None:
    alert = sample_alert(1)
    ended = life.end(alert, last_seen_at=EPOCH + timedelta(seconds=9), ended_at=EPOCH + timedelta(seconds=9), now=NOW)
    assert (ended.is_open, ended.violation.ended_at) == (False, EPOCH + timedelta(seconds=9))
    with pytest.raises(AlertStepError):
        life.end(ended, last_seen_at=NOW, ended_at=NOW, now=NOW)


def test_a_wall_clock_that_was_set_back_ends_nothing_before_it_began() -> None:
    past = EPOCH - timedelta(days=1)
    ended = life.end(sample_alert(1), last_seen_at=past, ended_at=past, now=past)
    assert ended.violation.ended_at == ended.violation.last_seen_at == EPOCH + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "is_allowed"),
    [(state, state is AlertState.RAISED) for state in AlertState],
)
def test_only_what_nobody_has_seen_can_be_acknowledged(state: AlertState, *, is_allowed: bool) -> None:
    alert = sample_alert(1, state=state)
    if is_allowed:
        assert life.acknowledge(alert, actor=PERSON, now=NOW).state is AlertState.ACKNOWLEDGED
    else:
        with pytest.raises(AlertStepError):
            life.acknowledge(alert, actor=PERSON, now=NOW)


@pytest.mark.parametrize(("verdict", "state"), list(life.VERDICTS.items()))
def test_a_verdict_names_the_person_and_the_reason(verdict: AlertStep, state: AlertState) -> None:
    alert = life.review(sample_alert(1), verdict, reviewer=PERSON, reason=" 看过录像 ", now=NOW)
    assert alert.state is state
    assert alert.review is not None
    assert (alert.review.reviewer_id, alert.review.reason, alert.review.state) == (PERSON, "看过录像", state)


def test_dismissing_needs_a_reason_and_confirming_does_not() -> None:
    with pytest.raises(ReasonMissingError) as caught:
        life.review(sample_alert(1), AlertStep.DISMISSED, reviewer=PERSON, reason="  ", now=NOW)
    assert isinstance(caught.value, AlertStepError)
    assert life.review(sample_alert(1), AlertStep.CONFIRMED, reviewer=PERSON, reason="", now=NOW).state.is_reviewed


def test_a_verdict_may_be_changed_with_a_reason_but_not_repeated() -> None:
    confirmed = life.review(sample_alert(1), AlertStep.CONFIRMED, reviewer=PERSON, reason="", now=NOW)
    with pytest.raises(AlertStepError):
        life.review(confirmed, AlertStep.CONFIRMED, reviewer=PERSON, reason="again", now=NOW)
    with pytest.raises(ReasonMissingError):
        life.review(confirmed, AlertStep.UNCLEAR, reviewer=PERSON, reason="", now=NOW)
    changed = life.review(confirmed, AlertStep.DISMISSED, reviewer=PERSON, reason="是猫", now=NOW)
    assert (changed.state, changed.sequence) == (AlertState.DISMISSED, 3)


def test_a_closed_alert_is_not_judged_again() -> None:
    with pytest.raises(AlertStepError):
        life.review(sample_alert(1, state=AlertState.CLOSED), AlertStep.CONFIRMED, reviewer=PERSON, reason="x", now=NOW)


def test_the_machine_cannot_judge() -> None:
    with pytest.raises(MachineStepError, match="only a person"):
        life.review(sample_alert(1), AlertStep.CONFIRMED, reviewer=UserId(" "), reason="", now=NOW)
    with pytest.raises(MachineStepError, match="only a person"):
        life.acknowledge(sample_alert(1), actor=UserId(""), now=NOW)


def test_only_verdicts_are_verdicts() -> None:
    with pytest.raises(ValueError, match="a verdict is one of"):
        life.review(sample_alert(1), AlertStep.ENDED, reviewer=PERSON, reason="x", now=NOW)
