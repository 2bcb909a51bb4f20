"""Grants of extracts: what can be granted at all, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.errors import GuardError
from credit.extracts.grant import LONGEST_DAYS, ExtractPart, GrantState
from credit.extracts.ports import GrantBook
from credit.extracts.testing import InMemoryGrants
from tests.credit.entries import NOW
from tests.credit.extracts_contract import GrantBookContract, grant


class TestInMemoryGrants(GrantBookContract):
    @pytest.fixture
    def book(self) -> GrantBook:
        return InMemoryGrants()


def test_nothing_but_index_and_public_records_can_be_granted() -> None:
    assert [part.value for part in ExtractPart] == ["index", "records"]


@given(days=st.integers(1, LONGEST_DAYS), minutes=st.integers(0, 2 * 365 * 24 * 60))
def test_a_grant_stands_exactly_until_its_end(days: int, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)

    stands = grant(days=days).state_at(now) is GrantState.STANDING

    assert stands == (timedelta(minutes=minutes) < timedelta(days=days))


@given(minutes=st.integers(0, 2 * 365 * 24 * 60))
def test_a_withdrawn_grant_never_stands_again(minutes: int) -> None:
    withdrawn = grant(withdrawn_at=NOW, withdrawer_name="店长")

    assert withdrawn.state_at(NOW + timedelta(minutes=minutes)) is GrantState.WITHDRAWN


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 0},
        {"days": LONGEST_DAYS + 1},
        {"receiver": " "},
        {"purpose": ""},
        {"purpose": "一\n二"},
        {"parts": frozenset()},
    ],
)
def test_a_consent_without_receiver_purpose_part_or_end_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises(GuardError):
        grant(**changes)
