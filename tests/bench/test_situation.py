from bench.situation import measure


def test_a_small_run_asks_the_whole_application_and_tells_milliseconds() -> None:
    found = measure(enterprises=2, cameras=3, rounds=1)

    assert set(found) == {"cpu_ms", "clock_ms", "clock_p95_ms"}
    assert found["cpu_ms"] > 0.0
