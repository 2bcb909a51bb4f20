"""A process records nothing about a camera that another one has."""

from collections.abc import Iterator

import pytest

from domain.alert import EvidenceState
from domain.ids import CameraId
from domain.scope import Scope
from service.storage.database import Database
from service.storage.fenced import FencedJournal, LeasedOutbox, camera_lease
from service.storage.journal import SqlAlertJournal
from service.storage.leases import LeaseLostError, SqlLeases
from service.storage.migrate import upgrade
from tests.alerts.samples import sample_alert, sample_evidence, sample_message, sample_step
from tests.support.postgres import postgres_url

__all__ = ["postgres_url"]

pytestmark = pytest.mark.integration


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    upgrade(database)
    yield database
    database.close()


def test_only_the_holder_records_and_only_the_sender_sees_the_outbox(database: Database) -> None:
    leases, first, second = SqlLeases(database), FencedJournal(database, "first"), FencedJournal(database, "second")
    alert = sample_alert()
    lease = camera_lease(alert.violation.camera_id)
    with pytest.raises(LeaseLostError):
        first.record(alert, sample_step(alert), [sample_message(alert)], 0)
    leases.take({lease}, "first", -1.0)
    first.record(alert, sample_step(alert), [sample_message(alert)], 0)
    leases.take({lease}, "second", 60.0)
    later = sample_alert(2)
    with pytest.raises(LeaseLostError) as caught:
        first.record(later, sample_step(later), [sample_message(later)], 0)
    assert not caught.value.is_temporary
    assert SqlAlertJournal(database).get(later.alert_id, Scope.everything()) is None

    sees, sees_nothing = LeasedOutbox(database, lambda: True), LeasedOutbox(database, lambda: False)
    assert len(sees.pending(10)) == 1
    assert sees_nothing.pending(10) == []
    assert sees_nothing.depth() == 1
    assert second.open_cameras() == []


def test_pending_evidence_is_that_of_cameras_just_taken_over(database: Database) -> None:
    journal = FencedJournal(database, "first")
    pending = sample_evidence(state=EvidenceState.PENDING, size_bytes=None, sha256=None)
    alert = sample_alert(evidence=(pending,))
    SqlAlertJournal(database).record(alert, sample_step(alert), [], 0)
    assert SqlAlertJournal(database).pending_evidence() != []
    assert journal.pending_evidence() == []
    journal.takes_over([CameraId("another")])
    assert journal.pending_evidence() == []
    journal.takes_over([alert.violation.camera_id])
    assert [each.alert_id for each in journal.pending_evidence()] == [alert.alert_id]
