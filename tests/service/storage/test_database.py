"""The ways into the database, on both; and what only one of them does."""

import sqlite3
import stat
import threading
import traceback
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import InvalidRequestError

from alerts.errors import JournalError
from domain.credit_code import CreditCode
from domain.organisation import EnterpriseType
from service.storage.database import Database
from service.storage.migrate import upgrade
from service.storage.registry_rows import camera_values
from service.storage.rows import cameras, enterprises, sites
from service.storage.settings import DatabaseSettings
from tests.credit.samples import camera
from tests.support.postgres import shared_server

IMPATIENT = DatabaseSettings(busy_timeout_seconds=0.2, connect_timeout_seconds=2, pool_size=2, pool_overflow=0)


def row(number: int) -> dict[str, object]:
    return {
        "enterprise_id": f"enterprise-{number}",
        "name": "n",
        "credit_code": CreditCode.generated(number).value,
        "type": EnterpriseType.RESTAURANT,
    }


def add(database: Database, number: int) -> None:
    with database.transaction() as connection:
        connection.execute(insert(enterprises).values(row(number)))


def stored(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(enterprises.c.enterprise_id).order_by("enterprise_id")).scalars())


# Transactions


def test_what_a_transaction_wrote_is_there_afterwards(database: Database) -> None:
    add(database, 1)

    assert stored(database) == ["enterprise-1"]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as connection:
            connection.execute(insert(enterprises).values(row(1)))
            raise KeyError("in the middle")

    with pytest.raises(KeyError):
        write_and_fail()

    assert stored(database) == []


def test_code_inside_a_transaction_cannot_commit_it(database: Database) -> None:
    def commit_in_the_middle() -> None:
        with database.transaction() as connection:
            connection.commit()
            connection.execute(insert(enterprises).values(row(1)))

    with pytest.raises(InvalidRequestError):
        commit_in_the_middle()
    assert stored(database) == []


def test_a_transaction_inside_another_is_a_mistake_that_is_said(database: Database) -> None:
    with pytest.raises(RuntimeError, match="hand its connection on"), database.transaction():
        add(database, 1)

    add(database, 2)
    assert stored(database) == ["enterprise-2"]


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(JournalError), database.reading() as connection:
        connection.execute(insert(enterprises).values(row(1)))

    add(database, 2)
    assert stored(database) == ["enterprise-2"]


def test_reading_sees_one_moment(database: Database) -> None:
    count = select(enterprises.c.enterprise_id)
    with database.reading() as connection:
        before = connection.execute(count).all()
        add(database, 1)
        after = connection.execute(count).all()

    assert (before, after) == ([], [])
    assert stored(database) == ["enterprise-1"]


def test_many_threads_read_and_write_without_losing_an_update(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE counter (value INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    errors: list[Exception] = []

    def count_up() -> None:
        try:
            for _ in range(20):
                with database.transaction() as connection:
                    lock = " FOR UPDATE" if database.is_postgresql else ""
                    value = connection.execute(text(f"SELECT value FROM counter{lock}")).scalar_one()
                    connection.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})
        except JournalError as error:
            errors.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as connection:
        assert (errors, connection.execute(text("SELECT value FROM counter")).scalar_one()) == ([], 100)


def test_a_missing_table_is_no_temporary_failure(empty_database: Database) -> None:
    with pytest.raises(JournalError) as caught:
        stored(empty_database)

    assert not caught.value.is_temporary


def test_an_error_shows_no_parameter(database: Database) -> None:
    with pytest.raises(JournalError) as caught, database.transaction() as connection:
        connection.execute(insert(cameras).values(camera_values(camera()) | {"name": None}))

    assert not caught.value.is_temporary
    shown = "".join(traceback.format_exception(caught.value))
    assert "the alert journal failed: " in shown
    assert "geheim" not in shown


def test_a_pool_that_is_empty_is_a_temporary_failure(url: str) -> None:
    database = Database(url, IMPATIENT)
    with database.reading(), database.reading(), pytest.raises(JournalError) as caught, database.reading():
        pass

    assert (caught.value.reason, caught.value.is_temporary) == ("no free connection", True)
    database.close()


def test_a_database_that_answers_is_well(empty_database: Database) -> None:
    assert (empty_database.name, empty_database.ping()) == ("database", None)


def test_a_closed_database_opens_again(database: Database) -> None:
    database.close()
    database.close()
    add(database, 1)

    assert stored(database) == ["enterprise-1"]


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory",
        "mysql://root:geheim@host/db",
        "geheim",
        "",
        "oracle+cx://geheim",
    ],
)
def test_an_address_of_no_such_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"database|SQLite") as caught:
        Database(url)

    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_is_reached_by_one_driver_however_it_is_spelt(scheme: str) -> None:
    database = Database(f"{scheme}://user:geheim@host/name")

    assert database.is_postgresql
    assert database.url.drivername == "postgresql+psycopg"
    assert "geheim" not in repr(database)


# SQLite


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_the_file_its_log_and_new_folders_are_for_the_owner_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path}/var/data/x.db")
    upgrade(database)

    assert {name: oct(mode) for name, mode in modes(tmp_path / "var" / "data").items()} == {
        "x.db": "0o600",
        "x.db-wal": "0o600",
        "x.db-shm": "0o600",
    }
    assert modes(tmp_path / "var") == {"data": 0o700}
    assert modes(tmp_path)["var"] == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    database.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.touch(0o644)
    Database(f"sqlite:///{path}")

    assert modes(tmp_path) == {"x.db": 0o600}


