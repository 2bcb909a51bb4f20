"""Figures for people out of what /metrics tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram

from api.figures import Durations, Figures

BOUNDS = (0.1, 0.5, 1.0, 5.0)


def figures(registry: CollectorRegistry) -> Figures:
    return Figures.of(registry.collect())


def test_counters_are_summed_by_a_label_and_what_never_happened_is_left_out() -> None:
    registry = CollectorRegistry()
    drops = Counter("drops_total", "-", ["camera", "cause"], registry=registry)
    drops.labels("a", "stale").inc(2)
    drops.labels("b", "stale").inc(3)
    drops.labels("b", "corrupt").inc(0)

    assert figures(registry).sums("drops_total", "cause") == {"stale": 5}
    assert figures(registry).total("drops_total") == 5
    assert figures(registry).total("another_total") is None


def test_without_a_sample_no_duration_is_told() -> None:
    registry = CollectorRegistry()
    Histogram("age", "-", registry=registry, buckets=BOUNDS)

    assert figures(registry).durations("age") == Durations(count=0, half=None, most=None)
    assert figures(registry).durations("other") == Durations(count=0, half=None, most=None)


def test_what_lies_beyond_the_last_bucket_has_no_bound() -> None:
    registry = CollectorRegistry()
    Histogram("age", "-", registry=registry, buckets=BOUNDS).observe(60)

    assert figures(registry).durations("age") == Durations(count=1, half=None, most=None)


@given(st.lists(st.floats(0.0, 4.9), min_size=1, max_size=60))
def test_the_bounds_hold_for_so_many_of_all(values: list[float]) -> None:
    registry = CollectorRegistry()
    ages = Histogram("age", "-", ["model"], registry=registry, buckets=BOUNDS)
    for number, value in enumerate(values):
        ages.labels(str(number % 2)).observe(value)

    found = figures(registry).durations("age")

    assert found.count == len(values)
    assert found.half is not None
    assert found.most is not None
    assert sum(value <= found.half for value in values) >= len(values) / 2
    assert sum(value <= found.most for value in values) >= 0.95 * len(values)
    lower = [bound for bound in BOUNDS if bound < found.half]
    if lower:
        assert sum(value <= lower[-1] for value in values) < len(values) / 2
    assert found.most == pytest.approx(min(b for b in BOUNDS if sum(v <= b for v in values) >= 0.95 * len(values)))
