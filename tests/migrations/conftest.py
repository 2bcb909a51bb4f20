from tests.service.storage.conftest import empty_database, sqlite_url, url
from tests.support.postgres import postgres_url

__all__ = ["empty_database", "postgres_url", "sqlite_url", "url"]
