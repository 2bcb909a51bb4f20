"""Trials in a process of their own, at the lowest priority: whatever is tried, cameras are watched as before."""

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog

from alerts.catalogue import Catalogue
from alerts.errors import AlertsError
from alerts.replay.files import log_files
from alerts.replay.setting import ReplayError
from alerts.replay.trial import TrialOrder, TrialOutcome, TrialProgress, first_line, moment_of, tried
from alerts.replay.trial_desk import LogSpan, Trial, TrialCancelledError

log = structlog.get_logger(__name__)

BOOK_FILE = "trials.jsonl"  # within the data folder
_LISTEN_SECONDS = 0.5
_NICEST = 19


class ProcessTrials:
    """An alerts.replay.trial_desk.TrialRunner over the log's folder. Any thread.

    `catalogue` is what is in service; a trial that takes longer than `limit_seconds` is given up.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, *, is_on: bool, limit_seconds: float) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._is_on = is_on
        self._limit_seconds = limit_seconds

    def begin(self, order: TrialOrder) -> "ProcessRun":
        return ProcessRun(log_files(self._folder), order, self._catalogue, self._limit_seconds)

    def span(self) -> LogSpan:
        files = log_files(self._folder)
        facts = [(path, stat) for path in files if (stat := _stat(path)) is not None]
        if not facts:
            return LogSpan(is_on=self._is_on, begins_at=None, ends_at=None, size_bytes=0, thresholds={})
        newest = first_line(facts[-1][0])
        return LogSpan(
            is_on=self._is_on,
            begins_at=moment_of(facts[0][0]),
            ends_at=datetime.fromtimestamp(facts[-1][1].st_mtime, UTC),
            size_bytes=sum(stat.st_size for _, stat in facts),
            thresholds=dict(newest.thresholds) if newest is not None else {},
        )


class ProcessRun:
    """One process. `finish` is called by one thread, `cancel` by any."""

    def __init__(self, files: list[Path], order: TrialOrder, catalogue: Catalogue, limit_seconds: float) -> None:
        # A fork would take locks along that other threads of the service hold.
        context = multiprocessing.get_context("spawn")
        self._ear, mouth = context.Pipe(duplex=False)
        self._mouth: Connection[Any, Any] | None = mouth
        self._process = context.Process(target=_judge, args=(mouth, files, order, catalogue), name="trial", daemon=True)
        self._limit_seconds = limit_seconds
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def finish(self, told: Callable[[TrialProgress], None]) -> TrialOutcome:
        ends_at = time.monotonic() + self._limit_seconds
        try:
            if self._is_cancelled.is_set():
                raise TrialCancelledError("cancelled")
            self._process.start()
            self._close_mouth()  # so that the end of the process is heard
            while True:
                if self._is_cancelled.is_set():
                    raise TrialCancelledError("cancelled")
                if time.monotonic() > ends_at:
                    raise ReplayError(f"given up after {self._limit_seconds:.0f} s: choose a shorter period")
                if not self._ear.poll(_LISTEN_SECONDS):
                    continue
                said = self._heard()
                if isinstance(said, TrialOutcome):
                    return said
                if isinstance(said, TrialProgress):
                    told(said)
                else:
                    raise ReplayError(str(said))
        finally:
            self._end()

    def _heard(self) -> object:
        try:
            return self._ear.recv()
        except (EOFError, OSError):
            raise ReplayError("the trial's process ended before it had an outcome") from None

    def _close_mouth(self) -> None:
        if self._mouth is not None:
            self._mouth.close()
            self._mouth = None

    def _end(self) -> None:
        self._close_mouth()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self._process.close()
        self._ear.close()


class TrialFile:
    """A TrialBook: JSON Lines that are only ever added to, and the service's log. Any thread."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._turn = threading.Lock()

    def note(self, act: str, trial: Trial, actor: str) -> None:
        order = trial.order
        facts = {
            "at": self._now().isoformat(),
            "act": act,
            "by": actor,
            "trial_id": trial.trial_id,
            "camera_id": order.camera_id,
            "begins_at": order.begins_at.isoformat(),
            "ends_at": order.ends_at.isoformat(),
            "codes": {code: dict(values) for code, values in order.codes.items()},
            "thresholds": dict(order.thresholds),
            "fault": trial.fault,
        }
        log.info("trial_noted", act=act, by=actor, trial_id=trial.trial_id, camera_id=order.camera_id)
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True) + "\n"
        try:
            with self._turn, open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:  # noqa: PTH123 - a mode
                file.write(text)
        except OSError as error:
            log.warning("trial_not_noted", trial_id=trial.trial_id, reason=error.strerror)


def _judge(mouth: "Connection[Any, Any]", files: list[Path], order: TrialOrder, catalogue: Catalogue) -> None:
    """In the process of its own: says progress, and last the outcome or why there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the service, which ends this process
    os.nice(_NICEST)
    try:
        mouth.send(tried(files, order, catalogue, mouth.send))
    except AlertsError as error:
        mouth.send(str(error))
    except BrokenPipeError:
        return  # nobody listens any more


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None  # deleted meanwhile to make room
