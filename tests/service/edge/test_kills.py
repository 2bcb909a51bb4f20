"""Edge and centre as two processes that are killed with SIGKILL in the middle of it, again and again."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.alert import AlertStep, EvidenceState
from tests.service.edge.sides import CentreSide, EdgeSide, folder_with_tables
from tests.support.mqtt import free_port
from tests.support.shared import REPOSITORY

ALERTS = 8
SECONDS = 600.0  # a generous limit: the machine may have much else to do


class Process:
    """Killed at the end, whatever it is doing."""

    def __init__(self, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.edge.processes", *map(str, arguments)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        while self._process.stdout.readline().strip() != "ready":
            assert self._process.poll() is None, "it ended at once"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited {SECONDS} s in vain for {what}"
        time.sleep(0.05)


def test_whoever_is_killed_every_alert_is_there_once_and_whole(tmp_path: Path, template: Path) -> None:
    port = free_port()
    centre = CentreSide(folder_with_tables(template, tmp_path / "centre"))
    token = centre.add_node()
    edge = EdgeSide(folder_with_tables(template, tmp_path / "edge"), url=f"http://127.0.0.1:{port}", token=token)
    edge.enter_cameras()
    edge.settings = edge.settings.model_copy(update={"batch_steps": 5})
    for number in range(ALERTS):
        edge.raise_alert(clip=bytes([number]) * 100_000, still=f"still {number}".encode(), is_over=number % 2 == 0)

    def arrived() -> int:
        return len(centre.alerts())

    def files() -> int:
        pieces = [piece for alert in centre.alerts().values() for piece in alert.evidence]
        return sum(piece.state is EvidenceState.STORED for piece in pieces)

    centre_place, edge_place = (centre.folder, port), (edge.folder, edge.url, token)
    with Process("edge", *edge_place):
        with Process("centre", *centre_place):
            wait_until(lambda: arrived() > 0, "the first alerts")
        with Process("centre", *centre_place):
            wait_until(lambda: files() > 2, "some files")
    with Process("centre", *centre_place), Process("edge", *edge_place):
        wait_until(lambda: (arrived(), files()) == (ALERTS, 2 * ALERTS), "all alerts and files")
        wait_until(lambda: edge.queue.depth().files == 0, "the queue to be empty")

    here, there = edge.alerts(), centre.alerts()
    for alert_id, alert in here.items():
        assert there[alert_id].violation == alert.violation
        assert centre.content(there[alert_id]) == edge.content(alert)
        steps = [step.step for step in centre.journal.history(alert_id)]
        assert steps.count(AlertStep.RAISED) == 1
        assert steps.count(AlertStep.UPDATED) == 2  # one for each file
    depth = edge.queue.depth()
    assert (depth.steps, depth.refused) == (0, 0)
    for side in (centre, edge):
        side.database.close()
