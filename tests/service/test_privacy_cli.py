"""The exports for whoever must account for looks and deletions, as a person types them."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerts.evidence import LocalEvidenceStore
from domain.alert import AlertState, EvidenceKind
from service.cli import app
from service.folder import DataFolder
from service.settings import load_settings
from service.store import open_store
from tests.alerts.keeping.access_contract import access
from tests.alerts.keeping.kit import Keep
from tests.alerts.samples import EPOCH, alert_id


def brightkitchen(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three looks at clips, a deleted clip and one that is there."""
    path = tmp_path / "var"
    with DataFolder(path) as folder:
        store = open_store(load_settings(data=path), folder)
        for number in (1, 2, 3):
            store.accesses.note(access(number, days=number))
        files = LocalEvidenceStore(folder.evidence, 0)
        keep = Keep(tmp_path, journal=store.journal, book=store.keeping, store=files)
        keep.raise_alert(1, AlertState.DISMISSED, kinds=(EvidenceKind.CLIP,))
        keep.raise_alert(2, AlertState.CONFIRMED, kinds=(EvidenceKind.CLIP,))
        keep.pass_days(8)
        store.seals.seal(after=0, limit=100, now=EPOCH)
        store.database.close()
    return path


def test_the_log_of_accesses_is_exported_as_a_table(data: Path) -> None:
    answer = brightkitchen("privacy", "accesses", "--data", str(data))
    assert answer.exit_code == 0, answer.output
    rows = list(csv.DictReader(io.StringIO(answer.output)))
    assert [row["number"] for row in rows] == ["3", "2", "1"]
    assert (rows[0]["user_name"], rows[0]["reason"]) == ("名字 u-1", "复核第二次")
    since = (EPOCH + timedelta(days=2)).isoformat()
    some = brightkitchen("privacy", "accesses", "--data", str(data), "--since", since, "--format", "json").output
    assert [json.loads(line)["number"] for line in some.splitlines()] == [3, 2]


def test_a_reason_that_looks_like_a_formula_is_none_in_the_table(data: Path) -> None:
    with DataFolder(data) as folder:
        store = open_store(load_settings(data=data), folder)
        store.accesses.note(replace(access(4), reason="=1+1"))
        store.database.close()
    rows = list(csv.DictReader(io.StringIO(brightkitchen("privacy", "accesses", "--data", str(data)).output)))
    assert rows[0]["reason"] == "'=1+1"


def test_the_ledger_of_deletions_is_exported_and_verify_takes_it_for_lawful(data: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(brightkitchen("privacy", "deletions", "--data", str(data)).output)))
    assert [(row["alert_id"], row["rule"], row["trigger"]) for row in rows] == [(alert_id(1), "dismissed", "retention")]
    assert rows[0]["erased_at"]
    answer = brightkitchen("verify", "--data", str(data))
    assert answer.exit_code == 0, answer.output
    assert "1 deleted by rule" in answer.output


def test_a_pack_with_the_clip_needs_a_reason_and_leaves_an_entry(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.zip"
    refused = brightkitchen("pack", alert_id(2), "--clip", "--out", str(out), "--data", str(data))
    assert refused.exit_code == 2
    assert "--reason" in refused.output
    assert not out.exists()
    made = brightkitchen("pack", alert_id(2), "--clip", "--reason", "移送", "--out", str(out), "--data", str(data))
    assert made.exit_code == 0, made.output
    newest = brightkitchen("privacy", "accesses", "--data", str(data), "--format", "json").output.splitlines()[0]
    entry = json.loads(newest)
    assert (entry["kind"], entry["reason"], entry["user_id"]) == ("pack", "移送", None)


def test_a_wrong_command_is_told_in_one_line(data: Path) -> None:
    answer = brightkitchen("privacy", "accesses", "--data", str(data), "--since", "yesterday")
    assert answer.exit_code == 2
    assert "--since: expected a day or an instant" in answer.output
    assert brightkitchen("privacy", "deletions", "--data", str(data / "nothing")).exit_code == 2
