"""Every step, from every state, by every kind of person: what is not written down here is refused."""

from dataclasses import replace

import pytest

from alerts.errors import (
    AlertStepError,
    AnswerFilesError,
    DisputedBeforeError,
    MachineStepError,
    PartyError,
    ReasonMissingError,
    VerdictStandsError,
    ViewingTooShortError,
)
from alerts.guards import FROM, SYSTEM, is_person, open_steps, require_allowed
from alerts.life import advance, update
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState, Review
from domain.ids import UserId
from domain.life import Life
from domain.risk import RiskClass
from tests.alerts.lives import (
    CHEN,
    CLASS_I,
    CLASS_II,
    CLOSED,
    CONFIRMED,
    DISPUTED,
    LI,
    NOTIFIED,
    PLAIN,
    RECTIFIED,
    SHOP,
    VERIFIED,
    WANG,
    ZHAO,
    lived,
    move,
    photo,
    photo_id,
    taken,
)
from tests.alerts.samples import EPOCH, sample_alert, sample_evidence

S = AlertStep

# Written out once more, from the documentation: the code's own table must not be what it is tested against.
WAYS: dict[AlertState, set[AlertStep]] = {
    AlertState.RAISED: {S.ACKNOWLEDGED, S.CONFIRMED, S.DISMISSED, S.UNCLEAR},
    AlertState.ACKNOWLEDGED: {S.CONFIRMED, S.DISMISSED, S.UNCLEAR},
    AlertState.IN_REVIEW: {S.CONFIRMED, S.DISMISSED, S.UNCLEAR},
    AlertState.CONFIRMED: {S.DISMISSED, S.UNCLEAR, S.NOTIFIED, S.PAUSED},
    AlertState.DISMISSED: {S.CONFIRMED, S.UNCLEAR, S.CLOSED},
    AlertState.UNCLEAR: {S.CONFIRMED, S.DISMISSED, S.CLOSED},
    AlertState.NOTIFIED: {S.DISPUTED, S.RECTIFIED, S.PAUSED},
    AlertState.DISPUTED: {S.CONFIRMED, S.DISMISSED, S.UNCLEAR, S.PAUSED},
    AlertState.RECTIFIED: {S.VERIFIED, S.SENT_BACK, S.PAUSED},
    AlertState.VERIFIED: {S.CLOSED},
    AlertState.CLOSED: set(),
}


def at(state: AlertState) -> Alert:
    """An alert of class II that came to the state by steps, or was put there where plain terms never lead to it."""
    ways = {
        AlertState.RAISED: (),
        AlertState.ACKNOWLEDGED: ((S.ACKNOWLEDGED, SHOP),),
        AlertState.CONFIRMED: CONFIRMED,
        AlertState.DISMISSED: ((S.DISMISSED, LI),),
        AlertState.UNCLEAR: ((S.UNCLEAR, LI),),
        AlertState.NOTIFIED: NOTIFIED,
        AlertState.DISPUTED: DISPUTED,
        AlertState.RECTIFIED: RECTIFIED,
        AlertState.VERIFIED: VERIFIED,
        AlertState.CLOSED: CLOSED,
    }
    if state is AlertState.IN_REVIEW:
        return taken(lived(), (S.CONFIRMED, LI), terms=CLASS_I)
    return taken(lived(risk_class=RiskClass.II), *ways[state])


@pytest.mark.parametrize("state", AlertState)
def test_from_each_state_lead_the_documented_steps_and_no_others(state: AlertState) -> None:
    alert = update(at(state), [photo()], now=EPOCH)
    assert alert.state is state
    allowed = set()
    for step in FROM:
        try:
            require_allowed(alert, move(step, CHEN, files=(photo_id(),)), PLAIN)
        except AlertStepError:
            continue
        allowed.add(step)
    assert allowed == WAYS[state]
    assert set(open_steps(alert, CHEN, PLAIN)) == WAYS[state]


@pytest.mark.parametrize(
    "actor", [None, UserId(""), UserId("  "), SYSTEM, UserId("node:edge-1:li"), UserId("centre:li")]
)
@pytest.mark.parametrize("step", FROM)
@pytest.mark.parametrize("state", AlertState)
def test_no_machine_takes_a_persons_step_from_any_state(
    state: AlertState, step: AlertStep, actor: UserId | None
) -> None:
    assert not is_person(actor)
    with pytest.raises(MachineStepError, match="only a person"):
        require_allowed(at(state), move(step, actor), PLAIN)
    assert open_steps(at(state), actor, PLAIN) == ()


