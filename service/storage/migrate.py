"""Brings the tables to the version that this code works with.

Everything happens in one transaction that begins by taking a lock: of two processes that start at the same
moment one upgrades and the other then finds nothing to do, and a step that fails leaves nothing behind.

Alembic with its templates takes 6 MB that would stay: it is loaded where there is something to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, inspect, text

import migrations
from service.storage import (  # noqa: F401 - the schema
    account_rows,
    credit_rows,
    extract_rows,
    head_rows,
    keeping_rows,
    node_rows,
    notify_rows,
    publicity_rows,
    push_rows,
    repair_rows,
    rows,
)
from service.storage.database import Database
from service.storage.errors import SchemaOutdatedError, SchemaTooNewError

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger(__name__)

# Any number that nobody else locks in the same database; this one spells "bkschema".
_LOCK_KEY = int.from_bytes(b"bkschema", "big", signed=True)
_LOCK_TIMEOUT_SECONDS = 120


def upgrade(database: Database, revision: str = "head") -> None:
    """Upgrade to the given revision. Where nothing is to do nothing is changed; any number may call at once.

    Raises SchemaTooNewError where the database was made by a newer version, and alerts.errors.JournalError
    where it cannot be reached.
    """
    if revision == "head" and current_revision(database) == newest_revision():
        return
    from alembic import command

    with _locked(database) as connection:
        found = _known_revision(connection)
        command.upgrade(_config(connection), revision)
        reached = _revision(connection)
    if reached != found:
        log.info("database_upgraded", from_revision=found, to_revision=reached)


def downgrade(database: Database, revision: str) -> None:
    """Go back to an older revision ("base": no tables at all). What the older tables cannot hold is lost."""
    from alembic import command

    with _locked(database) as connection:
        found = _known_revision(connection)
        command.downgrade(_config(connection), revision)
    log.warning("database_downgraded", from_revision=found, to_revision=revision)


def current_revision(database: Database) -> str | None:
    """The revision of the database, None where there is no table of ours."""
    with database.reading() as connection:
        return _revision(connection)


def newest_revision() -> str:
    """The revision that this code works with: files are named after theirs."""
    names = [each.name for each in (files(migrations) / "versions").iterdir()]
    found = sorted(name[:4] for name in names if name[:4].isdigit())
    if not found:
        raise FileNotFoundError("the package migrations holds no revision")
    return found[-1]


def require_current(database: Database) -> None:
    """Raise SchemaOutdatedError or SchemaTooNewError unless the tables are exactly those of this version."""
    if current_revision(database) == newest_revision():
        return
    with database.reading() as connection:
        found = _known_revision(connection)
    if found != newest_revision():
        raise SchemaOutdatedError(found_revision=found, known_revision=newest_revision())


def write_revision(database: Database, message: str, revision: str) -> None:
    """Write the next file of `migrations/versions` from the difference between database and tables."""
    from alembic import command

    with _locked(database) as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _config(connection: Connection | None) -> "Config":
    """Alembic's settings without a file, so that it works from any folder and from an installed wheel."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files(migrations)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    """As Alembic keeps it; migrations here have one line, so there is one row at most."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _known_revision(connection: Connection) -> str | None:
    from alembic.script import ScriptDirectory

    found = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNewError(found_revision=found, known_revision=newest_revision())
    return found


@contextmanager
def _locked(database: Database) -> Iterator[Connection]:
    """A transaction that nobody else can migrate beside."""
    if not database.is_postgresql:
        with database.rebuilding(_LOCK_TIMEOUT_SECONDS) as connection:
            yield connection
        return
    with database.transaction() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT_SECONDS}s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        yield connection
