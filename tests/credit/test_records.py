"""Where a record stands after its steps."""

from dataclasses import replace

from credit.records import PublicRecord, RecordState, RecordStep, RecordStepKind
from tests.credit.entries import NOW, OFFICER, TODAY, record

FINAL, CONTESTED, PUBLISHED = RecordStepKind.FINAL, RecordStepKind.CONTESTED, RecordStepKind.PUBLISHED


def after(*kinds: RecordStepKind) -> PublicRecord:
    """A record that took these steps, one after the other, all today."""
    steps = [
        RecordStep(record_id="record-1", kind=kind, officer_id=OFFICER, at=NOW, basis="示例依据", ends_on=TODAY)
        for kind in kinds
    ]
    return replace(record(1), steps=tuple(steps))


def test_a_decision_that_was_upheld_is_again_what_it_was_before() -> None:
    assert after(FINAL, PUBLISHED, CONTESTED).state is RecordState.CONTESTED
    assert after(FINAL, PUBLISHED, CONTESTED, FINAL).state is RecordState.PUBLISHED
    assert after(CONTESTED, FINAL).state is RecordState.RECORDED


def test_a_decision_that_two_officers_entered_as_contested_is_upheld_once() -> None:
    contested_twice = after(FINAL, PUBLISHED, CONTESTED, CONTESTED)

    assert contested_twice.state is RecordState.CONTESTED
    assert after(FINAL, PUBLISHED, CONTESTED, CONTESTED, FINAL).state is RecordState.PUBLISHED
