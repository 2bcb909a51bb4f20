"""The twin of the log of accesses, and how its chain shows what was done to it."""

from dataclasses import replace

import pytest

from alerts.audit import Fault
from alerts.keeping.access import log_faults
from alerts.keeping.testing import InMemoryAccessLog
from tests.alerts.keeping.access_contract import (
    access,
    test_the_latest_access_of_an_account_to_a_piece_is_found_while_it_is_fresh,
    test_the_log_of_accesses_answers_who_looked_when_and_why,
)

__all__ = [
    "test_the_latest_access_of_an_account_to_a_piece_is_found_while_it_is_fresh",
    "test_the_log_of_accesses_answers_who_looked_when_and_why",
]


@pytest.fixture
def log() -> InMemoryAccessLog:
    return InMemoryAccessLog()


def test_a_log_as_it_was_written_has_no_fault_and_a_changed_one_has(log: InMemoryAccessLog) -> None:
    for number in (1, 2, 3):
        log.note(access(number))
    assert list(log_faults(log.entries)) == []
    changed = replace(log.entries[1], access=replace(log.entries[1].access, reason="another"))
    assert [fault.fault for fault in log_faults([log.entries[0], changed, log.entries[2]])] == [Fault.ACCESS_CHANGED]
    assert [fault.fault for fault in log_faults(log.entries[1:])] == [Fault.ACCESS_MISSING]
    assert [fault.fault for fault in log_faults([log.entries[0], log.entries[2]])] == [Fault.ACCESS_MISSING]
