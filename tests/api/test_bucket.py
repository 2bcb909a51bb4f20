from hypothesis import given
from hypothesis import strategies as st

from api.bucket import Buckets


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_what_time_gives_back_is_let_in(pauses: list[float]) -> None:
    buckets = Buckets(per_minute=60.0, burst=5)
    now, let_in = 1000.0, 0
    for pause in pauses:
        now += pause
        let_in += buckets.take("192.0.2.1", now) == 0.0

    assert let_in <= 5 + sum(pauses[1:]) + 1e-6


def test_whoever_waited_as_long_as_was_said_is_let_in() -> None:
    buckets = Buckets(per_minute=60.0, burst=1)
    assert buckets.take("192.0.2.1", 0.0) == 0.0

    wait = buckets.take("192.0.2.1", 0.0)

    assert buckets.take("192.0.2.1", wait) == 0.0
    assert buckets.take("192.0.2.2", 0.0) == 0.0
