"""Lives of alerts over both databases: the state machine, viewings, figures, what the audit finds, the clocks."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from alerts.audit import ChainAudit, Fault, alert_faults
from alerts.escalation import Escalator
from alerts.ports import AlertFilter
from alerts.testing import InMemoryEvidenceStore
from domain.alert import AlertStep
from domain.ids import AlertId, EnterpriseId, SiteId
from domain.risk import RiskClass
from domain.schedule import Schedule
from domain.scope import Scope
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.ledger import snapshot
from service.storage.migrate import downgrade
from service.storage.reviews import SqlReviewRecords, SqlViewings
from service.storage.seals import SqlSeals
from tests.alerts.life_model import EVERYTHING, LifeMachine
from tests.alerts.lives import LI, NOTIFIED, RECTIFIED, SHOP, WANG, Office, lived
from tests.alerts.samples import EPOCH, sample_alert, sample_step

S = AlertStep
DAYS = (date(2026, 1, 1), date(2026, 1, 31))


class AlwaysOpen:
    def schedule(self, site_id: SiteId) -> Schedule | None:
        return None


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(
        journal=SqlAlertJournal(database),
        store=InMemoryEvidenceStore(tmp_path / "files"),
        viewings=SqlViewings(database),
    )


def take(office: Office, number: int, *steps: tuple[AlertStep, Any], risk_class: RiskClass = RiskClass.II) -> AlertId:
    """An alert that people took through these steps at the desk; they looked at nothing, for it has no evidence."""
    alert = office.raised(lived(number, risk_class=risk_class))
    for step, actor in steps:
        files = []
        if step is S.RECTIFIED:
            added = office.follow_up.add_file(
                alert.alert_id, actor=actor, scope=EVERYTHING, content=b"%PDF-" + str(alert.sequence).encode()
            )
            assert added is not None
            alert, evidence_id = added
            files = [evidence_id]
        moved = office.review.steps.take(
            alert.alert_id,
            step,
            actor=actor,
            scope=EVERYTHING,
            expected_sequence=alert.sequence,
            reason="看过",
            files=files,
        )
        assert moved is not None
        alert = moved
        office.pass_time(minutes=1)
    return alert.alert_id


def test_no_illegal_path_exists(office: Office) -> None:
    class Machine(LifeMachine):
        pass

    Machine.office = office
    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=8, stateful_step_count=40, suppress_health_check=list(HealthCheck)),
    )


def test_a_life_comes_back_from_the_database_as_it_was(office: Office) -> None:
    alert_id = take(office, 1, *RECTIFIED, (S.PAUSED, LI), (S.SENT_BACK, WANG))
    alert = office.journal.get(alert_id, EVERYTHING)
    assert alert.life.rectifications[0].judged_by == WANG
    assert alert.life.is_paused
    latest = office.journal.history(alert_id)[-1].payload["life"]
    assert (latest["state"], latest["rectifications"][0]["accepted"]) == ("notified", False)


def test_only_alerts_that_somebody_owes_something_are_on_the_clock(office: Office) -> None:
    on_clock = [take(office, 1), take(office, 2, *NOTIFIED), take(office, 3, *RECTIFIED)]
    take(office, 4, (S.DISMISSED, LI))
    take(office, 5, *RECTIFIED, (S.VERIFIED, WANG))
    old = sample_alert(6)
    office.journal.record(old, sample_step(old), [], 0)
    found = office.journal.search(AlertFilter(is_on_clock=True), EVERYTHING, None, 100)
    assert [alert.alert_id for alert in found] == on_clock[::-1]


def test_the_first_look_stays_whoever_looks_again(office: Office) -> None:
    alert_id = take(office, 1)
    assert office.viewings.first(alert_id, LI) is None
    office.viewings.note(alert_id, LI, EPOCH)
    office.viewings.note(alert_id, LI, EPOCH + timedelta(hours=1))
    office.viewings.note(alert_id, WANG, EPOCH + timedelta(hours=2))
    assert office.viewings.first(alert_id, LI) == EPOCH
    assert office.viewings.first(alert_id, WANG) == EPOCH + timedelta(hours=2)


def test_figures_count_verdicts_that_stand_inside_the_scope(office: Office, database: Database) -> None:
    take(office, 1, (S.CONFIRMED, LI))
    take(office, 2, (S.DISMISSED, LI))
    take(office, 3, (S.UNCLEAR, LI))
    take(office, 4, *NOTIFIED, (S.DISPUTED, SHOP))
    take(office, 5, (S.CONFIRMED, LI), risk_class=RiskClass.I)  # half reviewed: nothing stands
    records = SqlReviewRecords(database)
    (one,) = records.verdict_counts(EVERYTHING, *DAYS)
    assert (one.code, one.camera_id, one.confirmed, one.dismissed, one.unclear) == ("pest.rodent", "camera-1", 1, 1, 1)
    assert records.verdict_counts(Scope(enterprise_ids=frozenset({EnterpriseId("other")})), *DAYS) == []
    assert records.verdict_counts(EVERYTHING, date(2025, 1, 1), date(2025, 1, 2)) == []


def test_what_two_reviewed_is_found_for_quality_assurance(office: Office, database: Database) -> None:
    take(office, 1, (S.CONFIRMED, LI))
    both = take(office, 2, (S.CONFIRMED, LI), (S.CONFIRMED, WANG), risk_class=RiskClass.I)
    take(office, 3, (S.CONFIRMED, LI), risk_class=RiskClass.I)
    decided = take(office, 4, *NOTIFIED, (S.DISPUTED, SHOP), (S.DISMISSED, WANG))
    found = SqlReviewRecords(database).reviewed_twice(EVERYTHING, *DAYS)
    assert [alert.alert_id for alert in found] == [decided, both]


def faults(database: Database, alert_id: str) -> list[str]:
    audit = ChainAudit()
    with snapshot(database) as ledger:
        findings = list(audit.look(ledger.sealed_steps(0)))
        seal, sequence = audit.latest[alert_id]
        (state,) = ledger.alert_states([alert_id])
        findings += alert_faults(state, seal, sequence, audit.payloads[alert_id])
    return [f"{finding.fault}: {finding.place}" for finding in findings]


@pytest.mark.parametrize(
    ("way", "old", "new"),
    [
        (((S.CONFIRMED, LI),), '"confirmed"', '"dismissed"'),  # the hidden verdict of a first reviewer
        (RECTIFIED, SHOP, LI),
        (RECTIFIED, "看过", "没看"),
    ],
)
def test_a_changed_life_is_found_by_the_audit(
    office: Office, database: Database, way: tuple[Any, ...], old: str, new: str
) -> None:
    alert_id = take(office, 1, *way, risk_class=RiskClass.I if len(way) == 1 else RiskClass.II)
    SqlSeals(database).seal(after=0, limit=100, now=office.at)
    assert faults(database, alert_id) == []
    cast = "::jsonb" if database.is_postgresql else ""
    with database.transaction() as connection:
        changed = connection.execute(
            text(f"UPDATE alerts SET life = replace(CAST(life AS TEXT), :old, :new){cast}"),
            {"old": old, "new": new},
        )
        assert changed.rowcount == 1
    assert faults(database, alert_id) == [f"{Fault.ALERT_CHANGED}: alerts {alert_id}.life"]


def test_an_older_version_is_not_given_words_that_it_cannot_read(office: Office, database: Database) -> None:
    take(office, 1, *NOTIFIED)
    with pytest.raises(RuntimeError, match="1 steps and files"):
        downgrade(database, "0005")
    assert len(office.journal.history(lived(1).alert_id)) == 3


def test_two_clocks_over_one_database_and_a_restart_tell_each_time_once(office: Office) -> None:
    number_of_alerts = 3
    for number in range(1, number_of_alerts + 1):
        office.raised(replace(lived(number)))
    office.pass_time(hours=3)  # acknowledge (30 min) and review (2 h) of class I are over
    clocks = [Escalator(office.review.steps, AlwaysOpen(), clock=lambda: 0.0) for _ in range(2)]
    told = [clock.work() for clock in clocks]
    told += [clock.work() for clock in clocks]
    told.append(Escalator(office.review.steps, AlwaysOpen(), clock=lambda: 0.0).work())
    assert sum(told) == 2 * number_of_alerts
    for number in range(1, number_of_alerts + 1):
        steps = office.journal.history(lived(number).alert_id)
        assert [(step.step, step.actor_id, step.note) for step in steps[1:]] == [
            (S.OVERDUE, None, "acknowledge 1: manager"),
            (S.OVERDUE, None, "review 1: reviewer"),
        ]
        assert [step.payload["step"] for step in steps[1:]] == ["updated", "updated"]
