from collections.abc import Iterator

import pytest

from service.storage.database import Database
from service.storage.migrate import upgrade
from tests.support.postgres import name_of, postgres_url, shared_server

__all__ = ["postgres_url"]


def upgrade_once(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database with tables."""
    server = shared_server()
    server.drop_database(postgres_url)
    server.new_database(server.template(upgrade_once), name_of(postgres_url))
    database = Database(postgres_url)
    yield database
    database.close()
