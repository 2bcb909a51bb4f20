"""What somebody with his hands in the database or in the files does is found and named, on real databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from alerts.anchors import FileAnchors
from alerts.audit import Fault
from alerts.errors import JournalError
from alerts.evidence import LocalEvidenceStore
from alerts.seals import Seal, link
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, Review
from domain.ids import UserId
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.seals import SqlSeals
from service.verification import Report, Wanted, verify
from tests.alerts.journal_contract import advance, raise_alert
from tests.alerts.samples import EPOCH, alert_id, next_alert, sample_alert, sample_evidence, sample_step
from tests.service.storage.conftest import database, postgres_url, sqlite_url, url

__all__ = ["database", "postgres_url", "sqlite_url", "url"]

NOW = EPOCH + timedelta(hours=1)


class Record:
    """An installation's record: two alerts, of which one was judged, with files on the disk; all of it sealed."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.journal = SqlAlertJournal(database)
        self.seals = SqlSeals(database)
        self.folder = folder / "evidence"
        self.store = LocalEvidenceStore(self.folder, minimum_free_bytes=0)
        self.anchor_file = folder / "anchors.jsonl"
        first, second = self.alert(1), self.alert(2)
        raise_alert(self.journal, first)
        raise_alert(self.journal, second)
        self.judge(first)
        self.seal()

    def alert(self, number: int) -> Alert:
        pieces = []
        for place, kind in enumerate((EvidenceKind.STILL, EvidenceKind.BOXES)):
            name = f"2026/01/05/{number}/{kind}"
            file = self.store.save(name, f"{kind} of {number}".encode())
            pieces.append(
                sample_evidence(
                    10 * number + place, kind=kind, name=name, size_bytes=file.size_bytes, sha256=file.sha256
                )
            )
        return sample_alert(number, evidence=tuple(pieces))

    def judge(self, alert: Alert) -> None:
        review = Review(reviewer_id=UserId("u-1"), reviewed_at=NOW, state=AlertState.CONFIRMED, reason="看到老鼠")
        advance(self.journal, next_alert(alert, state=AlertState.CONFIRMED, review=review), AlertStep.CONFIRMED)

    def seal(self) -> list[Seal]:
        return self.seals.seal(after=0, limit=100, now=NOW)

    def anchor(self) -> None:
        newest = self.seals.newest()
        assert newest is not None
        FileAnchors(self.anchor_file, "node-1").keep(newest)

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as connection:
            assert connection.execute(text(statement), values).rowcount >= 1, statement

    def report(self, **wanted: Any) -> Report:
        return verify(self.database, self.store, Wanted(**wanted))

    def faults(self, **wanted: Any) -> set[Fault]:
        return {finding.fault for finding in self.report(**wanted).findings}


@pytest.fixture
def record(database: Database, tmp_path: Path) -> Record:
    return Record(database, tmp_path)


def test_an_untouched_record_is_whole(record: Record) -> None:
    report = record.report()
    assert report.findings == []
    assert (report.seals, report.alerts, report.files, report.unsealed) == (3, 2, 4, 0)


