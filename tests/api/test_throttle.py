import pytest

from api.throttle import ADDRESS_FACTOR, FORGET_AFTER_SECONDS, MOST_KEYS, LoginThrottle, Tries, after_failure, wait_left


def throttle(free: int = 3, longest: float = 60.0) -> LoginThrottle:
    return LoginThrottle(free_tries=free, longest_wait_seconds=longest)


@pytest.mark.parametrize(("failures", "wait"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 10), (60, 10)])
def test_the_wait_doubles_after_the_free_tries_up_to_the_longest(failures: int, wait: float) -> None:
    tries = Tries()
    for _ in range(failures):
        tries = after_failure(tries, 100.0, free=3, longest_seconds=10.0)

    assert wait_left(tries, 100.0) == wait


def test_old_failures_are_forgotten() -> None:
    tries = Tries(failures=9, last_at=0.0)

    assert after_failure(tries, FORGET_AFTER_SECONDS + 1, free=3, longest_seconds=10.0).failures == 1


def test_many_tries_at_once_cannot_slip_through_before_the_first_is_known_to_be_wrong() -> None:
    gate = throttle(free=3)

    waits = [gate.begin("admin", "192.0.2.1", 0.0) for _ in range(10)]

    assert sum(wait == 0 for wait in waits) == 3


def test_a_right_password_clears_the_account() -> None:
    gate = throttle(free=3)
    for _ in range(3):
        gate.begin("admin", "192.0.2.1", 0.0)

    gate.succeeded("admin", "192.0.2.1")

    assert gate.begin("admin", "192.0.2.1", 0.1) == 0


def test_one_account_is_guarded_from_many_addresses() -> None:
    gate = throttle(free=3)
    for number in range(3):
        gate.begin("admin", f"192.0.2.{number}", 0.0)

    assert gate.begin("ADMIN", "198.51.100.1", 0.0) > 0


def test_one_address_cannot_try_every_account() -> None:
    gate = throttle(free=3)
    waits = [gate.begin(f"user-{number}", "192.0.2.1", 0.0) for number in range(3 * ADDRESS_FACTOR + 1)]

    assert waits[-1] > 0
    assert waits[: 3 * ADDRESS_FACTOR] == [0.0] * (3 * ADDRESS_FACTOR)


def test_a_good_account_does_not_whitewash_its_address() -> None:
    gate = throttle(free=1)
    for number in range(ADDRESS_FACTOR):
        assert gate.begin(f"guess-{number}", "192.0.2.1", 0.0) == 0
        gate.begin("mine", "192.0.2.7", 0.0)
    gate.succeeded("mine", "192.0.2.7")

    assert gate.begin("guess-x", "192.0.2.1", 0.0) > 0


def test_memory_is_bounded_however_many_names_are_tried() -> None:
    gate = throttle()
    for number in range(MOST_KEYS + 50):
        gate.begin(f"user-{number}", f"2001:db8::{number:x}", 0.0)

    assert len(gate._tries) <= MOST_KEYS
