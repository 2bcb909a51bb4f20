import pytest

from alerts.testing import InMemoryJournal
from api.situation_testing import InMemorySituation
from credit.ledger_testing import InMemoryLedgers
from tests.api.situation_contract import Books, SituationContract, check_counts_agree_with_the_list


def made() -> Books:
    journal, ledgers = InMemoryJournal(), InMemoryLedgers()
    return Books(situation=InMemorySituation(journal, ledgers), journal=journal, snapshots=ledgers)


class TestInMemorySituation(SituationContract):
    @pytest.fixture
    def books(self) -> Books:
        return made()


def test_figures_and_list_hold_the_same_alerts() -> None:
    check_counts_agree_with_the_list(made)
