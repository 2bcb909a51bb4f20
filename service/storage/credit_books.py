"""All of credit's books over one database."""

from service.storage.database import Database
from service.storage.ledgers import SqlLedgers
from service.storage.records import SqlRecords
from service.storage.snapshots import SqlSnapshots


class SqlCreditBooks(SqlLedgers, SqlRecords, SqlSnapshots):
    """The three ledgers and the snapshots. Any thread."""

    def __init__(self, database: Database) -> None:
        SqlLedgers.__init__(self, database)
