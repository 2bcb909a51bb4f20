import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.reconnect import ReconnectPolicy
from streams.settings import StreamSettings

POLICY = ReconnectPolicy()


def test_waits_double_up_to_the_longest() -> None:
    waits = [POLICY.wait_seconds(failures, jitter=0.0) for failures in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_jitter_stretches_a_wait_by_its_share() -> None:
    assert POLICY.wait_seconds(3, jitter=1.0) == 5.0


def test_what_cannot_help_soon_is_tried_at_the_longest_wait() -> None:
    assert POLICY.wait_seconds(1, jitter=0.0, is_lasting=True) == 60.0


def test_minutes_of_health_begin_the_series_anew() -> None:
    assert POLICY.failures_after(5, healthy_seconds=179.9) == 6
    assert POLICY.failures_after(5, healthy_seconds=180.0) == 1


@given(failures=st.integers(1, 10_000), jitter=st.floats(0, 1))
def test_no_wait_is_longer_than_the_cap_and_its_jitter(failures: int, jitter: float) -> None:
    assert 1.0 <= POLICY.wait_seconds(failures, jitter=jitter) <= 75.0


@pytest.mark.parametrize(("failures", "jitter"), [(0, 0.0), (1, -0.1), (1, 1.1)])
def test_impossible_arguments_are_refused(failures: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="failures count from 1"):
        POLICY.wait_seconds(failures, jitter=jitter)


def test_the_policy_follows_the_settings() -> None:
    settings = StreamSettings(reconnect_first_seconds=0.5, reconnect_longest_seconds=3, reconnect_jitter_share=0)
    assert [ReconnectPolicy.of(settings).wait_seconds(n, jitter=1.0) for n in (1, 2, 3, 4)] == [0.5, 1, 2, 3]
