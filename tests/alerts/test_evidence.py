import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.errors import EvidenceCause, EvidenceStoreError
from alerts.evidence import LocalEvidenceStore
from alerts.ports import EvidenceStore
from alerts.testing import InMemoryEvidenceStore
from tests.alerts.evidence_contract import NAME, EvidenceStoreContract


class TestLocalEvidenceStore(EvidenceStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> EvidenceStore:
        return LocalEvidenceStore(tmp_path / "evidence", 0)


class TestInMemoryEvidenceStore(EvidenceStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> EvidenceStore:
        return InMemoryEvidenceStore(tmp_path / "scratch")


def files_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_files_can_be_read_by_this_user_only(tmp_path: Path) -> None:
    store = LocalEvidenceStore(tmp_path / "evidence", 0)
    store.save(NAME, b"picture")
    clip = store.scratch() / "clip.mp4"
    clip.write_bytes(b"clip")
    clip.chmod(0o644)
    store.adopt("2026/clip.mp4", clip)
    for name in (NAME, "2026/clip.mp4"):
        assert stat.S_IMODE((tmp_path / "evidence" / name).stat().st_mode) == 0o600
    for folder in ("evidence", "evidence/2026", "evidence/2026/01/05/alert-1"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


def test_what_was_half_made_is_swept_at_the_start(tmp_path: Path) -> None:
    (LocalEvidenceStore(tmp_path, 0).scratch() / "half.mp4").write_bytes(b"half")
    assert list(LocalEvidenceStore(tmp_path, 0).scratch().iterdir()) == []


def test_the_scratch_folder_is_not_evidence(tmp_path: Path) -> None:
    store = LocalEvidenceStore(tmp_path, 0)
    with pytest.raises(ValueError, match="an evidence name"):
        store.open(f"{store.scratch().name}/half.mp4")


def test_folders_that_became_empty_go_too(tmp_path: Path) -> None:
    store = LocalEvidenceStore(tmp_path, 0)
    store.save(NAME, b"picture")
    store.delete(NAME)
    assert not (tmp_path / "2026").exists()


def test_below_the_minimum_of_free_disk_nothing_is_taken(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path)
    store = LocalEvidenceStore(tmp_path, free.f_bavail * free.f_frsize * 2)
    with pytest.raises(EvidenceStoreError) as caught:
        store.save(NAME, b"picture")
    assert (caught.value.cause, caught.value.name) == (EvidenceCause.DISK_FULL, NAME)
    assert files_below(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 4 MiB, or a skip where mounting is not permitted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_real_full_disk_is_named_and_leaves_nothing_behind(small_disk: Path) -> None:
    store = LocalEvidenceStore(small_disk, 0)
    store.save("a/first.bin", b"x" * (2 << 20))
    (small_disk / "somebody-elses.bin").write_bytes(b"y" * (1 << 20))
    with pytest.raises(EvidenceStoreError) as caught:
        store.save("a/second.bin", b"z" * (3 << 20))
    assert caught.value.cause is EvidenceCause.DISK_FULL
    assert files_below(small_disk) == ["a/first.bin", "somebody-elses.bin"]
    with store.open("a/first.bin") as file:
        assert file.read(1) == b"x"


def test_a_disk_that_fills_up_during_the_write_is_named(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check beforehand saw room that somebody else has taken since: the real ENOSPC speaks."""
    store = LocalEvidenceStore(small_disk, 0)
    monkeypatch.setattr("alerts.evidence.shutil.disk_usage", lambda _path: _Roomy())
    with pytest.raises(EvidenceStoreError) as caught:
        store.save("a/big.bin", b"z" * (6 << 20))
    assert caught.value.cause is EvidenceCause.DISK_FULL
    assert isinstance(caught.value.__cause__, OSError)
    assert files_below(small_disk) == []


class _Roomy:
    free = 1 << 40


def test_the_reserve_is_left_for_the_database(small_disk: Path) -> None:
    store = LocalEvidenceStore(small_disk, 2 << 20)
    store.save("a/first.bin", b"x" * (1 << 20))
    with pytest.raises(EvidenceStoreError) as caught:
        store.save("a/second.bin", b"z" * (3 << 19))
    assert caught.value.cause is EvidenceCause.DISK_FULL
    (small_disk / "database.bin").write_bytes(b"d" * (2 << 20))


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    store = LocalEvidenceStore(tmp_path, 0)
    (tmp_path / "2026").write_text("a file where a folder is needed")
    with pytest.raises(EvidenceStoreError) as caught:
        store.save(NAME, b"picture")
    assert caught.value.cause is EvidenceCause.WRITE_FAILED
    assert files_below(tmp_path) == ["2026"]
