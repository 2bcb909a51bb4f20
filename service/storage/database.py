"""The engine, and the only two ways into the database: `transaction()` to write and `reading()` to read.

One operation is one transaction: code inside never commits, and what raises inside leaves nothing behind.

SQLite is used with a write-ahead log, so readers never wait for the writer, and with synchronous=FULL: what
was acknowledged to a broker or a person must still be there after a power cut. `bench/journal.py` measures what
that costs: on a shared virtual disk beside other work one thread stored 208 to 220 alerts a second with FULL and
370 to 566 with NORMAL, each with a step, two pieces of evidence and a message. A kitchen raises a few an hour.

A writer begins with BEGIN IMMEDIATE: a transaction that reads first and writes later
could otherwise find that somebody else wrote in between, and SQLite can only refuse it ("database is locked")
at once, whatever the timeout.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from alerts.errors import JournalError
from service.storage.errors import journal_error
from service.storage.settings import DatabaseSettings

log = structlog.get_logger(__name__)

_JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024
_POSTGRES_DRIVER = "postgresql+psycopg"


class Database:
    """One database. Any thread may call any method; a connection stays with the thread that opened it.

    `url` is `sqlite:///path/to/file.db` or `postgresql://user:password@host/name`. Nothing is opened before
    the first use, except that the file of SQLite and its missing folders are made, for their owner only
    (0600, 0700): camera addresses with passwords are kept in it. Folders that exist are left as they are.
    Raises ValueError for any other address; the message never contains the address.
    """

    def __init__(self, url: str, settings: DatabaseSettings | None = None) -> None:
        self.settings = settings or DatabaseSettings()
        self.url = _checked_url(url)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        self._turn = threading.Lock()
        self._open_here = threading.local()
        if self.is_postgresql:
            self._engine = _postgres_engine(self.url, self.settings)
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            _make_private_file(Path(str(self.url.database)))
            self._engine = _sqlite_engine(self.url, self.settings)
            self._reader = self._engine.execution_options(is_read_only=True)

    def __repr__(self) -> str:
        return f"<Database {self.url.render_as_string(hide_password=True)}>"

    @property
    def name(self) -> str:
        """Its name among the dependencies that readiness asks for."""
        return "database"

    @property
    def engine(self) -> Engine:
        """For migrations; everything else goes through `transaction` and `reading`."""
        return self._engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: everything inside is stored at the end, or nothing of it.

        Raises JournalError where the database could not do it; where the connection broke during the commit
        nobody can know whether it was stored, so the caller who tries again must expect to find it there.
        """
        with self._writing(self._engine) as connection:
            yield connection

    @contextmanager
    def rebuilding(self, timeout_seconds: float) -> Iterator[Connection]:
        """Write with SQLite's foreign keys checked at the end only, and wait longer for the turn.

        Replacing a table by an altered copy would otherwise delete all that refers to it.
        """
        with self._writing(self._engine.execution_options(rebuild_timeout_seconds=timeout_seconds)) as connection:
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise JournalError(
                    f"a row of {broken[0]} refers to a row of {broken[2]} that is gone", is_temporary=False
                )

    @contextmanager
    def _writing(self, engine: Engine) -> Iterator[Connection]:
        if getattr(self._open_here, "writes", False):
            raise RuntimeError("this thread has a transaction open already: hand its connection on")
        with _translated(), self._taking_turns(), engine.begin() as connection:
            self._open_here.writes = True
            try:
                yield connection
            finally:
                self._open_here.writes = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read: all statements inside see the database at one moment; writing is refused by the database."""
        with _translated(), self._reader.begin() as connection:
            yield connection

    def ping(self) -> str | None:
        """None where the database answers, else what is wrong in a few words without secrets."""
        try:
            with self.reading() as connection:
                connection.execute(text("SELECT 1"))
        except JournalError as error:
            return error.reason
        return None

    def close(self) -> None:
        """Close the connections that are not in use; idempotent."""
        self._engine.dispose()

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        """Let the threads of this process write in order of arrival where only one can write at a time.

        SQLite alone would make all but one sleep and retry, and the unlucky ones time out.
        """
        if self.is_postgresql:
            yield
            return
        if not self._turn.acquire(timeout=self.settings.busy_timeout_seconds):
            raise JournalError("the database is locked by another writer", is_temporary=True)
        try:
            yield
        finally:
            self._turn.release()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        # Without the cause: PostgreSQL's details quote whole rows, and a camera's row holds its password.
        raise journal_error(error) from None


def _checked_url(given: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError:
        raise ValueError("a database address looks like sqlite:///file.db or postgresql://user@host/name") from None
    kind = url.drivername.partition("+")[0]
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername=_POSTGRES_DRIVER)
    if kind != "sqlite":
        raise ValueError(f"the database must be sqlite or postgresql, got {kind!r}")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("SQLite needs a file: alerts must outlive the process")
    return url


def _make_private_file(path: Path) -> None:
    """SQLite gives the log beside the file the mode of the file itself."""
    missing = [folder for folder in path.absolute().parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
        log.warning("database_file_made_private", path=str(path))


def _engine_options(settings: DatabaseSettings) -> dict[str, Any]:
    return {
        "hide_parameters": True,
        "pool_size": settings.pool_size,
        "max_overflow": settings.pool_overflow,
        "pool_timeout": settings.busy_timeout_seconds,
        "json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
    }


def _postgres_engine(url: URL, settings: DatabaseSettings) -> Engine:
    milliseconds = round(settings.statement_timeout_seconds * 1000)
    lock_milliseconds = round(settings.busy_timeout_seconds * 1000)
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": settings.connect_timeout_seconds,
            "application_name": "brightkitchen",
            "options": f"-c timezone=UTC -c statement_timeout={milliseconds} -c lock_timeout={lock_milliseconds}",
            # A server that vanished without a word must not hold a thread for the kernel's quarter of an hour.
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": milliseconds,
        },
        **_engine_options(settings),
    )


def _sqlite_engine(url: URL, settings: DatabaseSettings) -> Engine:
    engine = create_engine(url, **_engine_options(settings))
    event.listen(engine.pool, "connect", partial(_prepare_sqlite, settings))
    event.listen(engine, "begin", partial(_begin_sqlite, settings))
    return engine


def _prepare_sqlite(settings: DatabaseSettings, dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # `_begin_sqlite` says when a transaction begins, not the driver
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {round(settings.busy_timeout_seconds * 1000)}")
    _switch_to_wal(cursor, settings.busy_timeout_seconds)
    cursor.execute(f"PRAGMA synchronous = {settings.sqlite_synchronous}")
    cursor.execute(f"PRAGMA journal_size_limit = {_JOURNAL_SIZE_LIMIT_BYTES}")
    cursor.close()


def _switch_to_wal(cursor: Any, timeout_seconds: float) -> None:
    """The file remembers the mode. Two processes that switch a new file collide, and no busy timeout helps."""
    deadline = time.monotonic() + timeout_seconds
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(settings: DatabaseSettings, connection: Connection) -> None:
    """Connections are shared by kinds of transaction, so each says what it may do where the last one may not."""
    options = connection.get_execution_options()
    is_read_only = bool(options.get("is_read_only"))
    rebuild_timeout_seconds = options.get("rebuild_timeout_seconds")
    mode = (is_read_only, rebuild_timeout_seconds)
    if connection.info.get("mode") != mode:
        timeout_seconds = rebuild_timeout_seconds or settings.busy_timeout_seconds
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(timeout_seconds * 1000)}")
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {int(rebuild_timeout_seconds is None)}")
        connection.exec_driver_sql(f"PRAGMA query_only = {int(is_read_only)}")
        connection.info["mode"] = mode
    connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")
