"""A process that is killed in the middle of its work leaves each record whole or not at all."""

import random
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select, text

from domain.ids import AlertId
from domain.scope import Scope
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.outbox import SqlOutbox
from service.storage.rows import alerts
from tests.alerts.samples import alert_id

REPOSITORY = Path(__file__).resolve().parents[3]
KILLS = 3
EVERYTHING = Scope.everything()


def test_a_record_that_a_kill_interrupts_is_there_whole_or_not_at_all(database: Database, url: str) -> None:
    chance = random.Random(20260105)
    said = [number for kill in range(KILLS) for number in _write_until_killed(url, 1000 * kill + 1, chance)]

    with database.reading() as connection:
        stored = [AlertId(found) for found in connection.execute(select(alerts.c.alert_id)).scalars()]

    assert len(said) >= KILLS
    assert {alert_id(number) for number in said} <= set(stored)
    assert len(stored) <= len(said) + KILLS
    _require_whole(database, stored)
    if not database.is_postgresql:
        with database.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def _write_until_killed(url: str, first: int, chance: random.Random) -> list[int]:
    """The numbers that the process said were stored, before SIGKILL met it at any moment."""
    command = [sys.executable, "-m", "tests.service.storage.crash_writer", url, str(first)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    opening = process.stdout.readline()
    time.sleep(chance.uniform(0.0, 0.3))
    process.kill()
    rest, complaints = process.communicate(timeout=30)
    assert complaints == ""
    return [int(line) for line in f"{opening}{rest}".splitlines(keepends=True) if line.endswith("\n")]


def _require_whole(database: Database, stored: list[AlertId]) -> None:
    """Each alert has all its steps, both pieces of evidence and a message for each step; nothing is left over."""
    journal = SqlAlertJournal(database)
    steps = {}
    for each in stored:
        alert = journal.get(each, EVERYTHING)
        assert alert is not None
        assert len(alert.evidence) == 2
        steps[each] = alert.sequence
        assert [step.sequence for step in journal.history(each)] == list(range(1, alert.sequence + 1))
    payloads = [message.payload.decode() for message in SqlOutbox(database).pending(1000)]
    expected = [
        f'{{"alert_id": "{each}", "sequence": {sequence}}}'
        for each, latest in steps.items()
        for sequence in range(1, latest + 1)
    ]
    assert len(payloads) < 1000
    assert sorted(payloads) == sorted(expected)
    with database.reading() as connection:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("alerts", "evidence", "alert_steps", "outbox")
        ]
    assert counts == [len(stored), 2 * len(stored), len(expected), len(expected)]
