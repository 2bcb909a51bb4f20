"""Everything that lies in the database, behind one door."""

from dataclasses import dataclass
from pathlib import Path

from service.folder import DataFolder, DataFolderError
from service.settings import ServiceRole, ServiceSettings, SettingsError
from service.storage.accesses import SqlAccessLog
from service.storage.account_log import SqlAccountLog
from service.storage.accounts import SqlAccounts
from service.storage.camera_places import SqlCameraPlaces
from service.storage.counts import SqlCounts
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.keeping import SqlKeeping
from service.storage.migrate import upgrade
from service.storage.outbox import SqlOutbox
from service.storage.publicity import SqlPublicConsents
from service.storage.registry import SqlRegistry
from service.storage.reviews import SqlReviewRecords, SqlViewings
from service.storage.seals import SqlSeals
from service.storage.second_factors import SqlSecondFactors
from service.storage.situation import SqlSituation


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The repositories over one database; whoever opened it closes `database`."""

    database: Database
    journal: SqlAlertJournal
    outbox: SqlOutbox
    registry: SqlRegistry
    places: SqlCameraPlaces
    counts: SqlCounts
    accounts: SqlAccounts
    account_log: SqlAccountLog
    second_factors: SqlSecondFactors
    seals: SqlSeals
    keeping: SqlKeeping
    accesses: SqlAccessLog
    viewings: SqlViewings
    review_records: SqlReviewRecords
    situation: SqlSituation
    consents: SqlPublicConsents


def open_store(settings: ServiceSettings, folder: DataFolder) -> Store:
    """Open the database that the settings name, by default SQLite in the folder, with its tables up to date.

    Raises SettingsError for an address that is none, DataFolderError for a file that this user may not use, SchemaError
    for tables of a newer version, and JournalError where the database cannot be reached.
    """
    secret = settings.database_url
    try:
        database = Database(secret.get_secret_value() if secret else folder.database_url, settings.database)
    except ValueError as error:
        raise SettingsError("BRIGHTKITCHEN_DATABASE_URL", str(error)) from None
    except OSError as error:
        path = Path(error.filename) if error.filename else folder.path
        raise DataFolderError(path, f"cannot be used: {error.strerror}") from error
    upgrade(database)
    places = SqlCameraPlaces(database)
    journal = SqlAlertJournal(database)
    return Store(
        database=database,
        journal=journal,
        outbox=SqlOutbox(database),
        registry=SqlRegistry(database, on_change=places.forget),
        places=places,
        counts=SqlCounts(database),
        accounts=SqlAccounts(database),
        account_log=SqlAccountLog(database),
        second_factors=SqlSecondFactors(database),
        seals=SqlSeals(database),
        keeping=SqlKeeping(
            database,
            journal,
            forwards=settings.role is ServiceRole.EDGE,
            sends_clips=settings.centre.sends_clips,
        ),
        accesses=SqlAccessLog(database),
        viewings=SqlViewings(database),
        review_records=SqlReviewRecords(database),
        situation=SqlSituation(database),
        consents=SqlPublicConsents(database),
    )
