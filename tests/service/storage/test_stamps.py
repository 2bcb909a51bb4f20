"""Time stamps keep what they showed of the machine's clock, on both databases; older ones say that nobody measured."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

import migrations
from alerts.clock_offset import ClockOffset
from alerts.seal_testing import InMemorySeals
from alerts.seals import Seal, Timestamp
from alerts.testing import InMemoryJournal
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.ledger import snapshot
from service.storage.migrate import downgrade, upgrade
from service.storage.seals import SqlSeals
from tests.alerts.journal_contract import raise_alert
from tests.alerts.samples import EPOCH, alert_id, sample_alert

OFFSETS = (
    ClockOffset(seconds=-89.25, uncertainty_seconds=1.5125, accuracy_seconds=1.5),
    ClockOffset(seconds=0.000001, uncertainty_seconds=1.0, accuracy_seconds=None),
    None,
)


def stamp(seal: Seal, offset: ClockOffset | None) -> Timestamp:
    return Timestamp(
        number=seal.number,
        digest=seal.digest,
        stamped_at=EPOCH,
        authority="https://tsa.example/tsr",
        token=b"\0stamp",
        clock_offset=offset,
    )


def sealed(database: Database) -> tuple[SqlSeals, Seal]:
    seals = SqlSeals(database)
    raise_alert(SqlAlertJournal(database), sample_alert(1))
    (seal,) = seals.seal(after=0, limit=10, now=EPOCH)
    return seals, seal


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_stamp_comes_back_with_the_clock_it_showed_wherever_it_is_read(
    database: Database, offset: ClockOffset | None
) -> None:
    seals, seal = sealed(database)
    kept = stamp(seal, offset)
    seals.add_timestamp(kept)
    proof = seals.proof(alert_id(1))
    assert proof is not None
    assert (proof.timestamps, seals.timestamps()) == ((kept,), [kept])
    with snapshot(database) as ledger:
        assert ledger.timestamps() == [kept]


@pytest.mark.parametrize("offset", OFFSETS)
def test_the_twin_in_memory_gives_the_same(offset: ClockOffset | None) -> None:
    journal = InMemoryJournal()
    seals = InMemorySeals(journal)
    raise_alert(journal, sample_alert(1))
    (seal,) = seals.seal(after=0, limit=10, now=EPOCH)
    seals.add_timestamp(stamp(seal, offset))
    proof = seals.proof(alert_id(1))
    assert proof is not None
    assert proof.timestamps == (stamp(seal, offset),)


def test_the_first_stamp_of_a_seal_stays(database: Database) -> None:
    seals, seal = sealed(database)
    seals.add_timestamp(stamp(seal, OFFSETS[0]))
    seals.add_timestamp(stamp(seal, OFFSETS[1]))
    assert seals.timestamps() == [stamp(seal, OFFSETS[0])]


def test_an_offset_without_its_uncertainty_counts_as_not_measured(database: Database) -> None:
    seals, seal = sealed(database)
    seals.add_timestamp(stamp(seal, OFFSETS[0]))
    with database.transaction() as connection:
        connection.execute(text("UPDATE seal_timestamps SET clock_uncertainty_seconds = NULL"))
    assert seals.timestamps() == [stamp(seal, None)]


def test_stamps_from_before_the_clock_was_measured_stay_and_say_so(database: Database) -> None:
    seals, seal = sealed(database)
    seals.add_timestamp(stamp(seal, OFFSETS[0]))
    revision = ScriptDirectory(migrations.__path__[0]).get_revision("0016")
    assert revision is not None
    assert isinstance(revision.down_revision, str)
    downgrade(database, revision.down_revision)
    upgrade(database)
    assert seals.timestamps() == [stamp(seal, None)]
