"""Databases with tables in them: SQLite in a file, PostgreSQL in a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.storage.database import Database
from service.storage.migrate import upgrade
from tests.support.postgres import postgres_url

__all__ = ["postgres_url"]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/brightkitchen.db"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
def empty_database(url: str) -> Iterator[Database]:
    """A database without tables."""
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the tables of this version."""
    upgrade(empty_database)
    return empty_database
