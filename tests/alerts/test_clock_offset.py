"""The offset of a clock by a time stamp: what is told holds the truth, whatever the network and the clocks do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock_offset import ClockOffset, measured
from tests.alerts.samples import EPOCH

SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
AN_HOUR = st.timedeltas(-timedelta(hours=1), timedelta(hours=1))
A_WHILE = st.timedeltas(timedelta(0), timedelta(seconds=30))


def test_a_clock_that_is_slow_by_a_known_amount_is_told_so() -> None:
    asked_at = EPOCH - timedelta(seconds=89)  # the machine's clock is 89 s behind the authority's
    offset = measured(
        EPOCH + 2 * SECOND, asked_at=asked_at, answered_at=asked_at + 4 * SECOND, waited=4 * SECOND, accuracy=SECOND / 2
    )
    assert offset == ClockOffset(seconds=89.0, uncertainty_seconds=2.5, accuracy_seconds=0.5)


def test_an_authority_that_names_no_accuracy_is_taken_to_be_within_a_second() -> None:
    offset = measured(EPOCH, asked_at=EPOCH, answered_at=EPOCH, waited=timedelta(0), accuracy=None)
    assert offset == ClockOffset(seconds=0.0, uncertainty_seconds=1.0, accuracy_seconds=None)


@given(lag=AN_HOUR, there=A_WHILE, back=A_WHILE, accuracy=A_WHILE, share=st.floats(-1, 1), set_by=AN_HOUR)
def test_the_true_offset_is_within_the_uncertainty_even_if_the_clock_is_set_in_between(
    lag: timedelta, there: timedelta, back: timedelta, accuracy: timedelta, share: float, set_by: timedelta
) -> None:
    """`lag` is what the machine's clock lacks; the authority errs within its accuracy; times of the ways differ."""
    stamped_at = EPOCH + there + share * accuracy
    asked_at = EPOCH - lag
    answered_at = EPOCH + there + back - lag + set_by
    offset = measured(stamped_at, asked_at=asked_at, answered_at=answered_at, waited=there + back, accuracy=accuracy)
    allowed = offset.uncertainty_seconds + 5e-6  # halves of microseconds are rounded
    assert abs(offset.seconds - lag.total_seconds()) <= allowed
    assert abs(offset.seconds - (lag - set_by).total_seconds()) <= allowed


@given(lag=AN_HOUR, waited=A_WHILE, accuracy=A_WHILE)
def test_a_steady_clock_costs_no_more_than_accuracy_and_half_the_round_trip(
    lag: timedelta, waited: timedelta, accuracy: timedelta
) -> None:
    asked_at = EPOCH - lag
    offset = measured(EPOCH, asked_at=asked_at, answered_at=asked_at + waited, waited=waited, accuracy=accuracy)
    assert offset.uncertainty_seconds == pytest.approx((accuracy + waited / 2).total_seconds(), abs=2e-6)


@pytest.mark.parametrize(("waited", "accuracy"), [(-MICROSECOND, None), (SECOND, -MICROSECOND)])
def test_a_wait_or_an_accuracy_below_zero_is_refused(waited: timedelta, accuracy: timedelta | None) -> None:
    with pytest.raises(ValueError, match="expected a wait and an accuracy of zero or more"):
        measured(EPOCH, asked_at=EPOCH, answered_at=EPOCH, waited=waited, accuracy=accuracy)
