from dataclasses import replace
from datetime import timedelta

import pytest

from domain.alert import AlertState, AlertStep
from tests.alerts.samples import EPOCH, ended_alert, sample_alert


@pytest.mark.parametrize(
    ("state", "is_reviewed"),
    [
        (AlertState.RAISED, False),
        (AlertState.ACKNOWLEDGED, False),
        (AlertState.CONFIRMED, True),
        (AlertState.DISMISSED, True),
        (AlertState.UNCLEAR, True),
        (AlertState.DISPUTED, True),
        (AlertState.RECTIFIED, True),
        (AlertState.CLOSED, True),
    ],
)
def test_only_a_verdict_makes_an_alert_reviewed(state: AlertState, is_reviewed: bool) -> None:
    assert state.is_reviewed is is_reviewed


def test_every_state_is_reached_by_the_step_of_its_name() -> None:
    other = {AlertState.IN_REVIEW}  # reached by `reviewed`, where the verdict does not stand yet
    assert {state.value for state in set(AlertState) - other} <= {step.value for step in AlertStep}


@pytest.mark.parametrize("sequence", [0, -1])
def test_steps_are_counted_from_one(sequence: int) -> None:
    with pytest.raises(ValueError, match=f"counts from 1, got {sequence}"):
        replace(sample_alert(), sequence=sequence)


def test_an_alert_is_open_while_its_violation_lasts_whatever_people_do() -> None:
    alert = sample_alert()

    assert alert.is_open
    assert replace(alert, state=AlertState.CONFIRMED).is_open
    assert not ended_alert(alert).is_open


def test_an_ended_violation_keeps_all_but_its_end() -> None:
    violation = sample_alert().violation
    ended = violation.ended(EPOCH + timedelta(minutes=1))

    assert ended.ended_at == EPOCH + timedelta(minutes=1)
    assert replace(ended, ended_at=None) == violation
