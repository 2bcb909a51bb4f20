import pytest

from alerts.errors import JournalError
from alerts.ports import AlertJournal, Outbox
from alerts.testing import InMemoryJournal
from tests.alerts.journal_contract import JournalContract
from tests.alerts.samples import sample_alert, sample_message, sample_step


class TestInMemoryJournal(JournalContract):
    @pytest.fixture
    def journal(self) -> AlertJournal:
        return InMemoryJournal()


def test_a_failing_journal_stores_nothing() -> None:
    journal = InMemoryJournal()
    journal.fail_next = [JournalError("locked", is_temporary=True)]
    alert = sample_alert(1)
    with pytest.raises(JournalError):
        journal.record(alert, sample_step(alert), [sample_message(alert)], 0)
    assert (journal.depth(), journal.newest_feed_id()) == (0, 0)
    as_outbox: Outbox = journal
    assert as_outbox.pending(1) == []