TAMPERING: list[tuple[str, Fault, str]] = [
    ("UPDATE alert_steps SET note = 'another story' WHERE feed_id = 1", Fault.STEP_CHANGED, "step 1 of seal 1"),
    ("UPDATE alert_steps SET actor_id = 'u-2' WHERE feed_id = 3", Fault.STEP_CHANGED, "step 3 of seal 3"),
    ("UPDATE alert_steps SET step = 'dismissed' WHERE feed_id = 3", Fault.STEP_CHANGED, "step 3 of seal 3"),
    ("UPDATE alert_steps SET step = 'no word of ours' WHERE feed_id = 3", Fault.STEP_CHANGED, "step 3 of seal 3"),
    ("UPDATE alert_steps SET at = '2026-01-05 08:00:02' WHERE feed_id = 2", Fault.STEP_CHANGED, "step 2 of seal 2"),
    ("UPDATE alert_steps SET payload = '{}' WHERE feed_id = 2", Fault.STEP_CHANGED, "step 2 of seal 2"),
    ("UPDATE alert_steps SET site_id = 'site-2' WHERE feed_id = 2", Fault.STEP_CHANGED, "step 2 of seal 2"),
    ("UPDATE alerts SET state = 'dismissed' WHERE state = 'confirmed'", Fault.ALERT_CHANGED, "alerts"),
    ("UPDATE alerts SET review_reason = 'nothing' WHERE state = 'confirmed'", Fault.ALERT_CHANGED, "alerts"),
    ("UPDATE alerts SET site_name = 'elsewhere' WHERE state = 'confirmed'", Fault.ALERT_CHANGED, "alerts"),
    ("UPDATE alerts SET violation = '{}' WHERE state = 'confirmed'", Fault.ALERT_CHANGED, "alerts"),
    ("UPDATE alerts SET started_at = '2026-01-05 07:00:00' WHERE state = 'raised'", Fault.ALERT_CHANGED, "alerts"),
    ("UPDATE evidence SET name = 'a/b' WHERE position = 0", Fault.EVIDENCE_CHANGED, "evidence"),
    (
        "UPDATE evidence SET state = 'missing', cause = 'disk_full' WHERE position = 1",
        Fault.EVIDENCE_CHANGED,
        "evidence",
    ),
    ("DELETE FROM evidence WHERE position = 1", Fault.EVIDENCE_CHANGED, "evidence"),
    ("DELETE FROM alert_steps WHERE feed_id = 3", Fault.STEP_MISSING, "step 3 of seal 3"),
    ("DELETE FROM seals WHERE number = 2", Fault.SEAL_MISSING, "seals"),
    ("UPDATE seals SET entry_sha256 = digest WHERE number = 2", Fault.CHAIN_BROKEN, "seal 2"),
    ("UPDATE seals SET digest = entry_sha256 WHERE number = 2", Fault.CHAIN_BROKEN, "seal 2"),
    ("UPDATE seals SET sealed_at = '2020-01-01 00:00:00' WHERE number = 2", Fault.STEP_CHANGED, "step 2 of seal 2"),
    ("UPDATE seals SET alert_sha256 = digest WHERE number = 2", Fault.STEP_CHANGED, "step 2 of seal 2"),
    ("UPDATE seals SET form = 2 WHERE number = 1", Fault.SEAL_UNKNOWN_FORM, "seal 1"),
]


def test_what_is_done_to_a_row_is_found_and_named(record: Record) -> None:
    """All of them one after the other, each put right again, so that both databases are set up once."""
    tables = ("seals", "evidence", "alert_steps", "alerts")
    with record.database.transaction() as connection:
        for table in tables:
            connection.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
    for statement, fault, place in TAMPERING:
        record.execute(statement)
        assert [finding for finding in record.report().findings if finding.fault is fault and place in finding.place], (
            statement
        )
        with record.database.transaction() as connection:
            for table in tables:
                connection.execute(text(f"DELETE FROM {table}"))
            for table in reversed(tables):
                connection.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{table}"))
    assert record.report().findings == []


def test_a_step_that_was_put_in_is_found(record: Record) -> None:
    columns = "alert_id, enterprise_id, site_id, step, at, actor_id, note, payload"
    record.execute(
        f"INSERT INTO alert_steps (sequence, {columns}) SELECT 7, {columns} FROM alert_steps WHERE feed_id = 3"
    )
    assert record.faults() == {Fault.STEP_UNEXPECTED}
    record.seal()
    assert Fault.STEP_UNEXPECTED in record.faults()


def test_a_whole_alert_that_is_gone_is_found(record: Record) -> None:
    for table in ("evidence", "alert_steps", "alerts"):
        record.execute(f"DELETE FROM {table} WHERE alert_id = '{alert_id(2)}'")
    (finding,) = record.report().findings
    assert (finding.fault, finding.alert_id) == (Fault.STEP_MISSING, alert_id(2))


@pytest.mark.parametrize("place", [0, 5, -1])
def test_any_byte_of_a_file_that_changes_is_found(record: Record, place: int) -> None:
    path = record.folder / "2026/01/05/2/still"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    (finding,) = record.report().findings
    assert (finding.fault, finding.place, finding.alert_id) == (
        Fault.FILE_CHANGED,
        "2026/01/05/2/still",
        alert_id(2),
    )


def test_a_file_that_is_gone_or_longer_is_found(record: Record) -> None:
    (record.folder / "2026/01/05/1/still").unlink()
    with (record.folder / "2026/01/05/2/boxes").open("ab") as file:
        file.write(b"!")
    findings = record.report().findings
    assert {(finding.fault, finding.place) for finding in findings} == {
        (Fault.FILE_MISSING, "2026/01/05/1/still"),
        (Fault.FILE_CHANGED, "2026/01/05/2/boxes"),
    }


def cut_tail(record: Record) -> None:
    """Take the verdict back without a trace in the database: as somebody would who knows how it works."""
    record.execute("DELETE FROM seals WHERE number = 3")
    record.execute("DELETE FROM alert_steps WHERE feed_id = 3")
    record.execute(
        "UPDATE alerts SET state = 'raised', sequence = 1, updated_at = raised_at, reviewer_id = NULL, "
        "reviewed_at = NULL, review_state = NULL, review_reason = NULL WHERE state = 'confirmed'"
    )


