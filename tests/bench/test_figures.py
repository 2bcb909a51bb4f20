import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Quantiles, Trial, bytes_per_camera, difference, median_cpu, quantiles, quantiles_of

INFINITY = math.inf
QUICK = Quantiles(count=100, p50=0.05, p95=0.9, p99=1.4)
SLOW = Quantiles(count=100, p50=0.05, p95=1.0, p99=1.4)


def trial(
    *rates: float, system: str = "ours", cpu_ms: float = 100.0, mb: int = 300, age: Quantiles | None = None
) -> Trial:
    return Trial(
        system=system,
        cameras=len(rates),
        seconds=10,
        rates=rates,
        cpu_ms=cpu_ms,
        around_cpu_ms=5,
        others_share=0.02,
        resident_bytes=mb * 1_000_000,
        age=age,
    )


@pytest.mark.parametrize(
    ("rates", "age", "is_held"),
    [
        ((5.0, 4.75), None, True),  # 95 % of five looks a second are enough
        ((5.0, 4.74), None, False),  # for every camera
        ((5.0, 5.0), QUICK, True),
        ((5.0, 5.0), SLOW, False),  # 95 of 100 pictures must be younger than a second
    ],
)
def test_cameras_are_held_when_all_get_their_looks_in_time(
    rates: tuple[float, ...], age: Quantiles | None, is_held: bool
) -> None:
    assert trial(*rates, age=age).is_held is is_held


def test_cameras_that_got_their_looks_are_counted() -> None:
    assert trial(5.0, 4.8, 4.7, 0.0).held == 2


@pytest.mark.parametrize(
    ("histogram", "p50", "p95"),
    [
        ({0.1: 100, 0.2: 100, INFINITY: 100}, 0.05, 0.095),  # straight lines inside a bucket
        ({0.1: 50, 0.2: 100, INFINITY: 100}, 0.1, 0.19),
        ({0.1: 0, 0.2: 50, 0.4: 50, INFINITY: 100}, 0.2, 0.4),  # nothing is known beyond the last bound
    ],
)
def test_quantiles_of_a_histogram(histogram: dict[float, float], p50: float, p95: float) -> None:
    found = quantiles(histogram)

    assert found is not None
    assert [found.p50, found.p95] == pytest.approx([p50, p95])
    assert found.count == 100


def test_a_histogram_that_counted_nothing_has_no_quantiles() -> None:
    assert quantiles({0.1: 0, INFINITY: 0}) is None
    assert quantiles({}) is None
    assert quantiles_of([]) is None


@given(st.lists(st.floats(0, 0.99), min_size=1, max_size=300))
def test_the_histograms_estimate_lies_in_the_bucket_of_the_true_quantile(values: list[float]) -> None:
    bounds = [n / 10 for n in range(1, 11)]
    histogram = {bound: float(sum(v <= bound for v in values)) for bound in bounds} | {INFINITY: float(len(values))}
    estimated, true = quantiles(histogram), quantiles_of(values)

    assert estimated is not None
    assert true is not None
    for name in ("p50", "p95", "p99"):
        assert abs(getattr(estimated, name) - getattr(true, name)) <= 0.1 + 1e-9


@pytest.mark.parametrize(("values", "p50", "p95"), [([1.0], 1.0, 1.0), ([3.0, 1.0, 2.0], 2.0, 3.0)])
def test_quantiles_of_single_values_are_values(values: list[float], p50: float, p95: float) -> None:
    assert quantiles_of(values) == Quantiles(count=len(values), p50=p50, p95=p95, p99=p95)


def test_a_window_counts_what_came_between_two_readings() -> None:
    assert difference({0.1: 7, INFINITY: 9}, {0.1: 4, INFINITY: 4}) == {0.1: 3, INFINITY: 5}
    assert difference({0.1: 7}, {}) == {0.1: 7}


def test_the_median_takes_only_the_systems_own_trials() -> None:
    trials = [trial(5.0, cpu_ms=ms) for ms in (100, 130, 110)] + [trial(5.0, system="peer", cpu_ms=400)]

    assert median_cpu(trials, "ours") == 110
    assert median_cpu(trials, "nobody") is None


def test_memory_per_camera_is_the_slope_between_two_trials() -> None:
    assert bytes_per_camera(trial(5.0, mb=300), trial(5.0, 5.0, 5.0, mb=340)) == 20_000_000
    assert bytes_per_camera(trial(5.0), trial(5.0)) is None
