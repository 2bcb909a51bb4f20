"""Plans and tasks of inspections on the twin, and what holds for any draw."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.inspections.task import plan_of
from credit.inspections.testing import InMemoryInspections
from credit.ledger_testing import InMemoryLedgers
from credit.profile import Colour
from domain.ids import EnterpriseId
from tests.credit.entries import NOW, OFFICER
from tests.credit.inspections_contract import InspectionContract, Office


class TestInMemoryInspections(InspectionContract):
    @pytest.fixture
    def office(self) -> Office:
        ledgers = InMemoryLedgers()
        return Office(InMemoryInspections(ledgers), ledgers)


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=6), st.sampled_from([None, *Colour]), min_size=1),
    st.text(min_size=1).filter(str.strip),
)
def test_any_plan_is_repeatable_and_one_that_was_touched_is_not(firms: dict[str, Colour | None], seed: str) -> None:
    drawn = [(EnterpriseId(name), colour) for name, colour in firms.items()]
    plan = plan_of(drawn, plan_id="p", period="2026-11", seed=seed, made_by=OFFICER, made_at=NOW)

    assert plan.is_repeatable()
    assert {each.enterprise_id for each in plan.drawn} >= {name for name, colour in drawn if colour is Colour.RED}
    [first, *rest] = plan.entries
    touched = dataclasses.replace(plan, entries=(dataclasses.replace(first, lot=first.lot / 2 + 0.25), *rest))
    assert not touched.is_repeatable() or touched.entries == plan.entries
