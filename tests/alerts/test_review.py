from datetime import timedelta

import pytest

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.errors import AlertConflictError, AlertStepError
from alerts.messages import AlertMessages
from alerts.review import ReviewDesk
from alerts.testing import InMemoryJournal
from domain.alert import AlertState, AlertStep
from domain.ids import EnterpriseId, UserId
from domain.scope import Scope
from tests.alerts.samples import EPOCH, alert_id, sample_alert, sample_step

EVERYTHING = Scope.everything()
PERSON = UserId("user-1")


class Desk:
    def __init__(self) -> None:
        self.journal = InMemoryJournal()
        self.bell = FeedBell()
        alert = sample_alert(1)
        self.journal.record(alert, sample_step(alert), [], 0)
        self.desk = ReviewDesk(
            self.journal, AlertMessages(load_catalogue()), self.bell, lambda: EPOCH + timedelta(minutes=1)
        )


def test_a_verdict_is_stored_told_and_rung() -> None:
    at = Desk()
    alert = at.desk.dismiss(alert_id(1), actor=PERSON, scope=EVERYTHING, expected_sequence=1, reason="是猫")
    assert alert is not None
    assert alert == at.journal.get(alert_id(1), EVERYTHING)
    step = at.journal.history(alert_id(1))[-1]
    assert (step.step, step.actor_id, step.note) == (AlertStep.DISMISSED, PERSON, "是猫")
    assert (step.payload["reviewed"], step.payload["notice"], step.payload["state"]) == (True, None, "dismissed")
    assert (len(at.journal.pending(10)), at.bell.count) == (1, 1)


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("acknowledge", AlertState.ACKNOWLEDGED),
        ("confirm", AlertState.CONFIRMED),
        ("dismiss", AlertState.DISMISSED),
        ("unclear", AlertState.UNCLEAR),
    ],
)
def test_each_verb_leads_to_its_state(verb: str, state: AlertState) -> None:
    desk = Desk().desk
    alert = getattr(desk, verb)(alert_id(1), actor=PERSON, scope=EVERYTHING, expected_sequence=1, reason="看过")
    assert alert.state is state


def test_an_acknowledged_alert_is_still_a_lead() -> None:
    at = Desk()
    at.desk.acknowledge(alert_id(1), actor=PERSON, scope=EVERYTHING, expected_sequence=1)
    payload = at.journal.history(alert_id(1))[-1].payload
    assert (payload["reviewed"], payload["notice"]) == (False, "AI 线索，未经人工核实，不作为处罚依据")


def test_who_looked_at_an_older_state_is_told_so() -> None:
    at = Desk()
    at.desk.confirm(alert_id(1), actor=PERSON, scope=EVERYTHING, expected_sequence=1)
    with pytest.raises(AlertConflictError) as caught:
        at.desk.dismiss(alert_id(1), actor=UserId("user-2"), scope=EVERYTHING, expected_sequence=1, reason="x")
    assert (caught.value.expected_sequence, caught.value.found_sequence) == (1, 2)


def test_a_step_that_the_state_forbids_changes_nothing() -> None:
    at = Desk()
    at.desk.confirm(alert_id(1), actor=PERSON, scope=EVERYTHING, expected_sequence=1)
    with pytest.raises(AlertStepError):
        at.desk.acknowledge(alert_id(1), actor=PERSON, scope=EVERYTHING, expected_sequence=2)
    assert (len(at.journal.history(alert_id(1))), at.bell.count) == (2, 1)


def test_outside_the_scope_there_is_no_alert() -> None:
    at = Desk()
    scope = Scope(enterprise_ids=frozenset({EnterpriseId("enterprise-2")}))
    assert at.desk.confirm(alert_id(1), actor=PERSON, scope=scope, expected_sequence=1) is None
    assert at.desk.confirm(alert_id(9), actor=PERSON, scope=EVERYTHING, expected_sequence=1) is None
    assert at.bell.count == 0
