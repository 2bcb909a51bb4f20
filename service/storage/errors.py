"""What the database says, in the words of those who asked. Translated here and nowhere else."""

import re
import sqlite3
import sys
from typing import TYPE_CHECKING

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from alerts.errors import JournalError

if TYPE_CHECKING:
    import psycopg

FOREIGN_KEY = "foreign_key"

# Primary result codes (https://sqlite.org/rescode.html) after which the same write may go through later:
# BUSY, LOCKED, NOMEM, READONLY (a disk that was remounted), INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
_SQLITE_TEMPORARY = frozenset({5, 6, 7, 8, 9, 10, 13, 14, 15})
# SQLSTATE classes: connection, rollback (deadlock), resources (disk full), lock, operator, system error.
_POSTGRES_TEMPORARY = frozenset({"08", "40", "53", "55", "57", "58"})
_READ_ONLY_SERVER = "25006"  # connected to a standby during a switch-over
_FOREIGN_KEY_VIOLATION = "23503"  # SQLSTATE
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>.+)")


class SchemaError(Exception):
    """The tables are not those that this version works with."""


class SchemaTooNewError(SchemaError):
    """The database was upgraded by a newer version of the service. Nothing has been changed."""

    def __init__(self, *, found_revision: str, known_revision: str) -> None:
        super().__init__(
            f"the database is at schema {found_revision}, which this version does not know "
            f"(its newest is {known_revision}): install the version that upgraded it, or restore a backup"
        )
        self.found_revision = found_revision
        self.known_revision = known_revision


class SchemaOutdatedError(SchemaError):
    """The database has not been upgraded to this version's tables yet."""

    def __init__(self, *, found_revision: str | None, known_revision: str) -> None:
        super().__init__(
            f"the database is at schema {found_revision or 'nothing'}, this version needs {known_revision}: upgrade it"
        )
        self.found_revision = found_revision
        self.known_revision = known_revision


def journal_error(error: DBAPIError | PoolTimeoutError) -> JournalError:
    """Say what failed without the statement's parameters, which may hold a camera's password."""
    if isinstance(error, PoolTimeoutError):
        return JournalError("no free connection", is_temporary=True)
    return JournalError(_first_line(error.orig), is_temporary=_is_temporary(error))


def _first_line(original: BaseException | None) -> str:
    """The message itself; the lines below it are details that quote the row."""
    lines = str(original).splitlines()
    return lines[0] if lines else type(original).__name__


def _is_temporary(error: DBAPIError) -> bool:
    original = error.orig
    if error.connection_invalidated:
        return True
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0)
        return (code & 0xFF) in _SQLITE_TEMPORARY
    postgres = _postgres_error(original)
    if postgres is not None:
        state = postgres.sqlstate
        if state is None:
            return _is_lost_connection(postgres)
        return state == _READ_ONLY_SERVER or state[:2] in _POSTGRES_TEMPORARY
    return False


def _postgres_error(original: BaseException | None) -> "psycopg.Error | None":
    """The error if it is PostgreSQL's. Its driver takes 8 MB, so it is not loaded where there is only SQLite."""
    if "psycopg" not in sys.modules:
        return None
    import psycopg

    return original if isinstance(original, psycopg.Error) else None


def _is_lost_connection(error: "psycopg.Error") -> bool:
    import psycopg

    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def violated(error: IntegrityError, table: Table) -> str | None:
    """The name of the constraint or unique index that a write to `table` broke.

    FOREIGN_KEY stands for any foreign key, because SQLite does not say which one; None for one that is not known.
    """
    original, postgres = error.orig, _postgres_error(error.orig)
    if postgres is not None:
        if postgres.sqlstate == _FOREIGN_KEY_VIOLATION:
            return FOREIGN_KEY
        return postgres.diag.constraint_name
    text = str(original)
    if text.startswith("FOREIGN KEY"):
        return FOREIGN_KEY
    found = _SQLITE_UNIQUE.match(text)
    return _name_by_columns(table, found["columns"]) if found else None


def _name_by_columns(table: Table, listed: str) -> str | None:
    """SQLite names the columns ("cameras.site_id, cameras.name") where PostgreSQL names the constraint."""
    columns = [column.strip().partition(".")[2] for column in listed.split(",")]
    if columns == [column.name for column in table.primary_key.columns]:
        return str(table.primary_key.name)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and columns == [column.name for column in constraint.columns]:
            return str(constraint.name)
    for index in table.indexes:
        if index.unique and columns == [column.name for column in index.columns]:
            return str(index.name)
    return None
