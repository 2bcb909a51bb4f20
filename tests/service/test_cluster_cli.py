from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app

RUNNER = CliRunner()


def test_stop_says_where_nothing_runs(tmp_path: Path) -> None:
    found = RUNNER.invoke(app, ["cluster", "stop", "--data", str(tmp_path / "nothing")])
    assert found.exit_code == 2
    assert "no cluster runs on the data folder" in found.output


def test_status_needs_the_database_of_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRIGHTKITCHEN_DATABASE_URL", raising=False)
    found = RUNNER.invoke(app, ["cluster", "status"])
    assert found.exit_code == 2
    assert "BRIGHTKITCHEN_DATABASE_URL" in found.output


def test_a_host_without_a_token_is_refused_with_the_setting_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_CLUSTER__HOST", "10.0.0.11")
    found = RUNNER.invoke(app, ["cluster", "start"])
    assert found.exit_code == 2
    assert "needs a token" in found.output
