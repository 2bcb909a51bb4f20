"""The commands as a person types them, on a data folder with a real database and real files."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerts.catalogue import load_catalogue
from alerts.evidence import LocalEvidenceStore
from alerts.messages import AlertMessages
from alerts.s3 import S3EvidenceStore
from domain.alert import AlertStep
from service.cli import app
from service.folder import DataFolder
from service.settings import load_settings
from service.store import open_store
from tests.alerts.samples import EPOCH, alert_id, sample_alert, sample_evidence
from tests.support.s3 import S3Server


def brightkitchen(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one sealed alert and its still."""
    path = tmp_path / "var"
    with DataFolder(path) as folder:
        store = open_store(load_settings(data=path), folder)
        file = LocalEvidenceStore(folder.evidence, 0).save("2026/01/05/still", b"still")
        piece = sample_evidence(1, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256)
        alert = sample_alert(1, evidence=(piece,))
        step, message = AlertMessages(load_catalogue()).step(alert, AlertStep.RAISED)
        store.journal.record(alert, step, [message], 0)
        store.seals.seal(after=0, limit=10, now=EPOCH)
        store.database.close()
    return path


def test_a_whole_record_is_told_with_status_0(data: Path) -> None:
    answer = brightkitchen("verify", "--data", str(data))
    assert answer.exit_code == 0, answer.output
    assert "1 seals up to number 1, 1 alerts, 1 evidence files" in answer.output
    report = json.loads(brightkitchen("verify", "--data", str(data), "--json").output)
    assert (report["is_whole"], report["findings"]) == (True, [])


def test_a_changed_file_is_named_with_status_1(data: Path) -> None:
    (data / "evidence/2026/01/05/still").write_bytes(b"stilL")
    answer = brightkitchen("verify", "--data", str(data))
    assert answer.exit_code == 1
    assert f"file_changed: 2026/01/05/still (alert {alert_id(1)}): expected" in answer.output
    report = json.loads(brightkitchen("verify", "--data", str(data), "--json").output)
    assert report["findings"][0]["fault"] == "file_changed"


def test_verify_works_beside_a_running_service_and_leaves_a_foreign_folder_alone(data: Path, tmp_path: Path) -> None:
    with DataFolder(data):
        assert brightkitchen("verify", "--data", str(data)).exit_code == 0
    answer = brightkitchen("verify", "--data", str(tmp_path / "nothing"))
    assert answer.exit_code == 2
    assert "there is no data folder" in answer.output
    assert not (tmp_path / "nothing").exists()


def test_evidence_in_an_object_store_is_verified_and_packed_too(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "case.zip"
    with S3Server() as server:
        for name, value in server.environment(prefix="kitchen").items():
            monkeypatch.setenv(name, value)
        kept = data / "evidence/2026/01/05/still"
        S3EvidenceStore(server.settings(prefix="kitchen"), tmp_path / "s3").save("2026/01/05/still", kept.read_bytes())
        kept.unlink()

        whole = brightkitchen("verify", "--data", str(data))
        made = brightkitchen("pack", alert_id(1), "--out", str(out), "--data", str(data))

    assert (whole.exit_code, made.exit_code) == (0, 0), whole.output + made.output
    assert brightkitchen("verify", "--pack", str(out)).exit_code == 0
    away = brightkitchen("verify", "--data", str(data))
    assert away.exit_code == 2, "a store that does not answer proves no file missing"
    assert "it does not answer" in away.output


def test_a_pack_is_written_once_and_checked_without_data(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.zip"
    made = brightkitchen("pack", alert_id(1), "--out", str(out), "--data", str(data))
    assert made.exit_code == 0, made.output
    assert out.stat().st_mode & 0o077 == 0
    key = brightkitchen("verify", "--show-key", "--data", str(data)).output.strip()
    elsewhere = str(tmp_path / "no data here")
    answer = brightkitchen("verify", "--pack", str(out), "--key", key, "--data", elsewhere)
    assert answer.exit_code == 0, answer.output
    assert "1 sealed steps" in answer.output
    wrong = brightkitchen("verify", "--pack", str(out), "--key", "ed25519:" + "0" * 64)
    assert wrong.exit_code == 1
    assert "pack_key_differs" in wrong.output
    again = brightkitchen("pack", alert_id(1), "--out", str(out), "--data", str(data))
    assert again.exit_code == 2
    out.write_bytes(out.read_bytes().replace(b"still", b"stilL"))
    assert brightkitchen("verify", "--pack", str(out)).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("verify", "--key", "x"), "--key goes with --pack"),
        (("verify", "--pack", "/no/such.zip"), "cannot be read"),
        (("verify", "--since", "yesterday", "--data", "{data}"), "--since: expected a day or an instant"),
        (("pack", "no-such-alert", "--out", "x.zip", "--data", "{data}"), "there is no alert 'no-such-alert'"),
    ],
)
def test_a_wrong_command_is_told_in_one_line(data: Path, arguments: tuple[str, ...], words: str) -> None:
    answer = brightkitchen(*(argument.format(data=data) for argument in arguments))
    assert answer.exit_code == 2
    assert words in answer.output
