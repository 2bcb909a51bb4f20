"""One group in a process of its own, as in an actor of Ray: `python -m tests.acceptance.group_process GROUP MS`."""

import signal
import subprocess
import sys
import threading
from os import environ
from pathlib import Path
from typing import Self

from tests.support.shared import REPOSITORY


class GroupOnItsOwn:
    """A process that watches cameras, without Ray around it."""

    def __init__(self, folder: Path, group_id: str, **environment: str) -> None:
        self.group_id = group_id
        self.log = folder / f"{group_id}.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.acceptance.group_process", group_id, "1000"],
                cwd=REPOSITORY,
                env={**environ, "BRIGHTKITCHEN_LOG_FORMAT": "json", **environment},
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait(10)

    def hang(self) -> None:
        """It stands still and believes later that no time has passed."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def require_life(self) -> None:
        assert self._process.poll() is None, self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


def main(group_id: str, capacity_ms: int) -> None:
    from service.cluster.group import GroupProcess
    from service.logging import configure_logging
    from service.settings import load_settings

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    group = GroupProcess(settings, group_id=group_id, node=group_id, capacity_ms=capacity_ms)
    stopping.wait()
    group.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
