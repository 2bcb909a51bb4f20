"""What every EvidenceStore promises; run over the twin and over the local disk.

Use: subclass and override the fixture `store`.
"""

import hashlib
import threading

import pytest

from alerts.errors import EvidenceCause, EvidenceNotFoundError, EvidenceStoreError
from alerts.ports import EvidenceStore

NAME = "2026/01/05/alert-1/still.jpg"


class EvidenceStoreContract:
    @pytest.fixture
    def store(self) -> EvidenceStore:
        raise NotImplementedError("override this fixture")

    def test_a_file_comes_back_with_its_size_and_checksum(self, store: EvidenceStore) -> None:
        stored = store.save(NAME, b"picture")
        assert (stored.name, stored.size_bytes) == (NAME, 7)
        assert stored.sha256 == hashlib.sha256(b"picture").hexdigest()
        with store.open(NAME) as file:
            assert file.read() == b"picture"

    def test_a_served_file_can_be_read_from_the_middle(self, store: EvidenceStore) -> None:
        store.save(NAME, b"0123456789")
        with store.open(NAME) as file:
            file.seek(4)
            assert file.read(3) == b"456"

    def test_a_finished_file_is_taken_over(self, store: EvidenceStore) -> None:
        path = store.scratch() / "clip.mp4"
        path.write_bytes(b"clip")
        stored = store.adopt("a/clip.mp4", path)
        assert (stored.size_bytes, stored.sha256) == (4, hashlib.sha256(b"clip").hexdigest())
        assert not path.exists()
        with store.open("a/clip.mp4") as file:
            assert file.read() == b"clip"

    def test_a_file_that_is_not_there_cannot_be_taken_over(self, store: EvidenceStore) -> None:
        with pytest.raises(EvidenceStoreError) as caught:
            store.adopt("a/clip.mp4", store.scratch() / "nothing.mp4")
        assert caught.value.cause is EvidenceCause.WRITE_FAILED

    def test_evidence_is_never_replaced(self, store: EvidenceStore) -> None:
        store.save(NAME, b"first")
        with pytest.raises(EvidenceStoreError):
            store.save(NAME, b"second")
        path = store.scratch() / "clip.mp4"
        path.write_bytes(b"third")
        with pytest.raises(EvidenceStoreError):
            store.adopt(NAME, path)
        with store.open(NAME) as file:
            assert file.read() == b"first"

    def test_what_is_not_there_is_said_so(self, store: EvidenceStore) -> None:
        store.save(NAME, b"picture")
        for name in ("nothing.jpg", "2026/01/05/alert-1", f"{NAME}/deeper"):
            with pytest.raises(EvidenceNotFoundError) as caught:
                store.open(name)
            assert caught.value.name == name

    def test_a_deleted_file_is_gone_and_may_be_deleted_again(self, store: EvidenceStore) -> None:
        store.save(NAME, b"picture")
        store.save("2026/01/05/alert-2/still.jpg", b"other")
        store.delete(NAME)
        store.delete(NAME)
        with pytest.raises(EvidenceNotFoundError):
            store.open(NAME)
        with store.open("2026/01/05/alert-2/still.jpg") as file:
            assert file.read() == b"other"

    @pytest.mark.parametrize(
        "name",
        ["../outside.jpg", "a/../../outside.jpg", "/etc/passwd", "a//b.jpg", "", ".", "a/./b", "a\\b", "a\0b", "a/"],
    )
    def test_a_name_that_leads_elsewhere_is_refused(self, store: EvidenceStore, name: str) -> None:
        with pytest.raises(ValueError, match="an evidence name"):
            store.save(name, b"x")
        with pytest.raises(ValueError, match="an evidence name"):
            store.open(name)
        with pytest.raises(ValueError, match="an evidence name"):
            store.delete(name)

    def test_threads_that_save_at_once_do_not_mix(self, store: EvidenceStore) -> None:
        def save(number: int) -> None:
            for piece in range(5):
                store.save(f"day/{number}/{piece}.bin", bytes([number]) * 50_000)

        threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in range(6):
            for piece in range(5):
                with store.open(f"day/{number}/{piece}.bin") as file:
                    assert file.read() == bytes([number]) * 50_000
