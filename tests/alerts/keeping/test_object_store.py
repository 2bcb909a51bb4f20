"""Retention over a real S3 server, also while it is away and while files still wait in the spool."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from alerts.errors import EvidenceNotFoundError
from alerts.keeping.testing import InMemoryKeeping
from alerts.s3 import S3EvidenceStore
from alerts.settings import S3Settings
from alerts.spool import SpooledEvidenceStore
from domain.alert import AlertState
from tests.alerts.keeping.kit import Keep
from tests.support.s3 import S3Server

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def settings(server: S3Server) -> S3Settings:
    return server.settings(prefix=f"keeping/{uuid4().hex}")


def spooled(settings: S3Settings, folder: Path) -> SpooledEvidenceStore:
    return SpooledEvidenceStore(
        S3EvidenceStore(settings, folder / "scratch"),
        folder / "spool",
        most_bytes=1_000_000,
        minimum_free_bytes=0,
        retry_seconds=0.05,
    )


def away(settings: S3Settings) -> S3Settings:
    return settings.model_copy(update={"endpoint": "http://127.0.0.1:9", "timeout_seconds": 1.0})


def test_objects_whose_time_is_over_are_gone_from_the_bucket(settings: S3Settings, tmp_path: Path) -> None:
    keep = Keep(tmp_path, store=spooled(settings, tmp_path))
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    keep.raise_alert(2, AlertState.CONFIRMED)
    keep.pass_days(31)
    assert keep.left(1) == set()
    assert keep.left(2) == {"still", "boxes", "clip"}
    bucket = S3EvidenceStore(settings, tmp_path / "another scratch")
    for piece in alert.evidence:
        with pytest.raises(EvidenceNotFoundError):
            bucket.open(piece.name)


def test_what_waits_in_the_spool_is_deleted_there_and_is_not_brought_over_later(
    settings: S3Settings, tmp_path: Path
) -> None:
    store = spooled(away(settings), tmp_path)
    keep = Keep(tmp_path, store=store)
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    assert store.waiting_bytes > 0
    keep.pass_days(31)
    assert store.waiting_bytes == 0, "the files here are gone at once"
    assert isinstance(keep.book, InMemoryKeeping)
    assert len(keep.book.unerased(10)) == 3, "what the bucket may hold is not known while it is away"

    back = spooled(settings, tmp_path)
    assert back.upload()
    keep.new_warden(back).work()
    assert keep.book.unerased(10) == []
    for piece in alert.evidence:
        with pytest.raises(EvidenceNotFoundError):
            back.open(piece.name)


def test_what_lies_aside_because_the_bucket_had_other_content_is_deleted_too(
    server: S3Server, settings: S3Settings, tmp_path: Path
) -> None:
    store = spooled(away(settings), tmp_path)
    keep = Keep(tmp_path, store=store)
    alert = keep.raise_alert(1, AlertState.DISMISSED)
    for piece in alert.evidence:
        server.overwrite(piece.name, b"another", prefix=settings.prefix)
    back = spooled(settings, tmp_path)
    back.upload()
    refused = tmp_path / "spool-refused"
    assert len([path for path in refused.rglob("*") if path.is_file()]) == 3
    keep.store = back
    keep.warden = keep.new_warden(back)
    keep.pass_days(31)
    assert [path for path in refused.rglob("*") if path.is_file()] == []
