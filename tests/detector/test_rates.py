import pytest

from detector.rates import NO_RATE, Rate, garwood


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # F. Garwood's limits as tabulated in K. Ulm, "A Simple Method to Calculate the Confidence Interval of a
    # Standardized Mortality Ratio", 1990, and in any table of exact Poisson limits.
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.36, 121.63)],
)
def test_the_interval_is_that_of_the_literature(count: int, low: float, high: float) -> None:
    found = garwood(count)

    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-3, abs=1e-3)


def test_a_rate_is_a_count_by_hours() -> None:
    found = Rate(count=3, hours=0.5).plus(Rate(count=2, hours=1.5))

    assert found.per_hour == 2.5
    assert found.interval is not None
    assert found.interval.low == pytest.approx(garwood(5).low / 2)


def test_nothing_in_a_short_time_does_not_prove_much() -> None:
    short, long = Rate(count=0, hours=0.1).interval, Rate(count=0, hours=100.0).interval

    assert short is not None
    assert long is not None
    assert short.high > 30
    assert long.high < 0.04


def test_without_footage_there_is_no_rate() -> None:
    assert (NO_RATE.per_hour, NO_RATE.interval) == (None, None)
