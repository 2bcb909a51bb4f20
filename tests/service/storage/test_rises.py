"""Rises over both databases: one transaction with the outbox, sealed, once whoever looks, and never back."""

from pathlib import Path

import pytest

from alerts.ports import AlertFilter
from alerts.riser import Riser
from alerts.rising import RiseRule
from alerts.testing import InMemoryEvidenceStore
from domain.alert import AlertState, AlertStep
from domain.life import RiseCause
from domain.risk import RiskClass
from domain.scope import Scope
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.outbox import SqlOutbox
from service.storage.reviews import SqlViewings
from service.storage.seals import SqlSeals
from tests.alerts.lives import LI, WANG, Office, lived
from tests.alerts.samples import EPOCH
from tests.alerts.test_riser import Clock, Watched, raised
from tests.service.storage.test_lives import faults

EVERYTHING = Scope.everything()
RULES = {"pest.rodent": (RiseRule(to=RiskClass.I, cause=RiseCause.LASTS, needed=60, because="p"),)}


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(
        journal=SqlAlertJournal(database),
        store=InMemoryEvidenceStore(tmp_path / "files"),
        viewings=SqlViewings(database),
    )


def test_a_rise_is_written_once_with_its_message_sealed_and_asks_for_two_reviewers(
    office: Office, database: Database
) -> None:
    raised(office, 1)
    watched, outbox, seals = Watched(), SqlOutbox(database), SqlSeals(database)
    watched.seconds = 100.0
    threads = [Riser(office.review.steps, RULES, watched, clock=Clock()) for _ in range(2)]
    assert [thread.work() for thread in threads] == [1, 0]
    assert Riser(office.review.steps, RULES, watched, clock=Clock()).work() == 0

    alert_id = lived().alert_id
    assert [step.step for step in office.journal.history(alert_id)] == [AlertStep.RAISED, AlertStep.RISEN]
    assert outbox.depth() == 2
    found = office.journal.search(AlertFilter(risk_classes=frozenset({RiskClass.I})), EVERYTHING, None, 10)
    assert [alert.alert_id for alert in found] == [alert_id]
    assert found[0].life is not None
    assert [one.to for one in found[0].life.rises] == [RiskClass.I]
    seals.seal(after=0, limit=10, now=office.at)
    assert faults(database, alert_id) == []

    office.viewings.note(alert_id, LI, EPOCH)
    office.viewings.note(alert_id, WANG, EPOCH)
    office.pass_time(minutes=5)
    first = office.review.confirm(alert_id, actor=LI, scope=EVERYTHING, expected_sequence=2)
    assert first is not None
    assert first.state is AlertState.IN_REVIEW
    second = office.review.confirm(alert_id, actor=WANG, scope=EVERYTHING, expected_sequence=3)
    assert second is not None
    assert (second.state, second.violation.risk_class) == (AlertState.CONFIRMED, RiskClass.I)
