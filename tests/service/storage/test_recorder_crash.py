"""`kill -9` again and again while alerts are raised and evidence is made: no alert is lost, none is doubled."""

import hashlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from alerts.ports import AlertFilter
from alerts.testing import FixedFaces
from domain.alert import Alert, EvidenceState
from domain.scope import Scope
from service.storage.database import Database
from service.storage.outbox import SqlOutbox
from tests.service.storage.recorder_writer import kitchen
from tests.support.checkout import REPOSITORY

KILLS = 10
_MOST = 100_000


def test_ten_kills_lose_no_alert_that_was_on_record_and_double_none(
    database: Database, url: str, tmp_path: Path
) -> None:
    chance = random.Random(20260105)
    evidence = tmp_path / "kept" / "evidence"
    said = [camera for kill in range(KILLS) for camera in _raise_until_killed(url, evidence, kill, chance)]

    kit = kitchen(database, evidence, FixedFaces())
    kit.pipeline.resume()
    kit.recorder.work()

    assert kit.real_journal is not None
    alerts = kit.real_journal.search(AlertFilter(), Scope.everything(), None, _MOST)
    by_camera = Counter(alert.violation.camera_id for alert in alerts)
    assert len(said) >= KILLS
    assert set(said) <= set(by_camera)
    assert set(by_camera.values()) == {1}
    for alert in alerts:
        _require_finished(alert, evidence)
    _require_messages(alerts, database)


def _raise_until_killed(url: str, evidence: Path, number: int, chance: random.Random) -> list[str]:
    """The cameras whose alerts the process said were on record, before SIGKILL met it at any moment."""
    command = [sys.executable, "-m", "tests.service.storage.recorder_writer", url, str(evidence), str(number)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    opening = process.stdout.readline()
    time.sleep(chance.uniform(0.0, 0.3))
    process.kill()
    rest, complaints = process.communicate(timeout=60)
    assert complaints == ""
    return [line.strip() for line in f"{opening}{rest}".splitlines(keepends=True) if line.endswith("\n")]


def _require_finished(alert: Alert, evidence: Path) -> None:
    """Nothing is pending any more, and what is stored is what its checksum says."""
    assert len(alert.evidence) == 3
    for piece in alert.evidence:
        if piece.state is EvidenceState.STORED:
            assert hashlib.sha256((evidence / piece.name).read_bytes()).hexdigest() == piece.sha256
        else:
            assert (piece.state, piece.cause) == (EvidenceState.MISSING, "interrupted")


def _require_messages(alerts: list[Alert], database: Database) -> None:
    """One for each step of each alert."""
    waiting = [json.loads(message.payload) for message in SqlOutbox(database).pending(_MOST)]
    expected = [(alert.alert_id, sequence) for alert in alerts for sequence in range(1, alert.sequence + 1)]
    assert sorted((each["alert_id"], each["sequence"]) for each in waiting) == sorted(expected)
