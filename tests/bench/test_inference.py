from pathlib import Path

import numpy as np
import pytest

from bench.inference import DOCUMENT, MARK, RUNTIMES, Case, measure, table
from bench.machine import describe
from bench.table import documented
from detector.testing import ScriptedSession
from domain.geometry import FloatArray
from tests.detector.runtimes.networks import write_detector

SIZES = ((64, 64), (32, 64))
SLOW, FAST = Case("slow", "one"), Case("fast", "other")


class Stopwatch:
    def __init__(self) -> None:
        self.now = 0.0
        self.order: list[str] = []

    def __call__(self) -> float:
        return self.now


class TimedSession(ScriptedSession):
    """Takes so many seconds per million pixels, and three times as many for its first look at each size."""

    def __init__(self, watch: Stopwatch, name: str, seconds: float) -> None:
        super().__init__()
        self._watch, self._name, self._seconds = watch, name, seconds
        self._seen: set[tuple[int, ...]] = set()

    def infer(self, batch: FloatArray) -> FloatArray:
        is_first = batch.shape not in self._seen
        self._seen.add(batch.shape)
        pixels = batch.shape[2] * batch.shape[3]
        self._watch.now += self._seconds * pixels / 1e6 * (3 if is_first else 1)
        self._watch.order.append(self._name)
        return super().infer(batch)


def measured(watch: Stopwatch, rounds: int = 3) -> dict[tuple[Case, tuple[int, int]], float]:
    sessions = {SLOW: TimedSession(watch, "slow", 20.0), FAST: TimedSession(watch, "fast", 5.0)}
    return measure(sessions, rounds=rounds, sizes=SIZES, clock=watch)


def test_the_first_look_at_a_size_does_not_count() -> None:
    times = measured(Stopwatch())

    assert times[SLOW, (64, 64)] == pytest.approx(20.0 * 64 * 64 / 1e6)
    assert times[FAST, (32, 64)] == pytest.approx(5.0 * 32 * 64 / 1e6)


def test_all_take_turns() -> None:
    watch = Stopwatch()
    measured(watch, rounds=2)

    assert watch.order == ["slow", "fast"] * 3 * len(SIZES)


def test_the_table_compares_with_the_first_row() -> None:
    shown = table(measured(Stopwatch()), describe(), 3)

    assert "| network | runtime | 64×64 | 64×32 |" in shown
    assert "| slow | one | 82 (1.00) | 41 (1.00) |" in shown
    assert "| fast | other | 20 (0.25) | 10 (0.25) |" in shown
    assert describe().processor in shown


def test_every_runtime_of_the_table_takes_a_network(tmp_path: Path) -> None:
    path = write_detector(tmp_path / "network.onnx", 2)

    for opened in RUNTIMES.values():
        assert opened(path).infer(np.zeros((1, 3, 32, 64), dtype=np.float32)).shape == (1, 6, 32)


def test_the_documents_marks_are_there() -> None:
    assert "new figures" in documented(DOCUMENT.read_text(encoding="utf-8"), "new figures", MARK)
