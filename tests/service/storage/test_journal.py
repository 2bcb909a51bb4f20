"""SqlAlertJournal and SqlOutbox keep the contract on both databases, and what SQL adds to it."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import StatementError

from alerts.errors import AlertConflictError, JournalError
from alerts.ports import AlertFilter, AlertJournal, Outbox, PlaceNames
from domain.alert import AlertState, AlertStep
from domain.ids import CameraId, SiteId
from domain.scope import Scope
from service.storage.alert_rows import alert_values
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.migrate import upgrade
from service.storage.outbox import SqlOutbox
from service.storage.registry import SqlRegistry
from service.storage.rows import alerts
from tests.alerts.journal_contract import JournalContract, advance, raise_alert
from tests.alerts.samples import (
    EPOCH,
    alert_id,
    ended_alert,
    next_alert,
    sample_alert,
    sample_evidence,
    sample_message,
    sample_step,
)
from tests.credit.registry_contract import fill
from tests.credit.samples import camera, enterprise, site

EVERYTHING = Scope.everything()


class TestSqlAlertJournal(JournalContract):
    @pytest.fixture
    def journal(self, database: Database) -> AlertJournal:
        return SqlAlertJournal(database)

    @pytest.fixture
    def outbox(self, database: Database) -> Outbox:
        return SqlOutbox(database)


def test_a_step_that_is_not_the_alerts_latest_is_a_mistake(database: Database) -> None:
    alert = sample_alert(1)

    with pytest.raises(ValueError, match="the step must be the alert's latest"):
        SqlAlertJournal(database).record(alert, sample_step(next_alert(alert)), [], 0)
    with pytest.raises(ValueError, match="the step must be the alert's latest"):
        SqlAlertJournal(database).record(alert, sample_step(sample_alert(2)), [], 0)


def test_a_page_without_entries_is_not_asked_for(database: Database) -> None:
    with pytest.raises(ValueError, match="limit must be at least 1"):
        SqlAlertJournal(database).search(AlertFilter(), EVERYTHING, None, 0)


def test_what_cannot_be_stored_takes_the_whole_record_with_it(database: Database) -> None:
    """The last thing that is written is a message; here it has no payload."""
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    broken = replace(sample_message(alert), payload=None)  # type: ignore[arg-type]  # on purpose
    journal = SqlAlertJournal(database)

    with pytest.raises(JournalError):
        journal.record(alert, sample_step(alert), [sample_message(alert), broken], 0)

    assert journal.get(alert.alert_id, EVERYTHING) is None
    assert journal.evidence(alert.evidence[0].evidence_id) is None
    assert (journal.newest_feed_id(), SqlOutbox(database).depth()) == (0, 0)


def test_an_ended_alert_cannot_be_opened_again_beside_its_successor(database: Database) -> None:
    journal = SqlAlertJournal(database)
    first = sample_alert(1, subject="track-5")
    ended = ended_alert(first)
    raise_alert(journal, first)
    advance(journal, ended, AlertStep.ENDED)
    raise_alert(journal, sample_alert(2, subject="track-5"))

    with pytest.raises(AlertConflictError):
        advance(journal, next_alert(ended, violation=first.violation), AlertStep.UPDATED)
    assert journal.get(first.alert_id, EVERYTHING) == ended


def test_the_database_itself_refuses_a_second_open_alert(database: Database) -> None:
    raise_alert(SqlAlertJournal(database), sample_alert(1, subject="track-5"))

    with pytest.raises(JournalError), database.transaction() as connection:
        connection.execute(insert(alerts).values(alert_values(sample_alert(2, subject="track-5"))))


def test_evidence_keeps_its_order_and_follows_each_step(database: Database) -> None:
    journal = SqlAlertJournal(database)
    pieces = tuple(sample_evidence(number) for number in (3, 1, 2))
    alert = sample_alert(1, evidence=pieces)
    raise_alert(journal, alert)
    later = next_alert(alert, evidence=(alert.evidence[2], alert.evidence[0]))
    advance(journal, later, AlertStep.UPDATED)

    assert journal.get(alert.alert_id, EVERYTHING) == later
    assert journal.evidence(alert.evidence[1].evidence_id) is None


def test_instants_keep_their_microseconds_and_their_zone(database: Database) -> None:
    journal = SqlAlertJournal(database)
    instant = datetime(2026, 3, 29, 1, 30, 0, 123457, tzinfo=UTC)
    raise_alert(journal, sample_alert(1, raised_at=instant))

    stored = journal.get(alert_id(1), EVERYTHING)
    assert stored is not None
    assert (stored.raised_at, stored.raised_at.tzinfo) == (instant, UTC)


def test_an_instant_of_another_zone_is_stored_as_the_same_instant(database: Database) -> None:
    journal = SqlAlertJournal(database)
    shanghai = EPOCH.astimezone(ZoneInfo("Asia/Shanghai"))
    raise_alert(journal, replace(sample_alert(1), updated_at=shanghai))

    stored = journal.get(alert_id(1), EVERYTHING)
    assert stored is not None
    assert (stored.updated_at, stored.updated_at.tzinfo) == (EPOCH, UTC)


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = EPOCH.replace(tzinfo=None)

    with pytest.raises(StatementError, match="must be aware"):
        raise_alert(SqlAlertJournal(database), replace(sample_alert(1), updated_at=naive))


def test_an_alert_keeps_the_names_of_its_day_when_its_camera_is_renamed_and_deleted(database: Database) -> None:
    registry, journal = SqlRegistry(database), SqlAlertJournal(database)
    fill(registry)
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    raise_alert(journal, alert)
    registry.update_camera(camera(1, name="renamed"), 1)
    registry.delete_camera(camera(1).camera_id)
    later = next_alert(alert, state=AlertState.ACKNOWLEDGED)
    advance(journal, later, AlertStep.ACKNOWLEDGED)

    assert journal.get(alert.alert_id, EVERYTHING) == later
    assert journal.evidence(alert.evidence[0].evidence_id) == (later, alert.evidence[0])
    assert journal.names([alert.alert_id]) == {
        alert.alert_id: PlaceNames(enterprise=enterprise(1).name, site=site(1).name, camera=camera(1).name)
    }


def test_an_alert_of_a_camera_that_is_not_registered_has_no_names(database: Database) -> None:
    journal = SqlAlertJournal(database)
    raise_alert(journal, sample_alert(1))

    assert journal.names([alert_id(1), alert_id(2)]) == {alert_id(1): PlaceNames()}


@pytest.mark.integration
def test_a_reader_never_sees_a_later_step_before_an_earlier_one(postgres_url: str) -> None:
    """Writer one has stored a step but not committed yet; writer two must not overtake it."""
    database = Database(postgres_url)
    upgrade(database)
    journal = SqlAlertJournal(database)
    raise_alert(journal, sample_alert(1))
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with database.transaction() as connection:
            journal.write(connection, sample_alert(2), sample_step(sample_alert(2)), [], 0)
            has_written.set()
            may_commit.wait(20)

    def write_quickly() -> None:
        raise_alert(journal, sample_alert(3))

    slow, quick = threading.Thread(target=write_slowly), threading.Thread(target=write_quickly)
    slow.start()
    assert has_written.wait(20)
    quick.start()
    _wait_until_a_backend_waits_for_the_lock(database)
    seen_meanwhile = [entry.feed_id for entry in journal.feed(0, EVERYTHING, 10)]
    may_commit.set()
    slow.join()
    quick.join()

    assert seen_meanwhile == [1]
    assert [(e.feed_id, e.step.alert_id) for e in journal.feed(1, EVERYTHING, 10)] == [
        (2, alert_id(2)),
        (3, alert_id(3)),
    ]
    assert [m.message_id for m in SqlOutbox(database).pending(10)] == [1, 2]
    database.close()


def _wait_until_a_backend_waits_for_the_lock(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    deadline = time.monotonic() + 20
    while True:
        with database.reading() as connection:
            if connection.execute(waiting).scalar_one():
                return
        assert time.monotonic() < deadline, "the second writer does not wait"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda journal: journal.pending_evidence(), "ix_evidence_pending"),
        (lambda journal: journal.open_alerts(CameraId("camera-1")), "ix_alerts_open_camera"),
        (lambda journal: journal.open_counts(SiteId("site-1")), "ix_alerts_open_site"),
        (lambda journal: journal.feed(5, EVERYTHING, 10), "INTEGER PRIMARY KEY (rowid>?)"),
        (
            lambda journal: journal.search(AlertFilter(site_id=SiteId("site-1")), EVERYTHING, alert_id(9), 10),
            "ix_alerts_site_id_alert_id (site_id=? AND alert_id<?)",
        ),
    ],
    ids=["pending evidence", "open alerts", "open counts", "feed", "a site's page"],
)
def test_a_question_that_is_asked_often_is_answered_from_an_index(
    sqlite_url: str, ask: Callable[[SqlAlertJournal], object], index: str
) -> None:
    database = Database(sqlite_url)
    upgrade(database)
    plans: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    ask(SqlAlertJournal(database))

    assert any(index in step for step in plans), plans
    database.close()
