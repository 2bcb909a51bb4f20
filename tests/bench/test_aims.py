"""What is made of trials: estimates, ratios, the table; and a clip that is busy for its share."""

import numpy as np

from bench.aims import CASES, MAIN, NAIVE, QUIET, SUB, Case, Report, drawn, table
from bench.figures import Quantiles, Trial
from bench.search import Capacity
from bench.trials import AlertTimes
from tests.bench.test_chaos import MACHINE


def make_trial(system: str, cpu_ms: float, *, cameras: int = 4, spared: float | None = None, mb: float = 300) -> Trial:
    return Trial(
        system=system,
        cameras=cameras,
        seconds=10.0,
        rates=(5.0,) * cameras,
        cpu_ms=cpu_ms,
        around_cpu_ms=1.0,
        others_share=0.0,
        resident_bytes=round(mb * 1e6),
        age=Quantiles(count=9, p50=0.05, p95=0.2, p99=0.3),
        spared_share=spared,
    )


def make_report() -> Report:
    report = Report(measured_at="2026-01-05", machine=MACHINE, cameras=4)
    report.trials[MAIN.name] = [make_trial("s", cost, spared=0.8) for cost in (60.0, 90.0, 75.0)]
    report.trials[QUIET.name] = [make_trial("s", 18.0, spared=0.98, mb=360)]
    report.trials[NAIVE] = [make_trial(NAIVE, 300.0, cameras=2)]
    report.alone = make_trial("s", 20.0, cameras=1, mb=300)
    report.alerts = AlertTimes(arrival=None, puback=Quantiles(count=7, p50=0.1, p95=0.4, p99=0.5))
    return report


def test_cameras_are_estimated_from_medians_at_nine_tenths_of_the_load() -> None:
    report = make_report()
    assert report.cost(MAIN.name) == 75.0
    assert report.fitting(MAIN.name) == 2 * 1000 * 0.9 / 75.0
    assert report.cost(SUB.name) is None


def test_every_aim_has_a_row_with_what_was_reached_beside_it() -> None:
    report = make_report()
    report.capacity[MAIN.name] = Capacity(held=22, lost=23)
    shown = table(report)
    assert "| 75.0 | 270.0 | 80% | some 24 cameras, 4.0 times naive Ultralytics 640; held 22, 23 not |" in shown
    assert "| 18.0 | 64.8 | 98% | some 100 cameras, 16.7 times naive Ultralytics 640 |" in shown
    assert "| memory per added camera | at most 25 MB | 20 MB |" in shown
    assert "| capture to PUBACK, p50 / p95 / p99 | 150 ms / 500 ms | 100 / 400 / 500 ms (7) |" in shown
    assert all(case.name in shown and case.aim in shown for case in CASES)


def test_a_clip_moves_for_its_share_of_the_time_and_its_sensor_always() -> None:
    draw = drawn(Case(name="x", size=(320, 200), busy=0.2))

    def moved(first: float, second: float) -> bool:
        difference = np.abs(draw(first).astype(int) - draw(second).astype(int))
        return bool((difference > 60).sum() > 500)

    assert moved(1.0, 1.6)
    assert not moved(10.0, 10.6)
