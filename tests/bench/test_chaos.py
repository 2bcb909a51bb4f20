"""The schedule of misbehaviour, what is read from the notes, and the table."""

import json
import random
from pathlib import Path

import pytest

from bench.chaos import Report, Span, schedule, table
from bench.figures import Quantiles
from bench.machine import Machine
from bench.notes import Notes, reading_of
from tests.support.wayward import JPEG_CONDUCTS, RTSP_CONDUCTS, Conduct

MACHINE = Machine(processor="a processor", cores=2, memory_bytes=2**34, python="3.11", packages={}, load_at_start=0.5)
BODY = {"resident_bytes": 100_000_000, "threads": 70, "files": 90, "containers": 1000}


def make_span(kind: str, **changes: object) -> Span:
    values: dict[str, object] = {
        "kind": kind,
        "seconds": 60.0,
        "age": Quantiles(count=100, p50=0.02, p95=0.05, p99=0.1),
        "slowest_looks_per_second": 2.0,
        "longest_silence_seconds": 1.0,
        "offline": 0,
        "reconnects": 3,
        "resident_bytes": 200_000_000,
        "threads": 70,
        "cpu_ms": 8.0,
    }
    return Span(**(values | changes))  # type: ignore[arg-type] # one table


def make_report(*spans: Span, returned: int = 10) -> Report:
    return Report(
        measured_at="2026-01-05",
        machine=MACHINE,
        seed=1,
        good=40,
        wayward=10,
        spans=spans,
        returned=returned,
        return_seconds=12.0,
        abandoned_threads=0,
        causes={"auth": 7},
    )


def test_the_same_seed_makes_the_same_mischief_and_every_camera_takes_part() -> None:
    kinds = [RTSP_CONDUCTS] * 7 + [JPEG_CONDUCTS] * 3
    turns = schedule(kinds, 120.0, random.Random(4))
    assert turns == schedule(kinds, 120.0, random.Random(4))
    assert {turn.camera for turn in turns} == set(range(10))
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)
    assert all(turn.conduct in {*kinds[turn.camera], Conduct.GOOD} for turn in turns)


def test_a_line_that_is_not_whole_yet_is_read_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    line = json.dumps({"clock": 1.0, "ages": {"a": [0.1, 0.2]}, "body": BODY}) + "\n"
    path.write_text(line + line[:20])
    notes = Notes(path)
    assert notes.read().ages == {"a": [0.1, 0.2]}
    with path.open("a") as file:
        file.write(line[20:])
    assert notes.read().ages == {"a": [0.1, 0.2]}
    assert notes.read().bodies == []


def test_the_silence_of_a_camera_reaches_from_the_first_note_to_the_last() -> None:
    reading = reading_of(
        {"clock": float(clock), "ages": {"a": [0.1]} if clock in {2, 3} else {}, "body": BODY} for clock in range(8)
    )
    assert reading.silence_seconds("a") == 4.0
    assert reading.silence_seconds("never heard of") == 7.0


@pytest.mark.parametrize(
    ("chaotic", "returned", "is_kept"),
    [
        (make_span("chaos"), 10, True),
        (make_span("chaos", offline=1), 10, False),
        (make_span("chaos", age=Quantiles(count=9, p50=0.1, p95=1.2, p99=2.0)), 10, False),
        (make_span("chaos", age=None), 10, False),
        (make_span("chaos"), 9, False),
    ],
    ids=["kept", "a good one was lost", "old pictures", "no pictures", "one did not come back"],
)
def test_the_promise_is_kept_or_not(chaotic: Span, returned: int, is_kept: bool) -> None:
    report = make_report(make_span("calm"), chaotic, returned=returned)
    assert report.is_kept is is_kept


def test_the_table_sets_calm_beside_chaos() -> None:
    shown = table(make_report(make_span("calm"), make_span("chaos", reconnects=31)))
    assert "| frame age of the good, p50 / p95 / p99 ms | 20 / 50 / 100 | 20 / 50 / 100 |" in shown
    assert "| reconnects | 3 | 31 |" in shown
    assert "Kept: 10 of 10" in shown