@pytest.mark.parametrize("step", sorted(set(AlertStep) - set(FROM)))
def test_what_only_the_machine_does_is_no_persons_step(step: AlertStep) -> None:
    with pytest.raises(ValueError, match="a person's step is one of"):
        require_allowed(lived(), move(step, LI), PLAIN)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (AlertState.RAISED, S.DISMISSED),
        (AlertState.CONFIRMED, S.UNCLEAR),
        (AlertState.NOTIFIED, S.DISPUTED),
        (AlertState.NOTIFIED, S.RECTIFIED),
        (AlertState.RECTIFIED, S.SENT_BACK),
        (AlertState.NOTIFIED, S.PAUSED),
    ],
)
def test_what_another_person_must_understand_needs_a_reason(state: AlertState, step: AlertStep) -> None:
    with pytest.raises(ReasonMissingError):
        require_allowed(at(state), move(step, CHEN, reason="  ", files=(photo_id(),)), PLAIN)


def test_the_second_reviewer_of_class_one_is_another_person_than_the_first() -> None:
    with pytest.raises(PartyError) as caught:
        require_allowed(at(AlertState.IN_REVIEW), move(S.DISMISSED, LI), CLASS_I)
    assert (caught.value.actor, caught.value.conflict) == (LI, "has spoken in this round")
    require_allowed(at(AlertState.IN_REVIEW), move(S.DISMISSED, WANG), CLASS_I)


def test_the_third_reviewer_is_another_person_than_the_first_two() -> None:
    differing = taken(lived(), (S.CONFIRMED, LI), (S.DISMISSED, WANG), terms=CLASS_I)
    for actor in (LI, WANG):
        with pytest.raises(PartyError):
            require_allowed(differing, move(S.CONFIRMED, actor), CLASS_I)
    require_allowed(differing, move(S.CONFIRMED, ZHAO), CLASS_I)


def test_what_two_agreed_on_changes_by_a_dispute_only() -> None:
    agreed = taken(lived(), (S.CONFIRMED, LI), (S.CONFIRMED, WANG), terms=CLASS_I)
    with pytest.raises(VerdictStandsError):
        require_allowed(agreed, move(S.DISMISSED, ZHAO), CLASS_I)


@pytest.mark.parametrize("actor", [LI, SHOP])
def test_a_dispute_is_decided_by_neither_its_author_nor_who_reviewed_before(actor: UserId) -> None:
    disputed = at(AlertState.DISPUTED)
    for step in (S.CONFIRMED, S.DISMISSED, S.UNCLEAR):
        with pytest.raises(PartyError):
            require_allowed(disputed, move(step, actor), PLAIN)
        require_allowed(disputed, move(step, WANG), PLAIN)


def test_a_reviewer_from_before_lives_were_kept_does_not_decide_the_dispute_either() -> None:
    old = replace(
        sample_alert(1, state=AlertState.CONFIRMED),
        review=Review(reviewer_id=LI, reviewed_at=EPOCH, state=AlertState.CONFIRMED, reason=""),
    )
    disputed = taken(old, (S.NOTIFIED, LI), (S.DISPUTED, SHOP))
    with pytest.raises(PartyError):
        require_allowed(disputed, move(S.DISMISSED, LI), PLAIN)


def test_after_a_decision_found_it_unclear_an_earlier_reviewer_cannot_settle_it() -> None:
    unclear = taken(at(AlertState.DISPUTED), (S.UNCLEAR, WANG), minutes=20)
    for actor in (LI, WANG, SHOP):
        with pytest.raises(PartyError):
            require_allowed(unclear, move(S.CONFIRMED, actor), PLAIN)
    require_allowed(unclear, move(S.CONFIRMED, ZHAO), PLAIN)


def test_a_dispute_is_decided_once() -> None:
    again = taken(at(AlertState.DISPUTED), (S.CONFIRMED, WANG), (S.NOTIFIED, WANG), minutes=20)
    with pytest.raises(DisputedBeforeError):
        require_allowed(again, move(S.DISPUTED, SHOP), PLAIN)
    with pytest.raises(VerdictStandsError):
        require_allowed(taken(at(AlertState.DISPUTED), (S.CONFIRMED, WANG)), move(S.DISMISSED, ZHAO), PLAIN)


