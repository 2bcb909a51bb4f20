from contextlib import ExitStack
from pathlib import Path

import pytest

from alerts.errors import EvidenceNotFoundError, EvidenceUnreachableError
from alerts.evidence import LocalEvidenceStore
from alerts.settings import AlertSettings, EvidenceSettings
from service.evidence import evidence_probes, evidence_to_read, open_evidence
from service.settings import ServiceSettings
from tests.support.s3 import S3Server


def test_without_an_object_store_evidence_lies_in_the_data_folder(tmp_path: Path) -> None:
    with ExitStack() as stack:
        store = open_evidence(ServiceSettings(), tmp_path, stack)
        assert isinstance(store, LocalEvidenceStore)
        store.save("a.jpg", b"picture")
        assert (tmp_path / "evidence" / "a.jpg").read_bytes() == b"picture"
        assert evidence_probes(store) == ()


@pytest.mark.integration
def test_with_one_it_goes_there_and_readiness_asks_for_it(tmp_path: Path) -> None:
    with S3Server() as server, ExitStack() as stack:
        evidence = EvidenceSettings(s3=server.settings(timeout_seconds=1.0), minimum_free_bytes=0)
        settings = ServiceSettings(alerts=AlertSettings(evidence=evidence))
        store = open_evidence(settings, tmp_path, stack)
        [probe] = evidence_probes(store)
        assert probe.ping() is None
        store.save("a.jpg", b"picture")
        assert not [path for path in (tmp_path / "spool").rglob("*") if path.is_file()]
        server.stop()
        assert probe.ping() == "it does not answer"
        store.save("b.jpg", b"picture")  # into the spool
        with store.open("b.jpg") as file:
            assert file.read() == b"picture"


def test_who_only_looks_leaves_the_files_of_a_running_service_alone(tmp_path: Path) -> None:
    with ExitStack() as stack:
        store = open_evidence(ServiceSettings(), tmp_path, stack)
        store.save("a.jpg", b"picture")
        (store.scratch() / "clip.mp4").write_bytes(b"being made")

        with evidence_to_read(ServiceSettings(), tmp_path, stack).open("a.jpg") as file:
            assert file.read() == b"picture"
        assert (store.scratch() / "clip.mp4").exists()


@pytest.mark.integration
def test_who_only_looks_finds_what_is_in_the_object_store_and_what_waits_for_it(tmp_path: Path) -> None:
    with S3Server() as server, ExitStack() as stack:
        evidence = EvidenceSettings(s3=server.settings(timeout_seconds=2.0), minimum_free_bytes=0)
        settings = ServiceSettings(alerts=AlertSettings(evidence=evidence))
        store = open_evidence(settings, tmp_path, stack)
        store.save("there.jpg", b"in the store")
        server.pause()
        store.save("here.jpg", b"in the spool")
        (store.scratch() / "clip.mp4").write_bytes(b"being made")
        (tmp_path / "s3-scratch" / "clip.mp4").write_bytes(b"being made")

        files = evidence_to_read(settings, tmp_path, stack)

        with files.open("here.jpg") as file:
            assert file.read() == b"in the spool"
        with pytest.raises(EvidenceUnreachableError):
            files.open("there.jpg")
        server.resume()
        with files.open("there.jpg") as file:
            assert file.read() == b"in the store"
        with pytest.raises(EvidenceNotFoundError):
            files.open("nowhere.jpg")
        assert (store.scratch() / "clip.mp4").exists()
        assert (tmp_path / "s3-scratch" / "clip.mp4").exists()
