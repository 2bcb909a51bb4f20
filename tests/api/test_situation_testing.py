import pytest

from alerts.testing import InMemoryJournal
from api.situation_testing import InMemorySituation
from credit.ledger_testing import InMemoryLedgers
from credit.testing import InMemoryRegistry
from tests.api.situation_contract import Books, SituationContract, check_counts_agree_with_the_list
from tests.credit.samples import enterprise


def made() -> Books:
    journal, ledgers = InMemoryJournal(), InMemoryLedgers()
    registry = InMemoryRegistry()
    for number in (1, 2):
        registry.add_enterprise(enterprise(number))
    situation = InMemorySituation(journal, ledgers, registry)
    return Books(situation=situation, journal=journal, snapshots=ledgers, registry=registry)


class TestInMemorySituation(SituationContract):
    @pytest.fixture
    def books(self) -> Books:
        return made()


def test_figures_and_list_hold_the_same_alerts() -> None:
    check_counts_agree_with_the_list(made)
