from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from service import identity
from service.identity import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    assert UUID(new_id()).version == 7


def test_later_ids_sort_after_earlier_ones() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(ids)


def test_threads_never_get_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(5_000)))
    assert len(set(ids)) == len(ids)


@pytest.fixture
def backward_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter([2_000_000_000_000 * 1_000_000, 1_000_000_000_000 * 1_000_000, 1_500_000_000_000 * 1_000_000])
    monkeypatch.setattr(identity, "_last_milliseconds", 0)
    monkeypatch.setattr("service.identity.time.time_ns", lambda: next(instants))


@pytest.mark.usefixtures("backward_clock")
def test_a_wall_clock_that_jumps_back_does_not_disturb_the_order() -> None:
    ids = [new_id(), new_id(), new_id()]
    assert ids == sorted(ids)
