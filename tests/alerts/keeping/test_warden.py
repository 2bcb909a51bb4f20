"""What the warden deletes, and what it leaves, over twins and over a real disk."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.bell import FeedBell
from alerts.errors import EvidenceUnreachableError
from alerts.evidence import LocalEvidenceStore
from alerts.keeping.disk import FolderDisk
from alerts.keeping.holds import HoldDesk
from alerts.keeping.settings import KeepingSettings
from alerts.keeping.testing import FakeDisk, InMemoryKeeping
from alerts.keeping.warden import SpaceState
from alerts.testing import InMemoryEvidenceStore
from domain.alert import AlertState, EvidenceKind, EvidenceState
from domain.ids import UserId
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.keeping.kit import EVERYTHING, MESSAGES, Keep
from tests.alerts.samples import alert_id

PRESSED = KeepingSettings(every_seconds=1.0, pressure_free_bytes=1_000, pressure_minimum_age_seconds=0.0)


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path)


def book_of(keep: Keep) -> InMemoryKeeping:
    assert isinstance(keep.book, InMemoryKeeping)
    return keep.book


def holds_of(keep: Keep) -> HoldDesk:
    return HoldDesk(
        journal=keep.journal, book=book_of(keep), messages=MESSAGES, bell=FeedBell(), new_id=keep.new_id, now=keep.now
    )


def test_dismissed_clips_go_after_a_week_and_their_stills_after_a_month(keep: Keep) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(6.9)
    assert keep.left(1) == {"still", "boxes", "clip"}
    keep.pass_days(0.2)
    assert keep.left(1) == {"still", "boxes"}
    keep.pass_days(23)
    assert keep.left(1) == set()


def test_a_deletion_leaves_a_tombstone_a_step_and_an_entry_that_says_what_why_and_when(keep: Keep) -> None:
    before = keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(8)

    alert = keep.alert(1)
    (gone,) = [piece for piece in alert.evidence if piece.state is EvidenceState.DELETED]
    (was,) = [piece for piece in before.evidence if piece.kind is EvidenceKind.CLIP]
    assert (gone.sha256, gone.size_bytes, gone.name) == (was.sha256, was.size_bytes, was.name)
    assert gone.cause == "retention:dismissed@1"
    step = keep.journal.history(alert.alert_id)[-1]
    assert step.actor_id is None
    assert "已排除的线索" in step.note
    assert step.payload["deletion"] == {
        "trigger": "retention",
        "rule": "dismissed",
        "policy_version": "1",
        "policy_sha256": keep.policy.sha256,
        "evidence_ids": [gone.evidence_id],
    }
    (entry,) = book_of(keep).deletions_of(alert.alert_id)
    assert (entry.evidence_id, entry.sha256, entry.sequence) == (gone.evidence_id, was.sha256, alert.sequence)
    assert (entry.decided_at, entry.erased_at) == (keep.now(), keep.now())


@pytest.mark.parametrize("state", sorted({AlertState.CONFIRMED, AlertState.DISPUTED, AlertState.RECTIFIED}))
def test_what_people_confirmed_and_did_not_close_is_kept_for_ever(keep: Keep, state: AlertState) -> None:
    keep.raise_alert(1, state)
    keep.pass_days(40)
    keep.pass_days(40_000)
    assert keep.left(1) == {"still", "boxes", "clip"}


def test_a_closed_case_keeps_its_still_for_years_and_its_clip_for_half_of_one(keep: Keep) -> None:
    alert = keep.raise_alert(1, AlertState.CONFIRMED)
    keep.pass_days(400)
    keep.move(alert, AlertState.CLOSED)
    keep.pass_days(179)
    assert keep.left(1) == {"still", "boxes", "clip"}
    keep.pass_days(2)
    assert keep.left(1) == {"still", "boxes"}
    keep.pass_days(548)
    assert keep.left(1) == {"still", "boxes"}
    keep.pass_days(3)
    assert keep.left(1) == set()


def test_a_violation_that_lasts_keeps_its_evidence(keep: Keep) -> None:
    keep.raise_alert(1, is_open=True)
    keep.pass_days(20)
    keep.pass_days(200)
    assert keep.left(1) == {"still", "boxes", "clip"}


def test_a_hold_keeps_everything_until_it_is_lifted(keep: Keep) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    desk = holds_of(keep)
    desk.set(alert_id(1), actor=UserId("u-2"), scope=EVERYTHING, reason="行政复议中")
    keep.pass_days(50)
    assert keep.left(1) == {"still", "boxes", "clip"}
    desk.lift(alert_id(1), actor=UserId("u-2"), scope=EVERYTHING, reason="已审结")
    keep.pass_days(1)
    assert keep.left(1) == set()
    assert [step.note for step in keep.journal.history(alert_id(1))][-3:-1] == [
        "依法留存 / held: 行政复议中",
        "解除留存 / hold lifted: 已审结",
    ]


def test_a_hold_is_refused_without_a_reason_and_unknown_outside_the_scope(keep: Keep) -> None:
    keep.raise_alert(1)
    desk = holds_of(keep)
    with pytest.raises(ValueError, match="reason"):
        desk.set(alert_id(1), actor=UserId("u"), scope=EVERYTHING, reason="  ")
    assert desk.set(alert_id(1), actor=UserId("u"), scope=Scope(), reason="x") is None
    assert desk.standing(alert_id(1)) is None


def test_a_verdict_that_comes_in_the_same_moment_wins(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    book = book_of(keep)
    cases = book.cases

    def late(*args: object) -> object:
        found = cases(*args)  # type: ignore[arg-type]
        if keep.alert(1).state is AlertState.DISMISSED:
            keep.move(alert, AlertState.CONFIRMED)
        return found

    monkeypatch.setattr(book, "cases", late)
    keep.pass_days(40)
    assert keep.left(1) == {"still", "boxes", "clip"}
    assert book.deletions_of(alert_id(1)) == []


class UnreachableStore(InMemoryEvidenceStore):
    """A store that is away when something is to be deleted."""

    def delete(self, name: str) -> None:
        raise EvidenceUnreachableError(name, "s3://kitchen", "it does not answer")


def test_what_a_killed_process_had_only_written_down_is_erased_by_the_next_one(tmp_path: Path) -> None:
    away = UnreachableStore(tmp_path / "scratch")
    keep = Keep(tmp_path, store=away)
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(8)
    clip = next(piece for piece in alert.evidence if piece.kind is EvidenceKind.CLIP)
    assert clip.name in away.files  # on record, and not gone yet
    (entry,) = book_of(keep).unerased(10)
    assert entry.evidence_id == clip.evidence_id

    back = InMemoryEvidenceStore(tmp_path / "other")
    back.files = away.files
    keep.new_warden(back).work()
    assert clip.name not in back.files
    assert book_of(keep).unerased(10) == []


def test_a_clock_far_beyond_the_newest_record_deletes_nothing_for_a_day(keep: Keep) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(400)
    assert keep.left(1) == {"still", "boxes", "clip"}
    assert keep.warden.state.is_clock_doubted
    keep.pass_days(0.5)
    assert keep.left(1) == {"still", "boxes", "clip"}
    keep.pass_days(0.6)
    assert keep.left(1) == set()
    assert not keep.warden.state.is_clock_doubted


def test_a_clock_that_jumps_while_the_service_runs_deletes_nothing_for_a_day(keep: Keep) -> None:
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(0.1)
    keep.wall_shift = timedelta(days=100)
    keep.pass_days(0.1)
    assert keep.left(1) == {"still", "boxes", "clip"}
    keep.pass_days(1.1)
    assert keep.left(1) == set()


def test_switched_off_it_deletes_nothing(tmp_path: Path) -> None:
    keep = Keep(tmp_path, settings=KeepingSettings(is_on=False, every_seconds=1.0))
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(50)
    assert keep.left(1) == {"still", "boxes", "clip"}


def test_many_alerts_go_in_batches(tmp_path: Path) -> None:
    keep = Keep(tmp_path, settings=KeepingSettings(every_seconds=1.0, batch=3))
    for number in range(1, 12):
        keep.raise_alert(number, AlertState.DISMISSED)
    keep.pass_days(31)
    assert all(keep.left(number) == set() for number in range(1, 12))


def test_an_edge_keeps_what_its_centre_has_not_confirmed(keep: Keep) -> None:
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    clip = next(piece for piece in alert.evidence if piece.kind is EvidenceKind.CLIP)
    book_of(keep).awaited = {clip.evidence_id}
    keep.pass_days(31)
    assert keep.left(1) == {"clip"}
    book_of(keep).awaited = set()
    keep.pass_days(0.1)
    assert keep.left(1) == set()


# The disk


def used(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def pressed(tmp_path: Path, total: int, **settings: object) -> Keep:
    """A keep over a real disk, of which the meter shows as much as the files use."""
    root = tmp_path / "evidence"
    return Keep(
        tmp_path,
        store=LocalEvidenceStore(root, minimum_free_bytes=0),
        meter=FakeDisk(total=total, used=lambda: used(root)),
        settings=replaced(PRESSED, **settings),
    )


def replaced(settings: KeepingSettings, **changes: object) -> KeepingSettings:
    return settings.model_copy(update=changes)


def test_a_full_disk_is_cleared_clips_first_lowest_class_first_oldest_first(tmp_path: Path) -> None:
    keep = pressed(tmp_path, total=10_000)
    keep.raise_alert(1, AlertState.DISMISSED, risk_class=RiskClass.I, size=500)
    keep.raise_alert(2, AlertState.DISMISSED, risk_class=RiskClass.III, size=500)
    keep.raise_alert(3, AlertState.UNCLEAR, risk_class=RiskClass.III, size=500)
    keep.raise_alert(4, AlertState.CONFIRMED, risk_class=RiskClass.III, size=500)
    keep.raise_alert(5, AlertState.RAISED, risk_class=RiskClass.III, size=500)
    # 7500 bytes lie there: 2500 are free, enough
    keep.warden.work()
    assert keep.warden.state.space is SpaceState.ENOUGH
    assert all(keep.left(number) == {"still", "boxes", "clip"} for number in range(1, 6))

    keep.raise_alert(6, AlertState.CONFIRMED, size=600)  # 700 bytes are free: 400 more are wanted
    keep.warden.work()
    assert keep.left(2) == {"still", "boxes"}
    assert keep.left(3) == keep.left(1) == {"still", "boxes", "clip"}

    keep.raise_alert(7, AlertState.CONFIRMED, size=500)  # clips of 3 and of 1, then a still of 2
    keep.warden.work()
    assert keep.left(3) == keep.left(1) == {"still", "boxes"}
    assert keep.left(2) == set()
    assert keep.warden.state.space is SpaceState.ENOUGH
    assert all(keep.left(number) == {"still", "boxes", "clip"} for number in (4, 5, 6, 7))
    causes = {piece.cause for piece in keep.alert(2).evidence}
    assert causes == {"pressure:disk-pressure@1"}
    assert len(book_of(keep).deletions(EVERYTHING, None, 100)) == 5


def test_a_disk_that_cannot_be_cleared_is_told_and_nothing_else_is_taken(tmp_path: Path) -> None:
    keep = pressed(tmp_path, total=3_000)
    keep.raise_alert(1, AlertState.CONFIRMED, size=500)
    keep.raise_alert(2, AlertState.RAISED, size=250)
    keep.warden.work()
    assert keep.warden.state.space is SpaceState.CANNOT_CLEAR
    assert keep.left(1) == keep.left(2) == {"still", "boxes", "clip"}


def test_a_held_alert_is_not_taken_by_a_full_disk(tmp_path: Path) -> None:
    keep = pressed(tmp_path, total=2_000)
    keep.raise_alert(1, AlertState.DISMISSED, size=500)
    holds_of(keep).set(alert_id(1), actor=UserId("u"), scope=EVERYTHING, reason="留存")
    keep.warden.work()
    assert keep.left(1) == {"still", "boxes", "clip"}
    assert keep.warden.state.space is SpaceState.CANNOT_CLEAR


def test_a_fresh_verdict_is_not_taken_by_a_full_disk(tmp_path: Path) -> None:
    keep = pressed(tmp_path, total=2_000, pressure_minimum_age_seconds=86_400.0)
    keep.raise_alert(1, AlertState.DISMISSED, size=500)
    keep.warden.work()
    assert keep.left(1) == {"still", "boxes", "clip"}
    keep.pass_days(1.1)
    assert "clip" not in keep.left(1)


def test_a_share_of_the_disk_can_be_the_limit(tmp_path: Path) -> None:
    keep = pressed(tmp_path, total=10_000, pressure_free_bytes=0, pressure_free_percent=50.0)
    keep.raise_alert(1, AlertState.DISMISSED, size=2_000)
    keep.warden.work()
    assert keep.left(1) == {"still", "boxes"}


def test_a_disk_that_cannot_be_asked_stops_nothing_else(tmp_path: Path) -> None:
    keep = Keep(tmp_path, meter=FakeDisk(total=1, error=OSError("gone")), settings=PRESSED)
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.pass_days(31)
    assert keep.left(1) == set()


def test_the_real_disk_is_asked(tmp_path: Path) -> None:
    found, told = FolderDisk(tmp_path).space(), os.statvfs(tmp_path)
    assert found.total == told.f_blocks * told.f_frsize
    assert 0 <= found.free <= found.total


def test_a_deleted_file_is_gone_from_the_disk_with_its_empty_folders(tmp_path: Path) -> None:
    root = tmp_path / "evidence"
    keep = Keep(tmp_path, store=LocalEvidenceStore(root, minimum_free_bytes=0))
    keep.raise_alert(1, AlertState.DISMISSED)
    keep.raise_alert(2, AlertState.CONFIRMED)
    keep.pass_days(31)
    assert sorted(path.name for path in root.rglob("*") if path.is_file()) == ["boxes.json", "clip.mp4", "still.jpg"]
    assert not (root / "2026/01/05/1").exists()
    assert (root / "2026/01/05/2").is_dir()


def test_settings_are_told_with_what_was_expected() -> None:
    with pytest.raises(ValueError, match="pressure_free_percent"):
        KeepingSettings(pressure_free_percent=80.0)


def test_a_tombstone_says_the_same_as_the_entry(keep: Keep) -> None:
    keep.raise_alert(1, AlertState.UNCLEAR)
    keep.pass_days(91)
    pieces = {piece.evidence_id: piece for piece in keep.alert(1).evidence}
    for entry in book_of(keep).deletions_of(alert_id(1)):
        piece = pieces[entry.evidence_id]
        assert replace(piece, state=EvidenceState.STORED).sha256 == entry.sha256
        assert piece.cause == f"{entry.trigger}:{entry.rule}@{entry.policy_version}"
