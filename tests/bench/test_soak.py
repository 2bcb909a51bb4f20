"""When a figure counts as growing, what a run amounts to, and the table."""

from pathlib import Path

import pytest

from bench.exposition import totals_of
from bench.notes import Body
from bench.slope import slope
from bench.soak import ALERTS_PER_DAY, FRAMES_PER_DAY, RECONNECTS_PER_DAY, Report, Work, report_of, table
from tests.bench.test_chaos import MACHINE

MEGABYTE = 1_000_000
METRICS = """
# TYPE brightkitchen_alerts_total counter
brightkitchen_alerts_total{site="a",code="x",step="raised"} 3.0
brightkitchen_alerts_total{site="b",code="x",step="raised"} 2.0
brightkitchen_alerts_total{site="b",code="x",step="ended"} 1.0
"""


def bodies(per_second: float) -> list[Body]:
    """Two minutes; resident memory that saws by 5 MB and grows by so many bytes a second."""
    return [
        Body(
            clock=float(second),
            resident_bytes=round(300 * MEGABYTE + (second % 7) * MEGABYTE + per_second * second),
            threads=30,
            files=40,
            containers=1000,
        )
        for second in range(120)
    ]


def make_report(per_second: float, tmp_path: Path) -> Report:
    work = Work(
        frames=FRAMES_PER_DAY, alerts=2 * ALERTS_PER_DAY, reconnects=3 * RECONNECTS_PER_DAY, cameras=9, steps=300
    )
    (tmp_path / "brightkitchen.db").write_bytes(b"x" * 3000)
    return report_of(MACHINE, 120.0, work, bodies(per_second), tmp_path)


def test_what_saws_does_not_grow() -> None:
    found = slope([body.clock for body in bodies(0)], [body.resident_bytes for body in bodies(0)])
    assert found.low < 0 < found.high
    assert not found.has_grown


def test_what_grows_beneath_the_saw_is_found_with_its_size() -> None:
    found = slope([body.clock for body in bodies(50_000)], [body.resident_bytes for body in bodies(50_000)])
    assert found.has_grown
    assert found.value == pytest.approx(50_000, rel=0.1)


def test_a_run_too_short_to_tell_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 24, got 10, 10"):
        slope(list(range(10)), list(range(10)))


def test_growth_is_told_per_day_of_the_least_work_done(tmp_path: Path) -> None:
    report = make_report(50_000, tmp_path)
    assert report.work.least_days == 1.0
    assert report.per_camera_day.value == pytest.approx(120 * 50_000, rel=0.1)
    assert "**grows**" in table(report)


def test_the_table_tells_that_nothing_grows_and_what_lies_on_disk(tmp_path: Path) -> None:
    shown = table(make_report(0, tmp_path))
    assert "no growth beyond chance" in shown
    assert "| threads | 30 | 30 | +0.0 (+0.0 to +0.0) |" in shown
    assert "frames 1.0, alerts 2.0, reconnects 3.0" in shown


def test_counters_are_summed_over_their_labels_and_by_step() -> None:
    found = totals_of(METRICS)
    assert found["brightkitchen_alerts_total"] == 6
    assert found['brightkitchen_alerts_total{step="raised"}'] == 5