def test_a_stored_alert_survives_a_power_cut_by_default(sqlite_url: str) -> None:
    def pragma(database: Database, name: str) -> object:
        with database.reading() as connection:
            return connection.execute(text(f"PRAGMA {name}")).scalar_one()

    default = Database(sqlite_url)
    fast = Database(sqlite_url, DatabaseSettings(sqlite_synchronous="NORMAL"))

    assert [pragma(default, name) for name in ("journal_mode", "synchronous", "foreign_keys")] == ["wal", 2, 1]
    assert pragma(fast, "synchronous") == 1
    default.close()
    fast.close()


def test_another_process_that_writes_too_long_is_a_temporary_failure(sqlite_url: str) -> None:
    database = Database(sqlite_url, IMPATIENT)
    upgrade(database)
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError) as caught:
            add(database, 1)
        assert stored(database) == []
        other.execute("ROLLBACK")
    add(database, 2)

    assert (caught.value.reason, caught.value.is_temporary) == ("database is locked", True)
    assert stored(database) == ["enterprise-2"]
    database.close()


def test_another_thread_that_writes_too_long_is_a_temporary_failure(sqlite_url: str) -> None:
    database = Database(sqlite_url, IMPATIENT)
    upgrade(database)
    refused: list[JournalError] = []

    def write() -> None:
        try:
            add(database, 1)
        except JournalError as error:
            refused.append(error)

    with database.transaction():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    assert [error.is_temporary for error in refused] == [True]
    database.close()


def test_a_full_disk_is_a_temporary_failure_and_loses_nothing(sqlite_url: str) -> None:
    database = Database(sqlite_url, DatabaseSettings(pool_size=1, pool_overflow=0))
    upgrade(database)
    add(database, 1)

    def allow_pages(count: str) -> None:
        with database.reading() as connection:
            connection.execute(text(f"PRAGMA max_page_count = {count}"))

    allow_pages("1")  # SQLite takes the present size where it is asked for less
    with pytest.raises(JournalError) as caught, database.transaction() as connection:
        connection.execute(insert(enterprises), [row(number) for number in range(10, 500)])
    allow_pages("1000000")
    add(database, 2)

    assert (caught.value.reason, caught.value.is_temporary) == ("database or disk is full", True)
    assert stored(database) == ["enterprise-1", "enterprise-2"]
    database.close()


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database" * 100)
    database = Database(f"sqlite:///{path}")

    with pytest.raises(JournalError) as caught:
        stored(database)

    assert not caught.value.is_temporary
    assert database.ping() == "file is not a database"
    assert path.read_bytes() == b"not a database" * 100


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    database = Database(f"sqlite:///{tmp_path}/x.db")
    upgrade(database)

    assert stored(database) == []
    database.close()


def test_a_row_that_belongs_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(JournalError), database.transaction() as connection:
        connection.execute(insert(sites).values(site_id="s", enterprise_id="no", name="n", schedule={}))


# PostgreSQL


@pytest.mark.integration
def test_a_server_that_goes_away_and_comes_back_is_a_temporary_failure(postgres_url: str) -> None:
    database = Database(postgres_url, IMPATIENT)
    upgrade(database)
    add(database, 1)
    server = shared_server()

    server.stop()
    try:
        with pytest.raises(JournalError) as caught:
            add(database, 2)
        ping = database.ping()
    finally:
        server.start()
    add(database, 3)

    assert caught.value.is_temporary
    assert ping is not None
    assert database.ping() is None
    assert stored(database) == ["enterprise-1", "enterprise-3"]
    database.close()


@pytest.mark.integration
@pytest.mark.parametrize("moment", ["before the commit", "within a statement"])
def test_a_connection_that_breaks_in_a_transaction_is_a_temporary_failure(postgres_url: str, moment: str) -> None:
    database = Database(postgres_url)
    upgrade(database)

    def cut(process: int) -> None:
        with database.reading() as other:
            other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})

    def write_through_a_cut() -> None:
        with database.transaction() as connection:
            connection.execute(insert(enterprises).values(row(1)))
            cut(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
            if moment == "within a statement":
                connection.execute(insert(enterprises).values(row(2)))

    with pytest.raises(JournalError) as caught:
        write_through_a_cut()
    assert caught.value.is_temporary
    assert stored(database) == []
    database.close()


@pytest.mark.integration
def test_a_statement_that_takes_too_long_is_a_temporary_failure(postgres_url: str) -> None:
    database = Database(postgres_url, DatabaseSettings(statement_timeout_seconds=0.1))

    with pytest.raises(JournalError) as caught, database.transaction() as connection:
        connection.execute(text("SELECT pg_sleep(10)"))

    assert caught.value.is_temporary
    database.close()


@pytest.mark.integration
def test_a_lock_that_is_held_too_long_is_a_temporary_failure(postgres_url: str) -> None:
    database = Database(postgres_url, IMPATIENT)
    upgrade(database)
    refused: list[JournalError] = []

    def write() -> None:
        try:
            add(database, 1)
        except JournalError as error:
            refused.append(error)

    with database.transaction() as connection:
        connection.execute(text("LOCK TABLE enterprises IN EXCLUSIVE MODE"))
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    assert [error.is_temporary for error in refused] == [True]
    database.close()
