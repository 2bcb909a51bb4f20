"""The thread that says whose time is over; over the databases: tests/service/storage/test_lives.py."""

import threading
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from alerts.errors import AlertConflictError, JournalError
from alerts.escalation import Escalator
from alerts.testing import InMemoryEvidenceStore, InMemoryJournal, InMemoryViewings
from domain.alert import AlertStep
from domain.ids import SiteId
from domain.risk import RiskClass
from domain.schedule import OpenHours, Schedule
from domain.scope import Scope
from tests.alerts.lives import LI, SHOP, Office, lived
from tests.alerts.samples import EPOCH

S = AlertStep
EVERYTHING = Scope.everything()


class Hours:
    def __init__(self, schedule: Schedule | None = None) -> None:
        self.known = schedule

    def schedule(self, site_id: SiteId) -> Schedule | None:
        return self.known


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(journal=InMemoryJournal(), store=InMemoryEvidenceStore(tmp_path), viewings=InMemoryViewings())


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def told(office: Office, number: int = 1) -> list[str]:
    history = office.journal.history(lived(number).alert_id)
    return [step.note for step in history if step.step is S.OVERDUE]


def test_a_time_is_told_when_it_has_passed_and_not_before(office: Office) -> None:
    office.raised(lived())
    escalator = Escalator(office.review.steps, Hours(), clock=Clock())
    office.at = EPOCH + timedelta(minutes=30)
    assert escalator.work() == 0
    office.at += timedelta(seconds=1)
    rings = office.bell.count
    assert (escalator.work(), told(office), office.bell.count) == (1, ["acknowledge 1: manager"], rings + 1)
    assert escalator.work() == 0


def test_what_happens_between_two_rounds_moves_the_timetable(office: Office) -> None:
    escalator = Escalator(office.review.steps, Hours(), clock=Clock())
    assert escalator.work() == 0
    office.raised(lived(1))
    office.raised(lived(2))
    office.review.acknowledge(lived(1).alert_id, actor=SHOP, scope=EVERYTHING, expected_sequence=1)
    assert escalator.work() == 0
    office.at = EPOCH + timedelta(minutes=40)
    assert (escalator.work(), told(office, 1), told(office, 2)) == (1, [], ["acknowledge 1: manager"])
    office.review.dismiss(lived(2).alert_id, actor=LI, scope=EVERYTHING, expected_sequence=2, reason="是猫")
    office.at = EPOCH + timedelta(hours=2, minutes=1)
    assert escalator.work() == 2, "of two that lack a verdict: a first one of two settles nothing"


def test_opening_hours_that_change_are_heeded_within_the_hour(office: Office) -> None:
    office.raised(lived(1, risk_class=RiskClass.II))
    evenings = Schedule(hours=tuple(OpenHours(weekday=day, start=time(23), end=time(23, 30)) for day in range(7)))
    hours, clock = Hours(evenings), Clock()
    escalator = Escalator(office.review.steps, hours, clock=clock)
    office.at = EPOCH + timedelta(hours=3)
    assert escalator.work() == 0
    hours.known = None
    assert escalator.work() == 0
    clock.seconds = 3601.0
    assert (escalator.work(), told(office)) == (1, ["acknowledge 1: manager"])


def test_somebody_quicker_loses_nothing_and_doubles_nothing(office: Office) -> None:
    office.raised(lived())
    escalator = Escalator(office.review.steps, Hours(), clock=Clock())
    office.at = EPOCH + timedelta(hours=1)
    office.journal.fail_next = [AlertConflictError(lived().alert_id, expected_sequence=1, found_sequence=2)]
    assert (escalator.work(), told(office)) == (0, [])
    assert (escalator.work(), told(office)) == (1, ["acknowledge 1: manager"])
    office.review.acknowledge(lived().alert_id, actor=SHOP, scope=EVERYTHING, expected_sequence=2)
    assert escalator.work() == 0


def test_a_database_that_was_away_delays_and_loses_nothing(office: Office) -> None:
    office.raised(lived())
    escalator = Escalator(office.review.steps, Hours(), clock=Clock())
    office.at = EPOCH + timedelta(hours=1)
    office.journal.fail_next = [JournalError("away", is_temporary=True)]
    with pytest.raises(JournalError):
        escalator.work()
    assert (escalator.work(), told(office)) == (1, ["acknowledge 1: manager"])


def test_alerts_from_before_lives_were_kept_are_never_overdue(office: Office) -> None:
    office.raised(replace(lived(), life=None))
    office.at = EPOCH + timedelta(days=90)
    assert Escalator(office.review.steps, Hours(), clock=Clock()).work() == 0


def test_the_thread_tells_by_itself_and_ends(office: Office) -> None:
    office.raised(lived())
    office.at = EPOCH + timedelta(hours=1)
    heard = threading.Event()
    office.bell.listen(heard.set)
    escalator = Escalator(office.review.steps, Hours(), clock=Clock(), wait_seconds=0.01)
    escalator.start()
    assert heard.wait(20.0)
    escalator.stop()
    escalator.stop()
    assert told(office) == ["acknowledge 1: manager"]
