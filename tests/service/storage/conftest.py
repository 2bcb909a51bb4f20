"""Databases with tables in them: SQLite in a file, PostgreSQL in a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.storage.database import Database
from service.storage.migrate import upgrade
from tests.support.postgres import name_of, postgres_url, shared_server

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
def database(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with the tables of this version, copied from one that was upgraded once."""
    database = Database(url)
    if database.is_postgresql:
        server = shared_server()
        server.drop_database(url)
        server.new_database(server.template(upgrade_once), name_of(url))
    else:
        shutil.copyfile(_upgraded_file(tmp_path_factory), str(database.url.database))
    yield database
    database.close()


def upgrade_once(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def _upgraded_file(factory: pytest.TempPathFactory) -> Path:
    path = factory.getbasetemp() / "upgraded.db"
    if not path.exists():
        upgrade_once(f"sqlite:///{path}")
    return path
