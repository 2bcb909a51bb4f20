import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from alerts.errors import EvidenceCause, EvidenceNotFoundError, EvidenceStoreError, EvidenceUnreachableError
from alerts.ports import EvidenceStore
from alerts.s3 import S3EvidenceStore
from alerts.settings import S3Settings
from alerts.spool import SpooledEvidenceStore
from tests.alerts.evidence_contract import NAME, EvidenceStoreContract
from tests.support.mqtt import wait_until
from tests.support.s3 import SECRET, S3Server

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def settings(server: S3Server) -> S3Settings:
    """A folder of its own within the bucket for each test."""
    return server.settings(prefix=f"tests/{uuid4().hex}")


class TestS3EvidenceStore(EvidenceStoreContract):
    @pytest.fixture
    def store(self, settings: S3Settings, tmp_path: Path) -> EvidenceStore:
        return S3EvidenceStore(settings, tmp_path / "scratch")


class TestSpooledEvidenceStore(EvidenceStoreContract):
    @pytest.fixture
    def store(self, settings: S3Settings, tmp_path: Path) -> EvidenceStore:
        return spooled(settings, tmp_path)


def spooled(settings: S3Settings, tmp_path: Path, most_bytes: int = 1000) -> SpooledEvidenceStore:
    return SpooledEvidenceStore(
        S3EvidenceStore(settings, tmp_path / "scratch"),
        tmp_path / "spool",
        most_bytes=most_bytes,
        minimum_free_bytes=0,
        retry_seconds=0.05,
    )


def nobody() -> S3Settings:
    """A server that is not there."""
    return S3Settings.model_validate(
        {"bucket": "kitchen", "endpoint": "http://127.0.0.1:9", "access_key_id": "k", "secret_access_key": SECRET}
    )


def test_the_same_content_may_be_saved_again_after_a_lost_answer(settings: S3Settings, tmp_path: Path) -> None:
    store = S3EvidenceStore(settings, tmp_path / "scratch")
    assert store.save(NAME, b"picture") == store.save(NAME, b"picture")


def test_content_that_changed_in_the_store_is_not_handed_out(
    server: S3Server, settings: S3Settings, tmp_path: Path
) -> None:
    store = S3EvidenceStore(settings, tmp_path / "scratch")
    checksum = hashlib.sha256(b"picture").hexdigest()
    server.overwrite(NAME, b"forged!", prefix=settings.prefix, sha256=checksum)
    with pytest.raises(EvidenceUnreachableError) as caught:
        store.open(NAME)
    assert caught.value.reason == "the content does not have its checksum"


def test_a_bucket_that_does_not_exist_is_named_and_is_no_missing_file(server: S3Server, tmp_path: Path) -> None:
    store = S3EvidenceStore(server.settings(bucket="another-bucket"), tmp_path / "scratch")
    assert store.fault() in {None, "there is no such bucket"}  # a HEAD has no body to say it in
    for attempt in (lambda: store.save(NAME, b"x"), lambda: store.open(NAME)):
        with pytest.raises(EvidenceUnreachableError) as caught:
            attempt()
        assert caught.value.reason == "there is no such bucket"
        assert "another-bucket" in str(caught.value)


def test_a_store_that_is_away_is_said_so_without_secrets(tmp_path: Path) -> None:
    store = S3EvidenceStore(nobody(), tmp_path / "scratch")
    assert store.fault() == "it does not answer"
    with pytest.raises(EvidenceUnreachableError) as caught:
        store.save(NAME, b"picture")
    assert (caught.value.cause, caught.value.reason) == (EvidenceCause.STORE_UNREACHABLE, "it does not answer")
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"


def test_a_server_that_is_there_has_no_fault(settings: S3Settings, tmp_path: Path) -> None:
    assert S3EvidenceStore(settings, tmp_path / "scratch").fault() is None


def test_what_was_spooled_is_uploaded_when_the_store_is_back(server: S3Server, tmp_path: Path) -> None:
    settings = server.settings(prefix=f"tests/{uuid4().hex}", timeout_seconds=0.5)
    store = spooled(settings, tmp_path)
    server.pause()
    try:
        stored = store.save(NAME, b"picture")
        clip = store.scratch() / "clip.mp4"
        clip.write_bytes(b"clip")
        store.adopt("2026/clip.mp4", clip)
        assert not store.upload()
        assert store.waiting_bytes == 11
        with store.open(NAME) as file:
            assert file.read() == b"picture"
    finally:
        server.resume()
    assert stored.sha256 == hashlib.sha256(b"picture").hexdigest()
    store.start()
    wait_until(lambda: store.waiting_bytes == 0, what="the upload")
    store.stop()
    fresh = S3EvidenceStore(settings, tmp_path / "elsewhere")
    for name, content in ((NAME, b"picture"), ("2026/clip.mp4", b"clip")):
        with fresh.open(name) as file:
            assert file.read() == content


def test_what_waited_when_the_process_died_is_uploaded_by_the_next(settings: S3Settings, tmp_path: Path) -> None:
    first = spooled(nobody(), tmp_path)
    first.save(NAME, b"picture")
    second = spooled(settings, tmp_path)
    assert second.waiting_bytes == 7
    assert second.upload()
    assert second.waiting_bytes == 0
    with S3EvidenceStore(settings, tmp_path / "elsewhere").open(NAME) as file:
        assert file.read() == b"picture"


def test_a_full_spool_refuses_with_its_cause_and_takes_again_when_there_is_room(tmp_path: Path) -> None:
    store = spooled(nobody(), tmp_path, most_bytes=10)
    store.save("a.jpg", b"12345678")
    with pytest.raises(EvidenceStoreError) as caught:
        store.save("b.jpg", b"12345678")
    assert caught.value.cause is EvidenceCause.STORE_UNREACHABLE
    with pytest.raises(EvidenceUnreachableError):
        store.delete("a.jpg")
    store.save("b.jpg", b"12345678")


def test_a_name_that_other_content_has_taken_blocks_no_other_upload(settings: S3Settings, tmp_path: Path) -> None:
    S3EvidenceStore(settings, tmp_path / "elsewhere").save("a.jpg", b"theirs")
    first = spooled(nobody(), tmp_path)
    first.save("a.jpg", b"ours")
    first.save("b.jpg", b"next")
    store = spooled(settings, tmp_path)
    assert store.upload()
    assert (tmp_path / "spool-refused" / "a.jpg").read_bytes() == b"ours"
    assert store.waiting_bytes == 0
    with store.open("b.jpg") as file:
        assert file.read() == b"next"


def test_a_file_that_is_nowhere_is_told_from_a_store_that_is_away(settings: S3Settings, tmp_path: Path) -> None:
    with pytest.raises(EvidenceNotFoundError):
        spooled(settings, tmp_path / "one").open(NAME)
    with pytest.raises(EvidenceUnreachableError):
        spooled(nobody(), tmp_path / "two").open(NAME)


def test_threads_share_the_spool_without_passing_its_bound(tmp_path: Path) -> None:
    store = spooled(nobody(), tmp_path, most_bytes=50)
    refused: list[EvidenceStoreError] = []

    def save(number: int) -> None:
        try:
            store.save(f"{number}.jpg", b"0123456789")
        except EvidenceStoreError as error:
            refused.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert store.waiting_bytes == 50
