"""Deleting, holding and looking, on real databases; and what `verify` says of all of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from alerts.audit import Fault
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError
from alerts.evidence import LocalEvidenceStore
from alerts.keeping.errors import HoldError
from alerts.keeping.holds import HoldDesk
from alerts.keeping.ports import AccessLog
from domain.alert import AlertState, AlertStep, EvidenceKind
from domain.ids import SiteId, UserId
from domain.scope import Scope
from service.storage.accesses import SqlAccessLog
from service.storage.database import Database
from service.storage.forward_queue import SqlForwardQueue
from service.storage.journal import SqlAlertJournal
from service.storage.keeping import SqlKeeping
from service.storage.seals import SqlSeals
from service.verification import Report, Wanted, verify
from tests.alerts.keeping.access_contract import (
    access,
    test_the_latest_access_of_an_account_to_a_piece_is_found_while_it_is_fresh,
    test_the_log_of_accesses_answers_who_looked_when_and_why,
)
from tests.alerts.keeping.kit import EVERYTHING, MESSAGES, Keep
from tests.alerts.samples import alert_id

__all__ = [
    "test_the_latest_access_of_an_account_to_a_piece_is_found_while_it_is_fresh",
    "test_the_log_of_accesses_answers_who_looked_when_and_why",
]


class SqlKeep(Keep):
    """A warden over a real database and a real folder."""

    def __init__(self, database: Database, folder: Path, **edge: Any) -> None:
        self.database = database
        self.files = LocalEvidenceStore(folder / "evidence", minimum_free_bytes=0)
        journal = SqlAlertJournal(database)
        self.keeping = SqlKeeping(database, journal, **edge)
        super().__init__(folder, journal=journal, book=self.keeping, store=self.files)
        self.desk = HoldDesk(
            journal=journal, book=self.keeping, messages=MESSAGES, bell=FeedBell(), new_id=self.new_id, now=self.now
        )

    def hold(self, number: int, reason: str = "行政复议中") -> None:
        self.desk.set(alert_id(number), actor=UserId("u-2"), scope=EVERYTHING, reason=reason)

    def lift(self, number: int) -> None:
        self.desk.lift(alert_id(number), actor=UserId("u-2"), scope=EVERYTHING, reason="已审结")

    def report(self) -> Report:
        while SqlSeals(self.database).seal(after=0, limit=500, now=self.now()):
            pass
        return verify(self.database, self.files, Wanted())

    def faults(self) -> set[Fault]:
        return {finding.fault for finding in self.report().findings}

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as connection:
            assert connection.execute(text(statement), values).rowcount >= 1, statement


@pytest.fixture
def keep(database: Database, tmp_path: Path) -> SqlKeep:
    return SqlKeep(database, tmp_path)


def test_a_life_of_deletions_and_holds_is_whole_to_verify(keep: SqlKeep) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.raise_alert(2, AlertState.CONFIRMED)
    keep.raise_alert(3, AlertState.DISMISSED)
    keep.raise_alert(4, is_open=True)
    keep.hold(3)
    keep.pass_days(8)
    assert keep.left(1) == {"still", "boxes"}
    keep.pass_days(23)
    assert keep.left(1) == set()
    assert keep.left(2) == keep.left(3) == keep.left(4) == {"still", "boxes", "clip"}
    report = keep.report()
    assert report.findings == []
    assert (report.deleted, report.files) == (3, 9)

    keep.lift(3)
    keep.pass_days(1)
    assert keep.left(3) == set()
    report = keep.report()
    assert report.findings == []
    assert (report.deleted, report.files) == (6, 6)


def test_closed_cases_are_counted_from_their_closing(keep: SqlKeep) -> None:
    alert = keep.raise_alert(1, AlertState.CONFIRMED)
    keep.pass_days(50)
    keep.move(alert, AlertState.CLOSED)
    keep.pass_days(55)
    keep.pass_days(55)
    keep.pass_days(55)
    assert keep.left(1) == {"still", "boxes", "clip"}
    keep.pass_days(16)
    assert keep.left(1) == {"still", "boxes"}


TAMPERING: list[tuple[str, Fault]] = [
    ("DELETE FROM deletions WHERE kind = 'clip'", Fault.DELETION_MISSING),
    ("UPDATE deletions SET sha256 = policy_sha256 WHERE kind = 'clip'", Fault.DELETION_CHANGED),
    ("UPDATE deletions SET rule = 'closed' WHERE kind = 'clip'", Fault.DELETION_CHANGED),
    ("UPDATE deletions SET policy_version = '2' WHERE kind = 'clip'", Fault.DELETION_CHANGED),
    ("UPDATE deletions SET alert_id = :other WHERE kind = 'clip'", Fault.DELETION_CHANGED),
    ("UPDATE deletions SET evidence_id = 'another' WHERE kind = 'clip'", Fault.DELETION_UNEXPECTED),
    ("UPDATE evidence SET state = 'deleted' WHERE alert_id = :other AND position = 0", Fault.EVIDENCE_CHANGED),
    ("UPDATE evidence SET state = 'stored', cause = NULL WHERE state = 'deleted'", Fault.EVIDENCE_CHANGED),
    ("UPDATE alert_steps SET note = 'nothing' WHERE note LIKE '%deleted%'", Fault.STEP_CHANGED),
]


def test_a_deletion_that_the_chain_proves_is_told_from_one_that_somebody_made(keep: SqlKeep) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.raise_alert(2, AlertState.CONFIRMED)
    keep.pass_days(8)
    assert keep.faults() == set()
    tables = ("deletions", "evidence", "alert_steps")
    with keep.database.transaction() as connection:
        for table in tables:
            connection.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
    for statement, fault in TAMPERING:
        keep.execute(statement, **({"other": alert_id(2)} if ":other" in statement else {}))
        assert fault in keep.faults(), statement
        with keep.database.transaction() as connection:
            for table in tables:
                connection.execute(text(f"DELETE FROM {table}"))
                connection.execute(text(f"INSERT INTO {table} SELECT * FROM kept_{table}"))
    assert keep.faults() == set()


def test_a_file_that_somebody_deleted_by_hand_is_missing_and_one_that_came_back_is_told(keep: SqlKeep) -> None:
    dismissed = keep.raise_alert(1, AlertState.DISMISSED)
    confirmed = keep.raise_alert(2, AlertState.CONFIRMED)
    keep.pass_days(8)

    clip = next(piece for piece in dismissed.evidence if piece.kind is EvidenceKind.CLIP)
    keep.files.save(clip.name, b"brought back")
    assert keep.faults() == {Fault.FILE_NOT_DELETED}
    keep.files.delete(clip.name)

    keep.files.delete(confirmed.evidence[0].name)
    assert keep.faults() == {Fault.FILE_MISSING}


def test_a_deletion_under_way_is_no_fault_and_is_finished_by_the_next_process(keep: SqlKeep) -> None:
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    clip = next(piece for piece in alert.evidence if piece.kind is EvidenceKind.CLIP)
    keep.pass_days(8)
    keep.files.save(clip.name, b"not gone yet")
    keep.execute("DELETE FROM erasures")

    report = keep.report()
    assert report.findings == []
    assert any("about to be deleted" in remark for remark in report.remarks)

    keep.new_warden().work()
    assert keep.keeping.unerased(10) == []
    assert keep.faults() == set()


def test_a_hold_stands_once_is_lifted_once_and_may_come_again(keep: SqlKeep) -> None:
    keep.raise_alert(1)
    keep.hold(1)
    with pytest.raises(HoldError, match="held already"):
        keep.hold(1)
    (hold,) = keep.keeping.holds(Scope.everything(), 10)
    assert (hold.set_by, hold.reason) == ("u-2", "行政复议中")
    assert keep.keeping.holds(Scope(site_ids=frozenset({SiteId("elsewhere")})), 10) == []
    keep.lift(1)
    with pytest.raises(HoldError, match="not held already"):
        keep.lift(1)
    keep.hold(1, "另案")
    assert keep.history(1) == ["raised", "updated", "updated", "updated"]


def test_a_deletion_and_a_hold_of_the_same_moment_cannot_both_go_through(
    keep: SqlKeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    cases = keep.keeping.cases

    def late(*args: Any) -> Any:
        found = cases(*args)
        if keep.keeping.standing(alert_id(1)) is None:
            keep.hold(1)
        return found

    monkeypatch.setattr(keep.keeping, "cases", late)
    keep.pass_days(20)
    assert keep.left(1) == {"still", "boxes", "clip"}
    assert keep.keeping.deletions_of(alert_id(1)) == []


def test_two_holds_of_the_same_moment_are_one(keep: SqlKeep) -> None:
    alert = keep.raise_alert(1)
    keep.hold(1)
    hold = keep.keeping.standing(alert_id(1))
    assert hold is not None
    later = replace(keep.alert(1), sequence=alert.sequence + 2)
    record, message = MESSAGES.step(later, AlertStep.UPDATED)
    with pytest.raises(AlertConflictError):
        keep.keeping.set_hold(replace(hold, hold_id="another"), later, record, [message], alert.sequence + 1)


def test_the_ledger_is_read_newest_first_page_by_page_within_the_scope(keep: SqlKeep) -> None:
    for number in (1, 2, 3):
        keep.raise_alert(number, AlertState.DISMISSED, kinds=(EvidenceKind.CLIP,))
    keep.pass_days(8)
    first = keep.keeping.deletions(EVERYTHING, None, 2)
    rest = keep.keeping.deletions(EVERYTHING, first[-1].deletion_id, 2)
    assert [entry.alert_id for entry in (*first, *rest)] == [alert_id(3), alert_id(2), alert_id(1)]
    assert keep.keeping.deletions(Scope(site_ids=frozenset({SiteId("site-9")})), None, 10) == []


def test_an_edge_deletes_a_file_only_after_its_centre_has_it(database: Database, tmp_path: Path) -> None:
    keep = SqlKeep(database, tmp_path, forwards=True)
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    queue = SqlForwardQueue(database)
    queue.take_in(100)
    keep.pass_days(31)
    assert keep.left(1) == {"still", "boxes", "clip"}
    queue.file_sent(alert.evidence[2].evidence_id, keep.now())
    keep.pass_days(1)
    assert keep.left(1) == {"still", "boxes"}
    for piece in alert.evidence:
        queue.file_sent(piece.evidence_id, keep.now())
    keep.pass_days(1)
    assert keep.left(1) == set()


def test_an_edge_that_sends_no_clips_deletes_them_by_its_own_time(database: Database, tmp_path: Path) -> None:
    keep = SqlKeep(database, tmp_path, forwards=True, sends_clips=False)
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(31)
    assert keep.left(1) == {"still", "boxes"}


# Who looked


@pytest.fixture
def log(database: Database) -> AccessLog:
    return SqlAccessLog(database)


CHANGES: list[tuple[str, Fault]] = [
    ("UPDATE accesses SET reason = 'no reason' WHERE number = 2", Fault.ACCESS_CHANGED),
    ("UPDATE accesses SET user_id = 'u-9' WHERE number = 2", Fault.ACCESS_CHANGED),
    ("UPDATE accesses SET at = '2026-01-01 00:00:00' WHERE number = 2", Fault.ACCESS_CHANGED),
    ("DELETE FROM accesses WHERE number = 2", Fault.ACCESS_MISSING),
    ("DELETE FROM accesses WHERE number = 1", Fault.ACCESS_MISSING),
]


@pytest.mark.parametrize(("statement", "fault"), CHANGES)
def test_what_is_done_to_the_log_of_accesses_is_found(keep: SqlKeep, statement: str, fault: Fault) -> None:
    log = SqlAccessLog(keep.database)
    for number in (1, 2, 3):
        log.note(access(number))
    assert keep.report().accesses == 3
    assert keep.faults() == set()
    keep.execute(statement)
    assert keep.faults() == {fault}


def test_many_who_look_at_once_make_one_log(keep: SqlKeep) -> None:
    log = SqlAccessLog(keep.database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: log.note(access(number)), range(8)))
    assert [entry.number for entry in log.accesses(EVERYTHING)] == list(range(8, 0, -1))
    assert keep.faults() == set()
