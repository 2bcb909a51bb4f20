"""In-memory twins for trials: a log of lines put in by hand, judged on the desk's thread, and a book that remembers."""

import tempfile
import threading
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path

from alerts.catalogue import Catalogue
from alerts.replay.lines import LOG_SUFFIX, Line, LogLine, LookLine, written
from alerts.replay.trial import TrialOrder, TrialOutcome, TrialProgress, tried
from alerts.replay.trial_desk import LogSpan, Trial, TrialCancelledError


class ScriptedTrials:
    """A TrialRunner over lines that `keep` puts in. While `gate` is shut, trials stand still after `progress`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.lines: list[Line] = []
        self.gate = threading.Event()
        self.gate.set()
        self.progress = TrialProgress(share=0.25, looks=1)

    def keep(self, *lines: Line) -> None:
        self.lines += lines

    def begin(self, order: TrialOrder) -> "ScriptedRun":
        return ScriptedRun(self, order)

    def span(self) -> LogSpan:
        moments = [line.at.astimezone(UTC) for line in self.lines if isinstance(line, LookLine)]
        head = next((line for line in self.lines if isinstance(line, LogLine)), None)
        return LogSpan(
            is_on=bool(self.lines),
            begins_at=min(moments, default=None),
            ends_at=max(moments, default=None),
            size_bytes=sum(len(written(line)) for line in self.lines),
            thresholds=dict(head.thresholds) if head else {},
        )


class ScriptedRun:
    """A TrialRun."""

    def __init__(self, runner: ScriptedTrials, order: TrialOrder) -> None:
        self._runner = runner
        self._order = order
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def finish(self, told: Callable[[TrialProgress], None]) -> TrialOutcome:
        told(self._runner.progress)
        while not self._runner.gate.wait(0.01):
            if self._is_cancelled.is_set():
                raise TrialCancelledError("cancelled")
        with tempfile.TemporaryDirectory() as folder:
            path = saved(Path(folder) / f"looks{LOG_SUFFIX}", self._runner.lines)
            return tried([path], self._order, self._runner.catalogue, told)


class InMemoryBook:
    """A TrialBook."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, Trial, str]] = []

    def note(self, act: str, trial: Trial, actor: str) -> None:
        self.notes.append((act, trial, actor))


def saved(path: Path, lines: Iterable[Line]) -> Path:
    path.write_text("".join(written(line) + "\n" for line in lines), "utf-8")
    return path