@pytest.mark.parametrize("step", [S.VERIFIED, S.SENT_BACK])
def test_a_rectification_is_not_judged_by_who_submitted_it(step: AlertStep) -> None:
    with pytest.raises(PartyError, match="has answered for the enterprise"):
        require_allowed(at(AlertState.RECTIFIED), move(step, SHOP), PLAIN)
    require_allowed(at(AlertState.RECTIFIED), move(step, LI), PLAIN)


def test_in_class_one_whoever_reviewed_does_not_verify_either() -> None:
    with pytest.raises(PartyError, match="has reviewed it"):
        require_allowed(at(AlertState.RECTIFIED), move(S.VERIFIED, LI), CLASS_I)
    require_allowed(at(AlertState.RECTIFIED), move(S.VERIFIED, WANG), CLASS_I)


@pytest.mark.parametrize("step", [S.DISPUTED, S.RECTIFIED])
def test_who_reviewed_does_not_answer_for_the_enterprise(step: AlertStep) -> None:
    alert = update(at(AlertState.NOTIFIED), [photo()], now=EPOCH)
    with pytest.raises(PartyError):
        require_allowed(alert, move(step, LI, files=(photo_id(),)), PLAIN)


@pytest.mark.parametrize("viewed_seconds", [None, 0.0, 4.9])
@pytest.mark.parametrize("state", [EvidenceState.STORED, EvidenceState.PENDING])
def test_nobody_judges_what_they_have_not_looked_at_for_long_enough(
    viewed_seconds: float | None, state: EvidenceState
) -> None:
    alert = lived(risk_class=RiskClass.II, evidence=(sample_evidence(1, state=state),))
    for step in (S.CONFIRMED, S.DISMISSED, S.UNCLEAR):
        with pytest.raises(ViewingTooShortError) as caught:
            require_allowed(alert, move(step, LI, viewed_seconds=viewed_seconds), CLASS_II)
        assert (caught.value.expected_seconds, caught.value.found_seconds) == (5.0, viewed_seconds)
    require_allowed(alert, move(S.CONFIRMED, LI, viewed_seconds=5.0), CLASS_II)
    require_allowed(alert, move(S.ACKNOWLEDGED, SHOP, viewed_seconds=None), CLASS_II)


def test_where_nothing_can_be_looked_at_a_verdict_needs_no_look() -> None:
    missing = sample_evidence(1, state=EvidenceState.MISSING, cause="no_pictures")
    boxes = sample_evidence(2, kind=EvidenceKind.BOXES)
    require_allowed(lived(evidence=(missing, boxes)), move(S.CONFIRMED, LI, viewed_seconds=None), CLASS_I)


def test_a_rectification_shows_files_of_its_own_that_were_put_to_this_alert() -> None:
    notified = update(at(AlertState.NOTIFIED), [photo(1), sample_evidence(2)], now=EPOCH)
    for files in ((), (photo_id(7),), (sample_evidence(2).evidence_id,)):
        with pytest.raises(AnswerFilesError):
            require_allowed(notified, move(S.RECTIFIED, SHOP, files=files), PLAIN)
    once = advance(notified, move(S.RECTIFIED, SHOP, files=(photo_id(1),)), PLAIN).alert
    back = advance(once, move(S.SENT_BACK, LI), PLAIN).alert
    with pytest.raises(AnswerFilesError, match="used before"):
        require_allowed(back, move(S.RECTIFIED, SHOP, files=(photo_id(1),)), PLAIN)


def test_clocks_are_paused_once_at_a_time_and_resumed_only_when_paused() -> None:
    notified = at(AlertState.NOTIFIED)
    with pytest.raises(AlertStepError):
        require_allowed(notified, move(S.RESUMED, LI), PLAIN)
    paused = taken(notified, (S.PAUSED, LI), minutes=10)
    with pytest.raises(AlertStepError):
        require_allowed(paused, move(S.PAUSED, LI), PLAIN)
    resumed = taken(paused, (S.RESUMED, LI), minutes=20)
    assert resumed.life is not None
    assert (paused.state, resumed.state, resumed.life.is_paused) == (AlertState.NOTIFIED, AlertState.NOTIFIED, False)


def test_a_refused_step_leaves_nothing_behind() -> None:
    alert = lived(evidence=(sample_evidence(1),))
    with pytest.raises(ViewingTooShortError):
        advance(alert, move(S.CONFIRMED, LI, viewed_seconds=1.0), CLASS_I)
    assert alert.life == Life(entered={AlertState.RAISED: alert.raised_at})
