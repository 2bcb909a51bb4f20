"""Leases over a real PostgreSQL: its clock, its locks."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.errors import JournalError
from service.storage.database import Database
from service.storage.leases import LeaseLostError, SqlLeases, fence
from service.storage.migrate import upgrade
from tests.support.postgres import postgres_url

__all__ = ["postgres_url"]

pytestmark = pytest.mark.integration

LONG = 60.0
PAST = -1.0


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def leases(database: Database) -> SqlLeases:
    return SqlLeases(database)


def test_one_of_many_who_ask_at_once_gets_it(leases: SqlLeases) -> None:
    gained: list[str] = []
    start = threading.Barrier(6)

    def ask(holder: str) -> None:
        start.wait()
        if leases.take({"camera/1"}, holder, LONG):
            gained.append(holder)

    threads = [threading.Thread(target=ask, args=(f"process-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gained) == 1
    assert [lease.holder for lease in leases.held()] == gained


def test_what_is_held_is_not_taken_and_what_ran_out_is(leases: SqlLeases) -> None:
    assert leases.take({"a", "b"}, "first", LONG) == {"a", "b"}
    leases.take({"b"}, "first", PAST)
    assert leases.take({"a", "b", "c"}, "second", LONG) == {"b", "c"}
    assert {lease.name: (lease.holder, lease.epoch) for lease in leases.held()} == {
        "a": ("first", 1),
        "b": ("second", 2),
        "c": ("second", 1),
    }


def test_renewing_prolongs_what_is_still_ours_and_names_it(leases: SqlLeases) -> None:
    leases.take({"a", "b"}, "first", PAST)
    leases.take({"b"}, "second", LONG)
    assert leases.held() == [lease for lease in leases.held() if lease.name == "b"]
    assert leases.renew("first", LONG) == {"a"}
    assert [lease.name for lease in leases.held()] == ["a", "b"]
    [ours, _] = leases.held()
    leases.renew("first", 2 * LONG)
    assert leases.held()[0].expires_at - ours.expires_at > timedelta(seconds=LONG / 2)
    assert leases.held()[0].epoch == ours.epoch


def test_what_is_given_up_can_be_taken_at_once_and_only_the_holder_can(leases: SqlLeases) -> None:
    leases.take({"a", "b"}, "first", LONG)
    leases.give_up({"a"}, "first")
    leases.give_up({"b"}, "second")
    assert leases.take({"a", "b"}, "second", LONG) == {"a"}


def test_nothing_asked_is_nothing_taken(leases: SqlLeases) -> None:
    assert leases.take(set(), "first", LONG) == set()
    leases.give_up(set(), "first")


def test_a_holder_may_write_until_another_has_taken_the_lease(database: Database, leases: SqlLeases) -> None:
    leases.take({"a"}, "first", PAST)  # run out, but nobody has come for it
    with database.transaction() as connection:
        fence(connection, "a", "first")
    leases.take({"a"}, "second", LONG)
    with pytest.raises(LeaseLostError) as caught, database.transaction() as connection:
        fence(connection, "a", "first")
    assert (caught.value.name, caught.value.holder, caught.value.is_temporary) == ("a", "first", False)


def test_without_a_lease_nothing_is_written(database: Database) -> None:
    with pytest.raises(LeaseLostError), database.transaction() as connection:
        fence(connection, "a", "first")


def test_a_lease_is_not_taken_while_its_holder_writes(database: Database, leases: SqlLeases) -> None:
    leases.take({"a"}, "first", PAST)
    taken = threading.Event()

    def take() -> None:
        assert leases.take({"a"}, "second", LONG) == {"a"}
        taken.set()

    other = threading.Thread(target=take)
    with database.transaction() as connection:
        fence(connection, "a", "first")
        other.start()
        assert not taken.wait(0.3)
    assert taken.wait(10)
    other.join()


def test_sqlite_is_refused(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(ValueError, match="PostgreSQL"):
        SqlLeases(database)
    database.close()


def test_a_database_that_is_away_is_an_error_that_may_pass(postgres_url: str) -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(JournalError) as caught:
        SqlLeases(database).renew("first", LONG)
    assert caught.value.is_temporary
    database.close()
