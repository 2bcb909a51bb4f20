from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.audit import Fault
from alerts.seals import ORIGIN, link
from tests.alerts.chains import Ledger, sample_ledger

STEPS = st.integers(1, 7)


def faults(ledger: Ledger) -> set[Fault]:
    return {finding.fault for finding in ledger.faults()}


def test_an_untouched_chain_has_no_fault() -> None:
    assert sample_ledger().faults() == []


@given(
    STEPS, st.sampled_from(["step", "note", "feed_id", "sequence", "alert_id", "payload"]), st.text("xyz", min_size=1)
)
@settings(max_examples=80)
def test_any_change_of_a_step_is_found_and_named(feed_id: int, column: str, value: str) -> None:
    ledger = sample_ledger()
    ledger.steps[feed_id][column] = value
    assert any(
        finding.fault is Fault.STEP_CHANGED and finding.place.startswith(f"step {feed_id} of")
        for finding in ledger.faults()
    )


@given(STEPS)
def test_any_missing_step_is_found_and_named(feed_id: int) -> None:
    ledger = sample_ledger()
    alert_id = ledger.steps.pop(feed_id)["alert_id"]
    found = [one for one in ledger.faults() if one.fault is Fault.STEP_MISSING]
    assert found
    assert {one.alert_id for one in found} == {alert_id}


@given(st.permutations(range(1, 8)))
@settings(max_examples=60)
def test_any_swap_of_steps_is_found(order: list[int]) -> None:
    ledger = sample_ledger()
    before = dict(ledger.steps)
    ledger.steps = {place: before[feed_id] for place, feed_id in zip(range(1, 8), order, strict=True)}
    assert (ledger.faults() == []) == (order == list(range(1, 8)))


@given(
    st.integers(0, 6),
    st.sampled_from(["entry_sha256", "digest", "alert_sha256", "evidence_sha256"]),
    st.integers(0, 63),
)
@settings(max_examples=80)
def test_any_digit_of_a_seal_that_changes_is_found(place: int, column: str, digit: int) -> None:
    ledger = sample_ledger()
    text = getattr(ledger.seals[place], column) or "0" * 64
    other = "0" if text[digit] != "0" else "1"
    changed: Any = {column: text[:digit] + other + text[digit + 1 :]}
    ledger.seals[place] = replace(ledger.seals[place], **changed)
    assert ledger.faults() != []


@given(st.integers(0, 5))
def test_a_seal_taken_out_of_the_chain_is_found(place: int) -> None:
    ledger = sample_ledger()
    del ledger.seals[place]
    assert Fault.SEAL_MISSING in faults(ledger)


def test_a_seal_put_into_the_chain_is_found() -> None:
    ledger = sample_ledger()
    ledger.seals.insert(3, replace(ledger.seals[2], number=4))
    assert Fault.CHAIN_BROKEN in faults(ledger)


def test_a_shortened_chain_looks_whole_without_an_anchor() -> None:
    """What only an anchor can tell: see test_verification."""
    ledger = sample_ledger()
    del ledger.seals[-2:]
    for feed_id in (6, 7):
        del ledger.steps[feed_id]
    ledger.alerts["a"]["sequence"] = 2
    assert Fault.SEAL_MISSING not in faults(ledger)


@pytest.mark.parametrize("column", ["state", "subject"])
def test_a_change_of_an_alerts_row_is_found_and_named_where_its_message_tells(column: str) -> None:
    ledger = sample_ledger()
    ledger.alerts["b"][column] = "another"
    (finding,) = ledger.faults()
    assert (finding.fault, finding.alert_id) == (Fault.ALERT_CHANGED, "b")
    if column == "state":
        assert (finding.place, finding.expected, finding.found) == ("alerts b.state", "confirmed", "another")


@pytest.mark.parametrize(("column", "value"), [("sha256", "cd" * 32), ("size_bytes", 4), ("name", "c/d.jpg")])
def test_a_change_of_an_evidence_row_is_found(column: str, value: object) -> None:
    ledger = sample_ledger()
    ledger.evidence["c"][0][column] = value
    (finding,) = ledger.faults()
    assert (finding.fault, finding.alert_id) == (Fault.EVIDENCE_CHANGED, "c")
    if column != "name":
        assert (finding.place, finding.found) == (f"evidence c-still.{column}", str(value))


def test_evidence_rows_that_come_or_go_are_found() -> None:
    ledger = sample_ledger()
    ledger.evidence["a"].append({"evidence_id": "forged"})
    ledger.evidence["b"].clear()
    found = {(one.place, one.expected, one.found) for one in ledger.faults()}
    assert found == {("evidence forged", "no row", "a row"), ("evidence b-still", "a row", "none")}


def test_a_forged_step_that_its_alert_knows_nothing_of_is_found() -> None:
    ledger = sample_ledger()
    ledger.steps[8] = {**ledger.steps[5], "feed_id": 8, "sequence": 3}
    assert faults(ledger) == {Fault.STEP_UNEXPECTED}


def test_an_alert_set_back_and_an_alert_gone_are_found() -> None:
    ledger = sample_ledger()
    ledger.alerts["a"]["sequence"] = 3
    del ledger.alerts["c"]
    assert {Fault.ALERT_CHANGED, Fault.ALERT_MISSING} <= faults(ledger)


def test_a_checksum_that_is_none_is_told_and_does_not_stop_the_audit() -> None:
    ledger = sample_ledger()
    ledger.seals[0] = replace(ledger.seals[0], entry_sha256="no digits")
    assert {Fault.CHAIN_BROKEN, Fault.STEP_CHANGED} <= faults(ledger)


def test_a_chain_forged_from_its_beginning_has_no_fault_of_its_own() -> None:
    """The digest at the end is another one, which only an anchor can tell."""
    ledger, forged = sample_ledger(), sample_ledger()
    forged.steps[1]["note"] = "another story"
    forged.seals = []
    forged.seal()
    assert forged.faults() == []
    assert forged.seals[-1].digest != ledger.seals[-1].digest
    assert link(ORIGIN, forged.seals[0].entry_sha256) == forged.seals[0].digest
