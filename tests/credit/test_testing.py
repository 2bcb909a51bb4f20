"""The twins keep the contracts."""

from collections.abc import Sequence

import pytest

from credit.ports import CountSource, Registry
from credit.testing import InMemoryCounts, InMemoryRegistry
from domain.alert import Alert
from tests.credit.counts_contract import CountsContract, Put
from tests.credit.registry_contract import RegistryContract


class TestInMemoryRegistry(RegistryContract):
    @pytest.fixture
    def registry(self) -> Registry:
        return InMemoryRegistry()


class TestInMemoryCounts(CountsContract):
    @pytest.fixture
    def counts(self) -> CountSource:
        return InMemoryCounts()

    @pytest.fixture
    def put(self, counts: InMemoryCounts) -> Put:
        def put_each(alerts: Sequence[Alert]) -> None:
            for alert in alerts:
                counts.put(alert)

        return put_each