def test_a_shortened_chain_is_found_against_an_anchor_and_only_there(record: Record) -> None:
    record.anchor()
    cut_tail(record)
    assert record.faults() - {Fault.ALERT_CHANGED} == set()
    assert Fault.ANCHOR_NOT_REACHED in record.faults(anchor_file=record.anchor_file)


def test_a_chain_made_anew_is_found_against_an_anchor_and_only_there(record: Record) -> None:
    record.anchor()
    record.execute("UPDATE alert_steps SET note = 'another story' WHERE feed_id = 1")
    record.execute("DELETE FROM seals")
    record.seal()
    assert record.faults() == set()
    assert record.faults(anchor_file=record.anchor_file) == {Fault.ANCHOR_DIFFERS}


def test_an_anchor_file_that_is_none_is_told_with_its_line(record: Record) -> None:
    record.anchor()
    with record.anchor_file.open("a") as file:
        file.write("not json\n")
    (finding,) = record.report(anchor_file=record.anchor_file).findings
    assert finding.fault is Fault.ANCHOR_UNREADABLE
    assert finding.place.endswith("anchors.jsonl:2")


def test_steps_without_a_seal_are_told_and_are_no_fault(record: Record) -> None:
    raise_alert(record.journal, sample_alert(3))
    report = record.report()
    assert report.is_whole
    assert report.unsealed == 1


def test_since_looks_at_the_later_part_only(record: Record) -> None:
    raise_alert(record.journal, record.alert(3))
    record.seals.seal(after=0, limit=100, now=NOW + timedelta(days=1))
    record.execute("UPDATE alert_steps SET note = 'another story' WHERE feed_id = 1")
    assert record.faults() == {Fault.STEP_CHANGED}
    later = record.report(since=NOW + timedelta(hours=1))
    assert later.findings == []
    assert (later.seals, later.alerts, later.files) == (1, 1, 2)


def test_a_smaller_number_that_appears_late_is_sealed_too(record: Record) -> None:
    """As when a writer without the journal's lock commits after one that was given a higher number."""
    for number in (3, 4):
        raise_alert(record.journal, sample_alert(number))
    with record.database.transaction() as connection:
        connection.execute(text("CREATE TABLE late AS SELECT * FROM alert_steps WHERE feed_id = 4"))
        connection.execute(text("DELETE FROM alert_steps WHERE feed_id = 4"))
    assert [seal.feed_id for seal in record.seal()] == [5]
    record.execute("INSERT INTO alert_steps SELECT * FROM late")
    assert [(seal.number, seal.feed_id) for seal in record.seal()] == [(5, 4)]
    assert record.faults() == set()


def patiently(work: Callable[[], object]) -> None:
    """Try again while the database is busy: on a slow disk the turn may not come within the time limit."""
    while True:
        try:
            work()
        except JournalError as error:
            if not error.is_temporary:
                raise
        else:
            return


def test_several_sealers_and_writers_make_one_unbroken_chain(record: Record) -> None:
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told below
                failures.append(error)

        return threading.Thread(target=run)

    def write(start: int) -> None:
        for number in range(start, start + 8):
            alert = sample_alert(number)
            patiently(partial(raise_alert, record.journal, alert))
            patiently(partial(advance, record.journal, next_alert(alert), AlertStep.UPDATED))

    def keep_sealing() -> None:
        others = SqlSeals(record.database)
        for _ in range(12):
            patiently(lambda: others.seal(after=0, limit=3, now=NOW))

    threads = [guarded(lambda: write(100)), guarded(lambda: write(200)), guarded(keep_sealing), guarded(keep_sealing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    while record.seal():
        pass
    assert failures == []
    report = record.report()
    assert report.findings == []
    assert (report.seals, report.unsealed) == (3 + 32, 0)


def test_the_proof_of_an_alert_leads_from_its_first_step_to_its_last(record: Record) -> None:
    proof = record.seals.proof(alert_id(1))
    newest = record.seals.newest()
    assert proof is not None
    assert newest is not None
    assert (proof.first, sorted(proof.entries), len(proof.links), proof.unsealed) == (1, [1, 3], 3, 0)
    assert proof.digests()[3] == newest.digest
    assert record.seals.proof(alert_id(9)) is None
    assert link(proof.before, proof.links[0]) == proof.digests()[1]


def test_a_note_of_an_alert_that_moved_on_before_it_was_sealed_is_sealed_without_its_row(record: Record) -> None:
    alert = sample_alert(5)
    raise_alert(record.journal, alert)
    later = next_alert(alert)
    record.journal.record(later, replace(sample_step(later, AlertStep.UPDATED), note="later"), [], 1)
    first, second = record.seal()
    assert first.alert_sha256 is None
    assert second.alert_sha256 is not None
    assert record.faults() == set()
